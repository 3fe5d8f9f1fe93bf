"""The picture of a workflow: every way that parts comes back, nothing lies on anything else."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflow_models import AWKWARD, SECOND, models, typed, ways
from vizdots.workflows.diagram import MEASURES, STEP_FONT, Diagram, Direction, Node
from vizdots.workflows.effective import Effective, effective
from vizdots.workflows.layout import draw
from vizdots.workflows.lettering import ELLIPSIS, measured, signs, wrapped
from vizdots.workflows.structure import Step, Structure, Variant
from vizdots.workflows.ways import Way, words

TAKE, CHECK, PRINT = (Step(key=key, label=key.title()) for key in ("take", "check", "print"))
MODEL = effective(Structure(steps=(TAKE, CHECK, PRINT), tools=("Excel",)), SECOND, None)

directions: st.SearchStrategy[Direction] = st.sampled_from(["right", "down"])


def routes(it: Diagram) -> Iterator[list[str]]:
    """Every way from the start to the end, by the labels of its steps."""
    nodes = {node.id: node for node in it.nodes}

    def from_(node: str) -> Iterator[list[str]]:
        own = [nodes[node].label] if nodes[node].kind in ("step", "extra") else []
        if nodes[node].kind == "end":
            yield own
        for edge in it.edges:
            if edge.kind == "flow" and edge.source == node:
                yield from ([*own, *rest] for rest in from_(edge.target))

    return from_("start_1")


def drawn(*variants: Variant, direction: Direction = "right") -> Diagram:
    return draw("Orders", MODEL, [Way(each, 0.2) for each in variants], direction)


def kinds(it: Diagram) -> list[str]:
    return [node.kind for node in it.nodes]


def test_the_model_alone_is_a_line() -> None:
    assert kinds(drawn()) == ["start", "step", "step", "step", "end"]
    assert list(routes(drawn())) == [["Take", "Check", "Print"]]


def test_a_step_that_some_skip_has_a_way_around_it() -> None:
    it = drawn(Variant(kind="skipped", step=CHECK))
    assert sorted(routes(it)) == [["Take", "Check", "Print"], ["Take", "Print"]]
    assert [edge.label for edge in it.edges if edge.label] == ["20% skip this"]


def test_a_step_that_some_add_has_a_way_through_it() -> None:
    it = drawn(Variant(kind="added", step=Step(key="call", label="Call"), after="take"))
    assert sorted(routes(it)) == [["Take", "Call", "Check", "Print"], ["Take", "Check", "Print"]]
    assert [edge.label for edge in it.edges if edge.label] == ["20% do this too"]


def test_ways_behind_each_other_combine() -> None:
    call, log = Step(key="call", label="Call"), Step(key="log", label="Log")
    it = drawn(
        Variant(kind="added", step=log, after="call"),
        Variant(kind="added", step=call, after="check"),
        Variant(kind="skipped", step=CHECK),
    )
    assert ["Take", "Check", "Call", "Log", "Print"] in list(routes(it))
    assert ["Take", "Print"] in list(routes(it))
    assert len(list(routes(it))) == 8


def test_another_order_and_another_tool_are_remarks() -> None:
    it = drawn(
        Variant(kind="reordered", step=PRINT, after="take"), Variant(kind="other_tool", tool="SAP", instead_of="Excel")
    )
    assert list(routes(it)) == [["Take", "Check", "Print"]]
    remarks = {node.id: node.label for node in it.nodes if node.kind == "remark"}
    assert {edge.source: remarks[edge.target] for edge in it.edges if edge.kind == "remark"} == {
        "start_1": "20% use SAP instead of Excel",
        "step_3": "20% do this after “Take”",
    }


def test_the_picture_can_be_read_out() -> None:
    it = drawn(
        Variant(kind="added", step=Step(key="call", label="Call"), after="take"),
        Variant(kind="skipped", step=CHECK),
        Variant(kind="reordered", step=CHECK),
        Variant(kind="other_tool", tool="SAP"),
    )
    assert [(node.label, told) for node, told in it.outline] == [
        ("Start", ("20% use SAP as well",)),
        ("Take", ()),
        ("Call", ("20% do this too",)),
        ("Check", ("20% do this first", "20% skip this")),
        ("Print", ()),
    ]


def test_a_page_may_have_words_of_its_own() -> None:
    skipped = Way(Variant(kind="skipped", step=CHECK), 0.2)
    it = draw("Aufträge", MODEL, [skipped], words=lambda way, model: f"{way.who} von {len(model.steps)}")
    assert [edge.label for edge in it.edges if edge.label] == ["20% von 3"]


@pytest.mark.parametrize(
    "variant",
    [
        Variant(kind="skipped", step=Step(key="gone", label="Gone")),
        Variant(kind="reordered", step=Step(key="gone", label="Gone")),
        Variant(kind="added", step=CHECK, after="take"),
    ],
    ids=["skipped-but-gone", "moved-but-gone", "added-but-there"],
)
def test_what_does_not_part_from_the_model_is_not_drawn(variant: Variant) -> None:
    assert kinds(drawn(variant)) == kinds(drawn())


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (Way(Variant(kind="skipped", step=CHECK), 0.204, False), "20% skip this (friction)"),
        (Way(Variant(kind="skipped", step=CHECK), 0.001, True), "1% skip this (fine)"),
        (Way(Variant(kind="skipped", step=CHECK)), "Some skip this"),
        (Way(Variant(kind="reordered", step=CHECK)), "Some do this first"),
        (Way(Variant(kind="reordered", step=CHECK, after="gone")), "Some do this elsewhere"),
        (Way(Variant(kind="other_tool", tool="SAP"), 1), "100% use SAP as well"),
    ],
)
def test_ways_are_told_in_a_few_words(way: Way, expected: str) -> None:
    assert words(way, MODEL) == expected


@settings(deadline=None)
@given(models(), ways(), directions)
def test_every_way_that_parts_comes_back(model: Effective, others: Sequence[Way], direction: Direction) -> None:
    it = draw("Any", model, others, direction)
    flows = [edge for edge in it.edges if edge.kind == "flow"]
    arriving = {node.id: sum(edge.target == node.id for edge in flows) for node in it.nodes}
    leaving = {node.id: sum(edge.source == node.id for edge in flows) for node in it.nodes}
    expected = {"start": (0, 1), "end": (1, 0), "split": (1, 2), "join": (2, 1), "remark": (0, 0)}
    for node in it.nodes:
        assert (arriving[node.id], leaving[node.id]) == expected.get(node.kind, (1, 1))
    assert kinds(it).count("split") == kinds(it).count("join")

    # Without a circle, all that the start reaches comes to the end; and it reaches everything.
    order = [node.id for node in it.nodes]
    parted: list[str] = []
    reached = {"start_1"}
    for node in it.nodes:
        if node.kind == "split":
            parted.append(node.id)
        if node.kind == "join":
            parted.pop()
        if node.id in reached:
            reached |= {edge.target for edge in it.edges if edge.source == node.id}
    assert parted == []
    assert reached == set(order)
    assert all(order.index(edge.source) < order.index(edge.target) for edge in it.edges)


@settings(deadline=None)
@given(models(), ways(), directions)
def test_the_model_is_a_way_through_its_picture(model: Effective, others: Sequence[Way], direction: Direction) -> None:
    it = draw("Any", model, others, direction)
    assert [node.step for node in it.nodes if node.kind == "step"] == list(model.steps)


@settings(deadline=None)
@given(models(typed), ways(typed), directions)
def test_nothing_lies_on_anything_else_or_outside(
    model: Effective, others: Sequence[Way], direction: Direction
) -> None:
    it = draw("Any", model, others, direction)
    for one, other in combinations(it.nodes, 2):
        assert apart(one, other), (one.id, other.id)
    for node in it.nodes:
        assert 0 <= node.x <= node.x + node.width <= it.width
        assert 0 <= node.y <= node.y + node.height <= it.height
    nodes = {node.id: node for node in it.nodes}
    for edge in it.edges:
        assert touches(nodes[edge.source], *edge.points[0])
        assert touches(nodes[edge.target], *edge.points[-1])
        assert all(a.x == b.x or a.y == b.y for a, b in zip(edge.points, edge.points[1:], strict=False))
        for node in it.nodes:
            if node.id not in (edge.source, edge.target):
                assert all(not crosses(node, a, b) for a, b in zip(edge.points, edge.points[1:], strict=False))
    if direction == "down":
        assert it.width <= 340


@settings(deadline=None)
@given(models(typed), ways(typed), directions)
def test_the_same_model_gives_the_same_picture(model: Effective, others: Sequence[Way], direction: Direction) -> None:
    assert draw("Any", model, others, direction) == draw("Any", model, others, direction)


def apart(one: Node, other: Node) -> bool:
    """Whether two boxes have nothing in common."""
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return beside or one.y + one.height <= other.y or other.y + other.height <= one.y


def touches(node: Node, x: float, y: float) -> bool:
    """Whether a point is the middle of a side of a box."""
    sides = (
        (node.x, node.centre.y),
        (node.x + node.width, node.centre.y),
        (node.centre.x, node.y),
        (node.centre.x, node.y + node.height),
    )
    return (x, y) in sides


def crosses(node: Node, a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether a straight line goes through a box."""
    (left, right), (top, bottom) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return right > node.x and left < node.x + node.width and bottom > node.y and top < node.y + node.height


# ---- lettering -------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(typed, st.integers(40, 200), st.integers(1, 5))
def test_lines_fit_and_lose_nothing_but_what_they_say_they_lose(text: str, width: int, most: int) -> None:
    lines = wrapped(text, width, STEP_FONT, most)
    assert 0 < len(lines) <= most
    assert all(measured(line) * STEP_FONT <= width + 1e-6 or len(signs(line)) == 1 for line in lines)
    whole = "".join(text.split())
    kept = "".join("".join(lines).split())
    assert kept == whole or (kept.endswith(ELLIPSIS) and whole.startswith(kept.removesuffix(ELLIPSIS)))


def test_what_one_sees_as_one_sign_stays_whole() -> None:
    assert signs("👩‍👩‍👧👍🏽e\u0301x") == ["👩‍👩‍👧", "👍🏽", "e\u0301", "x"]


@pytest.mark.parametrize("text", AWKWARD)
def test_boxes_hold_their_letters(text: str) -> None:
    model = effective(Structure(steps=(Step(key="a", label=text.replace("\x00", "")),)), SECOND, None)
    for direction in MEASURES:
        step = draw("Any", model, (), direction).nodes[1]
        assert step.lettering is not None
        assert len(step.lettering.lines) * 16 <= step.height
