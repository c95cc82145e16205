"""Every fellow of the triplet losses and of the facts asked for beside them."""

from __future__ import annotations

from reference.faults_batch_all import BATCH_ALL, HARMONIC
from reference.faults_batch_hard import BATCH_HARD
from reference.faults_distances import DISTANCES, LOSS
from reference.faults_facts import FACTS
from reference.faults_mining import SEMI_HARD, VALID
from reference.fellows import Fellow

TRIPLET: tuple[Fellow, ...] = (
    *DISTANCES,
    *LOSS,
    *VALID,
    *SEMI_HARD,
    *BATCH_ALL,
    *BATCH_HARD,
    *HARMONIC,
    *FACTS,
)
