"""The pages as people meet them: both themes, a telephone and a wide screen, by keyboard, without JavaScript."""

from __future__ import annotations

import re

import pytest

WIDTHS = (390, 1440)
"""A telephone and a wide screen; axe looks at the last one set."""
GRAVE = ("serious", "critical")
PAGES = (
    *("front", "stories", "story", "why", "article", "compare", "name", "positions", "names", "outlet", "outlets"),
    *("thread", "threads", "statement", "search", "no hits", "quotation", "sources", "problems", "source", "status"),
    *("corrections", "correct a story", "correct a name", "correct a line", "missing"),
)


@pytest.fixture(scope="module", params=("light", "dark"))
def watched(request, browser):
    """Return a page of a theme, and what went wrong in it or left the machine."""
    context = browser.new_context(color_scheme=request.param, reduced_motion="reduce")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: wrong.append(asked.url) if not re.match(r"http://127\.0\.0\.1:\d+/|data:", asked.url) else None,
    )
    yield page, wrong, WIDTHS if request.param == "light" else WIDTHS[::-1]
    context.close()


@pytest.fixture(scope="session")
def axe():
    found = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    return found.Axe()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_says_nothing_wrong_and_bars_nobody(watched, served, places, axe, name):
    """In both themes at both widths; axe looks at the light theme on a wide screen and the dark one on a telephone."""
    page, wrong, widths = watched
    wrong.clear()
    page.set_viewport_size({"width": widths[0], "height": 900})
    page.goto(served + places[name])
    if name != "missing":
        assert wrong == []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found if one["impact"] in GRAVE]
    assert grave == []


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def focused(page):
    return page.evaluate(
        "document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label')"
    )


def test_the_keyboard_alone_leads_from_the_front_page_to_the_cited_characters(page, served):
    page.goto(served + "/")
    page.keyboard.press("Tab")
    assert focused(page) == "To the content"
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.story-row h3 a')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/story/\w+$"))
    page.keyboard.press("Tab")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.leads .cite')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/article/\w+\?at=\d+-\d+#at"))
    assert page.locator("#at").is_visible()
    box = page.locator("#at").bounding_box()
    assert 0 <= box["y"] < 800


def test_a_slash_goes_to_the_search_and_enter_searches(page, served):
    page.goto(served + "/names")
    page.keyboard.press("/")
    page.keyboard.type("dam inquiry")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=dam\+inquiry"))
    assert page.locator(".hits li").count() > 0


def test_annotations_are_switched_on_and_off_and_stay_so_for_the_next_article(page, served, places):
    page.goto(served + places["article"])
    underlined = "getComputedStyle(document.querySelector('.text .m-place')).textDecorationLine"
    assert page.evaluate(underlined) == "underline"
    page.locator("#t-name").uncheck()
    assert page.evaluate(underlined) == "none"
    page.reload()
    assert page.evaluate(underlined) == "none"


def test_a_click_on_the_timeline_leads_to_what_happened_that_day(page, served, places):
    page.goto(served + places["story"])
    page.locator(".course-figure a").first.click()
    assert re.search(r"#d-\d{4}-\d\d-\d\d$", page.url)
    page.locator(".happenings li:target").wait_for()


def test_a_line_of_the_graph_leads_to_the_comparison(page, served, places):
    page.goto(served + places["story"])
    page.locator(".graph-figure a:has(.edge)").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/compare\?article=\w+&article=\w+"))
    assert page.locator(".aligned .same").count() > 0


def test_more_statements_come_into_the_page_where_scripts_run(page, served, places):
    page.goto(served + places["story"])
    before = page.locator(".statement").count()
    page.locator(".more a").click()
    page.wait_for_function(f"document.querySelectorAll('.statement').length > {before}")
    assert page.url.endswith(places["story"])


def test_a_chosen_theme_wins_over_the_system_s_and_stays(page, served):
    page.goto(served + "/status")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    with page.expect_navigation():
        page.locator(".themes a[title=Dark]").click()
    assert page.evaluate(paper) != light
    page.goto(served + "/names")
    assert page.evaluate(paper) != light


def test_everything_is_there_without_javascript(browser, served, places):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(served + places["story"])
    page.locator(".more a").click()
    page.wait_for_url("**/statements?page=2")
    page.locator(".statement").first.wait_for()
    page.goto(served + places["story"])
    boxes = page.locator(".articles input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Compare the chosen articles").click()
    page.locator(".aligned").wait_for()
    page.goto(served + places["front"])
    page.locator("#q").fill("dam")
    page.get_by_role("button", name="Search").click()
    page.locator(".hits li").first.wait_for()
    context.close()


def test_print_leaves_out_what_paper_cannot_use(page, served, places):
    page.goto(served + places["story"])
    page.emulate_media(media="print")
    for gone in (".top", ".in-page", ".stick", ".foot"):
        assert not page.locator(gone).first.is_visible()
    assert page.locator(".statement").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") in ("light", "normal", "light dark")
