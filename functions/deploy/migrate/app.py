"""CloudFormation, during every deploy: bring the database to the newest migration before new code takes traffic.

A custom resource. It always answers: a deploy that hears nothing waits for an hour. Deleting the stack leaves the data.
"""

import json
import logging
import threading
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from common import config, migrations
from common.log import where

TIME_TO_ANSWER: Final = 10.0  # seconds kept back from Lambda's time, to say that it ran out

log = logging.getLogger(__name__)


def handler(event: dict[str, Any], context: Any) -> None:
    """Migrate on Create and Update, then tell CloudFormation: SUCCESS, or FAILED, which rolls the deploy back."""
    answer = _OnlyAnswer(event, context)
    seconds = max(context.get_remaining_time_in_millis() / 1000 - TIME_TO_ANSWER, 0.0)
    alarm = threading.Timer(seconds, answer.failed, ["the migrations took longer than the function may run"])
    alarm.daemon = True
    alarm.start()
    try:
        if event["RequestType"] == "Delete":
            answer.succeeded([])
        else:
            owner = config.secret("DATABASE_ADMIN_URL")
            # CloudFormation comes here to go back to the old code, too, and the old code's files are fewer.
            applied = migrations.up(owner, may_be_ahead=True)
            migrations.ensure_login(owner, config.secret("DATABASE_URL"))
            answer.succeeded(applied)
    except (migrations.MigrationError, config.MisconfiguredError) as error:
        log.error("migrations failed: %s", error)  # noqa: TRY400 - the causes that a traceback tells may quote values
        answer.failed(str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, CloudFormation waits for an answer
        # What a driver says may hold the database's address, user and password: neither the log nor the stack gets it.
        failure = f"{type(error).__name__} at {where(error)}"
        log.error("migrations failed: %s", failure)  # noqa: TRY400 - as above
        answer.failed(failure)
    finally:
        alarm.cancel()


class _OnlyAnswer:
    """Answers CloudFormation once, whichever comes first: the end of the work or the end of the time."""

    def __init__(self, event: dict[str, Any], context: Any) -> None:
        self._event = event
        self._log_stream: str = context.log_stream_name
        self._lock = threading.Lock()
        self._answered = False

    def succeeded(self, applied: list[str]) -> None:
        self._send("SUCCESS", "applied: " + ", ".join(applied) if applied else "nothing to apply")

    def failed(self, reason: str) -> None:
        self._send("FAILED", reason)

    def _send(self, status: str, reason: str) -> None:
        with self._lock:
            if self._answered:
                return
            self._answered = True
        body = {
            "Status": status,
            "Reason": f"{reason} ({self._log_stream})"[:1000],
            # The same at every update: another one would make CloudFormation delete the one before.
            "PhysicalResourceId": self._event.get("PhysicalResourceId") or "vizdots-migrations",
            "StackId": self._event["StackId"],
            "RequestId": self._event["RequestId"],
            "LogicalResourceId": self._event["LogicalResourceId"],
        }
        url: str = self._event["ResponseURL"]
        if urlsplit(url).scheme not in ("https", "http"):
            raise ValueError("ResponseURL isn't an address of the web")
        # The URL is signed for an empty content type.
        request = Request(url, json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310 - checked above
        with urlopen(request, timeout=TIME_TO_ANSWER / 2):  # noqa: S310
            log.info("answered %s", status)
