"""A check-in: why it asks, the talk, and what was understood, to confirm or to correct."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from common import ai
from frame import corrections
from frame.forms import Form
from frame.room import Room
from frame.speech import _
from frame.visit import MemberVisit
from vizdots import concerns, conversation, dots, privacy, reviews, sessions
from vizdots.agents import AgentCode
from vizdots.errors import Conflict, Invalid
from vizdots.texts import Words

room = Room()

ANCHOR = "latest"  # of the newest line: where a page without a script scrolls to


class Asked(BaseModel):
    """A check-in that somebody starts themself."""

    agent_code: AgentCode


class Said(BaseModel):
    """What somebody says, or that they begin."""

    message: Words | None = None
    opening: Annotated[str | None, Field(max_length=1)] = None
    private: str | None = None


class Verdict(BaseModel):
    """Whether somebody was understood."""

    verdict: Literal["confirmed", "corrected"]


@room.post("/check-ins")
def start(visit: MemberVisit) -> Response:
    """Start a check-in by hand; if there is an open one of its kind, go there."""
    form = visit.form(Asked)
    if form.mistakes:
        return visit.to("/dashboard")
    agent = form.value.agent_code
    try:
        made = visit.write(sessions.start_by_hand, sessions.NewSession(agent_code=agent), at=visit.at)
    except Conflict:
        pending = visit.read(sessions.listed, status="pending")["items"]
        made = next(each for each in pending if each["agent_code"] == agent)
    return visit.to(f"/check-ins/{made['id']}")


@room.get("/check-ins/{session_id:uuid}")
def show(visit: MemberVisit, session_id: UUID) -> Response:
    """The check-in as far as it is: not begun, under way, or done."""
    check_in = visit.read(sessions.shown, session_id)
    if check_in["status"] == "completed":
        return _done(visit, check_in)
    return _talk(visit, check_in, Form())


@room.post("/check-ins/{session_id:uuid}/messages")
def say(visit: MemberVisit, session_id: UUID) -> Response:
    """One turn. A script gets the new lines alone; without one the page comes again, at its newest line."""
    form = visit.form(Said)
    if not form.mistakes and form.value.message is None and form.value.opening is None:
        form = form.with_mistake("message", _("Please write something first."))
    if form.mistakes:
        return _talk(visit, visit.read(sessions.shown, session_id), form, 422)
    ask = ai.ask if ai.is_available() else None
    key = visit.key.value if visit.key else None
    said = None if form.value.opening else form.value.message
    reply = conversation.take_turn(visit.step, ask, session_id, said, key=key, at=visit.at)
    if reply.isComplete:
        if form.value.private:
            _keep_private(visit, session_id)
        return _on_to(visit, f"/check-ins/{session_id}")
    if visit.wants_fragment:
        lines = [{"role": "agent", "content": reply.message, "turn": reply.turn}]
        if said is not None:
            lines.insert(0, {"role": "person", "content": said, "turn": reply.turn})
        return visit.page("check_in/lines", lines=_readable(lines))
    return visit.to(f"/check-ins/{session_id}#{ANCHOR}")


@room.post("/check-ins/{session_id:uuid}/finish")
def finish(visit: MemberVisit, session_id: UUID) -> Response:
    """End it with what was understood so far."""
    conversation.end_early(visit.step, session_id, at=visit.at)
    if visit.sent.get("private"):
        _keep_private(visit, session_id)
    return visit.to(f"/check-ins/{session_id}")


@room.get("/check-ins/{session_id:uuid}/correct")
def show_correction(visit: MemberVisit, session_id: UUID) -> Response:
    """What was understood, as a form."""
    learned = visit.read(reviews.learned, session_id)
    form: Form[Any] = Form(corrections.typed(learned["agent_code"], learned["answer_json"] or {}))
    return visit.page("check_in/correct", learned=learned, form=form, session_id=session_id, fields=_fields(learned))


@room.post("/check-ins/{session_id:uuid}/review")
def review(visit: MemberVisit, session_id: UUID) -> Response:
    """Keep the person's word on what was understood."""
    learned = visit.read(reviews.learned, session_id)
    verdict = visit.form(Verdict)
    if verdict.mistakes:
        return visit.to(f"/check-ins/{session_id}")
    corrected = None
    if verdict.value.verdict == "corrected":
        corrected = corrections.told(learned["agent_code"], visit.sent, learned["answer_json"] or {})
    sent = reviews.Review(verdict=verdict.value.verdict, corrected=corrected)
    try:
        visit.caller.steps(reviews.review, UUID(learned["dot_id"]), sent, key=visit.key, at=visit.at)
    except Invalid as invalid:
        found: Any = invalid.fields.get("errors", [])
        told = _("Please check this field: it may be too long, or not one of the options.")
        mistakes = {str(each["path"]).partition(".")[0]: told for each in found} or {"": told}
        form: Form[Any] = Form(dict(visit.sent), mistakes)
        return visit.page(
            "check_in/correct", 422, learned=learned, form=form, session_id=session_id, fields=_fields(learned)
        )
    return visit.to(f"/check-ins/{session_id}", said=sent.verdict)


def _fields(learned: dict[str, Any]) -> list[corrections.Field]:
    return corrections.fields(learned["agent_code"])


def _talk(visit: MemberVisit, check_in: dict[str, Any], form: Form[Said], status: int = 200) -> Response:
    if visit.wants_fragment:
        return visit.page("check_in/mistake", status, form=form)
    return visit.page(
        "check_in/talk",
        status,
        check_in=check_in,
        lines=_readable(check_in["messages"]),
        form=form,
        privacy=visit.read(privacy.shown),
        is_scripted=not ai.is_available(),
        anchor=ANCHOR,
    )


def _done(visit: MemberVisit, check_in: dict[str, Any]) -> Response:
    learned = visit.read(reviews.learned, UUID(check_in["id"]))
    return visit.page("check_in/done", check_in=check_in, learned=learned, lines=_readable(check_in["messages"]))


def _readable(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines with the help that one begins with apart, and a word in the place of what was erased."""
    made = []
    for line in lines:
        content = line["content"] if line["content"] is not None else _("This was erased.")
        help_text, rest = concerns.split(content) if line["role"] == "agent" else ("", content)
        made.append({**line, "help": help_text, "content": rest})
    return made


def _keep_private(visit: MemberVisit, session_id: UUID) -> None:
    """Mark the new dot private, as the person wished while they talked, where their organisation allows it."""
    learned = visit.read(reviews.learned, session_id)
    if learned["may_be_private"] and not learned["is_private"]:
        visit.write(dots.mark, UUID(learned["dot_id"]), is_private=True)


def _on_to(visit: MemberVisit, path: str) -> Response:
    """Go to a page; a script that asked for a part is told where."""
    if not visit.wants_fragment:
        return visit.to(path)
    response = visit.page("check_in/lines", lines=[])
    response.headers["X-Location"] = path
    return response
