from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.verify import verify_document
from grader.verify.page import to_html
from grader.verify.reading.document import read_text
from grader.verify.reading.macros import expanded

DOCUMENTS = {
    "no-argument": (r"\newcommand{\sig}{\sigma}$\sig^2$", r"$\sigma^2$"),
    "one-argument": (r"\newcommand{\half}[1]{\frac{#1}{2}}$\half{x}$", r"$\frac{x}{2}$"),
    "one-token-as-argument": (r"\newcommand{\half}[1]{\frac{#1}{2}}$\half x$", r"$\frac{x}{2}$"),
    "default-left-out": (r"\newcommand{\p}[2][2]{\|#2\|_{#1}}$\p{x}$", r"$\|x\|_{2}$"),
    "default-given": (r"\newcommand{\p}[2][2]{\|#2\|_{#1}}$\p[1]{x}$", r"$\|x\|_{1}$"),
    "one-in-another": (r"\newcommand{\a}{b}\newcommand{\c}{\a\a}$\c$", "$bb$"),
    "renewed": (r"\newcommand{\a}{b}\renewcommand{\a}{c}$\a$", "$c$"),
    "def": (r"\def\in#1#2{\langle #1, #2 \rangle}$\in{x}{y}$", r"$\langle x, y \rangle$"),
    "operator": (r"\DeclareMathOperator{\tr}{tr}$\tr A$", r"$\operatorname{tr} A$"),
    "undefined-norm": (r"$\norm{x}$", r"$\lVert x \rVert$"),
    "sized-norm": (r"$\norm*{x} \norm[\big]{y}$", r"$\lVert x \rVert \lVert y \rVert$"),
    "longer-name": (r"\newcommand{\a}{b}$\alpha$", r"$\alpha$"),
    "letter-behind": (r"\newcommand{\s}{\sigma}$2\s x$", r"$2\sigma x$"),
    "argument-missing": (r"\newcommand{\h}[1]{<#1>}$\h$", r"$\h$"),
    "leads-back-to-itself": (r"\newcommand{\a}{\a}$x$", "$x$"),
}


@pytest.mark.parametrize(("source", "meant"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_what_a_command_stands_for(source: str, meant: str) -> None:
    assert expanded(source).strip() == meant


def test_lines_keep_their_numbers() -> None:
    source = "\\newcommand{\\n}[1]{\n \\|#1\\|\n}\nLet $\\n{x\n}$ be.\nThen $\\n{y} = 1$."
    assert [line.count("y") for line in expanded(source).split("\n")].index(1) == 5
    assert read_text(source).source == source


@pytest.mark.parametrize(
    "source",
    [
        r"\newcommand{\a}{\a\a}$\a$",
        r"\newcommand{\a}{\b\b}\newcommand{\b}{\c\c}\newcommand{\c}{\a\a}$\a$",
        r"\newcommand{\a}[1]{\a{#1#1}}$\a{xxxxxxxx}$",
    ],
    ids=["twice-itself", "in-a-ring", "growing-argument"],
)
def test_a_bomb_stays_small(source: str) -> None:
    assert len(expanded(source)) < 100_000


@given(st.text(alphabet="\\{}[]#12ab $\n&newcommand", max_size=120))
def test_no_text_breaks_it_and_no_line_is_lost(text: str) -> None:
    assert expanded(r"\newcommand{\ab}[2]{#2#1}" + text).count("\n") == text.count("\n")


def test_a_page_shows_claims_without_the_authors_commands(tmp_path: Path) -> None:
    path = tmp_path / "own.tex"
    path.write_text(
        "\\newcommand{\\sqn}[1]{\\lVert #1\\rVert^2}\n\\begin{document}\n"
        "$\\sqn{q - k} = \\sqn{q} - q^\\top k + \\sqn{k}$\n\\end{document}\n"
    )
    document = verify_document(path)
    assert [claim.text for claim in document.claims] == [r"\sqn{q - k} = \sqn{q} - q^\top k + \sqn{k}"]
    assert "sqn" not in to_html([document])
