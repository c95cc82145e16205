# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The derivation item: right chains in many styles, each with mutants that must be caught at their line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.verify.derivation import check_derivation
from grader.verify.derivations.steps import StepVerdict

RIGHT = {
    "unicode": "exp(q·k/√D) = exp(‖q‖²/(2√D)) exp(−‖q−k‖²/(2√D)) exp(‖k‖²/(2√D))",
    "aligned": r"""Let $\sigma^2 = \sqrt{D}$.
$$\begin{aligned}
\exp\left(\frac{q^\top k}{\sqrt{D}}\right) &= \exp\left(\frac{q^\top k}{\sigma^2}\right) \\
&= \exp\left(\frac{2 q^\top k}{2\sigma^2}\right) \\
&= \exp\left(\frac{\|q\|^2 + \|k\|^2 - \|q-k\|^2}{2\sigma^2}\right)\\
&= e^{\|q\|^2/2\sigma^2}\, e^{-\|q-k\|^2/2\sigma^2}\, e^{\|k\|^2/2\sigma^2}
\end{aligned}$$""",
    "row": r"""$$\|q_i-k_j\|^2=(q_i-k_j)(q_i-k_j)^T = q_iq_i^T - 2 q_i k_j^T + k_j k_j^T$$
so $q_i k_j^T = \frac12(\|q_i\|^2+\|k_j\|^2-\|q_i-k_j\|^2)$. Dividing by $\sqrt{D}$ and exponentiating
$$\exp(q_ik_j^T/\sqrt D)=\exp\Big(\frac{\|q_i\|^2}{2\sqrt D}\Big)\,G(q_i,k_j)\,\exp\Big(\frac{\|k_j\|^2}{2\sqrt D}\Big)$$
where $G(q_i,k_j)=\exp(-\|q_i-k_j\|^2/(2\sigma^2))$ and $\sigma^2=\sqrt D$.""",
    "plainlines": """Start with the Gaussian kernel with σ² = √D:
G(q, k) = exp(−‖q − k‖² / (2σ²))
        = exp(−(‖q‖² − 2 q·k + ‖k‖²) / (2σ²))
        = exp(−‖q‖²/(2σ²)) · exp(q·k/σ²) · exp(−‖k‖²/(2σ²))

Multiply both sides by exp(‖q‖²/(2σ²)) · exp(‖k‖²/(2σ²)):

exp(q·k/√D) = exp(‖q‖²/(2σ²)) · G(q, k) · exp(‖k‖²/(2σ²)).""",
    "ascii": """exp(q^T k/sqrt(D)) = exp(<q,k>/sigma^2) with sigma^2 = sqrt(D)
||q-k||^2 = <q,q> - 2<q,k> + <k,k>
<q,k> = (||q||^2 + ||k||^2 - ||q-k||^2)/2
exp(q^T k/sqrt(D)) = exp(||q||^2/(2 sqrt(D))) * exp(-||q-k||^2/(2 sqrt(D))) * exp(||k||^2/(2 sqrt(D)))""",
    "log": r"""$\log \exp(q^Tk/\sqrt{D}) = \frac{q^Tk}{\sqrt{D}} = \frac{\|q\|^2}{2\sqrt D}+\frac{\|k\|^2}{2\sqrt D}-\frac{\|q-k\|^2}{2\sqrt D}$. Exponentiate:
\[ \exp(q^Tk/\sqrt{D}) = \exp(\|q\|^2/(2\sqrt D)) \cdot \mathcal{K}(q,k) \cdot \exp(\|k\|^2/(2\sqrt D)) \] where $\mathcal{K}(q,k) = \exp(-\|q-k\|^2/(2\sqrt D))$""",
    "coords": r"""$$ \|q-k\|^2 = \sum_{d=1}^D (q_d-k_d)^2 = \sum_{d=1}^D q_d^2 - 2\sum_{d=1}^D q_d k_d + \sum_{d=1}^D k_d^2 = \|q\|^2 - 2 q\cdot k + \|k\|^2 $$
Hence $$ e^{q\cdot k/\sqrt{D}} = e^{(\|q\|^2 + \|k\|^2)/(2\sqrt{D})} e^{-\|q-k\|^2/(2 D^{1/2})} $$""",
    "abg": r"""We claim $\exp(q_i \cdot k_j/\sqrt{D}) = a_i G_{ij} b_j$ with $a_i = \exp(\|q_i\|^2/2\sqrt{D})$, $b_j = \exp(\|k_j\|^2/2\sqrt{D})$ and $G_{ij} = \exp(-\|q_i-k_j\|^2/2\sqrt{D})$.
$$a_iG_{ij}b_j = \exp\left(\frac{\|q_i\|^2 - \|q_i-k_j\|^2+\|k_j\|^2}{2\sqrt{D}}\right) = \exp\left(\frac{2q_i\cdot k_j}{2\sqrt{D}}\right) = \exp\left(\frac{q_i\cdot k_j}{\sqrt{D}}\right)$$""",
    "split displays": r"""$$\exp\left(\frac{q^Tk}{\sqrt{D}}\right)$$ Complete the square:
$$\exp\left(\frac{\|q\|^2+\|k\|^2-\|q-k\|^2}{2\sqrt{D}}\right)$$ which is
$$= \exp\left(\frac{\|q\|^2}{2\sqrt{D}}\right)\exp\left(-\frac{\|q-k\|^2}{2\sqrt{D}}\right)\exp\left(\frac{\|k\|^2}{2\sqrt{D}}\right)$$""",
    "quotient": r"""\begin{align*}
\exp(\langle q,k\rangle/\sqrt D) &= \frac{\exp(-\lVert q-k\rVert^2/(2\sqrt D))}{\exp(-\lVert q\rVert^2/(2\sqrt D))\exp(-\lVert k\rVert^2/(2\sqrt D))}\end{align*}""",
    "undefined K": r"""$\exp(q^Tk/\sqrt{D}) = \exp(\|q\|^2/2\sigma^2) K_{Gauss}(q,k) \exp(\|k\|^2/2\sigma^2)$ where $\sigma^2=\sqrt D$, K the Gaussian kernel.""",
}
WRONG = {
    "sign": (RIGHT["aligned"].replace("- \\|q-k", "+ \\|q-k"), 5),
    "missing half": (RIGHT["plainlines"].replace("exp(−(‖q‖² − 2 q·k", "exp(−(‖q‖² − q·k"), 3),
    "sigma": (RIGHT["aligned"].replace(r"\sigma^2 = \sqrt{D}", r"\sigma^2 = D"), 3),
    "factor": (RIGHT["unicode"].replace("exp(‖k‖²/(2√D))", "exp(‖k‖²/√D)"), 1),
    "missing term": (RIGHT["unicode"].replace(" exp(‖k‖²/(2√D))", ""), 1),
    "D not sqrt": (RIGHT["unicode"].replace("(2√D)", "(2D)"), 1),
    "row sign": (RIGHT["row"].replace("- 2 q_i k_j^T", "+ 2 q_i k_j^T"), 1),
    "sigma sqrt": (RIGHT["plainlines"].replace("σ² = √D", "σ = √D"), 8),
    "abg": (RIGHT["abg"].replace("- \\|q_i-k_j", "+ \\|q_i-k_j"), 2),
    "sigma unused": (
        r"""$\exp(q^Tk/\sigma^2) = \exp(\|q\|^2/2\sigma^2) \exp(-\|q-k\|^2/2\sigma^2) \exp(\|k\|^2/2\sigma^2)$. Set $\sigma^2 = D$. So
$\exp(q^Tk/\sqrt{D}) = \exp(\|q\|^2/2\sqrt{D}) \exp(-\|q-k\|^2/2\sqrt{D}) \exp(\|k\|^2/2\sqrt{D})$""",
        1,
    ),
}
NOT_REACHED = {
    "expand only": r"$\|q-k\|^2 = \|q\|^2 - 2q^Tk + \|k\|^2$",
    "merged": r"$\exp(q^Tk/\sqrt D) = \exp((\|q\|^2+\|k\|^2-\|q-k\|^2)/(2\sqrt D))$",
    "generic sigma": "exp(q·k/σ²) = exp(‖q‖²/(2σ²)) exp(−‖q−k‖²/(2σ²)) exp(‖k‖²/(2σ²))",
    "prose": "It is clear that the softmax kernel factorises into a Gaussian kernel and two norms.",
    "trivial": "exp(q·k/√D) = exp(q·k/√D)",
}


STYLES = {
    "sim": r"""$$\mathrm{sim}(q,k)=\exp\left(\frac{q^\top k}{\sqrt D}\right)$$ Using $\|q-k\|_2^2=\|q\|_2^2+\|k\|_2^2-2q^\top k$:
$$\mathrm{sim}(q,k)=\exp\left(\frac{\|q\|_2^2}{2\sqrt D}\right)\exp\left(-\frac{\|q-k\|_2^2}{2\sqrt D}\right)\exp\left(\frac{\|k\|_2^2}{2\sqrt D}\right).$$""",
    "arrows": r"""$$\|q-k\|^2=\|q\|^2-2q^Tk+\|k\|^2 \implies q^Tk=\frac{\|q\|^2+\|k\|^2-\|q-k\|^2}{2}$$
$$\Rightarrow \frac{q^Tk}{\sqrt{D}} = \frac{\|q\|^2}{2\sqrt{D}}+\frac{\|k\|^2}{2\sqrt{D}}-\frac{\|q-k\|^2}{2\sqrt{D}}$$
$$\Rightarrow \exp\Big(\frac{q^Tk}{\sqrt{D}}\Big)=\exp\Big(\frac{\|q\|^2}{2\sqrt{D}}\Big)\exp\Big(-\frac{\|q-k\|^2}{2\sqrt{D}}\Big)\exp\Big(\frac{\|k\|^2}{2\sqrt{D}}\Big)$$""",
    "bullets": """Derivation

1. ‖q − k‖² = (q − k)ᵀ(q − k) = qᵀq − 2qᵀk + kᵀk
2. So qᵀk = ½(‖q‖² + ‖k‖² − ‖q − k‖²)
3. Divide by √D: qᵀk/√D = ‖q‖²/(2√D) + ‖k‖²/(2√D) − ‖q − k‖²/(2√D)
4. Take exp: exp(qᵀk/√D) = exp(‖q‖²/(2√D)) · exp(‖k‖²/(2√D)) · exp(−‖q − k‖²/(2√D))
5. The last factor is the Gaussian kernel with σ² = √D.""",
    "code": """```
exp(q.k/sqrt(D)) = exp(|q|^2/(2 sqrt(D))) * exp(-|q-k|^2/(2 sqrt(D))) * exp(|k|^2/(2 sqrt(D)))
```""",
    "dot": "exp(q.k/sqrt(D)) = exp(|q|^2/(2 sqrt(D))) * exp(-|q-k|^2/(2 sqrt(D))) * exp(|k|^2/(2 sqrt(D)))",
    "intertext": r"""\begin{align}
e^{q\cdot k/\sqrt{D}} &= e^{2q\cdot k/(2\sqrt{D})} && \text{multiply by } 2/2\\
&= e^{(\|q\|^2 + \|k\|^2 - \|q-k\|^2)/(2\sqrt{D})} \tag{by expanding}\\
&= \underbrace{e^{\|q\|^2/(2\sqrt{D})}}_{a}\;\underbrace{e^{-\|q-k\|^2/(2\sqrt{D})}}_{\text{Gaussian}}\;\underbrace{e^{\|k\|^2/(2\sqrt{D})}}_{b}
\end{align}""",
    "d": r"$\exp(q^\top k/\sqrt{d}) = \exp(\|q\|^2/(2\sqrt{d}))\exp(-\|q-k\|^2/(2\sqrt{d}))\exp(\|k\|^2/(2\sqrt{d}))$",
    "bold": r"$$\exp\!\left(\frac{\mathbf{q}^{\mathsf T}\mathbf{k}}{\sqrt D}\right)=\exp\!\left(\frac{\|\mathbf{q}\|^2}{2\sqrt D}\right)\exp\!\left(-\frac{\|\mathbf{q}-\mathbf{k}\|^2}{2\sqrt D}\right)\exp\!\left(\frac{\|\mathbf{k}\|^2}{2\sqrt D}\right)$$",
    "K sub": r"""Let $K_\sigma(q,k)=\exp(-\|q-k\|^2/2\sigma^2)$. Then
$$K_\sigma(q,k) = \exp(-\|q\|^2/2\sigma^2)\exp(-\|k\|^2/2\sigma^2)\exp(q^Tk/\sigma^2)$$
With $\sigma^2=\sqrt{D}$ and rearranging:
$$\exp(q^Tk/\sqrt{D}) = \exp(\|q\|^2/2\sqrt{D}) \cdot K_\sigma(q,k)\cdot \exp(\|k\|^2/2\sqrt{D})$$""",
    "sigma14": r"Choose $\sigma = D^{1/4}$. $\exp(q\cdot k/\sqrt{D}) = \exp(\frac{\|q\|^2}{2\sigma^2})\exp(-\frac{\|q-k\|^2}{2\sigma^2})\exp(\frac{\|k\|^2}{2\sigma^2})$",
    "Qi": r"$$\exp\left(\frac{Q_i K_j^T}{\sqrt{D}}\right)=\exp\left(\frac{\|Q_i\|^2}{2\sqrt{D}}\right)\exp\left(-\frac{\|Q_i-K_j\|^2}{2\sqrt{D}}\right)\exp\left(\frac{\|K_j\|^2}{2\sqrt{D}}\right)$$",
    "addsub": r"""$$ q^\top k = q^\top k - \tfrac12\|q\|^2 - \tfrac12\|k\|^2 + \tfrac12\|q\|^2+\tfrac12\|k\|^2 = -\tfrac12\|q-k\|^2+\tfrac12\|q\|^2+\tfrac12\|k\|^2$$
$$ \exp(q^\top k/\sqrt D)=\exp\{-\|q-k\|^2/(2\sqrt D)\}\exp\{\|q\|^2/(2\sqrt D)\}\exp\{\|k\|^2/(2\sqrt D)\}$$""",
    "prefactor": r"$e^{q^\top k/\sqrt{D}} = \alpha(q)\, G(q,k)\, \alpha(k)$ where $\alpha(x) = e^{\|x\|^2/(2\sqrt{D})}$ and $G(q,k) = e^{-\|q-k\|^2/(2\sqrt{D})}$. Indeed $\alpha(q)G(q,k)\alpha(k) = e^{(\|q\|^2-\|q-k\|^2+\|k\|^2)/(2\sqrt{D})} = e^{2q^\top k/(2\sqrt{D})} = e^{q^\top k/\sqrt{D}}$.",
    "cases sum": r"$$-\frac{\|q-k\|^2}{2\sigma^2} = -\frac{\sum_{d}(q_d-k_d)^2}{2\sigma^2} = -\frac{\sum_d q_d^2}{2\sigma^2}+\frac{\sum_d q_dk_d}{\sigma^2}-\frac{\sum_d k_d^2}{2\sigma^2}$$ Exponentiating and setting $\sigma^2=\sqrt D$: $$\exp\Big(-\frac{\|q-k\|^2}{2\sqrt D}\Big)=\exp\Big(-\frac{\|q\|^2}{2\sqrt D}\Big)\exp\Big(\frac{q^\top k}{\sqrt D}\Big)\exp\Big(-\frac{\|k\|^2}{2\sqrt D}\Big)$$ so $$\exp\Big(\frac{q^\top k}{\sqrt D}\Big)=\exp\Big(\frac{\|q\|^2}{2\sqrt D}\Big)\exp\Big(-\frac{\|q-k\|^2}{2\sqrt D}\Big)\exp\Big(\frac{\|k\|^2}{2\sqrt D}\Big)$$",
    "html sub": "We know that ||q-k||² = ||q||² + ||k||² - 2 q·k.\nTherefore q·k = (||q||² + ||k||² - ||q-k||²) / 2.\nThen exp(q·k / √D) = exp((||q||² + ||k||² - ||q-k||²) / (2√D)) = exp(||q||²/(2√D)) × exp(||k||²/(2√D)) × exp(-||q-k||²/(2√D)).",
}

RIGHT |= STYLES


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_chain_is_verified_and_arrives(text: str) -> None:
    derivation = check_derivation(text)
    assert [step.verdict for step in derivation.steps if step.verdict is not StepVerdict.VERIFIED] == []
    assert derivation.reaches_goal


@pytest.mark.parametrize(("text", "line"), WRONG.values(), ids=WRONG.keys())
def test_the_first_wrong_step_is_named_with_numbers(text: str, line: int) -> None:
    derivation = check_derivation(text)
    assert derivation.first_wrong is not None
    assert derivation.first_wrong.line == line
    assert derivation.first_wrong.witness
    assert not derivation.reaches_goal


@pytest.mark.parametrize("text", NOT_REACHED.values(), ids=NOT_REACHED.keys())
def test_a_chain_that_never_arrives_is_neither_refuted_nor_met(text: str) -> None:
    derivation = check_derivation(text)
    assert not derivation.reaches_goal
    assert derivation.first_wrong is None


def test_an_unreadable_row_is_unchecked_not_refuted() -> None:
    derivation = check_derivation(r"$$\exp(q^Tk/\sqrt{D}) = \begin{cases} a & b \end{cases}$$")
    assert [step.verdict for step in derivation.steps] == [StepVerdict.UNCHECKED]


def test_an_unknown_goal_is_refused() -> None:
    with pytest.raises(ValueError, match="gaussian_factorisation"):
        check_derivation("a = b", goal="riemann")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_crash(text: str) -> None:
    check_derivation(text)


@pytest.mark.parametrize("sign", ["a", "\n", " \n", "\n ", "=", "$"], ids=repr)
def test_long_runs_of_one_sign_take_no_time(sign: str) -> None:
    started = time.process_time()
    check_derivation((sign * 59_000)[:59_000])
    assert time.process_time() - started < 5
