# ruff: noqa: E501 -- a pattern stays on one line
"""Batch-hard in words, and how many anchors, pairs and triplets a batch of P classes with K images each has.

Batch-hard takes the farthest positive and the nearest negative of each anchor (Hermans et al. 2017, equation 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.numerals import NUMERAL, value_of

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


CLASS = r"(?:classes|class|identities|identity|people|persons|labels|faces|shapes|individuals|subjects)"
IMAGE = r"(?:images?|examples?|samples?|points?|photos?|pictures?|members|embeddings|of each)"
BATCH = re.compile(
    rf"\b(?:P\s*=\s*)?(?P<p>{NUMERAL})\s+(?:\w+\s+)?{CLASS}\b\s*,?\s*(?:of|with|and|times|×|having|each with|by|à)\s+(?:K\s*=\s*)?(?P<k>{NUMERAL})(?:\s+(?:\w+\s+)?{IMAGE})?(?:\s+(?:each|per (?:class|identity|person|label)))?"
    r"|\bP\s*=\s*(?P<p2>\d{1,4})\b[^.;\d]{0,40}?\bK\s*=\s*(?P<k2>\d{1,4})\b",
    re.I,
)
COUNT = re.compile(
    r"(?<![\w.,/=·*×+−^-])(?P<many>\d{1,3}(?:,\d{3})+|\d{1,9})\s+(?:(?:different|ordered|possible|valid|in all|distinct)\s+)*(?P<what>(?:valid\s+)?triplets?|anchor[-– ](?:and[- ])?positive pairs?|positive pairs?|anchors?|negatives(?= (?:for|per|of) (?:each|every|an|one) anchor)|positives(?= (?:for|per|of) (?:each|every|an|one) anchor)|negatives each|positives each)\b",
    re.I,
)
OTHER_TRIPLETS = re.compile(
    r"\b(?:semi[- ]?hard|hard(?:est)?|easy|active|loss|used|selected|picked|sampled?|kept|left|remain\w*|violat\w*|per anchor|more than|at least|at most|up to|about|roughly|fewer|random(?:ly)?|unordered|not|if|would|sum|each class|draws?|drew|drawn|per (?:step|batch|epoch|iteration)|found|counted|labels?)\b",
    re.I,
)


IN_ALL = re.compile(r"\b(?:in all|in total|total|altogether|all in all|batch|overall)\b", re.I)
# "each anchor is in 48 triplets" counts no batch
OF_ONE = re.compile(
    r"\b(?:each|every|any|per|(?:an?|one|the same|a given|a fixed|a single) (?:anchor|image|photo|picture|face|pair|person|identity|class|positive|negative|example|sample))\b(?! with\b)",
    re.I,
)
COUNTS = re.compile(
    r"(?:\b(?:has|have|had|gives?|are|is|yields?|makes?|contains?|forms?|offers?|allows?|leaves?|with|and|so|in all|altogether|exactly|only|total of)|[=,:])\s*$",
    re.I,
)


def batch_counts(sentence: str, before: str) -> Iterator[Spanned]:
    """`4 people with 3 images each give 216 valid triplets`: P·K anchors, K − 1 positives and (P − 1)K negatives each.

    >>> [j.says for *_, j in batch_counts("A batch of 4 people with 3 images each has 100 valid triplets.", "")]
    ['4 classes of 3 have 12·2·9 = 216 valid triplets']
    """
    if not COUNT.search(sentence):
        return
    text = f"{before[-300:]} {sentence}"
    shift = len(text) - len(sentence)
    for found in COUNT.finditer(text, shift):
        batches = list(BATCH.finditer(text, 0, found.start()))
        if not batches:
            continue
        batch = batches[-1]
        p, k = (value_of(batch.group(key) or batch.group(f"{key}2")) for key in ("p", "k"))
        between = text[batch.end() : found.end()]
        around = re.split(r"[.;]\s", text[found.end() :])[0][:40]
        if p < 2 or k < 2 or OTHER_TRIPLETS.search(between) or OTHER_TRIPLETS.search(around):
            continue
        many, what = int(found.group("many").replace(",", "")), found.group("what").lower()
        own = re.split(r"[.;:]\s", text[batch.end() : found.start()])[-1]
        own = "" if IN_ALL.search(own.rsplit(",", 1)[-1]) else own
        if ("triplet" in what or "pair" in what) and (OF_ONE.search(own) or OF_ONE.search(around)):
            continue
        exact, says = _exact(p, k, what)
        halved = "pair" in what or "triplet" in what
        if many == exact:
            yield found.start() - shift, found.end() - shift, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif not (halved and 2 * many == exact) and COUNTS.search(text[: found.start()]):
            witness = {"classes": p, "images each": k, "count": exact, "stated": many}
            yield (
                found.start() - shift,
                found.end() - shift,
                refuted(Kind.ARITHMETIC, says, Method.COUNT, witness),
            )


def _exact(p: int, k: int, what: str) -> tuple[int, str]:
    batch = p * k
    if "triplet" in what:
        exact = batch * (k - 1) * (p - 1) * k
        return exact, f"{p} classes of {k} have {batch}·{k - 1}·{(p - 1) * k} = {exact:,} valid triplets"
    if "pair" in what:
        return batch * (k - 1), f"{p} classes of {k} have {batch}·{k - 1} = {batch * (k - 1):,} ordered pairs"
    if "anchor" in what:
        return batch, f"{p}·{k} = {batch:,} images, each of which can be an anchor"
    if "negative" in what:
        return (p - 1) * k, f"{p - 1} other classes of {k}: {(p - 1) * k:,} negatives for each anchor"
    return k - 1, f"{k - 1} other images of the anchor's class"


def mining_claims(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of mining in a batch; `before` is the text so far."""
    yield from batch_hard(sentence)
    yield from hardest(sentence)
    yield from batch_counts(sentence, before)


__all__ = ["mining_claims"]
