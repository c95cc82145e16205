# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The triplet loss without a sign of equality, and what a semi-hard negative leaves of it, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, verified
from grader.verify.triplets.margins import triplet_claim

NUMBER = r"(?P<{0}>\d+(?:\.\d+)?)"
MARGIN = re.compile(r"(?:\bmargin(?: of)?|α|\\alpha)\s*(?:=|is|of)?\s*" + NUMBER.format("value"))
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
