"""Learns what `vizdots.workflows.placing` goes by: `python -m tests.fit.weights [--folds N]`.

From tellings of three other organisations (`tests/data/workflow_training`) and the half `dev` of the labelled set; the
other half is never read here. The likelihood of the right reading is made as high as can be, less a penalty on large
weights (L-BFGS). With `--folds` the share of lines that are read right is told, each process by weights that were
learnt from the others.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from tests.workflow_dots import FILE, LabelledSet, Process
from vizdots.workflows import placing
from vizdots.workflows.context import Context, Evidence
from vizdots.workflows.placing import LEARNT, Weights

FOLDER: Final = FILE.parent / "workflow_training"
PENALTY: Final = 0.05  # of the square of each weight
ROUNDS: Final = 40
SIZES: Final = (len(LEARNT.says), 1, 1, len(LEARNT.jumps), len(LEARNT.ends))

torch.set_default_dtype(torch.float64)


@dataclass(frozen=True)
class Example:
    """One telling: for each line what speaks for each known step, and which it is; None for none of them."""

    process: str
    usual: int
    evidence: Sequence[Sequence[Evidence]]
    right: Sequence[int | None]


def main() -> None:
    """Print the weights, as `placing` has them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0)
    folds = parser.parse_args().folds
    examples = [each for path in [*sorted(FOLDER.glob("*.json")), FILE] for each in read(path)]
    if folds:
        print(f"{share_right(examples, folds):.4f} of all lines are read right")  # noqa: T201
    print(_as_weights(learn(examples), digits=2))  # noqa: T201


def read(path: Path) -> Iterator[Example]:
    """The tellings of a set in which no line tells two steps, each among the steps that were told before."""
    labelled = LabelledSet.model_validate_json(path.read_bytes())
    processes = {it.id: it for it in labelled.processes}
    others: dict[str, dict[str, str]] = {it.id: {} for it in labelled.processes}
    for dot in labelled.dots:
        if dot.process is None or dot.split != "dev":
            continue
        process, known = processes[dot.process], others[dot.process]
        meant = [ids[0] for ids in dot.step_ids]
        if all(len(ids) == 1 for ids in dot.step_ids):
            yield _example(f"{path.stem} {dot.process}", process, known, dot.steps, meant)
        known |= {
            step: line
            for line, step in reversed([*zip(dot.steps, meant, strict=True)])
            if step not in {*process.canonical, *known}
        }


def learn(examples: Sequence[Example]) -> Tensor:
    """The weights under which the right readings are the likeliest."""
    weights = torch.zeros(sum(SIZES), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def cost() -> Tensor:
        optimiser.zero_grad()
        total = sum((_surprise(weights, it) for it in examples), PENALTY * (weights**2).sum())
        total.backward()
        return total

    optimiser.step(cost)
    return weights.detach()


def share_right(examples: Sequence[Example], folds: int) -> float:
    """Of all lines, each read by weights that were learnt from other processes."""
    processes = sorted({it.process for it in examples})
    fold = {process: at % folds for at, process in enumerate(processes)}
    right = total = 0
    for held_out in range(folds):
        weights = _as_weights(learn([it for it in examples if fold[it.process] != held_out]))
        for example in (it for it in examples if fold[it.process] == held_out):
            odds = [placing.log_odds(each, example.usual, weights) for each in example.evidence]
            found = placing.read(odds, example.usual, weights)
            total += len(example.right)
            right += sum(found.get(line) == step for line, step in enumerate(example.right))
    return right / total


def _example(
    name: str, process: Process, others: Mapping[str, str], lines: Sequence[str], meant: Sequence[str]
) -> Example:
    keys = [*process.canonical, *others]
    context = Context([it.name for it in process.steps], [*others.values()])
    right = [keys.index(step) if step in keys else None for step in meant]
    return Example(name, len(process.steps), context.evidence(lines), right)


def _surprise(weights: Tensor, example: Example) -> Tensor:
    """Minus the log likelihood of the right reading."""
    says, usual, unusual, jump, end = weights.split(SIZES)
    evidence = torch.tensor(example.evidence)
    bias = torch.cat([usual.expand(example.usual), unusual.expand(evidence.shape[1] - example.usual)])
    scores = evidence @ says + bias
    places = range(-1, example.usual)
    jumps = jump[torch.tensor([[placing.jump(it, to) for to in places[1:]] for it in places])]
    ends = end[torch.tensor([placing.end(it, example.usual) for it in places])]

    at, right = torch.cat([torch.zeros(1), torch.full((example.usual,), -1e9)]), torch.zeros(())
    place = 0
    for row, step in zip(scores, example.right, strict=True):
        stay = at + torch.logsumexp(torch.cat([torch.zeros(1), row[example.usual :]]), 0)
        come = torch.logsumexp(at[:, None] + jumps, 0) + row[: example.usual]
        at = torch.cat([stay[:1], torch.logaddexp(stay[1:], come)])
        if step is not None and step < example.usual:
            right, place = right + jumps[place, step] + row[step], step + 1
        elif step is not None:
            right = right + row[step]
    return torch.logsumexp(at + ends, 0) - right - ends[place]


def _as_weights(learnt: Tensor, digits: int | None = None) -> Weights:
    says, usual, unusual, jumps, ends = (
        [round(it, digits) if digits else it for it in part.tolist()] for part in learnt.split(SIZES)
    )
    return Weights(Evidence(*says), usual[0], unusual[0], jumps, ends)


if __name__ == "__main__":
    main()
