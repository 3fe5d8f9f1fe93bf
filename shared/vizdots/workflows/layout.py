"""How the picture of a workflow is laid out: the model in a line, ways that part from it beside, remarks opposite.

Going down, where there is no room opposite, a remark stands beside its step, and a way around that goes around both.
"""

from collections.abc import Callable, Sequence
from typing import Final

from vizdots.workflows.diagram import LINE, SMALL_FONT, Diagram, Direction, Lettering, Node, NodeKind, Point
from vizdots.workflows.effective import Effective, EffectiveStep
from vizdots.workflows.lettering import wrapped
from vizdots.workflows.pen import Pen
from vizdots.workflows.ways import Block, Way, blocks, of_tools, words

Say = Callable[[Way], str]

REMARK_LINES: Final = 8  # of what is said of one way


def draw(
    name: str,
    model: Effective,
    ways: Sequence[Way] = (),
    direction: Direction = "right",
    words: Callable[[Way, Effective], str] = words,
) -> Diagram:
    """The model, and where people's ways part from it, told with `words`. All are drawn: give those worth showing."""
    parts = blocks(model, ways)
    pen = Pen(direction, [part.label for part in parts])

    def say(way: Way) -> str:
        return words(way, model)

    _remarkable(pen, say, of_tools(ways), "start", "Start")
    for part in parts:
        if part.way is None:
            _step(pen, say, part)
        elif part.step is None:
            _extra(pen, say, part, part.way)
        else:
            _skippable(pen, say, part, part.way)
    pen.on_line("end", "End")
    return pen.framed(name)


def _step(pen: Pen, say: Say, part: Block) -> None:
    _remarkable(pen, say, part.remarks, "step", part.label, step=part.step)


def _remarkable(
    pen: Pen, say: Say, ways: Sequence[Way], kind: NodeKind, label: str, step: EffectiveStep | None = None
) -> None:
    """A node on the line, and what is remarked on it: opposite, or beside it where the line goes down."""
    if not ways:
        pen.on_line(kind, label, step=step)
        return
    told = [say(way) for way in ways]
    lines = [line for each in told for line in pen.lines(each, SMALL_FONT, REMARK_LINES)]
    pen.along += max(0, pen.length("remark", len(lines)) - pen.length(kind)) / 2
    node = pen.on_line(kind, label, step=step)
    middle, side = pen.middle(node), pen.half + pen.size.aside
    remark_width, height = pen.measures("remark", len(lines))
    if pen.is_down:
        across, ends = side + remark_width / 2, (node.width / 2, side)
    else:
        across, ends = -side - height / 2, (-node.height / 2, -side)
    remark = pen.node("remark", "; ".join(told), (middle, across), lines, ways=tuple(ways))
    pen.edge(node, remark, [(middle, each) for each in ends], "remark")
    pen.along = max(pen.along, pen.end(remark) + pen.size.gap)


def _skippable(pen: Pen, say: Say, part: Block, way: Way) -> None:
    """A step, and a way around it."""
    split = pen.on_line("split")
    _step(pen, say, part)
    join = pen.on_line("join")
    lane = pen.half + pen.size.aside / 2
    if pen.is_down and part.remarks:
        lane += pen.size.aside + pen.size.step_width
    start, finish, corner = pen.middle(split), pen.middle(join), pen.size.gateway / 2
    text = say(way)
    if pen.is_down:
        lettering = _over_its_branch(pen, split, text)
    else:
        below = pen.point((start + finish) / 2, lane + LINE)
        lettering = Lettering(wrapped(text, finish - start, SMALL_FONT, 2), *below)
    places = [(start, corner), (start, lane), (finish, lane), (finish, corner)]
    pen.edge(split, join, places, label=text, lettering=lettering, ways=(way,))


def _extra(pen: Pen, say: Say, part: Block, way: Way) -> None:
    """A step beside the line, for those who do it."""
    split = pen.on_line("split")
    lane = 2 * pen.half + pen.size.aside
    extra = pen.node("extra", part.label, (pen.along + pen.length("extra") / 2, lane), ways=(way,))
    text = say(way)
    if pen.is_down:
        lettering = _over_its_branch(pen, split, text)
    else:
        lettering = Lettering(pen.lines(text, SMALL_FONT, 2), extra.centre.x, extra.y + extra.height + LINE)
    pen.along = pen.end(extra) + pen.size.gap
    join = pen.on_line("join")
    start, finish, corner = pen.middle(split), pen.middle(join), pen.size.gateway / 2
    there = [(start, corner), (start, lane), (pen.begin(extra), lane)]
    pen.edge(split, extra, there, label=text, lettering=lettering, ways=(way,))
    pen.edge(extra, join, [(pen.end(extra), lane), (finish, lane), (finish, corner)])


def _over_its_branch(pen: Pen, split: Node, text: str) -> Lettering:
    """Text above the line that leaves a gateway to the right."""
    place = Point(split.x + split.width, split.centre.y - LINE / 2)
    return Lettering(wrapped(text, 2 * pen.size.step_width, SMALL_FONT, 1), *place, "start")
