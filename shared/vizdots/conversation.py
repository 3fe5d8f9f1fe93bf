"""A check-in as a talk: a message is kept before anybody is asked, and somebody always answers.

The model takes a turn when the organisation allows it, one is configured and it answers in time. Otherwise the scripted
interviewer does, so that nothing a model can do ever stops a talk or loses what a person said.

A check-in that is open may be talked through to its end even when the organisation's subscription has ended meanwhile:
only new ones stop.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field

from vizdots import concerns, learning, outputs, profiles, prompts
from vizdots.agents import MIN_EXCHANGES, AgentCode, Language
from vizdots.errors import Conflict, NotFound
from vizdots.interview import scripted
from vizdots.model import Ask, Asked
from vizdots.transaction import Json, Step, Transaction

Turn = outputs.Turn[Any]

A_TURN_TAKES_AT_MOST: Final = 24.0  # seconds, with all waiting: the gateway cuts a request at 29
THE_MODEL_HAS_AT_MOST: Final = 20.0  # seconds of them
WORTH_ASKING: Final = 3.0  # seconds that must be left for a model to have a chance; with less the script answers
A_MOMENT: Final = 0.25  # seconds between two looks at a turn that another request is answering
LEASE: Final = timedelta(seconds=30)  # a turn not answered by then was lost in a crash, and may be taken up again
MOST_TURNS: Final = 20  # a minute and person: a fast talker needs six
MOST_MERGES: Final = 3  # tries to merge a dot into a profile, and workflows, that others change at the same time
ANSWER_TEXTS: Final = ("reason", "role_summary", "display_label", "workflow_name", "current_focus_label")
ANSWER_NUMBERS: Final = ("rating", "pain_rating", "focus_rating")


class Reply(BaseModel):
    """What the agent says to a message, whether that ends the check-in, and what was understood so far."""

    turn: int = Field(description="0 is the opening; a message of the person and its reply share a number.")
    message: str
    isComplete: bool
    extractedData: dict[str, Any] | None = Field(
        description="What was understood so far; null before the first answer."
    )


def take_turn(
    step: Step,
    ask: Ask | None,
    session_id: UUID,
    said: str | None,
    *,
    key: str | None,
    at: datetime,
    pause: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Reply:
    """Answer what the person `said` (None: open the talk), in two round trips to the database and one to the model.

    The same `key`, or the opening, asked again gives the first answer again. Two messages at once are answered one
    after the other. Raises NotFound, Conflict for a completed check-in or a turn that stays busy, TooMany.
    """
    until = clock() + A_TURN_TAKES_AT_MOST
    talk = step(_begin, session_id, said, key, at)
    while talk["state"] == "busy":
        if clock() + A_MOMENT > until:
            raise Conflict("Another message is still being answered.", code="turn_in_progress", retry_after=5)
        pause(A_MOMENT)
        talk = step(_begin, session_id, said, key, at, looks_again=True)
    if talk["state"] == "answered":
        return _reply(talk)
    turn: int = talk["turn"]
    seconds = min(until - clock(), THE_MODEL_HAS_AT_MOST)
    asked = _ask_model(ask, talk, seconds) if ask and talk["allow_llm"] and seconds >= WORTH_ASKING else None
    spoken = _spoken(talk, asked)
    for tries_left in reversed(range(MOST_MERGES)):
        kept = step(_keep, session_id, turn, spoken, talk, asked, at, is_last_try=not tries_left)
        if kept["state"] == "answered":
            return _reply(kept)
        talk, asked = kept, None  # the profile has moved on (a settings page, another check-in): merge into that one
    raise _keeps_changing()


def end_early(step: Step, session_id: UUID, *, at: datetime) -> Json[Any]:
    """Complete a check-in with what has been understood so far, and tell it. Ending it twice is harmless.

    A message that is still being answered is part of it; its answer comes too late. Raises NotFound, and Conflict when
    nothing has been understood yet: there is no dot without an answer.
    """
    for tries_left in reversed(range(MOST_MERGES)):
        talk = step(_look, session_id)
        if talk["completed"]:
            return Json(json.dumps(talk["session"]))
        understood = _understood(talk)
        if understood is None:
            raise Conflict("There is no answer yet to complete this check-in with.", code="nothing_said")
        ending = Spoken(None, understood, talk["understood_language"], is_last=True)
        kept = step(_keep, session_id, None, ending, talk, None, at, is_last_try=not tries_left)
        if kept["state"] == "answered":
            return Json(json.dumps(kept["session"]))
    raise _keeps_changing()


def _keeps_changing() -> Conflict:
    seconds = round(LEASE.total_seconds())
    return Conflict("Your profile is being changed elsewhere.", code="turn_in_progress", retry_after=seconds)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a turn comes to: the text to show (None: none), what is understood by now, and whether that was all."""

    message: str | None
    understood: outputs.Output | None
    language: Language
    is_last: bool


# ---- the two statements ------------------------------------------------------------------------------------------


def _begin(
    db: Transaction, session_id: UUID, said: str | None, key: str | None, at: datetime, *, looks_again: bool = False
) -> dict[str, Any]:
    begun: dict[str, Any] = db.value(
        "select app.begin_turn("
        "%(session_id)s, %(said)s, %(key)s, %(at)s, %(lease)s, %(looks_again)s, %(most)s, %(per)s, %(least)s)",
        session_id=session_id,
        said=said,
        key=key,
        at=at,
        lease=LEASE,
        looks_again=looks_again,
        most=MOST_TURNS,
        per=timedelta(minutes=1),
        least=MIN_EXCHANGES,
    )
    return begun


def _look(db: Transaction, session_id: UUID) -> dict[str, Any]:
    talk: dict[str, Any] | None = db.value(
        "select app.conversation(s.id) || jsonb_build_object('session', app.session_json(s))"
        " from public.sessions s where s.id = %(session_id)s",
        session_id=session_id,
    )
    if talk is None:
        raise NotFound("There is no such check-in.", code="session_not_found")
    return talk


# ---- who answers -------------------------------------------------------------------------------------------------


def _ask_model(ask: Ask, talk: dict[str, Any], seconds: float) -> Asked[Turn]:
    agent: AgentCode = talk["agent_code"]
    messages = prompts.build(
        prompts.Context(
            agent=agent,
            topic=talk["topic_code"],
            exchange=len(_said(talk)),
            language=talk["language_code"],
            first_name=talk["first_name"],
            job_title=talk["job_title"],
            department=talk["department"],
            level=talk["level"],
            supervisor=talk["supervisor"],
            profile=talk["profile"],
            gaps=profiles.gaps(talk["profile"]),
            last_answer=talk["last_answer"],
            workflows=_work(talk),
            owner_notes=talk["owner_notes"],
            transcript=[prompts.Line(role=line["role"], content=line["content"]) for line in talk["messages"]],
        )
    )
    read = outputs.turn_model(agent).model_validate_json
    return ask(messages, outputs.turn_schema(agent), read, seconds=seconds)


def _work(talk: dict[str, Any]) -> list[dict[str, Any]]:
    if not talk["workflows"]:
        return []
    from vizdots.workflows import discovery  # noqa: PLC0415 - paid only where there are workflows

    return discovery.shown(talk["workflows"])


def _spoken(talk: dict[str, Any], asked: Asked[Turn] | None) -> Spoken:
    """The model's turn where there is one, else the script's. When the talk is over is a rule of ours in both."""
    agent, topic, language = talk["agent_code"], talk["topic_code"], talk["language_code"]
    turn = asked.answer if asked else None
    texts = _said(talk)
    if not texts:
        greeting = turn.reply if turn else scripted.opening(agent, topic, language, talk["first_name"])
        return Spoken(greeting, None, language, is_last=False)
    if turn is None:
        turn = scripted.respond(agent, topic, language, texts, _understood(talk))
    return Spoken(
        concerns.answered(turn, texts[-1], language),
        turn.extracted,
        turn.language_code,
        is_last=outputs.is_over(agent, topic, len(texts), turn.extracted),
    )


def _said(talk: dict[str, Any]) -> list[str]:
    return [line["content"] for line in talk["messages"] if line["role"] == "person"]


def _understood(talk: dict[str, Any]) -> outputs.Output | None:
    return outputs.OUTPUTS[talk["agent_code"]].model_validate(talk["understood"]) if talk["understood"] else None


# ---- what is kept ------------------------------------------------------------------------------------------------


def _keep(
    db: Transaction,
    session_id: UUID,
    turn: int | None,
    spoken: Spoken,
    talk: dict[str, Any],
    asked: Asked[Turn] | None,
    at: datetime,
    *,
    is_last_try: bool,
) -> dict[str, Any]:
    concluded: dict[str, Any] = db.value(
        "select app.conclude_turn(%(session_id)s, %(turn)s, %(seen)s, %(message)s, %(understood)s, %(language)s,"
        " %(at)s, %(asked)s, %(dot)s, %(profile)s, %(profile_version)s, %(telling)s, %(workflows_seen)s)",
        session_id=session_id,
        turn=turn,
        seen=max((line["turn"] for line in talk["messages"]), default=0),
        message=spoken.message,
        understood=spoken.understood and spoken.understood.model_dump(),
        language=spoken.language,
        at=at,
        asked=asked and _logged(asked),
        dot=_dot(talk, turn, spoken) if spoken.is_last else None,
        profile=_merged(session_id, talk, spoken, at) if spoken.is_last else None,
        profile_version=talk["profile_version"],
        telling=_telling(talk, spoken) if spoken.is_last else None,
        # In the end better a step by two names than an answer lost: others tell of workflows all the time.
        workflows_seen=None if is_last_try else talk["workflows_seen"],
    )
    return concluded


def _dot(talk: dict[str, Any], turn: int | None, spoken: Spoken) -> dict[str, Any]:
    """The facts of a completed check-in: the person's own words, and what they come to."""
    output = spoken.understood.model_dump() if spoken.understood else {}
    raw_text = "\n".join(_said(talk))
    farewell = [{"turn": turn, "role": "agent", "content": spoken.message}] if spoken.message is not None else []
    return {
        "raw_text": raw_text,
        "answer_text": next((output[name] for name in ANSWER_TEXTS if output.get(name)), None),
        "answer_number": next((output[name] for name in ANSWER_NUMBERS if output.get(name) is not None), None),
        "answer_json": output,
        "transcript_json": [*talk["messages"], *farewell],
        "language_code": spoken.language,
        "translated_text_en": raw_text if spoken.language == "en" else None,
    }


def _merged(session_id: UUID, talk: dict[str, Any], spoken: Spoken, at: datetime) -> dict[str, Any]:
    if spoken.understood is None:
        return dict(talk["profile"])
    merged = learning.merge(talk["profile"], talk["agent_code"], spoken.understood, session_id=str(session_id), at=at)
    return {**merged, "gaps": profiles.gaps(merged)}


def _telling(talk: dict[str, Any], spoken: Spoken) -> dict[str, Any] | None:
    """What is shared of work: only what the person has seen and confirmed."""
    output = spoken.understood
    if not isinstance(output, outputs.WorkflowMapper) or not output.confirmed:
        return None
    from vizdots.workflows import discovery  # noqa: PLC0415 - a fifth of a cold start, for check-ins about work

    return discovery.told(output, talk["known_workflows"])


def _logged(asked: Asked[Turn]) -> dict[str, Any]:
    """What the AI log keeps: numbers and outcomes, never a word."""
    return {
        "model": re.sub(r"[^A-Za-z0-9._:/-]", "_", asked.model)[:100],  # whatever an operator calls it
        "tokens_in": asked.tokens_in,
        "tokens_out": asked.tokens_out,
        "ms": asked.ms,
        "outcome": "ok" if asked.outcome == "ok" else "failed",
        "error_type": None if asked.outcome == "ok" else asked.outcome,
    }


def _reply(talk: dict[str, Any]) -> Reply:
    return Reply(
        turn=talk["turn"],
        message=talk["message"],
        isComplete=talk["completed"],
        extractedData=talk["understood"],
    )
