# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Toy examples of the prediction depth: votes of the probes written out, and the depth that the text reads off them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Judged, Kind, Method, refuted, verified

VOTE = r"(?:[A-Z]|[a-z]{2,12}|\d)(?![A-Za-z\d])"
SEQUENCE = (
    rf"(?P<votes>{VOTE}(?:\s*,\s*{VOTE}){{2,14}}|\b[A-D]{{3,15}}\b|{VOTE}(?:\s*(?:→|->)\s*{VOTE}){{2,14}})"
)
DEPTH = re.compile(
    rf"\b(?:votes?|predictions?|sequence|labels?|classes)\s*:?\s+(?:of\s+)?[(\[]?{SEQUENCE}[)\]]?(?P<layers>[^.;:]{{0,40}}?)\s*(?:gives?|have|has|means?|→|⇒|=>|:|is|are|with|would have)\s+(?:a |the )?(?:prediction )?depth\s*(?:of|=|is|:)?\s*(?P<depth>\d+)",
)
AGREE = re.compile(
    rf"\b[Vv]otes?\s*:?\s+{SEQUENCE}(?P<layers>[^;]{{0,40}}?)[:,;.]?\s[^.;]{{0,60}}\bfrom (?:layer|probe) (?P<depth>\d+) on",
)

STRICT = re.compile(r"\b[a-z]\s*>\s*L\b")


def true_depth(votes: Sequence[str]) -> int:
    """The least L, from 0, so that all votes from L on are the last one.

    >>> true_depth("ABAA")
    2
    """
    last = votes[-1]
    return next(start for start in range(len(votes)) if all(vote == last for vote in votes[start:]))


def depth_examples(text: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """`votes A, B, A, A give depth 2`: counted. A depth that is one more may count the layers from 1."""
    if not re.search(r"depth|probe|layer", about + text, re.I):
        return
    for pattern in (DEPTH, AGREE):
        for found in pattern.finditer(text):
            body = found.group("votes")
            votes = re.split(r"\s*(?:,|→|->)\s*", body) if re.search(r"[,→>]", body) else list(body)
            true, said = true_depth(votes), int(found.group("depth"))
            if said == true:
                says = f"from layer {true} on every vote is {votes[-1]}"
                yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            elif said != true + 1 and not (said == true - 1 and STRICT.search(about)):
                says = f"from layer {true} on every vote is {votes[-1]}, and not before: the depth is {true}"
                yield (
                    found.start(),
                    found.end(),
                    refuted(
                        Kind.ARITHMETIC, says, Method.COUNT, {"votes": body, "depth": true, "stated": said}
                    ),
                )
