# ruff: noqa: E501 -- a pattern stays on one line
"""How many features the square of (q·k + 1) or q·k has, in letters or for a given D, with equal products merged or kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.feature_numbers import NOUN, OTHER_COUNT
from grader.verify.grammar import read_expression
from grader.verify.lettered import value_at
from grader.verify.syntax import Expression, Unreadable, names

INHOMOGENEOUS = re.compile(
    r"\+\s*1\s*(?:\\right)?\)\s*(?:\^\s*\{?\s*2|²)|\(\s*1\s*\+[^()]{1,25}\)\s*(?:\^\s*\{?\s*2|²)"
)
HOMOGENEOUS = re.compile(r"\(\s*(?:q|x|\\langle)[^()+]{1,25}\)\s*(?:\^\s*\{?\s*2|²)|\bhomogeneous\b")
KEPT = re.compile(
    r"\b(?:kept|keep|keeping|unmerged|repeats?|repeated|duplicates?|twice)\b|\b(?:not|n['’]t|without) (?:being )?merg\w*|\bwhen (?:they|these) are not\b|\bif (?:they|these) are not\b|⊗|\\otimes|\bouter product\b|\ball products\b",
    re.I,
)
MERGED = re.compile(
    r"\bmerg\w*|\bdistinct\b|\bdifferent\b|\bwithout (?:any )?(?:repeats|duplicates|repetitions?)\b|\bsmallest\b|\bcombin\w*|\bcollect\w*|\beach (?:product|monomial) once\b",
    re.I,
)
LETTER = r"[A-Za-z](?:_\{?[a-z]\}?)?"
FORMULA = rf"(?P<count>(?:\d|{LETTER}(?![a-z])|[()+/·^²{{}} ]|\\[dt]?frac|\\binom|\\cdot|\\,)+?)"
COUNTED = re.compile(
    rf"(?:\b(?:has|have|needs?|gives?|makes?|with|are|is|or|and|of|to|gets?|contains?|length|dimension|just|only|exactly|one)\s+|^\s*){FORMULA}(?:\s+(?:real |scalar )?{NOUN}\b|(?=\s+(?:when|if|once|after|in the)\b))"
)
GIVEN = re.compile(rf"(?<![\w.])(?P<letter>{LETTER})\s*=\s*(?P<size>\d{{1,4}})(?![\d.]*\d|\s*[·*/+^×])")
PIECES = re.compile(r",?\s+(?:and|while|whereas|but|or|against)\s+(?=[\d(\\A-Za-z])|;\s+")
# counts of something else
OTHERS = re.compile(
    OTHER_COUNT.pattern.replace(r"repeat\w*|duplicat\w*|", "")
    .replace("without|", "")
    .replace(r"|merg\w*|unmerged", ""),
    re.I,
)
ROOTED = re.compile(r"(?:⊗|\\otimes).*(?:√|\\sqrt)|(?:√|\\sqrt).*(?:⊗|\\otimes)")
Counts: TypeAlias = dict[str, Callable[[Fraction], Fraction]]
POINTS = (Fraction(3), Fraction(5), Fraction(11))


def feature_counts(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each count of features of a squared kernel.

    >>> told = "The kernel is (q·k + 1)²."
    >>> [j.says for *_, j in feature_counts("Its map has 10 entries for D = 3 when equal products are merged and 12 when they are not.", told)]
    ['(D + 1)(D + 2)/2, with D = 3: 10', 'D² + D + 1 or (D + 1)², with D = 3: 13 or 16, not 12']
    """
    about = f"{before[-700:]} {sentence}"
    plus_one = bool(INHOMOGENEOUS.search(about))
    squared = bool(HOMOGENEOUS.search(sentence)) and not INHOMOGENEOUS.search(sentence)
    if not (plus_one or squared) or OTHERS.search(sentence):
        return
    sizes = {(one.group("letter"), int(one.group("size"))) for one in GIVEN.finditer(sentence)}
    start, kept_before = 0, False
    for end in [*(cut.start() for cut in PIECES.finditer(sentence)), len(sentence)]:
        piece = sentence[start:end]
        kept, merged = bool(KEPT.search(piece)), bool(MERGED.search(piece))
        if re.search(r"\bwhen (?:they|these) are not\b|\bif (?:they|these) are not\b", piece):
            kept, merged = not kept_before, False
        elif kept and re.search(r"\b(?:not|n['’]t|un)\s?-?merg", piece):
            merged = False
        kept_before = kept and not merged
        if not (kept and merged):
            for found in COUNTED.finditer(piece):
                allowed = _allowed(kept, merged, squared)
                if ROOTED.search(piece):
                    # √2 x in front of x ⊗ x stands there once
                    allowed.pop("(D + 1)²", None)
                judged = _judged(found.group("count"), kept or merged, allowed, sizes)
                if judged is not None:
                    yield start + found.start("count"), start + found.end(), judged
        start = end


def _judged(text: str, told: bool, allowed: Counts, sizes: set[tuple[str, int]]) -> Judged | None:
    """A ruling on one count; `told` is whether the words say which of the counts is meant."""
    plain = re.sub(r"(?<=[A-Za-z)])²", "^2", text.strip().removesuffix("\\,"))
    try:
        tree = read_expression(plain)
    except Unreadable:
        return None
    letters = names(tree)
    if len(letters) > 1 or (not letters and len(sizes) != 1):
        return None
    letter, points = (next(iter(letters)), POINTS) if letters else (min(sizes)[0], (Fraction(min(sizes)[1]),))
    stated = [value_at(tree, {letter: point}) for point in points]
    truths = {form: [count(point) for point in points] for form, count in allowed.items()}
    shown = " or ".join(form.replace("D", letter) for form in truths)
    with_size = (
        ""
        if letters
        else f", with {letter} = {points[0]}: {' or '.join(str(one[0]) for one in truths.values())}"
    )
    if stated in truths.values():
        return verified(Kind.DIMENSION, f"{shown}{with_size}", Method.COUNT)
    if any(one is None for one in stated) or not told or not _is_square(tree, letter, bool(letters)):
        return None
    witness = {
        letter: int(points[0]),
        "features": [int(one[0]) for one in truths.values()],
        "stated": str(stated[0]),
    }
    return refuted(Kind.DIMENSION, f"{shown}{with_size}, not {text.strip()}", Method.COUNT, witness)


def _is_square(tree: Expression, letter: str, lettered: bool) -> bool:
    """Whether a count grows like the square of the letter, so that it speaks of all the features."""
    if not lettered:
        return True
    small, large = (value_at(tree, {letter: Fraction(size)}) for size in (1000, 2000))
    return small is not None and large is not None and small > 0 and Fraction(3) < large / small < Fraction(5)


def _allowed(kept: bool, merged: bool, squared: bool) -> Counts:
    """The right counts by their formulas; `squared` is the kernel (q·k)² without the 1."""
    whole: Counts = (
        {"D²": lambda d: d * d}
        if squared
        else {"D² + D + 1": lambda d: d * d + d + 1, "(D + 1)²": lambda d: (d + 1) ** 2}
    )
    once: Counts = (
        {"D(D + 1)/2": lambda d: d * (d + 1) / 2}
        if squared
        else {"(D + 1)(D + 2)/2": lambda d: (d + 1) * (d + 2) / 2}
    )
    return whole if kept else once if merged else once | whole


__all__ = ["feature_counts"]
