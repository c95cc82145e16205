# ruff: noqa: E501 -- a sentence stays on one line
"""A table of statements about facts and figures in prose, one a row, each with the verdict it must get."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text

BEFORE = {
    "-": "",
    "features": "The feature map of the kernel $(q \\cdot k + 1)^2$ has this many features: $C = (D+1)(D+2)/2$.",
    "sphere": "The embeddings lie on the unit sphere.",
    "facenet": "FaceNet learns an embedding with a triplet loss.",
    "causal": "Causal linear attention keeps two prefix sums.",
    "rfa": "Random-feature attention replaces the Gaussian kernel in the quotient of both sums.",
    "rff": "Random Fourier features approximate the Gaussian kernel with R random directions w.",
    "tied": "Random Fourier features approximate the Gaussian kernel, here with $\\sigma^2 = \\sqrt{D}$.",
    "gaussian": "Random features approximate the Gaussian kernel $\\exp(-\\|q-k\\|^2/(2\\sigma^2))$.",
    "softmax": "Softmax attention divides the exponentials of the scores by their sum.",
    "distances": "For a triplet let $d_p=\\|f(a)-f(p)\\|^2$ and $d_n=\\|f(a)-f(n)\\|^2$, with the margin $\\alpha>0$.",
    "unit triplet": "FaceNet's embeddings $a, p, n$ of a triplet lie on the unit sphere.",
    "batch hard": "Batch hard, in words:",
    "loss": "Cross-entropy against accuracy.",
    "depth32": "Prediction depth with ResNet-18 on 32×32 images, probes 0 to 10.",
    "resnet": "We hook the children of ResNet-18 for the prediction depth.",
    "course": r"Softmax attention is $V'=\mathrm{softmax}(QK^\top/\sqrt D)V$. Causal random-feature attention replaces the Gaussian kernel $\exp(-\|q-k\|^2/(2\sigma^2))$ by random features; it keeps running sums.",
    "depth": "Prediction depth measures the difficulty of an example.",
    "sigma81": r"With the Gaussian kernel $\exp(-\|q-k\|^2/(2\sigma^2))$, the weight $\exp(q^\top k/\sqrt{D})$ asks for $\sigma^2 = \sqrt{D}$.",
}
HEADED = "## FaceNet\n\n| model | parameters (M) | FLOPS (G) |\n|---|---|---|\n| {} | {} | {} |\n"


def _rows() -> list[tuple[str, str, str]]:
    here = Path(__file__).parent
    lines = [
        line
        for name in ("told.txt", "said.txt", "theses.txt")
        for line in (here / name).read_text(encoding="utf-8").splitlines()
    ]
    rows = [line.split(" | ", 2) for line in lines if line.strip() and not line.startswith("#")]
    return [(verdict.strip(), before.strip(), text.strip()) for verdict, before, text in rows]


def rulings_of(source: str, since: int) -> set[Ruling]:
    """The rulings on all claims from a line on."""
    return {claim.ruling for claim in examine(read_text(source)) if claim.line >= since}


@pytest.mark.parametrize(("expected", "before", "text"), _rows(), ids=lambda value: value[:70])
def test_what_is_told_gets_its_verdict(expected: str, before: str, text: str) -> None:
    rulings = rulings_of(f"{BEFORE[before]}\n\n{text}\n", 3)
    strongest = next((one for one in (Ruling.REFUTED, Ruling.VERIFIED) if one in rulings), Ruling.UNCHECKED)
    assert strongest.value == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("NN1", "140", "1.6"), {Ruling.VERIFIED}),
        (("NN1", "104", "1.6"), {Ruling.REFUTED, Ruling.VERIFIED}),
        (("NN2", "7.5", "16"), {Ruling.REFUTED, Ruling.VERIFIED}),
        (("ResNet-50", "25.6", "3.8"), {Ruling.VERIFIED}),
        (("our net", "104", "16"), set()),
    ],
)
def test_a_header_gives_its_cells_the_unit(cells: tuple[str, str, str], expected: set[Ruling]) -> None:
    assert rulings_of(HEADED.format(*cells), 5) - {Ruling.UNCHECKED} == expected


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("First $1 + 1 = 3$, and then again $1 + 1 = 3$.", 2),
        ("First 1 + 1 = 3, and then again 1 + 1 = 3, and 1 + 1 = 3.", 3),
        ("First $1 + 1 = 3$, and then $2 + 2 = 4$.", 1),
        ("| what | first | second |\n|---|---|---|\n| sum | $1 + 1 = 3$ | $1 + 1 = 3$ |", 2),
    ],
)
def test_two_assertions_of_the_same_text_are_two_claims(text: str, many: int) -> None:
    refuted = [claim for claim in examine(read_text(text)) if claim.ruling is Ruling.REFUTED]
    assert len(refuted) == many
