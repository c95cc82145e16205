"""Known faults, conventions and equivalents of the functions in `reference.attention`, joined."""

from __future__ import annotations

from reference.faults_gaussian import FACTORS, KERNEL
from reference.faults_linear import CAUSAL_LINEAR, KERNELIZED
from reference.faults_random import RANDOM
from reference.faults_softmax import CAUSAL_SOFTMAX, SOFTMAX
from reference.fellows import Fellow

ATTENTION: tuple[Fellow, ...] = (
    *SOFTMAX,
    *KERNELIZED,
    *KERNEL,
    *FACTORS,
    *RANDOM,
    *CAUSAL_SOFTMAX,
    *CAUSAL_LINEAR,
)
