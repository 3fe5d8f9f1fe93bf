"""Tells the developer what happens, step by step and with durations."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO


class Narrator:
    """Writes lines to `out`, whole ones whoever else writes."""

    def __init__(self, out: IO[str] = sys.stdout, clock: Callable[[], float] = time.perf_counter) -> None:
        self._out, self._clock, self._lock = out, clock, threading.Lock()

    def say(self, line: str) -> None:
        """One line."""
        with self._lock:
            self._out.write(f"{line}\n")
            self._out.flush()

    def warn(self, line: str) -> None:
        """One line that stands out."""
        self.say(f"  ! {line}")

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Tell a step once it is done, and how long it took; the block may add a note to it."""
        notes: list[str] = []
        started = self._clock()
        yield notes.append
        note = f", {notes[-1]}" if notes and notes[-1] else ""
        self.say(f"  {self._clock() - started:5.1f} s  {name}{note}")
