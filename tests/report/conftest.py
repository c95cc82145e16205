"""Reports of three students: one with everything that a report can hold, one plain, one hostile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.model import (
    Convention,
    Diagnosis,
    Ended,
    Evidence,
    Execution,
    Exhibit,
    Finding,
    Report,
    Run,
    Status,
    Verdict,
)

RUN = Run("1.0.0", "c" * 64, "bwrap", "5eed", {"torch": "2.14.1"}, "2026-01-05T10:00:00+00:00", 14.25)
HISTOGRAMS = {"yours": np.array([1, 3, 0]), "the reference's": np.array([2, 1, 1])}

EVIL = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</style><style>*{display:none}</style>",
    "</title><b>bold</b>",
    "{{ 7 * 7 }}{% raw %}",
    "[click](javascript:alert(1)) ![x](/etc/passwd) <http://e.example>",
    "http://e.example www.e.example a@e.example",
    "`code` **bold** _em_ $\\href{javascript:alert(1)}{x}$ | table | ~~x~~",
    "&lt;b&gt; &#60;b&#62;",
    "\u202eright to left\u202c \u2066isolated\u2069 \x1b[31mred\x00\u200b\ufeff",
    "line\nbreak\r\n# heading\n- list\n\n    code",
    "half \ud800 pair",
    "=cmd()",
)


def finding(
    item: str = "attention.softmax",
    verdict: Verdict = Verdict.MET,
    points: int = 3,
    earned: float | None = None,
    says: str = "All 6 cases agree.",
    **more: Any,
) -> Finding:
    default = points if verdict is Verdict.MET else 0
    got = Fraction(default if earned is None else earned)
    return Finding(item, Fraction(points), got, verdict, True, says, **more)


def report(student: str, items: tuple[Finding, ...], **more: Any) -> Report:
    earned = sum((one.earned for one in items), Fraction(0))
    out_of = sum((one.points for one in items), Fraction(0))
    execution = (Execution("attention.ipynb", Ended.FINISHED, None, 1.25),)
    plain = Report(
        "homework", student, student, "slug", Status.FINAL, earned, out_of, "a" * 64, ("attention.ipynb",), execution,
        items, RUN
    )  # fmt: skip
    return replace(plain, **more)


@pytest.fixture(scope="session")
def rich() -> Report:
    """Every verdict, a diagnosis, a convention, evidence with points, a figure, each kind of run."""
    scale = "Your output equals softmax(QKᵀ) V: the division by √D is missing."
    items = (
        finding(),
        finding(
            "attention.kernelized",
            Verdict.NOT_MET,
            4,
            says=scale,
            diagnosis=Diagnosis("no_scale", scale),
            evidence=(
                Evidence(False, "The largest difference is 0.83 at [2, 1]."),
                Evidence(False, "6 of 6 differ."),
            ),
        ),
        finding(
            "attention.costs",
            Verdict.PARTLY,
            2,
            1,
            says="costs['polynomial'] misses M.",
            evidence=(
                Evidence(True, "costs['softmax'] is right.", points=Fraction(1)),
                Evidence(False, "costs['polynomial'] misses M.", points=Fraction(1)),
            ),
        ),
        finding("attention.derivation", Verdict.NOT_REACHED, 4, says="The run ended before it."),
        finding(
            "triplet.loss",
            Verdict.PARTLY,
            3,
            1.5,
            says="The loss is summed.",
            convention=Convention("summed", "The loss is summed.", Fraction(1, 2)),
        ),
        finding("triplet.valid", Verdict.FAULT, 3, says="The grader failed on this item."),
        finding("difficulty.discussion", Verdict.WAITING, 0, says="A person marks this item."),
        finding(
            "difficulty.histogram",
            evidence=(Evidence(True, "It follows from your depths.", Exhibit({"histograms": HISTOGRAMS})),),
        ),
    )
    execution = (
        Execution("attention.ipynb", Ended.TIMED_OUT, 3, 31.4, "Cell 3 took longer than 30 s."),
        Execution("triplet.ipynb", Ended.FINISHED, None, 2.0),
        Execution("example_difficulty.ipynb", Ended.MISSING, None, 0.0, "It was not handed in."),
    )
    return report(
        "submission_1",
        items,
        display="Ada Lovelace",
        slug="submission_1",
        status=Status.NOT_GRADED,
        execution=execution,
        files=("attention.ipynb", "triplet.ipynb", "notes.txt"),
    )


@pytest.fixture(scope="session")
def simple() -> Report:
    return report("bob", (finding(), finding("attention.kernelized", points=4)), slug="bob")


@pytest.fixture(scope="session")
def hostile() -> Report:
    """Every text that a student can have a say in holds every attack."""
    items = tuple(
        finding(
            f"attention.item_{number}",
            verdict,
            says=text,
            evidence=(Evidence(False, text), Evidence(True, f"{text}{text}")),
            diagnosis=Diagnosis(text, f"{text} {number}"),
            convention=Convention(text, f"{text} {number} again"),
        )
        for number, text in enumerate(EVIL)
        for verdict in [list(Verdict)[number % len(Verdict)]]
    )
    execution = tuple(Execution(text, Ended.RAISED, 1, 0.1, text) for text in EVIL)
    text = " ".join(EVIL)
    return report(text, items, display=text, slug="evil", files=EVIL, execution=execution)


@pytest.fixture(scope="session")
def exhibits() -> Callable[[Report], dict[str, tuple[Exhibit | None, ...]]]:
    def of(one: Report) -> dict[str, tuple[Exhibit | None, ...]]:
        return {item.item: tuple(evidence.exhibit for evidence in item.evidence) for item in one.items}

    return of
