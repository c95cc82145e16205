"""The values of formulas in random cosines, told by the kernel's value G = exp(−‖δ‖²/(2σ²)) alone.

With w ~ N(0, I/σ²) the argument w·δ is normal with variance s = ‖δ‖²/σ², and G = e^(−s/2). The estimate of the kernel
is the mean of R independent cosines of such arguments: its mean is G, its variance (1 − G²)²/(2R).

With a phase b that is uniform over a full turn, w·x + b is uniform too and w·y + b differs from it by w·δ: means over
both are means over a turn and w·δ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Inner,
    Moment,
    Norm,
    Number,
    Product,
    Series,
    Symbol,
    Transpose,
    names,
    rewritten,
    walk,
)
from grader.verify.scope.context import Context
from grader.verify.worlds.cubature import of_one_number
from grader.verify.worlds.settings import DIRECTIONS, Array, Clash, Definition, Setting, Undecidable
from grader.verify.worlds.world import World

MAPS = frozenset({"phi", "psi", "z", "phi_random", "phi_rand"})
POINTS = frozenset({"q", "k", "x", "y", "u"})
DIFFERENCES = frozenset({"delta", "Delta", "u", "z"})
KERNELS = frozenset({"K", "k", "G", "g", "kappa", "calK", "calG"})
SCALE = 1.5  # σ in the trials
RANDOM = ("argument", "estimate", "sum", "turn", "turned")
TURNS = 2 * np.pi * np.arange(8) / 8  # exact for the fourth powers of cosines
DEEPEST = 6


@dataclass(frozen=True)
class Trial:
    """The kernel's value at the one pair of points, and the number of directions."""

    kernel: float
    directions: float

    @property
    def spread(self) -> float:
        """The variance of w·δ."""
        return float(-2 * np.log(self.kernel))

    @property
    def variance(self) -> float:
        """The variance of one cosine."""
        return (1 - self.kernel**2) ** 2 / 2


@dataclass
class Reader:
    """Reads formulas at one trial; `told` names what only the text gives a meaning: s, κ, K̂."""

    context: Context
    line: int
    trial: Trial
    letter: str = ""  # of the kernel's value, where the text's words give it
    phases: frozenset[str] = frozenset()  # letters that are uniform over a full turn
    points: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    sums: list[Expression] = field(default_factory=list)  # what is summed over the directions
    ends: dict[str, str] = field(default_factory=dict)  # the points that stand beside a phase

    def value(self, part: Expression) -> float:
        """A part's value. Raises `Clash` or `Undecidable` where it has other symbols, or is random itself."""
        plain = self._plain(part, 0)
        if names(plain) & set(RANDOM):
            raise Undecidable("it is random")
        return World(Setting(), 1).number(plain, self._bound({}))

    def is_argument(self, part: Expression) -> bool:
        """Whether a part is w·δ itself."""
        try:
            return self._plain(part, 0) == Symbol("argument")
        except (Clash, Undecidable):
            return False

    def _bound(self, more: Mapping[str, float]) -> dict[str, Array]:
        sizes = {name: self.trial.directions for name, size in self.context.aliases.items() if size == "R"}
        fixed = {
            **sizes,
            "sigma": SCALE,
            "length": SCALE * float(np.sqrt(self.trial.spread)),
            "kernel": self.trial.kernel,
            **more,
        }
        return {name: np.asarray(value) for name, value in fixed.items()}

    def _plain(self, part: Expression, deep: int) -> Expression:
        """The part in σ, ‖δ‖, G, R and numbers, and what is random in it. Raises `Undecidable` for other symbols."""
        if deep > DEEPEST:
            raise Undecidable("the text's definitions lead too far")

        def changed(node: object) -> Expression | None:
            return self._replacement(node, deep)

        plain = rewritten(part, changed)
        known = {*self._bound({}), *RANDOM, "e", "pi"}
        if not names(plain) <= known or any(isinstance(below, (Call, Norm, Moment)) for below in walk(plain)):
            raise Undecidable("other symbols than the kernel's value")
        return plain

    def _replacement(self, node: object, deep: int) -> Expression | None:
        match node:
            case Moment(kind, of):
                return Number(Fraction(self._moment(kind, self._plain(of, deep + 1))))
            case Norm(of):
                self._difference(of)
                return Symbol("length")
            case Series("sum", index, low, high, body):
                return self._sum(index, low, high, body, deep)
            case Inner(left, right):
                return self._random_pair(left, right)
            case Addition(((1, one), (1, other))) if self.phases:
                return self._turned(one, other) or self._turned(other, one)
            case Product(factors):
                return self._product(factors, deep)
            case Call(Symbol(name, _), (Symbol() as one, Symbol() as other)):
                return self._kernel(name, one, other, deep)
            case Symbol(name, _):
                return self._symbol(node, name, deep)
            case _:
                return None

    def _symbol(self, node: Symbol, name: str, deep: int) -> Expression:
        if name == self.letter and not node.indices:
            self.told.add(name)
            return Symbol("kernel")
        if node.indices or (name in self._bound({}) and name != "s") or name in {"e", "pi"}:
            return node
        if _is_estimate(name):
            self.told.add(name)
            return Symbol("estimate")
        definition = self._definition(name)
        if name in KERNELS and (
            name in self.context.gaussians or (definition is not None and len(definition.parameters) == 2)
        ):
            # κ for κ(x, y)
            self.told.add(name)
            return Symbol("kernel") if definition is None else self._plain(definition.body, deep + 1)
        if definition is None or definition.parameters or definition.indices:
            return node
        made = self._plain(definition.body, deep + 1)
        self.told.add(name)
        return made

    def _definition(self, name: str) -> Definition | None:
        mine = [one for _, one in self.context.definitions if one.name == name and not one.indices]
        before = [one for one in mine if one.line <= self.line]
        return max(before, key=lambda one: one.line) if before else None

    def _kernel(self, name: str, one: Symbol, other: Symbol, deep: int) -> Expression | None:
        """K(x, y) by the text's own definition, or as the Gaussian that the text calls it; K̂(x, y)."""
        if _is_estimate(name):
            self._see(one, other)
            self.told.add(name)
            return Number(Fraction(1)) if one == other else Symbol("estimate")
        definition = self._definition(name)
        if definition is None and name not in self.context.gaussians:
            return None
        if one == other:
            value = Trial(1 - 1e-12, self.trial.directions)
            at_one = Reader(self.context, self.line, value)
            body = definition.body if definition is not None else Number(Fraction(1))
            return Number(Fraction(round(at_one.value(body), 9)))
        self._see(one, other)
        self.told.add(name)
        if definition is None:
            return Symbol("kernel")
        own = Reader(self.context, self.line, self.trial)
        return Number(Fraction(own.value(definition.body))) if deep < DEEPEST else None

    def _product(self, factors: Sequence[Expression], deep: int) -> Expression | None:
        """A product with w·δ or with the product of two feature vectors in it; None for others."""
        for place, pair in enumerate(pairwise(factors)):
            made = self._random_pair(*pair)
            if made is not None:
                rest = [*factors[:place], *factors[place + 2 :]]
                plain = [self._plain(factor, deep + 1) for factor in rest]
                return Product((*plain, made), ("",) * len(plain)) if plain else made
        return None

    def _turned(self, one: Expression, phase: Expression) -> Expression | None:
        """w·x + b for the first point, w·y + b for the second."""
        if not isinstance(phase, Symbol) or phase.name not in self.phases:
            return None
        match one:
            case Product((left, right)) | Inner(left, right):
                sides = [side.of if isinstance(side, Transpose) else side for side in (left, right)]
            case _:
                return None
        named = [side for side in sides if isinstance(side, Symbol) and side.name not in DIRECTIONS]
        if len(named) != 1 or len(sides) - len(named) != 1 or named[0].name not in POINTS:
            return None
        drawn = next(side for side in sides if side is not named[0])
        if not isinstance(drawn, Symbol) or drawn.indices != phase.indices:
            return None
        self.told.add(phase.name)
        self.ends.setdefault(str(named[0]), ("turn", "turned")[len(self.ends) > 0])
        self.points |= self.ends.keys()
        if len(self.points) > 2:
            raise Undecidable("more than one pair of points")
        return Symbol(self.ends[str(named[0])])

    def _random_pair(self, left: Expression, right: Expression) -> Expression | None:
        sides = [side.of if isinstance(side, Transpose) else side for side in (left, right)]
        match sides:
            case [Call(Symbol(f, ()), (one,)), Call(Symbol(g, ()), (other,))] if f == g and f in MAPS:
                if self._definition(f) is not None:
                    return None
                if self.phases:
                    raise Undecidable("whether the features have a phase")
                if one == other:
                    return Number(Fraction(1))
                self._see(one, other)
                return Symbol("estimate")
            case _:
                pass
        drawn = [side for side in sides if isinstance(side, Symbol) and side.name in DIRECTIONS]
        others = [side for side in sides if side not in drawn]
        if len(drawn) != 1 or not names(others[0]) & (POINTS | DIFFERENCES):
            return None
        self._difference(others[0])
        return Symbol("argument")

    def _difference(self, of: Expression) -> None:
        """Takes note of the two points. Raises `Undecidable` for anything but their difference."""
        match of:
            case Addition(((1, Symbol(a, _) as one), (-1, Symbol(b, _) as other))) if {a, b} <= POINTS:
                self._see(one, other)
            case Symbol(name, ()) if name in DIFFERENCES:
                definition = self._definition(name)
                if definition is not None:
                    self._difference(definition.body)
                elif name not in {"delta", "Delta"}:
                    raise Undecidable(f"{name} is not said to be a difference")
            case _:
                raise Undecidable("another vector than the difference of the points")

    def _see(self, one: Expression, other: Expression) -> None:
        self.points |= {str(one), str(other)}
        if len(self.points) > 2 or one == other:
            raise Undecidable("more than one pair of points")

    def _sum(
        self, index: str, low: Expression | None, high: Expression | None, body: Expression, deep: int
    ) -> Expression | None:
        """A sum over the directions of a function of their cosines."""
        one_to = low is None or (isinstance(low, Number) and low.value == 1)
        sized = high is None or (isinstance(high, Symbol) and self.context.aliases.get(high.name) == "R")
        own = {
            below.name
            for below in walk(body)
            if isinstance(below, Symbol) and below.indices == (Symbol(index),)
        }
        if not one_to or not sized or not own <= DIRECTIONS | self.phases or not own & DIRECTIONS:
            raise Undecidable("another sum than one over the directions")
        inside = self._plain(body, deep + 1)
        if not names(inside) & {"argument", "turn", "turned"}:
            # Σ_r E[cos(w_r·δ)]: each term is the same
            return Product(
                (Symbol(high.name) if isinstance(high, Symbol) else _directions(self), inside), ("",)
            )
        self.sums.append(inside)
        return Symbol("sum")

    def _moment(self, kind: str, of: Expression) -> float:
        drawn = names(of) & set(RANDOM)
        if not drawn:
            length = SCALE * float(np.sqrt(self.trial.spread))
            return self._at(of, {"length": length}) if kind == "E" else 0.0
        if drawn <= {"turn", "turned"}:
            return self._normal(kind, of)
        if len(drawn) > 1:
            raise Undecidable("more than one random quantity")
        name = min(drawn)
        if name == "argument":
            return self._normal(kind, of)
        if name == "estimate":
            mean, variance = self.trial.kernel, self.trial.variance / self.trial.directions
        else:
            if len(self.sums) != 1:
                raise Undecidable("more than one sum")
            term = self.sums.pop()
            mean, variance = (self.trial.directions * self._normal(one, term) for one in ("E", "Var"))
        values = [self._at(of, {name: value}) for value in (0.0, 1.0, 2.0, 3.0)]
        return _of_polynomial(kind, values, mean, variance)

    def _at(self, tree: Expression, values: Mapping[str, float]) -> float:
        return World(Setting(), 1).number(tree, self._bound(values))

    def _normal(self, kind: str, of: Expression) -> float:
        """E or Var of a function of w·δ, and of a turn where it has phases."""
        phased = names(of) & {"turn", "turned"}
        if phased and "argument" in names(of):
            raise Undecidable("more than one random quantity")
        nodes, weights = of_one_number(40 if phased else 60)
        arguments = float(np.sqrt(self.trial.spread)) * np.asarray(nodes)
        turns = TURNS if phased else np.zeros(1)
        sample = np.array(
            [
                [
                    self._at(of, {"argument": a, "turn": turn, "turned": turn - a})
                    for turn in map(float, turns)
                ]
                for a in map(float, arguments)
            ]
        )
        first = float(weights @ sample.mean(axis=1))
        return first if kind == "E" else float(weights @ (sample**2).mean(axis=1)) - first**2


def _directions(reader: Reader) -> Expression:
    return Number(Fraction(reader.trial.directions))


def _of_polynomial(kind: str, values: list[float], mean: float, variance: float) -> float:
    """E of a quadratic, or Var of a line, in a quantity with this mean and variance; `values` at 0, 1, 2, 3."""
    zero, one, two, three = values
    square = (two - 2 * one + zero) / 2
    slope = one - zero - square
    if abs(zero + 3 * slope + 9 * square - three) > 1e-8 * max(1.0, abs(three)):
        raise Undecidable("no quadratic in the estimate")
    if kind == "E":
        return zero + slope * mean + square * (variance + mean**2)
    if abs(square) > 1e-9:
        raise Undecidable("the variance of a square")
    return slope**2 * variance


def _is_estimate(name: str) -> bool:
    """K̂, κ̂, k̃: a kernel's letter with a hat or a tilde."""
    base, _, dress = name.partition("~")
    return base.split("_")[0] in KERNELS and dress in {"hat", "tilde", "widehat", "widetilde"}


__all__ = ["Reader", "Trial"]
