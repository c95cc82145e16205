# ruff: noqa: E501 -- a pattern stays on one line
"""How many features a polynomial map has for a given D, by the count that the text gives: (D + 1)(D + 2)/2 or (D + 1)²."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified

LETTER = r"[A-Za-z]"
MERGED = re.compile(
    rf"\(\s*(?P<x>{LETTER})\s*\+\s*1\s*\)\s*[·*]?\s*\(\s*(?P=x)\s*\+\s*2\s*\)\s*\}}?\s*(?:/\s*2|\{{\s*2\s*\}})"
    rf"|binom\s*\{{\s*(?P<y>{LETTER})\s*\+\s*2\s*\}}\s*\{{\s*2\s*\}}"
)
REPEATED = re.compile(rf"\(\s*(?P<x>{LETTER})\s*\+\s*1\s*\)\s*(?:²|\^\s*\{{?2\}}?)")
# the products of degree two alone
SQUARES_ONLY = re.compile(
    rf"(?<![A-Za-z)])(?P<x>{LETTER})\s*[·*]?\s*\(\s*(?P=x)\s*\+\s*1\s*\)\s*\}}?\s*(?:/\s*2|\{{\s*2\s*\}})"
)
ABOUT = re.compile(r"\bfeatures?\b|\bmonomials?\b|\bfeature map\b|\bentries\b|\bcomponents\b", re.I)
# counts of a part of the features, of another map, or of what the features are used for
OTHER_COUNT = re.compile(
    r"\b(?:squares?|mixed|cross|linear|quadratic|second[- ]order|second[- ]degree|of degree|pairs?|repeat\w*|duplicat\w*|random|homogeneous|cubic|degree[- ]?[3-9]|third|without|per head|parameters|fewer|more|save[sd]?|symmetric|off-diagonal|merg\w*|unmerged|instead|rather)\b",
    re.I,
)
SIZE = r"\d{1,3}(?:,\d{3})+|\d{1,9}"
NOUN = r"(?:(?:different |distinct |polynomial )?(?:features?|entries|monomials|components|dimensions|coordinates)|of them)"
AFTER = re.compile(
    rf"(?<![\w.,/=])(?P<count>{SIZE})\s+{NOUN}\s+(?:already |only |each )?(?:for|at|when|if|with|in the case of|where)\s+(?P<x>{LETTER})\s*=\s*(?P<size>\d{{1,4}})(?![\d.]*\d|\s*[·*/+^−×])"
)
BEFORE = re.compile(
    rf"\b(?:[Ff]or|[Aa]t|[Ww]ith|[Ww]hen|[Ii]f|[Ww]here)\s+(?P<x>{LETTER})\s*=\s*(?P<size>\d{{1,4}})\s*[,:]?\s+(?:already\s+)?(?:(?:this|that|it|there|these|we|one|they|the|feature|map|vector|count|formula|number|of|features|already|C|then|a|length|would)\s+){{0,5}}?(?:is|are|gives?|makes?|has|have|gets?|means?|needs?|amounts? to|comes? to|be|=|equals)\s+(?:(?:already|then|a|about|exactly|only|total|of|just|length)\s+){{0,3}}(?P<count>{SIZE})(?![\d.,]*\d|\s*[·*/+^−×%])(?:\s+(?P<noun>{NOUN}))?"
)
IN_DIMENSIONS = re.compile(
    rf"\b[Ii]n\s+(?P<size>\d{{1,4}})\s+dimensions\s+(?:(?:this|that|it|there|these|we|one|the|map)\s+){{0,3}}(?:is|are|gives?|makes?|has|have|gets?|means?)\s+(?:already |then |exactly |only )?(?P<count>{SIZE})\s+{NOUN}"
)


def counted_by(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The letters in which a text counts the features with products merged, and with repeats."""
    plain = re.sub(r"\\[tdl]?frac|\\left|\\right|\\[,;! ]|\$", "", text)
    merged = {found.group("x") or found.group("y") for found in MERGED.finditer(plain)}
    # the kernel itself is (q·k + 1)²: a single letter before the 1 is a size
    repeated = {found.group("x") for found in REPEATED.finditer(plain)}
    return frozenset(merged), frozenset(repeated)


def feature_numbers(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each `45 features for D = 8`, by the count that the text before it gives.

    >>> before = "The map has (D + 1)(D + 2)/2 features."
    >>> [judged.says for _, _, judged in feature_numbers("That makes 2080 features for D = 64.", before)]
    ['with D = 64 it is 2,145 by (D + 1)(D + 2)/2, not 2,080']
    """
    if not ABOUT.search(sentence):
        return
    for pattern in (AFTER, BEFORE, IN_DIMENSIONS):
        for found in pattern.finditer(sentence):
            merged, repeated = counted_by(f"{before} {sentence[: found.start()]}")
            letter = found.groupdict().get("x") or min(merged, default="D")
            if letter not in merged or len(merged) != 1:
                continue
            if pattern is BEFORE and not found.group("noun"):
                continue
            size, count = int(found.group("size")), int(found.group("count").replace(",", ""))
            exact = (size + 1) * (size + 2) // 2
            by = f"by ({letter} + 1)({letter} + 2)/2"
            with_size = f"with {letter} = {size} it is {exact:,} {by}"
            if count == exact:
                yield found.start(), found.end(), verified(Kind.ARITHMETIC, with_size, Method.COUNT)
            elif SQUARES_ONLY.search(f"{before} {sentence}") and count == size * (size + 1) // 2:
                continue
            elif not OTHER_COUNT.search(sentence) and not (repeated and count == (size + 1) ** 2):
                witness = {letter: size, "features": exact, "stated": count}
                yield found.start(), found.end(), refuted(Kind.ARITHMETIC, f"{with_size}, not {count:,}", Method.COUNT, witness)  # fmt: skip


__all__ = ["counted_by", "feature_numbers"]
