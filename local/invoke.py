"""`make invoke`: one function, once, against the local database."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local import clock, http_events, product
from local.environments import ROOT, Environments, FunctionFailedError
from local.errors import CannotRunError
from local.folder import Folder
from local.narrator import Narrator
from local.template import Function


def once(folder: Folder, name: str, event_file: Path | None, template: Path | None = None) -> tuple[Any, bool]:
    """What the function answers, and True; or what Lambda would report, and False, when it raised.

    Uses the running product, or starts what the function needs for the while. Raises CannotRunError.
    """
    if not name:
        raise CannotRunError("Which function? Say it like this: make invoke FUNCTION=cron/scheduler")
    with _environments(folder, name, template or product.TEMPLATE) as environments:
        (function,) = environments.stack.functions.values()
        event = _read(event_file) if event_file else sample(function, datetime.now(UTC))
        try:
            return environments.invoke(function.logical_id, event), True
        except FunctionFailedError as error:
            return error.report, False


@contextmanager
def _environments(folder: Folder, name: str, path: Path) -> Iterator[Environments]:
    """An environment of this one function, whose logs go to stderr: stdout is for the answer."""
    running = folder.running()
    if running is not None:
        with product.functions(running, path, only=name, log=sys.stderr) as environments:
            yield environments
        return
    url, narrator = "http://localhost:8000", Narrator(sys.stderr)
    with folder.hold(), product.start(folder, url, narrator, path, only=name, log=sys.stderr) as own:
        yield own.environments


def sample(function: Function, now: datetime) -> Any:
    """The function's event in events/, as if it came now: the day that it was recorded on is over."""
    event = _read(ROOT / "events" / (function.name.replace("/", "_") + ".json"))
    if "requestContext" in event:
        event["requestContext"] |= http_events.received(now)
    elif "time" in event:
        event["time"] = clock.written(now)
    return event


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text())
    except FileNotFoundError:
        raise CannotRunError(f"There is no event {file}. Say which: make invoke FUNCTION=… EVENT=file.json") from None
    except ValueError as error:
        raise CannotRunError(f"{file} is not JSON: {error}.") from None
