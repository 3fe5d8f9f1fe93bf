"""What a browser keeps for us: the tokens, the secret of its forms, what it chose. No script can read any of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

SESSION: Final = "session"  # the access token
REFRESH: Final = "refresh"  # the refresh token, after the id of the person whose it is
ADDRESS: Final = "address"  # where the last mail went, so that it can be sent once more
FORMS: Final = "forms"  # the secret that this browser's forms are signed with
ORGANISATION: Final = "organisation"
LANGUAGE: Final = "language"
THEME: Final = "theme"
SAID: Final = "said"  # what the next page tells: a code of `templates/components/toasts.html`, never a text

AN_HOUR: Final = 3600  # seconds
A_MONTH: Final = 30 * 24 * 3600  # seconds
A_YEAR: Final = 365 * 24 * 3600


@dataclass
class Jar:
    """The cookies of one request, and those that its response sets.

    Over HTTPS their names begin with `__Host-`: a browser then takes them from this very host alone, over HTTPS alone,
    so that a neighbouring subdomain can plant none.
    """

    sent: Mapping[str, str]
    secure: bool
    _set: dict[str, tuple[str, int]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The cookie as it stands now, empty where there is none."""
        return self._set[name][0] if name in self._set else self.sent.get(self._full(name), "")

    def keep(self, name: str, value: str, *, seconds: int) -> None:
        """Set a cookie that lives for so many seconds."""
        self._set[name] = (value, seconds)

    def drop(self, *names: str) -> None:
        """Let the browser forget cookies, those that it has."""
        for name in names:
            self._set.pop(name, None)
            if self._full(name) in self.sent:
                self._set[name] = ("", 0)

    def write(self, response: Response) -> None:
        """Put what was set into the response."""
        for name, (value, seconds) in self._set.items():
            response.set_cookie(
                self._full(name), value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax"
            )

    def _full(self, name: str) -> str:
        return f"__Host-vizdots-{name}" if self.secure else f"vizdots-{name}"
