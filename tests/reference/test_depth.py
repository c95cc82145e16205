"""Prediction depth: hooks, probes, depths, their intervals, and what is counted from them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance
from torch import Tensor, nn

from reference import depth, shapes
from reference.depth import Votes
from reference.neighbours import knn_admissible

torch.set_num_threads(1)

# ---------------------------------------------------------------- activations


class Small(nn.Module):
    """A network with what makes recording hard: an in-place layer, dropout, batch normalisation."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.conv = nn.Conv2d(1, 4, 3)
            self.norm = nn.BatchNorm2d(4)
            self.relu = nn.ReLU(inplace=True)
            self.drop = nn.Dropout(0.5)
            self.pool = nn.AdaptiveAvgPool2d(2)
            self.head = nn.Linear(16, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.drop(self.relu(self.norm(self.conv(x)))))
        return self.head(x.flatten(1))


def images(count: int, seed: int = 0) -> Tensor:
    return torch.randn(count, 1, 6, 6, generator=torch.Generator().manual_seed(seed))


def test_each_point_holds_what_its_layer_gives() -> None:
    network = Small().eval()
    x = images(10)
    points = depth.recorded_activations(network, x, batch=3)
    assert list(points) == ["input", "conv", "norm", "relu", "drop", "pool", "head"]
    with torch.no_grad():
        expected = [x, network.conv(x)]
        expected.append(network.norm(expected[-1].clone()))
        expected.append(expected[-1].clone().clamp(min=0))
        expected.append(expected[-1])
        expected.append(network.pool(expected[-1]))
        expected.append(network(x))
    for (name, got), wanted in zip(points.items(), expected, strict=True):
        torch.testing.assert_close(got, wanted, msg=lambda text, name=name: f"{name}: {text}")
    assert points["norm"].min() < 0
    assert not any(one.requires_grad for one in points.values())


def test_recording_leaves_the_network_as_it_was() -> None:
    network = Small().train()
    network.norm.eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    depth.recorded_activations(network, images(8))
    assert network.training
    assert network.drop.training
    assert not network.norm.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not any(module._forward_hooks for module in network.modules())


def test_hooks_are_removed_when_the_network_fails() -> None:
    network = Small().train()
    with pytest.raises(RuntimeError):
        depth.recorded_activations(network, torch.zeros(1, 1, 1, 1))
    assert not any(module._forward_hooks for module in network.modules())
    assert network.training


def test_evaluation_mode_makes_rows_independent_of_their_batch() -> None:
    network = Small().train()
    alone = depth.recorded_activations(network, images(9), batch=1)
    together = depth.recorded_activations(network, images(9), batch=9)
    for name in alone:
        torch.testing.assert_close(alone[name], together[name])


def test_points_may_be_any_modules() -> None:
    network = nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), nn.Linear(3, 2))
    inner = {"inside": network[0][0]}
    points = depth.recorded_activations(network, torch.ones(4, 2), points=inner)
    assert list(points) == ["input", "inside"]
    assert points["inside"].shape == (4, 3)


class Twice(nn.Module):
    """Passes one module twice and another never."""

    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU()
        self.unused = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.relu(x) - 1)


@pytest.mark.parametrize(("point", "times"), [("relu", 2), ("unused", 0)])
def test_a_point_that_is_not_passed_once_is_refused(point: str, times: int) -> None:
    network = Twice()
    with pytest.raises(ValueError, match=f"{point} is passed {times} times"):
        depth.recorded_activations(network, torch.ones(2, 2), points={point: getattr(network, point)})


def test_a_point_without_a_tensor_is_refused() -> None:
    network = nn.Sequential(nn.LSTM(2, 3))
    with pytest.raises(TypeError, match="gives a tuple, not a tensor"):
        depth.recorded_activations(network, torch.ones(4, 5, 2))


# ---------------------------------------------------------------- probes


@pytest.mark.parametrize("block", [3, 7, 100], ids=["blocks of 3", "blocks of 7", "one block"])
def test_probes_are_the_votes_on_the_recorded_activations(block: int) -> None:
    network = Small()
    train, test = images(25, 1), images(11, 2)
    labels = torch.randint(0, 3, (25,), generator=torch.Generator().manual_seed(3))
    votes = depth.knn_probes(network, train, labels, test, k=4, block=block)
    rows, asked = (depth.recorded_activations(network, x) for x in (train, test))
    for place, name in enumerate(rows):
        expected = knn_admissible(rows[name], labels, asked[name], k=4)
        assert torch.equal(votes.admissible[place], expected.admissible)
    assert votes.predictions.shape == (7, 11)


def test_probes_decide_ties_that_no_block_shows_alone() -> None:
    # All images equal: every training row is at the same distance, at every point.
    train, labels = torch.ones(60, 1, 6, 6), torch.arange(60) % 3
    votes = depth.knn_probes(Small(), train, labels, 2 * torch.ones(5, 1, 6, 6), k=7, block=13)
    assert votes.admissible.all()


def test_probes_never_hold_the_activations_of_all_images() -> None:
    network = Small()
    largest = 0

    def watch(_: nn.Module, __: Any, output: Tensor) -> None:
        nonlocal largest
        largest = max(largest, len(output))

    network.conv.register_forward_hook(watch)
    depth.knn_probes(network, images(40, 1), torch.arange(40) % 2, images(30, 2), k=3, block=8)
    assert largest == 8


def test_more_neighbours_than_images_are_refused() -> None:
    with pytest.raises(ValueError, match="k is 30, but there are 4"):
        depth.knn_probes(Small(), images(4), torch.arange(4), images(2))


# ---------------------------------------------------------------- prediction depth


def all_columns(layers: int, classes: int) -> Tensor:
    """Every possible column of predictions, one each."""
    return torch.tensor(list(itertools.product(range(classes), repeat=layers))).T


@pytest.mark.parametrize(("layers", "classes"), [(1, 3), (2, 3), (5, 3), (6, 2)])
def test_every_column_has_the_depth_of_the_definition(layers: int, classes: int) -> None:
    predictions = all_columns(layers, classes)
    assert torch.equal(depth.prediction_depth(predictions), depth.prediction_depth_by_definition(predictions))


def test_every_column_has_the_later_depth_of_its_own_definition() -> None:
    predictions = all_columns(5, 3)
    expected = [
        min(L for L in range(5) if all(m == column[-1] for m in column[L + 1 :]))
        for column in predictions.T.tolist()
    ]
    assert depth.prediction_depth_after(predictions).tolist() == expected


def test_against_the_networks_classes_a_depth_may_be_undefined() -> None:
    predictions = torch.tensor([[0, 0, 1], [0, 1, 1], [0, 1, 1]])
    assert depth.prediction_depth(predictions, torch.tensor([0, 1, 2])).tolist() == [0, 1, 3]
    last = depth.prediction_depth(predictions, predictions[-1])
    assert torch.equal(last, depth.prediction_depth(predictions))


def choices(admissible: list[list[set[int]]]) -> Votes:
    """Votes of which the sets of each layer and example are given."""
    table = [[[label in labels for label in range(3)] for labels in layer] for layer in admissible]
    return Votes(torch.arange(3), torch.tensor(table))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sets(st.integers(0, 2), min_size=1), min_size=1, max_size=5),
    st.one_of(st.none(), st.integers(0, 2)),
)
def test_intervals_are_those_of_every_choice(column: list[set[int]], final: int | None) -> None:
    votes = choices([[labels] for labels in column])
    fixed = None if final is None else torch.tensor([final])
    low, high = depth.depth_intervals(votes, fixed)
    depths = [
        int(depth.prediction_depth(torch.tensor(chosen).unsqueeze(1), fixed))
        for chosen in itertools.product(*column)
    ]
    assert (int(low), int(high)) == (min(depths), max(depths))


def test_a_final_class_that_no_training_label_has_is_refused() -> None:
    with pytest.raises(ValueError, match="none of the training labels"):
        depth.depth_intervals(choices([[{0}]]), torch.tensor([7]))


# ---------------------------------------------------------------- counting


@given(st.lists(st.integers(0, 6), max_size=30))
def test_a_histogram_counts_every_depth_once(listed: list[int]) -> None:
    histogram = depth.depth_histogram(torch.tensor(listed, dtype=torch.int64), 7)
    assert histogram.tolist() == [listed.count(layer) for layer in range(7)]


@pytest.mark.parametrize("wrong", [-1, 3], ids=["below", "above"])
def test_a_depth_outside_the_histogram_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="depths run from"):
        depth.depth_histogram(torch.tensor([0, wrong]), 3)


def test_class_histograms_add_up_to_the_histogram() -> None:
    generator = torch.Generator().manual_seed(0)
    depths, labels = (torch.randint(0, n, (50,), generator=generator) for n in (5, 3))
    by_class = depth.class_histograms(depths, labels, 5, 4)
    assert torch.equal(by_class.sum(0), depth.depth_histogram(depths, 5))
    assert torch.equal(by_class.sum(1)[:3], torch.bincount(labels))
    assert by_class[3].sum() == 0


def test_accuracy_by_depth_is_that_of_a_loop_and_nan_where_empty() -> None:
    generator = torch.Generator().manual_seed(1)
    depths = torch.randint(0, 4, (40,), generator=generator)
    depths[depths == 2] = 3
    predictions, labels = (torch.randint(0, 3, (40,), generator=generator) for _ in range(2))
    got = depth.accuracy_by_depth(depths, predictions, labels, 5)
    for layer in range(5):
        right = [bool(predictions[i] == labels[i]) for i in range(40) if depths[i] == layer]
        assert got[layer].isnan() if not right else float(got[layer]) == pytest.approx(np.mean(right))
    assert got.isnan().tolist() == [False, False, True, False, True]


def test_accuracies_of_layers_are_those_of_each_row() -> None:
    predictions = torch.tensor([[0, 1, 1], [0, 1, 2]])
    assert depth.layer_accuracies(predictions, torch.tensor([0, 1, 2])).tolist() == [2 / 3, 1.0]


@given(
    st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any),
    st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any),
)
def test_distances_of_histograms(counts: list[int], others: list[int]) -> None:
    a, b = torch.tensor(counts), torch.tensor(others)
    layers = np.arange(4)
    assert depth.wasserstein(a, b) == pytest.approx(
        wasserstein_distance(layers, layers, counts, others), abs=1e-12
    )
    shares = np.array(counts) / sum(counts), np.array(others) / sum(others)
    assert depth.total_variation(a, b) == pytest.approx(np.maximum(shares[0] - shares[1], 0).sum(), abs=1e-12)
    assert depth.total_variation(a, 5 * a) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("counts", [[0, 0], [3, -1]], ids=["nothing", "negative"])
@pytest.mark.parametrize("distance", [depth.total_variation, depth.wasserstein], ids=["tv", "wasserstein"])
def test_a_histogram_without_counts_is_refused(distance: Callable[..., float], counts: list[int]) -> None:
    with pytest.raises(ValueError, match="needs counts"):
        distance(torch.tensor(counts), torch.tensor([1, 1]))


# ---------------------------------------------------------------- the worked example


@pytest.fixture(scope="module")
def worked() -> dict[str, Any]:
    return depth.worked_example(images=120, test_images=60, epochs=1)


def test_the_eleven_points_have_the_shapes_of_resnet18(worked: dict[str, Any]) -> None:
    assert [point.shape[1:] for point in worked["test_activations"]] == [
        (3, 32, 32),
        (64, 16, 16),
        (64, 16, 16),
        (64, 16, 16),
        (64, 8, 8),
        (64, 8, 8),
        (128, 4, 4),
        (256, 2, 2),
        (512, 1, 1),
        (512, 1, 1),
        (6,),
    ]
    assert all(point.dtype == np.float32 and len(point) == 60 for point in worked["test_activations"])


def test_the_input_is_the_grey_image_thrice_and_bn1_is_intact(worked: dict[str, Any]) -> None:
    points = worked["test_activations"]
    assert (points[0] == worked["test_images"][:, None]).all()
    assert points[2].min() < 0
    assert np.array_equal(points[3], np.maximum(points[2], 0))


def test_the_last_point_is_the_network_in_evaluation_mode(worked: dict[str, Any]) -> None:
    with torch.no_grad():
        logits = worked["resnet"].eval()(depth.network_images(worked["test_images"]))
    torch.testing.assert_close(torch.from_numpy(worked["test_activations"][10]), logits)


def test_the_variables_follow_from_each_other(worked: dict[str, Any]) -> None:
    predictions = torch.from_numpy(worked["layer_predictions"])
    assert predictions.shape == (11, 60)
    assert set(predictions.unique().tolist()) <= set(range(6))
    depths = depth.prediction_depth_by_definition(predictions)
    assert np.array_equal(worked["depths"], depths.numpy())
    assert worked["histogram"].tolist() == [int((depths == layer).sum()) for layer in range(11)]
    right = worked["test_activations"][10].argmax(1) == worked["test_labels"]
    for layer in range(11):
        mine = right[worked["depths"] == layer]
        assert np.isclose(
            worked["accuracy_by_depth"][layer], mine.mean() if len(mine) else np.nan, equal_nan=True
        )


def test_the_probes_are_votes_on_the_training_activations(worked: dict[str, Any]) -> None:
    network = worked["resnet"]
    train = depth.recorded_activations(network, depth.network_images(worked["train_images"]))
    labels = torch.from_numpy(worked["train_labels"])
    for place, (rows, asked) in enumerate(zip(train.values(), worked["test_activations"], strict=True)):
        votes = knn_admissible(rows, labels, torch.from_numpy(asked), 30, tie=1e-5)
        assert votes.admit(torch.from_numpy(worked["layer_predictions"][place])).all()


def test_the_data_are_the_shapes_of_seeds_one_and_two(worked: dict[str, Any]) -> None:
    assert np.array_equal(worked["train_images"], shapes.make(120, seed=1)["x"])
    assert np.array_equal(worked["test_labels"], shapes.make(60, seed=2)["y"])


def test_training_repeats_itself_and_learns() -> None:
    data = shapes.make(96, seed=3)
    x, y = depth.network_images(data["x"]), torch.from_numpy(data["y"])
    state = torch.get_rng_state()
    networks = [depth.trained_resnet(x, y, epochs=3, learning_rate=1e-3) for _ in range(2)]
    assert torch.equal(torch.get_rng_state(), state)
    first, second = (network.state_dict() for network in networks)
    assert all(torch.equal(first[name], second[name]) for name in first)
    with torch.no_grad():
        trained = nn.functional.cross_entropy(networks[0].train()(x), y)
        untrained = nn.functional.cross_entropy(depth.trained_resnet(x, y, epochs=0).train()(x), y)
    assert trained < untrained - 0.3


def test_a_last_batch_of_one_image_is_left_out() -> None:
    data = shapes.make(5, seed=4)
    network = depth.trained_resnet(
        depth.network_images(data["x"]), torch.from_numpy(data["y"]), epochs=1, batch=4
    )
    assert all(value.isfinite().all() for value in network.state_dict().values())
