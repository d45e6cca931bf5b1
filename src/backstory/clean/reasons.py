"""A gap in, words out: the strongest evidence that an article begins or resumes there."""

from __future__ import annotations

import numpy as np

from backstory.clean.gaps import Evidence
from backstory.clean.introductions import REACH
from backstory.clean.roles import ROLES
from backstory.clean.vectors import cosines

__all__ = ["reasons_for"]

SPOKEN_ROLE = 0.3
"""Above this chance a line "reads like" a headline or a lead. It words the evidence and decides nothing."""

SPOKEN_LIKENESS = 0.45
"""Below this likeness over 3 + 3 paragraphs text "falls apart". It words the evidence and decides nothing."""


def reasons_for(seen: Evidence, gap: int, start: int, *, resumes: bool) -> tuple[str, ...]:
    """Return in words why an article begins at `gap`, where the one before it began at `start`."""
    reasons = ["goes on with the article before the one it interrupts"] if resumes else []
    for role in ("headline", "lead"):
        chance = float(np.exp(seen.roles[gap, ROLES.index(role)]))
        if chance > SPOKEN_ROLE:
            reasons.append(f"reads like a {role} ({chance:.2f})")
    before, after = seen.static[max(gap - 3, 0) : gap].sum(axis=0), seen.static[gap : gap + 3].sum(axis=0)
    likeness = float(cosines(before[None], after[None])[0])
    if likeness < SPOKEN_LIKENESS:
        reasons.append(f"vectors fall to {likeness:.2f} over 3+3 paragraphs")
    reasons += _names(seen, gap, start)
    return tuple(reasons) or ("the line before ends and this one opens a text",)


def _names(seen: Evidence, gap: int, start: int) -> list[str]:
    known: set[str] = set()
    for place in range(max(start, gap - REACH), gap):
        known |= seen.names.full[place].keys() | seen.names.short[place]
    here = seen.names.full[gap]
    anew = [whole for key, whole in here.items() if key in known]
    fresh = [whole for key, whole in here.items() if key not in known]
    after: set[str] = set()
    for place in range(gap, min(gap + 6, len(seen.names.full))):
        after |= seen.names.full[place].keys() | seen.names.short[place]
    reasons = []
    if fresh:
        reasons.append(f"introduces {fresh[0]} with full name")
    elif anew:
        reasons.append(f"gives {anew[0]} in full again")
    if known and not known & after:
        reasons.append("names stop")
    return reasons
