"""The product on a free port of its own, for as long as a tool needs it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


@contextmanager
def running(folder: Path, *options: str) -> Iterator[str]:
    """`make up` with its data in a folder; its address. Leaves with a word where it doesn't start."""
    command = [sys.executable, "-m", "local", "--folder", str(folder), "up", "--port", "0", *options]
    with subprocess.Popen(  # noqa: S603 - our own words alone
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "LOG_LEVEL": "ERROR"}
    ) as product:
        lines = product.stdout or iter(())
        url = next((line.split()[1] for line in lines if line.startswith("Ready: ")), None)
        try:
            if url is None:
                sys.exit("The product doesn't start.")
            yield url
        finally:
            product.terminate()
            for _ in lines:  # what it says at its end; it would have nobody to say it to
                pass
