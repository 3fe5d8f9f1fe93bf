"""How well the labelled tellings are matched, and their variants found.

`make bench ARGS=workflows` prints it in full. Half of the tellings were never looked at by whoever made the method.
"""

from tests.workflow_dots import labelled
from tests.workflow_quality import MATCHING, VARIANTS, Score, decisions, discovered, of_variants, variants

BY_WORDS = (
    0.64,
    0.66,
)  # precision and recall that were reached, below the aim: whoever changes the method loses nothing


def test_tellings_come_to_the_workflow_that_they_are_of() -> None:
    dots = labelled().dots
    score = sum((each for _, each in decisions(dots, discovered(dots))), Score())
    assert min(score.precision, score.recall) >= MATCHING


def test_variants_are_found_where_steps_have_the_words_that_are_known() -> None:
    score = of_variants([it for it in variants(labelled(), in_known_words=True) if not it[0].hard])["all"]
    assert min(score.precision, score.recall) >= VARIANTS


def test_variants_are_found_in_anybodys_words_as_well_as_they_were() -> None:
    score = of_variants(list(variants(labelled())))["all"]
    assert (score.precision, score.recall) >= BY_WORDS
    assert score.recall >= BY_WORDS[1]
