# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Proofs by normal form: what they cover, what they must not prove, and that the random worlds never contradict one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.verify.claim import Method, Ruling
from grader.verify.exact.normal_form import Unproved
from grader.verify.exact.proofs import prove
from grader.verify.exact.reader import Reader
from grader.verify.examine import examine
from grader.verify.grammar.reader import read_chain, read_expression
from grader.verify.grammar.syntax import Addition, Expression, Number, Power, Product, Symbol
from grader.verify.reading.document import read_text
from grader.verify.worlds.comparison import compare
from grader.verify.worlds.settings import Setting

COLUMNS = Setting(orientations=dict.fromkeys(("q", "x", "v", "phi", "w"), "column"))
FACTORS = r"\exp(\|q_i\|^2/2) G(q_i,k_j) \exp(\|k_j\|^2/2)"
PROVED = {
    "polarisation": (r"\|q-k\|^2 = \|q\|^2 - 2 q^T k + \|k\|^2", "inner products"),
    "gaussian factors": (r"\exp(q^T k/\sqrt{D}) = \exp(\|q\|^2/(2\sqrt{D}))\exp(-\|q-k\|^2/(2\sqrt{D}))\exp(\|k\|^2/(2\sqrt{D}))", "every D"),
    "coordinates": (r"\sum_{d=1}^D (q_d - k_d)^2 = \|q\|^2 - 2 q^T k + \|k\|^2", "term by term"),
    "product over coordinates": (r"\prod_{d=1}^D \exp(-(q_d-k_d)^2) = \exp(-\|q-k\|^2)", "inner products"),
    "polynomial kernel": (r"(q^T k)^2 = \sum_{a=1}^D\sum_{b=1}^D q_a q_b k_a k_b", "term by term"),
    "norm times norm": (r"\|q-k\| \|q-k\| = q^Tq - 2 q^T k + k^Tk", "inner products"),
    "peel": (r"\sum_{j=1}^{i} \phi(k_j) v_j^T = \sum_{j=1}^{i-1} \phi(k_j) v_j^T + \phi(k_i) v_i^T", "last term"),
    "peel two": (r"\sum_{j=1}^{i} \|k_j\|^2 = \sum_{j=1}^{i-2} \|k_j\|^2 + \|k_{i-1}\|^2 + \|k_i\|^2", "at least 2"),
    "split": (r"\sum_{j=i+1}^{N} \|k_j\|^2 + \sum_{j=1}^{i} \|k_j\|^2 = \sum_{j=1}^N \|k_j\|^2", "last term"),
    "query leaves the sum": (r"\sum_{j=1}^N \phi(q_i)^T\phi(k_j) v_j^T = \phi(q_i)^T \sum_{j=1}^N \phi(k_j) v_j^T", "term by term"),
    "query's factor cancels": (rf"\frac{{\sum_{{j=1}}^N {FACTORS} v_j}}{{\sum_{{j=1}}^N {FACTORS}}} = \frac{{\sum_{{l=1}}^N G(q_i,k_l) \exp(\|k_l\|^2/2) v_l}}{{\sum_{{l=1}}^N G(q_i,k_l) \exp(\|k_l\|^2/2)}}", "term by term"),
    "sums swapped": (r"\sum_{j=1}^{N}\sum_{l=1}^{N} \exp(q_j^Tk_l) = \sum_{l=1}^{N}\sum_{j=1}^{N} \exp(k_l^Tq_j)", "term by term"),
    "outer product": (r"\sum_{j=1}^N \phi(k_j) v_j^T = \phi(K)^T V", "term by term"),
    "transposed": (r"(QK^T)^T = KQ^T", "matrices"),
    "associative": (r"Q(K^TV) = (QK^T)V", ""),
    "addition theorem": (r"\cos(a-b) = \cos a \cos b + \sin a \sin b", "complex exponentials"),
    "characteristic function": (r"\mathbb{E}[\cos(w^T(q-k))] = \exp(-\|q-k\|^2/(2\sigma^2))", "every D"),
    "variance": (r"\mathrm{Var}(\cos(w^T(q-k))) = \frac12(1-\exp(-\|q-k\|^2/\sigma^2))^2", "every D"),
    "closed form": (r"\sum_{j=1}^N j^2 = N(N+1)(2N+1)/6", "induction"),
    "logarithm": (r"\log(bc) = \log b + \log c", "positive b, c"),
    "roots": (r"\sqrt{2}\sqrt{3}\, D^{1/4}D^{1/4} = \sqrt{6D}", "normal form"),
    "hinge": (r"[z]_+ = \max(0, z)", "normal form"),
}  # fmt: skip
NOT_PROVED = {
    "a lost two": r"\|q-k\|^2 = \|q\|^2 - q^T k + \|k\|^2",
    "a sum too short": r"\sum_{j=1}^{i-1} \|k_j\|^2 = \sum_{j=1}^{i} \|k_j\|^2",
    "the wrong last term": r"\sum_{j=1}^{i} \|k_j\|^2 = \sum_{j=1}^{i-1} \|k_j\|^2 + \|k_{i-1}\|^2",
    "the wrong closed form": r"\sum_{j=1}^N j = N(N-1)/2",
    "right at N = 0 only": r"\sum_{j=1}^N j = N^2",
    "one index for two": r"\sum_{j=1}^{N}\sum_{l=1}^{N} q_j^Tk_l = N \sum_{j=1}^{N} q_j^Tk_j",
    "a product of sums": r"(\sum_{j=1}^{N} \|k_j\|)(\sum_{j=1}^{N} \|q_j\|) = \sum_{j=1}^{N} \|k_j\|\|q_j\|",
    "a root of a square": r"\sqrt{(q^Tk)^2} = q^Tk",
    "an outer product": r"q k^T = k q^T",
    "matrices commute": r"Q^TK = K^TQ",
    "the wrong law": r"\mathbb{E}[\cos(w^T(q-k))] = \exp(-\sigma^2\|q-k\|^2/2)",
    "the wrong theorem": r"\cos(a-b) = \cos a \cos b - \sin a \sin b",
    "an undefined function": r"F(q) = \psi(q)^T \psi(q)",
}


def sides(formula: str) -> tuple[Expression, Expression]:
    left, right = read_chain(formula).parts
    return left, right


@pytest.mark.parametrize(("formula", "says"), PROVED.values(), ids=PROVED.keys())
def test_an_identity_is_proved_and_holds_in_the_worlds(formula: str, says: str) -> None:
    setting = Setting(scalars=frozenset("z"), orientations=COLUMNS.orientations)
    proof = prove(*sides(formula), setting)
    assert proof is not None
    assert says in proof
    loose = Setting(scalars=frozenset("z"))
    assert compare(*sides(formula), setting).equal or compare(*sides(formula), loose).equal


@pytest.mark.parametrize("formula", NOT_PROVED.values(), ids=NOT_PROVED.keys())
def test_a_wrong_identity_is_not_proved(formula: str) -> None:
    assert prove(*sides(formula), COLUMNS) is None


def test_sigma_is_solved_from_the_text() -> None:
    equation = ("sigma", read_expression(r"\frac{1}{\sigma^2}"), read_expression(r"\frac{1}{\sqrt{D}}"))
    setting = Setting(equations=(equation,))
    assert prove(*sides(r"\sigma = D^{1/4}"), setting)
    assert prove(*sides(r"\sigma = D^{1/2}"), setting) is None


@pytest.mark.parametrize(
    ("text", "ruling", "method"),
    [
        (r"We have $\|q-k\|^2 = \|q\|^2 - 2 q^\top k + \|k\|^2$.", Ruling.VERIFIED, Method.SYMBOLIC),
        (r"We have $\|q-k\|^2 = \|q\|^2 - q^\top k + \|k\|^2$.", Ruling.REFUTED, Method.NUMERIC),
        (r"We have $S_i = S_{i-1} + \phi(K_i)^\top V_i$.", Ruling.VERIFIED, Method.SYMBOLIC),
        (r"We have $\sum_{j=1}^{N} \sum_{l=1}^{j} l = N(N+1)(N+2)/6$.", Ruling.VERIFIED, Method.NUMERIC),
    ],
    ids=["proved", "refuted by a world", "recursion", "worlds alone"],
)
def test_a_claim_tells_by_what_it_holds(text: str, ruling: Ruling, method: Method) -> None:
    (claim,) = examine(read_text(text))
    assert (claim.ruling, claim.method) == (ruling, method)


LEAVES = [r"q^T k", r"\|q\|^2", r"\|k-q\|^2", "D", "2", "c", r"\sigma", r"\sum_{j=1}^{N} \|k_j\|^2", r"\sum_{j=1}^{i-1} q_j^T k_j", r"\sum_{j=1}^{i} \exp(q_i^T k_j)"]  # fmt: skip
TREES = st.recursive(
    st.sampled_from([read_expression(leaf) for leaf in LEAVES]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from((1, -1)), inner).map(lambda t: Addition(((1, t[0]), (t[1], t[2])))),
        st.tuples(inner, inner).map(lambda pair: Product(pair, ("cdot",))),
        inner.map(lambda tree: Power(tree, Number(2))),  # type: ignore[arg-type]
    ),
    max_leaves=4,
)


@settings(max_examples=120, deadline=None)
@given(TREES, TREES, st.sampled_from(["swapped", "expanded", "other"]))
def test_no_proof_is_contradicted_by_a_world(one: Expression, two: Expression, way: str) -> None:
    left: Expression = Product((one, Addition(((1, one), (1, two)))), ("cdot",))
    rights: dict[str, Expression] = {
        "swapped": Product((Addition(((1, two), (1, one))), one), ("cdot",)),
        "expanded": Addition(((1, Product((one, one), ("",))), (1, Product((two, one), ("",))))),
        "other": Addition(((1, Product((one, one), ("",))), (1, Product((two, two), ("",))))),
    }
    right = rights[way]
    proof = prove(left, right, COLUMNS)
    worlds = compare(left, right, COLUMNS)
    assert proof is None or worlds.equal is not False
    if way != "other":
        try:
            Reader(COLUMNS).value(left, {})
        except Unproved:
            return
        assert proof is not None


def test_names_stay_apart() -> None:
    # an index that is summed over and one of the same name outside
    tree = Product((read_expression(r"\sum_{j=1}^N \|k_j\|^2"), Symbol("c", (Symbol("j"),))), ("",))
    other = read_expression(r"\sum_{j=1}^N \|k_j\|^2 c_j")
    assert prove(tree, other, COLUMNS) is None
