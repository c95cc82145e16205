"""Inputs, experiments and checks of the example difficulty part. Trusted code; numpy only.

What a student computes from an own earlier result is judged against that result: an early mistake is charged once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.compare import compare, fitted, numeric
from grader.draw import Draw
from grader.judge import Ask, Word
from grader.model import Diagnosis, Evidence, Exhibit, Problem, Student, StudentFailed

Array = NDArray[Any]
Function = Callable[..., Any]

HISTOGRAMS = Path(__file__).with_name("reference_histograms.json")
POINTS = 11
TRAINING_IMAGES, TEST_IMAGES = 1200, 600
# An answer about more images than this is about something else, and comparing it with known mistakes takes long.
MOST_IMAGES = 10_000
# Height and width 32 through a ResNet-18: the values of each image at the eleven points.
SIZES = (
    3 * 32 * 32,
    64 * 16 * 16,
    64 * 16 * 16,
    64 * 16 * 16,
    64 * 8 * 8,
    64 * 8 * 8,
    128 * 4 * 4,
    256 * 2 * 2,
    512,
    512,
    6,
)
NAMES = (
    "the input",
    "conv1",
    "bn1",
    "relu",
    "maxpool",
    "layer1",
    "layer2",
    "layer3",
    "layer4",
    "avgpool",
    "fc",
)


def shape_data(folder: Path) -> None:
    """Write data.npy and test_data.npy, the same at each call."""
    from reference.shapes import make, save

    save(folder / "data.npy", make(TRAINING_IMAGES, seed=1))
    save(folder / "test_data.npy", make(TEST_IMAGES, seed=2))


@lru_cache(maxsize=1)
def _test_data() -> tuple[Array, Array]:
    from reference.shapes import make

    made = make(TEST_IMAGES, seed=2)
    return made["x"], made["y"]


# ---------------------------------------------------------------- inputs


# Training rows, test rows, width, k.
CLOUDS = ((60, 80, 3, 30), (40, 80, 5, 5), (25, 60, 2, 1), (80, 80, 16, 30), (12, 40, 4, 12), (50, 60, 1, 7))


def neighbours(draw: Draw) -> tuple[Any, ...]:
    """Clouds that overlap, on axes of unlike scale; k odd and even, and once as large as the training set.

    One neighbour more or less would show, whichever way ties are broken.
    """
    for _ in range(100):
        case = _clouds(draw)
        if _counts_neighbours(*case):
            break
    return case


def _counts_neighbours(rows: Array, labels: Array, asked: Array, k: int) -> bool:
    """Whether k − 1 and k + 1 neighbours each bring a lower and a higher label level with a sole winner."""
    distances = ((asked[:, None, :].astype(np.float64) - rows[None, :, :]) ** 2).sum(axis=2)
    voters = labels[np.argsort(distances, axis=1)]
    names = np.unique(labels)

    def votes(count: int) -> Array:
        return np.stack([(voters[:, :count] == name).sum(axis=1) for name in names], axis=1)

    most = votes(k) == votes(k).max(axis=1, keepdims=True)
    sole = most.sum(axis=1) == 1
    winner = np.where(sole, most.argmax(axis=1), -1)[:, None]
    for other in {max(k - 1, 1), min(k + 1, len(rows))} - {k}:
        level = (votes(other) == votes(other).max(axis=1, keepdims=True)) & sole[:, None]
        places = np.arange(len(names))[None, :]
        if not (level & (places < winner)).any() or not (level & (places > winner)).any():
            return False
    return True


def _clouds(draw: Draw) -> tuple[Any, ...]:
    train, test, width, k = CLOUDS[draw.case % 6]
    classes = 3 + draw.case % 3
    scales = draw.rng.uniform(0.3, 3.0, size=width)
    centres = draw.rng.normal(size=(classes, width))
    labels, others = (draw.rng.integers(0, classes, size=count) for count in (train, test))
    rows, asked = (
        ((centres[one] + draw.rng.normal(size=(len(one), width))) * scales).astype(np.float32)
        for one in (labels, others)
    )
    # Labels with gaps: a class is its label, not its place among the labels.
    names = np.arange(classes) if draw.case % 2 else 2 + 3 * np.arange(classes)
    return rows, names[labels].astype(np.int64), asked, k


def probe_predictions(draw: Draw) -> tuple[Array]:
    """Predictions that agree for a while, change and come back, and some whose last change is at the last probe."""
    layers, images, classes = ((4, 30, 3), (11, 60, 6), (2, 12, 2), (6, 40, 4), (1, 5, 3), (8, 50, 2))[
        draw.case % 6
    ]
    predictions = draw.rng.integers(0, classes, size=(layers, images))
    settled = draw.rng.integers(0, layers + 1, size=images)
    late = np.arange(layers)[:, None] >= settled[None, :]
    return (np.where(late, predictions[-1], predictions).astype(np.int64),)


def some_depths(draw: Draw) -> tuple[Any, ...]:
    layers, images = ((11, 40), (5, 9), (3, 20), (11, 5), (1, 4), (7, 30))[draw.case % 6]
    depths = draw.rng.integers(0, layers, size=images)
    # The last layer must be counted too, and its bar must be there when nothing is.
    depths[0] = layers - 1
    if draw.case % 6 == 2:
        depths = np.minimum(depths, layers - 2)
    return depths.astype(np.int64), layers


# ---------------------------------------------------------------- checks

# Two programs with the same mistake may break their ties differently, in some rows of a hundred.
SAME_VOTE = 0.85
# Fewer wrong rows than this can agree by chance.
FEW = 8


def knn_votes(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Each prediction must be among the classes that some way of breaking ties gives."""
    cases = [neighbours(Draw(draw.rng, case, 6)) for case in range(6)]
    # Whole coordinates bring exact ties of distances and votes.
    cases.append(_tied_neighbours(draw))
    calls, got = [], []
    failed, exhibit = None, None
    for number, (features, labels, asked, k) in enumerate(cases):
        # k is 30 where it isn't given: one case relies on it.
        calls.append((features, labels, asked) if number == 0 else (features, labels, asked, k))
        predicted, _ = fitted(student.call("knn_predictions", *calls[-1]).value, (len(asked),))
        got.append(predicted)
        admissible = ask.value("reference.depth.admissible_labels", features, labels, asked, k)
        wrong = [row for row, allowed in enumerate(admissible) if float(predicted[row]) not in set(allowed)]
        if wrong and failed is None:
            allowed = ", ".join(str(int(one)) for one in sorted(admissible[wrong[0]]))
            failed = (
                f"with {len(features)} training rows and k = {k}, {len(wrong)} of {len(asked)} predictions are wrong; "
                f"row {wrong[0]} is {predicted[wrong[0]]:g}, the vote gives {allowed}"
            )
            names = ("train_features", "train_labels", "test_features", "k")
            vote = predicted.copy()
            vote[wrong] = [min(admissible[row]) for row in wrong]
            exhibit = Exhibit(dict(zip(names, calls[-1], strict=False)), predicted, vote)
    yield Evidence(failed is None, failed or f"all {len(cases)} cases agree, ties in any order", exhibit)
    if failed is not None:
        # Ties may fall differently in the last case, so it names nothing.
        yield from _named_vote(cases[:-1], calls[:-1], got[:-1], ask)


def _named_vote(
    cases: Sequence[tuple[Any, ...]], calls: Sequence[tuple[Any, ...]], got: Sequence[Array], ask: Ask
) -> Iterator[Word]:
    """The known fault that votes as the student does, however each of them breaks ties; else what can be seen."""
    named = ask.explain(calls, got) or _nearly(cases, calls, got, ask)
    strange = [
        one
        for (_, labels, _, _), values in zip(cases, got, strict=True)
        for one in np.setdiff1d(values, labels)
    ]
    if named is not None:
        yield named
    elif strange:
        yield Diagnosis(
            "not_a_label",
            f"you predict {strange[0]:g}, which is no training label: is it a neighbour's place, a class's place or a "
            "mean?",
        )
    elif all(len(np.unique(values)) == 1 for values in got):
        yield Diagnosis("constant_output", "all test rows get the same label")
    else:
        yield from _another_k(cases, calls, got)


def _nearly(
    cases: Sequence[tuple[Any, ...]], calls: Sequence[tuple[Any, ...]], got: Sequence[Array], ask: Ask
) -> Diagnosis | None:
    """The fault that agrees with the student where either of them errs, in most cases, nearly always."""
    best: tuple[float, str, str] | None = None
    for fellow in ask.references.fellows(ask.item, calls):
        outputs = [output[0] for output in fellow.outputs if isinstance(output, tuple)]
        if fellow.kind != "fault" or [np.shape(one) for one in outputs] != [one.shape for one in got]:
            continue
        agreed, rows = [], 0
        for case, theirs, values in zip(cases, outputs, got, strict=True):
            err = ~(_admitted(*case, case[3], values) & _admitted(*case, case[3], theirs))
            if err.any():
                agreed.append(float((theirs == values)[err].mean()))
                rows += int(err.sum())
        if rows >= FEW and np.quantile(agreed, 0.4) >= SAME_VOTE:
            best = max(best or (0.0, "", ""), (float(np.mean(agreed)), fellow.name, fellow.says))
    return Diagnosis(best[1], best[2]) if best is not None else None


def _admitted(rows: Array, labels: Array, asked: Array, _: int, count: int, values: Array) -> Array:
    """Whether each predicted label has as many votes of the nearest so many as any other."""
    distances = ((asked[:, None, :].astype(np.float64) - rows[None, :, :]) ** 2).sum(axis=2)
    voters = labels[np.argsort(distances, axis=1)[:, :count]]
    most = np.stack([(voters == name).sum(axis=1) for name in np.unique(labels)]).max(axis=0)
    return (voters == values[:, None]).sum(axis=1) == most


def _another_k(
    cases: Sequence[tuple[Any, ...]], calls: Sequence[tuple[Any, ...]], got: Sequence[Array]
) -> Iterator[Diagnosis]:
    """Right for another number of neighbours."""
    for case, call, values in zip(cases, calls, got, strict=True):
        if _admitted(*case, case[3], values).all():
            continue
        fits = [k for k in range(1, len(case[0]) + 1) if _admitted(*case, k, values).all()]
        if fits:
            asked = f"k = {case[3]}" if len(call) == 4 else "no k, where 30 is the default,"
            some = " or ".join(str(k) for k in sorted(fits, key=lambda k: abs(k - case[3]))[:3])
            yield Diagnosis("another_k", f"with {asked} your predictions fit {some} neighbours")
        return


def _tied_neighbours(draw: Draw) -> tuple[Any, ...]:
    features = draw.rng.integers(-2, 3, size=(30, 2)).astype(np.float32)
    labels = draw.rng.integers(0, 3, size=30).astype(np.int64)
    return features, labels, draw.rng.integers(-2, 3, size=(15, 2)).astype(np.float32), 4


def _points(value: Any, images: int) -> list[Array]:
    """The eleven arrays of a list, tuple or dict, each flattened to one row an image."""
    arrays = (
        list(value.values())
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, (tuple, list))
        else None
    )
    if arrays is None or len(arrays) != POINTS:
        count = "no list" if arrays is None else f"{len(arrays)} arrays"
        raise StudentFailed(
            Problem.BAD_VALUE, f"test_activations is {count}; the {POINTS} points were expected"
        )
    rows = []
    for place, one in enumerate(arrays):
        array = numeric(one)
        if array.ndim < 2 or len(array) != images:
            raise StudentFailed(
                Problem.BAD_VALUE,
                f"point {place} ({NAMES[place]}) has shape {array.shape}; rows should be images",
            )
        rows.append(array.reshape(images, -1))
    return rows


def _correlation(a: Array, b: Array) -> float:
    a, b = (one.astype(np.float64) for one in (a, b))
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / size if size > 0 else 0.0


def features(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """Random rows of the eleven points: their shapes, what the network gives on them, and an intact bn1."""
    images, _ = _test_data()
    chosen = tuple(int(row) for row in np.sort(draw.rng.choice(len(images), size=32, replace=False)))
    points = _points(student.variable("test_activations", rows=chosen).value, len(chosen))
    widths = [one.shape[1] for one in points]
    grey = widths[0] == 32 * 32
    for place, (width, wanted) in enumerate(zip(widths, SIZES, strict=True)):
        if width != wanted and not (place == 0 and grey):
            says = f"point {place} ({NAMES[place]}) has {width} values an image; {wanted} were expected"
            yield Evidence(False, says)
            yield Diagnosis("wrong_layer", f"{says}: is the hook on another layer, or in another order?")
            return
    yield Evidence(
        True,
        "the eleven points have the shapes of input, conv1, bn1, relu, maxpool, layer1–4, avgpool and fc",
    )
    shown = points[0][:, : 32 * 32]
    likeness = _correlation(shown.ravel(), images[list(chosen)].ravel())
    if not likeness > 0.99:
        yield Evidence(False, f"point 0 is not the test images in their order (correlation {likeness:.2f})")
        yield Diagnosis(
            "rows_not_in_order",
            "row i of test_activations should belong to test image i: was the data shuffled?",
        )
        return
    pixels = np.repeat(shown.reshape(-1, 1, 32, 32), 3, axis=1) if grey else points[0].reshape(-1, 3, 32, 32)
    pixels = pixels.astype(np.float32)
    truth, _ = fitted(student.call("resnet", pixels, evaluating=True).value, (len(chosen), 6))
    allowed = np.asarray(2e-3 * max(1.0, float(np.abs(truth).max())))
    match = compare(points[10], truth.astype(np.float64), allowed)
    says = f"point 10 against resnet in eval mode on the same images: {match.says}"
    yield Evidence(match.ok, says, Exhibit({"the images' rows": np.array(chosen)}, points[10], truth))
    if not match.ok:
        yield Diagnosis(
            "not_the_network_in_eval_mode",
            "point 10 is not what resnet gives in eval mode: were the activations recorded in train mode, or before "
            "the last training step?",
        )
        return
    lowest = float(points[2].min())
    yield Evidence(lowest < 0, f"the smallest value of bn1 is {lowest:.3g}; it should be negative somewhere")
    if lowest >= 0:
        yield Diagnosis(
            "overwritten_by_relu",
            "bn1 has no negative entry: the ReLU after it works in place and overwrote what the hook kept. "
            "Clone in the hook.",
        )


def _layer_predictions(student: Student) -> Array:
    predictions = numeric(student.variable("layer_predictions").value)
    if predictions.ndim != 2 or len(predictions) != POINTS or not 2 <= predictions.shape[1] <= MOST_IMAGES:
        raise StudentFailed(
            Problem.BAD_VALUE, f"layer_predictions has shape {predictions.shape}; ({POINTS}, M) was expected"
        )
    return predictions


def _depths(student: Student, images: int | None = None) -> Array:
    depths = numeric(student.variable("depths").value)
    counted = 0 < depths.size <= MOST_IMAGES if images is None else depths.size == images
    if depths.ndim != 1 or not counted:
        raise StudentFailed(
            Problem.BAD_VALUE, f"depths has shape {depths.shape}; one depth for each test image was expected"
        )
    return depths


def _depth(predictions: Array) -> Array:
    layers = len(predictions)
    differs = predictions != predictions[-1]
    return np.where(differs.any(axis=0), layers - np.argmax(differs[::-1], axis=0), 0)


def depths_follow(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """`depths` from the student's own `layer_predictions`, which must say something about the images."""
    predictions = _layer_predictions(student)
    _, labels = _test_data()
    yield from _informative(predictions, labels)
    depths = _depths(student, predictions.shape[1])
    truth = _depth(predictions)
    wrong = int((depths != truth).sum())
    says = f"{wrong} of {len(truth)} depths differ from those of your own layer_predictions"
    yield Evidence(wrong == 0, says, Exhibit({"layer_predictions": predictions}, depths, truth))
    if wrong:
        named = ask.explain_as("reference.depth.prediction_depth", (predictions,), depths)
        words = [named] if named else list(_other_target(student, predictions, depths))
        yield from words
        if not words:
            first = int(np.flatnonzero(depths != truth)[0])
            column = predictions[:, first].tolist()
            yield Diagnosis(
                "depths_do_not_follow",
                f"image {first} has the predictions {column}, so its depth is {truth[first]}, "
                f"but depths has {depths[first]:g}",
            )


def _other_target(student: Student, predictions: Array, depths: Array) -> Iterator[Word]:
    """Depths against the labels or the network in place of the last probe."""
    _, labels = _test_data()
    if predictions.shape[1] != len(labels):
        return
    logits, _ = fitted(student.variable("test_activations", part=POINTS - 1).value, (len(labels), 6))
    for target, name, says in (
        (labels, "against_the_labels", "your depths compare the probes with the true labels"),
        (
            logits.argmax(axis=1),
            "against_the_network",
            "your depths compare the probes with the network's prediction",
        ),
    ):
        if np.array_equal(depths, _depth(np.vstack([predictions, target[None, :]]))):
            yield Diagnosis(name, f"{says}; the assignment compares them with the last probe")


def _informative(predictions: Array, labels: Array) -> Iterator[Word]:
    if (predictions == predictions.ravel()[0]).all():
        yield Evidence(False, "layer_predictions is the same class everywhere")
        yield Diagnosis(
            "constant_predictions", "layer_predictions never changes: it can't come from trained probes"
        )
        return
    if predictions.shape[1] != len(labels):
        yield Evidence(
            False,
            f"layer_predictions covers {predictions.shape[1]} images; there are {len(labels)} test images",
        )
        return
    accuracy = (predictions == labels[None, :]).mean(axis=1)
    # Six classes: guessing is right once in six, ± 0.015 for 600 images.
    chance = 1 / 6 + 6 * np.sqrt(5 / 36 / len(labels))
    best = float(accuracy.max())
    yield Evidence(
        best > chance,
        f"the best probe is right on {best:.0%} of the test images (guessing: at most {chance:.0%})",
    )
    if best <= chance:
        yield Diagnosis(
            "probes_guess",
            "no probe does better than guessing: do features and labels belong together row by row?",
        )


def histogram_follows(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """`histogram` from the student's own `depths`."""
    depths = _depths(student)
    if len(np.unique(depths)) < 2:
        yield Evidence(False, "depths is the same number for every image, so its histogram says nothing")
        return
    got, _ = fitted(student.variable("histogram").value, (POINTS,))
    truth = np.array([int((depths == layer).sum()) for layer in range(POINTS)])
    yield _beside_the_references(got, truth)
    wrong = [layer for layer in range(POINTS) if got[layer] != truth[layer]]
    yield Evidence(
        not wrong,
        f"histogram {[f'{one:g}' for one in got]} against the counts {truth.tolist()} of your own depths".replace(
            "'", ""
        ),
        Exhibit({"depths": depths}, got, truth),
    )
    if wrong and np.allclose(got, truth / max(truth.sum(), 1)):
        yield Diagnosis("shares_for_counts", "the bars are shares of all images; counts were asked for")
    elif wrong and not np.isin(depths, np.arange(POINTS)).all():
        strange = depths[~np.isin(depths, np.arange(POINTS))][0]
        yield Diagnosis(
            "depths_out_of_range",
            f"depths holds {strange:g}; the {POINTS} points have the depths 0 to {POINTS - 1}",
        )
    elif wrong:
        named = ask.explain_as("reference.depth.depth_histogram", (depths.astype(np.int64), POINTS), got)
        yield named or Diagnosis(
            "histogram_does_not_follow",
            f"the bars at depth {', '.join(map(str, wrong))} are not the counts of your depths",
        )


def _beside_the_references(got: Array, truth: Array) -> Evidence:
    """The student's histogram beside networks that differ from each other in their seed only; never scored."""
    trained = list(json.loads(HISTOGRAMS.read_text(encoding="utf-8"))["histograms"].values())
    shares = [np.asarray(one) / np.sum(one) for one in trained]
    own = truth / max(truth.sum(), 1)
    apart = [float(np.abs(own - one).sum() / 2) for one in shares]
    moved = [float(np.abs(np.cumsum(own - one)).sum()) for one in shares]
    among = [float(np.abs(a - b).sum() / 2) for k, a in enumerate(shares) for b in shares[:k]]
    drawn = {"yours": got, "from your depths": truth, "the reference's": np.mean(trained, axis=0)}
    return Evidence(
        True,
        f"not scored: from {len(shares)} reference networks yours is apart by a total variation of {min(apart):.2f} to "
        f"{max(apart):.2f} (Wasserstein {min(moved):.2f} to {max(moved):.2f} layers); retraining alone moves them by "
        f"{min(among):.2f} to {max(among):.2f}",
        Exhibit({"histograms": drawn}, public=True),
    )


def accuracy_follows(student: Student, draw: Draw, ask: Ask) -> Iterator[Word]:
    """`accuracy_by_depth` from the student's own network outputs and depths."""
    _, labels = _test_data()
    depths = _depths(student, len(labels))
    logits, _ = fitted(student.variable("test_activations", part=POINTS - 1).value, (len(labels), 6))
    right = logits.argmax(axis=1) == labels
    truth = np.array(
        [right[depths == layer].mean() if (depths == layer).any() else np.nan for layer in range(POINTS)]
    )
    got, _ = fitted(student.variable("accuracy_by_depth").value, (POINTS,))
    match = compare(got, truth, np.asarray(1e-4))
    says = f"accuracy_by_depth against your own network outputs and depths: {match.says}"
    shown = {"test_activations[10]": logits, "labels": labels, "depths": depths}
    yield Evidence(match.ok, says, Exhibit(shown, got, truth))
    if match.ok:
        return
    if compare(got, np.nan_to_num(truth), np.asarray(1e-4)).ok:
        yield Diagnosis("zero_for_empty", "depths without any image are 0; no image means no accuracy, nan")
    elif compare(got, 100 * truth, np.asarray(1e-2)).ok:
        yield Diagnosis("per_cent", "the accuracies are percentages; shares between 0 and 1 were asked for")
    elif compare(got, 1 - truth, np.asarray(1e-4)).ok:
        yield Diagnosis("error_for_accuracy", "these are error rates, one minus the accuracy")
    else:
        yield Diagnosis(
            "accuracy_of_something_else",
            "these are not the network's accuracies (argmax of test_activations[10]) on the images of each depth",
        )
