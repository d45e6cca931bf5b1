"""Names of word lists in, their entries out. What is known of a language is data: `data/<language>/<list>.txt`.

A list has one entry a line; `#` begins a comment; fields of an entry are parted by tabs.
"""

from functools import cache
from importlib.resources import files

__all__ = ["DEFAULT", "LANGUAGES", "entries", "known_language", "pairs", "words"]

DATA = files("backstory.annotate") / "data"
DEFAULT = "en"
"""The language of an article whose language is not known, or for which there are no lists."""


@cache
def languages() -> frozenset[str]:
    """Return the codes of the languages that have lists."""
    return frozenset(folder.name for folder in DATA.iterdir() if folder.is_dir() and not folder.name.startswith("_"))


LANGUAGES = languages()


def known_language(code: str | None) -> str:
    """Return the language of `code` ("en-GB" is "en") if there are lists for it, else English."""
    base = (code or DEFAULT).lower().replace("_", "-").split("-")[0]
    return base if base in LANGUAGES else DEFAULT


@cache
def entries(name: str, language: str = "") -> tuple[str, ...]:
    """Return the entries of a list in their order; English ones where the language lacks it. "" has shared lists."""
    file = DATA / language / name if language else DATA / name
    if not file.is_file():
        return entries(name, DEFAULT) if language not in {"", DEFAULT} else ()
    lines = (line.split("#", 1)[0].rstrip() for line in file.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line.strip())


@cache
def words(name: str, language: str = DEFAULT) -> frozenset[str]:
    """Return every blank-parted word of a list, in lower case."""
    return frozenset(word.lower() for entry in entries(f"{name}.txt", language) for word in entry.split())


@cache
def phrases(name: str, language: str = DEFAULT) -> frozenset[str]:
    """Return the entries of a list whole, in lower case."""
    return frozenset(entry.strip().lower() for entry in entries(f"{name}.txt", language))


@cache
def pairs(name: str, language: str = "") -> dict[str, str]:
    """Return a two-column list as a mapping, keys in lower case."""
    rows = (entry.split("\t") for entry in entries(f"{name}.tsv", language))
    return {row[0].strip().lower(): row[1].strip() for row in rows if len(row) > 1}
