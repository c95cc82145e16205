# ruff: noqa: E501 -- a pattern stays on one line
"""How many entries the matrix has that compares every embedding of a batch with every other: a square, not the pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.reading.numerals import value_of

_WHOLE = r"\d{1,3}(?:,\d{3})+|\d+"
BATCH = re.compile(
    rf"\b(?:B ?= ?(?P<letter>{_WHOLE})\b|(?:for|of|with) (?P<many>{_WHOLE}) (?:embeddings?|images?|faces?|points?|vectors?)\b)", re.I
)  # fmt: skip
ENTRIES = re.compile(
    rf"\b(?:Gram|(?:pairwise )?(?:squared )?distance|similarity|same-label|label) (?:matrix|table|mask)(?: of (?:the|this|a|our) batch)?(?: (?:then|thus|therefore|so|now|alone))? (?:has|have|holds?|contains?|consists of) (?P<lead>[^.;,]{{0,40}}?=\s?)?(?P<count>{_WHOLE}) (?:entries|elements|numbers|values|distances)\b",
    re.I,
)
# other entries than all of them
SOME = re.compile(
    r"\b(?:distinct|different|off-?diagonal|upper|lower|above|below|triang\w*|independent|unordered|pairs?|without|except|apart|besides|useful|nonzero|non-zero|each|per|half|symmetr\w+|unique|diagonal)\b",
    re.I,
)


def matrix_entries(text: str) -> Iterator[Spanned]:
    """`For B = 64 the Gram matrix has 64·63/2 = 2016 entries`: it has 64² of them.

    >>> [one.ruling.value for *_, one in matrix_entries("For B = 8 the distance matrix has 8·7/2 = 28 entries.")]
    ['refuted']
    """
    batches = [value_of(found.group("letter") or found.group("many")) for found in BATCH.finditer(text)]
    if len(set(batches)) != 1 or SOME.search(text):
        return
    many = batches[0]
    for found in ENTRIES.finditer(text):
        stated = value_of(found.group("count"))
        says = f"every one of {many} embeddings with every one: {many}² = {many * many:,} entries"
        if stated == many * many:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            witness = {"embeddings": many, "entries": many * many, "stated": stated}
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


__all__ = ["matrix_entries"]
