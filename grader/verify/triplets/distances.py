# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Triplets in numbers and words: which negatives are hard, what the loss can be, how far two embeddings can be apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.triplets.margins import triplet_claim

NUMBER = r"(?P<{0}>\d+(?:\.\d+)?)"
POSITIVE = re.compile(r"\bd\s*(?:\(\s*a\s*,\s*p\s*\)|_\{?a,?\s*p\}?)\s*=\s*" + NUMBER.format("value"))
MARGIN = re.compile(r"(?:\bmargin(?: of)?|α|\\alpha)\s*(?:=|is|of)?\s*" + NUMBER.format("value"))
EXAMPLE = re.compile(
    r"\bnegatives?\s+(?:at|with|of)\s+(?:a |the )?(?:squared )?(?:distance\s+(?:of\s+)?)?(?:d\s*\(\s*a\s*,\s*n\s*\)\s*=\s*)?"
    + NUMBER.format("value")
    + r"\s+(?:is|are|would be|counts as)\s+(?:then |also |already |still |a |an )?(?P<kind>semi[- ]?hard|easy|hard)\b",
    re.I,
)
NAMES = {
    "hard": "nearer than the positive",
    "semi-hard": "farther than the positive, but within the margin",
    "easy": "beyond the margin",
}


def examples(text: str, sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """`a negative at 0.65 is semi-hard` where the sentence gives d(a, p) and the margin."""
    positive, margin = POSITIVE.search(sentence), MARGIN.search(sentence)
    if positive is None or margin is None:
        return
    p, alpha = Fraction(positive.group("value")), Fraction(margin.group("value"))
    for found in EXAMPLE.finditer(text):
        n = Fraction(found.group("value"))
        if n in {p, p + alpha}:
            continue
        true = "hard" if n < p else "semi-hard" if n < p + alpha else "easy"
        said = re.sub(r"semi.?hard", "semi-hard", found.group("kind").lower())
        numbers = {"d(a,p)": float(p), "d(a,n)": float(n), "margin": float(alpha), "kind": true}
        if said == true:
            says = f"d(a,n) = {float(n):g} is {NAMES[true]}"
            yield found.start(), found.end(), verified(Kind.DEFINITION, says, Method.COUNT)
        else:
            says = f"with d(a,p) = {float(p):g} and margin {float(alpha):g}, d(a,n) = {float(n):g} is {NAMES[true]}: {true}"
            yield found.start(), found.end(), refuted(Kind.DEFINITION, says, Method.COUNT, numbers)


LOSS = re.compile(
    r"\bloss\s+(?:is|reads|equals|becomes)(?: then| thus)?\s*:?\s*(?P<formula>(?:(?:Σ|∑|\\sum)(?:_\{?\w+\}?)?\s*)?(?:\[[^=]*?\]\s*[_₊]\{?\+?\}?|max\s*[({][^=]*[)}]))(?=[.,;]?(?:\s|$))"
)


def losses(text: str, sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """`the triplet loss is Σ [...]₊` without a sign of equality."""
    for found in LOSS.finditer(text):
        formula = re.sub(r"^(?:Σ|∑)(?:_\{?\w\}?)?", r"\\sum ", found.group("formula"))
        ruling = triplet_claim(re.sub(r"\]₊", "]_+", formula), sentence, about)
        if ruling is not None:
            yield found.start("formula"), found.end("formula"), ruling


SPHERE = re.compile(
    r"\bunit (?:hyper)?(?:sphere|norm|length|vectors?)|\bnormali[sz]ed\b|‖f\(\w\)‖(?:²|_2)?\s*=\s*1"
)
FARTHEST = re.compile(
    r"\bsquared (?:euclidean )?distances?\b[^.;:]{0,60}?\b(?:at most|never (?:larger|more|greater|bigger) than|no (?:larger|more|greater) than|(?:can(?:not|'t) )?exceeds?|up to|bounded by|between 0 and|maximum (?:of|is)|≤|less than or equal to)\s*"
    + NUMBER.format("value")
    + r"(?![\w.]*\d)",
    re.I,
)


# "in our batch they lie between 0 and 2": an observation
OBSERVED = re.compile(
    r"\b(?:our|my|observed|measured|run|data|batch|positives?|same (?:class|person|identity)|non-?negative|orthant)\b",
    re.I,
)


def farthest(text: str, sentence: str, earlier: str) -> Iterator[tuple[int, int, Judged]]:
    """The largest squared distance of two points of the unit sphere is 4, between opposite ones."""
    if not SPHERE.search(f"{earlier[-300:]} {sentence}") or OBSERVED.search(sentence):
        return
    for found in FARTHEST.finditer(text):
        if found.group("value") == "4":
            yield (
                found.start(),
                found.end(),
                verified(Kind.FACT, "‖u − v‖² = 2 − 2 u·v on the unit sphere, and u·v ≥ −1", Method.SYMBOLIC),
            )
        else:
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.FACT,
                    "opposite points of the unit sphere have the squared distance 4",
                    Method.SYMBOLIC,
                    {"u": [1, 0], "v": [-1, 0], "squared distance": 4, "stated": found.group("value")},
                ),
            )


BETWEEN = re.compile(
    r"\bsemi[- ]?hard\b[^.;]{0,40}\b(?:loss|hinge)\b[^.;]{0,30}\b(?:between|in)\s*[(\[]?\s*0\s*(?:and|,)\s*(?P<top>\d+(?:\.\d+)?|α|the margin|\\alpha)",
    re.I,
)


def semi_hard_losses(text: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """A semi-hard negative leaves a loss between 0 and the margin."""
    for found in BETWEEN.finditer(text):
        top = found.group("top")
        margins = {m.group("value") for m in MARGIN.finditer(about)} | {"0.2"}
        if top in {"α", "the margin", "\\alpha"} or top in margins:
            yield (
                found.start(),
                found.end(),
                verified(
                    Kind.FACT,
                    "0 < d(a,n) − d(a,p) < margin puts the loss between 0 and the margin",
                    Method.SYMBOLIC,
                ),
            )
