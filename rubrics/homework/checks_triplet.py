"""Inputs, experiments and checks of the triplet loss part. Trusted code; numpy only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.compare import fitted, numeric
from grader.draw import Draw
from grader.judge import Ask, Word
from grader.model import Diagnosis, Evidence, Exhibit, Problem, Student, StudentFailed

Array = NDArray[Any]
Function = Callable[..., Any]

# Right float32 answers must not flip a comparison: no draw comes nearer to a tie than this.
GAP = 2e-3


def _squared(e: Array) -> Array:
    return ((e[:, None, :] - e[None, :, :]) ** 2).sum(axis=2)


def _float(draw: Draw, values: Array) -> Array:
    return values.astype(np.float64 if draw.case % 6 == 3 else np.float32)


def embeddings(draw: Draw) -> tuple[Array]:
    """Rows of very different length, and two that nearly coincide far from the origin."""
    count, width = ((6, 4), (9, 3), (5, 8), (7, 2), (12, 16), (4, 1))[draw.case % 6]
    e = draw.rng.normal(size=(count, width)) * draw.rng.uniform(0.3, 3.0, size=(count, 1))
    e[1] = e[0] * (1 + 1e-4)
    if draw.case % 2:
        e += 30.0
    return (_float(draw, e),)


def scaled_distances(function: Function, e: Array) -> tuple[Array, Array]:
    """The distances in units of ‖a‖² + ‖b‖², and 1 if any is negative, else 0."""
    distances, _ = fitted(function(e), (len(e), len(e)))
    distances = distances.astype(np.float64)
    sizes = (e.astype(np.float64) ** 2).sum(axis=1)
    units = sizes[:, None] + sizes[None, :]
    return distances / np.where(units == 0, 1, units), np.asarray((distances < 0).any())


def triplets(draw: Draw) -> tuple[Any, ...]:
    """Anchors, positives and negatives, some with and some without loss; every third case leaves the margin out.

    In the first row, which has a loss, the negative is nearer to the positive than to the anchor.
    """
    count, width = ((7, 3), (5, 8), (10, 2), (6, 4), (1, 5), (9, 16))[draw.case % 6]
    anchor = draw.rng.normal(size=(count, width))
    positive = anchor + draw.rng.normal(size=(count, width)) * 0.5
    negative = anchor + draw.rng.normal(size=(count, width)) * draw.rng.uniform(0.2, 1.2, size=(count, 1))
    negative[0] = positive[0] - 0.1 * (positive[0] - anchor[0])
    rows = tuple(_float(draw, one) for one in (anchor, positive, negative))
    return rows if draw.case % 3 == 2 else (*rows, float(draw.rng.uniform(0.3, 1.5)))


LABELS: tuple[tuple[int, ...], ...] = (
    (0, 0, 1, 1, 2, 0, 3),
    (4, 4, 4, 7, 7, 1, 1, 1),
    (2, 2, 2, 2),
    (0, 1, 2, 3, 4),
    (5, 3, 5, 3, 5, 3, 9, 9, 5),
    (0, 0, 1),
)


def labels_only(draw: Draw) -> tuple[Array]:
    labels = np.array(LABELS[draw.case % 6], dtype=np.int64)
    return (labels[draw.rng.permutation(len(labels))],)


def _tied(e: Array, labels: Array, margin: float) -> bool:
    # Rounding grows with the distances.
    distances = _squared(e.astype(np.float64))
    size = max(1.0, float(distances.max()) / 64)
    for power in (1.0, 0.5):
        d = distances**power
        gaps = d[:, None, :] - d[:, :, None]
        valid = _valid(labels)
        near = np.minimum(np.abs(gaps), np.abs(gaps - margin))
        if (near[valid] < GAP * size**power).any():
            return True
    return False


def _valid(labels: Array) -> Array:
    same = labels[:, None] == labels[None, :]
    positive = same & ~np.eye(len(labels), dtype=bool)
    return positive[:, :, None] & ~same[:, None, :]


def batch(draw: Draw) -> tuple[Any, ...]:
    """A batch with singletons and with losses of every kind; one without any valid triplet, one without any loss."""
    for _ in range(500):
        labels = np.array(LABELS[draw.case % 6], dtype=np.int64)
        labels = labels[draw.rng.permutation(len(labels))]
        width = (3, 4, 2, 5, 2, 3)[draw.case % 6]
        e = _float(draw, draw.rng.normal(size=(len(labels), width)) * 0.8)
        margin = float(np.round(draw.rng.uniform(0.3, 1.2), 3))
        if draw.case % 6 == 5:
            e = _float(draw, np.eye(3)[labels] * 20 + 0.1 * e)
        # Distances in the thousands: what is filled in for "none" must be out of reach.
        if draw.case == 10:
            e, margin = 40 * e, 400 * margin
        if not _tied(e, labels, margin):
            return e, labels, margin
    raise RuntimeError("no batch without near-ties was found")


def batch_with_an_easy_class(draw: Draw) -> tuple[Any, ...]:
    """Like `batch`; in the even cases one class lies together and apart, so that its anchors have no loss.

    Where there are triplets and no class is apart, or others remain, some anchor has a loss.
    """
    for _ in range(500):
        e, labels, margin = batch(draw)
        counts = np.bincount(labels)
        if draw.case % 6 in (2, 3, 5):
            return e, labels, margin
        if draw.case % 2 == 0:
            easy = labels == int(np.argmax(counts))
            e = e.copy()
            e[easy] = 0.1 * e[easy] + 6
        distances = _squared(e.astype(np.float64))
        same = labels[:, None] == labels[None, :]
        hardest = np.where(same, distances, -np.inf).max(axis=1)
        nearest = np.where(same, np.inf, distances).min(axis=1)
        if ((hardest - nearest + margin > 0.1) & (counts[labels] > 1)).any():
            return e, labels, margin
    raise RuntimeError("no batch with a loss was found")


def batch_with_exact_ties(draw: Draw) -> tuple[Any, ...]:
    """Like `batch`; two cases lie on a line of whole numbers: every way of computing is exact, and ties abound."""
    if draw.case % 6 not in (2, 3):
        return batch(draw)
    # Eight rows: even their mean is exact, should somebody subtract it.
    labels = np.array(LABELS[1], dtype=np.int64)
    for _ in range(500):
        # All on one axis: even a distance that is squared after a root is exact.
        e = np.zeros((len(labels), 3), dtype=np.float32)
        e[:, draw.case % 3] = draw.rng.integers(-3, 4, size=len(labels))
        margin = float(draw.rng.integers(1, 4))
        distances = _squared(e)
        gaps = (distances[:, None, :] - distances[:, :, None])[_valid(labels)]
        if (gaps == 0).any() and (gaps == margin).any():
            return e, labels, margin
    raise RuntimeError("no batch with ties at both ends of the band was found")


def _fact_is_right(key: str, given: float, truth: float) -> bool:
    if key in ("margin", "best_embedding_dimension"):
        # 0.2 in a float32 tensor is as exact as float32 can say it.
        return given in (truth, float(np.float32(truth)))
    if key == "val_at_128":
        # A percentage or a share: 87.9 and 0.879 say the same.
        return abs(given - truth) <= 0.05 or abs(100 * given - truth) <= 0.05
    if key == "resnet50_parameters":
        return 0.98 * 25e6 <= given <= 1.02 * 26e6
    if key == "resnet50_flops":
        # 3.8e9 is the paper's count; 4.1e9 that of the later variant which torchvision ships.
        return any(abs(given - one) <= 0.02 * one for one in (truth, 4.1e9))
    return abs(given - truth) <= 0.02 * truth


def facts(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Half a point for each number."""
    given = student.variable("facts").value
    if not isinstance(given, dict):
        raise StudentFailed(
            Problem.BAD_VALUE, f"`facts` is of type {type(given).__name__}; a dict of numbers was expected"
        )
    for key, truth in ask.value("reference.facts.facts").items():
        half = Fraction(1, 2)
        if key not in given:
            yield Evidence(False, f"facts[{key!r}] is missing", points=half)
            yield Diagnosis(f"no_{key}", f"`{key}` is missing")
            continue
        try:
            value = _finite(given[key])
        except StudentFailed as failure:
            kind = failure.says.removeprefix("the value is ").removesuffix("; real numbers were expected")
            yield Evidence(False, f"facts[{key!r}] is no number: {kind}", points=half)
            yield Diagnosis(f"{key}_no_number", f"`{key}` is no number: {kind}")
            continue
        right = _fact_is_right(key, value, float(truth))
        says = "right" if right else "not what the paper says; look it up where the assignment points"
        exhibit = Exhibit({}, value, float(truth))
        yield Evidence(right, f"facts[{key!r}] = {value:g}: {says}", exhibit, points=half)
        if not right:
            named = list(
                ask.named_value(
                    key, lambda other, value=value: abs(float(other) - value) <= 0.02 * abs(value)
                )
            )
            yield from named or [_other_number(key, value, float(truth))]


def _finite(given: object) -> float:
    value = float(fitted(numeric(given), ())[0])
    if not np.isfinite(value):
        raise StudentFailed(Problem.BAD_VALUE, f"the value is {value}")
    return value


def _other_number(key: str, value: float, truth: float) -> Diagnosis:
    ratio = value / truth
    power = round(float(np.log10(ratio))) if 1e-30 < ratio < 1e30 else 0
    # A share is right for the percentage, so there a power of ten is not the mistake.
    if power and key != "val_at_128" and abs(ratio / 10.0**power - 1) <= 0.02:
        return Diagnosis(
            f"{key}_unit", f"`{key}` is {value:g}: the right digits, but wrong by a factor of 10^{power}"
        )
    return Diagnosis(f"{key}_wrong", f"`{key}` is {value:g}, too {'large' if value > truth else 'small'}")
