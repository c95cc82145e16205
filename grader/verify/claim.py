"""The nouns of a verified document: claims with their verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grader.verify.goals import Progress
from grader.verify.reading.document import Text


class Kind(StrEnum):
    """What sort of assertion a claim is."""

    IDENTITY = "identity"
    STEP = "step"
    DIMENSION = "dimension"
    COMPLEXITY = "complexity"
    DEFINITION = "definition"
    FACT = "fact"
    ARITHMETIC = "arithmetic"
    LENGTH = "length"


class Ruling(StrEnum):
    """What became of a claim."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    UNCHECKED = "unchecked"


class Method(StrEnum):
    """What a ruling rests on."""

    SYMBOLIC = "symbolic"
    NUMERIC = "numeric"
    COUNT = "count"
    TABLE = "table"
    TEXT = "text"


@dataclass(frozen=True)
class Claim:
    """One assertion: where it stands, its own text, and what became of it. A refuted claim has a witness."""

    line: int
    text: str
    kind: Kind
    ruling: Ruling
    says: str
    method: Method
    witness: Mapping[str, object] | None = None
    cell: int | None = None
    occurrence: int = 0  # which of several assertions with this text on this line


@dataclass(frozen=True)
class VerifiedDocument:
    """A document with everything in it that could be read as a claim, in the order of its lines."""

    name: str
    claims: tuple[Claim, ...]
    text: Text | None
    says: str = ""
    derivations: tuple[Progress, ...] = ()

    def count(self, ruling: Ruling) -> int:
        """How many claims have this ruling."""
        return sum(claim.ruling is ruling for claim in self.claims)


@dataclass(frozen=True)
class Judged:
    """A ruling on something, before it is known where it stands."""

    kind: Kind
    ruling: Ruling
    says: str
    method: Method
    witness: Mapping[str, object] | None = None
    rests_on: str = (
        ""  # the text's own formula by which it holds: where that is refuted, this is not verified
    )


Spanned = tuple[int, int, Judged]
"""Where in a sentence something starts and ends, and the ruling on it."""


def verified(kind: Kind, says: str, method: Method, rests_on: str = "") -> Judged:
    """A claim that holds, and by what."""
    return Judged(kind, Ruling.VERIFIED, says, method, rests_on=rests_on)


def refuted(kind: Kind, says: str, method: Method, witness: Mapping[str, object]) -> Judged:
    """A claim that is wrong, with what a person can check."""
    if not witness:
        raise ValueError("a refuted claim needs a witness")
    return Judged(kind, Ruling.REFUTED, says, method, witness)


def unchecked(kind: Kind, says: str, method: Method = Method.TEXT) -> Judged:
    """A claim that nothing here decides."""
    return Judged(kind, Ruling.UNCHECKED, says, method)


# what a decider may raise on a text that nobody thought of: one passage must not cost the others
STUMBLES = (ArithmeticError, LookupError, TypeError, ValueError)


def stumbled(error: Exception) -> Judged:
    """A passage that is not judged because a decider failed on it, and how."""
    says = f"this passage is not judged, because a decider failed on it: {type(error).__name__}: {error}"
    return unchecked(Kind.IDENTITY, says)


def claim_from(plain: Mapping[str, object]) -> Claim:
    """A claim from the plain object that the worker process writes."""
    witness = plain["witness"]
    cell = plain["cell"]
    return Claim(
        int(str(plain["line"])),
        str(plain["text"]),
        Kind(str(plain["kind"])),
        Ruling(str(plain["verdict"])),
        str(plain["says"]),
        Method(str(plain["method"])),
        dict(witness) if isinstance(witness, dict) else None,
        cell if isinstance(cell, int) else None,
        int(str(plain["occurrence"])),
    )


def once_each(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims by their lines, each assertion of a line once; a decided ruling wins over an unchecked one.

    A text with several facts is refuted if one of them is.
    """

    def rank(claim: Claim) -> int:
        return 2 * (claim.ruling is Ruling.REFUTED and claim.kind is Kind.FACT) or int(
            claim.ruling is not Ruling.UNCHECKED
        )

    best: dict[tuple[int, str, int], Claim] = {}
    for claim in claims:
        key = (claim.line, claim.text, claim.occurrence)
        if key not in best or rank(claim) > rank(best[key]):
            best[key] = claim
    return tuple(sorted(best.values(), key=lambda claim: claim.line))


def plain_claim(claim: Claim) -> dict[str, object]:
    """A claim as the plain object that the worker process writes, and that `claim_from` reads."""
    return {
        "line": claim.line,
        "text": claim.text,
        "kind": claim.kind.value,
        "verdict": claim.ruling.value,
        "says": claim.says,
        "method": claim.method.value,
        "witness": dict(claim.witness) if claim.witness is not None else None,
        "cell": claim.cell,
        "occurrence": claim.occurrence,
    }
