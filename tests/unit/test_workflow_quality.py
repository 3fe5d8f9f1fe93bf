"""How well the labelled tellings are matched, and their variants found.

`make bench ARGS=workflows` prints it in full. Half of the tellings were never looked at by whoever made the method.
"""

from tests.workflow_dots import labelled, notes
from tests.workflow_quality import MATCHING, VARIANTS, Score, decisions, discovered, of_variants, variants

IN_OWN_WORDS = (0.74, 0.69)  # precision and recall that were reached: whoever changes the method loses nothing


def test_tellings_come_to_the_workflow_that_they_are_of() -> None:
    dots = labelled().dots
    for noted in (None, notes()):
        score = sum((each for _, each in decisions(dots, discovered(dots, noted))), Score())
        assert min(score.precision, score.recall) >= MATCHING


def test_variants_are_found_in_what_an_interviewing_model_notes() -> None:
    score = of_variants(list(variants(labelled(), notes())))["all"]
    assert min(score.precision, score.recall) >= VARIANTS


def test_variants_are_found_in_peoples_own_words_as_well_as_they_were() -> None:
    score = of_variants(list(variants(labelled())))["all"]
    precision, recall = IN_OWN_WORDS
    assert score.precision >= precision
    assert score.recall >= recall
