"""Where a browser may be sent: to pages of this console, whatever somebody has written into an address."""

from typing import Final
from urllib.parse import urlsplit

HOME: Final = "/home"
LONGEST: Final = 2_000  # characters
NOT_TO: Final = ("/sign-", "/auth/", "/static/", "/api/", "/forgot-password", "/check-your-mail")


def local(sent: str, otherwise: str = HOME, *, not_to: tuple[str, ...] = NOT_TO) -> str:
    """The path that was sent, if it is one of a page here, else `otherwise`.

    Browsers take a backslash for a slash and drop control characters: such a path doesn't say where it leads.
    """
    plain = len(sent) <= LONGEST and sent.isprintable() and "\\" not in sent and " " not in sent
    if not (plain and sent.startswith("/") and not sent.startswith("//")):
        return otherwise
    try:
        parts = urlsplit(sent)
    except ValueError:
        return otherwise
    is_ours = not parts.scheme and not parts.netloc and not parts.path.startswith(not_to)
    return sent if is_ours else otherwise
