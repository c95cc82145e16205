# ruff: noqa: E501 -- a pattern stays on one line
"""Where a sentence speaks of triplets in general, and not of the one in view."""

from __future__ import annotations

import re

# words that take a number away from the triplet in view
OTHERS = re.compile(
    r"\b(?:training|test|validation|initial|final|epochs?|network|model|otherwise|others?|else|any|every|each|without|mean|average[ds]?|averaging|total|batch|sum|largest|maximum|at most|at least|up to|between|unless|never|always|usually|plain distances?|unsquared|square roots?|not squared|largest possible|easy (?:ones|triplets)|all (?:triplets|anchors|others|the)|batch[- ]?(?:hard|all))\b",
    re.I,
)
# "easy: d_n ≥ d_p + α, loss 0" and "a semi-hard negative has ..." say what a sort is
OF_A_SORT = re.compile(
    r"\W*(?:an? |the )?(?:easy|semi-?\s?hard|hard)(?: (?:triplets?|negatives?|ones?|case))?"
    r"\s*(?:[:=–—(,]|\b(?:if|when|means|is|are|has|have)\b)",
    re.I,
)
# an inequality between letters sets no triplet, unless it is the reason for what is said of one
LETTERED = re.compile(r"[A-Za-zα)\]‖_²]\s*(?:[<>≤≥]|>=|<=)\s*[A-Za-zα(\[‖]")
REASON = re.compile(r"\b(?:since|because|as|here|so|hence|thus)\b", re.I)
ANY_ONE = re.compile(
    r"\b(?:an?|any|every|each|no|some|such an?|all) (?:(?!new|other|second|third|moved)[\w-]+ ){0,2}?"
    r"(?:negatives?|positives?|triplets?|anchors?|embeddings?)\b(?! (?:at|with|of|to|[a-z]_?\d?\b))"
    r"|\b(?:as soon as|whenever|in general|by definition|as long as)\b",
    re.I,
)
# where "the positive at 0.5" is a point and no distance
POINTS_TOLD = re.compile(r"\bon (?:the|a) (?:real |number )?line\b|\bone-dimensional\b", re.I)
NUMBERED = re.compile(r"(?<![\w.])\d*\.?\d+\b")


def in_general(text: str, start: int) -> bool:
    """Whether what begins at a place of a sentence that sets no triplet itself speaks of any triplet.

    >>> said = "As soon as a negative lies far enough away the loss is 0"
    >>> in_general(said, said.index("loss"))
    True
    >>> in_general("Since d(a,n) > d(a,p) + α the loss is 0", 29)
    False
    """
    before = text[:start]
    if OF_A_SORT.match(text):
        return True
    if LETTERED.search(before) and not REASON.search(before):
        return True
    return ANY_ONE.search(before) is not None and NUMBERED.search(before) is None


__all__ = ["OTHERS", "POINTS_TOLD", "in_general"]
