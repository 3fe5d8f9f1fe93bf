"""What the identity stand-in is told at its start: addresses, lifetimes, and the rules that GoTrue leaves open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


def wall_clock() -> datetime:
    """The present time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Settings:
    """`site_url` is where mailed links lead at last, `supabase_url` what stands before `/auth/v1`; no final slashes.

    The defaults are those of a new Supabase project. `allowed_origins` names further origins (`https://app.example`)
    that a link may lead to. `confirm_url` is the page that the mails of a project lead to whose templates say so
    (docs/runbook.md): empty, they lead to GoTrue's own /verify. `sender` is who mails. `now` is the clock: tests turn
    it instead of waiting.
    """

    site_url: str
    supabase_url: str
    allowed_origins: frozenset[str] = field(default_factory=frozenset)
    confirm_url: str = ""
    sender: str = "VizDots <hello@vizdots.example>"
    now: Callable[[], datetime] = wall_clock
    confirms_email: bool = True
    shortest_password: int = 6
    access_token_lifetime: timedelta = timedelta(hours=1)
    link_lifetime: timedelta = timedelta(hours=1)
    code_lifetime: timedelta = timedelta(minutes=5)
    reuse_interval: timedelta = timedelta(seconds=10)

    @property
    def issuer(self) -> str:
        """The `iss` of every access token, and the address of the API."""
        return f"{self.supabase_url}/auth/v1"
