"""A workflow as it is drawn and taken along."""

from typing import Any, Final

import pytest

from vizdots.workflows import exports
from vizdots.workflows.exports import Format

SKIPPED: Final[dict[str, Any]] = {"kind": "skipped", "step": {"key": "drive", "label": "Drive"}}
ORIGIN: Final = {"by": "ai", "version": 1, "at": None}


def variant(share: int | None = None, *, is_allowed: bool | None = None, **details: Any) -> dict[str, Any]:
    """A variant as `reading.Workflow` has it."""
    return {"details": details, "share": share, "is_allowed": is_allowed}


def detail(key: str = "visit") -> dict[str, Any]:
    """What of a `reading.Workflow` is taken along."""
    step = {"key": "drive", "label": "Fahren", "origin": ORIGIN}
    model = {"version": 1, "is_corrected": False, "steps": [step], "tools": [], "data_sources": []}
    return {"workflow_key": key, "name": "Besuch", "model": model, "variants": [variant(20, **SKIPPED)]}


def test_what_an_admin_only_named_is_no_way_through_the_steps() -> None:
    assert [way.share for way in exports.ways([variant(), variant(20, **SKIPPED)])] == [0.2]


def test_what_is_drawn_is_what_many_do_or_somebody_judged() -> None:
    few = [variant(kind="other_tool", tool=f"Tool {nth}") for nth in range(20)]
    drawn = exports.drawn([*few, variant(is_allowed=False, **SKIPPED), variant(40, **SKIPPED)])
    assert len(drawn) == exports.MOST_DRAWN
    assert [(way.share, way.is_allowed) for way in drawn[:2]] == [(None, False), (0.4, None)]


@pytest.mark.parametrize("kind", exports.FILES)
def test_a_file_has_a_name_of_its_own_and_the_ways_that_are_wanted(kind: Format) -> None:
    whole, plain = exports.export(detail(), kind), exports.export(detail(), kind, with_variants=False)
    assert whole.name.startswith("visit.")
    assert "Fahren" in whole.content
    assert len(whole.content) > len(plain.content)


@pytest.mark.parametrize(("key", "name"), [("在庫を確認する", "workflow"), ("prüfen-und-senden", "prfen-und-senden")])
def test_a_files_name_is_plain(key: str, name: str) -> None:
    assert exports.export(detail(key), "csv").name == f"{name}.csv"
