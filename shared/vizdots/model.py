"""What the product asks of a language model, without knowing which one it is or who calls it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Outcome = Literal["ok", "timeout", "rate_limited", "server_error", "connection", "refused", "malformed", "rejected"]


@dataclass(frozen=True, slots=True)
class Asked(Generic[T_co]):
    """What came of asking: an answer, or None and the outcome that says why. `ms` is the whole time it took."""

    answer: T_co | None
    outcome: Outcome
    model: str
    ms: int
    tokens_in: int = 0
    tokens_out: int = 0


class Ask(Protocol):
    """Ask a model, and be back within `seconds` whatever it does. Never raises for what a model can do."""

    def __call__(
        self,
        messages: Sequence[Mapping[str, object]],
        schema: Mapping[str, Any],
        read: Callable[[str], T],
        *,
        seconds: float,
    ) -> Asked[T]:
        """Ask for JSON of `schema` and let `read` validate it: a ValueError from it means a malformed answer."""
