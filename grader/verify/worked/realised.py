"""Vectors for an example that gives lengths, inner products or differences in place of entries.

What does not depend on the choice of such vectors comes out the same in each of several.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from grader.verify.worked.evaluation import Array
from grader.verify.worked.example import Example, Name

CHOICES = 3  # sets of vectors; what differs between them is not fixed by the text
TRIES = 60


def choices_of(example: Example) -> list[Mapping[Name, Array]]:
    """Several sets of vectors with what the example gives; one where it gives all entries; none where none fits."""
    if not (example.lengths or example.products or example.differences):
        return [dict(example.vectors)]
    made = [_chosen(example, seed) for seed in range(CHOICES)]
    return [one for one in made if one is not None] if all(one is not None for one in made) else []


def _chosen(example: Example, seed: int) -> Mapping[Name, Array] | None:
    random = np.random.default_rng(seed)
    points: dict[Name, Array] = dict(example.vectors)
    for (a, b), told in example.differences.items():
        if a in points and b in points:
            continue
        gap = np.atleast_1d(told) if isinstance(told, np.ndarray) else _of_length(float(told), random)
        known = points.get(a)
        if b in points:
            points[a] = points[b] + gap
        else:
            points[a] = known if known is not None else random.normal(size=gap.size) * 1.3
            if points[a].size != gap.size:
                return None
            points[b] = points[a] - gap
    missing = [name for name in _named(example) if name not in points]
    if not missing:
        return points
    if any(name in points for pair in example.products for name in pair):
        missing = [name for name in missing if name in example.lengths]
    for _ in range(TRIES):
        found = _by_products(example, missing, random)
        if found is not None:
            return {**points, **found}
    return None


def _of_length(length: float, random: np.random.Generator) -> Array:
    drawn = random.normal(size=3)
    return np.asarray(drawn / np.linalg.norm(drawn) * length)


def _named(example: Example) -> list[Name]:
    return list(dict.fromkeys([*example.lengths, *(name for pair in example.products for name in pair)]))


def _by_products(
    example: Example, missing: list[Name], random: np.random.Generator
) -> dict[Name, Array] | None:
    """Vectors with the given lengths and inner products, those that are not given drawn at random."""
    size = len(missing)
    gram = np.zeros((size, size))
    scale = max([1.0, *(abs(value) for value in example.products.values())])
    for place, name in enumerate(missing):
        known = example.lengths.get(name)
        gram[place, place] = known**2 if known is not None else random.uniform(1, 4) * scale * size
    for i in range(size):
        for j in range(i):
            a, b = missing[i], missing[j]
            told = example.products.get((a, b), example.products.get((b, a)))
            limit = float(np.sqrt(gram[i, i] * gram[j, j]))
            gram[i, j] = gram[j, i] = told if told is not None else random.uniform(-0.6, 0.6) * limit
    values, vectors = np.linalg.eigh(gram)
    if values.min() < -1e-9 * max(1.0, values.max()):
        return None
    rows = vectors * np.sqrt(np.clip(values, 0, None))
    return {name: rows[place] for place, name in enumerate(missing)}


__all__ = ["choices_of"]
