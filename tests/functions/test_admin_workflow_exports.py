"""A workflow taken along: BPMN, Mermaid and CSV of the effective model, whatever text is in it."""

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.functions.conftest import Client
from tests.people import People
from tests.tellings import Tellers
from vizdots.workflows.slugs import slug

ROUTE = "/api/admin/workflows"
AWKWARD = "Grüße & <b>„日本語“</b> 🐘 \"x\"; 'y' =1+1"
SKIPPED = {"kind": "skipped", "step": {"key": "drive", "label": "DRIVE"}}


@pytest.fixture
def visit(adam: Client, tellers: Tellers, people: People) -> str:
    """A visit whose first step an admin calls something awkward, and whose second one somebody skips."""
    visit = tellers.workflow(people.ana, "call", "drive", tools=("SAP",))
    skips: dict[str, Any] = {"key": "skipped:drive", "description": "Skips DRIVE", "details": SKIPPED, "confidence": 1}
    tellers.tell(people.colleague, "call", workflow=visit, is_whole=False, variants=(skips,))
    sent = {"workflow_id": visit, "corrections": {"renamed_steps": {"call": AWKWARD}}}
    assert adam.post(f"{ROUTE}/overrides", sent).status == 201
    return visit


@pytest.mark.parametrize(
    ("kind", "media_type", "name"),
    [
        ("bpmn", "application/xml", "visit.bpmn"),
        ("mermaid", "text/plain; charset=utf-8", "visit.mmd"),
        ("csv", "text/csv; charset=utf-8", "visit.csv"),
    ],
)
def test_each_format_is_a_file_of_its_own_kind(adam: Client, visit: str, kind: str, media_type: str, name: str) -> None:
    answer = adam.get(f"{ROUTE}/{visit}", query=f"format={kind}")
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_files_hold_the_effective_model_and_where_ways_part(adam: Client, visit: str) -> None:
    bpmn, mermaid, sheet = (
        adam.get(f"{ROUTE}/{visit}", query=f"format={kind}").body for kind in ("bpmn", "mermaid", "csv")
    )
    read = ElementTree.fromstring(bpmn)  # noqa: S314 - our own
    tasks = [it.get("name") for it in read.iter() if it.tag.endswith("}task")]
    assert tasks == [AWKWARD, "DRIVE"]
    assert len([it for it in read.iter() if it.tag.endswith("}exclusiveGateway")]) == 2
    assert mermaid.startswith("flowchart ")
    rows = [*csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff")))]
    assert [(it["kind"], it["name"]) for it in rows] == [
        ("step", AWKWARD),
        ("step", "DRIVE"),
        ("tool", "SAP"),
        ("skipped", "DRIVE"),
    ]


def test_where_variants_are_off_no_way_parts(adam: Client, visit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATURES_OFF", "WORKFLOW_VARIANTS")
    assert adam.get(f"{ROUTE}/{visit}").body["variants"] == []
    assert "exclusiveGateway" not in adam.get(f"{ROUTE}/{visit}", query="format=bpmn").body


@pytest.mark.parametrize(
    ("workflow_name", "file_name"),
    [
        ('"!"', "workflow.csv"),
        ("日本語", "workflow.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ('a";\r\nset-cookie: x', "a-set-cookie-x.csv"),
        ("Grüße", "grsse.csv"),
    ],
)
def test_a_files_name_is_plain_whatever_the_workflow_is_called(
    adam: Client, tellers: Tellers, people: People, workflow_name: str, file_name: str
) -> None:
    workflow = tellers.workflow(people.ana, "call", name=workflow_name, workflow_key=slug(workflow_name))
    answer = adam.get(f"{ROUTE}/{workflow}", query="format=csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{file_name}"'


def test_a_format_that_is_none_is_refused(adam: Client, visit: str) -> None:
    answer = adam.get(f"{ROUTE}/{visit}", query="format=pdf")
    assert (answer.status, answer.body["errors"][0]["path"]) == (422, "query.format")
