# ruff: noqa: E501 -- a pattern stays on one line
"""Who takes part in the triplets of a batch: images that are alone in their class, and batches of one class.

An image without another one of its class has no positive: it is never an anchor and never a positive, but it is a
negative of every other class that has two images.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.embeddings import Classes

_IMAGE = r"(?:image|photo|picture|member|face|sample|example|embedding|element)"
_CLASS = r"(?:class|person|identity|label)"
_ALONE = r"(?:only )?(?:one|1|a single)"
LONER = rf"(?:the |an? |every |any |each |such an? |its )*(?:(?:single|lone|lonely|isolated)(?:ton)? {_IMAGE}|singleton(?: {_CLASS}| {_IMAGE})?|{_IMAGE} (?:of|from|in) (?:the |an? )?{_CLASS} (?:with|of|that has) {_ALONE} {_IMAGE}|{_CLASS} (?:of|with|that has) (?:only |just )?{_ALONE} {_IMAGE}|{_IMAGE} (?:that|which) is alone in its {_CLASS}|{_IMAGE} whose {_CLASS} has no other(?: {_IMAGE})?|{_IMAGE} without (?:an?other {_IMAGE} of its {_CLASS}|a positive))"
OF_LABEL = rf"(?:the )?(?:only )?{_IMAGE} (?:with|of) (?:the )?(?:{_CLASS}) (?P<label>\w{{1,8}})"
SUBJECT = re.compile(
    rf"(?P<loner>\b{LONER})\b|\b{OF_LABEL}\b|(?P<again>\b(?:it|its (?:only )?{_IMAGE})\b)", re.I
)
FILL = r"(?:[\s,]|\b(?:is|can|may|will|therefore|thus|hence|still|even|of course|at all|then|also|does|in the batch|there)\b)*?"
PREDICATES = (
    # (what is said, whether it is so)
    (re.compile(rf"{FILL}\b(?:never (?:be )?(?:an? )?(?:anchor|positive)|(?:cannot|can['’]t|can never|never) (?:be|serves? as|acts? as|becomes?) (?:an? )?(?:anchor|positive)|not (?:be )?an anchor|has no positive|contributes? no (?:anchors?|positive pairs?))", re.I), True),
    (re.compile(rf"{FILL}\b(?:(?:only|just) (?:serves?|used?|be used|appears?|acts?|occurs?|be) (?:as )?(?:an? )?negatives?|(?:serves?|be used|used|appears?|acts?|occurs?) (?:only |just |still )?as (?:an? )?negatives?(?: only)?|(?:only )?a negative(?: only)?\b)", re.I), True),
    (re.compile(rf"{FILL}\b(?:(?:takes?|has|plays?) (?:no )?(?:a )?part in (?:no|none of the|not a single)(?: valid)? ?(?:triplets?)?|takes? no part in any (?:valid )?triplet|(?:appears?|occurs?|found|part of|is) (?:in )?(?:no|none of the) (?:valid )?triplets?|not (?:appear|occur|take part) in any (?:valid )?triplet)(?: at all)?", re.I), False),
    (re.compile(rf"{FILL}\b(?:can|may|does) (?:still |also )*(?:be|serve as|act as) (?:an )?anchor\b", re.I), False),
)  # fmt: skip
ONE_CLASS = re.compile(
    rf"\b(?:(?:with|for|if there is|if the batch has|in a batch (?:of|with)) )?(?:only |just )?(?:one|1|a single) {_CLASS}(?: only| alone)?\s*[:,—–]?\s*(?:(?:there )?(?:are|is|has|have|gives?|yields?) )?(?P<none>(?:no|0|zero) (?:valid )?triplets?(?: (?:is|are) (?:valid|possible))?)|\bif all images (?:show|are of|belong to|have) the same {_CLASS},? (?:(?:there )?(?:are|is) )?(?P<none2>no (?:valid )?triplets?(?: (?:is|are) valid| exists?)?)",
    re.I,
)
ALL_TRIPLES = re.compile(
    r"\b(?:array|mask|tensor|cube|table)(?: of| over|, over| for)? (?:all )?(?:the )?(?:possible |index |\(?a, ?p, ?n\)? ?|\(?i, ?j, ?k\)? ?)*(?:triples|triplets)?\s?(?:of|for|with|at|when)? ?(?:B ?= ?(?P<b>\d{1,5})|(?P<many>\d{1,5}) images)[^.;:\d]{0,15}?\b(?:has|have|holds?|contains?|needs?|takes?)\b (?:\d+\^?3 ?= ?)?(?P<count>\d{1,3}(?:[, ]\d{3})+|\d+) (?:entries|elements|values|cells|booleans)\b",
    re.I,
)
OPEN = re.compile(r"\?|\bif (?!all images|there is|the batch)\b|\bunless\b|\bwould\b|\bhard\b|\bsemi", re.I)


def membership(
    sentence: str, before: str, known: Classes | None, labels: tuple[str, ...]
) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of the part that single images take in the triplets of a batch.

    >>> told = "A singleton class is never an anchor, and it takes part in no triplet."
    >>> [one.ruling.value for *_, one in membership(told, "triplets", None, ())]
    ['verified', 'refuted']
    """
    if not re.search(r"\btriplets?\b|\banchors?\b", f"{before[-600:]} {sentence}", re.I):
        return
    for found in ALL_TRIPLES.finditer(sentence):
        batch = int(found.group("b") or found.group("many"))
        stated = int(re.sub(r"\D", "", found.group("count")))
        says = f"{batch}³ = {batch**3:,} triples of indices"
        if stated == batch**3:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, {"entries": batch**3, "stated": stated})  # fmt: skip
    if OPEN.search(sentence):
        return
    for found in ONE_CLASS.finditer(sentence):
        yield (
            found.start(),
            found.end(),
            verified(Kind.FACT, "without another class there is no negative", Method.COUNT),
        )
    if known is not None and len(known.sizes) < 2:
        return
    yield from _of_loners(sentence, before, labels)


def _of_loners(sentence: str, before: str, labels: tuple[str, ...]) -> Iterator[Spanned]:
    alone = _last_alone(before, labels)
    for found in SUBJECT.finditer(sentence):
        if found.group("loner"):
            alone = True
        elif found.group("label"):
            alone = labels.count(found.group("label")) == 1
        if not alone:
            continue
        for pattern, holds in PREDICATES:
            said = pattern.match(sentence, found.end())
            if said is None:
                continue
            says = "without another image of its class it has no positive; it is a negative of every class with two images"
            if holds:
                yield found.start(), said.end(), verified(Kind.FACT, says, Method.COUNT)
            else:
                witness = {"class sizes": "2, 1", "triplets": 2, "with the single image": "2, as negative"}
                yield found.start(), said.end(), refuted(Kind.FACT, says, Method.COUNT, witness)
            break


def _last_alone(before: str, labels: tuple[str, ...]) -> bool:
    """Whether the sentence right before speaks of an image that is alone in its class."""
    last = re.split(r"[.!?]\s", before.rstrip(" .\n"))[-1]
    told = [one for one in SUBJECT.finditer(last) if not one.group("again")]
    return bool(told) and (
        told[-1].group("loner") is not None or labels.count(told[-1].group("label") or "") == 1
    )


__all__ = ["membership"]
