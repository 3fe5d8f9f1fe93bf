"""make browser: a Chromium for the tests, found here or installed; one loud line where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
ELSEWHERE: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PACKAGES: Final = ("chromium", "fonts-noto-cjk")  # the second, or Japanese is a row of boxes
NONE_HERE: Final = (
    "NO BROWSER: install Chromium (Debian: apt install chromium fonts-noto-cjk) or name one in CHROMIUM;"
    " until then nothing in tests/browser is proved"
)

# In a closed network a browser that looks for updates is a browser that waits.
FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str | None:
    """The path of a Chromium that is here; None where there is none."""
    named = os.environ.get("CHROMIUM")
    here = [named] if named else [*map(shutil.which, NAMES), *(each for each in ELSEWHERE if Path(each).exists())]
    return next((each for each in here if each), None)


def flags() -> list[str]:
    """How it is started. Root, as in most containers, has no sandbox to put it in."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*FLAGS, *(["--no-sandbox"] if is_root else [])]


def install() -> bool:
    """Install Debian's Chromium, where we are root and there is apt. Whether that worked."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    print("Installing Chromium for the browser tests (apt-get) …", flush=True)  # noqa: T201
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
        run = subprocess.run(  # noqa: S603 - our own words alone
            ["apt-get", *command],  # noqa: S607
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            print(run.stderr[-500:], file=sys.stderr)  # noqa: T201
            return False
    return True


if __name__ == "__main__":
    if not (found() or (install() and found())):
        print(NONE_HERE, file=sys.stderr)  # noqa: T201
