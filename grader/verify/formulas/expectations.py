# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Equations between expectations and variances of quantities whose law nobody says: E[a/b] = E[a]/E[b].

Both sides are computed for finite joint laws. What agrees for all of them holds for every law; what differs for every
kind of law, dependent or independent, centred or not, is false whatever the text may say of its quantities elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.syntax import (
    Addition,
    Chain,
    Expression,
    Function,
    Moment,
    Number,
    Power,
    Product,
    Quotient,
    Symbol,
    names,
    rewritten,
    walk,
)
from grader.verify.worlds.settings import Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

MOST_NAMES = 3
ATOMS = 4
READ = (Addition, Function, Moment, Number, Power, Product, Quotient, Symbol)
SPECIAL = re.compile(
    r"\b(?:if|when(?:ever)?|where|provided|unless|assum\w+|independen\w+|uncorrelated|constant|deterministic|fixed|degenerate|limit|almost surely|only)\b",
    re.IGNORECASE,
)
RATIO_SAYS = "the mean of a quotient is not the quotient of the means: if b is 1 or 3 with equal chance and a = 1, then E[a/b] = 2/3, but E[a]/E[b] = 1/2"
RATIO_WITNESS: Mapping[str, object] = {
    "a": 1,
    "b": "1 or 3, each with probability 1/2",
    "E[a/b]": "2/3",
    "E[a]/E[b]": "1/2",
}


@dataclass(frozen=True)
class Law:
    """A finite joint law: the values of each quantity at each atom, and the atoms' probabilities."""

    kind: str
    values: Mapping[str, Array]
    chances: Array


def judge(chain: Chain | None, sentence: str) -> Judged | None:
    """A ruling on an equation (or ≠) between moments of quantities without a law; None for anything else."""
    if chain is None or chain.open_left or len(chain.parts) != 2 or chain.relations[0] not in {"=", "!="}:
        return None
    if not any(isinstance(below, Moment) for part in chain.parts for below in walk(part)):
        return None
    ratio = is_ratio_of_means(*chain.parts)
    wrong = _ratio() if ratio else _by_laws(*chain.parts)
    if wrong is None:
        return None
    if chain.relations[0] == "!=":
        return (
            verified(Kind.IDENTITY, "the two sides differ in general", wrong.method)
            if wrong.ruling == "refuted"
            else None
        )
    if wrong.ruling == "refuted" and SPECIAL.search(sentence):
        return unchecked(Kind.IDENTITY, "the sentence speaks of a special case")
    return wrong


def is_ratio_of_means(left: Expression, right: Expression) -> bool:
    """Whether an equation is E[a/b] = E[a]/E[b], in either direction, whatever a and b are."""
    for one, other in ((left, right), (right, left)):
        match one, other:
            case (
                Moment("E", Quotient(over, under)),
                Quotient(Moment("E", mean_over), Moment("E", mean_under)),
            ) if (over, under) == (mean_over, mean_under):
                return bool(names(under))
            case _:
                continue
    return False


def _ratio() -> Judged:
    return refuted(Kind.IDENTITY, RATIO_SAYS, Method.NUMERIC, RATIO_WITNESS)


def _by_laws(left: Expression, right: Expression) -> Judged | None:
    nodes = [below for part in (left, right) for below in walk(part)]
    if not all(isinstance(node, READ) for node in nodes):
        return None
    if any(isinstance(node, Symbol) and node.indices for node in nodes):
        return None
    if any(isinstance(node, Function) and node.name not in {"exp", "log", "sqrt"} for node in nodes):
        return None
    inside = frozenset[str]().union(*(names(node.of) for node in nodes if isinstance(node, Moment)))
    outside = _outside(left) | _outside(right)
    drawn = sorted(inside - outside - {"e", "pi"})
    constants = sorted((outside | inside) - set(drawn) - {"e", "pi"})
    if (
        not drawn
        or len(drawn) > MOST_NAMES
        or len(constants) > MOST_NAMES
        or {"w", "omega", "g"} & set(drawn)
    ):
        return None
    outcomes: dict[str, list[bool]] = {}
    shown: dict[str, object] = {}
    for number, law in enumerate(_laws(drawn)):
        fixed = {
            name: np.asarray(1.5 + 0.5 * place + 0.25 * (number % 3)) for place, name in enumerate(constants)
        }
        try:
            a, b = (_value(part, law, fixed) for part in (left, right))
        except (Clash, Undecidable):
            continue
        equal = abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0)
        outcomes.setdefault(law.kind, []).append(equal)
        if not equal and law.kind == "small":
            shown = {**_told(law, fixed), "left": round(a, 6), "right": round(b, 6)}
    found = [one for kind in outcomes.values() for one in kind]
    if len(outcomes) < 2:
        return None
    if all(found):
        says = f"both sides agree for {len(found)} finite laws, dependent and independent ones"
        return verified(Kind.IDENTITY, says, Method.NUMERIC)
    if not any(found) and shown and outside <= inside and not _by_constants(left, right, drawn, constants):
        # a letter that stands outside alone may get its value there: E[X] = μ
        values = ", ".join(
            f"{name} = {value}" for name, value in shown.items() if name not in {"left", "right"}
        )
        says = f"the two sides differ: with {values} the left is {shown['left']}, the right {shown['right']}"
        return refuted(Kind.IDENTITY, says, Method.NUMERIC, shown)
    return unchecked(Kind.IDENTITY, "it depends on the law of the quantities")


def _by_constants(
    left: Expression, right: Expression, drawn: Sequence[str], constants: Sequence[str]
) -> bool:
    """Whether the sides agree once all but one letter are that one's mean, variance or deviation: μ, σ."""
    law = next(law for law in _laws(drawn) if law.kind == "dependent")
    for name in drawn:
        mean = float(law.chances @ law.values[name])
        variance = float(law.chances @ (law.values[name] - mean) ** 2)
        for value in (mean, variance, variance**0.5):
            others = (set(drawn) | set(constants)) - {name}
            fixed = {constant: np.asarray(value) for constant in others}
            alone = Law(law.kind, {name: law.values[name]}, law.chances)
            try:
                a, b = (_value(part, alone, fixed) for part in (left, right))
            except (Clash, Undecidable):
                continue
            if others and abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0):
                return True
    return False


def _outside(tree: Expression) -> frozenset[str]:
    """Names that stand outside every expectation."""
    if isinstance(tree, Moment):
        return frozenset()
    match tree:
        case Symbol(name):
            return frozenset({name})
        case Addition(terms):
            parts: Sequence[Expression] = [term for _, term in terms]
        case Product(factors):
            parts = factors
        case Quotient(over, under):
            parts = (over, under)
        case Power(base, exponent):
            parts = (base, exponent)
        case Function(_, arguments):
            parts = arguments
        case _:
            parts = ()
    return frozenset[str]().union(*(_outside(part) for part in parts))


def _laws(drawn: Sequence[str]) -> Iterator[Law]:
    """Laws of several kinds: one that a person can follow, dependent, independent, centred, standardised ones."""
    small = np.array([[1.0, 3.0, 1.0, 3.0], [1.0, 1.0, 2.0, 2.0], [2.0, 5.0, 5.0, 2.0]])
    yield Law("small", {name: small[place] for place, name in enumerate(drawn)}, np.full(4, 0.25))
    random = np.random.default_rng(5)
    for _ in range(3):
        chances = random.dirichlet(np.ones(ATOMS))
        yield Law("dependent", {name: random.uniform(0.5, 3, ATOMS) for name in drawn}, chances)
        ways = [random.dirichlet(np.ones(2)) for _ in drawn]
        supports = [random.uniform(0.5, 3, 2) for _ in drawn]
        yield _independent("independent", drawn, supports, ways)
        centred = [np.array([1.0, -1.0]) * random.uniform(0.5, 2) for _ in drawn]
        yield _independent("centred", drawn, centred, [np.full(2, 0.5) for _ in drawn])
        yield _independent("standard", drawn, [np.array([2.0, -0.5]) for _ in drawn], [np.array([0.2, 0.8]) for _ in drawn])  # fmt: skip


def _independent(kind: str, drawn: Sequence[str], supports: Sequence[Array], ways: Sequence[Array]) -> Law:
    grids = np.meshgrid(*supports, indexing="ij")
    weights = np.meshgrid(*ways, indexing="ij")
    chances = np.prod(np.array(weights), axis=0).ravel()
    return Law(kind, {name: grid.ravel() for name, grid in zip(drawn, grids, strict=True)}, chances)


def _told(law: Law, fixed: Mapping[str, Array]) -> dict[str, object]:
    """The small law in words."""
    told: dict[str, object] = {name: float(value) for name, value in fixed.items()}
    count = len(law.chances)
    names_ = ", ".join(law.values)
    atoms = "; ".join(
        ", ".join(f"{values[atom]:g}" for values in law.values.values()) for atom in range(count)
    )
    return {f"({names_}), each with probability 1/{count}": atoms, **told}


def _value(tree: Expression, law: Law, fixed: Mapping[str, Array]) -> float:
    """A tree's value under a law. Raises `Undecidable` where it has none."""
    world = World(Setting(), 1)

    moments: dict[str, Array] = {}

    def without_moments(node: object) -> Expression | None:
        if not isinstance(node, Moment):
            return None
        inner = rewritten(node.of, without_moments)
        bound = {**fixed, **moments}
        atoms = range(len(law.chances))
        drawn = [{name: np.asarray(values[atom]) for name, values in law.values.items()} for atom in atoms]
        sample = np.array([world.number(inner, {**bound, **outcome}) for outcome in drawn])
        first = float(law.chances @ sample)
        key = f"moment {len(moments)}"
        moments[key] = np.asarray(first if node.kind == "E" else float(law.chances @ (sample - first) ** 2))
        return Symbol(key)

    bare = rewritten(tree, without_moments)
    return world.number(bare, {**fixed, **moments})


__all__ = ["is_ratio_of_means", "judge"]
