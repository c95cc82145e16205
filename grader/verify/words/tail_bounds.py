# ruff: noqa: E501 -- a pattern stays on one line
"""How surely the mean of R random cosines is near the kernel: the bounds of Hoeffding and Chebyshev, and the R they ask for.

One cosine lies in [−1, 1] and has a variance of at most 1/2, so P(|error| ≥ ε) ≤ 2 exp(−Rε²/2) and ≤ 1/(2Rε²). With a
random phase, 2 cos(w·x + b) cos(w·y + b) lies in [−2, 2]. No bound for one pair of points has their dimension in it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.lettered import value_at
from grader.verify.reading.plain_signs import plain_signs

_NUMBER = r"\d+(?:[,  ]\d{3})*(?:\.\d+)?(?:/\(?\d+\)?)?"
_TERMS = (
    r"(?:random |fourier |sampled )*(?:frequenc(?:y|ies)|features?|directions?|samples|projections?|draws)"
)
SCOPE = re.compile(r"random|fourier|\bRF[AF]\b|cosine", re.I)
OTHER_FEATURES = re.compile(
    r"\bpositive (?:random )?features|favor|orthogonal (?:random )?features|\bexp\(w|quasi|hyperbolic", re.I
)
PHASE = re.compile(r"[xyqk)]\s*\+\s*b(?:_\w)?(?![A-Za-z])|\bphase", re.I)
PAIRED = re.compile(r"\[-1, ?1\]|\bsin\b|\bsines?\b|cos\(?\s*(?:⟨w|w\S{0,4}\(x ?- ?y)", re.I)
ALL_PAIRS = re.compile(
    r"\bunion\b|\b(?:all|every|any) (?:\w+ )?pairs?\b|simultaneous|\buniformly\b|\bcovering|[Nn]\^2|\bpairs at once\b",
    re.I,
)
NOT_SAID = re.compile(r"\?|\bwrong|\bmistak|\bnot (?:enough|suffic)|\binstead\b|\bunless\b|\bwere\b", re.I)
BOUND = re.compile(
    r"(?:\\?Pr|P|ℙ)\s*[\[({]\s*(?:\||\\vert|\\lvert)\s*(?P<what>[^≥>]{1,60}?)(?:\||\\vert|\\rvert)\s*(?:≥|>)\s*(?P<gap>[εtητsu])\s*[\])}]\s*≤\s*(?P<bound>2 ?\S(?:[^,;$.]|\.(?=\d))*?)(?=\s*(?:$|[,;.:](?:\s|$)|\s(?:for|by|with|so|if|where|and|holds)\b))"
)
GAPS = {"ε": "epsilon", "η": "eta", "τ": "tau"}
GAP_IS = re.compile(rf"ε\s*=\s*(?P<value>{_NUMBER})")
FAILS_WITH = re.compile(
    rf"(?:failure|error) probability (?:of |is |at most |≤ |= |below |to be |no more than |δ ?= ?)*(?P<fails>{_NUMBER})|(?<![\w])δ\s*=\s*(?P<delta>{_NUMBER})|(?:probability|confidence) (?:of |at least |≥ |is )*(?P<holds>0?\.9\d*|9\d(?:\.\d+)? ?%)",
    re.I,
)
BY = re.compile(r"\b(?P<name>hoeffding|chebyshe[vw]|tchebyche[vf]f?)\b", re.I)
COUNT = re.compile(
    rf"(?<![\w.])(?:(?-i:[RrmF])\s*(?P<sign>=|≥|>|≈)\s*(?P<count>{_NUMBER})|(?P<many>{_NUMBER})(?= {_TERMS}\b))(?![\w]|\.\d)",
    re.I,
)
SUFFICES = re.compile(r"\bsuffic\w*|\benough\b", re.I)
ASKS = re.compile(
    r"\basks? for|\bneeds?\b|\brequires?\b|\bdemands?\b|\bgives?\b|\byields?\b|\bwants?\b", re.I
)
VARIANCE = re.compile(rf"\bvariance (?:of |is |at most |≤ |= )*(?P<value>{_NUMBER})", re.I)
_SUBJECT = r"\b(?:(?:this|that|the|these|both|hoeffding['’]s|chebyshev['’]s) )?(?:numbers?|bounds?|counts?|guarantees?|inequalit(?:y|ies)|required R)(?: of (?:frequencies|features|samples))?(?: for (?:one|a) (?:fixed )?pair)?"
_DIMENSION = r"(?:the |input |key |data )*(?:(?-i:[Dd])(?![\w])|dimension\w*(?: (?-i:[Dd])(?!\w))?)"
WITHOUT_DIMENSION = re.compile(
    rf"{_SUBJECT} (?:(?:does|do) not (?:depend on|involve|contain|grow with|increase with|get worse with)|(?:is|are) independent of|(?:is|are) free of|(?:has|have|contains?) no) {_DIMENSION}",
    re.I,
)
WITH_DIMENSION = re.compile(
    rf"{_SUBJECT} (?:depends? on|gets? worse (?:with|as|when|in)|grows? (?:with|in)|increases? with|worsens? (?:with|as)|deteriorates? (?:with|as)|becomes? (?:weaker|worse|looser) (?:with|as|when)) (?:growing |increasing |larger )?{_DIMENSION}",
    re.I,
)
DEVIATION = re.compile(
    rf"\b(?:standard (?:deviation|error)|std)\b(?: of the (?:kernel )?estimate)? (?:(?:is|of|stays|be|remains) )?(?:at most|≤|no (?:more|larger|greater) than|bounded by|never (?:exceeds|more than)|not above) (?P<value>{_NUMBER})(?![\w]|\.\d| ?%)",
    re.I,
)
# a pair of points is given, whose variance may be far below the largest
ONE_PAIR = re.compile(
    r"‖ ?\w ?- ?\w ?‖(?:\^2)? ?(?:=|is)|‖ ?δ ?‖|(?<![A-Za-z])(?-i:[gGκ])(?:\(\w, ?\w\))? ?(?:=|≈|is) ?(?:\d|e\^|exp)|\bdistances?\b|\bkernel value (?:of|is|=|≈)|\bvariance (?:with|of|for) (?:one|a single|each|1)\b|\bsingle (?:frequency|cosine)|\(1 ?- ?(?:\d|e|g|exp)",
    re.I,
)
OF_ONE = re.compile(
    r"\b(?:variance (?:of|with|for) (?:one|a single|each|1) (?:cosine|frequency|direction|draw|term)|(?:single|one)-(?:cosine|frequency) variance)[^.;,=≈]*?(?:is|=|≈|equals)\s*(?:about |roughly |around |≈ ?)?(?:[^.;,=≈]{1,24}[=≈] ?)?(?P<value>0?\.\d+|\d/\d+)(?![\d/])",
    re.I,
)
WANTED = re.compile(
    r"\b(?:standard (?:deviation|error)|std)(?: of the (?:kernel )?estimate)? (?:of|to|below|under|down to) (?:at most |about |only )?(?P<value>0?\.\d+)(?![\d]| ?%)",
    re.I,
)
TAKES = re.compile(r"\b(?:takes?|needs?|requires?|asks? for|demands?|calls? for)\b", re.I)
LARGEST_OFF = 0.02
NEAR, FAR = 400, 1500


def tail_bounds(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of a sentence's bounds on the error of random features.

    >>> told = "By Hoeffding P(|error| ≥ ε) ≤ 2 exp(−2Rε²)."
    >>> [judged.ruling.value for _, _, judged in tail_bounds(told, "random features")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-FAR:])[0]
    around = f"{past} {plain}"
    if not SCOPE.search(around) or OTHER_FEATURES.search(around) or NOT_SAID.search(plain):
        return
    span = _span(past, plain)
    told = [_bound(found, span) for found in BOUND.finditer(plain)]
    if not ALL_PAIRS.search(f"{past[-NEAR:]} {plain}"):
        told += [*_counts(plain, past, span), *_dimensions(plain, past)]
    told += _needed(plain, past) or list(_deviations(plain, past, span))
    for one in told:
        if one is not None:
            yield places[one[0]], places[one[1]], one[2]


def _span(past: str, plain: str) -> float | None:
    """How far one term reaches to each side: 1, with a phase 2; None where both may be meant."""
    near = f"{past[-NEAR:]} {plain}"
    if PAIRED.search(plain) or not PHASE.search(f"{past} {plain}"):
        return 1.0
    if PHASE.search(plain) and not PAIRED.search(near):
        return 2.0
    last = max((found.end() for found in PHASE.finditer(near)), default=0)
    return 1.0 if PAIRED.search(near[last:]) else None


def _bound(found: re.Match[str], span: float | None) -> Spanned | None:
    """`P(|error| ≥ ε) ≤ 2 exp(−Rε²/2)`: what the exponent is a multiple of."""
    gap = GAPS.get(found.group("gap"), found.group("gap"))
    try:
        tree = read_expression(ascii_form(found.group("bound").strip()))
    except Unreadable:
        return None
    mine = {"varepsilon" if "varepsilon" in names(tree) else gap}
    counts = names(tree) - mine
    if len(counts) != 1 or span is None:
        return None
    rates = []
    for terms, error in ((10, Fraction(1, 2)), (40, Fraction(1, 4))):
        values = {**dict.fromkeys(counts, Fraction(terms)), **dict.fromkeys(mine, error)}
        value = value_at(tree, values)
        if value is None or value <= 0:
            return None
        rates.append(-math.log(float(value) / 2) / (terms * float(error) ** 2))
    rate = rates[0]
    if abs(rates[0] - rates[1]) > 1e-6 or rate <= 0:
        return None
    right = 1 / (2 * span**2)
    says = f"R independent terms in [−{span:g}, {span:g}]: Hoeffding gives 2·exp(−2Rε²/{(2 * span) ** 2:g})"
    if rate <= right + 1e-9:
        return found.start(), found.end("bound"), verified(Kind.IDENTITY, says, Method.SYMBOLIC)
    if rate <= 2 * right + 1e-9:
        return None  # it holds of normal errors with that variance
    witness = {"exponent over Rε²": f"{right:g}", "stated": f"{rate:g}"}
    return found.start(), found.end("bound"), refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)


def _value(text: str) -> float:
    over, _, under = re.sub(r"[,  ()](?!$)|[()]", "", text.strip()).partition("/")
    return float(over) / float(under or 1)


def _nearest(pattern: re.Pattern[str], plain: str, at: int, past: str) -> re.Match[str] | None:
    """What a number is said under: the last before it, else the only one behind it or the last of the text before."""
    before, behind = list(pattern.finditer(plain[:at])), list(pattern.finditer(plain, at))
    if before or len(behind) > 1:
        return before[-1] if before else None
    return behind[0] if behind else next(reversed(list(pattern.finditer(past[-NEAR:]))), None)


def _counts(plain: str, past: str, span: float | None) -> Iterator[Spanned]:
    """`for ε = 0.1 and failure probability 0.05 Hoeffding asks for R = 738`."""
    counts = list(COUNT.finditer(plain))
    verb = SUFFICES.search(plain) or ASKS.search(plain)
    if len(counts) != 1 or verb is None or span is None:
        return
    at = counts[0].start()
    by, gap, fails = (_nearest(pattern, plain, at, past) for pattern in (BY, GAP_IS, FAILS_WITH))
    if by is None or gap is None or fails is None:
        return
    error, chance = _value(gap.group("value")), _chance(fails)
    stated = _value(counts[0].group("count") or counts[0].group("many"))
    if not 0 < chance < 1 or not error:
        return
    if by.group("name").lower() == "hoeffding":
        needed = 2 * span**2 * math.log(2 / chance) / error**2
        says = f"2·exp(−Rε²/{2 * span**2:g}) ≤ {chance:g} at ε = {error:g} needs R ≥ {needed:.1f}"
    else:
        given = VARIANCE.search(plain)
        if given is None and span > 1:
            return
        variance = _value(given.group("value")) if given is not None else 0.5
        needed = variance / (chance * error**2)
        says = f"{variance:g}/(Rε²) ≤ {chance:g} at ε = {error:g} needs R ≥ {needed:.1f}"
    off = stated / needed - 1
    enough = SUFFICES.search(plain) is not None
    if (enough and stated >= needed - 0.5) or abs(stated - needed) <= max(1.0, 0.005 * needed):
        yield _from(counts[0], verb), _until(counts[0], verb), verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif off < -LARGEST_OFF or (not enough and off > LARGEST_OFF):
        witness = {"needed": f"{needed:.1f}", "stated": f"{stated:g}"}
        yield (
            _from(counts[0], verb),
            _until(counts[0], verb),
            refuted(Kind.ARITHMETIC, says, Method.COUNT, witness),
        )


def _from(one: re.Match[str], other: re.Match[str]) -> int:
    return min(one.start(), other.start())


def _until(one: re.Match[str], other: re.Match[str]) -> int:
    return max(one.end(), other.end())


def _chance(found: re.Match[str]) -> float:
    """With which probability the error may be larger."""
    holds = found.group("holds")
    if holds is None:
        return _value(found.group("fails") or found.group("delta"))
    return 1 - (float(holds.rstrip("% ")) / 100 if "%" in holds else float(holds))


def _dimensions(plain: str, past: str) -> Iterator[Spanned]:
    """`for one pair this number does not depend on D`."""
    if not BY.search(f"{past[-NEAR:]} {plain}") or re.search(r"\bif\b|\bwould\b", plain, re.I):
        return
    says = "the terms are bounded, and have bounded variance, whatever their dimension is"
    free, bound = WITHOUT_DIMENSION.search(plain), WITH_DIMENSION.search(plain)
    if free is not None and bound is None:
        yield free.start(), free.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
    elif bound is not None and free is None and not re.search(r"\bnot\b|\bno\b|\bneither\b|n['’]t", plain):
        witness = {"ε": 0.1, "failure probability": 0.05, "R at D = 1 and at D = 1000": [738, 738]}
        yield bound.start(), bound.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


def _needed(plain: str, past: str) -> list[Spanned]:
    """`the variance of one cosine is 0.2`, and so `a standard deviation of 0.02 takes 500 frequencies`."""
    given = {found.group("value") for found in OF_ONE.finditer(f"{past[-FAR:]} {plain}")}
    wanted, counts = list(WANTED.finditer(plain)), list(COUNT.finditer(plain))
    verb = SUFFICES.search(plain) or TAKES.search(plain)
    if len(given) != 1 or len(wanted) != 1 or len(counts) != 1 or verb is None:
        return []
    told, limit = given.pop(), _value(wanted[0].group("value"))
    stated = _value(counts[0].group("count") or counts[0].group("many"))
    rounding = 0.5 * 10.0 ** -len(told.partition(".")[2]) if "/" not in told else 0.0
    least, most = ((_value(told) + off) / limit**2 for off in (-rounding, rounding))
    says = f"the standard deviation is √({told}/R): {limit:g} needs R = {told}/{limit:g}² = {_value(told) / limit**2:.5g}"
    start, end = _from(counts[0], wanted[0]), _until(counts[0], wanted[0])
    enough = SUFFICES.search(plain) is not None
    if 0.99 * least - 1 <= stated <= 1.01 * most + 1 or (enough and stated > most):
        return [(start, end, verified(Kind.ARITHMETIC, says, Method.COUNT))]
    if stated < 0.9 * least or (not enough and stated > 1.1 * most):
        witness = {"needed": f"{_value(told) / limit**2:.5g}", "stated": f"{stated:g}"}
        return [(start, end, refuted(Kind.ARITHMETIC, says, Method.COUNT, witness))]
    return []


def _deviations(plain: str, past: str, span: float | None) -> Iterator[Spanned]:
    """`R = 50 frequencies guarantee a standard deviation of at most 0.1`."""
    of_one_pair = ONE_PAIR.search(f"{past[-NEAR:]} {plain}") is not None
    stated = list(DEVIATION.finditer(plain))
    counts = list(COUNT.finditer(plain))
    if len(stated) != 1 or len(counts) != 1 or span is None or re.search(r"\bentr|\boutput|\bw\b", plain):
        return
    terms = _value(counts[0].group("count") or counts[0].group("many"))
    limit = _value(stated[0].group("value"))
    most = span / math.sqrt(2 * terms) if span == 1 else 1 / math.sqrt(terms)
    says = f"the variance is at most {'1/(2R)' if span == 1 else '1/R'}, so with R = {terms:g} the standard deviation is at most {most:.4g}"
    start, end = _from(counts[0], stated[0]), _until(counts[0], stated[0])
    if most <= limit * (1 + 1e-9):
        yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif most > limit * 1.03 and not of_one_pair:
        yield (
            start,
            end,
            refuted(Kind.ARITHMETIC, says, Method.COUNT, {"largest": f"{most:.4g}", "stated": f"{limit:g}"}),
        )


__all__ = ["tail_bounds"]
