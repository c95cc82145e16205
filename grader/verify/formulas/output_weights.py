"""The weights that a formula for attention's output gives to the values, read off the formula itself.

An output is linear in the values: with one value set and the others 0 it is that value times its weight. Token i of
kernelized attention gives value j the weight φ(q_i)·φ(k_j), over their sum, perhaps times a factor of key j; of causal
attention it gives none to j > i (Katharopoulos et al. 2020, sections 3.2 and 3.3; Peng et al. 2021, section 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from itertools import islice
from itertools import product as every

import numpy as np

from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Call,
    Expression,
    Inner,
    Number,
    Quotient,
    Symbol,
    Transpose,
    names,
    rewritten,
    walk,
)
from grader.verify.scope.formula_settings import for_these, ways_open
from grader.verify.shapes.dimensions import named
from grader.verify.worlds.settings import FEATURE_MAPS, MATRICES, Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

MOST_WAYS = 16
SEEDS = (3, 4)
QUERIES = (2, 3)  # the tokens whose outputs are looked at
SCORES = (r"\exp(Q_i \cdot K_j/\sqrt{D})", r"sim(Q_i, K_j)")
FACTORS = (
    ("1", ""),
    (r"\exp(\|K_j\|^2/(2\sigma^2))", " exp(‖k_j‖²/(2σ²))"),
    (r"\exp(\|K_j\|^2/(2\sqrt{D}))", " exp(‖k_j‖²/(2√D))"),
)


class Seen(Enum):
    """Which tokens have a weight at token i."""

    UP_TO_ITSELF = "j ≤ i"
    ALL = "all j"
    BEFORE = "j < i"
    BEYOND = "j ≤ i + 1"
    OTHER = "others"


class What(Enum):
    """What a formula is as an output of attention."""

    RIGHT = "weights that are a similarity of query i and key j, with sum 1"
    TURNED = "weights of query j and key i"
    NO_MEAN = "weights whose sum is not 1"
    CLASH = "shapes that do not fit"
    UNKNOWN = "weights of another kind"


@dataclass(frozen=True)
class Output:
    """A formula's weights, and what they are."""

    what: What
    seen: Seen
    weights: Array  # rows: the tokens that are looked at
    scores: str = ""  # what the weights are in proportion to
    factor: str = ""  # of the key
    says: str = ""  # the clash


def outputs_of(right: Expression, index: str | None, setting: Setting, *, told: bool) -> list[Output]:
    """What a formula is under each reading of its vectors that the text leaves open; nothing where it has no value.

    `index` is the letter of the token, None for the outputs of all tokens as rows. With `told` a clash counts: the text
    says which way its vectors go, and its own sums exist that way.
    """
    fitted = for_these(setting, (right,))
    found: list[Output] = []
    for way in islice(ways_open(right, fitted), MOST_WAYS):
        try:
            both = [_output(right, index, way, seed) for seed in SEEDS]
        except Clash as clash:
            if (told or "divided" in str(clash)) and _sums_exist(right, index, way):
                found.append(Output(What.CLASH, Seen.OTHER, np.zeros((0, 0)), says=_clash(right, index, way)))
            continue
        except Undecidable:
            continue
        if both[0].what is both[1].what and both[0].seen is both[1].seen:
            found.append(both[0])
    return found


def with_loose_vectors(right: Expression) -> Iterator[Expression]:
    """A formula with the features of single tokens transposed, over the fraction, under it, or both."""
    match right:
        case Quotient(over, under):
            for above, below in every((over, _turned(over)), (under, _turned(under))):
                if (above, below) != (over, under):
                    yield replace(right, over=above, under=below)
        case _:
            return


def _turned(tree: Expression) -> Expression:
    """A tree with φ(q)ᵀ for φ(q), and the other way round."""

    def go(node: object) -> Expression | None:
        match node:
            case Transpose(Call() as call) if _is_features(call):
                return call
            case Call() as call if _is_features(call):
                return Transpose(call)
            case _:
                return None

    return rewritten(tree, go)


def _is_features(call: Call) -> bool:
    match call:
        case Call(Symbol(name), (Symbol(argument, (_,)),)):
            return name in FEATURE_MAPS and argument not in MATRICES
        case _:
            return False


def _sums_exist(right: Expression, index: str | None, way: Setting) -> bool:
    """Whether the text's own definitions have values when its vectors are read this way."""
    bound = {index: 2} if index is not None else {}
    for name in names(right) & way.definitions.keys():
        definition = way.definitions[name]
        given = dict.fromkeys(definition.indices, 2)
        try:
            World(way, 3).evaluate(definition.body, {**bound, **given})
        except (Clash, Undecidable):
            return False
    return True


def _clash(right: Expression, index: str | None, way: Setting) -> str:
    """The clash with the sizes' names."""
    world = World(replace(way, distinct=True), SEEDS[0])
    try:
        for _ in _rows(right, index, world, [1]):
            pass
    except (Clash, Undecidable) as error:
        return named(str(error), world)
    return "the shapes do not fit"


def _output(right: Expression, index: str | None, way: Setting, seed: int) -> Output:
    """Raises `Clash` or `Undecidable`."""
    world = World(way, seed)
    count, tokens = world.sizes["N"], [number - 1 for number in QUERIES]
    world.evaluate(Symbol("v", (Number(Fraction(1)),)), {})
    drawn = world.values.get("V")
    if drawn is None or drawn.ndim != 2 or drawn.shape[0] != count:
        raise Undecidable("the values are no rows of one matrix")
    own = np.linspace(1, 2, drawn.shape[1])
    weights = np.zeros((len(tokens), count))
    for key in range(count):
        drawn[:] = 0
        drawn[key] = own
        for row, made in enumerate(_rows(right, index, world, tokens)):
            if made.size != own.size:
                raise Undecidable("the output is no vector as long as a value")
            weights[row, key] = float(made @ own) / float(own @ own)
            if not np.allclose(made, weights[row, key] * own, rtol=1e-7, atol=1e-9):
                raise Undecidable("the output is no multiple of the only value")
    seen = _seen(weights, tokens)
    if not np.allclose(weights.sum(axis=1), 1, rtol=1e-7):
        return Output(What.NO_MEAN, seen, weights)
    for name, scores in _scores(right, world, count):
        factor = _factor(weights, scores[tokens], world, count)
        if factor is not None:
            return Output(What.RIGHT, seen, weights, name, factor)
        if len(set(scores.ravel())) > count and _factor(weights, scores.T[tokens], world, count) is not None:
            return Output(What.TURNED, seen, weights, name)
    return Output(What.UNKNOWN, seen, weights)


def _rows(right: Expression, index: str | None, world: World, tokens: list[int]) -> Iterator[Array]:
    """The outputs of the tokens that are looked at."""
    if index is not None:
        for token in tokens:
            yield world.evaluate(right, {index: token + 1}).ravel()
        return
    match right:
        case Quotient(over, under):
            above, below = world.evaluate(over, {}), world.evaluate(under, {})
            if above.ndim != 2 or below.size != above.shape[0]:
                raise Clash("the rows are divided by something that has no number for each of them")
            made = above / below.reshape(-1, 1)
        case _:
            made = world.evaluate(right, {})
    if made.ndim != 2 or made.shape[0] != world.sizes["N"]:
        raise Clash("the result has no row for each token")
    yield from made[tokens]


def _seen(weights: Array, tokens: list[int]) -> Seen:
    count = weights.shape[1]
    far = {
        Seen.UP_TO_ITSELF: [set(range(token + 1)) for token in tokens],
        Seen.ALL: [set(range(count)) for _ in tokens],
        Seen.BEFORE: [set(range(token)) for token in tokens],
        Seen.BEYOND: [set(range(min(token + 2, count))) for token in tokens],
    }
    found = [{int(key) for key in np.nonzero(np.abs(row) > 1e-12)[0]} for row in weights]
    return next((seen for seen, sets in far.items() if sets == found), Seen.OTHER)


def _scores(right: Expression, world: World, count: int) -> Iterator[tuple[str, Array]]:
    """What weights may be in proportion to: products of features under the maps in the formula, similarities."""
    used, pending = set[str](), [right]
    seen: set[str] = set()
    while pending:
        tree = pending.pop()
        for below in walk(tree):
            if isinstance(below, Call) and len(below.arguments) == 1 and below.function.name in FEATURE_MAPS:
                used.add(below.function.name)
        for name in names(tree) & world.setting.definitions.keys() - seen - FEATURE_MAPS:
            seen.add(name)
            pending.append(world.setting.definitions[name].body)
    query, key = Symbol("q", (Symbol("i"),)), Symbol("k", (Symbol("j"),))
    forms: list[tuple[str, Expression]] = [
        (f"{f}(q_i)·{g}(k_j)", Inner(Call(Symbol(f), (query,)), Call(Symbol(g), (key,))))
        for f, g in every(sorted(used), repeat=2)
    ]
    forms += [
        (name, read_expression(form)) for form, name in zip(SCORES, ("exp(q_i·k_j/√D)", "sim(q_i, k_j)"), strict=True)
    ]  # fmt: skip
    for name, form in forms:
        try:
            yield (
                name,
                np.array(
                    [
                        [world.number(form, {"i": i + 1, "j": j + 1}) for j in range(count)]
                        for i in range(count)
                    ]
                ),
            )
        except (Clash, Undecidable, TypeError):
            continue


def _factor(weights: Array, scores: Array, world: World, count: int) -> str | None:
    """The factor of key j with which the weights are the scores of the tokens seen over their sum; None without one."""
    present = np.abs(weights) > 1e-12
    for form, name in FACTORS:
        try:
            factor = np.array([world.number(read_expression(form), {"j": j + 1}) for j in range(count)])
        except (Clash, Undecidable, TypeError):
            continue
        weighted = np.where(present, scores * factor, 0)
        sums = weighted.sum(axis=1, keepdims=True)
        if np.all(np.abs(sums) > 1e-12) and np.allclose(weighted / sums, weights, rtol=1e-6, atol=1e-10):
            return name
    return None


__all__ = ["Output", "Seen", "What", "outputs_of", "with_loose_vectors"]
