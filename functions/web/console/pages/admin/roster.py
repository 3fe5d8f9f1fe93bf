"""Bringing many people in at once: a file is chosen, checked, looked at, and taken in.

Between checking and taking in, the file travels in the page: names and addresses of people who may never come in are
kept nowhere. What comes back is checked like any file.
"""

import base64
import zlib
from typing import Any, Final, Literal

from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.responses import Response

from frame.forms import Form
from frame.resuming import PACKED
from frame.room import Room
from frame.speech import _
from frame.visit import AdminVisit
from vizdots import roster, roster_import
from vizdots.errors import Conflict, Invalid

room = Room()

MOST_SHOWN: Final = 200  # problems on a page: whoever has more corrects these first
CHANGED_MEANWHILE: Final = ("roster_outdated", "already_exists")


class Choices(BaseModel):
    """What goes with an import."""

    create_departments: Literal["on"] | None = None
    invite: Literal["on"] | None = None


@room.get("/admin/members/import")
def show_import(visit: AdminVisit) -> Response:
    """Choose a file, and what it should look like."""
    return _choose(visit, Form())


@room.get("/admin/members/import/template")
def download_template(visit: AdminVisit) -> Response:
    """A file with nobody in it."""
    asked = visit.request.query_params.get("delimiter")
    delimiter: roster.Delimiter = "semicolon" if asked == "semicolon" else "comma"
    headers = {"Content-Disposition": 'attachment; filename="vizdots-people.csv"'}
    return Response(roster.template(delimiter), 200, headers, "text/csv; charset=utf-8")


@room.post("/admin/members/import", files=1)
def check_file(visit: AdminVisit) -> Response:
    """Tell what an import of the file would do, and what is wrong with it."""
    file = visit.sent.get("file")
    content = file.file.read() if isinstance(file, UploadFile) else b""
    if not content:
        return _choose(visit, Form[Any]().with_mistake("file", _("Please choose a file with people in it.")), 422)
    return _report(visit, content, Form({"invite": "on"}))


@room.post("/admin/members/import/confirm")
def import_file(visit: AdminVisit) -> Response:
    """Take the file in that was checked."""
    content = _unpacked(str(visit.sent.get(PACKED, "")))
    if content is None:
        return _choose(visit, Form[Any]().with_mistake("file", _("Please choose the file once more.")), 422)
    form = visit.form(Choices)
    choices = form.value
    try:
        visit.caller.steps(
            roster_import.run,
            content,
            create_departments=choices.create_departments == "on",
            invite=choices.invite == "on",
            key=visit.key,
            at=visit.at,
        )
    except Invalid as refused:
        tick = ("create_departments", _("Please tick this, or correct the departments in your file."))
        return _report(
            visit, content, form.with_mistake(*(("", refused.detail) if choices.create_departments else tick))
        )
    except Conflict as changed:
        if changed.code not in CHANGED_MEANWHILE:
            raise
        told = _("Somebody has changed people or departments meanwhile. This is how it is now.")
        return _report(visit, content, form.with_mistake("", told))
    return visit.to("/admin/members", said="people_imported")


def _choose(visit: AdminVisit, form: Form[Any], status: int = 200) -> Response:
    return visit.page("admin/roster/choose", status, form=form)


def _report(visit: AdminVisit, content: bytes, form: Form[Any]) -> Response:
    """What was found. Departments that there aren't are asked about with the form, and are no problem here."""
    report = visit.read(roster_import.dry_run, content, create_departments=True)
    problems = [
        each | {"told": _(roster.MESSAGES[each["code"]]) % each["facts"]} for each in report["problems"][:MOST_SHOWN]
    ]
    return visit.page(
        "admin/roster/report",
        422 if problems or form.mistakes else 200,
        report=report,
        problems=problems,
        form=form,
        packed="" if problems else _packed(content),
    )


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(content, zlib.Z_BEST_COMPRESSION)).decode()


def _unpacked(sent: str) -> bytes | None:
    """The file that a form carried; None where it carries none that we have packed."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(base64.urlsafe_b64decode(sent.encode()), roster.MOST_BYTES)
    except (ValueError, zlib.error):
        return None
    return content if content and unpacking.eof else None
