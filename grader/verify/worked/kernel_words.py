# ruff: noqa: E501 -- a pattern stays on one line
"""What words say of the kernel that weighs the keys, and of a causal mask."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.verify.worked.readings import Kernel

CAUSAL = re.compile(
    r"(?<![a-z-])(?<!non )(?<!not )(?:causal(?:ly)?|masked|autoregressive|prefix sums?|running sums?|cumulative)\b|(?-i:S_\{?i\s*-\s*1|[SZ]_(?:i\b|[1-9]))",
    re.I,
)
FULL = re.compile(
    r"\bnon-?\s?causal|\bnot causal|\bunmasked|\bbidirectional|\bwithout (?:the |a |any )?(?:causal )?mask|\bno mask\b|\bfull attention",
    re.I,
)


def causal_in(words: str) -> bool | None:
    """Whether words speak of causal attention: the last that says so; None if none does."""
    found = [(one.start(), True) for one in CAUSAL.finditer(words)] + [
        (one.start(), False) for one in FULL.finditer(words)
    ]
    return max(found)[1] if found else None


KERNEL_WORDS: Mapping[Kernel, re.Pattern[str]] = {
    Kernel.SOFTMAX: re.compile(r"\bsoft-?max\b|\bexp\(\s*q[^()‖|]{0,8}k|e\^\{q[^{}‖|]{0,8}k", re.I),
    Kernel.GAUSSIAN: re.compile(r"\bGaussian\b|\bRBF\b|\bexp\(\s*-\s*[‖|]|e\^\{-\s*[‖|]", re.I),
    Kernel.SQUARED: re.compile(r"\bpolynomial\b|\bquadratic\b|\(⟨?(?:q[^()]{0,8}k|k[^()]{0,8}q|x[^()]{0,6}y)[^()]{0,4}\+ ?1\)\^2|\bsquared kernel\b|\bdegree[- ](?:two|2)\b", re.I),
    Kernel.FEATURES: re.compile(r"\blinear attention\b|\bfeature (?:map|vector)s?\b|\bfeatures\b|φ\(", re.I),
}  # fmt: skip


def kernel_in(words: str) -> Kernel | None:
    """The one kernel that words name; None if they name none or several."""
    named = [kernel for kernel, pattern in KERNEL_WORDS.items() if pattern.search(words)]
    # a feature map may belong to any kernel
    own = [kernel for kernel in named if kernel is not Kernel.FEATURES] or named
    return own[0] if len(own) == 1 else None


def kernels_in(words: str) -> frozenset[Kernel]:
    """The kernels that words name, besides features, which belong to any."""
    return frozenset(kernel for kernel, pattern in KERNEL_WORDS.items() if pattern.search(words)) - {
        Kernel.FEATURES
    }


def names_kernels(words: str) -> bool:
    """Whether words name any kernel but features."""
    return any(
        pattern.search(words) for kernel, pattern in KERNEL_WORDS.items() if kernel is not Kernel.FEATURES
    )


def last_kernel_in(words: str) -> Kernel | None:
    """The kernel that words name last; features belong to any."""
    found = [
        (one.start(), kernel)
        for kernel, pattern in KERNEL_WORDS.items()
        if kernel is not Kernel.FEATURES
        for one in pattern.finditer(words)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


__all__ = [
    "CAUSAL",
    "FULL",
    "KERNEL_WORDS",
    "causal_in",
    "kernel_in",
    "kernels_in",
    "last_kernel_in",
    "names_kernels",
]
