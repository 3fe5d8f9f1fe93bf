"""The model: one structured answer within a time budget, from OpenAI or any server that speaks its protocol.

`OPENAI_BASE_URL` names another server, `OPENAI_MODEL` another model. Nothing of what is asked or answered is logged.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTimeError
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from common import config
from vizdots.model import Asked, Outcome

if TYPE_CHECKING:
    from openai import OpenAI

T = TypeVar("T")

WORTH_ANOTHER_TRY: Final = 4.0  # seconds that must be left for a retry to have a chance of an answer
PAUSES: Final = (0.5, 1.0)  # seconds before each retry, for what passes by itself
MOST_TOKENS: Final = 10_000_000  # in one call: more is a server that counts wrongly
DEFAULT_MODEL: Final = "gpt-5-mini"
PASSING: Final[frozenset[Outcome]] = frozenset({"rate_limited", "server_error", "connection", "malformed"})


def is_available() -> bool:
    """Whether a model was configured at all; without one the scripted interviewer does the talking."""
    return config.is_set("OPENAI_API_KEY")


def ask(
    messages: Sequence[Mapping[str, object]], schema: Mapping[str, Any], read: Callable[[str], T], *, seconds: float
) -> Asked[T]:
    """Ask the model for JSON of `schema`, and be back within `seconds` whatever it does (`vizdots.model.Ask`).

    Late, 429, 5xx, cut, refusing or malformed answers are outcomes, not exceptions. A passing failure is tried again
    while the budget lasts.
    """
    model = config.setting("OPENAI_MODEL", DEFAULT_MODEL)
    question = _Question(messages, schema, read, model, time.monotonic(), seconds)
    asked = _within_budget(question)
    for pause in PAUSES:
        if asked.outcome not in PASSING or question.left() - pause < WORTH_ANOTHER_TRY:
            break
        time.sleep(pause)
        asked = _within_budget(question)
    return asked


@dataclass(frozen=True, slots=True)
class _Question(Generic[T]):
    messages: Sequence[Mapping[str, object]]
    schema: Mapping[str, Any]
    read: Callable[[str], T]
    model: str
    started: float
    seconds: float

    def left(self) -> float:
        return self.seconds - (time.monotonic() - self.started)

    def came_to(
        self, outcome: Outcome, answer: T | None = None, *, tokens_in: int = 0, tokens_out: int = 0
    ) -> Asked[T]:
        ms = round((time.monotonic() - self.started) * 1000)
        return Asked(answer, outcome, self.model, ms, tokens_in, tokens_out)


def _within_budget(question: _Question[T]) -> Asked[T]:
    # The SDK's timeout is one between two bytes: a dripping answer would outlast it. A thread's is a true one.
    thread = ThreadPoolExecutor(1)
    try:
        return thread.submit(_call, question).result(max(question.left(), 0))
    except OutOfTimeError:
        return question.came_to("timeout")
    finally:
        thread.shutdown(wait=False, cancel_futures=True)


def _call(question: _Question[T]) -> Asked[T]:
    import openai  # noqa: PLC0415 - 0.8 s of imports, paid by the functions that ask a model and when they do

    try:
        completion = (
            _client()
            .with_options(timeout=max(question.left(), 0.1), max_retries=0)
            .chat.completions.create(
                model=question.model,
                messages=cast("Any", [*question.messages]),
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "turn", "strict": True, "schema": dict(question.schema)},
                },
            )
        )
        return _read(completion, question)
    except openai.APIStatusError as error:
        return question.came_to(_outcome_of_status(error.status_code))
    except openai.APITimeoutError:
        return question.came_to("timeout")
    except openai.APIConnectionError:
        return question.came_to("connection")
    except Exception:  # noqa: BLE001 - whatever a server answers, in whatever shape, must not stop a talk
        return question.came_to("malformed")


def _outcome_of_status(status: int) -> Outcome:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "rate_limited"
    return "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "rejected"


def _read(completion: Any, question: _Question[T]) -> Asked[T]:
    """Only a whole answer of the schema counts: a refusal has none, and a cut one is malformed."""
    usage = getattr(completion, "usage", None)
    came_to = partial(
        question.came_to,
        tokens_in=_count(getattr(usage, "prompt_tokens", 0)),
        tokens_out=_count(getattr(usage, "completion_tokens", 0)),
    )
    message = completion.choices[0].message if completion.choices else None
    if getattr(message, "refusal", None):
        return came_to("refused")
    try:
        return came_to("ok", question.read(getattr(message, "content", None) or ""))
    except ValueError:
        return came_to("malformed")


def _count(told: object) -> int:
    """A number of tokens as a server tells it; 0 for what is none."""
    return told if isinstance(told, int) and 0 <= told <= MOST_TOKENS else 0


_made: "dict[tuple[str, str], OpenAI]" = {}


def _client() -> "OpenAI":
    """The client for the present key and server, made once."""
    wanted = config.secret("OPENAI_API_KEY"), config.setting("OPENAI_BASE_URL", "")
    if wanted not in _made:
        from openai import OpenAI  # noqa: PLC0415

        for talkative in ("openai", "httpx2", "httpcore2"):  # at DEBUG they log what people said
            logging.getLogger(talkative).setLevel(logging.WARNING)
        _made.clear()
        _made[wanted] = OpenAI(api_key=wanted[0], base_url=wanted[1] or None)
    return _made[wanted]
