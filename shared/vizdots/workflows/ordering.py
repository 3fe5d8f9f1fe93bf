"""The places of steps that somebody put behind others, among steps that have an order of their own."""

from collections.abc import Iterator, Mapping, Sequence


def in_order(keys: Sequence[str], after: Mapping[str, str | None]) -> list[str]:
    """All keys, each once: those in `after` follow the key that they name, or come first where that is None.

    What has no place to go to, since nobody knows that key or a circle leads back to it, stays where `keys` has it; a
    new one comes last. Several behind one key keep the order of `after`; the others keep theirs.
    """
    known = {None, *keys, *after}
    behind: dict[str | None, list[str]] = {}
    for key, before in after.items():
        if before in known and not _leads_back(key, after):
            behind.setdefault(before, []).append(key)
    led = {key for following in behind.values() for key in following}

    def from_here(key: str | None) -> Iterator[str]:
        if key is not None:
            yield key
        for each in behind.get(key, ()):
            yield from from_here(each)

    heads = [None, *keys, *(key for key in after if key not in set(keys))]
    return [key for head in heads if head not in led for key in from_here(head)]


def _leads_back(key: str, after: Mapping[str, str | None]) -> bool:
    before = after[key]
    for _ in after:
        if before == key:
            return True
        if before is None or before not in after:
            return False
        before = after[before]
    return False
