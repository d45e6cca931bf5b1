"""Text in, the code of the language that it is written in out; None where the words do not say so surely."""

from __future__ import annotations

from functools import cache
from typing import Any

from backstory.clean.phrases import listed_in, plain, words_of

__all__ = ["language_of"]

LEAST = 60
"""Letters below which no language is named: of 60 letters 1 in 100 sentences is taken for a neighbouring language."""

ENGLISH_SHARE = 0.25
"""The share of English function words from which a text is English without asking further: German and Dutch have under
.1, and asking takes as long as half of all cleaning."""

SURE = 0.9


def language_of(sample: str) -> str | None:
    """Return the ISO 639-1 code of the language of `sample`, by function words and py3langid."""
    if sum(map(str.isalpha, sample)) < LEAST:
        return None
    words = words_of(plain(sample))
    if sum(map(listed_in("function_words", "en").__contains__, words)) >= ENGLISH_SHARE * len(words):
        return "en"
    code, chance = _identifier().classify(sample.encode("utf-8", "replace").decode("utf-8"))
    return str(code) if chance >= SURE else None


@cache
def _identifier() -> Any:  # noqa: ANN401 the library has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
