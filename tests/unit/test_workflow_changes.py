"""What a new version has otherwise, told so that one understands it."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizdots.workflows.changes import SUMMARY_LENGTH, changes, summary
from vizdots.workflows.structure import Step, Structure


def has(steps: str, tools: str = "", sources: str = "", **labels: str) -> Structure:
    """A structure of steps with one-letter keys."""
    return Structure(
        steps=tuple(Step(key=key, label=labels.get(key, key.upper())) for key in steps),
        tools=tuple(tools.split()),
        data_sources=tuple(sources.split()),
    )


letters = st.lists(st.sampled_from("abcdefgh"), unique=True).map("".join)
names = st.sampled_from(["Excel", "excel", "x" * 200, "漢" * 60, "“quoted”", "SAP"]) | st.text(
    "abc é日", max_size=20
).filter(str.strip)
labelled = st.builds(
    lambda steps, labels, tools, sources: Structure(
        steps=tuple(Step(key=key, label=label) for key, label in zip(steps, labels, strict=False)),
        tools=tools,
        data_sources=sources,
    ),
    letters,
    st.lists(names, min_size=8, max_size=8),
    st.lists(names, max_size=5),
    st.lists(names, max_size=5),
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, has("abc"), "First told."),
        (has("abc", "Excel", "CRM"), has("abc", "excel", "crm"), "Nothing changed."),
        (has("ac"), has("abc"), "Adds “B” after “A”."),
        (has("bc"), has("abc"), "Adds “A” at the beginning."),
        (has("abc"), has("ac"), "No longer: “B”."),
        (has("a"), has("abcd"), "Adds “B” after “A”, “C” after “B” and 1 more."),
        (has("abcd"), has("a"), "No longer: “B”, “C” and 1 more."),
        (has("abcd"), has("dabc"), "Moves “D” at the beginning."),
        (has("abcd"), has("bcad"), "Moves “A” after “C”."),
        (has("ab", a="Take it"), has("ab", a="Take the order"), "Now called: “Take the order” (was “Take it”)."),
        (has("a", "Excel"), has("a", "SAP"), "Uses SAP instead of Excel."),
        (has("a"), has("a", "SAP Jira"), "Uses SAP and Jira as well."),
        (has("a", "SAP"), has("a"), "Uses SAP no longer."),
        (has("a", "", "CRM"), has("a", "", "Ledger"), "Takes data from Ledger instead of CRM."),
        (
            has("abx", "Excel", a="Take the order", x="Print the form"),
            has("acb", "SAP", a="Take the order", c="Call the customer"),
            "Adds “Call the customer” after “Take the order”. No longer: “Print the form”. Uses SAP instead of Excel.",
        ),
    ],
)
def test_changes_are_told_plainly(old: Structure | None, new: Structure, expected: str) -> None:
    assert summary(old, new) == expected


def test_long_names_are_shortened() -> None:
    assert summary(has("a"), has("ab", b="x" * 200)) == f"Adds “{'x' * 59}…” after “A”."


def test_what_does_not_fit_is_more() -> None:
    long = {key: key * 60 for key in "abcdefgh"}
    told = summary(has("abcdef", "Excel", **long), has("ghab", "SAP", **long))
    assert told.endswith(". And more.")
    assert len(told) <= SUMMARY_LENGTH


@settings(deadline=None)
@given(st.none() | labelled, labelled)
def test_every_summary_says_something_and_fits(old: Structure | None, new: Structure) -> None:
    told = summary(old, new)
    assert 0 < len(told) <= SUMMARY_LENGTH
    assert "\n" not in told
    assert (told == "Nothing changed.") == (old is not None and changes(old, new) == changes(new, new))


@settings(deadline=None)
@given(letters, letters)
def test_the_new_order_can_be_made_from_the_changes(old: str, new: str) -> None:
    found = changes(has(old), has(new))
    gone = {*(step.key for step in found.removed), *(step.key for step in found.moved)}
    steps = [key for key in old if key not in gone]
    placed = {step.key: step.after for step in (*found.added, *found.moved)}
    for key in new:
        if key in placed:
            after = placed[key]
            steps.insert(steps.index(after.lower()) + 1 if after else 0, key)
    assert "".join(steps) == new


@settings(deadline=None)
@given(st.permutations("abcdef"))
def test_as_few_steps_as_possible_count_as_moved(new: list[str]) -> None:
    moved = len(changes(has("abcdef"), has("".join(new))).moved)
    kept = max(len(it) for size in range(1, 7) for it in combinations(new, size) if list(it) == sorted(it))
    assert moved == 6 - kept
