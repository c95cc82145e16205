"""What stands beside a reference: known faults, other conventions, and the same thing in other words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """How a fellow relates to its reference."""

    FAULT = "fault"
    """Wrong in a known way."""
    CONVENTION = "convention"
    """Right, said differently; the output differs."""
    EQUIVALENT = "equivalent"
    """Right, computed differently; the output is the same up to rounding."""


@dataclass(frozen=True)
class Fellow:
    """A variant of a reference function, with its signature, and the sentence that names it.

    `of` is "module.function" of the reference, `name` is unique within it. `aspect` is "values" where the
    output tells the fellow from the reference; "cost" or "stability" where the values are right (on
    ordinary inputs) and something else is wrong. `reason` says why no output can tell an equivalent apart.
    Raises `ValueError` for an equivalent without a reason.
    """

    of: str
    name: str
    kind: Kind
    says: str
    function: Callable[..., Any]
    aspect: str = "values"
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind is Kind.EQUIVALENT and not self.reason:
            raise ValueError(
                f"{self.of} {self.name}: an equivalent needs the reason why no output tells it apart"
            )
