"""Known wrong answers to the facts asked for: each changes one entry."""

from __future__ import annotations

from functools import partial

from reference.facts import fact, facts
from reference.fellows import Fellow, Kind

FAULT, EQUIVALENT = Kind.FAULT, Kind.EQUIVALENT


def _with(key: str, value: float) -> dict[str, float]:
    return facts() | {key: value}


def _known_slips() -> tuple[Fellow, ...]:
    """One fault for each wrong value that the table of facts knows."""
    return tuple(
        Fellow(
            "facts.facts",
            f"{key}_{slip.value:.3g}".replace("+", "").replace(".", "_"),
            FAULT,
            f"`{key}` is {slip.value:g} in your answer: {slip.says}",
            partial(_with, key, slip.value),
        )
        for key in facts()
        for slip in fact(key).slips
    )


def _without(key: str) -> dict[str, float]:
    return {name: value for name, value in facts().items() if name != key}


FACTS: tuple[Fellow, ...] = (
    *_known_slips(),
    *(
        Fellow("facts.facts", f"no_{key}", FAULT, f"`{key}` is missing", partial(_without, key))
        for key in facts()
    ),
    Fellow(
        "facts.facts",
        "networks_exchanged",
        FAULT,
        "NN1 and NN2 have changed places: NN1 is the large one",
        lambda: facts() | {"nn1_parameters": 7.5e6, "nn2_parameters": 140e6},
    ),
    Fellow(
        "facts.facts",
        "share_for_percentage",
        EQUIVALENT,
        "`val_at_128` as a share, 0.879",
        lambda: _with("val_at_128", 0.879),
        reason="0.879 and 87.9 % say the same",
    ),
    Fellow(
        "facts.facts",
        "later_count_of_flops",
        EQUIVALENT,
        "`resnet50_flops` as 4.1e9, the count of the v1.5 network",
        lambda: _with("resnet50_flops", 4.1e9),
        reason="both counts are in use",
    ),
    Fellow(
        "facts.facts",
        "rounded_parameters",
        EQUIVALENT,
        "`resnet50_parameters` as 25e6",
        lambda: _with("resnet50_parameters", 25e6),
        reason="the paper gives no number, and sources round it to 25 or 26 million",
    ),
)
