"""Which properties of a shape move its prediction depth, and how fast the nearest-neighbour probes are.

    python benchmarks/depth.py factors --plot depth.png    a ResNet-18 trained on the shapes; takes minutes
    python benchmarks/depth.py neighbours                  our probes beside scikit-learn's brute force

`factors` prints the rank correlation of depth with each factor of `reference.shapes`, within classes, so that no
class that is hard as a whole makes up an effect. z is the correlation in units of what chance gives.
`neighbours` times each probe point's features on both, turn by turn, and counts where predictions differ.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from reference import depth, shapes

mpl.use("Agg")

Array = NDArray[np.float64]

# What a shape's class fixes is no factor of it.
CONCERNS = {"rotation": ("circle",), "aspect": ("circle", "square")}


def difficulty(data: dict[str, Array], name: str) -> tuple[NDArray[np.bool_], Array]:
    """Which images a factor concerns, and its values: of a rotation the angle either way."""
    outside = [shapes.NAMES.index(one) for one in CONCERNS.get(name, ())]
    return ~np.isin(data["y"], outside), abs(data[name])


def ranks_within(values: Array, groups: Array) -> Array:
    """Ranks within each group, ties averaged, from −1 to 1."""
    ranks = np.zeros(len(values))
    for group in np.unique(groups):
        mine = np.flatnonzero(groups == group)
        _, place, count = np.unique(values[mine], return_inverse=True, return_counts=True)
        middle = np.cumsum(count) - (count + 1) / 2
        ranks[mine] = 2 * middle[place] / max(len(mine) - 1, 1) - 1
    return ranks


def correlation(data: dict[str, Array], name: str, depths: Array) -> tuple[float, float]:
    """Spearman's correlation of a factor with depth, within classes, and its z."""
    chosen, values = difficulty(data, name)
    x = ranks_within(values[chosen], data["y"][chosen])
    y = ranks_within(depths[chosen], data["y"][chosen])
    r = float((x * y).sum() / np.sqrt((x**2).sum() * (y**2).sum()))
    return r, r * np.sqrt(chosen.sum() - len(np.unique(data["y"][chosen])))


def plot(data: dict[str, Array], depths: Array, histogram: Array, accuracies: Array, path: str) -> None:
    """The histogram, the accuracy by depth, and the mean depth by fifths of each factor."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 4, figsize=(14, 6), layout="constrained")
    layers = np.arange(len(histogram))
    axes[0, 0].bar(layers, histogram)
    axes[0, 0].set(title="test images by depth", xlabel="prediction depth")
    axes[0, 1].plot(layers, accuracies, "o-")
    axes[0, 1].set(title="accuracy by depth", xlabel="prediction depth", ylim=(0, 1.05))
    for label, name in enumerate(shapes.NAMES):
        axes[0, 2].bar(name, depths[data["y"] == label].mean())
    axes[0, 2].set(title="mean depth of each class")
    axes[0, 2].tick_params(axis="x", rotation=45)
    for axis, name in zip([*axes[1], axes[0, 3]], shapes.FACTORS, strict=True):
        chosen, values = difficulty(data, name)
        fifths = np.array_split(np.flatnonzero(chosen)[np.argsort(values[chosen])], 5)
        means = [depths[fifth].mean() for fifth in fifths]
        errors = [depths[fifth].std() / np.sqrt(len(fifth)) for fifth in fifths]
        axis.errorbar([values[fifth].mean() for fifth in fifths], means, errors, fmt="o-", capsize=3)
        r, z = correlation(data, name, depths)
        axis.set(title=f"{name}: r = {r:+.2f}, z = {z:+.1f}", xlabel=name, ylabel="mean depth")
    figure.savefig(path, dpi=110)
    print(f"plotted to {path}")


def factors(options: argparse.Namespace) -> None:
    """Train, probe, and correlate depth with each factor."""
    train, test = shapes.make(options.images, seed=1), shapes.make(options.test_images, seed=2)
    train_x, test_x = depth.network_images(train["x"]), depth.network_images(test["x"])
    train_y, test_y = torch.as_tensor(train["y"]), torch.as_tensor(test["y"])
    start = time.perf_counter()
    network = depth.trained_resnet(train_x, train_y, epochs=options.epochs)
    print(
        f"trained {options.epochs} epochs on {options.images} images in {time.perf_counter() - start:.0f} s"
    )
    start = time.perf_counter()
    votes = depth.knn_probes(network, train_x, train_y, test_x)
    print(
        f"probed {options.test_images} images at {len(votes.admissible)} points in {time.perf_counter() - start:.0f} s"
    )
    with torch.no_grad():
        predictions = torch.cat([network(part).argmax(1) for part in torch.split(test_x, 256)])
    depths = depth.prediction_depth(votes.predictions)
    histogram = depth.depth_histogram(depths, 11)
    accuracies = depth.accuracy_by_depth(depths, predictions, test_y, 11)
    print("network's accuracy", round(float((predictions == test_y).double().mean()), 3))
    print("probes' accuracies", depth.layer_accuracies(votes.predictions, test_y).numpy().round(3))
    print("histogram", histogram.tolist())
    print("accuracy by depth", accuracies.numpy().round(3))
    low, high = depth.depth_intervals(votes)
    print(f"depths that ties leave open: {float((low < high).double().mean()):.1%}")
    for label, name in enumerate(shapes.NAMES):
        print(f"  {name:15} mean depth {float(depths[test_y == label].double().mean()):.2f}")
    for name in shapes.FACTORS:
        r, z = correlation(test, name, depths.numpy())
        print(f"  {name:15} r = {r:+.3f}   z = {z:+.1f}")
    if options.plot:
        plot(test, depths.numpy(), histogram.numpy(), accuracies.numpy(), options.plot)


def seconds(run: Callable[[], Array]) -> tuple[float, Array]:
    """How long a call takes, and what it gives."""
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def neighbours(options: argparse.Namespace) -> None:
    """Time the probes on the features of a network, ours and scikit-learn's in turn."""
    train, test = shapes.make(options.images, seed=1), shapes.make(options.test_images, seed=2)
    labels = torch.as_tensor(train["y"])
    network = depth.trained_resnet(depth.network_images(train["x"]), labels, epochs=options.epochs, seed=0)
    features, asked = (
        depth.recorded_activations(network, depth.network_images(data["x"])) for data in (train, test)
    )
    print(
        f"{options.images} training and {options.test_images} test images, k = {options.k}, "
        f"{torch.get_num_threads()} threads"
    )
    total_ours = total_theirs = 0.0
    for name in features:
        rows, queries = features[name].flatten(1), asked[name].flatten(1)

        def ours(rows: torch.Tensor = rows, queries: torch.Tensor = queries) -> Array:
            return depth.knn_predictions(rows, labels, queries, options.k).numpy()

        def theirs(rows: torch.Tensor = rows, queries: torch.Tensor = queries) -> Array:
            brute = KNeighborsClassifier(options.k, algorithm="brute").fit(rows.numpy(), labels.numpy())
            predicted: Array = brute.predict(queries.numpy())
            return predicted

        runs = [(seconds(ours), seconds(theirs)) for _ in range(options.rounds)]
        mine, other = (min(run[side][0] for run in runs) for side in (0, 1))
        allowed = depth.knn_admissible(rows, labels, queries, options.k, tie=1e-6)
        same = (runs[0][0][1] == runs[0][1][1]).mean()
        admitted = allowed.admit(torch.from_numpy(runs[0][1][1])).double().mean()
        total_ours, total_theirs = total_ours + mine, total_theirs + other
        print(
            f"  {name:8} d = {rows.shape[1]:6}  ours {mine:.3f} s  scikit-learn {other:.3f} s  "
            f"{other / mine:4.1f} times; the same label on {same:.1%}, admissible on {float(admitted):.1%}"
        )
    print(
        f"in all: ours {total_ours:.2f} s, scikit-learn {total_theirs:.2f} s, {total_theirs / total_ours:.2f} times"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["factors", "neighbours"])
    parser.add_argument("--images", type=int, default=4000)
    parser.add_argument("--test-images", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--k", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--plot", help="where to save the plot of `factors`")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    {"factors": factors, "neighbours": neighbours}[options.what](options)


if __name__ == "__main__":
    main()
