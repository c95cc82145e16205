"""How the words of an example may be read: its kernel, divisor, σ² and mask, and the letters of its text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kernel(Enum):
    """What weighs a key for a query."""

    SOFTMAX = "softmax"
    GAUSSIAN = "the Gaussian kernel"
    SQUARED = "(q·k + 1)²"
    FEATURES = "φ(q)·φ(k)"


@dataclass(frozen=True)
class Reading:
    """What a text may leave open: the kernel, the divisor of q·k in softmax, σ², and whether later keys are masked."""

    kernel: Kernel
    divisor: float | None
    variance: float | None
    causal: bool

    def shown(self, *, masked: bool) -> str:
        """For a person: the parts of it that numbers depend on; the mask if it matters."""
        parts = [self.kernel.value]
        if self.kernel is Kernel.SOFTMAX and self.divisor is not None:
            parts.append(f"q·k divided by {self.divisor:g}")
        if self.kernel is Kernel.GAUSSIAN and self.variance is not None:
            parts.append(f"σ² = {self.variance:g}")
        return ", ".join([*parts, "causal" if self.causal else "not causal"] if masked else parts)


OUTPUTS = frozenset({"o", "O", "out", "attn"})
SUMS = frozenset({"S"})
NORMALISERS = frozenset({"Z", "z"})
KERNELS = frozenset({"kappa", "K", "sim"})


@dataclass(frozen=True)
class Letters:
    """The letters by which a document calls outputs, weights, scores and the Gaussian kernel."""

    outputs: frozenset[str] = OUTPUTS
    weights: frozenset[str] = frozenset()
    scores: frozenset[str] = frozenset()
    gaussians: frozenset[str] = frozenset({"G"})
    exclusive: bool = False  # S_i and Z_i leave out position i
    delta: bool = False  # δ is q − k


__all__ = ["KERNELS", "NORMALISERS", "OUTPUTS", "SUMS", "Kernel", "Letters", "Reading"]
