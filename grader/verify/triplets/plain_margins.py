# ruff: noqa: E501 -- a pattern stays on one line
"""Triplet formulas in plain letters: `||a-p||^2 + margin < ||a-n||^2`, `max(0, d_p - d_n + alpha)` amid the words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Spanned
from grader.verify.triplets.margins import triplet_claim

_SQUARE = r"(?:_2)?(?:\s*(?:\^\{?2\}?|\*\*2|²))?"
_TERM = rf"(?:\d\s*\*?\s*)?(?:(?:\|\||‖)[^|‖<>=]{{2,24}}(?:\|\||‖){_SQUARE}|[dD]\s?\([^()]{{3,20}}\)|[dD]_?\{{?(?:a,?[pn]|p|n|pos|neg)\}}?(?![\w}}])|margin|alpha|[αγμ]|\d+(?:\.\d+)?(?!\w))"
_SUM = rf"(?:[-−]\s*)?{_TERM}(?:\s*[-−+]\s*{_TERM})*"
_HINGE = rf"(?:max\s*\(\s*(?:0\s*,\s*)?{_SUM}(?:\s*,\s*0)?\s*\)|\[\s*{_SUM}\s*\]\s*(?:_?\+|₊)|relu\s*\(\s*{_SUM}\s*\))"
FORMULA = re.compile(
    rf"(?<![\w$\\|‖])(?:{_HINGE}|{_SUM}(?:\s*(?:<=|>=|<|>|≤|≥)\s*{_SUM})+)(?![\w|‖}}(]|\s*[-+−<>≤≥=\\^_·*/])",
    re.IGNORECASE,
)
# the formula goes on to the left of what is read
CUT_OFF = re.compile(r"[-+−<>≤≥=·*/^_{\\]\s*$")


def margins_in_prose(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each triplet formula that stands in the words themselves.

    >>> told = "We want ||a-n||^2 + margin < ||a-p||^2 for every triplet."
    >>> [judged.ruling.value for _, _, judged in margins_in_prose(told, "The triplet loss.")]
    ['refuted']
    """
    for found in FORMULA.finditer(sentence):
        text = found.group()
        if CUT_OFF.search(sentence[: found.start()]) or not re.search(r"[dD]_?\{?\(?(?:a|p|n)|\|\||‖", text):
            continue
        plain = re.sub(
            r"\|\||‖", r"\\|", text.replace("alpha", r"\alpha").replace("<=", "<").replace(">=", ">")
        )
        plain = re.sub(r"\]\s*\+", "]_+", plain.replace("**", "^"))
        spoken = sentence[: found.start()] + plain + sentence[found.end() :]
        judged = triplet_claim(plain, spoken, before)
        if judged is not None:
            yield found.start(), found.end(), judged


__all__ = ["margins_in_prose"]
