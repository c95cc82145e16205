# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Formulas at given vectors, `q = (1, 0)`, and at embeddings of length one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from grader.verify.arithmetic import judge_numbers
from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.settings import Array, Clash, Setting, Undecidable
from grader.verify.syntax import (
    Call,
    Chain,
    Expression,
    Function,
    Norm,
    Number,
    Symbol,
    Transpose,
    names,
    rewritten,
    walk,
)
from grader.verify.unit_vectors import ON_SPHERE
from grader.verify.worlds import World

ENTRY = r"[-−]?\d+(?:\.\d+)?"
VECTOR = re.compile(
    rf"(?<![\w\\])(?P<name>[qkxyu])\s*=\s*[(\[]\s*(?P<entries>{ENTRY}(?:\s*,\s*{ENTRY})+)\s*[)\]]"
)
EMBEDDINGS = frozenset({"f", "g", "h", "z"})
UNIT = re.compile(
    r"\bunit (?:hyper)?sphere\b|\bunit (?:norm|length)\b|(?:‖|\\\||\\lVert)\s*f\(\w\)\s*(?:‖|\\\||\\rVert)(?:²|_2|\^\{?2\}?|_\{?2\}?)*\s*=\s*1\b|\bL2[- ]normali[sz]ed\b",
    re.I,
)
PLACES = ("q", "k", "u")


def vectors_given(text: str) -> dict[str, Array]:
    """Each vector that a text gives by its entries.

    >>> {name: vector.tolist() for name, vector in vectors_given("with q = (1, 0)ᵀ and k = (0, −1)ᵀ").items()}
    {'q': [1.0, 0.0], 'k': [0.0, -1.0]}
    """
    return {
        found.group("name"): np.array(
            [float(entry.replace("−", "-")) for entry in re.split(r"\s*,\s*", found.group("entries"))]
        )
        for found in VECTOR.finditer(re.sub(r"\$|\\,", " ", text))
    }


def value_at(tree: Expression, vectors: Mapping[str, Array]) -> float | None:
    """The value of a formula in these vectors alone; None if it has other symbols or is no number."""
    lengths = {len(vector) for vector in vectors.values()}
    if len(lengths) != 1 or not names(tree) <= set(vectors) | {"e", "pi"}:
        return None
    world = World(Setting(), 0)
    world.sizes["D"] = lengths.pop()
    for name, vector in vectors.items():
        world.values[name, "alone"] = vector
    try:
        value = world.evaluate(tree, {})
    except (Clash, Undecidable):
        return None
    return float(value.ravel()[0]) if value.size == 1 else None


def judge_at_vectors(chain: Chain, sentence: str) -> Judged | None:
    """`qᵀk = 0` where the sentence gives q and k by their entries; None for anything else."""
    if len(chain.parts) != 2 or chain.open_left or chain.relations[0] not in {"=", "~"}:
        return None
    left, right = chain.parts
    vectors = vectors_given(sentence)
    if not vectors or isinstance(left, (Symbol, Transpose)) or names(right) or not names(left):
        return None
    value = value_at(left, vectors)
    if value is None:
        return None
    ruling = judge_numbers(Number(Fraction(value).limit_denominator(10**9), ""), right, chain.relations[0])
    given = ", ".join(f"{name} = {vector.tolist()}" for name, vector in vectors.items())
    if ruling.ruling == "verified":
        return verified(Kind.ARITHMETIC, f"with {given} it is {value:.6g}", Method.COUNT)
    if ruling.ruling == "refuted":
        says = f"with {given} it is {value:.6g}"
        return refuted(Kind.ARITHMETIC, says, Method.COUNT, {"value": f"{value:.6g}", "vectors": given})
    return ruling


def judge_on_sphere(chain: Chain, about: str) -> Judged | None:
    """`‖f(a) − f(p)‖² = 2 − 2 f(a)ᵀf(p)` where the text has embeddings of length one; None for anything else."""
    if len(chain.parts) != 2 or chain.open_left or chain.relations != ("=",) or not UNIT.search(about):
        return None
    trees = [below for part in chain.parts for below in walk(part)]
    calls = list(dict.fromkeys(b for b in trees if isinstance(b, Call) and b.function.name in EMBEDDINGS))
    squares = any(isinstance(below, Norm) for below in walk(chain.parts[0]))
    if not squares or not 2 <= len(calls) <= len(PLACES) or len({c.function.name for c in calls}) != 1:
        return None
    if any(len(call.arguments) != 1 or not isinstance(call.arguments[0], Symbol) for call in calls):
        return None
    places = {call: Symbol(place) for call, place in zip(calls, PLACES, strict=False)}
    left, right = (_replaced(part, places) for part in chain.parts)
    if any(isinstance(below, Function) for below in walk(left)):
        return None
    for seed in range(6):
        random = np.random.default_rng(seed)
        drawn = {symbol.name: random.normal(size=4) for symbol in places.values()}
        vectors = {name: vector / np.linalg.norm(vector) for name, vector in drawn.items()}
        a, b = value_at(left, vectors), value_at(right, vectors)
        if a is None or b is None:
            return None
        if abs(a - b) > 1e-9:
            shown = {name: [round(float(x), 3) for x in vector] for name, vector in vectors.items()}
            says = f"{ON_SPHERE} the sides differ: {a:.4g} and {b:.4g}"
            return refuted(Kind.IDENTITY, says, Method.NUMERIC, {**shown, "left": a, "right": b})
    return verified(Kind.IDENTITY, "both sides agree for random unit vectors", Method.NUMERIC)


def _replaced(tree: Expression, places: Mapping[Call, Symbol]) -> Expression:
    return rewritten(tree, lambda node: places.get(node, node) if isinstance(node, Call) else None)
