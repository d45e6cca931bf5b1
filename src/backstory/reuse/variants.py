"""The word lists in, the spellings that count as one word out: US and UK, numbers as words, names in two scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Variants", "entries", "languages", "variants"]


@dataclass(frozen=True, slots=True)
class Variants:
    """Pairs of a spelling and its one form, and triples of two words written apart and the word that they make."""

    spellings: tuple[tuple[str, str], ...]
    apart: tuple[tuple[str, str, str], ...]


def languages() -> list[str]:
    """Return the languages that have word lists, in order."""
    return sorted(folder.name for folder in files("backstory.reuse").joinpath("data").iterdir() if folder.is_dir())


def entries(name: str, language: str | None = None) -> Iterator[str]:
    """Yield the entries of the word list `name`, one a line without `#` comments, of one language or of all."""
    for folder in [language] if language else languages():
        path = files("backstory.reuse").joinpath("data", folder, f"{name}.txt")
        if not path.is_file():
            continue
        for line in path.read_text("utf-8").splitlines():
            entry = line.partition("#")[0].strip()
            if entry:
                yield entry


@cache
def variants() -> Variants:
    """Return what the lists `spelling`, `numbers` and `apart` of every language say.

    A line of `spelling` and `numbers` is a word and its form; a word and a form that both end in `-` are stems, and
    stand for themselves with each ending of the list `endings`.
    """
    endings = [entry.removeprefix("-") for entry in entries("endings")]
    spellings: dict[str, str] = {}
    for entry in (*entries("spelling"), *entries("numbers")):
        word, form = entry.split()
        if word.endswith("-"):
            spellings.update({word[:-1] + ending: form[:-1] + ending for ending in endings})
        else:
            spellings[word] = form
    apart = tuple((one, two, joined) for one, two, joined in (entry.split() for entry in entries("apart")))
    return Variants(tuple(sorted(spellings.items())), tuple(sorted(apart)))
