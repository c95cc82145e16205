# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""What attention gives for a token, under any letters: a mean of the values with weights that the query chooses.

So, whatever the feature map is: with all values equal to v the output is v; it depends on the query; under a causal
mask it does not depend on later tokens, and the first output is the first value (Katharopoulos et al. 2020, section 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from itertools import product as every

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.formulas.output_weights import Output, Seen, What, outputs_of, with_loose_vectors
from grader.verify.formulas.prefixes import EXCLUSIVE, INCLUSIVE
from grader.verify.grammar.syntax import (
    Addition,
    Expression,
    Number,
    Product,
    Quotient,
    Series,
    Symbol,
    Transpose,
    names,
    rewritten,
    symbols,
    walk,
)
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.formula_settings import for_these, settings_of, ways_open
from grader.verify.worlds.settings import Array, Clash, Definition, Setting, Undecidable
from grader.verify.worlds.world import World

ATTENTION = re.compile(r"attention|\boutputs?\b|\bcausal\b|softmax", re.IGNORECASE)
CAUSAL = re.compile(r"\bcausal|autoregressive|\bmask", re.IGNORECASE)
OTHERWISE = re.compile(
    r"\bwithout\b|non-?causal|unmasked|\bfull\b|bidirectional|instead|compar\w+|usual|ordinary|\bstandard\b|\bexclu\w+|strict|unnormali[sz]ed|before normali|numerator|gate|decay|residual|\bbias\b|learn\w*|normalis\w+ by|\bskip\b|derivative|gradient|differentia|\bsink\b",
    re.IGNORECASE,
)
QUERIES = re.compile(r"(?<![A-Za-z\\])(?:q|Q)(?![A-Za-z])|\\bq\b|\bquer(?:y|ies)\b")
ITSELF_TOO = re.compile(
    r"\b(?:itself|the current (?:token|one)|its own|token \$?i\$?)[^.;]{0,20}\band\b[^.;]{0,40}\bbefore (?:it|token|position)\b|\bbefore (?:it|token|position)\b[^.;]{0,20}\band\b[^.;]{0,20}\bitself\b"
)
STEPS = re.compile(r"\bold\b|\bprevious\b|\bblocks?\b|\bchunks?\b|\bafter (?:token|step)\b")
EARLIER = re.compile(r"(?<![A-Za-z])[jlmsr]\s*(?:<(?!=)|\\lt\b)\s*[it](?![A-Za-z])")
FREE = frozenset({"epsilon", "eps", "delta", "lambda", "gamma", "eta", "c", "tau"})
OUTPUT = re.compile(r"(?:o|y|O|Y|out|attn)(?:~\w+)?'?|[vV](?:'|~\w+)")
SEEDS = range(4)
MOST_WAYS = 16
EMPTY: Mapping[str, object] = {"token": 1, "numerator": 0, "denominator": 0, "output": "v_1"}


def judge(
    formula: Formula, previous: Expression | None, sentence: str, about: str, context: Context
) -> Judged | None:
    """A ruling on an equation for one token's output, or for all of them; None for anything else."""
    chain = formula.chain
    if chain is not None and chain.open_left and chain.relations == ("=",) and previous is not None:
        return _of_next_row(previous, chain.parts[-1], sentence, about, context, formula.row.line)
    if (
        chain is None
        or chain.open_left
        or len(chain.parts) != 2
        or chain.relations[0] not in {"=", ":=", "~"}
    ):
        return None
    left, right = chain.parts
    if isinstance(left, Transpose):
        left = left.of  # a row, by the rows of the values
    if not isinstance(left, Symbol) or len(left.indices) > 1 or left.name in {"v", "V", "k", "q"}:
        return None
    rights = (right, *(formula.wide.parts[1:] if formula.wide is not None else ()))
    line = formula.row.line
    index: str | None = None
    match left.indices:
        case (Number(place),) if chain.relations[0] != "~":
            return _of_one_token(left, int(place), right, sentence, about, context)
        case (Symbol(letter, ()),):
            index = letter
        case ():
            rights, index = _for_one_query(rights)
        case _:
            return None
    known = _known(rights, index, sentence, context, line)
    if known is not None or chain.relations[0] == "~" or not OUTPUT.fullmatch(left.name):
        return known
    return _wrong(rights, index, sentence, about, context, line)


def _for_one_query(rights: tuple[Expression, ...]) -> tuple[tuple[Expression, ...], str | None]:
    """The formulas of one query `q` among indexed keys, with an index for it; others stay as they are."""
    used = {symbol.name: symbol.indices for right in rights for symbol in symbols(right)}
    if used.get("q") != () or not used.get("k") or not used.get("v"):
        return rights, None
    index = Symbol(
        "i" if not any(symbol.name == "i" for right in rights for symbol in symbols(right)) else "t"
    )

    def go(node: object) -> Expression | None:
        return Symbol("q", (index,)) if node == Symbol("q") else None

    return tuple(rewritten(right, go) for right in rights), index.name


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
    if not (defined or named) or not causal or EXCLUSIVE.search(_without_steps(around, context)):
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


def _without_steps(around: str, context: Context) -> str:
    """A text without the words of running sums, which speak of earlier sums and not of which tokens are seen."""
    if context.running:
        # the steps tell that the sums include token i, whatever stands under a sum
        around = EARLIER.sub(" ", around)
    return STEPS.sub(" ", ITSELF_TOO.sub(" ", around))


# -- o_i = ... / ... -----------------------------------------------------------------------------------------------


def _of_next_row(
    previous: Expression, right: Expression, sentence: str, about: str, context: Context, line: int
) -> Judged | None:
    """A refutation of a row that goes on from an output of attention, where its shapes do not fit."""
    indices = {
        symbol.indices[0] for symbol in symbols(right) if symbol.name == "q" and len(symbol.indices) == 1
    }
    match list(indices):
        case [Symbol(index, ())]:
            pass
        case _:
            return None
    if not isinstance(right, Quotient) or _known((previous,), index, sentence, context, line) is None:
        return None
    judged = _wrong((right,), index, sentence, about, context, line)
    clash = judged is not None and judged.witness is not None and "shapes" in judged.witness
    return replace(judged, kind=Kind.STEP) if judged is not None and clash else None


def _known(
    rights: Sequence[Expression], index: str | None, sentence: str, context: Context, line: int
) -> Judged | None:
    """A verification of an output whose weights are a similarity of its query and each key, over their sum."""
    for right, setting in every(rights, settings_of(context, line)):
        used = _reached(right, {**setting.running, **setting.definitions})
        if not isinstance(right, (Quotient, Product)) or not used & {"v", "V"} or not used & {"k", "K"}:
            return None
        for found in outputs_of(right, index, _as_told(setting, context, line), told=False):
            seen = {
                Seen.UP_TO_ITSELF: "the tokens j ≤ i",
                Seen.ALL: "" if CAUSAL.search(sentence) else "all tokens",
            }.get(found.seen, "")
            if found.what is What.RIGHT and seen:
                whose = "row i" if index is None else "the formula"
                says = f"{whose} gives value j the weight {found.scores}{found.factor} over the sum of these for {seen}"
                return verified(Kind.DEFINITION, says, Method.NUMERIC)
    return None


def _as_told(setting: Setting, context: Context, line: int) -> Setting:
    """The setting with the way in which the text multiplies its features, where it says nothing else of them."""
    way = context.feature_way(line)
    return replace(setting, orientations={"phi": way, **setting.orientations}) if way else setting


def _wrong(
    rights: Sequence[Expression], index: str | None, sentence: str, about: str, context: Context, line: int
) -> Judged | None:
    """A refutation of an output of attention, where no reading of the formula can be one."""
    right = rights[0]
    if not ATTENTION.search(f"{about[-1500:]} {sentence}") or OTHERWISE.search(sentence):
        return None
    setting = _as_told(settings_of(context, line)[0], context, line)
    used = _reached(right, {**setting.definitions, **setting.running})
    if _has_more(right) or not used & {"v", "V"} or not used & {"k", "K"} or used & FREE or "max" in used:
        return None
    around = f"{about[-3000:]} {sentence}"
    if not used & {"q", "Q"} and QUERIES.search(around) and not used & {"x", "h", "e"}:
        says = "a token's output depends on its query; by this formula it is the same for every query"
        witness = {"query": "any", "output for q = (1, 0)": "the same", "output for q = (0, 1)": "the same"}
        return refuted(Kind.DEFINITION, says, Method.SYMBOLIC, witness)
    fitted = for_these(setting, (right,))
    exclusive = EXCLUSIVE.search(_without_steps(around, context))
    empty = index is not None and isinstance(right, Quotient) and _is_empty_at_first(right, index, fitted)
    if INCLUSIVE.search(around) and not exclusive and empty:
        return _empty_at_first()
    if index is not None and (unequal := _of_equal_values(right, index, fitted)) is not None:
        return unequal
    told = bool(setting.orientations.get("phi") or "phi" in setting.shapes)
    found = [one for each in rights for one in outputs_of(each, index, setting, told=told)]
    loose = [
        one
        for each in rights
        for turned in with_loose_vectors(each)
        for one in outputs_of(turned, index, setting, told=False)
    ]
    if not found or any(one.what is What.RIGHT and one.seen is not found[0].seen for one in loose):
        return None
    return _of_weights(found, index, bool(exclusive))


def _of_weights(found: Sequence[Output], index: str | None, exclusive: bool) -> Judged | None:
    """A refutation by what a formula is under every reading of it."""
    kinds, seen = {one.what for one in found}, {one.seen for one in found}
    if kinds == {What.CLASH}:
        says = f"the shapes clash: {found[0].says}"
        return refuted(Kind.DEFINITION, says, Method.COUNT, {"shapes": found[0].says})
    if kinds == {What.TURNED}:
        says = (
            "token i compares its query with the keys; by this formula it compares its key with the queries"
        )
        witness = {"q_1": 1, "k_2": 3, "q_2": 2, "k_1": 5, "score of token 1 for token 2": "q_1·k_2 = 3", "by this formula": "k_1·q_2 = 10"}  # fmt: skip
        return refuted(Kind.DEFINITION, says, Method.NUMERIC, witness)
    if kinds == {What.RIGHT} and seen == {Seen.BEFORE} and not exclusive:
        return _empty_at_first()
    if kinds == {What.RIGHT} and seen == {Seen.BEYOND}:
        says = "the sums reach token i + 1: in causal attention the output of token 1 is v_1, and by this formula it depends on v_2"
        return refuted(Kind.DEFINITION, says, Method.COUNT, {"token": 1, "output": "v_1", "weighted": ["v_1", "v_2"]})  # fmt: skip
    if kinds == {What.NO_MEAN} and index is None:
        weights = [round(float(value), 4) for value in found[0].weights[0]]
        says = f"each output is a mean of the values: its weights add up to 1, and by this formula the weights {weights} add up to {sum(weights):.4g}"
        return refuted(Kind.DEFINITION, says, Method.NUMERIC, {"weights": weights, "sum": sum(weights)})
    return None


def _empty_at_first() -> Judged:
    says = "at the first token the sums in it are over no token at all: it is 0/0, where the output is v_1"
    return refuted(Kind.DEFINITION, says, Method.COUNT, dict(EMPTY))


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
