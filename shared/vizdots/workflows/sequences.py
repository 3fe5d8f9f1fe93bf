"""What of two sequences stays in its order."""

from collections.abc import Sequence


def rising(values: Sequence[int]) -> list[int]:
    """The places of a longest rising subsequence of different numbers; of several as long, the one with smaller ones.

    Where each thing comes once, this is a longest common subsequence (Hunt & Szymanski 1977).
    """
    longest = [1] * len(values)
    for at in range(len(values) - 2, -1, -1):
        longest[at] = 1 + max((longest[i] for i in range(at + 1, len(values)) if values[i] > values[at]), default=0)
    kept: list[int] = []
    for missing in range(max(longest, default=0), 0, -1):
        start, above = (kept[-1] + 1, values[kept[-1]]) if kept else (0, -1)
        kept.append(
            min(
                (at for at in range(start, len(values)) if longest[at] == missing and values[at] > above),
                key=values.__getitem__,
            )
        )
    return kept
