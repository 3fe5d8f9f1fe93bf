"""Lambda's part on this machine: environments that run the functions, one event at a time in each, as in Lambda.

Each environment is a process, so that nothing in the functions, nor in the libraries they use, needs to be safe
against threads, and a function that overruns its Timeout can be ended. `local.nursery` loads the functions once; an
environment is forked from it in a few milliseconds.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from local import wire
from local.errors import CannotRunError
from local.template import Function, Stack

ROOT: Final = Path(__file__).resolve().parent.parent
LOADS_WITHIN: Final = 60.0  # seconds


class FunctionFailedError(Exception):
    """A function raised, or answered what is no JSON. `report` is what Lambda would say of it."""

    def __init__(self, function: str, report: Mapping[str, Any]) -> None:
        super().__init__(f"{function}: {report.get('errorType')}: {report.get('errorMessage')}")
        self.report = dict(report)


class TimedOutError(FunctionFailedError):
    """A function ran longer than its Timeout; its environment was ended."""

    def __init__(self, function: Function) -> None:
        message = f"Task timed out after {function.timeout:.2f} seconds"
        super().__init__(function.name, {"errorType": "Sandbox.Timedout", "errorMessage": message})


@dataclass(frozen=True)
class _Environment:
    line: socket.socket
    pid: int

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.line.close()


class Environments:
    """Runs the functions of a stack. A context manager; `invoke` may be called from any thread.

    `variables` gives each function's environment variables. At most `size` events are worked on at a time; whoever
    comes later waits. What the functions print goes to `log`, or to our standard output. Raises CannotRunError at its
    start when the functions can't be loaded at all.
    """

    def __init__(
        self,
        stack: Stack,
        variables: Callable[[Function], Mapping[str, str]] = lambda it: it.environment,
        *,
        size: int = 12,
        log: IO[Any] | None = None,
    ) -> None:
        self.stack = stack
        self.failed: dict[str, str] = {}
        """The functions that couldn't be loaded, and why. Their invocations fail; the others work."""
        self._variables, self._log = variables, log
        self._idle: list[_Environment] = []
        self._all: set[_Environment] = set()
        self._lock = threading.Lock()
        self._free = threading.Semaphore(size)
        self._closed = False

    def __enter__(self) -> Self:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "local.nursery", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(_search_path()), "PYTHONUNBUFFERED": "1"},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                process_group=0,  # Ctrl-C in the terminal is the parent's to handle
            )
        try:
            self._control.settimeout(LOADS_WITHIN)
            wire.send(self._control, {"functions": [self._told(each) for each in self.stack.functions.values()]})
            self.failed = wire.receive(self._control)["failed"]
            self._control.settimeout(None)
        except (EOFError, OSError):
            self.close()
            raise CannotRunError("The functions could not be loaded.") from None
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def is_running(self) -> bool:
        """Whether functions can be invoked."""
        return self._nursery.poll() is None

    def close(self) -> None:
        """End every environment, what they are doing included."""
        with self._lock:
            self._closed = True
            for each in self._all:
                with suppress(ProcessLookupError):
                    os.kill(each.pid, signal.SIGKILL)
                with suppress(OSError):
                    each.line.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits for its answer, and closes it
            for each in self._idle:
                each.line.close()
            self._all.clear()
            self._idle.clear()
            self._control.close()
        try:
            self._nursery.wait(5)
        except subprocess.TimeoutExpired:
            self._nursery.kill()
            self._nursery.wait()

    def invoke(self, logical_id: str, event: Any) -> Any:
        """The answer of one function to one event. Raises FunctionFailedError and TimedOutError."""
        function = self.stack.functions[logical_id]
        with self._free:
            environment = self._take()
            try:
                environment.line.settimeout(function.timeout)
                wire.send(environment.line, {"function": logical_id, "event": event, "request_id": str(uuid.uuid4())})
                told = wire.receive(environment.line)
            except TimeoutError:
                self._drop(environment)
                raise TimedOutError(function) from None
            except (EOFError, OSError):
                self._drop(environment)
                report = {"errorType": "Runtime.ExitError", "errorMessage": "The process of the function has ended"}
                raise FunctionFailedError(function.name, report) from None
            self._give_back(environment)
        if "error" in told:
            raise FunctionFailedError(function.name, told["error"])
        return told["answer"]

    def _told(self, function: Function) -> dict[str, Any]:
        return {
            "id": function.logical_id,
            "folder": str(function.folder),
            "handler": function.handler,
            "timeout": function.timeout,
            "memory": function.memory,
            "variables": {**_machine(), **self._variables(function), **_lambda(function)},
        }

    def _take(self) -> _Environment:
        """An idle environment (the one used last is the warmest), or a new one."""
        with self._lock:
            if self._closed:
                raise FunctionFailedError(
                    "-", {"errorType": "Stopped", "errorMessage": "the local product is stopping"}
                )
            if self._idle:
                return self._idle.pop()
            ours, theirs = socket.socketpair()
            with theirs:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            environment = _Environment(ours, wire.receive(ours)["pid"])
            self._all.add(environment)
            return environment

    def _give_back(self, environment: _Environment) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(environment)
                return
        environment.end()

    def _drop(self, environment: _Environment) -> None:
        with self._lock:
            self._all.discard(environment)
        environment.end()


def _search_path() -> list[str]:
    return [str(ROOT / "layers/common"), str(ROOT / "shared"), str(ROOT)]


def _machine() -> dict[str, str]:
    """The few variables of this machine that a process needs; the rest of the developer's environment stays outside."""
    kept = ("PATH", "HOME", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"TZ": ":UTC", "LANG": "en_US.UTF-8"}


def _lambda(function: Function) -> dict[str, str]:
    return {
        "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(function.folder),
    }
