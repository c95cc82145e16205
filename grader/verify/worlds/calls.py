"""Functions, powers, sums and products in a world."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from grader.verify.grammar.syntax import Expression, Number, Series, Symbol, walk
from grader.verify.worlds.oriented_arrays import added, gaussian, multiplied, scalar
from grader.verify.worlds.settings import (
    FEATURE_MAPS,
    GAUSSIANS,
    MATRICES,
    OVER_ENTRIES,
    POSITIVE_FUNCTIONS,
    TOKENS,
    VECTORS,
    Array,
    Bound,
    Clash,
    Coordinate,
    Undecidable,
    runs_over_coordinates,
)

if TYPE_CHECKING:
    from grader.verify.worlds.world import World


ENTRY = "entry"  # (AB)_ij is read as a call of it with the matrix and both indices


def power_value(world: World, base: Expression, exponent: Expression, bound: Bound) -> Array:
    value = world.evaluate(base, bound)
    if value.size > 1:
        if isinstance(base, Symbol) and base.indices and base.name in {"w", "omega"}:
            raise Undecidable(f"{base.name} with an index may be an entry or a direction")
        # x_a^i: an index that stands above
        if isinstance(exponent, Number) and exponent.value == 2 and value.ndim == 1:
            return np.asarray(float(np.dot(value, value)))
        if isinstance(exponent, Number) and exponent.value > 2:
            # x³ shows that x is a number in this formula
            raise Undecidable("a power of what may be a number or a vector")
        raise Clash("a power of a vector or matrix")
    power = scalar(world.evaluate(exponent, bound))
    number = scalar(value)
    if power is None or number is None:
        raise Clash("an exponent that is no scalar")
    if number < 0 and power != int(power):
        raise Undecidable("a root of a negative number")
    if number == 0 and power < 0:
        raise Undecidable("a division by zero")
    if abs(power) > 300:
        raise Undecidable("an exponent is too large")
    try:
        return np.asarray(float(number) ** float(power))
    except OverflowError as error:
        raise Undecidable("a value is too large") from error


def series_value(world: World, node: Series, bound: Bound) -> Array:
    coordinate = runs_over_coordinates(node, bound) and (
        node.high is not None or over_vectors(world, node) or node.index not in TOKENS
    )
    low = 1 if node.low is None else world.index_value(node.low, bound)
    if node.high is None:
        if coordinate:
            high = world.sizes[coordinate_size(world, node)]
        elif node.index in TOKENS:
            high = world.sizes["N"]
        else:
            raise Undecidable(f"the sum over {node.index} has no bounds")
    else:
        if isinstance(node.high, Symbol) and node.high.name in {*VECTORS, *MATRICES} - {
            *world.aliases,
            *bound,
        }:
            raise Undecidable(f"the sum over {node.index} ends at {node.high.name}")
        high = world.index_value(node.high, bound)
    if high - low > 200:
        raise Undecidable("a sum is too long to evaluate")
    if (
        node.index.endswith(OVER_ENTRIES)
        and isinstance(node.high, Symbol)
        and high != world.sizes[coordinate_size(world, node)]
    ):
        raise Undecidable(f"the length of what is summed over {node.index} is not said")
    total: Array | None = None
    for step in range(low, high + 1):
        inner = {**bound, node.index: Coordinate(step) if coordinate else step}
        part = world.evaluate(node.body, inner)
        if total is None:
            total = part
        elif node.kind == "sum":
            total = added(total, part)
        else:
            total = multiplied(total, part, "cdot")
    if total is None:
        return np.asarray(0.0 if node.kind == "sum" else 1.0)
    return total


def over_vectors(world: World, node: Series) -> bool:
    """Whether a vector or matrix stands in the body of a sum."""
    return any(isinstance(below, Symbol) and world.shape_of(below.name) for below in walk(node.body))


def coordinate_size(world: World, node: Series) -> str:
    sizes = {
        world.shape_of(below.name)[-1]
        for below in walk(node.body)
        if isinstance(below, Symbol) and world.shape_of(below.name)
    }
    if len(sizes) != 1:
        raise Undecidable(f"the sum over {node.index} has no bounds")
    return sizes.pop()


def function_value(name: str, values: list[Array]) -> Array:
    first = values[0]
    with np.errstate(all="ignore"):
        if name == "exp" and len(values) == 1:
            if np.any(first > 250):
                raise Undecidable("a value is too large")
            return np.exp(first)
        if name in {"log", "log2", "log10", "sqrt"} and len(values) == 1:
            if np.any(first < 0) or (name != "sqrt" and np.any(first == 0)):
                raise Undecidable(f"the {name} of a number that is not positive")
            table = {"log": np.log, "log2": np.log2, "log10": np.log10, "sqrt": np.sqrt}
            return np.asarray(table[name](first))
        if name in {"sin", "cos", "tanh"} and len(values) == 1:
            return np.asarray({"sin": np.sin, "cos": np.cos, "tanh": np.tanh}[name](first))
        if name == "abs" and len(values) == 1:
            return np.abs(first)
        if name == "positive_part" and len(values) == 1:
            return np.maximum(first, 0)
        if name in {"max", "min"} and all(v.size == 1 for v in values) and len(values) > 1:
            numbers = [float(v.ravel()[0]) for v in values]
            return np.asarray(max(numbers) if name == "max" else min(numbers))
        if name == "tr" and first.ndim == 2 and first.shape[0] == first.shape[1]:
            return np.asarray(float(np.trace(first)))
        if name in {"floor", "ceiling"} and first.size == 1:
            return np.asarray(np.floor(first) if name == "floor" else np.ceil(first))
        if name == "factorial" and first.size == 1:
            number = float(first.ravel()[0])
            if number != int(number) or not 0 <= number <= 100:
                raise Undecidable("the factorial of what is no small whole number")
            return np.asarray(float(math.factorial(int(number))))
        if name == "binomial" and len(values) == 2 and all(v.size == 1 for v in values):
            top, bottom = (float(v.ravel()[0]) for v in values)
            if bottom != int(bottom) or not 0 <= bottom <= 20:
                raise Undecidable("a binomial coefficient out of range")
            result = 1.0
            for step in range(int(bottom)):
                result *= (top - step) / (step + 1)
            return np.asarray(result)
    raise Undecidable(f"{name} of these arguments is not evaluated")


def call_value(world: World, function: Symbol, arguments: tuple[Expression, ...], bound: Bound) -> Array:
    definition = world.setting.definitions.get(function.name)
    values = tuple(world.evaluate(argument, bound) for argument in arguments)
    if function.name == "vec" and len(values) == 1:
        if values[0].ndim != 2 or 1 in values[0].shape:
            raise Clash("vec of what is no matrix")
        return values[0].reshape(-1, 1, order="F")
    if function.name == ENTRY and len(values) == 3:
        matrix, row, column = values
        if matrix.ndim != 2 or row.size != 1 or column.size != 1:
            raise Undecidable("an entry of what is no matrix")
        return world.entry(matrix, int(row.ravel()[0]), int(column.ravel()[0]))
    if (
        definition is not None
        and len(definition.parameters) == len(values)
        and len(definition.indices) == len(function.indices)
    ):
        return world.defined(definition, function.indices, values, bound)
    if (
        function.name in GAUSSIANS | world.setting.gaussians
        and len(values) == 2
        and values[0].size == values[1].size
    ):
        sigma = scalar(world.symbol(Symbol("sigma"), bound))
        if sigma is None:
            raise Undecidable("σ is no scalar")
        return gaussian(values[0].ravel(), values[1].ravel(), sigma**2)
    if function.indices and not world.setting.loose_indices:
        raise Undecidable(f"{function.name} with an index is not defined")
    if function.name.casefold() == "elu" and len(values) == 1:
        return np.where(values[0] > 0, values[0], np.expm1(np.minimum(values[0], 0)))
    if function.name == "softmax" and len(values) == 1 and values[0].size > 1:
        if values[0].ndim == 2 and min(values[0].shape) > 1 and world.tokens_are_columns:
            raise Undecidable("along which side the softmax runs is not said")
        shifted = np.exp(values[0] - np.max(values[0]))
        whole = 1 in (values[0].ndim, *values[0].shape)
        return np.asarray(shifted / (shifted.sum() if whole else shifted.sum(axis=-1, keepdims=True)))
    if (
        function.name in FEATURE_MAPS
        and len(values) == 1
        and values[0].ndim == 2
        and min(values[0].shape) > 1
    ):
        world.opaque.add(function.name)
        height, width = values[0].shape
        if width == world.sizes["N"] and (height != width or world.tokens_are_columns):
            return np.vstack([feature_value(world, function.name, row) for row in values[0].T]).T
        return np.vstack([feature_value(world, function.name, row) for row in values[0]])
    if function.name in FEATURE_MAPS and len(values) == 1 and values[0].size > 1:
        world.opaque.add(function.name)
        return world.oriented(feature_value(world, function.name, values[0].ravel()), function.name)
    if function.name in POSITIVE_FUNCTIONS and 1 <= len(values) <= 3:
        world.opaque.add(function.name)
        flat = np.concatenate([value.ravel() for value in values])
        weights = world.draw(("map", function.name, flat.size), (flat.size,), f"weights of {function.name}")
        return np.asarray(float(np.exp(0.5 * np.tanh(weights @ flat))))
    raise Undecidable(f"the function {function.name} is not defined")


def feature_value(world: World, name: str, vector: Array) -> Array:
    """A fixed random feature map with positive entries, so that denominators do not cancel."""
    matrix = world.draw(("map", name, vector.size), (world.sizes["L"], vector.size), f"weights of {name}")
    return np.asarray(np.exp(np.tanh(matrix @ vector) + 0.1))
