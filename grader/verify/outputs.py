# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""What attention gives for a token, under any letters: a mean of the values with weights that the query chooses.

So, whatever the feature map is: with all values equal to v the output is v; it depends on the query; under a causal
mask it does not depend on later tokens, and the first output is the first value (Katharopoulos et al. 2020, section 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import islice

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.context import Context
from grader.verify.formula_settings import settings_of, ways_open
from grader.verify.prefixes import EXCLUSIVE, INCLUSIVE
from grader.verify.settings import Array, Clash, Definition, Setting, Undecidable
from grader.verify.syntax import Addition, Chain, Expression, Number, Quotient, Series, Symbol, names, walk
from grader.verify.worlds import World

ATTENTION = re.compile(r"attention|\boutputs?\b", re.IGNORECASE)
CAUSAL = re.compile(r"\bcausal|autoregressive|\bmask", re.IGNORECASE)
OTHERWISE = re.compile(
    r"\bwithout\b|non-?causal|unmasked|\bfull\b|bidirectional|instead|compar\w+|usual|ordinary|\bstandard\b|\bexclu\w+|strict|unnormali[sz]ed|before normali|numerator|gate|decay|residual|\bbias\b|learn\w*|normalis\w+ by|\bskip\b|derivative|gradient|differentia|\bsink\b",
    re.IGNORECASE,
)
QUERIES = re.compile(r"(?<![A-Za-z\\])(?:q|Q)(?![A-Za-z])|\\bq\b|\bquer(?:y|ies)\b")
FREE = frozenset({"epsilon", "eps", "delta", "lambda", "gamma", "eta", "c", "tau"})
OUTPUT = re.compile(r"(?:o|y|O|Y|out|attn)(?:~\w+)?'?|[vV](?:'|~\w+)")
SEEDS = range(4)
MOST_WAYS = 16
EMPTY: Mapping[str, object] = {"token": 1, "numerator": 0, "denominator": 0, "output": "v_1"}


def judge(chain: Chain | None, sentence: str, about: str, context: Context, line: int) -> Judged | None:
    """A ruling on an equation for one token's output; None for anything else, and for what may be right."""
    if chain is None or chain.open_left or len(chain.parts) != 2 or chain.relations[0] not in {"=", ":="}:
        return None
    left, right = chain.parts
    if not isinstance(left, Symbol) or len(left.indices) != 1 or left.name in {"v", "V", "k", "q"}:
        return None
    match left.indices[0]:
        case Number(place):
            return _of_one_token(left, int(place), right, sentence, about, context)
        case Symbol(index, ()) if OUTPUT.fullmatch(left.name) and not _has_more(right):
            return _of_all_tokens(right, index, sentence, about, context, line)
        case _:
            return None


# -- o_1 = v_1 -----------------------------------------------------------------------------------------------------


def _of_one_token(
    left: Symbol, place: int, right: Expression, sentence: str, about: str, context: Context
) -> Judged | None:
    around = f"{about[-3000:]} {sentence}"
    defined = any(
        definition.name == left.name and isinstance(definition.body, Quotient) and definition.indices
        for _, definition in context.definitions
    )
    named = OUTPUT.fullmatch(left.name) and re.search(r"\boutputs?\b|attention", sentence, re.IGNORECASE)
    causal = CAUSAL.search(around) or INCLUSIVE.search(around)
    if not (defined or named) or not causal or EXCLUSIVE.search(_without_steps(around)):
        return None
    match right:
        case Symbol("v" | "V", (Number(which),)):
            stated = int(which)
        case Number(value) if value == 0:
            stated = 0
        case _:
            return None
    return _first_output(place, stated)


def _first_output(place: int, stated: int) -> Judged | None:
    """The ruling on `the output of token place is v_stated`, 0 for a zero vector, under a causal mask."""
    if place == 1 and stated == 1:
        return verified(
            Kind.IDENTITY, "the first token sees only itself, so that its one weight is 1", Method.SYMBOLIC
        )
    if place < 1 or (stated == place and place < 2):
        return None
    truth = f"(v_1 + ... + v_{place})/{place}" if place > 1 else "v_1"
    says = (
        "the first token sees only itself, so that its output is v_1"
        if place == 1
        else f"token {place} sees the tokens 1 to {place}: with equal keys its output is the mean {truth} of their values"
    )
    witness = {"token": place, "all keys": "equal", "output": truth, "stated": f"v_{stated}" if stated else 0}
    return refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)


def _without_steps(around: str) -> str:
    """A text without the words of running sums, which speak of earlier sums and not of which tokens are seen."""
    return re.sub(r"\bold\b|\bprevious\b|\bblocks?\b|\bchunks?\b|\bafter (?:token|step)\b", " ", around)


# -- o_i = ... / ... -----------------------------------------------------------------------------------------------


def _of_all_tokens(
    right: Expression, index: str, sentence: str, about: str, context: Context, line: int
) -> Judged | None:
    if not ATTENTION.search(f"{about[-1500:]} {sentence}") or OTHERWISE.search(sentence):
        return None
    setting = settings_of(context, line)[0]
    used = _reached(right, setting.definitions)
    if not used & {"v", "V"} or not used & {"k", "K"} or used & FREE or "max" in used:
        return None
    around = f"{about[-3000:]} {sentence}"
    if not used & {"q", "Q"} and QUERIES.search(around) and not used & {"x", "h", "e"}:
        says = "a token's output depends on its query; by this formula it is the same for every query"
        witness = {"query": "any", "output for q = (1, 0)": "the same", "output for q = (0, 1)": "the same"}
        return refuted(Kind.DEFINITION, says, Method.SYMBOLIC, witness)
    inclusive = INCLUSIVE.search(around) and not EXCLUSIVE.search(_without_steps(around))
    empty = inclusive and isinstance(right, Quotient) and _is_empty_at_first(right, index, setting)
    if empty:
        says = (
            "at the first token the sums in it are over no token at all: it is 0/0, where the output is v_1"
        )
        return refuted(Kind.DEFINITION, says, Method.COUNT, dict(EMPTY))
    return _of_equal_values(right, index, setting)


def _has_more(right: Expression) -> bool:
    """Whether a formula is no quotient and no sum of quotients, or has a number added to its denominator."""
    quotients = [below for below in walk(right) if isinstance(below, Quotient)]
    if not isinstance(right, (Quotient, Series)) or not quotients:
        return True
    unders = [quotient.under for quotient in quotients]
    return any(
        isinstance(under, Addition) and any(isinstance(term, Number) for _, term in under.terms)
        for under in unders
    )


def _reached(tree: Expression, definitions: Mapping[str, Definition]) -> frozenset[str]:
    """The names in a formula, and those in the definitions of its names."""
    found: set[str] = set()
    pending = [tree]
    while pending:
        for name in names(pending.pop()) - found:
            found.add(name)
            if name in definitions:
                pending.append(definitions[name].body)
    return frozenset(found)


def _is_empty_at_first(right: Quotient, index: str, setting: Setting) -> bool:
    """Whether numerator and denominator are both 0 at token 1, however the vectors are read."""
    values: list[bool] = []
    for way in islice(ways_open(right, setting), MOST_WAYS):
        try:
            world = World(way, 3)
            both = [world.evaluate(part, {index: 1}) for part in (right.over, right.under)]
        except (Clash, Undecidable):
            continue
        values.append(not any(np.any(part) for part in both))
    return bool(values) and all(values)


def _of_equal_values(right: Expression, index: str, setting: Setting) -> Judged | None:
    """A refutation of an output that is no weighted mean of the values."""
    shown: tuple[list[float], list[float]] | None = None
    for way in islice(ways_open(right, setting), MOST_WAYS):
        try:
            found = [_with_equal_values(right, index, way, seed) for seed in SEEDS]
        except (Clash, Undecidable):
            continue
        if any(value.size != output.size for value, output in found):
            continue
        if any(np.allclose(value, output, rtol=1e-6) for value, output in found):
            return None
        value, output = found[0]
        shown = [round(float(x), 4) for x in value], [round(float(x), 4) for x in output]
    if shown is None:
        return None
    value_shown, output_shown = shown
    says = f"an output of attention is a mean of the values, with weights that add up to 1: with all values equal to {value_shown} it would be that value, and by this formula it is {output_shown}"
    return refuted(
        Kind.DEFINITION, says, Method.NUMERIC, {"all values": value_shown, "by this formula": output_shown}
    )


def _with_equal_values(right: Expression, index: str, setting: Setting, seed: int) -> tuple[Array, Array]:
    """The one value of all tokens, and the output at one token. Raises `Clash` or `Undecidable`."""
    world = World(setting, seed)
    value = world.evaluate(Symbol("v", (Number(Fraction(1)),)), {}).ravel().copy()
    drawn = world.values.get("V")
    if drawn is None or drawn.ndim != 2:
        raise Undecidable("the values are no rows of one matrix")
    drawn[:] = value
    return value, world.evaluate(right, {index: 2 + seed % 2}).ravel()


__all__ = ["judge"]
