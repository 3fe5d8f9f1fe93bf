"""A workflow as a spreadsheet reads it: nothing lost, and nothing worked out."""

import csv
import io
import re

import pytest
from hypothesis import given, settings

from tests.workflow_models import SECOND, models, typed, ways
from vizdots.workflows.effective import Effective, effective
from vizdots.workflows.sheet import COLUMNS, MARK, harmless, rows, sheet
from vizdots.workflows.structure import Step, Structure, Variant
from vizdots.workflows.ways import Way

CALL = Step(key="call", label="Call, “ask”")


def test_each_part_has_its_line() -> None:
    model = effective(Structure(steps=(CALL,), tools=("Excel",), data_sources=("CRM",)), SECOND, None)
    assert sheet(model, [Way(Variant(kind="skipped", step=CALL), 0.2, False)]) == MARK + "\r\n".join(
        [
            "kind,position,name,in_place_of,origin,locked,note",
            'step,1,"Call, “ask”",,"AI, version 2",no,',
            'tool,,Excel,,"AI, version 2",,',
            'data source,,CRM,,"AI, version 2",,',
            'skipped,,"Call, “ask”",,,,20% skip this (friction)',
            "",
        ]
    )


@settings(deadline=None)
@given(models(typed), ways(typed))
def test_csv_is_read_back_as_it_was_written(model: Effective, others: list[Way]) -> None:
    written = sheet(model, others).encode()
    assert written.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), strict=True))
    assert read == [list(COLUMNS), *([harmless(cell) for cell in row] for row in rows(model, others))]
    assert not [cell for row in read for cell in row if re.match(r" *[=+\-@\t\r\n＝＋－＠]", cell)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    assert [harmless(each) for each in ("Call", "a-b", "'quoted", "")] == ["Call", "a-b", "'quoted", ""]
