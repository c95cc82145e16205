"""Prediction depth: activations by hooks, k-nearest-neighbour probes, and what is counted from them.

A probe point is a place in a network whose activations are classified by the k nearest training examples. Point 0
is the input. Layer predictions are (layers, M): one row a probe point, one column a test example.

Source: Baldock, Maennel and Neyshabur, "Deep Learning Through the Lens of Example Difficulty", arXiv 2106.09647,
section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from reference import shapes
from reference.neighbours import (
    Nearest,
    Votes,
    admissible_labels,
    as_rows,
    check_neighbours,
    knn_admissible,
    knn_predictions,
    knn_predictions_by_definition,
)

__all__ = [
    "Votes",
    "accuracy_by_depth",
    "admissible_labels",
    "class_histograms",
    "depth_histogram",
    "depth_intervals",
    "knn_admissible",
    "knn_predictions",
    "knn_predictions_by_definition",
    "knn_probes",
    "layer_accuracies",
    "network_images",
    "prediction_depth",
    "prediction_depth_after",
    "prediction_depth_by_definition",
    "probe_points",
    "recorded_activations",
    "total_variation",
    "trained_resnet",
    "wasserstein",
    "worked_example",
]

INPUT = "input"
"""The name of probe point 0."""

# ---------------------------------------------------------------- activations


def probe_points(network: nn.Module) -> dict[str, nn.Module]:
    """The direct children of a network by name, in the order in which they were added.

    >>> list(probe_points(nn.Sequential(nn.Linear(2, 3), nn.ReLU())))
    ['0', '1']
    """
    return dict(network.named_children())


def recorded_activations(
    network: nn.Module, images: Tensor, *, points: Mapping[str, nn.Module] | None = None, batch: int = 256
) -> dict[str, Tensor]:
    """What comes out of each probe point for these images, in evaluation mode: name → (N, ...), the input first.

    `points` are the network's children unless given. Outputs are cloned, so a layer that works in place (ResNet's
    ReLU) doesn't overwrite what the layer before it gave. No gradients are kept, the hooks are removed, and the
    training flags are left as they were. Holds all images at all points: for many images see `knn_probes`.
    Raises `ValueError` if a point isn't passed exactly once, `TypeError` if its output is no tensor.

    >>> network = nn.Sequential(nn.BatchNorm1d(1, affine=False), nn.ReLU(inplace=True))
    >>> [point.round().item() for point in recorded_activations(network, -torch.ones(1, 1)).values()]
    [-1.0, -1.0, 0.0]
    """
    points = probe_points(network) if points is None else points
    parts: dict[str, list[Tensor]] = {name: [] for name in (INPUT, *points)}
    with _evaluating(network), torch.no_grad():
        for chunk in torch.split(images, batch):
            seen = _one_pass(network, chunk, points)
            for name, output in seen.items():
                parts[name].append(output)
    return {name: torch.cat(outputs) for name, outputs in parts.items()}


def _one_pass(network: nn.Module, images: Tensor, points: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    passed: dict[str, list[Tensor]] = {name: [] for name in points}

    def recorder(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def record(module: nn.Module, _: Any, output: Any) -> None:
            if not isinstance(output, Tensor):
                raise TypeError(
                    f"point {name} ({type(module).__name__}) gives a {type(output).__name__}, not a tensor; "
                    "choose a point inside or after it"
                )
            passed[name].append(output.detach().clone())

        return record

    with ExitStack() as hooks:
        for name, module in points.items():
            hooks.enter_context(module.register_forward_hook(recorder(name)))
        network(images)
    for name, outputs in passed.items():
        if len(outputs) != 1:
            raise ValueError(
                f"point {name} is passed {len(outputs)} times in one forward pass, but a probe needs exactly one; "
                "give each place a module of its own, or leave this point out"
            )
    return {INPUT: images.detach().clone(), **{name: output for name, (output,) in passed.items()}}


@contextmanager
def _evaluating(network: nn.Module) -> Iterator[None]:
    flags = {module: module.training for module in network.modules()}
    network.eval()
    try:
        yield
    finally:
        for module, training in flags.items():
            module.training = training


# ---------------------------------------------------------------- probes


def knn_probes(
    network: nn.Module,
    train_images: Tensor,
    train_labels: Tensor,
    test_images: Tensor,
    k: int = 30,
    *,
    points: Mapping[str, nn.Module] | None = None,
    tie: float = 0.0,
    block: int = 512,
) -> Votes:
    """The k-nearest-neighbour vote at every probe point: admissible (layers, M, C).

    As `knn_admissible` of the activations, but never holds those of more than `block` training and `block` test
    images: both are passed through the network a block at a time, the training images once for each block of test
    images, and once more those few whose rounded distances leave a vote open.
    Raises `ValueError` as `knn_admissible` and `recorded_activations` do.
    """
    points = probe_points(network) if points is None else points
    names = (INPUT, *points)
    check_neighbours(k, len(train_images))
    classes, codes = torch.unique(train_labels, return_inverse=True)

    def activations(images: Tensor) -> dict[str, Tensor]:
        recorded = recorded_activations(network, images, points=points)
        return {name: as_rows(output) for name, output in recorded.items()}

    elected: dict[str, list[Tensor]] = {name: [] for name in names}
    for queries in torch.split(test_images, block):
        nearest = {name: Nearest.of(rows, k, tie, costly=True) for name, rows in activations(queries).items()}
        for start in range(0, len(train_images), block):
            recorded = activations(train_images[start : start + block])
            nearest = {name: nearest[name].including(recorded[name], start) for name in names}
        for name in names:

            def features_of(wanted: Tensor, name: str = name) -> Tensor:
                return activations(train_images[wanted])[name]

            elected[name].append(nearest[name].elected(codes, len(classes), features_of))
    return Votes(classes, torch.stack([torch.cat(elected[name]) for name in names]))


# ---------------------------------------------------------------- prediction depth


def prediction_depth_by_definition(layer_predictions: Tensor) -> Tensor:
    """The least L with K_m = K_last for every m ≥ L, one example at a time."""
    layers, examples = layer_predictions.shape
    return torch.tensor(
        [
            min(
                L
                for L in range(layers)
                if all(layer_predictions[m, i] == layer_predictions[-1, i] for m in range(L, layers))
            )
            for i in range(examples)
        ],
        dtype=torch.int64,
    )


def prediction_depth(layer_predictions: Tensor, final: Tensor | None = None) -> Tensor:
    """The least L such that the probes agree from L on: (M,) from (layers, M).

    They have to agree with the last probe or, if it is given, with `final` (M,), the network's own classes. Where
    even the last probe differs from those, no L will do and the depth is the number of layers.
    Source: arXiv 2106.09647, section 2.

    >>> prediction_depth(torch.tensor([[1, 0], [2, 0], [1, 0], [1, 0]]))
    tensor([2, 0])
    """
    target = layer_predictions[-1] if final is None else final
    position = torch.arange(1, len(layer_predictions) + 1, device=layer_predictions.device)
    return ((layer_predictions != target) * position.unsqueeze(1)).amax(0)


def prediction_depth_after(layer_predictions: Tensor) -> Tensor:
    """The convention "for every m > L": the least L ≥ 0 such that the probes *after* L agree with the last.

    One less than `prediction_depth`, except at 0.

    >>> prediction_depth_after(torch.tensor([[1, 0], [2, 0], [1, 0], [1, 0]]))
    tensor([1, 0])
    """
    return (prediction_depth(layer_predictions) - 1).clamp(min=0)


def depth_intervals(votes: Votes, final: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """The least and the greatest prediction depth (M,) that some way of breaking the votes' ties gives.

    `votes.admissible` is (layers, M, C); `final` as in `prediction_depth`.

    >>> tied = torch.tensor([[[True, False]], [[True, True]], [[True, False]]])
    >>> depth_intervals(Votes(torch.tensor([0, 1]), tied))
    (tensor([0]), tensor([2]))
    """
    admissible = votes.admissible
    layers = len(admissible)
    position = torch.arange(1, layers + 1, device=admissible.device).reshape(layers, 1, 1)
    least = (~admissible * position).amax(0)
    others = admissible.sum(-1, keepdim=True) > admissible.int()
    if final is None:
        # The last probe agrees with itself, whatever it says.
        targets, others = admissible[-1], others[:-1]
    else:
        targets = final.unsqueeze(1) == votes.classes
        if not targets.any(1).all():
            raise ValueError("a final class is none of the training labels, so no probe can agree with it")
    most = (others * position[: len(others)]).amax(0) if len(others) else torch.zeros_like(least)
    return least.masked_fill(~targets, layers).amin(1), most.masked_fill(~targets, 0).amax(1)


def depth_histogram(depths: Tensor, num_layers: int) -> Tensor:
    """How many examples have each depth, 0 to num_layers − 1: (num_layers,) counts.

    Raises `ValueError` for a depth outside that range.

    >>> depth_histogram(torch.tensor([0, 2, 0]), 4)
    tensor([2, 0, 1, 0])
    """
    if len(depths) and (int(depths.min()) < 0 or int(depths.max()) >= num_layers):
        raise ValueError(
            f"depths run from {int(depths.min())} to {int(depths.max())}, but {num_layers} layers give 0 to "
            f"{num_layers - 1}; count one more layer if depths may be undefined"
        )
    return torch.bincount(depths.long(), minlength=num_layers)


def class_histograms(depths: Tensor, labels: Tensor, num_layers: int, num_classes: int) -> Tensor:
    """The depth histogram of each class: (num_classes, num_layers) counts.

    >>> class_histograms(torch.tensor([0, 2, 2]), torch.tensor([1, 0, 1]), 3, 2)
    tensor([[0, 0, 1],
            [1, 0, 1]])
    """
    return torch.stack([depth_histogram(depths[labels == label], num_layers) for label in range(num_classes)])


def accuracy_by_depth(depths: Tensor, predictions: Tensor, labels: Tensor, num_layers: int) -> Tensor:
    """The share of right predictions among the examples of each depth: (num_layers,), NaN where there is none.

    >>> depths, predictions = torch.tensor([0, 0, 2]), torch.tensor([5, 1, 3])
    >>> accuracy_by_depth(depths, predictions, torch.tensor([5, 5, 3]), 3)
    tensor([0.5000,    nan, 1.0000], dtype=torch.float64)
    """
    everyone = depth_histogram(depths, num_layers).double()
    right = depth_histogram(depths[predictions == labels], num_layers).double()
    return right / everyone


def layer_accuracies(layer_predictions: Tensor, labels: Tensor) -> Tensor:
    """The accuracy of each probe: (layers,) from (layers, M)."""
    return (layer_predictions == labels).double().mean(1)


def total_variation(counts: Tensor, others: Tensor) -> float:
    """Half the summed differences of two histograms, each divided by its total: 0 the same, 1 disjoint.

    Raises `ValueError` for a histogram without counts.

    >>> total_variation(torch.tensor([1, 1, 0]), torch.tensor([0, 2, 2]))
    0.5
    """
    return float((_shares(counts) - _shares(others)).abs().sum() / 2)


def wasserstein(counts: Tensor, others: Tensor) -> float:
    """How many layers the average example moves from one histogram to the other, each divided by its total.

    Raises `ValueError` for a histogram without counts.

    >>> wasserstein(torch.tensor([1, 0, 0]), torch.tensor([0, 0, 5]))
    2.0
    """
    return float((_shares(counts) - _shares(others)).cumsum(0).abs().sum())


def _shares(counts: Tensor) -> Tensor:
    if (counts < 0).any() or not counts.sum() > 0:
        raise ValueError("a histogram needs counts of at least 0, not all 0; count the depths first")
    return counts.double() / counts.sum()


# ---------------------------------------------------------------- the homework's worked example


def network_images(images: Any) -> Tensor:
    """Grey images (N, 32, 32) as the network takes them: float32 (N, 3, 32, 32), grey repeated."""
    return torch.as_tensor(images, dtype=torch.float32).unsqueeze(1).repeat(1, 3, 1, 1)


def trained_resnet(
    images: Tensor,
    labels: Tensor,
    *,
    classes: int = 6,
    epochs: int = 10,
    batch: int = 64,
    learning_rate: float = 1e-4,
    seed: int = 0,
) -> nn.Module:
    """ResNet-18 trained from scratch by Adam on the cross-entropy, in evaluation mode.

    Repeats itself on one machine with one thread count. The global generator is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _resnet(classes)
        optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
        for _ in range(epochs):
            for chosen in torch.split(torch.randperm(len(images)), batch):
                if len(chosen) > 1:  # batch normalisation has no variance of one image
                    loss = nn.functional.cross_entropy(network(images[chosen]), labels[chosen])
                    optimizer.zero_grad()
                    torch.autograd.backward(loss)
                    optimizer.step()
    return network.eval()


def _resnet(classes: int) -> nn.Module:
    # Imported here: it takes as long as torch itself, and most of this module needs no network.
    from torchvision.models import resnet18

    network: nn.Module = resnet18(num_classes=classes)
    return network


@lru_cache(maxsize=1)
def worked_example(
    *,
    images: int = 1200,
    test_images: int = 600,
    epochs: int = 2,
    k: int = 30,
    seed: int = 0,
) -> dict[str, Any]:
    """What the homework's third notebook computes, as numpy arrays under the names of its variables.

    Trains `resnet` on `images` shapes of seed 1 for `epochs`, fewer than the homework's 10, and probes it on
    `test_images` shapes of seed 2. `test_activations` are the arrays (M, ...) of the 11 points, input first;
    `layer_predictions` (11, M); `depths` (M,); `histogram` (11,); `accuracy_by_depth` (11,), NaN where empty.
    Beside these the data: `train_images`, `train_labels`, `test_images` and `test_labels`. Takes some ten seconds
    on one thread, so the last result is kept and given again for the same arguments: copy what you change.
    """
    train, test = shapes.make(images, seed=1), shapes.make(test_images, seed=2)
    train_x, test_x = network_images(train["x"]), network_images(test["x"])
    train_y, test_y = torch.as_tensor(train["y"]), torch.as_tensor(test["y"])
    network = trained_resnet(train_x, train_y, epochs=epochs, seed=seed)
    activations = list(recorded_activations(network, test_x).values())
    layers = len(activations)
    votes = knn_probes(network, train_x, train_y, test_x, k)
    depths = prediction_depth(votes.predictions)
    accuracies = accuracy_by_depth(depths, activations[-1].argmax(1), test_y, layers)
    return {
        "train_images": train["x"],
        "train_labels": train["y"],
        "test_images": test["x"],
        "test_labels": test["y"],
        "resnet": network,
        "test_activations": tuple(point.numpy() for point in activations),
        "layer_predictions": votes.predictions.numpy(),
        "depths": depths.numpy(),
        "histogram": depth_histogram(depths, layers).numpy(),
        "accuracy_by_depth": accuracies.numpy(),
    }
