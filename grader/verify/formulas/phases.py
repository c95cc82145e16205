# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Means over a random phase b, uniform on [0, 2π]: E_b[2 cos(wᵀq + b) cos(wᵀk + b)] = cos(wᵀ(q − k)).

Every formula in cos and sin of b of low degree has its exact mean on a grid of equally spaced phases.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.syntax import (
    Chain,
    Expression,
    Function,
    Moment,
    Symbol,
    names,
    rewritten,
    symbols,
    walk,
)
from grader.verify.worlds.settings import DIRECTIONS, Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

PHASE_LAW = re.compile(
    r"uniform[^.;]{0,60}2\s*\\?(?:pi|π)|(?:\\sim|∼|~)\s*(?:\\mathcal\s*\{?\s*U\s*\}?|\\(?:text|mathrm|operatorname)\{(?:U|Unif|Uniform)\}|U|Unif(?:orm)?)\s*[(\[]{1,2}\s*0\s*,\s*2\s*\\?(?:pi|π)",
    re.IGNORECASE,
)
PHASES = frozenset({"b", "beta", "theta", "u"})
VECTORS = frozenset({"q", "k", "x", "y", "z", "delta", "u", "v"})
GRID = 16
MOST_DEGREE = 4


def judge(chain: Chain | None, sentence: str, about: str) -> Judged | None:
    """A ruling on an equation about means over a phase, the direction being fixed; None for anything else."""
    if chain is None or chain.open_left or set(chain.relations) - {"="} or len(chain.parts) < 2:
        return None
    moments = [below for part in chain.parts for below in walk(part) if isinstance(below, Moment)]
    if not moments or not PHASE_LAW.search(f"{about[-3000:]} {sentence}"):
        return None
    used = frozenset[str]().union(*(names(part) for part in chain.parts))
    phases = frozenset[str]().union(*(names(one.of) for one in moments)) & (PHASES - {"u"})
    drawn = used & DIRECTIONS
    vectors = used - drawn - phases - {"pi", "e"}
    if len(phases) != 1 or len(drawn) != 1 or not vectors or not vectors <= VECTORS:
        return None
    phase = min(phases)
    outside = [
        rewritten(part, lambda node: Symbol("mean") if isinstance(node, Moment) else None)
        for part in chain.parts
    ]
    if any(phase in names(part) for part in outside) or not any(names(part) & drawn for part in outside):
        # without the direction outside it is a mean over the direction as well
        return None
    if (
        sum(isinstance(b, Function) and b.name in {"cos", "sin"} for one in moments for b in walk(one.of))
        > MOST_DEGREE
    ):
        return None
    try:
        found = [[_value(part, phase, drawn | vectors, seed) for part in chain.parts] for seed in range(4)]
    except (Clash, Undecidable):
        return None
    agree = [all(abs(a - b) < 1e-9 for a, b in pairwise(values)) for values in found]
    if all(agree):
        says = "both sides agree when the phase is averaged over a full turn, for random vectors"
        return verified(Kind.IDENTITY, says, Method.NUMERIC)
    if any(agree):
        return None
    values = [round(value, 6) for value in found[0]]
    given = {name: 1.0 + place for place, name in enumerate(sorted(drawn | vectors))}
    told = ", ".join(f"{name} = {value:g}" for name, value in given.items())
    says = f"averaged over the phase the sides differ: in one dimension with {told} they are {', '.join(map(str, values))}"
    return refuted(Kind.IDENTITY, says, Method.NUMERIC, {**given, "values": values})


def _value(part: Expression, phase: str, letters: frozenset[str], seed: int) -> float:
    """A part's value for one draw of the vectors. Raises `Undecidable` where it has none."""
    random = np.random.default_rng(seed)
    bound: dict[str, Array] = {
        name: np.full(1, 1.0 + place) if seed == 0 else random.normal(size=3)
        for place, name in enumerate(sorted(letters))
    }
    plain = Setting()
    means: dict[str, Array] = {}

    def mean(node: object) -> Expression | None:
        if not isinstance(node, Moment):
            return None
        turns = 2 * np.pi * np.arange(GRID) / GRID
        sample = [
            World(plain, 1).number(_bare(node.of), {**bound, phase: np.asarray(turn)}) for turn in turns
        ]
        first = float(np.mean(sample))
        key = f"mean {len(means)}"
        means[key] = np.asarray(first if node.kind == "E" else float(np.mean(np.square(sample))) - first**2)
        return Symbol(key)

    return World(plain, 1).number(_bare(rewritten(part, mean)), {**bound, **means})


def _bare(tree: Expression) -> Expression:
    """The tree if no letter of it has an index."""
    if any(symbol.indices for symbol in symbols(tree)):
        raise Undecidable("indices")
    return tree


__all__ = ["judge"]
