"""A pytest plugin that lets omoindrot's tests of its triplet loss run against ours, unmodified.

It stands in for the two modules that those tests import: `tensorflow`, of which they need a session that runs
nothing, and `model.triplet_loss`, whose functions call the references.
"""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from reference import triplet
from reference.faults import fellows_of


class Session:
    """Values are there already: running them makes them numpy arrays."""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def run(self, values: Any) -> Any:
        if isinstance(values, (list, tuple)):
            return [self.run(one) for one in values]
        return values.detach().numpy()


def constant(array: Any) -> Tensor:
    return torch.tensor(array, requires_grad=True)


def gradients(value: Tensor, of: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(value.sum(), of))


def _tensor(array: Any) -> Tensor:
    return array if isinstance(array, Tensor) else torch.from_numpy(np.asarray(array))


def _convention(function: str) -> Any:
    fellows = fellows_of(f"triplet.{function}")
    return next(fellow.function for fellow in fellows if fellow.name == "plain_distance")


def pairwise_distances(embeddings: Any, squared: bool = False) -> Tensor:
    distances = triplet.squared_distances(_tensor(embeddings))
    if squared:
        return distances
    # The root of 0 has no gradient: it is taken of what is above 0 only.
    apart = distances > 0
    return distances.where(apart, 1.0).sqrt() * apart


def triplet_mask(labels: Any) -> Tensor:
    return triplet.valid_triplets(_tensor(labels))


def anchor_positive_mask(labels: Any) -> Tensor:
    # A positive pair is one that any example of another label makes a triplet of.
    other = torch.cat([_tensor(labels), _tensor(labels).max().reshape(1) + 1])
    return triplet.valid_triplets(other)[:-1, :-1, -1]


def anchor_negative_mask(labels: Any) -> Tensor:
    # Each example is given a twin, so that it has a positive.
    twice = torch.cat([_tensor(labels), _tensor(labels)])
    count = len(twice) // 2
    return triplet.valid_triplets(twice)[torch.arange(count), torch.arange(count) + count, :count]


def batch_all(labels: Any, embeddings: Any, margin: float, squared: bool = False) -> tuple[Tensor, Tensor]:
    function = triplet.batch_all_triplet_loss if squared else _convention("batch_all_triplet_loss")
    loss, fraction = function(_tensor(embeddings), _tensor(labels), margin)
    return loss, fraction


def batch_hard(labels: Any, embeddings: Any, margin: float, squared: bool = False) -> Tensor:
    function = triplet.batch_hard_triplet_loss if squared else _convention("batch_hard_triplet_loss")
    loss: Tensor = function(_tensor(embeddings), _tensor(labels), margin)
    return loss


def _module(name: str, **names: Any) -> None:
    module = types.ModuleType(name)
    vars(module).update(names)
    sys.modules[name] = module


def pytest_configure() -> None:
    _module("tensorflow", Session=Session, constant=constant, gradients=gradients)
    _module(
        "model.triplet_loss",
        batch_all_triplet_loss=batch_all,
        batch_hard_triplet_loss=batch_hard,
        _pairwise_distances=pairwise_distances,
        _get_triplet_mask=triplet_mask,
        _get_anchor_positive_triplet_mask=anchor_positive_mask,
        _get_anchor_negative_triplet_mask=anchor_negative_mask,
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    # Those tests draw without a seed, and one of them divides by a count that may be 0.
    np.random.seed(1)  # noqa: NPY002 - the generator that they use
