"""Workflows told apart and their variants found, held against the labelled set; and how long a thousand take."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import Final

from tests.bench.report import Line
from tests.bench.world import ROOT, World
from tests.workflow_dots import Dot, Note, labelled, notes
from tests.workflow_quality import (
    MATCHING,
    VARIANTS,
    Score,
    decisions,
    discovered,
    of_pairs,
    of_variants,
    variants,
)

ROUNDS: Final = 5
MAY_TAKE: Final = 0.1  # seconds of work for one telling among a thousand workflows

ASK: Final = """
import json, sys, time
from vizdots.workflows.matching import Known, match
from vizdots.workflows.structure import Telling
telling, known = json.load(sys.stdin)
told, workflows = Telling(**telling), [Known(**each) for each in known]
at = time.process_time()
match(told, workflows)
print(time.process_time() - at)
"""

VERBS: Final = (
    "check send approve pay update file order call plan review clean pack print measure install publish".split()
)
NOUNS: Final = (
    "invoice order contract quote supplier report budget stock parcel ticket vehicle room candidate payroll label "
    "photo website campaign laptop password meeting visit form permit sample batch recipe shift tender"
).split()
TOOLS: Final = ("SAP", "Excel", "Outlook", "Slack", "Jira", "Word", "Salesforce")

WAYS: Final[dict[str, Callable[[], Mapping[str, Note] | None]]] = {"as noted": notes, "own words": lambda: None}
HALVES: Final[dict[str, Callable[[Dot], bool]]] = {
    "all": lambda it: True,
    "dev": lambda it: it.split == "dev",
    "held out": lambda it: it.split == "held_out",
    "not hard": lambda it: not it.hard,
    "hard": lambda it: it.hard,
}


def measure(_: World) -> list[Line]:
    """What is found without a look at the labels, counted by them."""
    return [*_matching(), *_variants(), _time()]


def _matching() -> Iterator[Line]:
    dots = labelled().dots
    for way, noted in WAYS.items():
        went = discovered(dots, noted())
        decided = list(decisions(dots, went))
        for name, counts in HALVES.items():
            score = sum((it for dot, it in decided if counts(dot)), Score())
            yield from _lines(f"matching, {way}, {name}", "tellings", score, MATCHING)
        yield from _lines(f"matching, {way}, pairs", "pairs", of_pairs(dots, went), MATCHING)


def _variants() -> Iterator[Line]:
    for way, noted in WAYS.items():
        found = list(variants(labelled(), noted()))
        for name, counts in HALVES.items():
            scores = of_variants([it for it in found if counts(it[0])])
            yield from _lines(f"variants, {way}, {name}", "variants", scores.pop("all"), VARIANTS)
            for kind, score in scores.items() if name == "all" else ():
                yield from _lines(f"variants, {way}, {kind}", "variants", score, VARIANTS)


def _lines(name: str, of_what: str, score: Score, aim: float) -> Iterator[Line]:
    told = f"{score.right} of {{}} {of_what}; F1 {score.f1:.3f}"
    yield Line(f"{name} P", told.format(f"{score.found} found"), score.precision, at_least=aim, unit=" ")
    yield Line(f"{name} R", told.format(score.there), score.recall, at_least=aim, unit=" ")


def _time() -> Line:
    """In a process that has seen none of them before, with the lexicon still to be read."""
    known = [
        {
            "id": str(n),
            "key": f"process-{n}",
            "names": [f"{NOUNS[n % 29]} {NOUNS[n * 7 % 29]} {n}"],
            "steps": [_step(n * 8 + step) for step in range(8)],
            "tools": [TOOLS[n % 7], TOOLS[n % 5]],
        }
        for n in range(1000)
    ]
    told = {"name": "Supplier invoice", "steps": [_step(step * 31) for step in range(8)], "tools": ["SAP"]}
    spent = median(
        float(
            subprocess.run(
                [sys.executable, "-c", ASK],
                input=json.dumps([told, known]),
                env=os.environ | {"PYTHONPATH": str(ROOT / "shared")},
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
        for _ in range(ROUNDS)
    )
    return Line(
        "matching 1,000",
        f"{spent * 1000:.0f} ms, of the {MAY_TAKE * 1000:.0f} that it may take",
        spent / MAY_TAKE,
        at_most=1,
    )


def _step(n: int) -> str:
    return f"{VERBS[n % 16]} the {NOUNS[n * 5 % 29]} with the {NOUNS[n * 11 % 23]}"
