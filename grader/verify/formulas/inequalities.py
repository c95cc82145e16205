# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Inequalities between formulas: `exp(qᵀk/√D) ≤ exp((‖q‖² + ‖k‖²)/(2√D))`, `0 < G(q, k) ≤ 1`, the rows of an estimate.

Both sides are evaluated in random worlds, with equal, opposite, small and large vectors among them, and from the worst
one a search goes on. One place where the left side is the larger refutes; none at all verifies, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.syntax import (
    Derivative,
    Expression,
    Growth,
    Moment,
    Number,
    Symbol,
    names,
    walk,
)
from grader.verify.grammar.syntax import Sequence as Listed
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.formula_settings import for_these, scalars_in, settings_of
from grader.verify.worlds.settings import Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

SIGNS = {"<=": 1, "<": 1, ">=": -1, ">": -1}
SCALES = (1.0, 0.1, 4.0)
WORLDS, STEPS = 12, 80
WORLDS_OF_MOMENTS, STEPS_OF_MOMENTS = 3, 0
CLEAR, MARKED = 1e-6, 1e-2
# what makes an inequality a result, and no condition or definition
RESULT = re.compile(
    r"\b(?:gives?|obtain\w*|ha(?:ve|s)|get|hence|thus|therefore|so|follows?|impl(?:y|ies)|inequality|bounded|bound|Cauchy|Jensen|Young|AM-GM|triangle|conclude\w*|always|never|at most|at least|note|holds?)\b|\bfor (?:all|every|any)\b",
    re.IGNORECASE,
)
CONDITIONAL = re.compile(
    r"\b(?:if|when(?:ever)?|where|provided|unless|suppose|assum\w+|such that|as long as|once|exactly|require\w*|want\w*|need\w*|should|must|small|large|close|semi-?hard|hard|easy|margin|triplets?|until|choose|pick|constraint|case|satisf\w+|orthogonal|unit|normali[sz]ed|norm one|sphere)\b",
    re.IGNORECASE,
)
FOR_ALL = re.compile(
    r"\bfor (?:all|every|any) (?:real |positive |non-?negative )?(?:(?:numbers?|vectors?) )?\$?[A-Za-z\\]+\$?(?:\s*(?:\\geq?|≥|>)\s*0)?\$?\s*(?:[,.;]|$|and\b)",
    re.IGNORECASE,
)
# "for all u ≥ 0": the numbers are drawn from there anyway
POSITIVE = re.compile(r"[A-Za-z\\]+\s*(?:\\geq?|≥|>|\\gt)\s*0\b")
RELATIONS = re.compile(
    r"\\leq?(?![a-z])|\\geq?(?![a-z])|[≤≥<>]|\\neq?(?![a-z])|≠|\\in(?![a-z])|∈|(?<![:<>])="
)
TRIPLETS = frozenset({"a", "p", "n", "alpha", "d_p", "d_n"})


@dataclass(frozen=True)
class _Place:
    """Where two sides were compared: how much is left of the inequality, in units of its sides, and the values there."""

    slack: float
    left: float
    right: float
    shown: Mapping[str, object]
    open: bool  # whether σ stands on one side only, and the text does not fix it


def judge(formula: Formula, previous: Expression | None, context: Context, sentence: str) -> Judged | None:
    """A ruling on a chain with ≤, <, ≥ or > between numbers made of vectors; None for anything else."""
    chain = formula.chain
    if chain is None or set(chain.relations) - {*SIGNS, "="} or not set(chain.relations) & set(SIGNS):
        return None
    if chain.open_left and previous is None:
        return None
    parts = [*([previous] if chain.open_left and previous is not None else []), *chain.parts]
    kind = Kind.STEP if formula.row.aligned or chain.open_left else Kind.IDENTITY
    sizes = set(context.aliases) | {"i", "j", "t", "s"}
    if not all(map(_readable, parts)) or frozenset[str]().union(*map(names, parts)) <= sizes:
        return None
    if all(isinstance(part, (Symbol, Number)) for part in parts):
        return None
    rulings = [
        _judge_pair(left, right, relation, context, formula, kind)
        for left, right, relation in zip(parts, parts[1:], chain.relations, strict=False)
        if names(left) | names(right)
    ]
    if None in rulings or not rulings:
        return None
    known = [one for one in rulings if one is not None]
    wrong = next((one for one in known if one.ruling == "refuted"), None)
    if wrong is not None and not _is_result(formula, sentence, parts):
        return unchecked(kind, "whether it is a result or a condition is not said")
    return wrong or next((one for one in known if one.ruling == "unchecked"), known[-1])


def _is_result(formula: Formula, sentence: str, parts: Sequence[Expression]) -> bool:
    used = frozenset[str]().union(*map(names, parts))
    if not used & TRIPLETS and FOR_ALL.search(sentence):
        return True
    if used & TRIPLETS or CONDITIONAL.search(POSITIVE.sub(" ", sentence)):
        return False
    others = POSITIVE.sub(" ", sentence.replace(formula.text, " "))
    if formula.chain is not None and formula.chain.open_left and formula.row.display:
        return True
    return RESULT.search(sentence) is not None and not RELATIONS.search(others)


def _readable(tree: Expression) -> bool:
    return not any(isinstance(below, (Derivative, Growth, Listed)) for below in walk(tree))


def _judge_pair(
    left: Expression, right: Expression, relation: str, context: Context, formula: Formula, kind: Kind
) -> Judged | None:
    """A ruling under every value of σ that the text gives it; where they differ it is not decided."""
    plain = scalars_in((left, right), context)
    free = settings_of(context, formula.row.line)[0]
    # of the text's equations for σ those that hold for every D; σ² = 8 belongs to an example
    fixed = [replace(free, equations=(("sigma", one, other),)) for _, one, other in context.firm]
    known = [
        _in_setting(
            left,
            right,
            relation,
            for_these(replace(setting, orientations={}, scalars=setting.scalars | plain), (left, right)),
            kind,
        )
        for setting in fixed[:2] or [free]
    ]
    if None in known:
        return None
    rulings = [one for one in known if one is not None]
    if len({one.ruling for one in rulings}) > 1:
        return unchecked(kind, "it depends on which of the text's equations for σ is meant")
    return rulings[0]


def _in_setting(
    left: Expression, right: Expression, relation: str, setting: Setting, kind: Kind
) -> Judged | None:
    sign = SIGNS.get(relation, 0)
    places = list(_places(left, right, sign, setting))
    if not places:
        return None
    worst = min(places, key=lambda place: place.slack)
    if worst.slack < -CLEAR:
        if not sign:
            return None
        if any(place.open for place in places):
            return unchecked(kind, "σ is not fixed by the text")
        # the plainest place at which it clearly fails
        worst = next((place for place in places if place.slack < -MARKED), worst)
        given = ", ".join(f"{name} = {value}" for name, value in worst.shown.items())
        says = f"with {given} the left is {worst.left:.6g}, the right {worst.right:.6g}"
        witness = {**worst.shown, "left": float(f"{worst.left:.6g}"), "right": float(f"{worst.right:.6g}")}
        return refuted(kind, says, Method.NUMERIC, witness)
    if relation in {"<", ">"} and any(place.left == place.right for place in places):
        return unchecked(kind, "whether both sides can be equal is not decided")
    if not sign and max(abs(place.slack) for place in places) > CLEAR:
        return None
    says = f"it holds in {len(places)} worlds, with equal, opposite, small and large vectors among them"
    return verified(kind, says, Method.NUMERIC)


def _places(left: Expression, right: Expression, sign: int, setting: Setting) -> Iterator[_Place]:
    """The sides at many places, the worst last; nothing if they can't be evaluated or have a name without a meaning."""
    moments = any(isinstance(below, Moment) for tree in (left, right) for below in walk(tree))
    found: list[tuple[_Place, World]] = []
    for seed in range(WORLDS_OF_MOMENTS if moments else WORLDS):
        simple = seed < 3
        first = _compared(left, right, sign, World(setting, seed, simple=simple))
        if first is None:
            return
        place, world = first
        found.append(first)
        for values in _variants(_free(world), np.random.default_rng(seed)):
            other = World(setting, seed, simple=simple)
            other.values = dict(values)
            if (there := _compared(left, right, sign, other)) is not None:
                found.append(there)
    yield from (place for place, _ in found)
    place, world = min(found, key=lambda one: one[0].slack)
    random = np.random.default_rng(0)
    for step in range(STEPS_OF_MOMENTS if moments else STEPS):
        other = World(setting, 0)
        other.sizes = dict(world.sizes)
        width = 0.5 * 0.95**step
        other.values = {
            key: _rounded(value + width * random.normal(size=value.shape), value)
            for key, value in _free(world).items()
        }
        there = _compared(left, right, sign, other)
        if there is not None and there[0].slack < place.slack:
            place, world = there
            yield place


def _free(world: World) -> dict[object, Array]:
    """The values that may be any: not σ, where an equation gives it."""
    solved = world.setting.equations
    return {key: value for key, value in world.values.items() if not (solved and "sigma" in str(key))}


def _rounded(moved: Array, before: Array) -> Array:
    """A moved value with two decimals, so that a person can check it; numbers keep their sign."""
    made = np.round(moved, 2)
    return np.maximum(made, 0.01) if before.ndim == 0 and float(before) > 0 else made


def _variants(values: Mapping[object, Array], random: np.random.Generator) -> Iterator[dict[object, Array]]:
    """The values smaller and larger, and with all vectors of a length equal, opposite or nearly so."""
    for scale in SCALES:
        scaled = {key: np.round(value * scale, 3) for key, value in values.items()}
        yield scaled
        vectors = [key for key, value in scaled.items() if value.ndim == 1]
        for sign in (1.0, -1.0):
            same = dict(scaled)
            for key in vectors[1:]:
                if same[key].shape == same[vectors[0]].shape:
                    same[key] = sign * same[vectors[0]]
            if len(vectors) > 1:
                yield same
    if any(value.ndim == 0 for value in values.values()):
        yield {key: np.asarray(round(float(random.uniform(0.01, 6)), 2)) if value.ndim == 0 else value for key, value in values.items()}  # fmt: skip


def _compared(left: Expression, right: Expression, sign: int, world: World) -> tuple[_Place, World] | None:
    try:
        a = world.number(left, {})
        b = world.number(right, {})
    except (Clash, Undecidable):
        return None
    on_one_side = world.opaque - (names(left) & names(right))
    if on_one_side - {"sigma"}:
        return None
    scale = max(abs(a), abs(b), 1e-12)
    slack = sign * (b - a) / scale if sign else -abs(b - a) / scale
    shown = {name: value for name, value in world.shown.items() if not name.startswith("weights")}
    return _Place(slack, a, b, shown, bool(on_one_side) and _fixes(left, right)), world


def _fixes(left: Expression, right: Expression) -> bool:
    """Whether the other side is no constant: against a bound like 1 every σ counts."""
    return bool(names(left)) and bool(names(right))


__all__ = ["judge"]
