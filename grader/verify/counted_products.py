"""A product that is right and what it is said to count: "24·4·20 = 1920 valid triplets" is not verified by 24·4·20."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.verify.claim import Kind, Ruling, unchecked
from grader.verify.passage import Found, end_of
from grader.verify.reading.document import PLACE

THINGS = re.compile(
    r"[\s$.)*~\\,]{0,6}(?:(?:valid|possible|ordered|unordered|positive|negative|distinct|such)[\s-]+){0,2}"
    r"(?:anchor\S{0,3}positive\s+)?(?:triplets?|triples?)\b(?!\s+(?:if|when|as|without regard)\b)",
    re.IGNORECASE,
)
PRODUCT = re.compile(r"·|×|\*|\\cdot|\\times|\\binom")


def only_reckoned(found: Sequence[Found], masked: str) -> list[Found]:
    """The claims of a block, a right product undecided where nothing tells whether it counts the triplets behind it."""
    return [
        replace(
            item,
            judged=unchecked(
                Kind.ARITHMETIC,
                f"{item.judged.says}; whether that is how many there are, is not decided",
            ),
        )
        if _is_product(item)
        and THINGS.match(masked, _behind(item, masked))
        and not _counted(item, found, masked)
        else item
        for item in found
    ]


def _is_product(item: Found) -> bool:
    judged = item.judged
    return (
        judged.ruling is Ruling.VERIFIED
        and judged.kind is Kind.ARITHMETIC
        and "=" in item.text
        and bool(PRODUCT.search(item.text))
    )


def _behind(item: Found, masked: str) -> int:
    """Where the text goes on behind a claim, or behind the formula in which it stands."""
    formula = PLACE.match(masked, item.offset)
    return formula.end() if formula else end_of(item, masked)


def _counted(item: Found, found: Sequence[Found], masked: str) -> bool:
    """Whether something else has been decided that begins before the things counted and reaches over them."""
    end = _behind(item, masked)
    return any(
        other is not item
        and other.judged.ruling is not Ruling.UNCHECKED
        and other.offset <= end < end_of(other, masked)
        for other in found
    )


__all__ = ["only_reckoned"]
