"""Steps as told, by the keys that they have in the workflow's vocabulary."""

from hypothesis import given
from hypothesis import strategies as st

from vizdots.texts import is_blank
from vizdots.workflows.naming import is_by_name, named
from vizdots.workflows.structure import Step

VOCABULARY = tuple(
    Step(key=key, label=label)
    for key, label in [
        ("receive", "Receive the order"),
        ("check", "Check the stock"),
        ("pick", "Pick the goods"),
        ("pack", "Pack the goods"),
        ("ship", "Ship the parcel"),
    ]
)
LABELS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)


def keys(*steps: str) -> list[str]:
    """The keys of what is told."""
    return [it.key for it in named(steps, VOCABULARY)]


def test_a_step_in_other_words_has_the_key_that_it_has() -> None:
    assert keys("Orders come in", "Verify inventory", "Dispatch the package") == ["receive", "check", "ship"]


def test_a_step_that_nobody_told_of_gets_a_key_of_its_own() -> None:
    assert named(["Water the plants"], VOCABULARY) == (Step(key="water-the-plants", label="Water the plants"),)


def test_lines_in_a_row_that_tell_of_one_step_are_that_step() -> None:
    assert keys("Orders come in", "Check stock in the system", "Check the stock", "Ship it") == [
        "receive",
        "check",
        "ship",
    ]


def test_what_is_told_again_later_is_done_again() -> None:
    assert keys("Check the stock", "Pick the goods", "Check the stock") == ["check", "pick", "check-the-stock"]
    assert [it.key for it in named(["Wait", "wait", "Wait!"], ())] == ["wait", "wait-2", "wait-3"]


def test_a_step_told_out_of_its_usual_place_is_that_step() -> None:
    assert keys("Dispatch the parcel", "Orders come in", "Verify the stock", "Pick what was ordered") == [
        "ship",
        "receive",
        "check",
        "pick",
    ]


def test_where_steps_are_told_by_their_names_other_words_are_another_step() -> None:
    told = ["Receive the order", "Weigh the goods", "Pick the goods", "Pack the goods"]
    assert [it.label for it in named(told, VOCABULARY)] == told
    assert is_by_name(told, VOCABULARY)
    assert not is_by_name(["Orders come in", "Weigh the goods", "Pick the goods"], VOCABULARY)
    assert not is_by_name([], VOCABULARY)


def test_a_step_that_only_some_have_told_is_known_too() -> None:
    gift = Step(key="gift", label="Put a gift in")
    assert named(["Pick the goods", "A little gift goes in", "Pack it"], VOCABULARY, [gift])[1] == gift


def test_a_line_that_tells_two_known_steps_is_two() -> None:
    assert keys("Pick and pack the goods", "Ship it") == ["pick", "pack", "ship"]


def test_a_line_of_which_one_half_is_known_is_one_step() -> None:
    assert len(keys("Pack the goods and water the plants")) == 1


@given(st.lists(LABELS, max_size=8))
def test_every_line_that_says_something_is_a_step_in_its_place(steps: list[str]) -> None:
    said = [" ".join(each.split()) for each in steps if not is_blank(each)]
    assert [it.label for it in named(steps, ())] == said


@given(st.lists(LABELS, max_size=8), st.lists(LABELS, max_size=8))
def test_no_key_comes_twice_and_known_ones_are_the_vocabularys(steps: list[str], before: list[str]) -> None:
    vocabulary = named(before, ())
    found = named(steps, vocabulary)
    assert len({it.key for it in found}) == len(found)
    assert named(steps, vocabulary) == found
    known = {it.key: it for it in vocabulary}
    assert all(known.get(it.key, it) == it for it in found)


@given(st.lists(LABELS, max_size=8))
def test_the_vocabulary_names_itself(before: list[str]) -> None:
    vocabulary = named(before, ())
    assert named([it.label for it in vocabulary], vocabulary) == vocabulary
