"""Sums and products of arrays that are columns, rows or loose: vectors without an orientation."""

from __future__ import annotations

import math

import numpy as np

from grader.verify.worlds.settings import Array, Clash

MOST_STEPS = 60_000


def gaussian(left: Array, right: Array, variance: float) -> Array:
    """The Gaussian kernel exp(-|q-k|²/(2σ²))."""
    return np.asarray(math.exp(-float(np.sum((left - right) ** 2)) / (2 * variance)))


def scalar(value: Array) -> float | None:
    """The number, if the value is one (a 1×1 matrix is)."""
    return float(value.ravel()[0]) if value.size == 1 else None


def shape_text(value: Array) -> str:
    """`4×1`, `a scalar`, `a vector of length 4`."""
    if value.size == 1:
        return "1×1"
    return "×".join(map(str, value.shape)) if value.ndim == 2 else f"a vector of length {value.shape[0]}"


def added(left: Array, right: Array) -> Array:
    """A sum of equal shapes. Raises `Clash` otherwise: no broadcasting."""
    if left.size == 1 and right.size == 1:
        return np.asarray(float(left.ravel()[0]) + float(right.ravel()[0]))
    if left.shape != right.shape:
        if left.size == right.size and 1 in (left.ndim, right.ndim):
            # a vector without an orientation takes that of the other
            return left.reshape(right.shape) + right if left.ndim == 1 else left + right.reshape(left.shape)
        raise Clash(f"{shape_text(left)} and {shape_text(right)} are added")
    return left + right


def multiplied(left: Array, right: Array, join: str) -> Array:
    """A product of scalars, vectors and matrices. Raises `Clash` where the shapes do not fit."""
    if left.size == 1 and (left.ndim == 0 or right.ndim == 0 or right.size == 1 or left.shape != (1, 1)):
        return float(left.ravel()[0]) * (right if right.size > 1 else np.asarray(float(right.ravel()[0])))
    if right.size == 1:
        return left * float(right.ravel()[0])
    if left.size == 1:
        return float(left.ravel()[0]) * right
    if left.ndim == 1 and right.ndim == 1:
        if left.shape == right.shape:
            return np.asarray(float(left @ right))
        return np.outer(left, right)
    if left.ndim == 1 and right.ndim == 2:
        if left.shape[0] == right.shape[0]:
            return np.asarray(left @ right)
        if left.shape[0] == right.shape[1] and join != "cdot":
            return np.asarray(right @ left)
        raise Clash(f"{shape_text(left)} times {shape_text(right)}")
    if left.ndim == 2 and right.ndim == 1:
        if left.shape[1] == right.shape[0]:
            return np.asarray(left @ right)
        if left.shape[0] == right.shape[0]:
            return np.asarray(right @ left)
        raise Clash(f"{shape_text(left)} times {shape_text(right)}")
    if left.shape[1] == right.shape[0]:
        made: Array = left @ right
        return np.asarray(float(made.ravel()[0])) if made.size == 1 else made
    if join == "cdot" and left.shape == right.shape and 1 in left.shape:
        return np.asarray(float(np.dot(left.ravel(), right.ravel())))
    raise Clash(f"{shape_text(left)} times {shape_text(right)}")
