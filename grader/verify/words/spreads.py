# ruff: noqa: E501 -- a pattern stays on one line
"""Variances and standard deviations in words: of a coordinate of a frequency, of w·δ, of a score before and after its scaling.

The thing, the measure and the value are found in any order of the sentence; the value, a formula or a number, is compared
with the exact one at σ = 3, ‖δ‖ = 5 and D = 81, where σ² = √D holds. The original handout's slip, variance σ², is named
and never refuted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, unchecked, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.lettered import value_at
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.scope.bandwidths import NO_BANDWIDTH, Bandwidth

_ROUNDED = 0.01
SIGMA, DELTA, DIMENSION = 3.0, 5.0, 81.0
_DIFFERENCE = r"(?:δ|x ?- ?y|q ?- ?k|y ?- ?x|k ?- ?q|\(x ?- ?y\)|\(q ?- ?k\))"
_COORDINATE = r"(?:coordinates?|entr(?:y|ies)|components?|elements?)"
_FREQUENCY = r"(?:w(?:_\w)?(?![\w^·])|W(?!\w)|frequenc(?:y|ies)|projections?(?: matrix| vectors?)?|directions?|(?:frequency|projection) vectors?|rows? of (?:the )?(?:W|matrix|projection matrix))"
_ROOT = r"√\(?[Dd](?:_k)?\)?"
_SCORE = r"(?:q(?:_\w)?(?:\^T ?| ?· ?)k(?:_\w)?(?:\^T)?|⟨q(?:_\w)?, ?k(?:_\w)?⟩|(?:(?:raw|unscaled|plain|undivided) )?(?:dot|inner|scalar) products?(?: of (?:a |the )?(?:query and (?:a |the )?key|q and k))?|(?:raw|unscaled) scores?)"
THING = re.compile(
    rf"(?P<scaled>{_SCORE} ?/ ?{_ROOT}|scaled (?:dot products?|scores?)|(?:division|dividing|divided|divide it|scaling) by {_ROOT}|after (?:the )?(?:division|scaling))"
    rf"|(?P<score>(?<![\w\\]){_SCORE}(?!\w| ?/))"
    rf"|(?P<projected>(?<![\w\\])w(?:_\w)?(?:\^T| ?· ?| )?\(?{_DIFFERENCE}\)?|⟨w(?:_\w)?, ?{_DIFFERENCE}⟩)"
    rf"|(?P<coordinate>\b{_COORDINATE} (?:of|in) (?:(?:the|each|every|a|any|one|all|random) )*{_FREQUENCY}|(?<![\w\\]){_FREQUENCY} (?:has|have|with) (?:\S+ ){{0,3}}?{_COORDINATE}\b|(?<![\w\\]){_FREQUENCY}['’]s {_COORDINATE}|\b(?:each|every|one|any|a single|per) {_COORDINATE}\b|(?<![\w\\])(?:random )?(?:frequenc(?:y|ies)|projections?|directions?|w(?:_\w)?) (?:are|is) (?:\w+ ){{0,3}}?(?:normals?|gaussians?|normally distributed)\b)",
    re.I,
)
MEASURE = re.compile(
    r"\b(?P<what>variance|standard deviation|std\.?(?: dev\.?)?)(?P<of> of (?:(?:the|each|every|a|one|any) )*)?(?P<own>(?<= )(?:scaled )?(?:scores?|logits?|results?|quotients?)\b)?",
    re.I,
)
VALUE = re.compile(
    r"\s*(?:(?:of|is|are|that|=|:|equals?|equal to|becomes?|down|up|to|into|back|therefore|then|exactly|just|only|again|grows? like|grows?|proportional(?:ly)? to|comes? out as|remains?|stays?|the) ?)*"
    r"(?P<value>(?:[^\s,.;:]|\s(?=[·*/+^-])|(?<=[·*/+^√-])\s|\.(?=\d))+)",
    re.I,
)
SCOPE = re.compile(r"random|gauss|frequenc|RFF|RFA|Bochner|softmax|attention|1\s*/\s*σ", re.I)
OTHER = re.compile(
    r"\b(?:would|could|might|instead|not|unless|were|never|no longer|gradients?|layers?|weights are initiali[sz]ed|estimates?|estimators?|kernel estimate|cosines?)\b|n['’]t\b",
    re.I,
)
UNIT_VARIANCE = re.compile(
    r"(?:unit|same) variance|variance (?:of |is |= ?)?(?:one|1)\b|standard normal|N\(0, ?(?:1|I\w*)\)|σ\^2 ?= ?1",
    re.I,
)
SIGMA_SQUARED_IS = re.compile(r"σ\^2 ?= ?(?:√\(?\{?[\w]+\)?\}? ?= ?)?(?P<value>\d+(?:\.\d+)?)(?![\w.]*[\w])")
GIVEN = re.compile(rf"{UNIT_VARIANCE.pattern}|{SIGMA_SQUARED_IS.pattern}", re.I)
TIED = re.compile(r"σ\^2 ?= ?√\(?\{?(?P<letter>[Dd](?:_k)?)\b", re.I)
TIED_PLAIN = re.compile(r"(?<!\w)σ ?= ?√\(?\{?[Dd](?:_k)?\b", re.I)
DIMENSION_IS = re.compile(r"(?<![\w\\])[Dd](?:_k)? ?= ?(?P<value>\d+)(?![\w.])")
SHORT = re.compile(r"(?<![\w\\])s(?P<square>\^2)? ?= ?‖[^‖]+‖(?:\^2)? ?/ ?σ(?:\^2)?")
NUMBER = re.compile(
    r"[≈~]?\s*\(?(?:(?P<over>\d+(?:\.\d+)?) ?/ ?(?P<under>√?\(?\d+(?:\.\d+)?\)?)|(?P<root>√\(?\d+\)?)|(?P<plain>\d+(?:\.\d+)?))\)?"
)
WORDS = (
    (re.compile(r"the (?:square )?root of ([A-Za-zσ](?:_\w)?|\d+)(?!\w)", re.I), r"√\1"),
    (
        re.compile(
            r"(?:the reciprocal of|one over|the inverse of) (?:the )?(?:kernel['’]s )?(?:bandwidth )?(σ(?:\^2)?|√?[Dd](?:_k)?)(?!\w)",
            re.I,
        ),
        r"1/\1",
    ),
    (re.compile(r"\bone\b(?! of| over)", re.I), "1"),
)


@dataclass(frozen=True)
class _Spread:
    """A thing's variance as a formula's text, its value at the worlds' sizes, and why."""

    variance: float
    law: str


SPREADS: Mapping[str, _Spread] = {
    "coordinate": _Spread(1 / SIGMA**2, "w ~ N(0, I/σ²): each coordinate has variance 1/σ² and standard deviation 1/σ"),
    "projected": _Spread(DELTA**2 / SIGMA**2, "w ~ N(0, I/σ²): w·δ is normal with variance ‖δ‖²/σ² and standard deviation ‖δ‖/σ"),
    "score": _Spread(DIMENSION, "q·k is a sum of D products with mean 0 and variance 1 each: variance D, standard deviation √D"),
    "scaled": _Spread(1.0, "q·k has variance D, so q·k/√D has variance D/D = 1"),
}  # fmt: skip


def spreads(sentence: str, before: str, bandwidth: Bandwidth = NO_BANDWIDTH) -> Iterator[Spanned]:
    """`each coordinate of w has standard deviation 1/σ`, `q·k has variance D`, `w·δ is normal with variance ‖δ‖²/σ²`.

    >>> told = "Each coordinate of w is normal with mean 0 and standard deviation 1/σ²."
    >>> [judged.ruling.value for _, _, judged in spreads(told, "random features")]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    for pattern, written in WORDS:
        while (found := pattern.search(plain)) is not None and found.expand(written) != found.group():
            new = found.expand(written)
            kept = (places[found.start()],) * len(new)
            places = (*places[: found.start()], *kept, *places[found.end() :])
            plain = plain[: found.start()] + new + plain[found.end() :]
    measures = list(MEASURE.finditer(plain))
    if not measures:
        return
    past, _ = plain_signs(before[-1500:])
    around = f"{past} {plain}"
    if not SCOPE.search(around):
        return
    for measure in measures:
        thing, after = _thing(plain, measure)
        if thing is None:
            continue
        value = VALUE.match(plain, after)
        start = min(thing.start(), measure.start())
        if value is None or OTHER.search(plain[_clause(plain, start) : value.end()]):
            continue
        judged = _judged(
            str(thing.lastgroup), measure.group("what"), value.group("value"), plain, past, bandwidth
        )
        if judged is not None:
            given = re.search(r"\bif\b", plain[:start], re.I)
            # "if the entries have variance one, ..." names what the law rests on
            begin = given.start() if given is not None and GIVEN.search(plain[:start]) else start
            behind = re.match(r",? (?:if|when|provided|given|for)\b[^.;:]*", plain[value.end() :], re.I)
            last = value.end() + (
                behind.end() if behind is not None and UNIT_VARIANCE.search(behind.group()) else 0
            )
            yield places[begin], places[last], judged


def _clause(plain: str, place: int) -> int:
    return max((cut.end() for cut in re.finditer(r"[,;:]\s|\b(?:and|but|so)\b", plain[:place])), default=0)


def _thing(plain: str, measure: re.Match[str]) -> tuple[re.Match[str] | None, int]:
    """What a measure is of, and where its value may begin."""
    if measure.group("of"):
        of = THING.match(plain, measure.end())
        if of is not None:
            return of, of.end()
    near = [found for found in THING.finditer(plain[: measure.start()]) if measure.start() - found.end() < 90]
    if not near or re.search(r"[;!?]|\.\s", plain[near[-1].end() : measure.start()]):
        return None, 0
    if measure.group("own") and near[-1].lastgroup == "scaled":
        return near[-1], measure.end()
    if measure.group("of") and not VALUE.match(plain, measure.end("what")):
        return None, 0
    return near[-1], measure.end("what")


def _judged(thing: str, what: str, stated: str, plain: str, past: str, bandwidth: Bandwidth) -> Judged | None:
    spread = SPREADS[thing] if bandwidth.is_course else _of_another_kernel(thing, bandwidth)
    if spread is None:
        return None
    deviation = not what.lower().startswith("variance")
    if thing in {"score", "scaled"} and not UNIT_VARIANCE.search(f"{past} {plain}"):
        return None
    exact = math.sqrt(spread.variance) if deviation else spread.variance
    number = NUMBER.fullmatch(stated.strip("$ "))
    if number is not None and thing != "projected":
        real = _at_sizes(thing, plain, past, bandwidth)
        if real is None:
            return None
        exact = math.sqrt(real) if deviation else real
        return _compared(number.group(), _number(number), exact, what, spread.law, {})
    value = _value(stated, f"{past} {plain}", thing)
    if value is None:
        return None
    if abs(value - exact) < 1e-9 * exact:
        return verified(Kind.DEFINITION, spread.law, Method.SYMBOLIC)
    slip = {"coordinate": 1 / exact, "projected": DELTA * SIGMA if deviation else (DELTA * SIGMA) ** 2}.get(
        thing
    )
    if slip is not None and abs(value - slip) < 1e-9 * slip:
        says = f"the original handout's slip: projections from N(0, σ²I); the Gaussian kernel needs N(0, I/σ²), {spread.law}"
        return unchecked(Kind.DEFINITION, says)
    sizes = {"σ": 3, "‖δ‖": 5, "D": 81}
    return refuted(Kind.DEFINITION, spread.law, Method.SYMBOLIC, {**sizes, what: f"{exact:.4g}", "stated": f"{value:.4g}"})  # fmt: skip


def _compared(
    text: str, value: float, exact: float, what: str, law: str, sizes: Mapping[str, object]
) -> Judged:
    digits = len(text.split(".")[1].rstrip(")")) if re.fullmatch(r"[≈~ (]*\d+\.\d+\)?", text) else 9
    if abs(value - exact) <= 0.5 * 10.0**-digits * (1 + 1e-9):
        return verified(Kind.DEFINITION, law, Method.SYMBOLIC)
    return refuted(
        Kind.DEFINITION, law, Method.SYMBOLIC, {**sizes, what: f"{exact:.4g}", "stated": text.strip()}
    )


def _number(found: re.Match[str]) -> float:
    def read(text: str) -> float:
        value = float(text.strip("√() "))
        return math.sqrt(value) if text.strip().startswith("√") else value

    if found.group("over"):
        return float(found.group("over")) / read(found.group("under"))
    return read(found.group("root") or found.group("plain"))


def _of_another_kernel(thing: str, bandwidth: Bandwidth) -> _Spread | None:
    """What holds where the text's own kernel is exp(−‖δ‖²/(2σ)); None where it is something else, or not always so."""
    if thing in {"score", "scaled"}:
        return SPREADS[thing]
    if not bandwidth.is_variance:
        return None
    return {
        "coordinate": _Spread(1 / SIGMA, "the text's σ is the variance of the kernel: w ~ N(0, I/σ), and each coordinate has variance 1/σ"),
        "projected": _Spread(DELTA**2 / SIGMA, "the text's σ is the variance of the kernel: w ~ N(0, I/σ), and w·δ has variance ‖δ‖²/σ"),
    }[thing]  # fmt: skip


def _at_sizes(thing: str, plain: str, past: str, bandwidth: Bandwidth) -> float | None:
    """The variance at the sizes that the sentence, or the text before it, gives."""
    if thing == "scaled":
        return 1.0
    if thing != "score" and not bandwidth.is_course:
        # σ = 4 and σ² = √D are not read for another kernel, √D under the squared distance is
        return _by_root(plain) if TIED_PLAIN.search(f"{past} {plain}") and bandwidth.is_variance else None
    for text in (plain, past[-700:]):
        squared = [float(found.group("value")) for found in SIGMA_SQUARED_IS.finditer(text)]
        sizes = [float(found.group("value")) for found in DIMENSION_IS.finditer(text)]
        if thing == "score":
            if len(set(sizes)) == 1:
                return sizes[0]
        elif len(set(squared)) == 1:
            tied = len(set(sizes)) == 1 and TIED.search(f"{past} {plain}")
            wrong = tied and abs(squared[0] - math.sqrt(sizes[0])) > _ROUNDED * squared[0]
            return None if wrong else 1 / squared[0]  # what rests on a wrong σ² is neither right nor wrong
        elif not squared and len(set(sizes)) == 1 and TIED.search(f"{past} {plain}"):
            return 1 / math.sqrt(sizes[0])
        if squared or sizes:
            return None
    return None


def _by_root(plain: str) -> float | None:
    sizes = {float(found.group("value")) for found in DIMENSION_IS.finditer(plain)}
    return 1 / math.sqrt(sizes.pop()) if len(sizes) == 1 else None


def _value(text: str, around: str, thing: str) -> float | None:
    """The value of what is stated at the worlds' sizes; None if it is of other things."""
    written = re.sub(rf"‖ ?{_DIFFERENCE} ?‖(?:_2)?", "u", text.strip("$ "))
    short = SHORT.search(around)
    values: dict[str, Fraction] = (
        {"u": Fraction(5), "sigma": Fraction(3)} if thing in {"coordinate", "projected"} else {}
    )
    if short is not None and thing == "projected":
        values["s"] = Fraction(5, 3)
    tied = TIED.search(around)
    if thing in {"score", "scaled"}:
        values |= {name: Fraction(81) for name in ("D", "d", "d_k")}
    elif tied is not None:
        values |= {name: Fraction(81) for name in (tied.group("letter"), "D")}
    try:
        tree = read_expression(ascii_form(written.replace("^T", "")))
    except Unreadable:
        return None
    if not names(tree) or not names(tree) <= set(values):
        return None
    value = value_at(tree, values)
    return None if value is None else float(value)


__all__ = ["spreads"]
