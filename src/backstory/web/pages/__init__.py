"""The pages: each module asks the desk what its page shows and names the template."""

from __future__ import annotations

from backstory.web.pages import (
    article,
    compare,
    correcting,
    front,
    lists,
    name,
    outlet,
    said,
    search,
    source,
    status,
    story,
    thread,
)
from backstory.web.site import Site

__all__ = ["add"]


def add(site: Site) -> None:
    """Add every page to `site`."""
    for module in (
        front,
        lists,
        story,
        article,
        compare,
        name,
        outlet,
        said,
        search,
        source,
        status,
        thread,
        correcting,
    ):
        module.add(site)
