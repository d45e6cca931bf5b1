"""What people say of names: groups of names in, merged, split and labelled as they say out.

A name is picked by a key that its spellings share and, where people took it out of another, by the mark of that split:
so what they said holds for articles that come later too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from backstory.records import Name

__all__ = ["Group", "Pick", "Told", "obey"]


@dataclass(frozen=True, slots=True)
class Pick:
    """Picks the names whose group has `key`; `mark` is that of the split which made the group, "" where none did."""

    key: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a person said about the name `of`.

    Attributes:
        of: which name.
        joins: the name that is the same, for a merge.
        mark: of the new name, for a split: unlike any other.
        forms: what of the name is another's, for a split: whatever has one of these labels,
        ids: and these articles' own names.
        label: what the name is called, for a label.
    """

    of: Pick
    joins: Pick | None = None
    mark: str = ""
    forms: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    label: str | None = None


@dataclass(slots=True)
class Group:
    """Names that are one, with what people said of it."""

    names: list[Name]
    mark: str = ""
    label: str | None = None
    keys: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        self.names.sort(key=lambda name: name.name_id)


Keys = Callable[[Sequence[Name]], frozenset[str]]
"""Returns the keys by which a group can be picked."""


def obey(groups: Iterable[Sequence[Name]], told: Sequence[Told], keys: Keys) -> list[Group]:
    """Return `groups` after all that was `told`, in its order: the later holds where two differ."""
    made = [Group(list(names)) for names in groups]
    if told:
        for group in made:
            group.keys = keys(group.names)
    for one in told:
        if one.joins is not None:
            made = _joined(made, one.of, one.joins, keys)
        elif one.mark:
            made = _split(made, one, keys)
        else:
            for group in made:
                if _is_picked(group, one.of):
                    group.label = one.label
    return made


def _is_picked(group: Group, pick: Pick) -> bool:
    return group.mark == pick.mark and pick.key in group.keys


def _joined(groups: list[Group], of: Pick, other: Pick, keys: Keys) -> list[Group]:
    together = [group for group in groups if _is_picked(group, of) or _is_picked(group, other)]
    if len(together) < 2:
        return groups
    names = [name for group in together for name in group.names]
    label = next((group.label for group in together if group.label), None)
    whole = Group(names, of.mark, label, keys(names))
    return [*(group for group in groups if group not in together), whole]


def _split(groups: list[Group], told: Told, keys: Keys) -> list[Group]:
    made: list[Group] = []
    out: list[Name] = []
    for group in groups:
        own = [n for n in group.names if n.label in told.forms or n.name_id in told.ids]
        if not own or not _is_picked(group, told.of):
            made.append(group)
            continue
        out += own
        rest = [name for name in group.names if name not in own]
        if rest:
            made.append(Group(rest, group.mark, group.label, keys(rest)))
    return [*made, Group(out, told.mark, None, keys(out))] if out else made
