"""Names within an article and across articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.annotate import annotate
from backstory.annotate.names import merge
from backstory.annotate.spans import Found, Seen
from backstory.annotate.spelling import same_first_name, same_word
from backstory.records import Name, content_id
from tests.newsroom import reading
from tests.test_names_across import ties


def names_of(*lines, key="a", published="2031-02-14"):
    return next(annotate([reading(key, *lines, published=published)]))


def labels(*lines):
    return {name.label: set(name.forms) for name in names_of(*lines).names}


def test_a_surname_a_title_and_a_first_name_mean_the_full_name():
    forms = labels("Sir Colin Tarr met Anna Vey.", "Mr Tarr left. Sir Colin smiled. Vey stayed.")
    assert forms["Colin Tarr"] == {"Colin Tarr", "Tarr", "Colin"}
    assert forms["Anna Vey"] == {"Anna Vey", "Vey"}


def test_two_people_of_one_surname_stay_two_and_a_title_tells_them_apart():
    annotations = names_of("Anna Vey and Peter Vey arrived.", "Mr Vey spoke first. Ms Vey left.")
    names = {name.name_id: name.label for name in annotations.names}
    said = {(mention.text, mention.start): names[mention.name_id] for mention in annotations.mentions}
    assert [label for (text, _), label in sorted(said.items(), key=lambda row: row[0][1]) if text == "Vey"] == [
        "Peter Vey",
        "Anna Vey",
    ]


def test_an_institution_has_one_name_for_its_aliases_and_its_letters():
    forms = labels(
        "Nato met at Number 10.", "NATO thanked Downing Street and the Harbour Wall Trust (HWT).", "HWT agreed."
    )
    assert forms["NATO"] == {"Nato", "NATO"}
    assert forms["Downing Street"] == {"Number 10", "Downing Street"}
    assert forms["Harbour Wall Trust"] == {"Harbour Wall Trust", "HWT"}


def test_roles_beside_a_name_are_kept_with_whose_they_are():
    (name,) = [n for n in names_of("UK Foreign Secretary Colin Tarr spoke.").names if n.kind == "person"]
    assert "secretary|United Kingdom" in name.roles
    assert name.gender == "m"


def test_a_line_may_end_with_a_role():
    (name,) = [
        n for n in names_of("The photograph was sent by Colin Tarr, Foreign Secretary").names if n.kind == "person"
    ]
    assert (name.label, [role.partition("|")[0] for role in name.roles]) == ("Colin Tarr", ["secretary"])


def test_the_model_s_names_come_first_and_titles_are_not_part_of_them():
    line = "Then Mr Vestkraft met plumber Gaz Orme."
    spans = [("Mr Vestkraft", "person"), ("plumber Gaz Orme", "person")]
    found = Seen(entities=tuple(Found(line.index(w), line.index(w) + len(w), kind, 0.9) for w, kind in spans))

    class Reads:
        def seen(self, _):
            return found

    annotations = next(annotate([reading("a", line)], reader=Reads()))
    assert [mention.text for mention in annotations.mentions] == ["Vestkraft", "Gaz Orme"]


def own(label, kind="person", article="a", gender=None, roles=(), forms=()):
    return Name(
        content_id(article, label), kind, label, tuple(sorted({label, *forms})), "2031-02-14", 1, gender, tuple(roles)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (own("Volodymyr Zelenskyy"), own("Volodymyr Zelensky", article="b")),
        (own("Joe Biden"), own("Joseph Biden", article="b")),
        (own("NATO", "organisation", forms=["Nato"]), own("Nato", "organisation", article="b")),
        (own("Tarr Shipping Ltd", "organisation"), own("Tarr Shipping", "organisation", article="b")),
        (own("Harbour Wall Trust", "organisation"), own("HWT", "organisation", article="b")),
        (own("Anna Vey"), own("Vey", article="b")),
        (own("A380", "other"), own("Airbus A380", "other", article="b")),
        (
            own("Ukrainian president", roles=["president|Ukraine"]),
            own("Oleh Vey", article="b", roles=["president|Ukraine"]),
        ),
    ],
)
def test_one_name_for_two_spellings(one, other):
    assert len(merge([one, other]).names) == 1
    assert len(ties([one, other])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (own("John Smith"), own("Jane Smith", article="b")),
        (own("John Smith"), own("John Smyth", article="b")),
        (own("Sam Vey", gender="m"), own("Sam Vey", article="b", gender="f")),
        (own("Washington", "place"), own("Washington Post", "organisation", article="b")),
        (own("Apple", "organisation"), own("Apple Corps Records", "person", article="b")),
    ],
)
def test_two_names_for_two(one, other):
    ids = merge([one, other]).ids
    if one.label != other.label:
        assert ids[one.name_id] != ids[other.name_id]


def test_a_surname_alone_stays_apart_where_two_people_share_it():
    people = [own("John Smith"), own("Jane Smith", article="b"), own("Smith", article="c")]
    assert len(merge(people).names) == 3


PEOPLE = st.sampled_from(
    [
        "Anna Vey",
        "Ann Vey",
        "Peter Vey",
        "Vey",
        "P. Vey",
        "Zelensky",
        "Oleh Zelenskyy",
        "Oleg Zelensky",
        "Tarr Ltd",
        "Tarr",
        "NATO",
        "Nato",
        "HWT",
        "Harbour Wall Trust",
    ]
)


@given(
    st.lists(st.tuples(PEOPLE, st.sampled_from(["person", "organisation", "other"]), st.integers(0, 5)), max_size=12),
    st.randoms(),
)
def test_merging_does_not_depend_on_order_and_keeps_every_name(rows, random):
    names = [own(label, kind, f"{number}{kind}") for label, kind, number in rows]
    merged = merge(names)
    shuffled = list(names)
    random.shuffle(shuffled)
    assert merge(shuffled) == merged
    assert set(merged.ids) == {name.name_id for name in names}
    assert set(merged.ids.values()) == {name.name_id for name in merged.names}
    assert sum(name.articles for name in merged.names) == len({name.name_id for name in names})


def test_spellings():
    assert same_word("Zelenskyy", "Zelenskiy")
    assert not same_word("Smith", "Smyth")
    assert same_first_name("Bill", "William")
    assert same_first_name("J", "Joanna")
    assert not same_first_name("Anna", "Peter")


def test_a_headline_in_capitals_names_only_whom_the_article_names_or_a_first_name_with_a_surname():
    forms = labels(
        "Anna Vey Grills Harbour Trust Boss Over Missing Millions", "The Harbour Trust said that Vey was wrong."
    )
    assert "Anna Vey" in forms
    assert not [form for label in forms for form in forms[label] if "Grills" in form or "Boss" in form]


def test_the_husband_of_whose_wife_a_line_tells_keeps_his_gender():
    (name,) = [n for n in names_of("Colm Orme, whose wife Moira sang, left.").names if n.label == "Colm Orme"]
    assert name.gender == "m"


def test_a_noun_beside_a_word_says_that_it_is_an_institution():
    kinds = {
        n.label: n.kind for n in names_of("The dam is owned by Tessera, the state utility. It was built in 1962.").names
    }
    assert kinds["Tessera"] == "organisation"


def test_the_service_that_a_place_line_credits_is_an_institution():
    kinds = {n.label: n.kind for n in names_of("HARNBY, March 25 (Nordwire) - Divers found a crack on Tuesday.").names}
    assert kinds["Nordwire"] == "organisation"
