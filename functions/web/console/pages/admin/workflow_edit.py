"""The form that corrects a workflow, while it is being filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData

from frame.forms import Form, told
from vizdots.errors import Invalid
from vizdots.texts import Name, Text
from vizdots.workflows import editing
from vizdots.workflows.editing import Row
from vizdots.workflows.slugs import fresh
from vizdots.workflows.structure import StepKey, Structure

NAME: Final[TypeAdapter[str]] = TypeAdapter(Name)
TEXT: Final[TypeAdapter[str]] = TypeAdapter(Text)
KEY: Final[TypeAdapter[str]] = TypeAdapter(StepKey)

Mistakes = dict[str, str]


@dataclass(frozen=True)
class Edit:
    """What is in the form: the workflow as it is wanted so far."""

    etag: str = ""
    version: int = 0
    """What people told when the form was made."""
    draft_id: str = ""
    rows: list[Row] = field(default_factory=list)
    used: dict[str, str] = field(default_factory=dict)
    """By what people call a tool: what is used."""
    reason: str = ""
    new_name: str = ""
    new_after: str = ""
    """The key of the step behind which the new one goes; empty: it is the first."""

    def as_form(self, mistakes: Mapping[str, str]) -> Form[Any]:
        """For the fields that are like those of any form."""
        typed = {"reason": self.reason, "new_name": self.new_name, "new_after": self.new_after or self._last}
        return Form(typed, mistakes)

    @property
    def _last(self) -> str:
        return self.rows[-1].key if self.rows and not self.new_name else ""

    def done(self, do: str, structure: Structure) -> tuple["Edit", Mistakes]:
        """The form after a button was pressed. A new step that was typed is taken along by looking and saving, too."""
        act, _colon, of = do.partition(":")
        edit = self
        if act in ("add", "look", "save") and (self.new_name.strip() or act == "add"):
            edit, wrong = self._added(structure)
            if wrong:
                return edit, wrong
        if act == "back":
            edit = edit._put_back(of, structure)
        elif act in ("up", "down", "out"):
            edit = edit._moved(act, of)
        return edit, {}

    def _added(self, structure: Structure) -> tuple["Edit", Mistakes]:
        try:
            name = NAME.validate_python(self.new_name)
        except ValidationError as error:
            return self, {"new_name": told(error.errors()[0])}
        key = fresh(name, {row.key for row in self.rows} | {step.key for step in structure.steps})
        rows = _with(self.rows, Row(key, name), self.new_after)
        return replace(self, rows=rows, new_name="", new_after=""), {}

    def _put_back(self, key: str, structure: Structure) -> "Edit":
        """Behind the nearest step before it, as people tell it, that is there."""
        step = next((each for each in editing.left_out(structure, self.rows) if each.key == key), None)
        if step is None:
            return self
        keys = [each.key for each in structure.steps]
        here = {row.key for row in self.rows}
        before = next((each for each in reversed(keys[: keys.index(key)]) if each in here), "")
        return replace(self, rows=_with(self.rows, Row(key, step.label), before))

    def _moved(self, act: str, of: str) -> "Edit":
        at = next((nth for nth, row in enumerate(self.rows) if row.key == of), None)
        if at is None:
            return self
        rows = [*self.rows]
        row = rows.pop(at)
        if act != "out":
            rows.insert(max(0, at + (-1 if act == "up" else 1)), row)
        return replace(self, rows=rows)


def read(sent: FormData) -> tuple[Edit, str]:
    """The form as it was sent, and the button that sent it. Raises Invalid for what no form of ours sends."""
    keys, names, notes = (_all(sent, name) for name in ("key", "name", "note"))
    tools, used = (_all(sent, name) for name in ("tool", "used"))
    locked, draft = {*_all(sent, "locked")}, _one(sent, "draft_id")
    try:
        rows = [
            Row(KEY.validate_python(key), name, key in locked, note)
            for key, name, note in zip(keys, names, notes, strict=True)
        ]
        edit = Edit(
            etag=_one(sent, "etag"),
            version=int(_one(sent, "version") or 0),
            draft_id=str(UUID(draft)) if draft else "",
            rows=list({row.key: row for row in rows}.values()),
            used=dict(zip(tools, used, strict=True)),
            reason=_one(sent, "reason"),
            new_name=_one(sent, "new_name"),
            new_after=_one(sent, "new_after"),
        )
    except ValueError:  # ValidationError is one
        raise Invalid("That form is none of ours.", code="invalid_form") from None
    return edit, _one(sent, "do") or "look"


def checked(edit: Edit) -> tuple[Edit, Mistakes]:
    """The form with its texts as they are kept, and what is wrong with them, by field."""
    wrong: Mistakes = {}

    def read_as(adapter: TypeAdapter[str], name: str, typed: str) -> str:
        try:
            return adapter.validate_python(typed)
        except ValidationError as error:
            wrong[name] = told(error.errors()[0])
            return typed

    rows = [
        replace(
            row,
            label=read_as(NAME, f"name-{nth}", row.label),
            note=read_as(TEXT, f"note-{nth}", row.note),
        )
        for nth, row in enumerate(edit.rows, start=1)
    ]
    used = {
        tool: read_as(NAME, f"used-{nth}", name) if name.strip() else tool
        for nth, (tool, name) in enumerate(edit.used.items(), start=1)
    }
    return replace(edit, rows=rows, used=used, reason=read_as(TEXT, "reason", edit.reason)), wrong


def _with(rows: list[Row], row: Row, after: str) -> list[Row]:
    """The rows with one more behind the one of the key `after`, or first."""
    at = next((nth + 1 for nth, each in enumerate(rows) if each.key == after), 0)
    return [*rows[:at], row, *rows[at:]]


def _all(sent: FormData, name: str) -> list[str]:
    return [each.replace("\r\n", "\n") for each in sent.getlist(name) if isinstance(each, str)]


def _one(sent: FormData, name: str) -> str:
    return next(iter(_all(sent, name)), "")
