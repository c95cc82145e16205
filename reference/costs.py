"""What each method costs: growth classes, exact counts, and the answers a student is asked for.

The symbols: N positions, D the width of queries and keys, M the width of values, R random directions (so 2R
features). Exact counts are scalar multiplications of the running code in `reference.attention` and
`reference.features`; divisions, powers and norms, sin, cos and exp are not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

N, D, M, R = sympy.symbols("N D M R", positive=True, integer=True)


def kernelized_multiplications(features: Any) -> Any:
    """Multiplications of kernelized attention on features of this length C: φ(K)ᵀV, φ(Q)S and φ(Q)Z.

    >>> kernelized_multiplications(2 * R)
    4*M*N*R + 2*N*R
    """
    return sympy.expand(2 * N * features * M + N * features)


def multiplications() -> Mapping[str, Any]:
    """The exact number of scalar multiplications of each method, as polynomials.

    softmax: QKᵀ and the weights times V (the scale is a division).
    polynomial: D(D + 1)/2 products with their coefficients and √2 x for queries and keys, then the kernelized
    attention of (D + 1)(D + 2)/2 features.
    random_features and causal_random_features: QWᵀ, KWᵀ, the key weights times φ(K), then the kernelized
    attention of 2R features; the causal recursion multiplies just as often as the sums over all keys.

    >>> multiplications()["random_features"]
    2*D*N*R + 4*M*N*R + 4*N*R
    """
    random_features = 2 * N * R * D + 2 * N * R + kernelized_multiplications(2 * R)
    return {
        "softmax": sympy.expand(N**2 * D + N**2 * M),
        "polynomial": sympy.expand(
            2 * N * (D * (D + 1) + D) + kernelized_multiplications((D + 1) * (D + 2) / 2)
        ),
        "random_features": sympy.expand(random_features),
        "causal_random_features": sympy.expand(random_features),
        "random_features_exact": sympy.expand(random_features),
    }


def growth() -> Mapping[str, Any]:
    """The growth class of each method: equal up to constants for all large N, D, M and R.

    >>> growth()["polynomial"]
    D**2*M*N
    """
    return {
        "softmax": N**2 * (D + M),
        "polynomial": N * D**2 * M,
        "random_features": N * R * (D + M),
        "causal_random_features": N * R * (D + M),
    }


def costs() -> dict[str, str]:
    """The answers as a student would write them: four growth classes and one exact count."""
    return {
        "softmax": "N^2*(D + M)",
        "polynomial": "N*D^2*M",
        "random_features": "N*R*(D + M)",
        "causal_random_features": "N*R*(D + M)",
        "random_features_exact": "2*N*R*D + 4*N*R*M + 4*N*R",
    }
