# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Tail bounds on the estimate of the Gaussian kernel by R random directions: 2 exp(−Rε²/2).

The estimate is a mean of R cosines in [−1, 1], so that Hoeffding's inequality has 2Rε²/2² in the exponent. No bound with
more than Rε² can hold: for distant points the cosines have the variance 1/2.
"""

from __future__ import annotations

import re
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.context import Context
from grader.verify.grammar import read_chain
from grader.verify.growth import Cost, cost_of
from grader.verify.notation import ascii_form
from grader.verify.syntax import Addition, Expression, Function, Number, Product, Quotient, Symbol, Unreadable

LONGEST_TEXT = 300
BOUND = re.compile(
    r"^\W*(?:\\mathbb\s*\{?\s*P\s*\}?|\\Pr\b|\\operatorname\{Pr?\}|\\mathrm\{Pr?\}|P|Pr)\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[{](?P<event>.*?)(?:\\geq?|>=|>)\s*(?P<gap>\\(?:epsilon|varepsilon|delta)|t|\\eta)\s*(?:\\right|\\[bB]igg?r?)?\s*[)\]}]\s*(?:\\leq?(?:slant)?|<=)\s*(?P<bound>.*)$"
)
ESTIMATE = re.compile(r"\\phi|\\psi|\\varphi|\\hat\s*\{?\s*(?:k|K|\\kappa)|cos")
HALF, TOO_FAST = Fraction(1, 2), Fraction(3, 2)


def judge(text: str, context: Context, line: int) -> Judged | None:
    """A ruling on a tail bound for the mean of R cosines; None for anything else."""
    if len(text) > LONGEST_TEXT or context.scale_at(line) != 1:
        return None
    found = BOUND.match(ascii_form(text).strip().rstrip(".,;"))
    if found is None or not ESTIMATE.search(found.group("event")) or "|" not in found.group("event"):
        return None
    rate = _rate(found.group("bound"), found.group("gap"), context)
    if rate is None:
        return None
    factor, exponent = rate
    if factor >= 2 and exponent <= HALF:
        says = "a mean of R independent cosines in [−1, 1]: Hoeffding's inequality gives 2 exp(−Rε²/2)"
        return verified(Kind.IDENTITY, says, Method.SYMBOLIC)
    if factor <= 2 and exponent >= TOO_FAST:
        says = (
            "Hoeffding's inequality for a mean of R cosines in [−1, 1] gives 2 exp(−Rε²/2), and this bound is too small: for "
            "distant points a cosine has the variance 1/2, so that with R = 1000 an error of 0.1, 4.5 standard deviations, has "
            "a probability of about 8e-6"
        )
        stated = f"{float(factor):g} exp(-{float(exponent * 10):g})"
        return refuted(
            Kind.IDENTITY, says, Method.NUMERIC,
            {"R": 1000, "epsilon": 0.1, "probability for distant points": 8e-6, "stated bound": stated},
        )  # fmt: skip
    return None


def _rate(bound: str, gap: str, context: Context) -> tuple[Fraction, Fraction] | None:
    """The factor c and the rate a of c·exp(−a R ε²); None for another bound."""
    try:
        chain = read_chain(bound)
    except Unreadable:
        return None
    if len(chain.parts) != 1:
        return None
    match chain.parts[0]:
        case Product((Number(factor), Function("exp", (exponent,))), _):
            pass
        case Function("exp", (exponent,)):
            factor = Fraction(1)
        case _:
            return None
    match exponent:
        case Addition(((-1, size),)):
            pass
        case _:
            return None
    cost = _polynomial(size)
    if cost is None or len(cost.terms) != 1:
        return None
    ((monomial, rate),) = cost.terms.items()
    letters = dict(monomial)
    small = next((name for name in letters if name == gap.strip("\\").replace("var", "")), None)
    sizes = [name for name in letters if context.aliases.get(name) == "R"]
    if small is None or len(sizes) != 1 or len(letters) != 2 or letters[small] != 2 or letters[sizes[0]] != 1:
        return None
    return factor, rate


def _polynomial(tree: Expression) -> Cost | None:
    match tree:
        case Quotient(over, Number(under)) if under:
            inner = _polynomial(over)
            return (
                None
                if inner is None
                else Cost("", {key: value / under for key, value in inner.terms.items()})
            )
        case Symbol() | Product():
            try:
                return cost_of(tree)
            except Unreadable:
                return None
        case _:
            return None


__all__ = ["judge"]
