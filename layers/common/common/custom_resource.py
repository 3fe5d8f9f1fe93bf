"""A custom resource of CloudFormation: always answered, and once. A deploy that hears nothing waits for an hour.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
import logging
import threading
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from common.log import where

TIME_TO_ANSWER: Final = 10.0  # seconds kept back from Lambda's time, to say that it ran out

log = logging.getLogger(__name__)


def answer(
    event: dict[str, Any],
    context: Any,
    work: Callable[[], str],
    *,
    name: str,
    outspoken: tuple[type[Exception], ...] = (),
) -> None:
    """Do the `work` and tell CloudFormation what came of it: SUCCESS, or FAILED, which rolls the deploy back.

    `name` is the resource's physical id. Only `outspoken` errors are told in their own words; of others, whose words
    may hold an address, a user and a password, neither the log nor the stack gets more than type and place.
    """
    once = _Once(event, context, name)
    seconds = max(context.get_remaining_time_in_millis() / 1000 - TIME_TO_ANSWER, 0.0)
    alarm = threading.Timer(seconds, once.say, ["FAILED", "the work took longer than the function may run"])
    alarm.daemon = True
    alarm.start()
    try:
        once.say("SUCCESS", work())
    except Exception as error:  # noqa: BLE001 - whatever it is, CloudFormation waits for an answer
        failure = str(error) if isinstance(error, outspoken) else f"{type(error).__name__} at {where(error)}"
        log.error("%s failed: %s", name, failure)  # noqa: TRY400 - the causes that a traceback tells may quote values
        once.say("FAILED", failure)
    finally:
        alarm.cancel()


class _Once:
    """Answers once, whichever comes first: the end of the work or the end of the time."""

    def __init__(self, event: dict[str, Any], context: Any, name: str) -> None:
        self._event = event
        self._name = name
        self._log_stream: str = context.log_stream_name
        self._lock = threading.Lock()
        self._answered = False

    def say(self, status: str, reason: str) -> None:
        with self._lock:
            if self._answered:
                return
            self._answered = True
        body = {
            "Status": status,
            "Reason": f"{reason} ({self._log_stream})"[:1000],
            # The same at every update: another one would make CloudFormation delete the one before.
            "PhysicalResourceId": self._event.get("PhysicalResourceId") or self._name,
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
