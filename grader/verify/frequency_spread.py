# ruff: noqa: E501 -- a pattern stays on one line
"""The spread of one coordinate of a random frequency, in words: variance 1/σ², standard deviation 1/σ.

Where the text has σ² = √D, a formula in D is read with it. The original handout's slip, variance σ², is named and
never refuted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, unchecked, verified
from grader.verify.grammar import read_expression
from grader.verify.lettered import value_at
from grader.verify.notation import ascii_form
from grader.verify.syntax import Unreadable, names

COORDINATE = r"(?:coordinates?|entr(?:y|ies)|components?|elements?)"
FREQUENCY = r"(?:\$?\\?(?:mathbf|boldsymbol|bm)?\{?[wWωΩ]\}?(?:_\{?\w\}?|[₁ᵢᵣⱼ])?\$?|\\omega(?:_\w)?|frequenc(?:y|ies)|projections?(?: matrix| vectors?)?|directions?|(?:frequency|projection) vectors?|rows? of (?:the )?(?:W|matrix|projection matrix))"
SPREAD = re.compile(
    rf"(?:\b{COORDINATE}(?:\s+of|\s+in)(?:\s+(?:the|each|every|a|any|one|all|random))*\s+{FREQUENCY}(?![A-Za-z])|(?<![\w\\]){FREQUENCY}(?![A-Za-z])\s+(?:has|have|with)\s+(?:\S+\s+){{0,3}}?{COORDINATE}\b)(?P<gap>[^.;:]{{0,90}}?)\b(?P<what>standard deviation|variance|std\.?(?: dev\.?)?)\s*(?:(?:of|is|=|equal to|equals|:)\s*)*"
    r"(?P<value>(?:[^\s,.;:]|\s(?=[·*/+^−-])|(?<=[·*/+^−-])\s|\.(?=\d)|\s(?=\\))+)",
    re.I,
)
SCOPE = re.compile(r"random|gauss|frequenc|RFF|RFA|Bochner|1\s*/\s*\\?(?:sigma|σ)", re.I)
OTHER = re.compile(r"\b(?:if|would|could|might|instead|not|unless|were)\b|n['’]t\b", re.I)
TIED = re.compile(
    r"(?:σ|\\?sigma)\s*(?:²|\^\s*\{?2\}?)\s*=\s*\$?\s*(?:√|\\sqrt)\s*\{?\(?\s*(?P<letter>[Dd](?:_\{?k\}?)?)\b"
)
SIGMA, DIMENSION = Fraction(3), Fraction(81)


def frequency_spreads(sentence: str, before: str) -> Iterator[Spanned]:
    """`each coordinate of w has standard deviation 1/σ`.

    >>> told = "Each coordinate of w is normal with mean 0 and standard deviation 1/σ²."
    >>> [judged.ruling.value for _, _, judged in frequency_spreads(told, "random features")]
    ['refuted']
    """
    around = f"{before[-1500:]} {sentence}"
    if not SCOPE.search(around) or OTHER.search(sentence):
        return
    for found in SPREAD.finditer(sentence):
        value = _value(found.group("value"), around)
        if value is None:
            continue
        deviation = not found.group("what").lower().startswith("variance")
        exact = 1 / SIGMA if deviation else 1 / SIGMA**2
        start, end = found.start(), found.end("value")
        law = "w ~ N(0, I/σ²): each coordinate has variance 1/σ² and standard deviation 1/σ"
        if _near(value, exact):
            yield start, end, verified(Kind.DEFINITION, law, Method.SYMBOLIC)
        elif _near(value, 1 / exact):
            says = f"the original handout's slip: projections from N(0, σ²I); the Gaussian kernel needs N(0, I/σ²), {law}"
            yield start, end, unchecked(Kind.DEFINITION, says)
        else:
            witness = {"sigma": 3, found.group("what"): str(exact), "stated": f"{float(value):.4g}"}
            yield start, end, refuted(Kind.DEFINITION, law, Method.SYMBOLIC, witness)


def _near(value: Fraction, exact: Fraction) -> bool:
    return abs(value - exact) < exact / 10**9  # roots are floats


def _value(text: str, around: str) -> Fraction | None:
    """The value of what is stated at σ = 3, and D = 81 where the text ties both; None if it is another thing."""
    try:
        tree = read_expression(ascii_form(text.strip("$ ()")))
    except Unreadable:
        return None
    tied = TIED.search(around)
    values = {"sigma": SIGMA, **({tied.group("letter"): DIMENSION} if tied else {})}
    return value_at(tree, values) if names(tree) and names(tree) <= set(values) else None


__all__ = ["frequency_spreads"]
