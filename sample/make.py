"""Make the sample: `python sample/make.py` writes sample/sources and sample/gold from sample/world.

The world is the only thing written by hand. Sources and labels are made together, so no offset is ever typed.
"""

from __future__ import annotations

import argparse
import shutil
import tomllib
from pathlib import Path

from gold import gold, write
from markup import load_articles
from placing import Unit
from shapes import render

HERE = Path(__file__).resolve().parent


def make(to: Path) -> list[Unit]:
    """Write the sources (and their labels) below `to` and return the sources."""
    world = HERE / "world"
    articles = load_articles(world / "articles")
    outlets = tomllib.loads((world / "outlets.toml").read_text(encoding="utf-8"))
    specs = tomllib.loads((world / "sources.toml").read_text(encoding="utf-8"))["source"]
    shutil.rmtree(to / "sources", ignore_errors=True)
    units: list[Unit] = []
    for spec in specs:
        raw, made = render(spec, articles, outlets)
        path = to / "sources" / spec["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        units += made
    names = tomllib.loads((world / "names.toml").read_text(encoding="utf-8"))
    facts = tomllib.loads((world / "facts.toml").read_text(encoding="utf-8"))
    more = tomllib.loads((world / "gold.toml").read_text(encoding="utf-8"))
    tables = gold(units, articles, outlets, {"names": names, "facts": facts, "gold": more})
    write(tables, to / "gold")
    return units


def main() -> None:
    """Read the command line and make the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=HERE, help="write below this folder (default: the sample's own)")
    units = make(parser.parse_args().to)
    print(f"{len(units)} sources")


if __name__ == "__main__":
    main()
