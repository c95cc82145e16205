"""A pytest plugin that lets tests of idiap's fast-transformers run against our linear attention, unmodified.

Its package is imported from the checkout; compiled modules are stood in for, and what the tests look at is replaced by
the references: the causal product, linear attention with and without a causal mask, and Fourier features.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import math
import sys
import types
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from reference import attention, features

CAUSAL_PRODUCT = "fast_transformers.causal_product.causal_product_cpu"


class Compiled(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands in for the modules that a checkout has not compiled: any name can be imported, none called."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        compiled = name.startswith("fast_transformers.") and name.endswith("_cpu")
        return importlib.machinery.ModuleSpec(name, self) if compiled else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = types.ModuleType(spec.name)
        if spec.name == CAUSAL_PRODUCT:
            vars(module).update(
                causal_dot_product=causal_product, causal_dot_backward=causal_product_backward
            )
            return module

        def absent(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)

            def called(*_: Any) -> Any:
                raise NotImplementedError(
                    f"{spec.name}.{name} is compiled code, which this adapter does without"
                )

            return called

        module.__getattr__ = absent  # type: ignore[method-assign]  # PEP 562
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        return None


def _product(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    """Σ_{j ≤ i} (q_i·k_j) v_j: our causal attention times its denominator, head by head."""
    heads = [
        attention.causal_linear_attention(q, k, v, chunk=32) * (q * k.cumsum(0)).sum(-1, keepdim=True)
        for q, k, v in zip(Q.flatten(0, 1), K.flatten(0, 1), V.flatten(0, 1), strict=True)
    ]
    return torch.stack(heads).reshape(V.shape)


def causal_product(Q: Tensor, K: Tensor, V: Tensor, product: Tensor) -> None:
    # In double: their tests allow one part in 100,000, and a sum is divided and multiplied back here.
    product.copy_(_product(Q.double(), K.double(), V.double()))


def causal_product_backward(Q: Tensor, K: Tensor, V: Tensor, slope: Tensor, *slopes: Tensor) -> None:
    with torch.enable_grad():
        inputs = [one.detach().double().requires_grad_() for one in (Q, K, V)]
        found = torch.autograd.grad(_product(*inputs), inputs, slope.double())
    for place, gradient in zip(slopes, found, strict=True):
        place.copy_(gradient)


def linear_attention(
    self: Any, queries: Tensor, keys: Tensor, values: Tensor, attn_mask: Any, _: Any, key_lengths: Any
) -> Tensor:
    """(N, L, H, E), (N, S, H, E), (N, S, H, D) → (N, L, H, D)."""
    self.feature_map.new_feature_map(queries.device)
    Q, K = self.feature_map.forward_queries(queries), self.feature_map.forward_keys(keys)
    if not attn_mask.all_ones:
        raise RuntimeError("linear attention has no mask between queries and keys")
    seen = key_lengths.bool_matrix.unsqueeze(1)
    heads = (one.transpose(1, 2) for one in (Q, K, values))
    return attention.kernelized_attention(*heads, mask=seen).transpose(1, 2).contiguous()


def causal_linear_attention(
    self: Any, queries: Tensor, keys: Tensor, values: Tensor, attn_mask: Any, _: Any, key_lengths: Any
) -> Tensor:
    """As above; later queries than there are keys see all keys, as keys of zeros would have it."""
    self.feature_map.new_feature_map(queries.device)
    Q, K = self.feature_map.forward_queries(queries), self.feature_map.forward_keys(keys)
    if not attn_mask.lower_triangular:
        raise RuntimeError("causal attention has a lower triangular mask")
    K = K * key_lengths.float_matrix[:, :, None, None]
    length = Q.shape[1]
    K, values = (
        torch.cat([one, one.new_zeros(one.shape[0], length, *one.shape[2:])], 1)[:, :length]
        for one in (K, values)
    )
    batches = [
        torch.stack(
            [attention.causal_linear_attention(q[:, h], k[:, h], v[:, h]) for h in range(q.shape[1])],
            1,
        )
        for q, k, v in zip(Q, K, values, strict=True)
    ]
    return torch.stack(batches)


def random_fourier_features(self: Any, x: Tensor) -> Tensor:
    return features.random_features(x * math.sqrt(self.softmax_temp), self.omega.T)


def favor(self: Any, x: Tensor) -> Tensor:
    # Theirs adds −w to each direction w.
    both = torch.cat([self.omega, -self.omega], 1).T
    return features.positive_features(x * math.sqrt(self.softmax_temp), both)


def pytest_configure() -> None:
    sys.meta_path.insert(0, Compiled())
    from fast_transformers.attention import CausalLinearAttention, LinearAttention
    from fast_transformers.feature_maps.fourier_features import Favor, RandomFourierFeatures

    LinearAttention.forward = linear_attention
    CausalLinearAttention.forward = causal_linear_attention
    RandomFourierFeatures.forward = random_fourier_features
    Favor.forward = favor


def pytest_runtest_setup(item: pytest.Item) -> None:
    # Those tests draw without a seed.
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002 - the generator that they use
