# ruff: noqa: E501 -- a pattern stays on one line
"""The collapsed network as an example: all embeddings are one point, so that every distance is 0 and every loss the margin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified

_ONE_POINT = (
    r"(?:one|the same|a single|a common|some fixed)(?: (?:point|vector|value|place|location|embedding))?"
)
ALL_EQUAL = re.compile(
    rf"\b(?:all|every|the)(?: my| our| the)? (?:embeddings?|outputs?|vectors?|points?|images?|faces?)(?: vectors?)? (?:\w+ ){{0,2}}?(?:are|is|get|become)? ?(?:all )?(?:equal|identical|the same|coincide|mapped (?:in)?to {_ONE_POINT}|(?:land|lie|sit|end up|fall|collapse)\w* (?:on|at|in|into|to|onto) (?:a |the )?(?:{_ONE_POINT}|point))\b"
    rf"|\b(?:maps?|sends?|embeds?|puts?|mapping|sending) (?:every(?:thing| \w+)?|all(?: \w+)?) (?:in)?to {_ONE_POINT}"
    r"|\bcollapse[sd]? (?:(?:in|on)?to (?:a |one |the same |a single )?(?:constant|point|vector|value)|network|model|embedding|solution)|\b(?:at|after|for|in) (?:a |the |full |complete |total )*collapsed?\b|\b(?:constant|trivial) (?:embedding|map|network|solution)|\ba ?= ?p ?= ?n\b|f\(a\) ?= ?f\(p\) ?= ?f\(n\)|\bis constant\b|\ba constant f\b",
    re.I,
)
_LINK = r"(?:\s|=|:|\b(?:is|are|equals?|to|at|exactly|just|still|then|precisely|always|becomes?|stays?|remains?|costs?|the|also|therefore)\b)+"
_LOSS = r"(?:\b(?:triplet )?(?:loss(?:es)?|hinge|term)s?\b(?: (?:of|for) (?:each|every|all|the|any|a)(?: \w+){0,2})?|(?<![\w^∂])(?:ℓ|L)(?![\w(]))"
IS_MARGIN = re.compile(
    rf"{_LOSS}{_LINK}(?:α|the margin|margin)(?![\w])(?! ?[-+])|\b(?:pays?|costs?|contributes?|reports? (?:a )?loss|has loss|a loss of)\s(?:exactly |just |still |precisely |the )*(?:α|margin)(?!\w)(?! ?[-+])",
    re.I,
)
IS_ZERO = re.compile(
    rf"{_LOSS}{_LINK}(?:zero|0)(?![.\d])|\b(?:triplet )?loss(?:es)? vanish(?:es)?\b|\b(?:pays?|costs?|contributes?) nothing\b",
    re.I,
)
FLAT = re.compile(
    r"\bgradients?\b(?: \w+){0,3}? (?:vanish(?:es)?|(?:is|are)(?: all| exactly| still| also)* (?:zero|0)(?![.\d])|disappears?)|\bno gradients?\b",
    re.I,
)
STEEP = re.compile(
    r"\bgradients?\b(?: \w+){0,3}? (?:(?:is|are)(?: all| still| nevertheless)* (?:non-?zero|not zero|large|different from (?:zero|0))|(?:do|does) not vanish|stays? (?:non-?zero|large))",
    re.I,
)
EMPTY = re.compile(
    r"\bsemi-?\s?hard (?:set|negatives?|triplets?)\b[^.;,]{0,20}?\b(?:is|are) empty|\bno (?:triplet|negative) is semi-?\s?hard|\bthere (?:is|are) no semi-?\s?hard",
    re.I,
)
FULL = re.compile(r"\bfraction (?:of )?(?:is |= ?)?(?:1|one)(?![.\d])|\b(?:all|every) (?:valid )?triplets? (?:is|are) (?:still )?active", re.I)  # fmt: skip
OTHER = re.compile(r"\bwithout (?:a |the )?margin|\bmargin (?:of|is|=) ?(?:zero|0\b(?!\.\d))|(?<![A-Za-z])(?:m|α) ?= ?0(?!\.?\d)|\bno margin|contrastive|softplus|\bnot\s(?:\w+\s)?$", re.I)  # fmt: skip
AT_COLLAPSE: dict[str, object] = {"d(a,p)": 0, "d(a,n)": 0, "margin": 0.2, "loss": 0.2, "gradient for the anchor": 0}  # fmt: skip


def is_collapse(text: str) -> bool:
    """Whether a text speaks of a network that maps everything to one point.

    >>> is_collapse("If the network maps every face to the same point, the loss is α.")
    True
    """
    return ALL_EQUAL.search(text) is not None


def collapse_statements(text: str, *, known: bool) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence states of the collapsed network; `known`: the text has spoken of it before."""
    condition = ALL_EQUAL.search(text)
    if (condition is None and not known) or OTHER.search(text):
        return
    for pattern, holds, says in (
        (IS_MARGIN, True, "both distances are 0, and each loss is [0 − 0 + α]₊ = α"),
        (IS_ZERO, False, "both distances are 0, and each loss is [0 − 0 + α]₊ = α"),
        (FLAT, True, "2(n−p), 2(p−a) and 2(a−n) are zero where all three points are one"),
        (STEEP, False, "2(n−p), 2(p−a) and 2(a−n) are zero where all three points are one"),
        (EMPTY, True, "d(a,p) < d(a,n) reads 0 < 0"),
        (FULL, True, "each loss is the margin, which is positive"),
    ):
        for found in pattern.finditer(text):
            if re.search(r"\bnot?\s(?:\w+\s)?$|\bnor\s$", text[: found.start()]):
                continue
            yield found.start(), found.end(), _judged(holds, says, found.group())


def _judged(holds: bool, says: str, stated: str) -> Judged:
    if holds:
        return verified(Kind.DEFINITION, says, Method.SYMBOLIC)
    return refuted(Kind.DEFINITION, says, Method.COUNT, {**AT_COLLAPSE, "stated": stated})


__all__ = ["collapse_statements", "is_collapse"]
