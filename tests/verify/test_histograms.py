from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.claim import Kind, Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text

ACROSS = """| depth | 0 | 1 | 2 | 3 | 4 |
|---|---|---|---|---|---|
| images | 500 | 250 | 0 | 150 | 100 |
"""
DOWN = """| depth | images |
|---|---|
| 0 | 500 |
| 1 | 250 |
| 2 | 0 |
| 3 | 150 |
| 4 | 100 |
"""
LISTED = """- 500 images at depth 0
- 250 images at depth 1
- 150 images at depth 3
"""

SAID = {
    "The counts add up to 1000.": "verified",
    "The counts add up to 1100.": "refuted",
    "The tallest bar is at depth 0.": "verified",
    "The tallest bar is at depth 1.": "refuted",
    "No image has depth 2.": "verified",
    "No image has depth 3.": "refuted",
    "Depth 3 has 150 images.": "verified",
    "Depth 3 has 160 images.": "refuted",
    "75% of the images are decided at depth 0 or 1.": "verified",
    "65% of the images are decided at depth 0 or 1.": "refuted",
    "About 90% of the images exit at depths 0 to 3.": "verified",
    "About 60% of the images exit at depths 0 to 3.": "refuted",
    "750 images have a depth below 2.": "verified",
    "900 images have a depth of at most 3, i.e. 90%.": "verified",
    "750 images have a depth below 2, i.e. 70%.": "refuted",
    "The mean depth is 1.1.": "verified",
    "The mean depth is 2.1.": "refuted",
    "The median depth is 0.5.": "verified",
    "The median depth is 2.": "refuted",
    "Depth 0 has more than three times as many images as depth 3.": "verified",
    "Depth 0 has more than twice as many images as depth 1.": "refuted",
    "Depth 1 has 250 images, 100 more than depth 3.": "verified",
    "Depth 1 has 250 images, 50 more than depth 3.": "refuted",
    "The histogram is decreasing in depth.": "refuted",
}


def _rulings(given: str, said: str) -> set[str]:
    text = read_text(f"Of the test images we counted:\n\n{given}\n{said}\n")
    last = given.count("\n") + 4
    return {
        claim.ruling.value for claim in examine(text) if claim.line == last and claim.kind is Kind.ARITHMETIC
    }


@pytest.mark.parametrize("given", [ACROSS, DOWN], ids=["across", "down"])
@pytest.mark.parametrize(("said", "expected"), SAID.items(), ids=SAID.keys())
def test_what_is_said_of_a_table(given: str, said: str, expected: str) -> None:
    rulings = _rulings(given, said)
    assert expected in rulings
    if expected == "verified":
        assert "refuted" not in rulings


@pytest.mark.parametrize(
    ("said", "refuted"),
    [
        ("70% of the images are solved at depth 0.", True),
        ("40% of the images are solved at depth 0.", False),
        ("The counts add up to 1000.", False),
        ("The mean depth is 4.", False),
        ("The accuracy of the 500 images at depth 0 is 98%.", False),
    ],
)
def test_a_list_may_leave_bars_out(said: str, refuted: bool) -> None:
    """What the missing bars could make true is not refuted."""
    assert (Ruling.REFUTED.value in _rulings(LISTED, said)) == refuted


def test_without_a_histogram_nothing_is_said_of_one() -> None:
    assert not _rulings("There is none.\n", "The tallest bar is at depth 1.")


COUNTS = (48, 30, 12, 24, 36, 60, 90, 120, 102, 0, 78)
LISTED_COUNTS = ", ".join(map(str, COUNTS))
GIVEN = {
    "a line": f"Our histogram for depths 0 to 10 over the test images: {LISTED_COUNTS}.",
    "a sentence": f"The counts for depth 0, 1, ..., 10 were {LISTED_COUNTS}, in total 600 images.",
    "after a label": f"**3.2 histogram.** For the points 0 to 10. Number: my counts {LISTED_COUNTS} add up to 600.",
    "a table": "| depth | images |\n|---|---|\n"
    + "\n".join(f"| {depth} | {count} |" for depth, count in enumerate(COUNTS)),
}
TABLE = Path(__file__).parent / "histograms_said.txt"
ROWS = [line.split(" | ", 1) for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]


def _said_of(given: str, said: str) -> set[Ruling]:
    document = f"# Prediction depth\n\n{given}\n\n{said}\n"
    last = document.rstrip().count("\n") + 1
    return {claim.ruling for claim in examine(read_text(document)) if claim.line == last}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN.keys())
@pytest.mark.parametrize(("verdict", "said"), ROWS, ids=[said for _, said in ROWS])
def test_what_is_said_in_any_order_of_words(given: str, verdict: str, said: str) -> None:
    rulings = _said_of(given, said)
    if verdict == "refuted":
        assert Ruling.REFUTED in rulings
    else:
        assert Ruling.REFUTED not in rulings
        assert verdict == "unchecked" or Ruling.VERIFIED in rulings


@pytest.mark.parametrize(("last", "ruling"), [("20 %", Ruling.VERIFIED), ("25 %", Ruling.REFUTED)])
def test_spans_of_depths_with_their_shares_in_order(last: str, ruling: Ruling) -> None:
    given = "Of my 250 test images 90 have depth 0-2, 110 depth 3-6 and 50 depth 7-10"
    claims = examine(read_text(f"# Prediction depth\n\n{given}: that is 36 %, 44 % and {last}.\n"))
    assert [claim.ruling for claim in claims if claim.text == last] == [ruling]
