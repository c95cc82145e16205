"""Every fellow of the example difficulty part."""

from __future__ import annotations

from reference.faults_example import EXAMPLE
from reference.faults_probes import DEPTHS, HISTOGRAM, KNN
from reference.fellows import Fellow

DEPTH: tuple[Fellow, ...] = (*KNN, *DEPTHS, *HISTOGRAM, *EXAMPLE)
