"""Draws along a line, to the right or down: places are told along it and across it (0: on it), not by x and y."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Any, Final

from vizdots.workflows.diagram import (
    LINE,
    MEASURES,
    SMALL_FONT,
    STEP_FONT,
    Diagram,
    Direction,
    Edge,
    EdgeKind,
    Lettering,
    Node,
    NodeKind,
    Point,
)
from vizdots.workflows.lettering import measured, wrapped

BASELINE: Final = 4.5  # below the middle of a line of text

Place = tuple[float, float]
"""Along the line, and across it."""


class Pen:
    """Remembers what it drew and how far along the line it is."""

    def __init__(self, direction: Direction, labels: Sequence[str]) -> None:
        """All steps get the height that the longest of these labels takes."""
        self.size, self._direction = MEASURES[direction], direction
        lines = max((len(self.lines(label, STEP_FONT, self.size.most_lines)) for label in labels), default=1)
        self.step = (self.size.step_width, max(2, lines) * LINE + 2 * self.size.padding)
        self.along: float = 0
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._count: Counter[str] = Counter()
        self._last: Node | None = None  # on the line

    @property
    def is_down(self) -> bool:
        """Whether the line goes down."""
        return self._direction == "down"

    @property
    def half(self) -> float:
        """From the line to the side of a step on it."""
        return self.step[0 if self.is_down else 1] / 2

    def on_line(self, kind: NodeKind, label: str = "", **more: Any) -> Node:
        """A node on the line, and the line to it from the one before."""
        node = self.node(kind, label, (self.along + self.length(kind) / 2, 0), **more)
        if self._last is not None:
            self.edge(self._last, node, [(self.end(self._last), 0), (self.begin(node), 0)])
        self.along, self._last = self.end(node) + self.size.gap, node
        return node

    def node(self, kind: NodeKind, label: str, centre: Place, lines: Sequence[str] = (), **more: Any) -> Node:
        """A node anywhere. A remark is as high as its lines."""
        width, height = self.measures(kind, len(lines))
        x, y = self.point(*centre)
        if kind in ("step", "extra"):
            lines = self.lines(label, STEP_FONT, self.size.most_lines)
        first = y - (len(lines) - 1) * LINE / 2 + BASELINE
        lettering = Lettering(tuple(lines), x, first) if lines else None
        corner = (x - width / 2, y - height / 2)
        made = Node(self._next(kind), kind, label, *corner, width, height, lettering, **more)
        self._nodes.append(made)
        return made

    def edge(self, source: Node, target: Node, places: Sequence[Place], kind: EdgeKind = "flow", **more: Any) -> None:
        """A line by way of these places."""
        points = tuple(self.point(*each) for each in places)
        id_ = self._next("line" if kind == "remark" else "flow")
        self._edges.append(Edge(id_, kind, source.id, target.id, points, **more))

    def measures(self, kind: NodeKind, lines: int = 0) -> tuple[float, float]:
        """Width and height of a node; a remark has as many lines as are given."""
        match kind:
            case "start" | "end":
                return self.size.event, self.size.event
            case "split" | "join":
                return self.size.gateway, self.size.gateway
            case "remark":
                return self.size.step_width, lines * LINE + self.size.padding
            case "step" | "extra":
                return self.step

    def length(self, kind: NodeKind, lines: int = 0) -> float:
        """How much of the line a node takes."""
        return self.measures(kind, lines)[1 if self.is_down else 0]

    def lines(self, text: str, font: float, most: int) -> tuple[str, ...]:
        """The text as it fits into the width of a step."""
        return wrapped(text, self.size.step_width - 2 * self.size.padding, font, most)

    def begin(self, node: Node) -> float:
        """Where along the line a node begins."""
        return node.y if self.is_down else node.x

    def end(self, node: Node) -> float:
        """Where along the line it ends."""
        return node.y + node.height if self.is_down else node.x + node.width

    def middle(self, node: Node) -> float:
        """Where along the line its middle is."""
        return (self.begin(node) + self.end(node)) / 2

    def point(self, along: float, across: float) -> Point:
        """A place as x and y."""
        return Point(across, along) if self.is_down else Point(along, across)

    def framed(self, name: str) -> Diagram:
        """All that was drawn, with a margin around it."""
        corners = [Point(node.x, node.y) for node in self._nodes]
        corners += [Point(node.x + node.width, node.y + node.height) for node in self._nodes]
        for edge in self._edges:
            corners += [*edge.points, *(_corners(edge.lettering) if edge.lettering else ())]
        margin = self.size.margin
        left, top = (floor(min(each)) - margin for each in zip(*corners, strict=True))
        right, bottom = (ceil(max(each)) + margin for each in zip(*corners, strict=True))

        def moved(text: Lettering | None) -> Lettering | None:
            return replace(text, x=text.x - left, y=text.y - top) if text else None

        return Diagram(
            name,
            self._direction,
            right - left,
            bottom - top,
            tuple(replace(it, x=it.x - left, y=it.y - top, lettering=moved(it.lettering)) for it in self._nodes),
            tuple(
                replace(it, points=tuple(Point(x - left, y - top) for x, y in it.points), lettering=moved(it.lettering))
                for it in self._edges
            ),
        )

    def _next(self, kind: str) -> str:
        self._count[kind] += 1
        return f"{kind}_{self._count[kind]}"


def _corners(text: Lettering) -> tuple[Point, Point]:
    width = max(map(measured, text.lines), default=0) * SMALL_FONT
    left = text.x - (width / 2 if text.anchor == "middle" else 0)
    return Point(left, text.y - LINE), Point(left + width, text.y + LINE * (len(text.lines) - 0.5))
