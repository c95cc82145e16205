"""What only the original notebook has: its groups of images, its counts by class, its dict of activations.

Trusted code; numpy only. The other checks are the homework's, read under this notebook's names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.compare import compare, fitted, numeric
from grader.draw import Draw
from grader.judge import Ask, Word
from grader.model import Diagnosis, Evidence, Problem, Student, StudentFailed, Waiting

Array = NDArray[Any]

POINTS = 11


def _data(ask: Ask) -> tuple[Array, Array]:
    path = next(
        path for path in ask.rubric.parts["example_difficulty.ipynb"].files if path.name == "test_data.npy"
    )
    # Our own file, made by this rubric; a student's file of that name never gets here.
    data = np.load(path, allow_pickle=True).item()
    return data["x"], data["y"]


def _network(student: Student, images: Array) -> Array:
    pixels = np.repeat(images[:, None], 3, axis=1).astype(np.float32)
    return fitted(student.call("resnet", pixels, evaluating=True).value, (len(images), 6))[0].astype(
        np.float64
    )


def original_activations(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Rows of the dict's arrays: as many as test images, the last one what the network gives."""
    images, _ = _data(ask)
    chosen = tuple(int(row) for row in np.sort(draw.rng.choice(len(images), size=32, replace=False)))
    value = student.variable("test_activations", rows=chosen).value
    entries = (
        list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else []
    )
    if not all(isinstance(one, np.ndarray) and len(one) == len(chosen) for one in entries):
        yield Waiting(
            "The entries of activations are not arrays with one row an image; a person has to look."
        )
        return
    if len(entries) not in (POINTS - 1, POINTS):
        yield Evidence(False, f"activations has {len(entries)} entries; the {POINTS} points were expected")
        return
    yield Evidence(True, f"activations has {len(entries)} entries with a row for each test image")
    truth = _network(student, images[list(chosen)])
    allowed = np.asarray(2e-3 * max(1.0, float(np.abs(truth).max())))
    match = compare(entries[-1], truth, allowed)
    yield Evidence(match.ok, f"the last entry against resnet in eval mode: {match.says}")
    if not match.ok:
        says = "the last entry is not what resnet gives in eval mode on these images: train mode, or another order?"
        yield Diagnosis("not_the_network_in_eval_mode", says)


def _own_depths(student: Student, images: int) -> Array:
    depths = numeric(student.variable("depths").value)
    if depths.shape != (images,):
        raise StudentFailed(
            Problem.BAD_VALUE, f"indices has shape {depths.shape}; one depth an image was expected"
        )
    return depths


def groups_follow(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Eleven lists of image numbers, one for each depth, from the student's own depths."""
    _, labels = _data(ask)
    depths = _own_depths(student, len(labels))
    value = student.variable("prediction_layer_list").value
    groups = (
        list(value.values())
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, (tuple, np.ndarray))
        else []
    )
    if len(groups) != POINTS:
        raise StudentFailed(
            Problem.BAD_VALUE, f"prediction_layer_list has {len(groups)} entries; {POINTS} were expected"
        )
    wrong = [
        layer
        for layer, group in enumerate(groups)
        if not np.array_equal(np.sort(np.atleast_1d(numeric(group)).ravel()), np.flatnonzero(depths == layer))
    ]
    says = (
        f"the groups of depth {', '.join(map(str, wrong))} are not the images of that depth" if wrong else ""
    )
    yield Evidence(not wrong, says or "every group holds the images of its depth")


def original_accuracy(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """The network's accuracy on the images of each depth, from the student's own depths."""
    images, labels = _data(ask)
    depths = _own_depths(student, len(labels))
    right = _network(student, images).argmax(axis=1) == labels
    truth = np.array(
        [right[depths == layer].mean() if (depths == layer).any() else np.nan for layer in range(POINTS)]
    )
    got, _ = fitted(student.variable("accuracy_by_depth").value, (POINTS,))
    given = np.where(np.isnan(truth), truth, got) if _empty_as_zero(got, truth) else got
    match = compare(given, truth, np.asarray(1e-2))
    yield Evidence(match.ok, f"total_accuracy_list against your network and your own depths: {match.says}")


def _empty_as_zero(got: Array, truth: Array) -> bool:
    # The original notebook divides by max(count, 1), so that an empty depth is 0 there.
    return bool((got[np.isnan(truth)] == 0).all())


def frequency_follows(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """For each class the number of its images at each depth; the handout's own loop stops before the last depth."""
    _, labels = _data(ask)
    depths = _own_depths(student, len(labels))
    value = student.variable("frequency").value
    rows = (
        list(value.values())
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, (tuple, np.ndarray))
        else []
    )
    classes = np.unique(labels)
    if len(rows) != len(classes):
        raise StudentFailed(
            Problem.BAD_VALUE, f"frequency has {len(rows)} entries; one for each of {len(classes)} classes"
        )
    wrong = [
        int(label)
        for label, row in zip(classes, rows, strict=True)
        if not _counts_match(_counts(row), np.bincount(depths[labels == label].astype(int), minlength=POINTS))
    ]
    says = f"the counts of class {', '.join(map(str, wrong))} are not those of your depths" if wrong else ""
    yield Evidence(not wrong, says or "the counts of every class follow from your depths")


def _counts(row: Any) -> Array:
    if isinstance(row, dict):
        counts = np.zeros(POINTS)
        for depth, count in row.items():
            if not depth.isdigit() or int(depth) >= POINTS:
                raise StudentFailed(
                    Problem.BAD_VALUE, f"frequency has the depth {depth[:20]!r}; 0 to 10 were expected"
                )
            counts[int(depth)] = float(numeric(count))
        return counts
    return numeric(row).ravel().astype(np.float64)


def _counts_match(given: Array, truth: Array) -> bool:
    if len(given) not in (POINTS - 1, POINTS):
        return False
    padded = np.zeros(POINTS)
    padded[: len(given)] = given
    return np.array_equal(padded, truth) or (np.array_equal(padded[:-1], truth[:-1]) and padded[-1] == 0)
