# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Formulas at given vectors, `q = (1, 0)`, and at embeddings of length one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Function,
    Inner,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Symbol,
    Transpose,
    Unreadable,
    names,
    rewritten,
    walk,
)
from grader.verify.numbers.arithmetic import judge_numbers
from grader.verify.scope.unit_vectors import ON_SPHERE
from grader.verify.worlds.settings import Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

ENTRY = r"[-−]?\d+(?:\.\d+)?"
# a vector: q, or q_1, or x_a, or f(a)
LETTER = r"(?:\\?[A-Za-z]+\s*\(\s*[A-Za-z](?:_\{?\w\}?)?\s*\)|[A-Za-z](?:[_^]\{?\w\}?)?)"
VECTOR = re.compile(
    rf"(?<![\w\\^}}])(?P<name>{LETTER})\s*=\s*[(\[]\s*(?P<entries>{ENTRY}(?:\s*,\s*{ENTRY})+)\s*[)\]]"
)
# bounds on some pairs only, or wished for
OF_SOME = re.compile(
    r"\b(?:our|data|hard|semi|easy|negatives?|positives?|same|satisf\w+|if|when(?:ever)?|only|typical\w*|measured|observed|want\w*|requir\w+|should|must|thresholds?|accept\w*|most|many|often|usually|orthogonal|acute|constraints?|margin|pairs? with|selected|keep\w*)\b",
    re.IGNORECASE,
)
IN_GENERAL = re.compile(
    r"\bin general\b|\bfor (?:all|any|every|each)\b|\bunit\b|normali[sz]|\b(?:an)?other\b|\binstead\b|\bdifferent\b|\bscal(?:ed|ing)\b",
    re.IGNORECASE,
)
EMBEDDINGS = frozenset({"f", "g", "h", "z"})
UNIT = re.compile(
    r"\bunit (?:hyper)?sphere\b|\bunit[- ](?:norm|length|vectors?|embeddings?)\b|(?:‖|\\\||\\lVert)\s*[a-z](?:\(\w\)|_\{?\w\}?)?\s*(?:‖|\\\||\\rVert)(?:²|_2|\^\{?2\}?|_\{?2\}?)*\s*=\s*1\b|\bL2[- ]normali[sz]ed\b|\b(?:norm|length) (?:one|1)\b",
    re.I,
)
PLACES = ("q", "k", "u")
GIVEN_PLACES = ("q", "k", "u", "x", "y")
POINTS = (Symbol, Call, Power)


def vectors_given(text: str) -> dict[str, Array]:
    """Each vector that a text gives by its entries, once: of two that share a name it is not known which is meant.

    >>> {name: vector.tolist() for name, vector in vectors_given("with q = (1, 0)ᵀ and f(a) = (0, −1)ᵀ").items()}
    {'q': [1.0, 0.0], 'f(a)': [0.0, -1.0]}
    """
    given: dict[str, set[str]] = {}
    for found in VECTOR.finditer(re.sub(r"\$|\\[,;!]|\\(?:left|right)(?![a-z])", " ", text)):
        given.setdefault(found.group("name"), set()).add(re.sub(r"\s", "", found.group("entries")))
    return {
        name: np.array([float(entry.replace("−", "-")) for entry in min(entries).split(",")])
        for name, entries in given.items()
        if len(entries) == 1
    }


def value_at(tree: Expression, vectors: Mapping[str, Array]) -> float | None:
    """The value of a formula in these vectors alone; None if it has other symbols or is no number."""
    lengths = {len(vector) for vector in vectors.values()} or {1}
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


# "with qᵀk = −3 we get": another example, not the vectors given before
SUPPOSES = re.compile(
    r"\b(?:with|for|if|when|at|let|suppose|take|say|once|where|had|given|whenever)\W*$", re.IGNORECASE
)


# "q·k = 2 gives the weight 0.88": what goes on from a value supposes it
LEADS_ON = re.compile(
    r"[\s$)]*(?:↦|→|⟶|⟼|⇒|\\mapsto|\\Rightarrow|\b(?:gives?|yields?|means?|implies|leads? to|makes?|would|corresponds?)\b)",
    re.IGNORECASE,
)


# "Example 2" has vectors of its own
NUMBERED = re.compile(r"\b(?:example|case|test|check|setting)\s+(?:\d+|[A-H]\b)", re.IGNORECASE)
# the D of an example
WIDTH = re.compile(r"(?<![A-Za-z_√/·*^+\d-])[dD]\s*=\s*\$?(\d{1,5})(?!\d|[.,]\d)")


def judge_at_vectors(chain: Chain, before: str, sentence: str, after: str = "") -> Judged | None:
    """`qᵀk = 0`, `‖q‖² = ‖k‖² = 2` where the sentence gives the vectors by their entries; None for anything else.

    `before` is what stands in front of the formula in its own sentence, `after` what stands behind it.
    """
    if len(chain.parts) < 2 or chain.open_left or set(chain.relations) - {"=", "~"}:
        return None
    *lefts, right = chain.parts
    labels = list(NUMBERED.finditer(sentence))
    sentence = sentence[labels[-1].start() :] if labels else sentence
    given = _given_in(chain, vectors_given(sentence)) if not names(right) else {}
    if not 1 <= len(given) <= len(GIVEN_PLACES):
        return None
    places = dict(zip(given, GIVEN_PLACES, strict=False))
    vectors = {places[point]: vector for point, (_, vector) in given.items()}
    told = ", ".join(f"{name} = {vector.tolist()}" for name, vector in given.values())
    rulings: list[Judged] = []
    for left in lefts:
        if isinstance(left, (Symbol, Transpose)) or not names(left):
            return None
        if not names(left) <= frozenset[str]({"e", "pi"}).union(*map(names, given)):
            return None  # a vector in it was not read
        placed = rewritten(
            left, lambda node: Symbol(places[node]) if isinstance(node, POINTS) and node in places else None
        )
        value = value_at(placed, vectors)
        if value is None:
            return None
        exact = Number(Fraction(value).limit_denominator(10**9), "")
        ruling = judge_numbers(exact, right, chain.relations[-1])
        if ruling.ruling == "refuted":
            leads_on = len(chain.parts) == 2 and LEADS_ON.match(after)
            sizes = {len(vector) for vector in vectors.values()}
            another = any(int(found.group(1)) not in sizes for found in WIDTH.finditer(before))
            if IN_GENERAL.search(sentence[-200:]) or SUPPOSES.search(before) or leads_on or another:
                return None
            says = f"with {told} it is {value:.6g}"
            witness = {"value": f"{value:.6g}", "vectors": told}
            return refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)
        rulings.append(
            verified(Kind.ARITHMETIC, f"with {told} it is {value:.6g}", Method.COUNT)
            if ruling.ruling == "verified"
            else ruling
        )
    return next((ruling for ruling in rulings if ruling.ruling != "verified"), rulings[0])


def _given_in(chain: Chain, vectors: Mapping[str, Array]) -> dict[Expression, tuple[str, Array]]:
    """The given vectors that a formula speaks of, by how they are read."""
    below = {node for part in chain.parts for node in walk(part)}
    found: dict[Expression, tuple[str, Array]] = {}
    for name, vector in vectors.items():
        try:
            point = read_expression(name)
        except Unreadable:
            continue
        if point in below:
            found[point] = (name, vector)
    return found


def judge_on_sphere(chain: Chain, about: str, previous: Expression | None = None) -> Judged | None:
    """`‖f(a) − f(p)‖² = 2 − 2 f(a)ᵀf(p)` where the text has embeddings of length one; None for anything else.

    `previous` is the row before a step: `= 4 sin²(θ/2)`, θ being the angle between the two.
    """
    parts = (previous, *chain.parts) if chain.open_left and previous is not None else chain.parts
    if len(parts) != 2 or chain.relations != ("=",) or not UNIT.search(about):
        return None
    told = any(isinstance(below, (Norm, Inner, Transpose)) for part in parts for below in walk(part))
    placed = _on_places(parts)
    if (
        not told
        or placed is None
        or any(isinstance(below, Function) for part in placed for below in walk(part))
    ):
        return None
    left, right = placed
    if left == right:
        return None
    for seed in range(6):
        vectors = _unit_vectors(names(left) | names(right), seed)
        a, b = value_at(left, vectors), value_at(right, vectors)
        if a is None or b is None:
            return None
        if abs(a - b) > 1e-9:
            shown = {name: [round(float(x), 3) for x in vector] for name, vector in vectors.items()}
            says = f"{ON_SPHERE} the sides differ: {a:.4g} and {b:.4g}"
            return refuted(Kind.IDENTITY, says, Method.NUMERIC, {**shown, "left": a, "right": b})
    return verified(Kind.IDENTITY, "both sides agree for random unit vectors", Method.NUMERIC)


def judge_bounds(chain: Chain, sentence: str, about: str) -> Judged | None:
    """`0 ≤ ‖f(x) − f(y)‖² ≤ 4` where the text has embeddings of length one; None for anything else."""
    if chain.open_left or not UNIT.search(about) or set(chain.relations) - {"<=", ">=", "<", ">"}:
        return None
    ends_given = [value_at(part, {}) if not names(part) else None for part in chain.parts]
    inside = [place for place, value in enumerate(ends_given) if value is None]
    placed = (
        _on_places((chain.parts[inside[0]],)) if len(inside) == 1 and len(chain.parts) in {2, 3} else None
    )
    if placed is None or isinstance(placed[0], Symbol):
        return None
    found = [value_at(placed[0], vectors) for vectors in _extreme_pairs(names(placed[0]))]
    values = [value for value in found if value is not None]
    if len(values) < len(found) or not values:
        return None
    tests = {"<=": "__le__", ">=": "__ge__", "<": "__lt__", ">": "__gt__"}
    for value in values:
        sides = [value if end is None else end for end in ends_given]
        near = any(end is not None and abs(end - value) < 1e-9 for end in ends_given)
        if not near and not all(
            getattr(a, tests[relation])(b)
            for a, b, relation in zip(sides, sides[1:], chain.relations, strict=False)
        ):
            if OF_SOME.search(sentence):
                return None
            says = (
                f"{ON_SPHERE} it lies between {min(values):.4g}, and {max(values):.4g} for opposite vectors"
            )
            witness = {
                "u": [1, 0],
                "v": [-1, 0] if value == max(values) else [1, 0],
                "value": round(value, 6),
            }
            return refuted(Kind.IDENTITY, says, Method.NUMERIC, witness)
    ends = {round(value, 9) for value in (min(values), max(values))}
    if set(chain.relations) & {"<", ">"} and ends & {end for end in ends_given if end is not None}:
        return None
    says = f"{ON_SPHERE} it lies between {min(values):.4g} and {max(values):.4g}"
    return verified(Kind.IDENTITY, says, Method.SYMBOLIC)


def _on_places(parts: tuple[Expression, ...]) -> tuple[Expression, ...] | None:
    """Formulas with q, k, u for their two or three embeddings and their inner product for cos θ; None otherwise."""
    trees = [below for part in parts for below in walk(part)]
    calls = list(dict.fromkeys(b for b in trees if isinstance(b, Call) and b.function.name in EMBEDDINGS))
    norms = [below.of for below in trees if isinstance(below, Norm)]
    angled = any(isinstance(below, Function) and below.name in {"cos", "sin"} for below in trees)
    members = list(
        dict.fromkeys(
            term
            for norm in norms
            if isinstance(norm, Addition)
            for _, term in norm.terms
            if isinstance(term, Symbol) and (angled or term.indices or "^" in term.name or "_" in term.name)
        )
    )
    if not norms and angled:
        members = list(dict.fromkeys(one for tree in trees for one in _factors_of_inner(tree)))
    items: list[Expression] = [*calls] if calls else [*members]
    heads = {item.function.name if isinstance(item, Call) else _letter(item) for item in items}
    if not 2 <= len(items) <= len(PLACES) or (len(heads) != 1 and not angled):
        return None
    if any(
        isinstance(item, Call) and (len(item.arguments) != 1 or not isinstance(item.arguments[0], Symbol))
        for item in items
    ):
        return None
    places = {item: Symbol(place) for item, place in zip(items, PLACES, strict=False)}
    angle = Inner(Symbol(PLACES[0]), Symbol(PLACES[1])) if len(items) == 2 else None

    def changed(node: object) -> Expression | None:
        match node:
            case Function("cos", (Symbol("theta" | "vartheta" | "gamma", ()),)) if angle is not None:
                return angle
            case Power(Function("sin", (turn,)), Number(two)) if angle is not None and two == 2:
                one = Number(Fraction(1), "1")
                match turn:
                    case Symbol("theta" | "vartheta" | "gamma", ()):  # sin²θ = 1 − cos²θ
                        return Addition(((1, one), (-1, Power(angle, Number(Fraction(2), "2")))))
                    case Quotient(Symbol("theta" | "vartheta" | "gamma", ()), Number(half)) if half == 2:
                        return Quotient(Addition(((1, one), (-1, angle))), Number(Fraction(2), "2"))
                    case _:
                        return node
            case Call() | Symbol():
                return places.get(node, node)
            case _:
                return None

    made = tuple(rewritten(part, changed) for part in parts)
    return made if all(names(part) <= set(PLACES) for part in made) else None


def _factors_of_inner(tree: Expression) -> tuple[Symbol, ...]:
    """The two vectors of an inner product of letters: `uᵀv`, `⟨u, v⟩`."""
    match tree:
        case Inner(Symbol() as first, Symbol() as second):
            return first, second
        case Product((*_, Transpose(Symbol() as first), Symbol() as second), _):
            return first, second
        case _:
            return ()


def _letter(item: Expression) -> str:
    return re.split(r"[_^]", item.name)[0] if isinstance(item, Symbol) else ""


def _unit_vectors(used: frozenset[str], seed: int) -> dict[str, Array]:
    random = np.random.default_rng(seed)
    drawn = {name: random.normal(size=4) for name in PLACES if name in used}
    return {name: vector / np.linalg.norm(vector) for name, vector in drawn.items()}


def _extreme_pairs(used: frozenset[str]) -> list[dict[str, Array]]:
    """Equal, opposite and random pairs of unit vectors."""
    first = np.array([1.0, 0.0, 0.0, 0.0])
    pairs = [(first, first), (first, -first)]
    fixed = [dict(zip(PLACES, pair, strict=False)) for pair in pairs]
    return [*fixed, *(_unit_vectors(used, seed) for seed in range(8))] if used == set(PLACES[:2]) else []
