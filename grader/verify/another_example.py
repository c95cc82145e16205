"""Statements that contradict an example as often as this: likelier they speak of another one, which was not read.

A text gives examples, tables and sizes one after the other, and now and then one of them in words that nothing here
reads. What it states of that one is then held against the one before, and nearly everything in its paragraph seems
wrong. On 39 documents as they were on first sight, three or more refutations of one paragraph, item or table by one
basis were never right and 36 times wrong, and two by the same votes right once and wrong 11 times; single ones were
right as often as wrong, and more often since. So that many are left open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from grader.verify.claim import Claim, Ruling


class Basis(StrEnum):
    """What a claim was held against that the text has given elsewhere."""

    NONE = ""
    ATTENTION = "the worked example of attention"
    TRIPLETS = "the points and distances"
    DEPTHS = "the votes and depths"
    COUNTS = "the sizes"


MOST = 2  # refutations of one part of a document by one basis
MOST_BY = {Basis.DEPTHS: 1}


@dataclass(frozen=True)
class Based:
    """A claim with its basis and the number of its paragraph, item or table."""

    claim: Claim
    basis: Basis
    part: int


def without_others(based: Sequence[Based]) -> list[Claim]:
    """The claims, those undecided that with others of their paragraph contradict what was read before too often."""
    told = {
        (one.part, one.basis, one.claim.line, one.claim.text, one.claim.occurrence)
        for one in based
        if one.basis and one.claim.ruling is Ruling.REFUTED
    }
    often = Counter((part, basis) for part, basis, *_ in told)
    return [
        _left_open(one)
        if one.basis and often[one.part, one.basis] > MOST_BY.get(one.basis, MOST)
        else one.claim
        for one in based
    ]


def _left_open(one: Based) -> Claim:
    if one.claim.ruling is not Ruling.REFUTED:
        return one.claim
    says = (
        f"several statements here contradict {one.basis} that were read before, so that others may be meant; "
        f"by those it would be wrong: {one.claim.says}"
    )
    return replace(one.claim, ruling=Ruling.UNCHECKED, says=says, witness=None)


__all__ = ["Based", "Basis", "without_others"]
