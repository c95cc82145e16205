"""Every fellow of every reference: the one list that diagnosis and the audit of a rubric read."""

from __future__ import annotations

from reference.faults_attention import ATTENTION
from reference.faults_costs import COSTS
from reference.faults_depth import DEPTH
from reference.faults_features import FEATURES
from reference.faults_triplet import TRIPLET
from reference.fellows import Fellow
from reference.written import DERIVATIONS

FELLOWS: tuple[Fellow, ...] = (*ATTENTION, *FEATURES, *COSTS, *DERIVATIONS, *TRIPLET, *DEPTH)


def fellows_of(of: str, aspect: str | None = None) -> tuple[Fellow, ...]:
    """The fellows of one reference, such as "attention.softmax_attention", of one aspect or of all.

    >>> [fellow.name for fellow in fellows_of("attention.kernelized_attention", aspect="cost")][:2]
    ['forms_matrix', 'forms_matrix_for_denominator']
    """
    return tuple(
        fellow for fellow in FELLOWS if fellow.of == of and (aspect is None or fellow.aspect == aspect)
    )
