"""Triplet losses forward and backward: our sorted batch-all, its B³ definition, and pytorch-metric-learning.

    python benchmarks/triplet.py [--threads 1] [--rounds 5]

Prints the least of several rounds, the methods in turn, with their values; then the memory of a batch of 1800, which
is FaceNet's, in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from reference import triplet

MARGIN = 0.2
WIDTH = 128
CLASSES = 30

Loss = Callable[[Tensor, Tensor], Tensor]


def batch(size: int) -> tuple[Tensor, Tensor]:
    """Rows of length 1 and labels of 30 classes."""
    generator = torch.Generator().manual_seed(0)
    E = torch.nn.functional.normalize(torch.randn(size, WIDTH, generator=generator))
    return E, torch.randint(0, CLASSES, (size,), generator=generator)


def seconds(loss: Loss, size: int) -> tuple[float, float]:
    """How long the loss and its gradient take, and the loss."""
    E, labels = batch(size)
    E.requires_grad_()
    start = time.perf_counter()
    value = loss(E, labels)
    torch.autograd.backward(value)
    return time.perf_counter() - start, value.item()


def ours() -> dict[str, Loss]:
    """Our losses by name."""
    return {
        "batch-all, sorted": lambda E, labels: triplet.batch_all_triplet_loss(E, labels, MARGIN)[0],
        "batch-all, B³ tensors": lambda E, labels: triplet.batch_all_triplet_loss_by_definition(
            E, labels, MARGIN
        )[0],
        "batch-hard": lambda E, labels: triplet.batch_hard_triplet_loss(E, labels, MARGIN),
    }


def theirs() -> dict[str, Loss]:
    """pytorch-metric-learning's, set to our conventions; nothing where it is not installed."""
    if find_spec("pytorch_metric_learning") is None:
        print("pytorch-metric-learning is not installed, so only our own losses are timed")
        return {}
    from pytorch_metric_learning import distances, losses, miners, reducers

    squared = distances.LpDistance(normalize_embeddings=False, power=2)
    everything = losses.TripletMarginLoss(MARGIN, distance=squared)
    mean = losses.TripletMarginLoss(MARGIN, distance=squared, reducer=reducers.MeanReducer())
    miner = miners.BatchHardMiner(distance=squared)
    return {
        "batch-all, pytorch-metric-learning": lambda E, labels: everything(E, labels),
        "batch-hard, pytorch-metric-learning": lambda E, labels: mean(E, labels, miner(E, labels)),
    }


def largest_memory() -> int:
    """This process's largest memory so far, in KiB. (What getrusage says includes the parent's before the fork.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def peak(size: int) -> None:
    """Print by how much a batch raises this process's largest memory."""
    loss = ours()["batch-all, sorted"]
    seconds(loss, 64)
    before = largest_memory()
    seconds(loss, size)
    print(
        f"batch-all, sorted, B = {size}: {(largest_memory() - before) / 1024:.0f} MiB above {before / 1024:.0f} MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.peak:
        peak(options.peak)
        return
    methods = ours() | theirs()
    for size in (128, 512, 1800):
        # B³ numbers in several tensors fit for the smaller batches only.
        timed = {
            name: loss
            for name, loss in methods.items()
            if size <= 512 or "batch-all" not in name or "sorted" in name
        }
        rounds = [{name: seconds(loss, size) for name, loss in timed.items()} for _ in range(options.rounds)]
        print(f"B = {size}, d = {WIDTH}, {CLASSES} classes, {options.threads} threads")
        for name in timed:
            least = min(one[name][0] for one in rounds)
            print(f"  {name:38} {1000 * least:8.1f} ms   loss {rounds[0][name][1]:.6f}")
    subprocess.run(
        [sys.executable, __file__, "--peak", "1800", "--threads", str(options.threads)], check=True
    )


if __name__ == "__main__":
    main()
