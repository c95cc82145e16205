# ruff: noqa: E501 -- a text stays on one line
"""A text's own letters for sizes: what they stand for, and that claims are quoted as the author typed them."""

from __future__ import annotations

import pytest

from grader.verify.claim import Claim, Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text
from grader.verify.scope.letters import in_course_letters

SETS = r"Attention: all vectors are columns, $q_i, k_j \in \mathbb{R}^{p}$ and $v_j \in \mathbb{R}^{r}$ for $i, j = 1, \dots, n$. There are $s$ random frequencies $w_1, \dots, w_s$."
COLUMNS = r"Attention has the tokens as columns: $Q, K \in \mathbb{R}^{h \times T}$, and the values are $V \in \mathbb{R}^{m \times T}$."
WORDS = "Attention: queries and keys have width $h$, values have width $g$, there are $T$ tokens, and $F$ frequencies are drawn."


def claims_on(line: int, source: str, *, tex: bool = False) -> list[Claim]:
    return [claim for claim in examine(read_text(source, tex=tex)) if claim.line == line]


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        (SETS, "Softmax attention costs $O(n^2(p + r))$.", Ruling.VERIFIED),
        (SETS, "Softmax attention costs $O(n^2 r)$.", Ruling.REFUTED),
        (SETS, "The total of random-feature attention is $O(ns(p + r))$.", Ruling.VERIFIED),
        (SETS, "The total of random-feature attention is $O(nsp)$.", Ruling.REFUTED),
        (SETS, "The total of random-feature attention is O(ns(p + r)).", Ruling.VERIFIED),
        (WORDS, "Softmax attention costs $O(T^2(h + g))$.", Ruling.VERIFIED),
        (WORDS, "Softmax attention costs $O(T^2 h)$.", Ruling.REFUTED),
        (WORDS, "Random-feature attention costs $O(TF(h+g))$ in total.", Ruling.VERIFIED),
        (COLUMNS, "Softmax attention costs $O(T^2 h + T^2 m)$.", Ruling.VERIFIED),
        (COLUMNS, "Softmax attention costs $O(T^2 h)$.", Ruling.REFUTED),
        (
            r"Let $Q, K, V \in \mathbb{R}^{n \times d}$ in what follows.",
            "Softmax attention costs $O(n^2 d)$.",
            Ruling.VERIFIED,
        ),
        (
            r"Let $Q, K, V \in \mathbb{R}^{n \times d}$ in what follows.",
            "Softmax attention costs $O(n d^2)$.",
            Ruling.REFUTED,
        ),
    ],
)
def test_a_cost_in_the_texts_own_letters(before: str, text: str, expected: Ruling) -> None:
    assert [claim.ruling for claim in claims_on(3, f"{before}\n\n{text}")] == [expected]


def test_a_claim_is_quoted_in_the_authors_letters_and_says_what_they_are_called() -> None:
    (claim,) = claims_on(3, f"{SETS}\n\nSoftmax attention costs $O(n^2 r)$.")
    assert claim.text == "O(n^2 r)"
    assert claim.says.startswith("QKᵀ takes N²D")
    assert "r is called M here" in claim.says


def test_a_claim_is_quoted_with_the_authors_commands() -> None:
    source = r"""\documentclass{article}
\newcommand{\sqn}[1]{\lVert #1 \rVert^2}
\begin{document}
\begin{align*}
\sqn{q - k} &= \sqn{q} - 2 q^\top k + \sqn{k} \\
&= \sqn{q} + \sqn{k} + 2 q^\top k.
\end{align*}
\end{document}"""
    assert claims_on(5, source, tex=True)[0].text == r"\sqn{q - k} &= \sqn{q} - 2 q^\top k + \sqn{k}"
    wrong = [claim for claim in claims_on(6, source, tex=True) if claim.ruling is Ruling.REFUTED]
    assert [claim.text for claim in wrong] == [
        r"= \sqn{q} + \sqn{k} + 2 q^\top k",
        r"\sqn{q - k} = \sqn{q} + \sqn{k} + 2 q^\top k",
    ]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"{SETS}\n\n# FaceNet\n\nThe triplet $(a, p, n)$ has an anchor, a positive and a negative: $f(x_p)$.", id="a triplet's p"),
        pytest.param(r"Attention has the weights $p_{ij} = p(i, j)$ and $q_i \in \mathbb{R}^{p}$.", id="p with an index and p as a function"),
        pytest.param(r"Attention with values $v_j \in \mathbb{R}^{r}$: $\hat r$ and $\mathbf{r}$ are vectors.", id="dressed letters"),
        pytest.param(r"Attention sums $\sum_{s=1}^{N} w_s$ over $s$ random frequencies.", id="an index"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_size_keeps_its_letter(source: str) -> None:
    read = read_text(source)
    kept = [row.text for rows in in_course_letters(read).formulas.values() for row in rows]
    for before, after in zip(
        [row.text for rows in read.formulas.values() for row in rows], kept, strict=True
    ):
        if r"\mathbb{R}" not in before and "w_1" not in before and before != "s" and before != "n":
            assert after == before


def test_places_stay() -> None:
    read = read_text(f"{SETS}\n\nSoftmax attention costs $O(n^2(p + r))$, the scores O(n²p).")
    changed = in_course_letters(read)
    assert changed != read
    for before, after in zip(read.blocks, changed.blocks, strict=True):
        assert len(read.spelled(before.text)) == len(changed.spelled(after.text))


VECTORS = r"All vectors are columns. There are $n$ tokens with queries $x_i \in \mathbb{R}^{d}$, keys $y_j \in \mathbb{R}^{d}$ and values $u_j \in \mathbb{R}^{m}$, and attention has a feature map $\varphi: \mathbb{R}^d \to \mathbb{R}^p$."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"The output is $o_i = \frac{\sum_{j=1}^{n} \exp(x_i^\top y_j/\sqrt d)\, u_j}{\sum_{j=1}^{n} \exp(x_i^\top y_j/\sqrt d)}$.", Ruling.VERIFIED),
        (r"Each term $\varphi(y_j) u_j^\top$ is a $p \times m$ matrix.", Ruling.VERIFIED),
        (r"Each term $\varphi(y_j) u_j^\top$ is an $m \times p$ matrix.", Ruling.REFUTED),
        (r"Softmax attention costs $O(n^2(d + m))$.", Ruling.VERIFIED),
        (r"Softmax attention costs $O(n^2 m)$.", Ruling.REFUTED),
    ],
)  # fmt: skip
def test_vectors_in_the_texts_own_letters(text: str, expected: Ruling) -> None:
    claims = claims_on(3, f"{VECTORS}\n\n{text}")
    assert [claim.ruling for claim in claims] == [expected]
    assert all("q_" not in claim.text and "k_" not in claim.text for claim in claims)
