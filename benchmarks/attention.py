"""How fast the references are: ratios of times measured side by side in one run.

    python benchmarks/attention.py [--repeats 5] [N ...]

Only the ratios carry over to another machine. Within a repeat the methods take turns; the median over the repeats is
printed. One thread, float32, D = M = 64, 128 features for the linear methods.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from reference.attention import (
    causal_linear_attention,
    causal_linear_attention_by_recursion,
    causal_softmax_attention,
    kernelized_attention,
    softmax_attention,
)
from reference.features import elu_features

D = M = 64
FEATURES = 128
# Beyond this many entries the N·C·M prefix sums are left out: 2³⁰ bytes, and twice that while they are summed.
CUMSUM_ENTRIES = 2**28


def causal_by_cumsum(phi_Q: Tensor, phi_K: Tensor, V: Tensor) -> Tensor:
    """All prefix sums S_i at once: N·C·M numbers."""
    S = (phi_K[:, :, None] * V[:, None, :]).cumsum(0)
    Z = phi_K.cumsum(0)
    return (phi_Q[:, None, :] @ S)[:, 0] / (phi_Q * Z).sum(-1, keepdim=True)


def seconds(methods: dict[str, Callable[[], Tensor]], repeats: int) -> dict[str, float]:
    """The median time of each method; the methods take turns, so a busy moment hits all of them."""
    taken: dict[str, list[float]] = {name: [] for name in methods}
    for repeat in range(repeats + 1):
        for name, method in methods.items():
            start = time.perf_counter()
            method()
            if repeat:  # the first round warms up
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def compare(N: int, repeats: int) -> None:
    generator = torch.Generator().manual_seed(N)
    Q, K, V = (torch.randn(N, width, generator=generator) for width in (D, D, M))
    phi_Q, phi_K = (elu_features(torch.randn(N, FEATURES, generator=generator)) for _ in range(2))
    methods: dict[str, Callable[[], Tensor]] = {
        "softmax": lambda: softmax_attention(Q, K, V),
        "SDPA": lambda: scaled_dot_product_attention(Q[None], K[None], V[None])[0],
        "causal softmax": lambda: causal_softmax_attention(Q, K, V),
        "kernelized": lambda: kernelized_attention(phi_Q, phi_K, V),
        "causal chunks": lambda: causal_linear_attention(phi_Q, phi_K, V),
        "causal token loop": lambda: causal_linear_attention_by_recursion(phi_Q, phi_K, V),
    }
    if N * FEATURES * M <= CUMSUM_ENTRIES:
        methods["causal cumsum"] = lambda: causal_by_cumsum(phi_Q, phi_K, V)
    times = seconds(methods, repeats)
    print(f"N = {N}")
    for name, taken in times.items():
        print(f"  {name:18s} {1000 * taken:9.2f} ms")
    print(f"  softmax / SDPA                {times['softmax'] / times['SDPA']:8.1f}")
    print(f"  softmax / kernelized          {times['softmax'] / times['kernelized']:8.1f}")
    print(f"  token loop / chunks           {times['causal token loop'] / times['causal chunks']:8.1f}")
    if "causal cumsum" in times:
        print(f"  cumsum / chunks               {times['causal cumsum'] / times['causal chunks']:8.1f}")
    else:
        print("  cumsum / chunks               not measured: the prefix sums would fill more than 1 GiB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5, help="rounds that are timed (default 5)")
    parser.add_argument("N", type=int, nargs="*", default=[512, 2048, 4096], help="numbers of positions")
    given = parser.parse_args()
    torch.set_num_threads(1)
    for N in given.N:
        compare(N, given.repeats)


if __name__ == "__main__":
    main()
