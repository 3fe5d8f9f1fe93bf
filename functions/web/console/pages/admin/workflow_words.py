"""What is said of workflows, in words: the same on every page about them."""

from collections.abc import Mapping
from typing import Any, Final

from frame.speech import N_, _
from vizdots.workflows.evidence import Claim
from vizdots.workflows.reading import NoteType, Rating, Visibility

RATINGS: Final[Mapping[Rating, str]] = {
    "accurate": N_("Accurate"),
    "partially_right": N_("Partially right"),
    "incorrect": N_("Incorrect"),
}
NOTE_TYPES: Final[Mapping[NoteType, str]] = {
    "clarification": N_("Clarification"),
    "policy": N_("Rule of the house"),
    "exception": N_("Exception"),
    "question": N_("Question"),
    "alert": N_("Warning"),
}
VISIBILITIES: Final[Mapping[Visibility, str]] = {
    "admins_only": N_("Administrators only"),
    "managers": N_("Managers, too"),
    "everyone": N_("Everybody"),
}
CLAIMS: Final[Mapping[Claim, str]] = {
    "workflow": N_("That you work so at all"),
    "version": N_("Version %(label)s"),
    "step": N_("The step “%(label)s”"),
    "tool": N_("The tool “%(label)s”"),
    "data_source": N_("The source “%(label)s”"),
    "variant": N_("The variant “%(label)s”"),
}
"""What somebody asks about, when they ask why it is said."""


def claim(kind: Claim, label: Any) -> str:
    """The thing that is asked about, by its name."""
    return _(CLAIMS[kind]) % {"label": label}
