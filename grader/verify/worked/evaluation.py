"""The value of a formula whose letters have values: numbers, vectors and matrices of one small example."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Cases,
    Condition,
    Expression,
    Function,
    Inner,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Sequence,
    Series,
    Symbol,
    Transpose,
    names,
)

Array: TypeAlias = npt.NDArray[np.float64]
Bound: TypeAlias = Mapping[str, "int | Array"]
Look: TypeAlias = Callable[[Symbol | Call, Bound], Array]
LARGEST = 1e250


class Unknown(Exception):
    """A formula with something in it that the example gives no value to."""


def constants(node: Symbol | Call, _: Bound) -> Array:
    """e and π, and nothing else. Raises `Unknown`."""
    match node:
        case Symbol("e", ()):
            return np.asarray(math.e)
        case Symbol("pi", ()):
            return np.asarray(math.pi)
        case _:
            raise Unknown(f"{node} is no number")


FUNCTIONS: Mapping[str, Callable[[Array], Array]] = {
    "exp": np.exp, "cos": np.cos, "sin": np.sin, "sqrt": np.sqrt, "log": np.log, "ln": np.log, "tanh": np.tanh,
    "abs": np.abs,
}  # fmt: skip


def evaluate(
    tree: Expression,
    look: Look,
    bound: Bound | None = None,
    of_number: Callable[[Number], float] | None = None,
) -> Array:
    """The value of a tree. `look` gives that of a name, `of_number` that of a literal. Raises `Unknown`."""
    here: Bound = bound if bound is not None else {}

    def go(node: Expression) -> Array:
        return evaluate(node, look, here, of_number)

    with np.errstate(all="ignore"):
        value = _value(tree, go, look, here, of_number)
    if not np.all(np.isfinite(value)) or np.any(np.abs(value) > LARGEST):
        raise Unknown("a value is not finite")
    return value


def _value(
    tree: Expression,
    go: Callable[[Expression], Array],
    look: Look,
    bound: Bound,
    of_number: Callable[[Number], float] | None,
) -> Array:
    match tree:
        case Number(value):
            return np.asarray(float(value) if of_number is None else of_number(tree))
        case Symbol(name, ()) if name in bound:
            return np.asarray(bound[name], dtype=float)
        case Call(Symbol("softmax", ()), arguments):
            return _function("softmax", [np.concatenate([go(argument).ravel() for argument in arguments])])
        case Symbol() | Call():
            return look(tree, bound)
        case Addition(terms):
            parts = [sign * go(term) for sign, term in terms]
            shapes = {part.shape for part in parts if part.size > 1}
            if len({part.size for part in parts if part.size > 1}) > 1:
                raise Unknown("sizes that do not fit")
            shape = next(iter(shapes), ())
            # a number is added to every entry, as in elu(x) + 1
            return np.asarray(
                sum(part.reshape(shape) if part.size > 1 else part.ravel()[0] for part in parts)
            )
        case Product(factors, _):
            return _product(factors, go)
        case Quotient(over, under):
            below = go(under)
            if below.size != 1 or float(below.ravel()[0]) == 0:
                raise Unknown("no number to divide by")
            return np.asarray(go(over) / below.ravel()[0])
        case Power(base, exponent):
            return _power(go(base), go(exponent))
        case Transpose(of):
            return go(of).T
        case Norm(of):
            return np.asarray(float(np.linalg.norm(go(of).ravel())))
        case Inner(left, right):
            return np.asarray(_inner(go(left), go(right)))
        case Function(name, arguments):
            return _function(name, [go(argument) for argument in arguments])
        case Sequence(items, _):
            rows = [go(item) for item in items]
            if len({row.shape for row in rows}) > 1 and not all(row.ndim <= 1 for row in rows):
                raise Unknown("rows of different lengths")
            if len({row.shape for row in rows}) > 1:
                return np.concatenate([row.ravel() for row in rows])
            return np.asarray(rows) if rows else np.zeros(0)
        case Series("sum", index, low, high, body) if low is not None and high is not None:
            first, last = (int(float(go(end).ravel()[0])) for end in (low, high))
            if last - first > 200:
                raise Unknown("a long sum")
            added = [
                evaluate(body, look, {**bound, index: place}, of_number) for place in range(first, last + 1)
            ]
            return np.asarray(sum(added[1:], added[0])) if added else np.asarray(0.0)
        case Cases() | Condition():
            raise Unknown("cases")
        case _:
            raise Unknown("a formula of another kind")


def _inner(a: Array, b: Array) -> float:
    if a.size != b.size:
        raise Unknown("vectors of different lengths")
    return float(np.dot(a.ravel(), b.ravel()))


def _power(base: Array, exponent: Array) -> Array:
    if exponent.size != 1:
        raise Unknown("a power of this kind")
    power = float(exponent.ravel()[0])
    if base.size != 1:
        if power != 2 or base.ndim > 1:
            raise Unknown("a power of this kind")
        # (q − k)² and q² of vectors are squared lengths
        return np.asarray(_inner(base, base))
    value = float(base.ravel()[0])
    if (value < 0 and power != int(power)) or (value == 0 and power < 0) or abs(power) > 400:
        raise Unknown("a power of this kind")
    try:
        return np.asarray(value**power)
    except OverflowError as error:
        raise Unknown("a value is too large") from error


VALUES = frozenset({"v", "V"})


def _product(factors: tuple[Expression, ...], go: Callable[[Expression], Array]) -> Array:
    """Numbers scale; two vectors give their inner product, or a matrix where one of them is a value."""
    result: Array | None = None
    of_values = False
    for factor in factors:
        part, mine = go(factor), bool(names(factor) & VALUES)
        if result is None:
            result, of_values = part, mine
            continue
        result, of_values = _times(result, part, outer=mine != of_values), mine or of_values
    if result is None:
        raise Unknown("an empty product")
    return result


def _times(a: Array, b: Array, *, outer: bool) -> Array:
    if a.size == 1 or b.size == 1:
        return np.asarray(a * b.ravel()[0] if b.size == 1 else a.ravel()[0] * b)
    if a.ndim == 1 and b.ndim == 1:
        return np.outer(a, b) if outer else np.asarray(_inner(a, b))
    for left, right in ((a, b), (a, b.T), (a.T, b)):
        if left.shape[-1] == right.shape[0]:
            return np.asarray(left @ right)
    raise Unknown("sizes that do not fit")


def _function(name: str, arguments: list[Array]) -> Array:
    if name in FUNCTIONS and len(arguments) == 1:
        return np.asarray(FUNCTIONS[name](arguments[0]))
    if name in {"max", "min"} and arguments:
        joined = np.concatenate([one.ravel() for one in arguments])
        return np.asarray(joined.max() if name == "max" else joined.min())
    if name == "softmax" and len(arguments) == 1:
        raised = np.exp(arguments[0] - arguments[0].max())
        return np.asarray(raised / raised.sum())
    if name == "relu" and len(arguments) == 1:
        return np.asarray(np.maximum(arguments[0], 0))
    if name == "elu" and len(arguments) == 1:
        return np.asarray(np.where(arguments[0] > 0, arguments[0], np.expm1(np.minimum(arguments[0], 0))))
    raise Unknown(f"the function {name}")


def exactly(value: Fraction | float) -> str:
    """A number for a person: whole if it is, else with six digits."""
    number = float(value)
    return f"{0.0 if abs(number) < 1e-12 else number:.6g}"


def written(value: Array) -> str:
    """A value for a person: a number, or numbers in brackets."""
    flat = [exactly(one) for one in value.ravel()]
    return flat[0] if value.size == 1 else f"({', '.join(flat)})"
