"use strict";
// Only comforts: every page works without this file.

// "/" goes to the search field, as people who live at a keyboard expect.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest && event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("q").select();
    document.getElementById("q").focus();
  }
});

// Which annotations somebody shows is kept for the next article.
const toggles = document.querySelectorAll(".toggles input");
toggles.forEach((box) => {
  const kept = localStorage.getItem("show " + box.id);
  if (kept !== null) box.checked = kept === "1";
  box.addEventListener("change", () => localStorage.setItem("show " + box.id, box.checked ? "1" : "0"));
});

// The raw source stands where the cited characters are.
const pane = document.querySelector(".lines-box");
const cited = pane && pane.querySelector("mark.at");
if (cited && pane.scrollHeight > pane.clientHeight) {
  pane.scrollTop += cited.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
}
