"""Makes the README's pictures anew: builds the sample into a desk and photographs its pages with the system's chromium.

    python docs/screenshots.py [DESK]

All together they stay under a megabyte.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from backstory.desk import Desk
from backstory.pipeline import build
from backstory.server import app_of

ROOT = Path(__file__).parents[1]
TO = ROOT / "docs" / "images"
SIZE = {"width": 1200, "height": 780}


@contextmanager
def served(path: Path) -> Iterator[str]:
    """Serve the desk at `path` on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app_of(path), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def pages_of(path: Path) -> dict[str, tuple[str, str, str | None]]:
    """Return the name of each picture with its address, its theme and the part of the page to show at the top."""
    with Desk(path, read_only=True) as desk:
        story = max(desk.rows("stories"), key=lambda row: (len(row["article_ids"]), row["story_id"]))["story_id"]
        pair = max(desk.passages(), key=lambda passage: (passage.words, passage.passage_id)).members
        quote = next(
            quote
            for quote in desk.quotes()
            if quote.kind == "direct" and quote.speaker_name_id and len(quote.text) > 120 and quote.statement_id
        )
    at = f"{quote.spans[0].start}-{quote.spans[-1].end}"
    one, other = sorted({member.article_id for member in pair})[:2]
    return {
        "front": ("/", "light", None),
        "story": (f"/story/{story}", "light", "#said"),
        "article": (f"/article/{quote.article_id}?at={at}", "light", None),
        "compare": (f"/compare?article={one}&article={other}", "dark", None),
        "search": ("/search?q=dam", "light", None),
    }


def photograph(browser: Browser, base: str, name: str, address: str, theme: str, part: str | None) -> None:
    """Write one picture."""
    context = browser.new_context(viewport=SIZE, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(base + address)
    if part:
        page.locator(part).evaluate("part => part.scrollIntoView()")
    raw = TO / f"{name}.png"
    page.screenshot(path=raw)
    context.close()
    print(f"{raw.relative_to(ROOT)}: {raw.stat().st_size // 1024} KB")


def main() -> None:
    """Build the sample unless a desk is given, and photograph it."""
    TO.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "sample.desk"
        if not path.exists():
            with Desk(path, create=True) as desk:
                build(desk, [str(ROOT / "sample" / "sources")])
        with served(path) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for name, (address, theme, part) in pages_of(path).items():
                photograph(browser, base, name, address, theme, part)
            browser.close()


if __name__ == "__main__":
    main()
