"""Names across articles: what ties them, and that a desk makes anew only what a change touches."""

from collections import defaultdict
from contextlib import closing, suppress
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from backstory.annotate.name_keys import block_keys, key_told
from backstory.annotate.names import keys_to_tell, merge
from backstory.desk.connection import connect
from backstory.desk.decided.decisions import decisions, undo
from backstory.desk.decided.names import label_name, local_names, merge_two_names, split_name, told_names
from backstory.desk.grouping.annotating import put_annotations
from backstory.desk.grouping.naming import merge_names
from backstory.desk.tables import rows
from backstory.errors import UsageError
from backstory.records import Annotations, Mention, Name, Quote, content_id

FIRST = ("Anna", "Ann", "Peter", "P.", "Oleh", "Bill", "William")
LAST = ("Vey", "Tarr", "Zelenskyy", "Zelensky", "Washington", "Ford", "de la Tarr", "Al-Vey")
THINGS = (
    "Ford", "Ford Motor Co", "Ford Foundation", "FMC", "Federal Marsh Council", "Tarr", "Tarr Ltd", "Tarr Group", "HWT",
    "Harbour Wall Trust", "Washington", "Washington Post", "NATO", "Nato", "Vey", "Zelensky", "US", "the company", "Al",
    "U.S.", "American", "A380", "Airbus A380", "Apple", "Orion", "The Fed", "Number 10", "Downing Street", "sterling",
)  # fmt: skip
ROLES = ("president|Ukraine", "chair|Ford", "minister|", "chair|HWT")
WHOLE = st.builds("{} {}".format, st.sampled_from(FIRST), st.sampled_from(LAST))
LABELS = st.one_of(
    WHOLE, st.sampled_from(LAST), st.sampled_from(THINGS), st.sampled_from(["Ukrainian president", "Ford chair"])
)
NAMES = st.lists(
    st.builds(
        lambda number, label, kind, forms, gender, roles: Name(
            content_id(str(number), label, kind), kind, label, tuple(sorted({label, *forms})), f"2031-02-{number:02}",
            1, gender, tuple(sorted(roles)),
        ),
        st.integers(1, 28),
        LABELS,
        st.sampled_from(["person", "person", "organisation", "organisation", "place", "other", "work"]),
        st.lists(LABELS, max_size=2),
        st.sampled_from([None, None, "m", "f"]),
        st.sets(st.sampled_from(ROLES), max_size=2),
    ),
    max_size=14,
    unique_by=lambda name: name.name_id,
)  # fmt: skip


def ties(names):
    """Return names in the groups that their keys tie."""
    sharing, looked_at = defaultdict(list), set()
    for name in names:
        for key, looks in block_keys(name).items():
            sharing[key].append(name.name_id)
            looked_at |= {key} if looks else set()
    parent = {name.name_id: name.name_id for name in names}

    def root(of):
        while parent[of] != of:
            of = parent[of]
        return of

    for key in looked_at:
        for other in sharing[key]:
            parent[root(other)] = root(sharing[key][0])
    groups = defaultdict(list)
    for name in names:
        groups[root(name.name_id)].append(name)
    return list(groups.values())


@given(NAMES)
def test_what_keys_do_not_tie_is_merged_apart_as_together(names):
    apart = [merge(group) for group in ties(names)]
    whole = merge(names)
    assert {key: became for merged in apart for key, became in merged.ids.items()} == whole.ids
    assert sorted(name.name_id for merged in apart for name in merged.names) == [n.name_id for n in whole.names]
    assert {name for merged in apart for name in merged.names} == set(whole.names)


@given(NAMES)
def test_equal_names_of_several_articles_merge_as_one_with_their_number(names):
    held = defaultdict(list)
    for name in names:
        held[name.kind, name.label, name.forms, name.gender, name.roles].append(name)
    shapes = {
        content_id("shape", repr(shape)): replace(
            own[0],
            name_id=content_id("shape", repr(shape)),
            articles=len(own),
            first_seen=min(n.first_seen for n in own),
        )
        for shape, own in held.items()
    }
    whole, together = merge(names), merge(shapes.values())
    assert together.names == whole.names
    for shape, own in held.items():
        assert {whole.ids[name.name_id] for name in own} == {together.ids[content_id("shape", repr(shape))]}


@given(NAMES)
def test_every_name_has_the_keys_by_which_people_can_pick_it(names):
    whole = merge(names)
    groups = defaultdict(list)
    for name in names:
        groups[whole.ids[name.name_id]].append(name)
    for group in groups.values():
        held = set().union(*(block_keys(name) for name in group))
        assert {key_told(key) for key in keys_to_tell(group)} <= held


def came(connection, number, names):
    """Let an article come, in place of what it was before, with its own names and a mention and a quote of each."""
    article_id = f"article {number}"
    connection.execute("INSERT OR IGNORE INTO contents VALUES (1, 's', 'r', NULL, x'', NULL, 0, '', '', NULL, 1, 1)")
    connection.execute("DELETE FROM articles WHERE article_id = ?", (article_id,))
    connection.execute(
        "INSERT INTO articles (article_id, source_id, start, end, published_earliest, words, confidence, evidence)"
        " VALUES (?, 's', 0, 0, ?, 0, 1, '{}')",
        (article_id, f"2031-01-{number + 1:02}"),
    )
    own = [replace(name, name_id=content_id(article_id, at, name.label)) for at, name in enumerate(names)]
    mentions = [Mention(article_id, n, n + 1, "x", name.kind, "name", name.name_id, 1.0) for n, name in enumerate(own)]
    quotes = [
        Quote(content_id(name.name_id), article_id, (), "x", "direct", 1.0, speaker_name_id=name.name_id)
        for name in own
    ]
    found = Annotations(article_id, mentions=tuple(mentions), quotes=tuple(quotes), names=tuple(own))
    put_annotations(connection, [found])


def told(connection, action, first, second):
    """Let somebody say something of the names that there are, if there are enough."""
    held = list(rows(connection, "names"))
    if action == "undo":
        standing = [one.decision_id for one in decisions(connection) if not one.undone_at]
        if standing:
            undo(connection, standing[first % len(standing)], by="test")
        return
    if not held:
        return
    one, other = held[first % len(held)], held[second % len(held)]
    with suppress(UsageError):
        if action == "merge":
            merge_two_names(connection, one["name_id"], other["name_id"])
        elif action == "split":
            split_name(connection, one["name_id"], forms=one["forms"][:1], articles=[])
        elif action == "apart":
            told_by = "SELECT article_id FROM mentions WHERE name_id = ? ORDER BY 1"
            articles = [row[0] for row in connection.execute(told_by, (one["name_id"],))]
            split_name(connection, one["name_id"], articles=articles[:1])
        else:
            label_name(connection, one["name_id"], f"Called {second}")


def is_as_made_at_once(connection):
    """Check every row that names leave against one merge of all."""
    whole = merge((name for _, name in local_names(connection)), told_names(connection))
    held = {(row["name_id"], row["kind"], row["label"], tuple(row["forms"]), row["first_seen"], row["articles"])
            for row in rows(connection, "names")}  # fmt: skip
    assert held == {(n.name_id, n.kind, n.label, n.forms, n.first_seen, n.articles) for n in whole.names}
    for table, column in (("mentions", ""), ("quotes", "speaker_")):
        for local_id, name_id in connection.execute(f"SELECT {column}local_id, {column}name_id FROM {table}"):
            assert name_id == whole.ids[local_id]
    shapes = "SELECT count(*), count(DISTINCT shape) FROM name_shapes WHERE articles > 0"
    kept = "SELECT count(DISTINCT shape), count(DISTINCT shape) FROM local_names"
    assert connection.execute(shapes).fetchall() == connection.execute(kept).fetchall()
    assert not connection.execute("SELECT 1 FROM name_shapes WHERE touched OR articles < 1").fetchall()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(0, 5), NAMES),
        st.tuples(st.just("go"), st.integers(0, 5), st.just(0)),
        st.tuples(st.sampled_from(["merge", "split", "apart", "label", "undo"]), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("build"), st.just(0), st.just(0)),
    ),
    max_size=14,
)


@given(STEPS)
@settings(deadline=None, max_examples=60)
def test_a_desk_makes_of_any_changes_in_any_batches_what_one_merge_makes_of_what_is_there(steps):
    with closing(connect(":memory:", create=True)) as connection:
        for action, first, second in [*steps, ("build", 0, 0)]:
            if action == "come":
                came(connection, first, second[:4])
            elif action == "go":
                connection.execute("DELETE FROM articles WHERE article_id = ?", (f"article {first}",))
            elif action == "build":
                merge_names(connection)
                is_as_made_at_once(connection)
            else:
                merge_names(connection)
                told(connection, action, first, second)


def test_names_that_nothing_new_ties_with_are_left_alone():
    with closing(connect(":memory:", create=True)) as connection:
        came(connection, 0, [Name("", "person", "Anna Vey", ("Anna Vey",), None, 1, None, ())])
        came(connection, 1, [Name("", "place", "Tarrport", ("Tarrport",), None, 1, None, ())])
        merge_names(connection)
        before = connection.execute("SELECT names FROM shelf_clock").fetchall()
        connection.execute("UPDATE names SET label = 'left alone' WHERE kind = 'place'")
        came(connection, 2, [Name("", "person", "Vey", ("Vey",), None, 1, None, ())])
        merge_names(connection)
        labels = {row["label"]: row["articles"] for row in rows(connection, "names")}
        assert labels == {"Anna Vey": 2, "left alone": 1}
        assert connection.execute("SELECT names FROM shelf_clock").fetchall() != before
