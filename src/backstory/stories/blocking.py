"""A profile in, the keys by which its candidates are found out: what two articles share before they are compared.

Two articles are candidates where they share a key and, if both are dated, came out within WINDOW days of each other.
The keys depend on the article alone, so whether two articles are candidates does not depend on the rest of the desk.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import combinations

from backstory.stories.profile import Profile

__all__ = ["UNDATED", "WINDOW", "day_of", "keys_of"]

TERMS = 12
"""An article's weightiest terms; every two of them make a key. Chosen by judgement, not measured yet."""
WINDOW = 60
"""Days. A story may go on for weeks; what links it after two months is a thread."""
VAGUE = 60
"""A date that is known less precisely than to so many days is none."""
UNDATED = -1


def keys_of(profile: Profile) -> list[int]:
    """Return the article's keys, 63 bits each."""
    lead, names = profile.fields["lead"], profile.fields["names"]
    weights = {term: lead.get(term, 0) + names.get(term, 0) for term in {*lead, *names}}
    chosen = sorted(sorted(weights, key=lambda term: (-weights[term], term))[:TERMS])
    return sorted({_key(f"{one} {other}") for one, other in combinations(chosen, 2)})


def _key(words: str) -> int:
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big") >> 1


def day_of(profile: Profile) -> int:
    """Return the first day on which the article may have come out, in days since 1970, or UNDATED."""
    if profile.earliest is None or profile.latest is None or profile.latest - profile.earliest > VAGUE * 24:
        return UNDATED
    return int(profile.earliest // 24)
