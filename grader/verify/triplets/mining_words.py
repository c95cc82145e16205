# ruff: noqa: E501 -- a pattern stays on one line
"""Batch-hard and the hardest examples in words.

Batch-hard takes the farthest positive and the nearest negative of each anchor (Hermans et al. 2017, equation 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.batch_growth import batch_growth

FAR = r"farthest|furthest|most distant|most dissimilar|least similar"
NEAR = r"nearest|closest|most similar|least distant"
# "nearest positive", "the positive farthest from the anchor", "the positive that lies farthest away"
ROLE = (
    r"(?:(?:(?P<{0}far>"
    + FAR
    + r")|(?P<{0}near>"
    + NEAR
    + r"))\s+(?:\w+\s+)?{1}s?|{1}s?\s+(?:that (?:is|are|lies?)\s+)?(?:(?P<{0}far2>"
    + FAR
    + r")|(?P<{0}near2>"
    + NEAR
    + r")))"
)
POSITIVE = re.compile(ROLE.format("p", r"positive"), re.I)
NEGATIVE = re.compile(ROLE.format("n", r"negative"), re.I)
BATCH_HARD = re.compile(r"\bbatch[- _]?hard\b|\bhard(?:est)? mining\b|\bhardest triplets?\b", re.I)
CONTRAST = re.compile(
    r"\b(?:not|never|instead|rather|unlike|whereas|while|but|easy|easiest|batch[- _]?all|semi[- ]?hard|moderate|than|would|if|wrong|mistake|one might|confus\w+|could|suppose|swap\w*|bug|versus|vs)\b|n['’]t\b",
    re.I,
)


def _side(found: re.Match[str] | None, key: str) -> str | None:
    if found is None:
        return None
    return "farthest" if found.group(f"{key}far") or found.group(f"{key}far2") else "nearest"


def batch_hard(sentence: str) -> Iterator[Spanned]:
    """`batch-hard takes the farthest positive and the nearest negative`.

    >>> [judged.ruling.value for _, _, judged in batch_hard("Batch hard: the closest positive and the closest negative.")]
    ['refuted']
    """
    at = 0
    for piece in re.split(r"(?<=[.;])(?=\s)", sentence):
        for start, end, judged in _batch_hard(piece):
            yield at + start, at + end, judged
        at += len(piece)


def _batch_hard(sentence: str) -> Iterator[Spanned]:
    named = BATCH_HARD.search(sentence)
    if named is None or CONTRAST.search(sentence):
        return
    positives, negatives = list(POSITIVE.finditer(sentence)), list(NEGATIVE.finditer(sentence))
    if len(positives) > 1 or len(negatives) > 1 or not (positives or negatives):
        return
    places = [named, *positives, *negatives]
    start, end = min(one.start() for one in places), max(one.end() for one in places)
    positive = _side(positives[0] if positives else None, "p")
    negative = _side(negatives[0] if negatives else None, "n")
    says = "batch-hard takes the farthest positive and the nearest negative of each anchor (Hermans et al. 2017, equation 5)"
    if positive == "nearest" or negative == "farthest":
        witness = {
            "distances of the positives": [0.2, 0.9], "distances of the negatives": [0.5, 1.4],
            "hardest positive": 0.9, "hardest negative": 0.5,
            "stated": ", ".join(f"{side} {who}" for side, who in ((positive, "positive"), (negative, "negative")) if side),
        }  # fmt: skip
        yield start, end, refuted(Kind.DEFINITION, says, Method.TABLE, witness)
    elif positive == "farthest" and negative == "nearest":
        yield start, end, verified(Kind.DEFINITION, says, Method.TABLE)


FAR_OFF, NEAR_BY = (
    rf"{FAR}|(?:largest|greatest|maximal|maximum|biggest) (?:squared )?distance",
    rf"{NEAR}|(?:smallest|least|minimal|minimum) (?:squared )?distance",
)
ROLE_IS = re.compile(
    rf"\bhard(?:est)? (?P<who>positive|negative)s?(?: (?:of|for) (?:an|the|each|every|its) anchor)?\s*(?:,|\(|=|:|\bis\b|\bare\b|\bmeans\b|\bhas\b|\bhave\b)\s*(?:i\.e\.,? )?(?:the |its |those )?(?:(?:ones?|positives?|negatives?|examples?|images?) )?(?:(?:that|which) (?:is|are|lies|lie|has|have) )?(?:with |at )?(?:the )?(?:(?P<far>{FAR_OFF})|(?P<near>{NEAR_BY}))\b",
    re.I,
)


def hardest(sentence: str) -> Iterator[Spanned]:
    """`the hardest positive is the farthest one`, `the hardest negative (the nearest)`."""
    if CONTRAST.search(sentence) and not BATCH_HARD.search(sentence):
        return
    for found in ROLE_IS.finditer(sentence):
        if re.search(r"\b(?:not|never|instead)\b|n['’]t\b", sentence):
            continue
        who, far = found.group("who").lower(), bool(found.group("far"))
        right = "farthest" if who == "positive" else "nearest"
        says = f"the hardest {who} of an anchor is the {right} one (FaceNet, section 3.2)"
        if far == (who == "positive"):
            yield found.start(), found.end(), verified(Kind.DEFINITION, says, Method.TABLE)
        else:
            witness = {f"distances of two {who}s to the anchor": [0.2, 0.9], f"the hardest {who}": 0.9 if right == "farthest" else 0.2, "stated": "farthest" if far else "nearest"}  # fmt: skip
            yield found.start(), found.end(), refuted(Kind.DEFINITION, says, Method.TABLE, witness)


def mining_claims(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of mining in a batch; `before` is the text so far."""
    yield from batch_hard(sentence)
    yield from hardest(sentence)
    yield from batch_growth(sentence, before)


__all__ = ["mining_claims"]
