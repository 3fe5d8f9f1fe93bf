"""make bench: each figure a ratio of medians, both sides in turn in one run. See README.md beside this file."""

import sys
from collections.abc import Callable, Sequence

from tests.bench import cold, console, roster, scheduler, warm, workflows
from tests.bench.report import Line
from tests.bench.world import World, world

MEASURES: dict[str, Callable[[World], Sequence[Line]]] = {
    "cold": cold.measure,
    "warm": warm.measure,
    "console": console.measure,
    "scheduler": scheduler.measure,
    "roster": roster.measure,
    "workflows": workflows.measure,
}


def main(names: list[str]) -> None:
    """Run the measures named, or all of them."""
    with world() as measured:
        lines: list[Line] = []
        for name in names or MEASURES:
            for line in MEASURES[name](measured):
                lines.append(line)
                print(line, flush=True)  # noqa: T201
    missed = [line for line in lines if not line.is_reached]
    print(f"{len(lines) - len(missed)} of {len(lines)} aims reached in this run")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
