"""Whether a quoted piece of a text ends within a number: `mean depth 11` of `mean depth 11/4` says nothing there."""

from __future__ import annotations

import re
from collections.abc import Iterator

GOES_ON = re.compile(
    r"\$?(?:\d|\.\d|(?:,|\{,\}|\\,)\d{3}(?!\d)|\s?(?:/|·|×|\*|\\cdot\b|\\times\b)\s?\$?\d|\s?\^|[⁻⁰¹²³⁴-⁹])"
)
WENT_BEFORE = re.compile(r"\d(?:[.,]|\{,\}|\\,|\s?[/·×*^]\s?|\s?\\(?:cdot|times)\s?|\^\{?[-−]?)?\Z")


# "262 144": three digits behind a blank may be the end of a number, or the next of a list
GROUP_BEFORE = re.compile(r"(?<![\w.,])\d{1,3}[ \u00a0]\Z")
GROUP = re.compile(r"\d{3}(?!\d)")
GROUP_BEHIND = re.compile(r"[ \u00a0]\d{3}(?![\w]|[.,]\d)")
SHORT_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}\Z")


def cuts_number(text: str, start: int, end: int) -> bool:
    """Whether a number goes on behind what stands at a place, or began before it.

    >>> said = "mean depth 11/4, of 1,590 images 3.5 % at 2 · 3 points"
    >>> cut = ("depth 11", "of 1", "at 2", "5 %")
    >>> [cuts_number(said, said.index(one), said.index(one) + len(one)) for one in cut]
    [True, True, True, True]
    >>> whole = ("11/4", "of 1,590", "3.5")
    >>> [cuts_number(said, said.index(one), said.index(one) + len(one)) for one in whole]
    [False, False, False]
    """
    first, last = text[start : start + 1], text[end - 1 : end]
    before = text[max(0, start - 12) : start]
    return bool(
        (GROUP.match(text, start) and GROUP_BEFORE.search(before))
        or (GROUP_BEHIND.match(text, end) and SHORT_NUMBER.search(text, max(0, end - 12), end))
        or (last.isdigit() and GOES_ON.match(text, end))
        or (first.isdigit() and WENT_BEFORE.search(before))
    )


def places_of(text: str, piece: str) -> Iterator[int]:
    """Where a piece stands in a text."""
    at = text.find(piece) if piece else -1
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


__all__ = ["cuts_number", "places_of"]
