# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""A table of claims, one a row, each with the verdict it must get; known failures are kept in sight and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text

PREAMBLES = {
    "-": "",
    "sigma": r"We set $\sigma^2 = \sqrt{D}$.",
    "causal": r"For causal attention let $S_i = \sum_{j=1}^{i} \phi(K_j)^\top V_j$ and $Z_i = \sum_{j=1}^{i} \phi(K_j)^\top$, all vectors being rows.",
    "rff": "Random Fourier features approximate the Gaussian kernel with R random directions w.",
    "gaussian": r"The Gaussian kernel has $\sigma^2 = \sqrt{D}$, the rows of $W$ are random features $w_r \sim \mathcal N(0, I/\sigma^2)$.",
    "rows": r"Queries and keys are row vectors, $q_i, k_j \in \mathbb{R}^{1 \times D}$.",
    "columns": r"Queries and keys are column vectors, $q_i, k_j \in \mathbb{R}^{D \times 1}$.",
    "unsquared": r"The Gaussian kernel is $G(q,k)=\exp(-\|q-k\|/(2\sigma^2))$.",
    "facenet": "FaceNet learns an embedding with a triplet loss.",
    "depth": "Prediction depth measures the difficulty of an example.",
    "mtied": r"Here $M = D$.",
    "lemmas": r"Vectors are columns: $q, k \in \mathbb{R}^{D}$, $v \in \mathbb{R}^{M}$. The matrices $Q, K$ and $V$ have the tokens as rows. We write $F$ for the number of random frequencies, and $\phi(x) \in \mathbb{R}^{2F}$.",
    "features": r"The feature map of the kernel $(q \cdot k + 1)^2$ has this many features: $C = (D+1)(D+2)/2$.",
    "example": r"For instance N = 4,096 and D = M = 64.",
}
MOST_KNOWN_FAILURES = 40


def _rows() -> list[tuple[str, str, str, str]]:
    rows = []
    for line in (Path(__file__).parent / "claims.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            verdict, preamble, text = (part.strip() for part in line.split(" | ", 2))
            expected, _, known = verdict.partition("!")
            rows.append((expected, known, preamble, text))
    return rows


def verdict_of(preamble: str, text: str) -> str:
    """The strongest ruling on the row's own line: refuted before verified before unchecked."""
    body = text.replace("\\n", "\n") if r"\n\n" in text else text
    source = f"{PREAMBLES[preamble]}\n\n{body}\n"
    rulings = {claim.ruling for claim in examine(read_text(source)) if claim.line >= 3}
    for ruling in (Ruling.REFUTED, Ruling.VERIFIED):
        if ruling in rulings:
            return ruling.value
    return Ruling.UNCHECKED.value


@pytest.mark.parametrize(("expected", "known", "preamble", "text"), _rows(), ids=lambda value: value[:60])
def test_the_claim_gets_its_verdict(expected: str, known: str, preamble: str, text: str) -> None:
    # a known failure that starts to pass fails here too, so that its mark is taken away
    assert verdict_of(preamble, text) == (known or expected)


def test_known_failures_are_few_and_never_false_alarms() -> None:
    known = [(expected, now) for expected, now, _, _ in _rows() if now]
    assert len(known) <= MOST_KNOWN_FAILURES
    assert all(now == "unchecked" for _, now in known)


def test_a_wrong_factor_of_the_map_is_charged_once() -> None:
    source = (
        "Random features: $\\phi(x)=\\sqrt{2/R}\\,[\\sin(Wx),\\cos(Wx)]$.\n\n"
        "Then $\\phi(q)^\\top\\phi(k)=\\frac1R\\sum_{r=1}^R\\cos(w_r^\\top(q-k))$, so $\\|\\phi(x)\\|^2=1$.\n"
    )
    refuted = [claim.line for claim in examine(read_text(source)) if claim.ruling is Ruling.REFUTED]
    assert refuted == [1]
