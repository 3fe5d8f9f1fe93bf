"""The picture of a workflow: what stands where and which lines join it, for BPMN, Mermaid and pages alike.

Units are CSS pixels; the upper left corner is 0, 0. The same model gives the same picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from vizdots.workflows.effective import EffectiveStep
from vizdots.workflows.ways import Way

Direction = Literal["right", "down"]
NodeKind = Literal["start", "step", "extra", "split", "join", "remark", "end"]
EdgeKind = Literal["flow", "remark"]

STEP_FONT, SMALL_FONT, LINE = 13, 12, 16  # the sizes of letters, and from one line of text to the next


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Lettering:
    """Text in the picture: its lines, the middle of its first one's baseline or, with `start`, where that begins."""

    lines: tuple[str, ...]
    x: float
    y: float
    anchor: Literal["middle", "start"] = "middle"


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the picture. `extra` is a step that only some people do; `remark` says what has no branch."""

    id: str
    """Letters, digits and underscores: an id in XML, HTML and Mermaid."""
    kind: NodeKind
    label: str
    x: float
    y: float
    width: float
    height: float
    lettering: Lettering | None = None
    step: EffectiveStep | None = None
    ways: tuple[Way, ...] = ()
    """Whose step it is, or who is remarked on: for pages that have words of their own."""

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)


@dataclass(frozen=True, slots=True)
class Edge:
    """A line with its corners, from the side of one node to that of another. A remark's has no direction."""

    id: str
    kind: EdgeKind
    source: str
    target: str
    points: tuple[Point, ...]
    label: str = ""
    lettering: Lettering | None = None
    ways: tuple[Way, ...] = ()
    """Whose branch begins here."""


@dataclass(frozen=True, slots=True)
class Diagram:
    """The whole picture."""

    name: str
    direction: Direction
    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def view_box(self) -> str:
        """For the svg element."""
        return f"0 0 {self.width:g} {self.height:g}"

    @property
    def outline(self) -> tuple[tuple[Node, tuple[str, ...]], ...]:
        """The same to be read out: the start and each step in order, with what some people do otherwise there."""
        return tuple((node, tuple(self._told(node))) for node in self.nodes if node.kind in ("start", "step", "extra"))

    def _told(self, node: Node) -> Iterator[str]:
        remarks = {each.id: each.label for each in self.nodes if each.kind == "remark"}
        key = node.step.key if node.step else None
        for edge in self.edges:
            around = {way.variant.step.key for way in edge.ways if way.variant.step}
            if edge.label and (edge.target == node.id or key in around):
                yield edge.label
            if edge.kind == "remark" and edge.source == node.id:
                yield remarks[edge.target]


class Measures(NamedTuple):
    """The sizes of a picture that grows in one direction."""

    step_width: int
    gap: int
    """Between two nodes."""
    aside: int
    """From the side of a step to what stands beside it."""
    most_lines: int = 4
    margin: int = 12
    event: int = 36
    gateway: int = 50
    padding: int = 12


MEASURES: Final[dict[Direction, Measures]] = {
    "right": Measures(step_width=168, gap=36, aside=32),
    "down": Measures(step_width=136, gap=28, aside=20, most_lines=5),  # 320 pixels are all that a phone has
}
