"""What a mail of the outbox says: its facts, put into the words of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass

from vizdots.delivery import Outgoing


@dataclass(frozen=True, slots=True)
class Links:
    """Where a mail leads to. `token` opens an invitation, `leave` unsubscribes; both are good for this person alone."""

    app_url: str
    token: str
    leave: str

    def headers(self, mail: Outgoing) -> Mapping[str, str]:
        """Those by which a mailbox offers to unsubscribe with one click (RFC 2369, RFC 8058); none for security mail."""
        raise NotImplementedError
