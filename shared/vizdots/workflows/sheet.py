"""A workflow as a CSV file (RFC 4180) for spreadsheets, which take nothing in it for a formula."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from vizdots.workflows.effective import Effective, Origin
from vizdots.workflows.ways import Way, words

COLUMNS: Final = ("kind", "position", "name", "in_place_of", "origin", "locked", "note")
MARK: Final = "\ufeff"  # by which Excel knows UTF-8

# What begins a formula for some spreadsheet, its wide forms too (OWASP: CSV injection).
FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")


def sheet(model: Effective, ways: Sequence[Way] = ()) -> str:
    """The model's steps, tools and sources of data, and people's other ways, one a line. Write it as UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(model, ways):
        writer.writerow([harmless(cell) for cell in row])
    return MARK + file.getvalue()


def rows(model: Effective, ways: Sequence[Way] = ()) -> Iterator[tuple[str, ...]]:
    """The cells of each line, as texts."""
    for position, step in enumerate(model.steps, start=1):
        locked = "yes" if step.is_locked else "no"
        yield "step", str(position), step.label, step.ai_label or "", _told(step.origin), locked, step.note or ""
    for tool in model.tools:
        yield "tool", "", tool.name, tool.ai_name or "", _told(tool.origin), "", ""
    for source in model.data_sources:
        yield "data source", "", source, "", _told(Origin(by="ai", version=model.version)), "", ""
    for way in ways:
        step_or_tool = way.variant.step.label if way.variant.step else way.variant.tool or ""
        yield way.variant.kind, "", step_or_tool, way.variant.instead_of or "", "", "", words(way, model)


def harmless(cell: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would work out."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _told(origin: Origin) -> str:
    if origin.at is None:
        return f"AI, version {origin.version}"
    return f"{origin.by}, {origin.at:%Y-%m-%d}"
