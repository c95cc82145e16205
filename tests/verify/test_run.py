# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""From files to exit codes, JSON and a page: odd files end quickly, nothing of a document becomes code or markup."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import CallError, GraderFault
from grader.verify import run, verify_document
from grader.verify.claim import Ruling, VerifiedDocument
from grader.verify.examine import examine, examine_with_derivations
from grader.verify.page import to_html, to_json
from grader.verify.reading.document import read_text
from grader.verify.workers import verified_in_workers

WRONG = "We have $\\|q-k\\|^2 = \\|q\\|^2 + \\|k\\|^2$.\n"
RIGHT = "We have $\\|q-k\\|^2 = \\|q\\|^2 - 2 q^\\top k + \\|k\\|^2$.\n"


def test_exit_codes_and_json(tmp_path: Path) -> None:
    good, bad, out = tmp_path / "good.md", tmp_path / "bad.md", tmp_path / "out.json"
    good.write_text(RIGHT)
    bad.write_text(WRONG)
    said: list[str] = []
    assert run([good], out, None, said.append) == 0
    assert json.loads(out.read_text())["summary"] == {"verified": 1, "refuted": 0, "unchecked": 0}
    assert run([good, bad], out, tmp_path / "out.html", said.append) == 1
    both = json.loads(out.read_text())
    assert [one["document"] for one in both] == ["good.md", "bad.md"]
    claim = both[1]["claims"][0]
    assert claim["line"] == 1
    assert claim["verdict"] == "refuted"
    assert claim["witness"]
    assert set(claim) == {"line", "text", "kind", "verdict", "says", "witness", "method"}
    assert "refuted" in said[-1]


def test_every_complaint_at_once(tmp_path: Path) -> None:
    strange = tmp_path / "x.docx"
    strange.write_text("x")
    with pytest.raises(CallError) as caught:
        run([tmp_path / "none.md", strange], tmp_path / "nowhere" / "o.json")
    assert len(caught.value.complaints) == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x80 $x = \xc3$", b"\x00\x01\x02", b"$" * 5000, b"\\begin{align}" * 500, b"(" * 50_000, b"{" * 9000 + b"$",
     b"Random features with D = 16 need s = " + b"7" * 300 + b"inate numbers.", b"Attention: " + b"N \xc3\x97 M " * 150, b"depth 3 of 5, " * 200],
    ids=["empty", "no-utf8", "binary", "dollars", "begins", "brackets", "braces", "digits", "products", "depths"],
)  # fmt: skip
def test_odd_files_end_quickly(tmp_path: Path, content: bytes) -> None:
    """None is given up for want of time."""
    path = tmp_path / "odd.md"
    path.write_bytes(content)
    document = verify_document(path, processor_seconds=20)
    assert "seconds" not in document.says
    assert document.count(Ruling.REFUTED) == 0


def test_fifty_megabytes_are_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    assert "50.0 MB" in verify_document(path).says


def test_a_novel_has_nothing_to_refute(tmp_path: Path) -> None:
    path = tmp_path / "novel.txt"
    path.write_text("It was the best of times, it was the worst of times, in 1789 or so. " * 9000)
    document = verify_document(path, processor_seconds=30)
    assert "seconds" not in document.says
    assert document.count(Ruling.REFUTED) == 0


def test_a_notebook_counts_lines_over_its_cells(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ["x = 1\n", "# $2+2=5$"]},
        {"cell_type": "markdown", "source": "# Title\n\n" + WRONG},
    ]
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    (claim,) = verify_document(path).claims
    assert (claim.line, claim.cell, claim.ruling) == (5, 1, Ruling.REFUTED)


def test_a_broken_notebook_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text("[1, 2")
    assert "no notebook" in verify_document(path).says


def test_the_page_has_no_script_of_the_document(tmp_path: Path) -> None:
    path = tmp_path / "evil.md"
    path.write_text(
        "<script>alert(1)</script> $\\text{<img src=x onerror=alert(1)>} = \\href{javascript:alert(1)}{x}$ and $2 = 3$\n"
    )
    page = to_html([verify_document(path)])
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert "default-src 'none'" in page


def test_control_characters_reach_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("\x1b[31m $2 = 3$ \x1b]0;owned\x07\n")
    said: list[str] = []
    assert run([path], None, None, said.append) == 1
    assert "\x1b" not in "".join(said)


PIECES = [*"qkvDNMR0123456789+-*/^_=(){}[]|<>$\\ .,;:'\n σφ‖²√·≈Σ",
    "\\frac", "\\exp", "\\sum_{j=1}^N ", "\\top", "\\sqrt", "O(", "\\begin{align}", "\\end{align}", " is a scalar", "cos",
]  # fmt: skip
ALPHABET = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)


@settings(max_examples=150, deadline=None)
@given(ALPHABET)
def test_no_text_crashes_the_verifier(text: str) -> None:
    claims = examine(read_text(text))
    assert all(claim.witness for claim in claims if claim.ruling is Ruling.REFUTED)
    assert not [claim.says for claim in claims if "a decider failed" in claim.says]


def test_one_passage_that_fails_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(sentence: str, _: str) -> None:
        if "failing" in sentence:
            raise TypeError("no number")

    monkeypatch.setattr(
        "grader.verify.numbers.quantities.quantity_claims", lambda *given: failing(*given) or iter(())
    )
    claims = examine(read_text("A failing passage.\n\nThe sum is 12 + 30 = 43.\n"))
    assert ["a decider failed" in claim.says for claim in claims] == [True, False]
    assert claims[1].ruling is Ruling.REFUTED


@pytest.mark.parametrize(
    "reader",
    [
        "grader.verify.worked.documents._of_block",
        "grader.verify.triplets.worked_examples._block",
        "grader.verify.depth.ledger.histograms_in",
    ],
)
def test_a_reader_of_examples_that_fails_is_told_and_costs_no_other(
    monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    def failing(*_: object) -> None:
        raise TypeError("no number")

    monkeypatch.setattr(reader, failing)
    claims = examine(read_text("The triplet loss has squared distances.\n\nThe sum is 12 + 30 = 43.\n"))
    assert any("a decider failed on it: TypeError: no number" in claim.says for claim in claims)
    assert any(claim.ruling is Ruling.REFUTED and "43" in claim.text for claim in claims)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("We use N = 1000 and R = 64. That makes $4NR = 128{,}000$ multiplications.", ["4NR = 128{,}000"]),
        ("NN2 has 75 million parameters and NN1 14 million, says FaceNet.", ["75 million", "14 million"]),
    ],
    ids=["formula-and-number", "two-facts"],
)
def test_an_assertion_is_refuted_once(source: str, said: list[str]) -> None:
    wrong = [claim.text for claim in examine(read_text(source)) if claim.ruling is Ruling.REFUTED]
    assert len(wrong) == len(said)
    assert all(piece in text for piece, text in zip(said, wrong, strict=True))


@settings(max_examples=60, deadline=None)
@given(ALPHABET)
def test_no_formula_crashes_it_or_the_page(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.md"
    path.write_text(f"$${text}$$", encoding="utf-8")
    read = read_text(path.read_text(encoding="utf-8"))
    claims = examine(read)
    assert not [claim.says for claim in claims if "a decider failed" in claim.says]
    document = VerifiedDocument("fuzz.md", claims, read)
    json.dumps(to_json(document))
    assert to_html([document]).startswith("<!doctype html>")


def test_a_formula_runs_no_code(tmp_path: Path) -> None:
    target = tmp_path / "touched"
    path = tmp_path / "code.md"
    path.write_text(
        f"$__import__('os').system('touch {target}') = 1$ and $\\text{{open('{target}','w')}} = 2$\n"
    )
    verify_document(path)
    assert not target.exists()


CLAIM = {"line": 1, "text": "2 = 3", "kind": "arithmetic", "verdict": "refuted", "says": "it is 2", "method": "count", "witness": {"value": 2}, "cell": None, "occurrence": 0}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "says"),
    [(-signal.SIGALRM, "more than 1 seconds"), (-signal.SIGXCPU, "more than 60 seconds of processor time")],
    ids=["clock", "processor"],
)
def test_what_was_decided_before_the_limit_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    worker = tmp_path / "worker"
    worker.write_text(
        f"#!{sys.executable}\nimport json, pathlib\n"
        f"told = pathlib.Path(json.loads(input())[1])\n"
        f"told.write_text({json.dumps({'claims': [CLAIM]})!r} + '\\n' + '{{\"cla')\nprint({code})\n"
    )
    worker.chmod(0o755)
    monkeypatch.setattr("grader.verify.workers.sys.executable", str(worker))
    path = tmp_path / "slow.md"
    path.write_text("$2 = 3$\n")
    document = verify_document(path, seconds=1)
    assert says in document.says
    assert [(claim.line, claim.ruling) for claim in document.claims] == [(1, Ruling.REFUTED)]


def test_a_worker_that_dies_is_a_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.verify.workers.sys.executable", "/bin/false")
    path = tmp_path / "a.md"
    path.write_text("$2 = 3$\n")
    with pytest.raises(GraderFault, match=r"a\.md: .* ended with code 1 before it answered"):
        verify_document(path)


def test_many_documents_come_in_their_order_and_one_that_is_given_up_costs_no_other(tmp_path: Path) -> None:
    paths = []
    for number, source in enumerate((f"{RIGHT}\n" * 40, "", WRONG, RIGHT, WRONG)):
        paths.append(tmp_path / f"{number}.md")
        paths[-1].write_text(source)
    paths[3].write_text("\n".join(f"${n} + 1 = {n + 1}$ and\n{WRONG}" for n in range(100)))
    said: list[str] = []
    found = list(verified_in_workers(paths, 2, seconds=600, processor_seconds=1))
    assert [one.name for one in found] == [path.name for path in paths]
    assert "1 seconds of processor time" in found[3].says
    assert [found[number].count(Ruling.REFUTED) for number in (1, 2, 4)] == [0, 1, 1]
    assert run(paths[2:], write=said.append) == 1
    assert len(said) == 3


def test_the_clock_ends_what_the_processor_does_not(tmp_path: Path) -> None:
    path = tmp_path / "long.md"
    path.write_text("\n".join(f"${n} + 1 = {n + 1}$ and\n{WRONG}" for n in range(100)))
    assert "more than 0.5 seconds and was given up" in verify_document(path, seconds=0.5).says


def test_the_processors_seconds_are_counted_not_the_clocks(tmp_path: Path) -> None:
    path = tmp_path / "long.md"
    path.write_text("\n".join(f"${n} + 1 = {n + 1}$ and\n{WRONG}" for n in range(100)))
    assert "1 seconds of processor time" in verify_document(path, processor_seconds=1).says
    assert verify_document(path, processor_seconds=50).says == ""


def test_claims_are_told_block_by_block_and_the_time_says_where_it_ended() -> None:
    told: list[int] = []
    claims, _ = examine_with_derivations(
        read_text(f"{RIGHT}\n{WRONG}"), tell=lambda some: told.append(len(some))
    )
    assert told == [1, 1]
    assert [claim.line for claim in claims] == [1, 3]
    (late,) = examine(read_text(f"{RIGHT}\n{WRONG}"), seconds=0)
    assert (late.ruling, late.line) == (Ruling.UNCHECKED, 1)


BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
WIDE = "\\frac{\\sum_{j=1}^{N} e^{\\|k_j\\|^2/(2\\sqrt{D})}\\phi(q_i)^\\top\\phi(k_j)}{\\sum_{j=1}^{N} \\phi(q_i)^\\top\\phi(k_j)}"


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
@pytest.mark.parametrize("width", [1280, 700])
def test_wide_formulas_scroll_in_their_own_boxes(tmp_path: Path, width: int) -> None:
    path, page = tmp_path / "wide.md", tmp_path / "wide.html"
    path.write_text(
        f"$${' + '.join([WIDE] * 5)} = x$$\n\nHere ${'-'.join(['2^{2^2}'] * 60)} = 3$ and\n\n{WRONG}"
    )
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", to_html([verify_document(path)]))
    measure = "<script>onload = () => { const r = document.documentElement; document.title = `${r.scrollWidth - r.clientWidth} over`; }</script>"
    page.write_text(html.replace("<head>", f"<head>{measure}"), encoding="utf-8")
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900", "--dump-dom", page.as_uri()]  # fmt: skip
    seen = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "<title>0 over</title>" in seen
