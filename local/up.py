"""`make up`: the whole product on http://localhost:PORT until Ctrl-C."""

import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Final

from local import product
from local.demo import load as demo
from local.demo.founding import PASSWORD
from local.environments import FunctionFailedError
from local.errors import CannotRunError
from local.folder import Folder, Running
from local.gateway import Gateway
from local.identity.app import create_app
from local.identity.stand_in import Identity
from local.identity.users import find
from local.narrator import Narrator
from local.product import Product
from local.server import Listening, Serving, join

Load = Callable[[Running, Identity, Callable[[str], None]], None]

# What fills the product at its first start, when it answers on its port already, and says how far it is.
FIRST_RUN: tuple[Load, ...] = (demo.load,)

ACCOUNTS: Final = {
    "owner@acme.test": "owner of Acme Field Services",
    "admin@acme.test": "admin",
    "manager@acme.test": "manager of a department",
    "employee@acme.test": "employee",
    "empleada@acme.test": "employee, in Spanish",
    "owner@globex.test": "owner of Globex, another organisation",
}

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOKS_EVERY: Final = 1.0  # seconds between two looks at whether all parts are still there


def up(
    folder: Folder,
    port: int,
    narrator: Narrator,
    *,
    template: Path = product.TEMPLATE,
    first_run: Sequence[Load] = FIRST_RUN,
) -> None:
    """Run until SIGINT or SIGTERM. Raises CannotRunError, with nothing left running."""
    began = time.perf_counter()
    try:
        with ExitStack() as parts:
            parts.enter_context(_signals())
            held = parts.enter_context(folder.hold())
            listening = parts.enter_context(closing(Listening(port)))
            url = f"http://localhost:{listening.port}"
            narrator.say(f"VizDots starts on {url}, data in {folder.path}")
            first = _is_first_run(folder, narrator)
            running = parts.enter_context(product.start(folder, url, narrator, template))
            with narrator.step("HTTP"):
                parts.enter_context(_serving(running, listening, narrator))
            held.tell(running.running)
            if first:
                for load in first_run:
                    _fill(running, load, narrator)
                folder.first_run_is_done()
            parts.enter_context(product.awake(running, narrator))
            _greet(running, narrator, time.perf_counter() - began)
            while not Event().wait(_LOOKS_EVERY):
                running.check()
    except KeyboardInterrupt:
        narrator.say("Stopped.")


@contextmanager
def _serving(running: Product, listening: Listening, narrator: Narrator) -> Iterator[None]:
    stack = running.stack
    gateway = Gateway(stack.routes, stack.cors, running.invoke, says=narrator.say)
    with closing(gateway), Serving(join(gateway, create_app(running.identity)), listening):
        yield


def _is_first_run(folder: Folder, narrator: Narrator) -> bool:
    """Whether nothing is here yet. What a first start that was cut short has left behind is removed."""
    if folder.is_complete():
        return False
    if (folder.database / "data").exists():
        narrator.say("The first start was cut short: starting afresh.")
        shutil.rmtree(folder.database / "data")
    return True


def _fill(running: Product, load: Load, narrator: Narrator) -> None:
    with narrator.step("Demo organisations (only at the first start)"):
        try:
            load(running.running, running.identity, narrator.say)
        except FunctionFailedError as error:
            raise CannotRunError(f"The demo organisations can't be loaded: {error}.") from None


def _greet(running: Product, narrator: Narrator, seconds: float) -> None:
    """Who can sign in, where to look, and last of all that it is ready."""
    with running.identity.pool.transaction() as db:
        accounts = [f"  {email:20} {who}" for email, who in ACCOUNTS.items() if find(db, email=email) is not None]
    lines = [f"Demo accounts, all with the password {PASSWORD}:", *accounts] if accounts else []
    lines += [
        f"Mail that would have been sent: {running.url}/mailbox    The API: {running.url}/developers",
        f"Started in {seconds:.1f} s; Ctrl-C stops it.",
        f"Ready: {running.url}",
    ]
    narrator.say("\n".join(lines))


@contextmanager
def _signals() -> Iterator[None]:
    """Let SIGTERM and a closed terminal stop it as Ctrl-C does, and let nothing disturb the stopping."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in _STOPPING:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in _STOPPING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
