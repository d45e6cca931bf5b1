"""Text whose paragraphs were wrapped at a fixed width in, one line a paragraph out, by a fixed rule."""

from __future__ import annotations

__all__ = ["unwrapped"]

WIDEST_WRAP = 120
"""Archives and mail programs wrap at 65 to 100 characters; text with longer lines is not wrapped."""
NARROWEST_WRAP = 40
"""Below this, short lines are verse, lists or addresses rather than wrapped prose."""


WRAPPED_SHARE = 0.4
"""Of the line ends inside paragraphs, the share that must be forced by the width before a text counts as wrapped: prose
wrapped by a program has 0.6 to 1, one paragraph a line has under 0.1."""


def unwrapped(text: str) -> str:
    """Return `text` with the line ends that only wrap replaced by one space; lines lose the spaces at their ends.

    A line end only wraps when the first word of the next line would not have fitted: when the line, one space and that
    word are longer than the longest line. Blank lines stay, so paragraphs stay apart.
    """
    physical = text.split("\n")
    lines = [line.strip() for line in physical]
    widths = [len(line.rstrip()) for line in physical]
    width = max(widths)
    inside = [i for i in range(1, len(lines)) if lines[i - 1] and lines[i]]
    forced = {i for i in inside if widths[i - 1] + 1 + len(lines[i].split(" ", 1)[0]) > width}
    if not NARROWEST_WRAP <= width <= WIDEST_WRAP or len(forced) < max(2, WRAPPED_SHARE * len(inside)):
        return "\n".join(lines)
    joined: list[str] = []
    for number, line in enumerate(lines):
        if number in forced:
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return "\n".join(joined)
