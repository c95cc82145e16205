"""Sizes and counts of layers against torch's own layers."""

from __future__ import annotations

from itertools import pairwise

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.verify.networks.layers import learned, output_side


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 4), st.integers(0, 3))
def test_the_side_of_an_output_is_torchs(size: int, kernel: int, stride: int, padding: int) -> None:
    if size + 2 * padding < kernel:
        return
    layer = torch.nn.Conv2d(1, 1, kernel, stride, padding)
    image = torch.zeros(1, 1, size, size)
    assert layer(image).shape[-1] == output_side(size, kernel, stride, padding)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.sampled_from([1, 3, 5]))
def test_a_convolution_learns_what_torch_counts(a: int, b: int, kernel: int) -> None:
    layer = torch.nn.Conv2d(a, b, kernel)
    found = learned(f"a {kernel}×{kernel} convolution from {a} to {b} channels")
    assert found is not None
    assert found[:2] == (layer.weight.numel(), 0 if layer.bias is None else layer.bias.numel())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(2, 50), min_size=3, max_size=5))
def test_a_perceptron_learns_what_torch_counts(sizes: list[int]) -> None:
    layers = [torch.nn.Linear(a, b) for a, b in pairwise(sizes)]
    found = learned(f"an MLP with layers {'-'.join(map(str, sizes))}")
    assert found is not None
    assert found[0] + found[1] == sum(one.numel() for layer in layers for one in layer.parameters())


def test_two_layers_in_one_sentence_are_not_counted() -> None:
    assert learned("nn.Linear(3, 4) and nn.Linear(4, 5)") is None
