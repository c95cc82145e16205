# ruff: noqa: E501 -- a pattern stays on one line
"""The law of the random directions that a text states, `w ~ N(0, I/σ²)`, and where it holds.

A law that stands in a formula's own sentence, or in the words that announce it, is the one that the formula speaks of.
"""

from __future__ import annotations

import re
from enum import Enum

from grader.verify.grammar.notation import ascii_form

NORMAL = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[wW]|\\omega|\\?mathbf\s*\{?\s*w\s*\}?|\\boldsymbol\s*\{\s*\\omega\s*\})\s*(?:_\s*\{?\w+\}?)?\s*(?:\\overset\s*\{[^{}]*\}\s*\{\s*\\sim\s*\}|\\stackrel\s*\{[^{}]*\}\s*\{\s*\\sim\s*\}|\\sim|~|[^.;$]{0,40}\$?[^.;$]{0,40}?\b(?:i\.\s?i\.\s?d\.\\?|iid|drawn|draws?|sampled?|distributed|independent\w*)(?:\s+\w+){0,3}\s*\$)\s*"
    r"(?:\\mathcal\s*\{?\s*N\s*\}?|\\mathscr\s*\{?\s*N\s*\}?|N)\s*(?:_\s*\{?\w+\}?)?\s*(?:\\left|\\[bB]igl?)?\s*\(\s*(?:\\mathbf\s*\{?\s*0\s*\}?|\\boldsymbol\s*\{\s*0\s*\}|0)\s*,(?P<variance>[^()]*(?:\([^()]*\)[^()]*)*?)(?:\\right|\\[bB]igr?)?\s*\)"
)
IDENTITY = re.compile(
    r"\\(?:mathbf|boldsymbol|mathbb|bm|mathrm)\s*\{?\s*(?:I|1)\s*\}?|\bI\b|(?<![A-Za-z])I(?![A-Za-z])"
)


class Spread(Enum):
    """How the variance of a direction's entries depends on σ."""

    INVERSE = "1/sigma^2"
    DIRECT = "sigma^2"
    UNIT = "1"


SPREADS = {
    "sigma-2": Spread.INVERSE, "1/sigma2": Spread.INVERSE, "frac1sigma2": Spread.INVERSE, "/sigma2": Spread.INVERSE,
    "(1/sigma2)": Spread.INVERSE, "frac11sigma2": Spread.INVERSE, "frac{}sigma2": Spread.INVERSE, "fracsigma2": Spread.INVERSE,
    "sigma2": Spread.DIRECT, "": Spread.UNIT, "1": Spread.UNIT,
}  # fmt: skip


def law_in(text: str) -> Spread | None:
    """The last law of the random directions in a text; None without one that is read.

    >>> law_in(r"If $w \\sim \\mathcal{N}(0, \\sigma^2 I)$, then"), law_in("with ω ~ N(0, I/σ²)"), law_in("w ~ N(0, I)")
    (<Spread.DIRECT: 'sigma^2'>, <Spread.INVERSE: '1/sigma^2'>, <Spread.UNIT: '1'>)
    """
    found = list(NORMAL.finditer(ascii_form(text)))
    return spread_of(found[-1].group("variance")) if found else None


# laws that a text only imagines: had we drawn them otherwise
NOT_MEANT = re.compile(
    r"\b(?:had (?:we|i|one|they)|would|were to|might|not|wrong\w*|mistak\w+|misprint\w*|slip|typo|handout|sheet|forgot\w*)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
INSTEAD = re.compile(
    r"[\s$,]*(?:instead\b|would\b|(?:which|that) (?:is|would be) (?:wrong|a (?:misprint|slip|typo)))",
    re.IGNORECASE,
)


def laws_in(text: str) -> frozenset[Spread | None]:
    """Every law of the random directions that a text holds; None stands for one that is not read."""
    plain = ascii_form(text)
    return frozenset(
        spread_of(found.group("variance"))
        for found in NORMAL.finditer(plain)
        if not NOT_MEANT.search(plain[max(0, found.start() - 80) : found.start()])
        and not INSTEAD.match(plain, found.end())
    )


def spread_of(variance: str) -> Spread | None:
    """A variance as the text writes it."""
    plain = IDENTITY.sub(" ", variance)
    plain = re.sub(r"_\s*\{?[A-Za-z]\w*\}?", "", plain)
    plain = re.sub(r"\\(?:cdot|,|;|!|left|right|quad| )|\*|\s", "", plain)
    plain = re.sub(r"\\[dt]?frac", "frac", plain).replace("\\sigma", "sigma")
    plain = plain.replace("(sigma^{2})", "sigma^{2}").replace("sigma^{2}^{-1}", "sigma^{-2}")
    return SPREADS.get(re.sub(r"[{}^]", "", plain))


def without_condition(sentence: str) -> str:
    """A sentence without the words that only state the law: `if w ~ N(0, I), then`."""
    plain = ascii_form(sentence)
    found = list(NORMAL.finditer(plain))
    if not found:
        return sentence
    return re.sub(r"\b(?:if|suppose|assum\w+|when|whenever|where|with|for)\b[^.;]{0,60}$", " ", plain[: found[-1].start()], flags=re.I) + plain[found[-1].end() :]  # fmt: skip


def is_supposed(sentence: str) -> bool:
    """Whether a sentence only supposes its law: `if w ~ N(0, σ²I), then`."""
    found = list(NORMAL.finditer(ascii_form(sentence)))
    return bool(found) and bool(re.search(r"\b(?:if|suppose|assum\w+|when|whenever)\b[^.]*$", ascii_form(sentence)[: found[-1].start()], re.I))  # fmt: skip


__all__ = ["Spread", "is_supposed", "law_in", "laws_in", "spread_of", "without_condition"]
