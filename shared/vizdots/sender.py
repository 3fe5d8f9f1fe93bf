"""Whoever sends mails for us, as the rules know them: what can become of a mail that they are given."""


class NotSent(Exception):
    """The mail wasn't sent, for certain. `again_in`: seconds after which it may be tried again; None: never.

    `error_type` is a name without words, like MessageRejected: it is logged and kept.
    """

    def __init__(self, error_type: str, again_in: int | None = None) -> None:
        super().__init__(error_type)
        self.error_type = error_type
        self.again_in = again_in


class QuotaUsedUp(NotSent):
    """Nothing goes out any more for now, the next mail as little as this one."""


class Unclear(Exception):
    """Nobody knows whether the mail was sent: the answer was lost. The sender's own events will tell."""
