"""What keeps the local product from running, told in one sentence."""


class CannotRunError(Exception):
    """The command can't go on. Its text is one sentence that says why, and what to do about it."""
