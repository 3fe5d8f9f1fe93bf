"""Which known step each line is: held against all the ways to read a telling, counted one by one."""

from itertools import product
from math import exp, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizdots.workflows.context import Context
from vizdots.workflows.lexicon import acts, forms, things
from vizdots.workflows.placing import LEARNT, end, jump, placed, probabilities
from vizdots.workflows.vectors import LENGTH, cosine, joined, vector
from vizdots.workflows.words import stem

ODDS = st.floats(-8, 8)
STEPS = ("Receive the order", "Check the stock", "Pick the goods", "Pack the goods", "Ship the parcel")


def weight(reading: tuple[int | None, ...], scores: list[list[float]], usual: int) -> float:
    """How probable a reading is, beside others."""
    total, before = 0.0, -1
    for row, step in zip(scores, reading, strict=True):
        if step is not None:
            total += row[step]
            if step < usual:
                total += LEARNT.jumps[jump(before, step)]
                before = step
    return exp(total + LEARNT.ends[end(before, usual)])


@given(st.data(), st.integers(1, 3), st.integers(0, 3), st.integers(0, 2))
def test_probabilities_are_those_of_all_readings(data: st.DataObject, lines: int, usual: int, others: int) -> None:
    steps = usual + others
    scores = data.draw(st.lists(st.lists(ODDS, min_size=steps, max_size=steps), min_size=lines, max_size=lines))
    readings = {it: weight(it, scores, usual) for it in product([None, *range(steps)], repeat=lines)}
    everything = sum(readings.values())

    for line, row in enumerate(probabilities(scores, usual)):
        for step, found in enumerate(row):
            expected = sum(it for reading, it in readings.items() if reading[line] == step) / everything
            assert found == pytest.approx(expected, abs=1e-9)


def test_nothing_told_is_nothing_placed() -> None:
    assert placed([], Context(STEPS)) == {}
    assert placed(["Check the stock"], Context([])) == {}
    assert probabilities([], 3) == []


def test_what_has_nothing_in_common_is_no_step_wherever_it_stands() -> None:
    assert placed(["Water the plants"], Context(STEPS)) == {}
    assert placed(["Receive the order", "Water the plants", "Pick the goods"], Context(STEPS)) == {0: 0, 2: 2}


def test_a_line_is_read_by_the_lines_around_it() -> None:
    """ "Do it" says nothing, but between the first and the third step it is the second."""
    alone = placed(["Look after it"], Context(STEPS))
    between = placed(["Receive the order", "Look after it", "Take the goods", "Pack them"], Context(STEPS))
    assert (alone, between.get(1)) == ({}, 1)


@given(st.permutations(STEPS))
def test_steps_by_their_names_are_these_steps_in_any_order(told: list[str]) -> None:
    assert placed(told, Context(STEPS)) == {line: STEPS.index(label) for line, label in enumerate(told)}


# ---- what words mean -------------------------------------------------------------------------------------------------


def test_every_word_of_the_lexicon_has_a_vector() -> None:
    words = {part for text in (acts.ACTS, things.THINGS) for word in text.split() for part in word.split("-")}
    silent = {stem(word) for word in forms.SILENT.split()}
    said = [it for it in words if it.isalpha() and len(it) > 1 and stem(it) not in silent]
    assert len(said) > 2000
    assert [it for it in said if len(vector(stem(it)) or ()) != LENGTH] == []


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [("invoice", "bill", "heating"), ("doctor", "nurse", "wood"), ("holiday", "vacation", "payment")],
)
def test_words_of_the_same_company_are_near(word: str, near: str, far: str) -> None:
    one, other, third = (joined(((stem(it), 1.0),)) for it in (word, near, far))
    assert cosine(one, other) > 0.3 > cosine(one, third) > -inf


def test_what_we_know_no_word_of_is_nowhere() -> None:
    assert vector("blorbinate") is None
    assert joined((("blorbinate", 1.0),)) is None
    assert cosine(None, joined((("invoic", 1.0),))) == 0
