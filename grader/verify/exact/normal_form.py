"""Exact arithmetic of the course's formulas: sums of terms, each a rational times atoms, an exponential and a word.

A term is `Σ_{j ≤ N} ... c · ⟨q,k_j⟩^a · σ^b · exp(P) · φ(k_j) v_jᵀ`: atoms commute, the word of vectors and matrices
does not, and all sums stand in front. Inner products are atoms, so two equal normal forms are equal for every dimension
and in every real inner-product space. Every rewriting is an identity; a difference that remains proves nothing.

Terms are nested tuples, so that they can be keys: `("T", sums, atoms, exponent, word)` with `sums` of
`(index name, last index)`, the first index being 1; an index is `("ix", name, offset)`, a number has the name "".
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations
from math import floor
from typing import Any, TypeAlias

Node: TypeAlias = tuple[Any, ...]
Polynomial: TypeAlias = dict[Node, Fraction]

MOST_TERMS = 400
MOST_SUMS = 4
LARGEST_EXPONENT = 12
ONE: Node = ("T", (), (), ("P",), ())
IMAGINARY: Node = ("number", -1)  # to the power 1/2


class Unproved(Exception):
    """Something that the normal form does not cover, in one sentence."""


def index(name: str, offset: int = 0) -> Node:
    """`j`, `i - 1`; without a name a number."""
    return ("ix", name, offset)


def constant(value: Fraction | int) -> Polynomial:
    """A rational number."""
    return {ONE: Fraction(value)} if value else {}


def atom(key: Node, power: Fraction | int = 1) -> Polynomial:
    """One commuting quantity."""
    return {("T", (), ((key, Fraction(power)),), ("P",), ()): Fraction(1)}


def letter(key: Node, rows: str, columns: str) -> Polynomial:
    """A vector or matrix of this shape; a size is a name, and "1" for the short side of a vector."""
    return {("T", (), (), ("P",), (("letter", key, rows, columns),)): Fraction(1)}


def exponential(power: Polynomial) -> Polynomial:
    """exp of a polynomial."""
    return {("T", (), (), frozen(power), ()): Fraction(1)}


def scaled(one: Polynomial, by: Fraction | int) -> Polynomial:
    """A rational multiple."""
    return {term: value * by for term, value in one.items()} if by else {}


def plus(one: Polynomial, other: Polynomial, sign: int = 1) -> Polynomial:
    """A sum or a difference."""
    out = dict(one)
    for term, value in other.items():
        total = out.get(term, Fraction(0)) + sign * value
        if total:
            out[term] = total
        else:
            out.pop(term, None)
    if len(out) > MOST_TERMS:
        raise Unproved("the normal form has too many terms")
    return out


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """The product; words are joined in their order."""
    if len(one) * len(other) > MOST_TERMS:
        raise Unproved("the normal form has too many terms")
    out: Polynomial = {}
    for left, a in one.items():
        for right, b in other.items():
            out = plus(out, scaled(_product(left, right), a * b))
    return out


def to_the(one: Polynomial, power: int) -> Polynomial:
    """A power with a whole exponent that is not negative."""
    if power > LARGEST_EXPONENT:
        raise Unproved("an exponent is too large for the normal form")
    out = constant(1)
    for _ in range(power):
        out = times(out, one)
    return out


def transposed(one: Polynomial) -> Polynomial:
    """The transposes of all words."""
    out: Polynomial = {}
    for (_, sums, atoms, exponent, word), value in one.items():
        out[("T", sums, atoms, exponent, _flipped(word))] = value
    return out


def summed(body: Polynomial, name: str, last: Node, count: Polynomial) -> Polynomial:
    """Σ over `name` from 1 to `last`; `count` is the number of its terms."""
    out: Polynomial = {}
    for term, value in body.items():
        if mentions(term, name):
            _, sums, atoms, exponent, word = term
            made = canonical(((name, last), *sums), atoms, exponent, word)
            out = plus(out, {made: value})
        else:
            out = plus(out, scaled(times(count, {term: Fraction(1)}), value))
    return out


def replaced(one: Polynomial, mapping: Mapping[str, Node]) -> Polynomial:
    """The polynomial with indices replaced: each name by an index."""
    out: Polynomial = {}
    for term, value in one.items():
        _, sums, atoms, exponent, word = _renamed(term, mapping)
        out = plus(out, scaled(_reduced(sums, atoms, exponent, word), value))
    return out


def frozen(one: Polynomial) -> Node:
    """The polynomial as a part of another's key. Its own sums get names that no live term has."""
    items = []
    for term, value in one.items():
        depth = 1 + _depth(term)
        names = [name for name, _ in term[1]]
        mapping = {name: index(f"${depth}.{place}") for place, name in enumerate(names)}
        _, sums, atoms, exponent, word = _renamed(term, mapping)
        items.append((("T", sums, atoms, exponent, word), value))
    return ("P", *sorted(items, key=repr))


def thawed(key: Node) -> Polynomial:
    """The polynomial behind a frozen key."""
    return dict(key[1:])


def mentions(node: object, name: str) -> bool:
    """Whether an index of this name occurs."""
    if not isinstance(node, tuple):
        return False
    if len(node) == 3 and node[0] == "ix":
        return bool(node[1] == name)
    return any(mentions(part, name) for part in node)


def number_power(value: Fraction, power: Fraction) -> Polynomial:
    """A positive rational to a rational power, its prime factors with exponents in [0, 1)."""
    if value <= 0:
        raise Unproved("a power of a number that is not positive")
    if power.denominator == 1 and abs(power) <= 64:
        return constant(value**power.numerator)
    out = constant(1)
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, exponent in _prime_factors(whole).items():
            out = times(out, _number_atom(prime, exponent * sign * power))
    return out


def single(one: Polynomial) -> tuple[Node, Fraction] | None:
    """The only term with its coefficient, if there is one term and it has neither sums nor a word."""
    if len(one) != 1:
        return None
    ((term, value),) = one.items()
    return None if term[1] or term[4] else (term, value)


def inverse(one: Polynomial) -> Polynomial | None:
    """1 over a single term; None for anything else."""
    only = single(one)
    if only is None:
        return None
    (_, _, atoms, exponent, _), value = only
    out = constant(1 / value)
    for key, power in atoms:
        out = times(out, _atom_power(key, -power))
    return times(out, exponential(scaled(thawed(exponent), -1)))


# -- terms ---------------------------------------------------------------------------------------------------------


def _product(left: Node, right: Node) -> Polynomial:
    joined = _joined(left[1:], right)
    return _reduced(*joined)


def _joined(left: Node, right: Node) -> tuple[Node, Node, Node, Node]:
    """Two terms as one whose parts are not in order yet; the right one's sums get names of their own."""
    sums, atoms, exponent, word = left
    taken = {name for name, _ in sums}
    fresh = (name for name in map("~{}".format, range(99)) if name not in taken)
    mapping = {name: index(next(fresh)) for name, _ in right[1]}
    _, more, right_atoms, right_exponent, right_word = _renamed(right, mapping)
    return (
        (*sums, *more),
        (*atoms, *right_atoms),
        frozen_sum(exponent, right_exponent),
        (*word, *right_word),
    )


def frozen_sum(left: Node, right: Node) -> Node:
    """The sum of two frozen polynomials."""
    if len(left) == 1 or len(right) == 1:
        return left if len(right) == 1 else right
    return ("P", *sorted(plus(thawed(left), thawed(right)).items(), key=repr))


def _reduced(sums: Node, atoms: Node, exponent: Node, word: Node) -> Polynomial:
    """A product as a polynomial: scalars taken out of the word, whole powers of numbers and sums multiplied out."""
    word, scalars = _split(word)
    powers: dict[Node, Fraction] = {}
    for key, power in (*atoms, *((scalar, Fraction(1)) for scalar in scalars)):
        powers[key] = powers.get(key, Fraction(0)) + power
    factor = Fraction(1)
    for key, power in tuple(powers.items()):
        opened = _opened(key, power)
        if opened is not None:
            rest = tuple((other, p) for other, p in powers.items() if other != key and p)
            base, whole = opened
            if power != whole:
                rest = (*rest, (key, power - whole))
            out: Polynomial = {}
            for term, value in base.items():
                made = _joined((sums, rest, exponent, word), term)
                if whole > 1:
                    made = (made[0], (*made[1], (key, Fraction(whole - 1))), *made[2:])
                out = plus(out, scaled(_reduced(*made), value))
            return scaled(out, factor)
        if key[0] == "number":
            whole = floor(power)
            factor *= Fraction(key[1]) ** whole
            powers[key] = power - whole
    kept = tuple((key, power) for key, power in powers.items() if power)
    return {canonical(sums, kept, exponent, word): factor}


def _opened(key: Node, power: Fraction) -> tuple[Polynomial, int] | None:
    """A factor that is a polynomial in others, with the whole power to which it occurs: a root's square, i + 1."""
    if key[0] == "base" and power >= 1:
        return thawed(key[1]), floor(power)
    if key[0] == "index" and (key[1][2] or not key[1][1] or key[1][1].startswith("size:")) and power:
        if power.denominator != 1 or not 0 < power <= LARGEST_EXPONENT:
            raise Unproved("a root of an index")
        return index_value(key[1]), power.numerator
    return None


def index_value(where: Node) -> Polynomial:
    """An index as a number."""
    if where[1] == "":
        return constant(where[2])
    key: Node = ("size", where[1][5:]) if where[1].startswith("size:") else ("index", ("ix", where[1], 0))
    return plus(atom(key), constant(where[2]))


def canonical(sums: Node, atoms: Node, exponent: Node, word: Node) -> Node:
    """The term with its atoms in order and its sums' indices named by the least of all orders."""
    if not sums:
        return ("T", (), tuple(sorted(atoms, key=repr)), exponent, word)
    if len(sums) > MOST_SUMS:
        raise Unproved("the normal form has too many sums in one product")
    best: Node | None = None
    names = [name for name, _ in sums]
    for order in permutations(range(len(names))):
        mapping = {name: index(f"#{order[place]}") for place, name in enumerate(names)}
        _, renamed, *rest = _renamed(("T", sums, atoms, exponent, word), mapping)
        made = ("T", tuple(sorted(renamed)), *rest)
        if best is None or repr(made) < repr(best):
            best = made
    if best is None:
        raise AssertionError("there is at least one order")
    return best


def _renamed(node: Any, mapping: Mapping[str, Node]) -> Any:
    """A node with its indices renamed, everything that is kept in order put into order again."""
    if not mapping or not isinstance(node, tuple) or not node:
        return node
    match node[0]:
        case "ix":
            to = mapping.get(node[1])
            return node if to is None else ("ix", to[1], to[2] + node[2])
        case "T":
            _, sums, atoms, exponent, word = node
            bound = tuple(
                (mapping[name][1] if name in mapping else name, _renamed(last, mapping))
                for name, last in sums
            )
            changed = sorted(((_renamed(key, mapping), power) for key, power in atoms), key=repr)
            return ("T", bound, tuple(changed), _renamed(exponent, mapping), _renamed(word, mapping))
        case "P":
            items = [(_renamed(term, mapping), value) for term, value in node[1:]]
            return ("P", *sorted(items, key=repr))
        case "word":
            return _scalar_word(_renamed(node[1], mapping))
        case _:
            return tuple(_renamed(part, mapping) for part in node)


def _depth(node: object) -> int:
    if not isinstance(node, tuple):
        return 0
    own = 0
    if node and node[0] == "T":
        own = max((int(n[1:].split(".")[0]) for n, _ in node[1] if n.startswith("$")), default=0)
    return max([own, *(_depth(part) for part in node)])


# -- words ---------------------------------------------------------------------------------------------------------


def _flipped(word: Node) -> Node:
    out = []
    for tag, key, rows, columns in reversed(word):
        out.append(("letter" if tag == "flipped" else "flipped", key, columns, rows))
    return tuple(out)


def _scalar_word(word: Node) -> Node:
    """A 1×1 product is its own transpose."""
    return ("word", min(word, _flipped(word), key=repr))


def _split(word: Node) -> tuple[Node, list[Node]]:
    """A word without the scalars in it, and these: `q (kᵀ v)` is the scalar kᵀv times q."""
    parts: list[list[Node]] = []
    for one in word:
        if parts and parts[-1][-1][3] != "1":
            parts[-1].append(one)
        else:
            parts.append([one])
    rest: list[Node] = []
    scalars: list[Node] = []
    for part in parts:
        if part[0][2] == "1" and part[-1][3] == "1":
            scalars.append(_scalar_word(tuple(part)))
        else:
            rest += part
    return tuple(rest), scalars


# -- numbers -------------------------------------------------------------------------------------------------------


def _prime_factors(whole: int) -> dict[int, int]:
    if whole > 10**9:
        raise Unproved("a root of a large number")
    out: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= whole:
        while whole % divisor == 0:
            out[divisor] = out.get(divisor, 0) + 1
            whole //= divisor
        divisor += 1
    if whole > 1:
        out[whole] = out.get(whole, 0) + 1
    return out


def _number_atom(prime: int, power: Fraction) -> Polynomial:
    whole = floor(power)
    return times(
        constant(Fraction(prime) ** whole),
        atom(("number", prime), power - whole) if power != whole else constant(1),
    )


def _atom_power(key: Node, power: Fraction) -> Polynomial:
    if key[0] == "number":
        return _number_atom(key[1], power)
    if key[0] == "base":
        raise Unproved("one over a root of a sum")
    return atom(key, power)
