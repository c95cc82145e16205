# ruff: noqa: E501 -- a pattern stays on one line
"""VAL of two embedding sizes or two training sets compared without numbers: `256 dimensions do better than 128`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.known import val_by_dimension, val_by_images
from grader.verify.papers import OWN

_D = r"(?:\$?d\s*=\s*)?(?P<{0}>64|128|256|512)\$?(?:[- ](?:D\b|dim\w*)|\s+dimensions)?(?:\s+(?:embeddings?|ones?|model|network))?"
_I = r"(?P<{0}>2\.6|26|52|260)\s?(?:M|million)(?:\s+(?:training\s+)?(?:images|faces|examples))?"
_BETTER = r"(?P<not>(?:does?|is|are|do)\s+(?:not|no)\s+|no\s+)?(?:(?:is|are|does|do|gives?|has|have|performs?|works?|scores?|reach(?:es)?)\s+)?(?:an?\s+|the\s+|slightly\s+|clearly\s+|a bit\s+|even\s+|much\s+)*(?:(?P<more>better|higher|larger|superior|beats?|outperforms?)|(?P<less>worse|lower|smaller|inferior))(?:\s+(?:VAL|validation rates?|accuracy|rates?|results?))?"
_THAN = r"\s+(?:(?:than|to|that of|of|with|for|at|the)\s+)*"
_SUBJECT = r"(?:embeddings?\s+(?:of|with)\s+)?"


def _patterns(size: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    first, second = size.format("a"), size.format("b")
    return (
        re.compile(rf"(?<![\d.]){_SUBJECT}{first}\s+{_BETTER}{_THAN}{second}(?![\d.]*\d)", re.I),
        re.compile(rf"\b(?:(?P<instead>using|taking|with|choosing)\s+{size.format('c')}\s+instead\s+of\s+{size.format('d')}|(?:from|going\s+from)\s+{first}\s+to\s+{second})\s+(?:[^.;:\d]{{0,25}}?\b)?(?P<not>does\s+not\s+|do\s+not\s+)?(?:(?P<more>improves?|raises?|increases?|helps?|lifts?)|(?P<less>lowers?|hurts?|reduces?|worsens?|decreases?))\b(?![^.;:]{{0,30}}\d)", re.I),
    )  # fmt: skip


DIMENSIONS, IMAGES = _patterns(_D), _patterns(_I)
SCOPE = re.compile(r"\bVAL\b|validation rate|facenet|schroff", re.I)
OTHER = re.compile(
    r"\b(?:if|would|could|might|fewer|cheaper|faster|memory|storage|FLOPs?|significan\w+|error|attention|resnet|sequence)\b",
    re.I,
)


def val_comparisons(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each comparison, by the papers' tables."""
    if not SCOPE.search(f"{before[-900:]} {sentence}") or OTHER.search(sentence) or OWN.search(sentence):
        return
    by_dimension = {Fraction(key): value for key, value in val_by_dimension().items()}
    for patterns, table, unit, source in (
        (DIMENSIONS, by_dimension, "dimensions", "FaceNet, Table 5"),
        (IMAGES, val_by_images(), "million images", "FaceNet, Table 6"),
    ):
        for pattern in patterns:
            for found in pattern.finditer(sentence):
                groups = found.groupdict()
                if pattern is patterns[0]:
                    one, other = groups["a"], groups["b"]
                else:
                    one, other = (
                        (groups["c"], groups["d"]) if groups["instead"] else (groups["b"], groups["a"])
                    )
                yield found.start(), found.end(), _judged(groups, one, other, table, unit, source)


def _judged(
    groups: Mapping[str, str | None], one: str, other: str, table: Mapping[Fraction, Fraction], unit: str, source: str
) -> Judged:  # fmt: skip
    first, second = table[Fraction(one)], table[Fraction(other)]
    more = groups["more"] is not None
    holds = (first > second if more else first < second) != bool(groups["not"])
    says = f"VAL is {float(first):g} with {one} and {float(second):g} with {other} {unit} ({source})"
    if holds:
        return verified(Kind.FACT, says, Method.TABLE)
    return refuted(
        Kind.FACT,
        says,
        Method.TABLE,
        {"table": source, one: f"{float(first):g}", other: f"{float(second):g}"},
    )


__all__ = ["val_comparisons"]
