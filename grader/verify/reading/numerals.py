# ruff: noqa: E501 -- a pattern stays on one line
"""Numbers that a text writes in letters: `four`, `twenty-five`, `a hundred`, `two million`, `threefold`, `two thirds`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from grader.verify.reading.plain_signs import replaced

UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}  # fmt: skip
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
NONE = {"no": 0, "none": 0, "zero": 0}
FRACTIONS = {
    "half": Fraction(1, 2), "a half": Fraction(1, 2), "one half": Fraction(1, 2), "a third": Fraction(1, 3), "one third": Fraction(1, 3), "two thirds": Fraction(2, 3),
    "a quarter": Fraction(1, 4), "one quarter": Fraction(1, 4), "three quarters": Fraction(3, 4), "a fifth": Fraction(1, 5), "one fifth": Fraction(1, 5),
    "two fifths": Fraction(2, 5), "three fifths": Fraction(3, 5), "four fifths": Fraction(4, 5), "a tenth": Fraction(1, 10), "one tenth": Fraction(1, 10),
    "a sixth": Fraction(1, 6), "one sixth": Fraction(1, 6), "an eighth": Fraction(1, 8), "one eighth": Fraction(1, 8),
}  # fmt: skip
FRACTION = "|".join(sorted((name.replace(" ", "[ -]") for name in FRACTIONS), key=len, reverse=True))
MULTIPLES = {
    "once": Fraction(1), "twice": Fraction(2), "thrice": Fraction(3), "double": Fraction(2), "doubl": Fraction(2), "tripl": Fraction(3), "quadrupl": Fraction(4),
    "halv": Fraction(1, 2), "half": Fraction(1, 2),
}  # fmt: skip

_ONE = "|".join(sorted(UNITS, key=len, reverse=True))
_TEN = "|".join(TENS)
_SCALE = "|".join(SCALES)
WORD = rf"(?:(?:(?:{_TEN})(?:[- ](?:{_ONE}))?|{_ONE}|a)[- ](?:{_SCALE})|(?:{_TEN})(?:-(?:{_ONE}))?|{_ONE}|{_SCALE})"
NUMERAL = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}}|{WORD})"


def value_of(text: str) -> int:
    """The whole number of a word or of digits.

    >>> [value_of(one) for one in ("12", "twelve", "twenty-five", "a hundred", "two million", "no")]
    [12, 12, 25, 100, 2000000, 0]
    """
    plain = text.lower().strip()
    if plain in NONE:
        return NONE[plain]
    if re.fullmatch(r"\d[\d,]*", plain):
        return int(plain.replace(",", ""))
    value = 0
    for word in re.split(r"[- ]", plain):
        if word in SCALES:
            value = max(value, 1) * SCALES[word]
        elif word != "a":
            value += UNITS[word] if word in UNITS else TENS[word]
    return value


def multiple_of(word: str) -> Fraction:
    """The factor of `twice`, `doubling`, `threefold`, `10-fold`, `2.5 times`, `four`.

    >>> [str(multiple_of(one)) for one in ("doubles", "halving", "fourfold", "10-fold", "2.5 times", "three", "six", "4x")]
    ['2', '1/2', '4', '10', '5/2', '3', '6', '4']
    """
    plain = re.sub(r"[- ]?fold$|\s*times$|(?<=[\d ])\s*[×x]$", "", " ".join(word.lower().split()))
    stem = re.sub(r"(?:es|ed|e|ing|s)$", "", plain)
    for known in (plain, stem):
        if known in MULTIPLES:
            return MULTIPLES[known]
    if re.fullmatch(r"\d[\d,]*(?:\.\d+)?", plain):
        return Fraction(plain.replace(",", ""))
    return Fraction(value_of(plain))


def fraction_of(word: str) -> Fraction:
    """The value of `a third`, `two-thirds`."""
    return FRACTIONS[re.sub(r"[ -]+", " ", word.lower())]


WRITTEN = re.compile(
    rf"(?<![\w-])(?P<word>{WORD})(?P<fold>fold\b|(?![\w]|-(?!(?:fold|dimensional|layer|class|image|label|element|vector)\b)))(?![ -](?:thirds?|quarters?|fifths?|halves|sixths?|eighths?|tenths?|half)\b)",
    re.I,
)
# "the two", "both of these three": words that only take up what has been named
TAKEN_UP = re.compile(
    r"\b(?:the|these|those|its|their|our|both|all|first|last|other|next|any|between|with|as|or|only) $", re.I
)
OF_A_NUMBER = re.compile(
    rf"(?:\b{NUMERAL} (?:out )?of|^\W*Out of|^\W*Of) (?:the|these|those|all|our) $", re.I
)
FEW = 4
COUNTED_OUT = re.compile(r"\s+of\s+(?:the|these|those|them|our|all|\d)", re.I)


def in_digits(text: str, places: Sequence[int]) -> tuple[str, list[int]]:
    """The text with its number words as digits, and for each character the place that it had.

    `one` stays where it stands for a thing, and so do `the two`, `these three`.

    >>> in_digits("Three of the twelve are hard, the two others easy; one is fourfold.", range(99))[0]
    '3 of the 12 are hard, the two others easy; one is 4-fold.'
    """
    return replaced(WRITTEN, text, places, _digits)


def _digits(found: re.Match[str]) -> str | None:
    word, before = found.group("word").lower(), found.string[: found.start()]
    value = value_of(word)
    if word in SCALES or (value == 1 and not COUNTED_OUT.match(found.string, found.end())):
        return None
    if value <= FEW and TAKEN_UP.search(before) and not OF_A_NUMBER.search(before):
        return None
    return f"{value}-fold" if found.group("fold") else str(value)


__all__ = [
    "FRACTION",
    "FRACTIONS",
    "MULTIPLES",
    "NUMERAL",
    "WORD",
    "fraction_of",
    "in_digits",
    "multiple_of",
    "value_of",
]
