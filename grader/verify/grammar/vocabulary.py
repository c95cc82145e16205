"""Names of functions, words of growth and brackets; what two mathematicians read differently."""

from __future__ import annotations

from dataclasses import dataclass

KNOWN_FUNCTIONS = frozenset({
    "phi", "psi", "Phi", "Psi", "varphi", "f", "g", "h", "sim", "softmax", "kappa", "elu", "relu", "ReLU", "diag",
    "phi_random", "phi_rand", "psi_random", "rank", "K_gauss", "K_rbf", "calK", "k_gauss", "G_gauss", "poly", "vec",
})  # fmt: skip
GROWTH_WORDS = {"O": "O", "calO": "O", "Theta": "Theta", "Omega": "Omega", "bigO": "O"}
OPENING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what two mathematicians read differently."""

    wide_slash: bool = False
    functions: frozenset[str] = KNOWN_FUNCTIONS


USUAL = Reading()
