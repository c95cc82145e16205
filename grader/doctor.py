"""What isolation this machine gives, proved by starting it, and the line that mends what is missing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from grader.box import Pool
from grader.box.isolate import BWRAP, LANDLOCK, NAMESPACES, TIERS
from grader.model import GraderFault

MENDS = {
    NAMESPACES: "sudo sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0",
    BWRAP: "sudo apt-get install bubblewrap",
    LANDLOCK: "boot Linux 6.2 or newer with lsm=landlock in the kernel's command line",
}


@dataclass(frozen=True)
class Proof:
    """One tier, tried: `says` is why it was refused, `mend` the line that may give it."""

    tier: str
    works: bool
    says: str = ""
    mend: str = ""


def examine() -> tuple[Proof, ...]:
    """Start a box parent in each tier, strongest first; each passes its canaries or is refused."""
    return tuple(_proof(tier) for tier in TIERS)


def _proof(tier: str) -> Proof:
    try:
        with Pool(isolation=tier):
            return Proof(tier, True)
    except GraderFault as refused:
        missing = tier == BWRAP and shutil.which("bwrap") is None
        return Proof(tier, False, "bubblewrap is not installed" if missing else str(refused), MENDS[tier])


def as_text(proofs: tuple[Proof, ...]) -> str:
    """The proofs for a terminal, and which tier a run would take."""
    lines = []
    for proof in proofs:
        lines.append(
            f"{proof.tier:<12} {'works, proved by trying' if proof.works else 'not here: ' + proof.says}"
        )
        if proof.mend:
            lines.append(f"{'':<12} to have it: {proof.mend}")
    best = next((proof.tier for proof in proofs if proof.works), None)
    lines.append("")
    lines.append(
        f"Runs take {best}, the strongest that works."
        if best
        else "Nothing works, so nothing is run; --isolation none-i-trust-this-code runs without any isolation."
    )
    return "\n".join(lines)
