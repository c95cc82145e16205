"""Known faults, conventions and equivalents of the variables that the example difficulty notebook leaves.

A fellow of `depth.worked_example` takes a worked example, or makes the usual one, and gives it back with a variable
changed. Its `aspect` says which part of the notebook is wrong: features, depths, histogram or accuracy.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from reference.depth import (
    accuracy_by_depth,
    network_images,
    prediction_depth,
    prediction_depth_after,
    probe_points,
    worked_example,
)
from reference.faults_probes import DEPTHS
from reference.fellows import Fellow, Kind

Array = NDArray[Any]
Worked = Mapping[str, Any]
Change = Callable[[Worked], dict[str, Any]]


def _variant(
    aspect: str, name: str, says: str, change: Change, kind: Kind = Kind.FAULT, reason: str = ""
) -> Fellow:
    def changed(worked: Worked | None = None) -> dict[str, Any]:
        given = worked_example() if worked is None else worked
        return {**given, **change(given)}

    return Fellow("depth.worked_example", name, kind, says, changed, aspect, reason)


# ---------------------------------------------------------------- features


def _activations(change: Callable[[list[Array]], list[Array]]) -> Change:
    return lambda worked: {"test_activations": tuple(change(list(worked["test_activations"])))}


def _with_point(place: int, of: Callable[[list[Array]], Array]) -> Change:
    def change(points: list[Array]) -> list[Array]:
        return [of(points) if k == place else point for k, point in enumerate(points)]

    return _activations(change)


def _recorded(network: torch.nn.Module, images: Array) -> tuple[Array, ...]:
    """As a student's hooks record it: in whatever mode the network is."""
    seen: list[Array] = [network_images(images).numpy()]
    hooks = [
        module.register_forward_hook(lambda _, __, output: seen.append(output.detach().numpy().copy()))
        for module in probe_points(network).values()
    ]
    with torch.no_grad():
        network(network_images(images))
    for hook in hooks:
        hook.remove()
    return tuple(seen)


def _in_train_mode(worked: Worked) -> dict[str, Any]:
    # A copy: a pass in train mode moves the running averages.
    return {"test_activations": _recorded(copy.deepcopy(worked["resnet"]).train(), worked["test_images"])}


def _before_training(worked: Worked) -> dict[str, Any]:
    network = copy.deepcopy(worked["resnet"])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for module in network.modules():
            if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear, torch.nn.BatchNorm2d)):
                module.reset_parameters()
    return {"test_activations": _recorded(network.eval(), worked["test_images"])}


def _of_training_images(worked: Worked) -> dict[str, Any]:
    images = np.resize(worked["train_images"], worked["test_images"].shape)
    return {"test_activations": _recorded(worked["resnet"], images)}


def _softmax(points: list[Array], axis: int) -> Array:
    logits = torch.from_numpy(points[-1])
    return logits.softmax(axis).numpy()


def _other_rows(points: list[Array]) -> list[Array]:
    order = np.random.default_rng(0).permutation(len(points[0]))
    return [point[order] for point in points]


FEATURES: tuple[Fellow, ...] = (
    _variant(
        "features",
        "overwritten_by_relu",
        "bn1 has no negative entry: the ReLU after it works in place and overwrote what the hook kept; clone in the "
        "hook",
        _with_point(2, lambda points: points[3]),
    ),
    _variant(
        "features",
        "recorded_in_train_mode",
        "the activations are those of train mode, normalised by each batch: call resnet.eval() before you record them",
        _in_train_mode,
    ),
    _variant(
        "features",
        "recorded_before_training",
        "the activations are not those of your trained network: record them after training",
        _before_training,
    ),
    _variant(
        "features",
        "of_training_images",
        "the activations are those of the training images",
        _of_training_images,
    ),
    _variant(
        "features",
        "rows_not_in_order",
        "the rows of the activations are shuffled: take the test images in their order",
        _activations(_other_rows),
    ),
    _variant(
        "features",
        "input_missing",
        "there are 10 points: point 0 is the input",
        _activations(lambda points: points[1:]),
    ),
    _variant(
        "features",
        "avgpool_missing",
        "there are 10 points: avgpool is missing",
        _activations(lambda points: points[:9] + points[10:]),
    ),
    _variant(
        "features",
        "last_layer_missing",
        "there are 10 points: the last layer, fc, is missing",
        _activations(lambda points: points[:10]),
    ),
    _variant(
        "features",
        "inputs_for_outputs",
        "each point holds what goes into its layer: a forward hook's third argument is what comes out",
        _activations(lambda points: [points[0], *points[:-1]]),
    ),
    _variant(
        "features",
        "points_reversed",
        "the points run from the last layer to the input",
        _activations(lambda points: points[::-1]),
    ),
    _variant(
        "features",
        "averaged_over_pixels",
        "the maps are averaged over their pixels: a point is all that the layer gives",
        _activations(lambda points: [p.mean((2, 3)) if p.ndim == 4 else p for p in points]),
    ),
    _variant(
        "features",
        "hooked_twice",
        "each row is there twice: the cell that registers the hooks ran twice, remove the old ones",
        _activations(lambda points: [np.repeat(point, 2, axis=0) for point in points]),
    ),
    _variant(
        "features",
        "last_batch_only",
        "the activations are those of the last batch alone: the hook overwrites what it kept before",
        _activations(lambda points: [point[-(len(point) % 16 or 16) :] for point in points]),
    ),
    _variant(
        "features",
        "one_image_only",
        "the activations are those of one image",
        _activations(lambda points: [point[:1] for point in points]),
    ),
    _variant(
        "features",
        "softmax_of_the_last",
        "point 10 holds probabilities: it is the output of fc, before any softmax",
        _with_point(10, lambda points: _softmax(points, 1)),
    ),
    _variant(
        "features",
        "predictions_for_the_last",
        "point 10 holds predicted classes: it is the output of fc",
        _with_point(10, lambda points: np.eye(6, dtype=np.float32)[points[10].argmax(1)]),
    ),
    _variant(
        "features",
        "activations_all_zero",
        "the activations are zero everywhere: the array was made and never filled",
        _activations(lambda points: [np.zeros_like(point) for point in points]),
    ),
    _variant(
        "features",
        "flattened",
        "each point is flattened to (M, values)",
        _activations(lambda points: [point.reshape(len(point), -1) for point in points]),
        Kind.EQUIVALENT,
        "the same numbers in the same order; the probes flatten them anyway",
    ),
    _variant(
        "features",
        "grey_input",
        "point 0 has one grey channel",
        _with_point(0, lambda points: points[0][:, :1]),
        Kind.EQUIVALENT,
        "the network's three channels repeat the grey one",
    ),
)

# ---------------------------------------------------------------- depths


def _tensors(worked: Worked, *names: str) -> tuple[torch.Tensor, ...]:
    return tuple(torch.from_numpy(np.array(worked[name])) for name in names)


def _depths(change: Callable[[torch.Tensor], torch.Tensor]) -> Change:
    """Other depths of the same layer predictions."""
    return lambda worked: {"depths": change(*_tensors(worked, "layer_predictions")).numpy()}


def _predicted(change: Callable[[Array], Array]) -> Change:
    """Other layer predictions, and the depths that follow from these."""

    def changed(worked: Worked) -> dict[str, Any]:
        predictions = change(worked["layer_predictions"])
        return {
            "layer_predictions": predictions,
            "depths": prediction_depth(torch.from_numpy(np.array(predictions))).numpy(),
        }

    return changed


def _against_the_network(worked: Worked) -> dict[str, Any]:
    (predictions,) = _tensors(worked, "layer_predictions")
    network = torch.from_numpy(worked["test_activations"][10]).argmax(1)
    return {"depths": prediction_depth(predictions, network).numpy()}


def _against_the_labels(worked: Worked) -> dict[str, Any]:
    return {"depths": prediction_depth(*_tensors(worked, "layer_predictions", "test_labels")).numpy()}


def _random_predictions(predictions: Array) -> Array:
    return np.random.default_rng(0).integers(0, 6, predictions.shape)


def _of_other_images(predictions: Array) -> Array:
    return predictions[:, np.random.default_rng(0).permutation(predictions.shape[1])]


def _from_fellow(name: str) -> Change:
    """The depths that a fellow of `depth.prediction_depth` gives."""
    (fellow,) = (one for one in DEPTHS if one.name == name)
    return _depths(fellow.function)


DEPTH_VARIABLES: tuple[Fellow, ...] = (
    _variant(
        "depths",
        "m_greater_than_L",
        "your depths use m > L, as the original handout's text has it; the paper asks that the probe at L itself "
        "agrees too (m ≥ L), so all but 0 are one too small",
        _depths(prediction_depth_after),
        Kind.CONVENTION,
    ),
    _variant(
        "depths",
        "constant_predictions",
        "layer_predictions never changes: it can't come from trained probes",
        _predicted(lambda predictions: np.zeros_like(predictions)),
    ),
    _variant(
        "depths",
        "random_predictions",
        "no probe does better than guessing: do features and labels belong together row by row?",
        _predicted(_random_predictions),
    ),
    _variant(
        "depths",
        "of_other_images",
        "no probe does better than guessing: the columns of layer_predictions are not the test images in their order",
        _predicted(_of_other_images),
    ),
    _variant(
        "depths",
        "one_probe_missing",
        "layer_predictions has 10 rows: there are 11 probe points",
        _predicted(lambda predictions: predictions[1:]),
    ),
    _variant(
        "depths",
        "layers_second",
        "layer_predictions is (M, 11): rows are layers and columns are images",
        lambda worked: {"layer_predictions": worked["layer_predictions"].T},
    ),
    _variant(
        "depths",
        "counted_from_one",
        "every depth is one too large: layers count from 0, the input",
        _from_fellow("counted_from_one"),
    ),
    _variant(
        "depths",
        "counted_from_the_end",
        "your depths count from the last layer backwards",
        _from_fellow("counted_from_the_end"),
    ),
    _variant(
        "depths",
        "layers_reversed",
        "your depths take the rows of layer_predictions from the last to the first",
        _from_fellow("layers_reversed"),
    ),
    _variant(
        "depths",
        "first_agreement",
        "each depth is the first probe that agrees with the last; every later one has to agree as well",
        _from_fellow("first_agreement"),
    ),
    _variant(
        "depths",
        "number_of_disagreements",
        "your depths count the probes that disagree with the last, wherever they are",
        _from_fellow("number_of_disagreements"),
    ),
    _variant(
        "depths",
        "number_of_changes",
        "your depths count how often the prediction changes",
        _from_fellow("number_of_changes"),
    ),
    _variant(
        "depths",
        "last_probe_left_out",
        "your depths leave out the last probe and compare with the one before",
        _from_fellow("last_probe_left_out"),
    ),
    _variant(
        "depths",
        "against_the_network",
        "your depths compare with the network's predictions: here they compare with the last probe",
        _against_the_network,
    ),
    _variant(
        "depths",
        "against_the_labels",
        "your depths compare with the true labels: they compare with the last probe",
        _against_the_labels,
    ),
    _variant(
        "depths",
        "shuffled",
        "your depths are those of other images: their order is not that of layer_predictions",
        lambda worked: {"depths": np.random.default_rng(0).permutation(worked["depths"])},
    ),
    _variant(
        "depths",
        "depths_all_zero",
        "your depths are all 0",
        lambda worked: {"depths": np.zeros_like(worked["depths"])},
    ),
    _variant(
        "depths",
        "fewer_images",
        "there are fewer depths than test images",
        lambda worked: {"depths": worked["depths"][:-1]},
    ),
)

# ---------------------------------------------------------------- histogram


def _bars(change: Callable[[Array], Array]) -> Change:
    return lambda worked: {"histogram": change(worked["histogram"])}


def _joined(worked: Worked) -> dict[str, Any]:
    layers = len(worked["histogram"])
    return {"histogram": np.histogram(worked["depths"], bins=range(layers))[0]}


def _of_later_depths(worked: Worked) -> dict[str, Any]:
    return {"histogram": np.bincount(np.maximum(worked["depths"] - 1, 0), minlength=len(worked["histogram"]))}


def _of_one_class(worked: Worked) -> dict[str, Any]:
    chosen = worked["depths"][worked["test_labels"] == 0]
    return {"histogram": np.bincount(chosen, minlength=len(worked["histogram"]))}


def _of_classes(worked: Worked) -> dict[str, Any]:
    return {"histogram": np.bincount(worked["layer_predictions"][-1], minlength=len(worked["histogram"]))}


HISTOGRAM_VARIABLES: tuple[Fellow, ...] = (
    _variant(
        "histogram",
        "last_bar_lost",
        "the last bar is 0: does the range stop one short?",
        _bars(lambda bars: np.append(bars[:-1], 0)),
    ),
    _variant(
        "histogram",
        "one_bar_too_few",
        "there are 10 bars: depths run from 0 to 10",
        _bars(lambda bars: bars[:-1]),
    ),
    _variant(
        "histogram",
        "last_two_joined",
        "there are 10 bars, and the last holds two depths: with edges 0 to 10 numpy closes the last bin",
        _joined,
    ),
    _variant(
        "histogram",
        "shares_for_counts",
        "the bars are shares of all images: counts were asked for",
        _bars(lambda bars: bars / bars.sum()),
    ),
    _variant(
        "histogram",
        "percentages",
        "the bars are percentages of all images: counts were asked for",
        _bars(lambda bars: 100 * bars / bars.sum()),
    ),
    _variant(
        "histogram",
        "cumulative",
        "the bars add up from left to right: each counts its own depth only",
        _bars(np.cumsum),
    ),
    _variant(
        "histogram",
        "reversed",
        "the bars run from the last layer to the input",
        _bars(lambda bars: bars[::-1].copy()),
    ),
    _variant(
        "histogram",
        "bars_shifted",
        "the bars stand one place too far right",
        _bars(lambda bars: np.roll(bars, 1)),
    ),
    _variant(
        "histogram",
        "sorted",
        "the bars are sorted by height: they stand in the order of the layers",
        _bars(lambda bars: np.sort(bars)[::-1].copy()),
    ),
    _variant(
        "histogram",
        "of_other_depths",
        "the histogram is that of the depths by m > L, not of your own `depths`",
        _of_later_depths,
    ),
    _variant(
        "histogram",
        "of_one_class",
        "the histogram counts the images of one class alone",
        _of_one_class,
    ),
    _variant(
        "histogram",
        "of_predicted_classes",
        "the histogram counts predicted classes, not depths",
        _of_classes,
    ),
    _variant(
        "histogram",
        "bars_all_zero",
        "all bars are 0",
        _bars(lambda bars: np.zeros_like(bars)),
    ),
    _variant(
        "histogram",
        "constant",
        "all bars are equal: they don't come from your depths",
        _bars(lambda bars: np.full_like(bars, bars.sum() // len(bars))),
    ),
)

# ---------------------------------------------------------------- accuracy by depth


def _accuracy(change: Callable[[Array], Array]) -> Change:
    return lambda worked: {"accuracy_by_depth": change(worked["accuracy_by_depth"])}


def _right(worked: Worked) -> Array:
    right: Array = worked["test_activations"][10].argmax(1) == worked["test_labels"]
    return right


def _of_predictions(predictions: Callable[[Worked], Array], labels: str = "test_labels") -> Change:
    """The accuracy by depth of other predictions, or against other labels."""

    def changed(worked: Worked) -> dict[str, Any]:
        depths, truth = _tensors(worked, "depths", labels)
        given = torch.from_numpy(np.array(predictions(worked)))
        return {"accuracy_by_depth": accuracy_by_depth(depths, given, truth[: len(given)], 11).numpy()}

    return changed


def _by_group(group: Callable[[Array, int], Array]) -> Change:
    """The network's accuracy on other groups of images than those of one depth; NaN where empty."""

    def changed(worked: Worked) -> dict[str, Any]:
        right = _right(worked)
        groups = [right[group(worked["depths"], layer)] for layer in range(11)]
        return {"accuracy_by_depth": np.array([g.mean() if len(g) else np.nan for g in groups])}

    return changed


def _of_probes(worked: Worked) -> dict[str, Any]:
    return {"accuracy_by_depth": (worked["layer_predictions"] == worked["test_labels"]).mean(1)}


def _counts_of_right(worked: Worked) -> dict[str, Any]:
    return {"accuracy_by_depth": np.bincount(worked["depths"][_right(worked)], minlength=11)}


def _share_of_all(worked: Worked) -> dict[str, Any]:
    counts = np.bincount(worked["depths"][_right(worked)], minlength=11)
    return {"accuracy_by_depth": counts / len(worked["depths"])}


ACCURACY_VARIABLES: tuple[Fellow, ...] = (
    _variant(
        "accuracy",
        "zero_for_empty",
        "depths without any image are 0: no image means no accuracy, nan",
        _accuracy(lambda shares: np.nan_to_num(shares)),
    ),
    _variant(
        "accuracy",
        "one_for_empty",
        "depths without any image are 1: no image means no accuracy, nan",
        _accuracy(lambda shares: np.nan_to_num(shares, nan=1.0)),
    ),
    _variant(
        "accuracy",
        "empty_left_out",
        "depths without any image are left out: keep their places, as nan",
        _accuracy(lambda shares: shares[~np.isnan(shares)]),
    ),
    _variant(
        "accuracy",
        "per_cent",
        "the accuracies are percentages: shares between 0 and 1 were asked for",
        _accuracy(lambda shares: 100 * shares),
    ),
    _variant(
        "accuracy",
        "error_for_accuracy",
        "these are error rates, one minus the accuracy",
        _accuracy(lambda shares: 1 - shares),
    ),
    _variant(
        "accuracy",
        "counts_of_right",
        "these are numbers of right predictions: divide by the number of images of that depth",
        _counts_of_right,
    ),
    _variant(
        "accuracy",
        "share_of_all",
        "the right predictions are divided by all images: divide by those of that depth",
        _share_of_all,
    ),
    _variant(
        "accuracy",
        "same_for_all_depths",
        "every depth has the accuracy on all images: take the images of that depth alone",
        _by_group(lambda depths, _: np.full(len(depths), True)),
    ),
    _variant(
        "accuracy",
        "up_to_each_depth",
        "these are the accuracies on the images up to each depth: take the images of that depth alone",
        _by_group(lambda depths, layer: depths <= layer),
    ),
    _variant(
        "accuracy",
        "accuracies_shifted",
        "the accuracies stand one place too far right",
        _accuracy(lambda shares: np.roll(shares, 1)),
    ),
    _variant(
        "accuracy",
        "of_the_probes",
        "these are the accuracies of the eleven probes on all images: the network's on the images of each depth were "
        "asked for",
        _of_probes,
    ),
    _variant(
        "accuracy",
        "of_the_last_probe",
        "these are the accuracies of the last probe: the network's were asked for",
        _of_predictions(lambda worked: worked["layer_predictions"][-1]),
    ),
    _variant(
        "accuracy",
        "of_the_first_probe",
        "these are the accuracies of the probe at the input: the network's were asked for",
        _of_predictions(lambda worked: worked["layer_predictions"][0]),
    ),
    _variant(
        "accuracy",
        "agreement_with_the_last_probe",
        "these are the shares of images on which network and last probe agree: compare with the labels",
        lambda worked: _of_predictions(
            lambda given: given["test_activations"][10].argmax(1), "last_predictions"
        )({**worked, "last_predictions": worked["layer_predictions"][-1]}),
    ),
    _variant(
        "accuracy",
        "labels_in_another_order",
        "these are the accuracies against shuffled labels",
        _of_predictions(lambda worked: np.roll(worked["test_activations"][10].argmax(1), 1)),
    ),
    _variant(
        "accuracy",
        "last_accuracy_lost",
        "the last entry is nan although images have that depth: does the range stop one short?",
        _accuracy(lambda shares: np.append(shares[:-1], np.nan)),
    ),
)

EXAMPLE: tuple[Fellow, ...] = (*FEATURES, *DEPTH_VARIABLES, *HISTOGRAM_VARIABLES, *ACCURACY_VARIABLES)
