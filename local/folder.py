"""The folder .local/: the data that the local product keeps between runs, and who is using it now."""

import fcntl
import json
import os
import secrets
import shutil
import socket
import stat
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from local.environments import ROOT
from local.errors import CannotRunError


@dataclass(frozen=True)
class Running:
    """What a running local product tells the other commands."""

    pid: int
    url: str
    admin_url: str
    """The database as its administrator, who sees everything."""
    owner_url: str
    """The database as the owner of the tables and of the identity stand-in's schema."""
    variables: dict[str, str]
    """What the functions are told here: settings, secrets, and where the AWS stand-in is."""


class Folder:
    """`path` is made at its first use. Only one process at a time holds it (`hold`)."""

    def __init__(self, path: Path = ROOT / ".local") -> None:
        self.path = path.absolute()

    @property
    def database(self) -> Path:
        """Where PostgreSQL keeps its data: in here, unless it can't reach it.

        A server started by root runs as somebody else, to whom root's home and other closed folders are shut. Then the
        data are in /var/tmp, and the folder remembers where.
        """
        elsewhere = self.path / "database-folder"
        if elsewhere.exists():
            return Path(elsewhere.read_text())
        if os.geteuid() or all(parent.stat().st_mode & stat.S_IXOTH for parent in self.path.parents):
            return self.path / "postgres"
        self._make()
        elsewhere.write_text(tempfile.mkdtemp(prefix="vizdots-", dir="/var/tmp"))
        return Path(elsewhere.read_text())

    def hold(self) -> "Held":
        """Take the folder for this process. Raises CannotRunError when another one has it."""
        return Held(self)

    def running(self) -> Running | None:
        """What the process that holds the folder is; None when there is none, or when it isn't ready yet."""
        try:
            with (self.path / "running.json").open() as file:
                if _is_free(file):
                    return None
                return Running(**json.load(file))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def require_running(self) -> Running:
        """What is running. Raises CannotRunError when nothing is."""
        running = self.running()
        if running is None:
            started = "isn't running" if self.path.exists() else "was never started here"
            raise CannotRunError(f"VizDots {started}. Start it with: make up")
        return running

    def remembered(self, name: str) -> str:
        """A random secret, made at the first start and the same ever after."""
        file = self.path / name
        try:
            return file.read_text()
        except FileNotFoundError:
            self._make()
            value = secrets.token_urlsafe(32)
            file.touch(mode=0o600)
            file.write_text(value)
            return value

    def port(self) -> int:
        """A free port for the database, the same one at every start unless somebody else has taken it meanwhile."""
        file = self.path / "database-port"
        try:
            kept = int(file.read_text())
        except (FileNotFoundError, ValueError):
            kept = 0
        port = _free_port(kept) or _free_port(0)
        if port != kept:
            file.write_text(str(port))
        return port

    def is_complete(self) -> bool:
        """Whether a first start has come to its end here."""
        return (self.path / "complete").exists()

    def first_run_is_done(self) -> None:
        """Remember that the first start has come to its end."""
        (self.path / "complete").touch()

    def forget(self) -> bool:
        """Remove all data; False when there was none. Raises CannotRunError while somebody uses it."""
        if not self.path.exists():
            return False
        with self.hold():
            shutil.rmtree(self.database, ignore_errors=True)
            shutil.rmtree(self.path)
        return True

    def _make(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o711)  # PostgreSQL may have to pass; what is secret is closed by itself


class Held:
    """The folder, held by this process until the end of the `with` block, or until it dies."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        folder._make()
        file = folder.path / "running.json"
        file.touch(mode=0o600)
        self._file: IO[str] = file.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            told = self._file.read()
            self._file.close()
            where = f" on {json.loads(told)['url']}" if told else ""
            raise CannotRunError(f"VizDots is running here already{where}. Stop it there first, with Ctrl-C.") from None
        self._file.truncate(0)

    def tell(self, running: Running) -> None:
        """Let the other commands know what is running."""
        self._file.truncate(0)
        json.dump(asdict(running), self._file)
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.truncate(0)
        self._file.close()


def _is_free(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free_port(wished: int) -> int:
    """The wished port if it is free, any free one for 0, and 0 when the wished one is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            return 0
        return int(probe.getsockname()[1])
