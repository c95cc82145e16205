"""The value of a symbol in a world: bound, defined, fixed by an equation, declared, or drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from grader.verify.grammar.syntax import Expression, Symbol, symbols
from grader.verify.worlds.oriented_arrays import gaussian, scalar
from grader.verify.worlds.settings import (
    MATRICES,
    VECTORS,
    Array,
    Bound,
    Contradiction,
    Coordinate,
    Undecidable,
)

if TYPE_CHECKING:
    from grader.verify.worlds.world import World


def scalar_from_equation(world: World, name: str) -> Array | None:
    """The value of a scalar that the text fixes by an equation, solved as a power law."""
    if name in world.free or ("solving", name) in world.values:
        return None
    if ("solved", name) in world.values:
        return world.values["solved", name]
    for unknown, left, right in world.setting.equations:
        if unknown != name:
            continue
        world.values["solving", name] = np.asarray(0.0)
        try:
            ratios = []
            for trial in (1.0, 2.0, 3.0):
                bound: Bound = {name: np.asarray(trial)}
                below = world.number(right, bound)
                if below == 0:
                    raise Undecidable("an equation divides by zero")
                ratios.append(world.number(left, bound) / below)
            if min(ratios) <= 0:
                continue
            power = math.log2(ratios[1] / ratios[0])
            if power == 0 or abs(ratios[2] / ratios[0] - 3**power) > 1e-9 * 3 ** abs(power):
                continue
            value = np.asarray(ratios[0] ** (-1 / power))
            world.values["solved", name] = value
            world.shown[name] = round(float(value), 6)
            return value
        finally:
            del world.values["solving", name]
    return None


def list_value(world: World, node: Symbol, bound: Bound) -> Array:
    """A vector of N numbers, or one of its entries."""
    name = node.name
    vector = world.draw((name, "alone"), (world.sizes["N"],), name).copy()
    for place in range(len(vector)):
        if (shift := world.shifts.get((name, str(place + 1)))) is not None and not node.indices:
            vector[place] += float(shift[0])
    if not node.indices:
        return vector
    if len(node.indices) != 1:
        raise Undecidable(f"the indices of {name} are not understood")
    return np.asarray(world.row_of(vector, world.index_value(node.indices[0], bound)))


def symbol_value(world: World, node: Symbol, bound: Bound) -> Array:
    name = node.name
    if name in world.randoms:
        return world.oriented(world.randoms[name], name)
    if not node.indices:
        if name in bound:
            value = bound[name]
            if isinstance(value, Coordinate):
                return np.asarray(float(value.value))
            return np.asarray(float(value)) if isinstance(value, int) else value
        if name == "e":
            return np.asarray(math.e)
        if name == "pi":
            return np.asarray(math.pi)
        if name == "infinity":
            raise Undecidable("infinity has no value")
        identity = name == "I" or (name.startswith("I_") and world.aliases.get(name[2:]) == "D")
        if identity and world.moments and world.setting.law_said:
            return np.eye(world.sizes["D"])
    definition = world.setting.definitions.get(name)
    if definition is not None and not definition.parameters and len(definition.indices) == len(node.indices):
        return world.defined(definition, node.indices, (), bound)
    if (
        definition is not None
        and not definition.parameters
        and len(node.indices) == 1
        and not definition.indices
    ):
        whole = world.defined(definition, (), (), bound)
        (index,) = node.indices
        where = bound.get(index.name) if isinstance(index, Symbol) else None
        if isinstance(where, Coordinate) and max(whole.shape, default=1) == whole.size >= where.value:
            # δ_a of δ = x − y, in a sum over the coordinates
            return np.asarray(float(whole.ravel()[where.value - 1]))
        if 1 in (whole.ndim, *whole.shape) and whole.size > 1 and is_list(world, definition.body):
            return np.asarray(world.row_of(whole.ravel(), world.index_value(node.indices[0], bound)))
    if name in world.setting.lists:
        return list_value(world, node, bound)
    if name == "delta" and len(node.indices) == 2:
        first, second = (world.index_value(index, bound) for index in node.indices)
        return np.asarray(float(first == second))
    solved = scalar_from_equation(world, name) if not node.indices else None
    if solved is not None:
        return solved
    declared = world.setting.shapes.get(name)
    if declared is not None and name not in world.setting.definitions:
        made = declared_value(world, node, declared, bound)
        if made is not None:
            return made
    if name == "ones":
        length = world.index_value(node.indices[0], bound) if node.indices else world.sizes["N"]
        return np.ones((length, 1))
    coordinates: list[int] = []
    tokens: list[int] = []
    for index in node.indices:
        if isinstance(index, Symbol) and not index.indices and isinstance(bound.get(index.name), Coordinate):
            where = bound[index.name]
            if not (isinstance(where, Coordinate)):
                raise AssertionError("a node of another kind cannot stand here")
            coordinates.append(where.value)
        elif isinstance(index, Symbol) and world.setting.loose_indices and index.name not in bound:
            continue
        else:
            tokens.append(world.index_value(index, bound))
    if tokens != coordinates:
        meant = "entries" if coordinates else "tokens"
        if world.meant.setdefault(name, meant) != meant:
            raise Contradiction(
                f"the index of {name} runs over entries in one place and over tokens in another"
            )
    shape = world.shape_of(name)
    if shape == () or name in world.setting.scalars:
        if name in world.aliases and not node.indices and name not in world.setting.scalars:
            size = world.aliases[name]
            world.shown[name] = world.sizes[size]
            if world.moments and size == "R":
                world.opaque.add("the number of random features")
            return np.asarray(float(world.sizes[size]))
        if not node.indices and name in world.indices:
            world.shown[name] = world.indices[name]
            return np.asarray(float(world.indices[name]))
        if name in world.setting.gaussians and len(tokens) + len(node.indices) >= 2:
            return kernel_entry(world, node, bound)
        if not node.indices or not set(named_indices(node)) <= set(bound):
            world.opaque.add(name)
        label = name + ("_" + ",".join(map(str, tokens + coordinates)) if node.indices else "")
        return world.draw((name, tuple(tokens), tuple(coordinates)), (), label)
    if name in world.setting.vectors and name not in VECTORS:
        world.opaque.add(name)
    sizes = tuple(world.sizes.get(size, 6) for size in shape)
    if len(shape) == 2:
        matrix = world.draw(name, sizes, name)
        if not tokens and not coordinates and node.indices and world.setting.loose_indices:
            return world.draw((name, "row"), sizes[1:], name)
        if not tokens and not coordinates:
            return matrix
        if len(tokens) == 2 or (len(tokens) == 1 and len(coordinates) == 1):
            row, column = (tokens + coordinates)[:2]
            return world.entry(matrix, row, column)
        if len(tokens) == 1:
            return world.oriented(world.row_of(matrix, tokens[0]), name)
        raise Undecidable(f"the indices of {name} are not understood")
    if not tokens:
        vector = world.draw((name, "alone"), sizes, name)
    else:
        # each family of vectors q_1 ... q_N is the rows of one matrix, the same that Q names
        family = name.upper() if name.upper() in MATRICES else name
        matrix = world.draw(family, (world.sizes["N"], *sizes), family)
        if len(tokens) == 2 and len(coordinates) == 0:
            return world.entry(matrix, tokens[0], tokens[1])
        if len(tokens) != 1:
            raise Undecidable(f"the indices of {name} are not understood")
        vector = world.row_of(matrix, tokens[0])
    if coordinates:
        if len(coordinates) != 1 or not 1 <= coordinates[0] <= len(vector):
            raise Undecidable(f"the indices of {name} are not understood")
        return np.asarray(vector[coordinates[0] - 1])
    return world.oriented(vector, name)


def declared_value(
    world: World, node: Symbol, declared: tuple[Expression, ...], bound: Bound
) -> Array | None:
    """The value of a symbol whose shape the text declares: matrices, and families of rows or columns."""
    if len(declared) == 1 and node.name in world.setting.scalars:
        return None
    if node.name not in VECTORS and node.name not in MATRICES and node.indices:
        world.opaque.add(node.name)
    if len(declared) == 2 and not any(
        isinstance(bound_coordinate(index, bound), int) for index in node.indices
    ):
        shape = tuple(int(world.number(size, {})) for size in declared)
        if any(not 1 <= side <= 400 for side in shape):
            return None
        tokens = tuple(world.index_value(index, bound) for index in node.indices)
        if 1 in shape:
            # a family of vectors, q_i in R^(1 x D), is the rows of one matrix
            long = max(shape)
            family = node.name.upper() if node.name.upper() in MATRICES else node.name
            if len(tokens) == 1:
                if not 1 <= tokens[0] <= world.sizes["N"]:
                    raise Undecidable("an index runs out of its range")
                member: Array = world.draw(family, (world.sizes["N"], long), family)[tokens[0] - 1]
                if member.size != long:
                    raise Undecidable(f"two lengths of {node.name} stand in the text")
                return member.reshape(shape)
            if tokens:
                return None
            return world.draw((node.name, "alone"), (long,), node.name).reshape(shape)
        if (not tokens or len(tokens) == 1) and node.name in MATRICES and columns_are_tokens(world, declared):
            # the same vectors q_1 ... q_N, as columns
            matrix = world.draw(node.name, shape[::-1], node.name)
            return world.oriented(world.row_of(matrix, tokens[0]), node.name) if tokens else matrix.T
        if not tokens:
            return world.draw(node.name, shape, node.name)
        if len(tokens) == 2:
            return world.entry(world.draw(node.name, shape, node.name), tokens[0], tokens[1])
        if len(tokens) == 1 and not rows_are_tokens(world, declared):
            raise Undecidable(f"{node.name} with an index is not defined")
        if len(tokens) == 1 and tokens[0] <= shape[0]:
            return world.oriented(world.row_of(world.draw(node.name, shape, node.name), tokens[0]), node.name)
    return None


def rows_are_tokens(world: World, declared: tuple[Expression, ...]) -> bool:
    """Whether a declared matrix has one row for each token."""
    first = declared[0]
    return isinstance(first, Symbol) and world.aliases.get(first.name) == "N"


def columns_are_tokens(world: World, declared: tuple[Expression, ...]) -> bool:
    """Whether a declared matrix has one column for each token, and not one row."""
    last = declared[-1]
    is_last = isinstance(last, Symbol) and world.aliases.get(last.name) == "N"
    return len(declared) == 2 and is_last and not rows_are_tokens(world, declared)


def bound_coordinate(index: Expression, bound: Bound) -> int | None:
    """The entry that an index names where it runs over coordinates."""
    where = bound.get(index.name) if isinstance(index, Symbol) and not index.indices else None
    return where.value if isinstance(where, Coordinate) else None


def is_list(world: World, body: Expression) -> bool:
    """Whether a definition's body is a vector of one number for each token."""
    return any(symbol.name in world.setting.lists for symbol in symbols(body))


def named_indices(node: Symbol) -> list[str]:
    return [index.name for index in node.indices if isinstance(index, Symbol)]


def kernel_entry(world: World, node: Symbol, bound: Bound) -> Array:
    """G_ij: the Gaussian kernel of q_i and k_j."""
    rows, columns = (Symbol("q", node.indices[:1]), Symbol("k", node.indices[1:2]))
    left, right = world.evaluate(rows, bound), world.evaluate(columns, bound)
    sigma = scalar(world.symbol(Symbol("sigma"), bound))
    if sigma is None:
        raise Undecidable("σ is no scalar")
    return gaussian(left.ravel(), right.ravel(), sigma**2)
