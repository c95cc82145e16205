"""Known faults, conventions and equivalents of nearest-neighbour votes, prediction depths and their histogram."""

# ruff: noqa: ARG005 - a fellow has its reference's whole signature, whether it uses an argument or not

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from reference.depth import (
    depth_histogram,
    knn_predictions,
    knn_predictions_by_definition,
    prediction_depth,
    prediction_depth_after,
    prediction_depth_by_definition,
)
from reference.fellows import Fellow, Kind

FAULT, CONVENTION, EQUIVALENT = Kind.FAULT, Kind.CONVENTION, Kind.EQUIVALENT

_knn = partial(Fellow, "depth.knn_predictions")
_depth = partial(Fellow, "depth.prediction_depth")
_histogram = partial(Fellow, "depth.depth_histogram")

# ---------------------------------------------------------------- nearest neighbours


def _squared(test: Tensor, train: Tensor) -> Tensor:
    return torch.cdist(test, train, compute_mode="donot_use_mm_for_euclid_dist").square()


def _majority(labels: Tensor, weights: Tensor | None = None) -> Tensor:
    """The most frequent label of each row, the smallest of several; votes may be weighted."""
    classes, codes = torch.unique(labels, return_inverse=True)
    votes = torch.ones(labels.shape, dtype=torch.float64) if weights is None else weights.double()
    tally = torch.zeros(len(labels), len(classes), dtype=torch.float64).scatter_add(1, codes, votes)
    winners: Tensor = classes[tally.argmax(1)]
    return winners


def _nearest(distances: Tensor, k: int) -> Tensor:
    places: Tensor = distances.argsort(stable=True, dim=1)[:, :k]
    return places


def _by(
    distances: Callable[[Tensor, Tensor], Tensor],
) -> Callable[..., Tensor]:
    """The vote with other distances (M, N) of test (M, d) and training features (N, d)."""

    def predictions(train: Tensor, labels: Tensor, test: Tensor, k: int = 30) -> Tensor:
        return _majority(labels[_nearest(distances(test, train), k)])

    return predictions


def _from(vote: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """Another prediction from the labels (M, k) and the plain distances (M, k) of the nearest."""

    def predictions(train: Tensor, labels: Tensor, test: Tensor, k: int = 30) -> Tensor:
        distances = _squared(test, train).sqrt()
        nearest = _nearest(distances, k)
        return vote(labels[nearest], distances.gather(1, nearest))

    return predictions


def _with_k(neighbours: Callable[[int], int]) -> Callable[..., Tensor]:
    """The vote of another number of neighbours."""

    def predictions(train: Tensor, labels: Tensor, test: Tensor, k: int = 30) -> Tensor:
        return knn_predictions(train, labels, test, min(max(neighbours(k), 1), len(train)))

    return predictions


def _default_of_five(train: Tensor, labels: Tensor, test: Tensor, k: int = 5) -> Tensor:
    return knn_predictions(train, labels, test, k)


def _first_left_out(train: Tensor, labels: Tensor, test: Tensor, k: int = 30) -> Tensor:
    nearest = _nearest(_squared(test, train), k)
    return _majority(labels[nearest[:, 1:] if k > 1 else nearest])


def _nearest_centroid(train: Tensor, labels: Tensor, test: Tensor) -> Tensor:
    classes = torch.unique(labels)
    centroids = torch.stack([train[labels == label].mean(0) for label in classes])
    predictions: Tensor = classes[_squared(test, centroids).argmin(1)]
    return predictions


def _standardised(test: Tensor, train: Tensor) -> Tensor:
    spread = train.std(0, correction=0).clamp(min=1e-12)
    return _squared((test - train.mean(0)) / spread, (train - train.mean(0)) / spread)


def _each_standardised(test: Tensor, train: Tensor) -> Tensor:
    train, test = ((X - X.mean(0)) / X.std(0, correction=0).clamp(min=1e-12) for X in (train, test))
    return _squared(test, train)


def _labels_of_another_order(train: Tensor, labels: Tensor, test: Tensor, k: int = 30) -> Tensor:
    return knn_predictions(train, labels.roll(1), test, k)


def _first_seen(labels: Tensor, _: Tensor) -> Tensor:
    rows = [Counter(row).most_common(1)[0][0] for row in labels.tolist()]
    return torch.tensor(rows, dtype=labels.dtype)


def _largest_label(labels: Tensor, _: Tensor) -> Tensor:
    return -_majority(-labels)


KNN: tuple[Fellow, ...] = (
    _knn(
        "one_neighbour",
        FAULT,
        "your predictions are those of the single nearest neighbour: k neighbours vote",
        _with_k(lambda k: 1),
    ),
    _knn(
        "always_five",
        FAULT,
        "your predictions use k = 5, scikit-learn's default, whatever is passed: use the argument",
        _with_k(lambda k: 5),
    ),
    _knn(
        "default_of_five",
        FAULT,
        "your predictions use k = 5 where none is passed: the default is 30",
        _default_of_five,
    ),
    _knn(
        "always_thirty",
        FAULT,
        "your predictions use k = 30 whatever is passed: use the argument",
        _with_k(lambda k: 30),
    ),
    _knn(
        "one_too_few",
        FAULT,
        "your predictions use k − 1 neighbours",
        _with_k(lambda k: k - 1),
    ),
    _knn(
        "one_too_many",
        FAULT,
        "your predictions use k + 1 neighbours",
        _with_k(lambda k: k + 1),
    ),
    _knn(
        "first_left_out",
        FAULT,
        "you leave out the nearest neighbour as if it were the point itself: test points are not among the training "
        "points",
        _first_left_out,
    ),
    _knn(
        "all_vote",
        FAULT,
        "your prediction is the most frequent training label: only the k nearest vote",
        _with_k(lambda k: 2**31),
    ),
    _knn(
        "farthest",
        FAULT,
        "your predictions are those of the k farthest: sort the distances in rising order",
        _by(lambda test, train: -_squared(test, train)),
    ),
    _knn(
        "first_rows",
        FAULT,
        "your predictions come from the first k training rows: sort by distance first",
        _by(lambda test, train: torch.arange(len(train)).expand(len(test), -1)),
    ),
    _knn(
        "weighted_by_distance",
        FAULT,
        "your votes are weighted by 1/distance: each of the k counts the same",
        _from(lambda labels, distances: _majority(labels, 1 / distances.clamp(min=1e-12))),
    ),
    _knn(
        "cosine",
        FAULT,
        "your neighbours are the nearest by angle: the distance is Euclidean",
        _by(lambda test, train: -functional.normalize(test) @ functional.normalize(train).mT),
    ),
    _knn(
        "inner_product",
        FAULT,
        "your neighbours have the largest inner product: the training rows' norms are missing in ‖q − t‖²",
        _by(lambda test, train: -test @ train.mT),
    ),
    _knn(
        "cross_term_once",
        FAULT,
        "your distance is ‖q‖² + ‖t‖² − q·t: the inner product counts twice",
        _by(lambda test, train: train.square().sum(1) - test @ train.mT),
    ),
    _knn(
        "manhattan",
        FAULT,
        "your neighbours are the nearest by L1 distance: the distance is Euclidean",
        _by(lambda test, train: (test.unsqueeze(1) - train).abs().sum(2)),
    ),
    _knn(
        "largest_difference",
        FAULT,
        "your neighbours are the nearest by the largest difference of one feature: the distance is Euclidean",
        _by(lambda test, train: (test.unsqueeze(1) - train).abs().amax(2)),
    ),
    _knn(
        "sum_of_differences",
        FAULT,
        "your distance is (Σ(q − t))²: square each difference before you add them",
        _by(lambda test, train: (test.unsqueeze(1) - train).sum(2).square()),
    ),
    _knn(
        "first_feature",
        FAULT,
        "your distance looks at the first feature alone",
        _by(lambda test, train: _squared(test[:, :1], train[:, :1])),
    ),
    _knn(
        "standardised",
        FAULT,
        "your features are standardised first: take them as they are given",
        _by(_standardised),
    ),
    _knn(
        "each_standardised",
        FAULT,
        "your training and test features are standardised each by its own mean and deviation, which moves them apart",
        _by(_each_standardised),
    ),
    _knn(
        "nearest_centroid",
        FAULT,
        "your predictions are the class of the nearest mean: the k nearest examples vote",
        lambda train, labels, test, k=30: _nearest_centroid(train, labels, test),
    ),
    _knn(
        "mean_label",
        FAULT,
        "your prediction is the rounded mean of the neighbours' labels: labels are names, take the most frequent",
        _from(lambda labels, _: labels.double().mean(1).round().to(labels.dtype)),
    ),
    _knn(
        "median_label",
        FAULT,
        "your prediction is the median of the neighbours' labels: take the most frequent",
        _from(lambda labels, _: labels.median(1).values),
    ),
    _knn(
        "smallest_label",
        FAULT,
        "your prediction is the smallest label among the neighbours: take the most frequent",
        _from(lambda labels, _: labels.amin(1)),
    ),
    _knn(
        "least_frequent",
        FAULT,
        "your prediction is the rarest label among the neighbours: take the most frequent",
        _from(lambda labels, _: _majority(labels, -torch.ones(labels.shape))),
    ),
    _knn(
        "labels_of_another_order",
        FAULT,
        "your labels are shifted by one against the features: row i of both belongs to the same image",
        _labels_of_another_order,
    ),
    _knn(
        "index_of_the_nearest",
        FAULT,
        "your output is the place of the nearest training row: its label was asked for",
        lambda train, labels, test, k=30: _squared(test, train).argmin(1),
    ),
    _knn(
        "labels_of_the_nearest",
        FAULT,
        "your output holds the labels of all k neighbours: let them vote",
        _from(lambda labels, _: labels),
    ),
    _knn(
        "squared_distance",
        EQUIVALENT,
        "the nearest by squared distance",
        _by(_squared),
        reason="the square does not change the order of distances",
    ),
    _knn(
        "first_seen_wins",
        EQUIVALENT,
        "of labels with the same number of votes the nearest",
        _from(_first_seen),
        reason="any way of breaking ties is right",
    ),
    _knn(
        "largest_label_wins",
        EQUIVALENT,
        "of labels with the same number of votes the largest",
        _from(_largest_label),
        reason="any way of breaking ties is right",
    ),
    _knn(
        "one_by_one",
        EQUIVALENT,
        "a loop over the test rows",
        knn_predictions_by_definition,
        reason="it is the definition",
    ),
)

# ---------------------------------------------------------------- prediction depth


def _differs(predictions: Tensor) -> Tensor:
    return predictions != predictions[-1]


def _changes(predictions: Tensor) -> Tensor:
    return predictions[1:] != predictions[:-1]


def _last_change(predictions: Tensor) -> Tensor:
    places = torch.arange(1, len(predictions)).unsqueeze(1)
    none = torch.zeros_like(predictions[:1])
    return torch.cat([none, _changes(predictions) * places]).amax(0)


def _first_agreement(predictions: Tensor) -> Tensor:
    return (~_differs(predictions)).int().argmax(0)


def _first_change(predictions: Tensor) -> Tensor:
    changes = torch.cat([_changes(predictions), torch.ones_like(predictions[:1], dtype=torch.bool)])
    return (changes.int().argmax(0) + 1) % len(predictions)


def _longest_run(predictions: Tensor) -> Tensor:
    starts = []
    for column in predictions.T.tolist():
        best, length, start = 0, 0, 0
        for place in range(1, len(column) + 1):
            if place == len(column) or column[place] != column[start]:
                if place - start > length:
                    best, length = start, place - start
                start = place
        starts.append(best)
    return torch.tensor(starts)


def _two_probes_suffice(predictions: Tensor) -> Tensor:
    last = len(predictions) - 1
    agree = ~_differs(predictions)
    both = torch.cat([agree[:-1] & agree[1:], agree[-1:]]) if last else agree
    return both.int().argmax(0)


def _most_frequent(predictions: Tensor) -> Tensor:
    return prediction_depth(predictions, _majority(predictions.T))


DEPTHS: tuple[Fellow, ...] = (
    _depth(
        "m_greater_than_L",
        CONVENTION,
        "your depths use m > L, as the original handout's text has it; the paper asks that the probe at L itself "
        "agrees too (m ≥ L), so all but 0 are one too small",
        prediction_depth_after,
    ),
    _depth(
        "counted_from_one",
        FAULT,
        "every depth is one too large: layers count from 0, the input",
        lambda predictions: prediction_depth(predictions) + 1,
    ),
    _depth(
        "counted_from_the_end",
        FAULT,
        "your depths count from the last layer backwards",
        lambda predictions: len(predictions) - 1 - prediction_depth(predictions),
    ),
    _depth(
        "layers_reversed",
        FAULT,
        "your layers are in reverse order: the first row is the input",
        lambda predictions: prediction_depth(predictions.flip(0)),
    ),
    _depth(
        "first_agreement",
        FAULT,
        "your depth is the first probe that agrees with the last: every later one has to agree as well",
        _first_agreement,
    ),
    _depth(
        "two_agreements",
        FAULT,
        "your depth is the first of two probes in a row that agree with the last: every later one has to agree",
        _two_probes_suffice,
    ),
    _depth(
        "last_disagreement",
        FAULT,
        "your depth is the last probe that disagrees, −1 if none does: the depth is the one after it",
        lambda predictions: prediction_depth(predictions) - 1,
    ),
    _depth(
        "first_change",
        FAULT,
        "your depth is where the prediction first changes: take the last change",
        _first_change,
    ),
    _depth(
        "number_of_disagreements",
        FAULT,
        "your depth is the number of probes that disagree with the last, wherever they are",
        lambda predictions: _differs(predictions).sum(0),
    ),
    _depth(
        "number_of_agreements",
        FAULT,
        "your depth is the number of probes that agree with the last, wherever they are",
        lambda predictions: (~_differs(predictions)).sum(0),
    ),
    _depth(
        "length_of_the_agreement",
        FAULT,
        "your depth is the number of probes from there to the last: the place of the first was asked for",
        lambda predictions: len(predictions) - prediction_depth(predictions),
    ),
    _depth(
        "number_of_changes",
        FAULT,
        "your depth is the number of times the prediction changes",
        lambda predictions: _changes(predictions).sum(0),
    ),
    _depth(
        "longest_run",
        FAULT,
        "your depth is the start of the longest run of equal predictions: take the run that ends at the last probe",
        _longest_run,
    ),
    _depth(
        "against_the_first",
        FAULT,
        "your depth compares with the first probe: compare with the last",
        lambda predictions: prediction_depth(predictions, predictions[0]),
    ),
    _depth(
        "against_the_most_frequent",
        FAULT,
        "your depth compares with each image's most frequent prediction: compare with the last",
        _most_frequent,
    ),
    _depth(
        "last_probe_left_out",
        FAULT,
        "your depth ends at the last probe but one, and compares with that",
        lambda predictions: prediction_depth(predictions[:-1] if len(predictions) > 1 else predictions),
    ),
    _depth(
        "never_settled_at_zero",
        FAULT,
        "images whose last two probes differ have depth 0 in your output: theirs is the last layer",
        lambda predictions: prediction_depth(predictions) % max(len(predictions) - 1, 1),
    ),
    _depth(
        "settled_as_minus_one",
        FAULT,
        "images whose probes all agree have depth −1 in your output: theirs is 0",
        lambda predictions: prediction_depth(predictions).where(_differs(predictions).any(0), -1),
    ),
    _depth(
        "settled_as_last",
        FAULT,
        "images whose probes all agree have the largest depth in your output: theirs is 0",
        lambda predictions: prediction_depth(predictions).where(
            _differs(predictions).any(0), len(predictions) - 1
        ),
    ),
    _depth(
        "share_of_layers",
        FAULT,
        "your depths are shares of the number of layers: layers were asked for",
        lambda predictions: prediction_depth(predictions).double() / len(predictions),
    ),
    _depth(
        "mean_depth",
        FAULT,
        "your output is the mean depth: one depth an image was asked for",
        lambda predictions: prediction_depth(predictions).double().mean(),
    ),
    _depth(
        "axes_exchanged",
        FAULT,
        "your output has one depth a layer: rows are layers and columns are images",
        lambda predictions: prediction_depth(predictions.T),
    ),
    _depth(
        "depth_of_all_images",
        FAULT,
        "your output is the depth at which every image has settled, for each of them: each has its own",
        lambda predictions: prediction_depth(predictions).amax().expand(predictions.shape[1]),
    ),
    _depth(
        "last_change",
        EQUIVALENT,
        "the place of the last change, 0 if there is none",
        _last_change,
        reason="after its last change a prediction equals the last one, and before it differs",
    ),
    _depth(
        "suffix_by_suffix",
        EQUIVALENT,
        "for each L a look at all m ≥ L",
        prediction_depth_by_definition,
        reason="it is the definition",
    ),
)

# ---------------------------------------------------------------- histogram


def _as_float_bins(depths: Tensor, num_layers: int) -> Tensor:
    low, high = float(depths.min()), float(depths.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    return torch.histc(depths.double(), bins=num_layers, min=low, max=high).long()


def _last_two_joined(depths: Tensor, num_layers: int) -> Tensor:
    return depth_histogram(depths.clamp(max=max(num_layers - 2, 0)), num_layers)


HISTOGRAM: tuple[Fellow, ...] = (
    _histogram(
        "last_layer_lost",
        FAULT,
        "the last bar is 0: the range stops one short of the last layer",
        lambda depths, num_layers: torch.cat(
            [depth_histogram(depths, num_layers)[:-1], torch.zeros(1, dtype=torch.int64)]
        ),
    ),
    _histogram(
        "one_bar_too_few",
        FAULT,
        "your histogram has one bar too few: depths run from 0 to num_layers − 1",
        lambda depths, num_layers: depth_histogram(depths, num_layers)[:-1],
    ),
    _histogram(
        "one_bar_too_many",
        FAULT,
        "your histogram has one bar too many: depths run from 0 to num_layers − 1",
        lambda depths, num_layers: depth_histogram(depths, num_layers + 1),
    ),
    _histogram(
        "last_two_joined",
        FAULT,
        "the last two depths share a bar: with edges 0 to num_layers − 1 numpy closes the last bin",
        _last_two_joined,
    ),
    _histogram(
        "no_bars_at_the_end",
        FAULT,
        "your histogram ends at the largest depth that occurs: pad it to num_layers bars",
        lambda depths, num_layers: torch.bincount(depths),
    ),
    _histogram(
        "empty_bars_left_out",
        FAULT,
        "your histogram leaves out the depths that do not occur: these bars are 0",
        lambda depths, num_layers: torch.unique(depths, return_counts=True)[1],
    ),
    _histogram(
        "bins_over_the_range",
        FAULT,
        "your bins divide the range from the smallest to the largest depth: one bar a layer was asked for",
        _as_float_bins,
    ),
    _histogram(
        "input_lost",
        FAULT,
        "the first bar is 0: depth 0, the input, counts too",
        lambda depths, num_layers: torch.cat(
            [torch.zeros(1, dtype=torch.int64), depth_histogram(depths, num_layers)[1:]]
        ),
    ),
    _histogram(
        "shifted_up",
        FAULT,
        "your bars stand one place too far right",
        lambda depths, num_layers: depth_histogram(depths, num_layers).roll(1),
    ),
    _histogram(
        "shifted_down",
        FAULT,
        "your bars stand one place too far left",
        lambda depths, num_layers: depth_histogram(depths, num_layers).roll(-1),
    ),
    _histogram(
        "reversed",
        FAULT,
        "your bars run from the last layer to the first",
        lambda depths, num_layers: depth_histogram(depths, num_layers).flip(0),
    ),
    _histogram(
        "sorted",
        FAULT,
        "your bars are sorted by height: they stand in the order of the layers",
        lambda depths, num_layers: depth_histogram(depths, num_layers).sort(descending=True).values,
    ),
    _histogram(
        "shares_for_counts",
        FAULT,
        "your bars are shares of all images: counts were asked for",
        lambda depths, num_layers: depth_histogram(depths, num_layers) / len(depths),
    ),
    _histogram(
        "percentages",
        FAULT,
        "your bars are percentages of all images: counts were asked for",
        lambda depths, num_layers: 100 * depth_histogram(depths, num_layers) / len(depths),
    ),
    _histogram(
        "cumulative",
        FAULT,
        "your bars add up from left to right: each counts its own depth only",
        lambda depths, num_layers: depth_histogram(depths, num_layers).cumsum(0),
    ),
    _histogram(
        "occurs_or_not",
        FAULT,
        "your bars say whether a depth occurs: count how often",
        lambda depths, num_layers: (depth_histogram(depths, num_layers) > 0).long(),
    ),
    _histogram(
        "depth_times_count",
        FAULT,
        "your bars add up the depths themselves: count the images",
        lambda depths, num_layers: depth_histogram(depths, num_layers) * torch.arange(num_layers),
    ),
    _histogram(
        "depths_themselves",
        FAULT,
        "your output is the list of depths: count how often each occurs",
        lambda depths, num_layers: depths,
    ),
    _histogram(
        "edges_between_the_layers",
        EQUIVALENT,
        "bins with edges half-way between the layers",
        lambda depths, num_layers: torch.histc(
            depths.double(), bins=num_layers, min=-0.5, max=num_layers - 0.5
        ),
        reason="every such bin holds one layer",
    ),
    _histogram(
        "layer_by_layer",
        EQUIVALENT,
        "for each layer the number of depths equal to it",
        lambda depths, num_layers: torch.stack([(depths == layer).sum() for layer in range(num_layers)]),
        reason="it is the definition",
    ),
)
