"""The process that loads every function once and forks the environments that they run in (see `local.environments`).

Run as `python -m local.nursery FD`, FD being a Unix socket. It is told the functions, says which ones couldn't be
loaded, and then forks one environment for every socket that it is handed. It ends when its socket is closed.
"""

import contextlib
import ctypes
import gc
import importlib.util
import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NoReturn

from local import wire
from local.cloudformation import ACCOUNT, REGION

Handler = Callable[[Any, Any], Any]

_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Context:
    """What Lambda tells a function about its invocation, by the names that Lambda gives it."""

    function_name: str
    memory_limit_in_mb: str  # a string in Lambda, too
    aws_request_id: str
    deadline: float
    clock: Callable[[], float] = time.monotonic
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None
    tenant_id: None = None

    @property
    def invoked_function_arn(self) -> str:
        """The ARN that the caller named."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Where Lambda would write the log."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends this invocation; never below zero."""
        return max(0, int((self.deadline - self.clock()) * 1000))


@dataclass
class Loaded:
    """One function in this process: its handler, or why it couldn't be loaded."""

    name: str
    timeout: float
    memory: int
    variables: Mapping[str, str]
    handler: Handler | None = None
    problem: dict[str, Any] = field(default_factory=dict)

    def call(self, event: Any, request_id: str) -> dict[str, Any]:
        """`{"answer": …}`, or `{"error": …}` as Lambda reports it."""
        if self.handler is None:
            return {"error": self.problem}
        os.environ.clear()
        os.environ.update(self.variables)
        context = Context(self.name, str(self.memory), request_id, time.monotonic() + self.timeout)
        try:
            # What a function answers crosses the wire as JSON, here as in Lambda.
            return {"answer": json.loads(json.dumps(self.handler(event, context)))}
        except Exception as error:  # noqa: BLE001 - a function may raise what it likes
            print(f"[{self.name}] {request_id}", file=sys.stderr)
            traceback.print_exc()
            return {"error": _as_lambda_reports(error)}


def load(told: Mapping[str, Any]) -> Loaded:
    """Load one function by its path, under a module name that no other function has."""
    os.environ.clear()
    os.environ.update(told["variables"])
    # Modules that functions share are loaded once here, so none of them may take one function's name for its own.
    os.environ.pop("AWS_LAMBDA_FUNCTION_NAME", None)
    loaded = Loaded(told["id"], told["timeout"], told["memory"], told["variables"])
    module_name, _, attribute = told["handler"].rpartition(".")
    path = Path(told["folder"]) / f"{module_name.replace('.', '/')}.py"
    unique = "function_" + told["id"]
    if not path.exists():
        loaded.problem = {"errorType": "Runtime.ImportModuleError", "errorMessage": f"There is no {path}"}
        return loaded
    sys.path.append(told["folder"])  # in Lambda a function finds its own modules, too; a test keeps their names apart
    try:
        loaded.handler = getattr(_module(unique, path), attribute)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - one broken function must not take the others along
        traceback.print_exc()
        sys.modules.pop(unique, None)
        loaded.problem = _as_lambda_reports(error)
    return loaded


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _as_lambda_reports(error: BaseException) -> dict[str, Any]:
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def serve(line: socket.socket, functions: Mapping[str, Loaded]) -> None:
    """Be one environment: answer one event after another until the other side hangs up."""
    with contextlib.suppress(EOFError, OSError):
        wire.send(line, {"pid": os.getpid()})
        while True:
            told = wire.receive(line)
            wire.send(line, functions[told["function"]].call(told["event"], told["request_id"]))


def main(control: socket.socket) -> None:
    """Load, report, fork until the control socket is closed."""
    functions = {told["id"]: load(told) for told in wire.receive(control)["functions"]}
    wire.send(
        control,
        {"failed": {name: each.problem["errorMessage"] for name, each in functions.items() if each.handler is None}},
    )
    gc.collect()
    gc.freeze()  # what is loaded by now stays shared between the environments
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # environments leave no zombies
    while True:
        _, handed, _, _ = socket.recv_fds(control, 1, 1)
        if not handed:
            return
        if os.fork() == 0:
            control.close()
            _run_environment(socket.socket(fileno=handed[0]), functions)
        os.close(handed[0])


def _run_environment(line: socket.socket, functions: Mapping[str, Loaded]) -> NoReturn:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        serve(line, functions)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # the nursery's own clean-up is the nursery's


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent stops us by closing the socket
    with socket.socket(fileno=int(sys.argv[1])) as parent, contextlib.suppress(EOFError, ConnectionError):
        main(parent)
