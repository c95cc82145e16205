# ruff: noqa: E501 -- a pattern stays on one line
"""Letters that a text gives to the two distances of a triplet: `u = ‖a - p‖² and v = ‖a - n‖²`, `x, y for d(a, p), d(a, n)`.

What follows is read with the distances in place of the letters; every claim is still quoted as it was written.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from grader.verify.reading.plain_signs import replaced
from grader.verify.triplets.spoken import Spoken

_POINT = r"(?:f\(\s?{0}\s?\)|f_\(?{0}\)?|x_\(?{0}\)?|{0})"
_BETWEEN = r"(?:‖\s?{a}\s?-\s?{0}\s?‖(?:_2)?\s?(?:\^\s?\(?2\)?|²)|[dDδ]\(\s?{a}\s?,\s?{0}\s?\)(?:\s?\^\s?2)?)"
OF_P, OF_N = (
    _BETWEEN.replace("{a}", _POINT.format("a")).replace("{0}", _POINT.format(letter)) for letter in "pn"
)
_LETTER = r"(?<![\w\\^_/])(?P<{0}>(?![aApPnNdDfℓLα](?![_\w]))[A-Za-z](?:_\w)?)"
_IS = r"\s?(?::=|=|\bfor\b|\bdenotes?\b|\bbe\b|\bis\b|\bstands? for\b)\s?"
_WORDS = r"(?:the )?(?:squared )?distance (?:from the anchor |of the anchor )?to (?:the |its )?{0}"
_AND = r"\s?(?:,|;|and|, and)?\s?"
BOTH = re.compile(
    rf"{_LETTER.format('u')}{_IS}(?:{OF_P}|{_WORDS.format('positive')}){_AND}{_LETTER.format('v')}{_IS}(?:{OF_N}|{_WORDS.format('negative')}|(?:that|the one) to (?:the |its )?negative)"
    rf"|{_LETTER.format('u2')} and {_LETTER.format('v2')}{_IS}(?:{OF_P}{_AND}{OF_N}|(?:the )?(?:squared )?distances? (?:from the anchor )?to (?:the |its )?positive and (?:to )?(?:the |its )?negative)",
)  # fmt: skip


def letters_in(text: str) -> tuple[dict[str, str], int]:
    """The letters that a text gives to d(a, p) and d(a, n), and the end of what gives them; empty where it gives none.

    >>> letters_in("Write u=‖a-p‖^2 and v=‖a-n‖^2. Hard means v < u.")
    ({'u': 'd(a,p)', 'v': 'd(a,n)'}, 29)
    """
    given: dict[str, str] = {}
    end = 0
    for found in BOTH.finditer(text):
        groups = found.groupdict()
        first, second = groups["u"] or groups["u2"], groups["v"] or groups["v2"]
        if first != second:
            given, end = {first: "d(a,p)", second: "d(a,n)"}, found.end()
    return given, end


def _pattern(letters: Mapping[str, str]) -> re.Pattern[str]:
    named = "|".join(map(re.escape, letters))
    return re.compile(rf"(?<![\w\\^_'’])(?:{named})(?![\w'’^_(]|\.\w)")


def _replaced(
    letters: Mapping[str, str], since: int, text: str, places: Sequence[int]
) -> tuple[str, list[int]]:
    """A text with what its letters stand for, from a place on."""
    return replaced(
        _pattern(letters),
        text,
        places,
        lambda found: letters[found.group()] if found.start() >= since else None,
    )


def in_distances(text: str, places: Sequence[int], before: str) -> tuple[str, list[int]]:
    """A text in plain signs with the distances in place of the letters that it, or the text before it, gives to them."""
    letters, since = letters_in(text)
    if not letters:
        letters, since = letters_in(before)[0], 0
    if not letters:
        return text, list(places)
    return _replaced(letters, since, text, places)


def with_distances(piece: Spoken, letters: Mapping[str, str], since: int) -> Spoken:
    """A piece of text with the distances in place of their letters, from a place on."""
    if not letters:
        return piece
    text, kept = _replaced(letters, since, piece.text, range(len(piece.text) + 1))
    places = tuple(piece.places[place] for place in kept)
    written = tuple(piece.in_written[place] for place in kept) if piece.in_written else ()
    formulas = tuple((bisect_left(kept, start), bisect_left(kept, end)) for start, end in piece.formulas)
    return Spoken(text, places, formulas, piece.written, written, piece.rows)


__all__ = ["in_distances", "letters_in", "with_distances"]
