"""A person's work profile in their own hands: what they may edit, what they confirmed, what is still unknown."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from vizdots.shapes import Input
from vizdots.texts import NAME_LENGTH, Label, Labels, Text

WORKFLOWS_KEPT: Final = 10  # a person's recurring processes; the oldest unconfirmed one makes room
TOOLS_KEPT: Final = 20  # as above; two tools a process

LEARNED: Final = ("role_summary", "primary_duties", "main_workflows", "primary_tools", "current_focus")


class ProfileChange(Input):
    """What a person may edit in their own profile; a field left out stays. `confirm` says: this is me."""

    preferred_name: Annotated[Label, StringConstraints(min_length=1, max_length=NAME_LENGTH)] | None = None
    role_summary: Annotated[Text, StringConstraints(min_length=1)] | None = None
    primary_duties: Labels | None = None
    main_workflows: Annotated[Labels, Field(max_length=WORKFLOWS_KEPT)] | None = None
    primary_tools: Annotated[Labels, Field(max_length=TOOLS_KEPT)] | None = None
    confirm: bool = False


def change(profile: Mapping[str, Any], sent: ProfileChange) -> dict[str, Any]:
    """The profile with the person's own words in it. What they wrote counts as confirmed and outlives every merge.

    With `confirm` all they see is confirmed as it stands. A suggestion about a field they touched is settled.
    """
    changed = deepcopy(dict(profile))
    written = sent.model_dump(exclude={"confirm"}, exclude_none=True)
    confirmed = {**changed.get("confirmed", {})}
    for name, value in written.items():
        changed[name] = confirmed[name] = unique(value) if isinstance(value, list) else value
    if sent.confirm:
        confirmed |= {name: changed[name] for name in type(sent).model_fields if changed.get(name)}
    changed["confirmed"] = deepcopy(confirmed)
    changed["suggested"] = {k: v for k, v in changed.get("suggested", {}).items() if k not in confirmed}
    return changed


def gaps(profile: Mapping[str, Any]) -> list[str]:
    """What the profile doesn't know yet, in the order in which it matters."""
    return [name for name in LEARNED if not profile.get(name)]


def unique(names: Iterable[str]) -> list[str]:
    """Each name once, whatever its case, as it was written first; blank ones go."""
    first: dict[str, str] = {}
    for name in names:
        if name.strip():
            first.setdefault(name.casefold(), name)
    return list(first.values())
