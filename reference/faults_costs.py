"""Known faults and equivalents of the costs that a student is asked for: each changes one entry, or its wording."""

from __future__ import annotations

from functools import partial

from reference.costs import costs
from reference.fellows import Fellow, Kind


def _with(**changed: str) -> dict[str, str]:
    return costs() | changed


def _without(key: str) -> dict[str, str]:
    return {name: formula for name, formula in costs().items() if name != key}


def _fault(name: str, says: str, **changed: str) -> Fellow:
    return Fellow("costs.costs", name, Kind.FAULT, says, partial(_with, **changed))


def _same(name: str, says: str, reason: str, **changed: str) -> Fellow:
    return Fellow("costs.costs", name, Kind.EQUIVALENT, says, partial(_with, **changed), reason=reason)


COSTS: tuple[Fellow, ...] = (
    _fault(
        "softmax_linear",
        "`softmax` grows linearly in N in your formula: all N² pairs of query and key are scored",
        softmax="N*(D + M)",
    ),
    _fault(
        "softmax_without_values",
        "`softmax` lacks the product of the N×N weights with V, which costs N²M",
        softmax="N^2*D",
    ),
    _fault(
        "softmax_without_scores",
        "`softmax` lacks the scores QKᵀ, which cost N²D",
        softmax="N^2*M",
    ),
    _fault(
        "softmax_matrix_only",
        "`softmax` counts the N² entries alone: each costs D in QKᵀ and M in the product with V",
        softmax="N^2",
    ),
    _fault(
        "softmax_product",
        "`softmax` multiplies D and M: the two matrix products stand one after the other, so their costs add up",
        softmax="N^2*D*M",
    ),
    _fault(
        "softmax_cubic",
        "`softmax` has one N too many: N² scores of D, and N² weights times M",
        softmax="N^3*(D + M)",
    ),
    _fault(
        "softmax_squared_width",
        "`softmax` has D², as if Q and K were projected first: here they are given",
        softmax="N^2*D + N*D^2 + N^2*M",
    ),
    _fault(
        "polynomial_linear_width",
        "`polynomial` takes D features: the quadratic kernel has about D²/2 of them",
        polynomial="N*D*M",
    ),
    _fault(
        "polynomial_without_values",
        "`polynomial` lacks the width M of V: φ(K)ᵀV has D²·M entries, each a sum over N",
        polynomial="N*D^2",
    ),
    _fault(
        "polynomial_added",
        "`polynomial` adds M: each of the D² features multiplies each of the M columns of V",
        polynomial="N*(D^2 + M)",
    ),
    _fault(
        "polynomial_extra_width",
        "`polynomial` has a D³ too many: computing D² features takes D² products, not D³",
        polynomial="N*D^2*(D + M)",
    ),
    _fault(
        "polynomial_squared_features",
        "`polynomial` squares the number of features: φ(q)·S is D²·M, not D⁴",
        polynomial="N*D^4*M",
    ),
    _fault(
        "polynomial_quadratic",
        "`polynomial` is quadratic in N in your formula: with φ(K)ᵀV computed first it is linear",
        polynomial="N^2*D^2*M",
    ),
    _fault(
        "polynomial_matrix_first",
        "`polynomial` forms φ(Q)φ(K)ᵀ first in your formula: compute φ(K)ᵀV first",
        polynomial="N^2*(D^2 + M)",
    ),
    _fault(
        "random_features_without_values",
        "`random_features` lacks the sums ψ(K)ᵀV and φ(Q)S, which cost N·R·M",
        random_features="N*R*D",
    ),
    _fault(
        "random_features_without_projections",
        "`random_features` lacks the projections QWᵀ and KWᵀ, which cost N·R·D",
        random_features="N*R*M",
    ),
    _fault(
        "random_features_product",
        "`random_features` multiplies D and M: projecting and summing stand one after the other, so their costs add up",
        random_features="N*R*D*M",
    ),
    _fault(
        "random_features_sum",
        "`random_features` adds R to D and M: each random direction meets all D and all M columns",
        random_features="N*(R + D + M)",
    ),
    _fault(
        "random_features_quadratic",
        "`random_features` is quadratic in N in your formula: with ψ(K)ᵀV computed first it is linear",
        random_features="N^2*(R + M) + N*R*D",
    ),
    _fault(
        "random_features_without_r",
        "`random_features` lacks the number R of random directions",
        random_features="N*(D + M)",
    ),
    _fault(
        "random_features_squared_r",
        "`random_features` has R²: no product of features with features is needed",
        random_features="N*R^2 + N*R*(D + M)",
    ),
    _fault(
        "causal_quadratic",
        "`causal_random_features` is quadratic in N in your formula: the running sums S and Z make it linear",
        causal_random_features="N^2*R*(D + M)",
    ),
    _fault(
        "causal_masked_matrix",
        "`causal_random_features` forms the masked N×N matrix in your formula: the running sums make it linear",
        causal_random_features="N^2*(R + M) + N*R*D",
    ),
    _fault(
        "causal_recomputed",
        "`causal_random_features` recomputes S at each position in your formula: update it instead",
        causal_random_features="N^2*R*M + N*R*D",
    ),
    _fault(
        "causal_without_values",
        "`causal_random_features` lacks the updates of S, which cost N·R·M",
        causal_random_features="N*R*D",
    ),
    _fault(
        "causal_without_projections",
        "`causal_random_features` lacks the projections QWᵀ and KWᵀ, which cost N·R·D",
        causal_random_features="N*R*M",
    ),
    _fault(
        "causal_product",
        "`causal_random_features` multiplies D and M: projecting and summing stand one after the other",
        causal_random_features="N*R*D*M",
    ),
    _fault(
        "causal_without_n",
        "`causal_random_features` is the cost of one position: there are N of them",
        causal_random_features="R*(D + M)",
    ),
    _fault(
        "exact_feature_length_r",
        "`random_features_exact` takes R features: sine and cosine make 2R of them",
        random_features_exact="2*N*R*D + 2*N*R*M + 2*N*R",
    ),
    _fault(
        "exact_without_key_weights",
        "`random_features_exact` lacks the 2NR products of the key weights with φ(K)",
        random_features_exact="2*N*R*D + 4*N*R*M + 2*N*R",
    ),
    _fault(
        "exact_without_weights_and_denominators",
        "`random_features_exact` lacks the key weights times φ(K) and the denominators φ(Q)Z, 2NR each",
        random_features_exact="2*N*R*D + 4*N*R*M",
    ),
    _fault(
        "exact_one_projection",
        "`random_features_exact` counts one projection: QWᵀ and KWᵀ cost NRD each",
        random_features_exact="N*R*D + 4*N*R*M + 4*N*R",
    ),
    _fault(
        "exact_projections_of_2r",
        "`random_features_exact` projects to 2R directions: W has R rows, so each projection costs NRD",
        random_features_exact="4*N*R*D + 4*N*R*M + 4*N*R",
    ),
    _fault(
        "exact_numerator_once",
        "`random_features_exact` counts one of ψ(K)ᵀV and φ(Q)S: each costs 2NRM",
        random_features_exact="2*N*R*D + 2*N*R*M + 4*N*R",
    ),
    _fault(
        "exact_query_weights_too",
        "`random_features_exact` counts factors of the queries too: they cancel and are left out",
        random_features_exact="2*N*R*D + 4*N*R*M + 6*N*R",
    ),
    _fault(
        "exact_scale_counted",
        "`random_features_exact` counts the factor √(1/R) of the features, which this recipe does not multiply",
        random_features_exact="2*N*R*D + 4*N*R*M + 8*N*R",
    ),
    _fault(
        "exact_divisions_counted",
        "`random_features_exact` counts the N·M divisions: multiplications alone are asked for",
        random_features_exact="2*N*R*D + 4*N*R*M + 4*N*R + N*M",
    ),
    _fault(
        "exact_norms_counted",
        "`random_features_exact` counts the N·D squares of the norms: they are not counted in this recipe",
        random_features_exact="2*N*R*D + 4*N*R*M + 4*N*R + N*D",
    ),
    _fault(
        "exact_additions_counted",
        "`random_features_exact` counts additions as well: multiplications alone are asked for",
        random_features_exact="4*N*R*D + 8*N*R*M + 8*N*R",
    ),
    _fault(
        "exact_growth_only",
        "`random_features_exact` is a growth class: the exact number is asked for, with its constants",
        random_features_exact="N*R*(D + M)",
    ),
    *(
        Fellow(
            "costs.costs",
            f"missing_{key}",
            Kind.FAULT,
            f"`{key}` is missing in `costs`",
            partial(_without, key),
        )
        for key in costs()
    ),
    _same(
        "larger_of_two",
        "max(D, M) stands for D + M",
        "max(D, M) ≤ D + M ≤ 2 max(D, M)",
        softmax="O(N^2*max(D, M))",
        random_features="O(N*R*max(D, M))",
        causal_random_features="O(N*R*max(D, M))",
    ),
    _same(
        "exact_counts",
        "exact counts stand for growth classes",
        "constants and lower-order terms do not change the class",
        softmax="2*N^2*D + 2*N^2*M + 3*N^2",
        polynomial="N*(D + 1)*(D + 2)/2*(2*M + 1) + 2*N*D^2",
        random_features="2*N*R*D + 4*N*R*M + 4*N*R",
        causal_random_features="2*N*R*D + 4*N*R*M + 4*N*R",
    ),
    _same(
        "other_names",
        "D_random stands for R",
        "the assignment allows both names",
        random_features="O(N*D_random*D + N*D_random*M)",
        causal_random_features="O(N*D_random*(D + M))",
        random_features_exact="2*N*D_random*(D + 2*M + 2)",
    ),
    _same(
        "written_by_hand",
        "products without signs, superscript exponents, Θ",
        "another way of writing the same formulas",
        softmax="Θ(N²D + N²M)",
        polynomial="O(ND²M)",
        random_features="O(NRD + NRM)",
        causal_random_features="Θ(NR(D + M))",
        random_features_exact="2NRD + 4NRM + 4NR",
    ),
)
