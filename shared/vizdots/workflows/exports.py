"""A workflow to look at and to take along: its picture, and its files for other tools. All show the effective model."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from vizdots.workflows.effective import Effective
from vizdots.workflows.layout import draw
from vizdots.workflows.mermaid import mermaid
from vizdots.workflows.sheet import sheet
from vizdots.workflows.structure import Variant
from vizdots.workflows.ways import Way

Format = Literal["bpmn", "mermaid", "csv"]
Detail = Mapping[str, Any]
"""A `reading.Workflow`, as its JSON is read."""

MOST_DRAWN: Final = 8  # ways that part: those of most people, and the judged ones; more is a web and no picture


@dataclass(frozen=True, slots=True)
class File:
    """A file to keep: its name is plain ASCII, whatever the workflow is called."""

    name: str
    content: str
    media_type: str


def model(detail: Detail) -> Effective:
    """The effective model that a detail tells."""
    return Effective.model_validate(detail["model"])


def ways(variants: Iterable[Detail]) -> list[Way]:
    """The variants that are ways through the model: those that an admin only named say nothing of steps."""
    return [
        Way(
            Variant.model_validate(it["details"]),
            share=None if it["share"] is None else it["share"] / 100,
            is_allowed=it["is_allowed"],
        )
        for it in variants
        if it["details"]
    ]


def drawn(variants: Iterable[Detail]) -> list[Way]:
    """The ways that are worth drawing, of variants in their order: of most people first."""
    return sorted(ways(variants), key=lambda way: way.share is None and way.is_allowed is None)[:MOST_DRAWN]


def export(detail: Detail, kind: Format, *, with_variants: bool = True) -> File:
    """The file of a workflow; where variants are off, without where people's ways part."""
    variants = detail["variants"] if with_variants else ()
    ending, media_type, write = FILES[kind]
    plain = (each for each in detail["workflow_key"] if each.isascii() and (each.isalnum() or each == "-"))
    name = "".join(plain).strip("-") or "workflow"
    return File(f"{name}.{ending}", write(detail["name"], model(detail), ways(variants)), media_type)


def _bpmn(name: str, it: Effective, parting: list[Way]) -> str:
    from vizdots.workflows.bpmn import bpmn  # noqa: PLC0415 - XML is for those who take it along, not for every page

    return bpmn(draw(name, it, parting), it)


FILES: Final[Mapping[Format, tuple[str, str, Callable[[str, Effective, list[Way]], str]]]] = {
    "bpmn": ("bpmn", "application/xml", _bpmn),
    "mermaid": ("mmd", "text/plain; charset=utf-8", lambda name, it, parting: mermaid(draw(name, it, parting))),
    "csv": ("csv", "text/csv; charset=utf-8", lambda _, it, parting: sheet(it, parting)),
}
