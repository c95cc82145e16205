"""How many images of a test set are right and wrong altogether."""

from __future__ import annotations

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text

TABLE = """| depth | images | share | correct | accuracy |
|---|---|---|---|---|
| 0 | 168 | 14.0% | 167 | 99.4% |
| 1–3 | 192 | 16.0% | 189 | 98.4% |
| 4–5 | 228 | 19.0% | 220 | 96.5% |
| 6–7 | 384 | 32.0% | 350 | 91.1% |
| 8–10 | 228 | 19.0% | 156 | 68.4% |

"""
SPANS = (
    "Of my 250 test images 90 have depth 0-2, 110 depth 3-6 and 50 depth 7-10. "
    "The network got 88, 99 and 30 of them right, "
)


@pytest.mark.parametrize(
    ("given", "said", "verdict"),
    [
        (TABLE, "Altogether 1,082 images are classified correctly, an accuracy of 90.2%.", Ruling.VERIFIED),
        (TABLE, "Altogether 1,092 images are classified correctly.", Ruling.REFUTED),
        (TABLE, "In total we have an accuracy of 91.2%.", Ruling.REFUTED),
        (TABLE, "Of the 118 errors, 72 (61%) lie at depth 8 or more.", Ruling.VERIFIED),
        (TABLE, "Of the 128 errors, 72 lie at depth 8 or more.", Ruling.REFUTED),
        (TABLE, "Overall, a training accuracy of 99 % was reached.", Ruling.UNCHECKED),
        (TABLE, "Overall the paper has an accuracy of 93 %.", Ruling.UNCHECKED),
        ("", "The accuracy is 408/480 = 85 %, 72 images are wrong.", Ruling.VERIFIED),
        ("", "The accuracy is 408/480 = 85 %, 82 images are wrong.", Ruling.REFUTED),
        ("", "540 of 600 images were right. Among the deep ones 45 errors remain.", Ruling.UNCHECKED),
        (SPANS, "that is an accuracy of 86.8 % overall.", Ruling.VERIFIED),
        (SPANS, "that is an accuracy of 88.6 % overall.", Ruling.REFUTED),
    ],
)
def test_all_images_together(given: str, said: str, verdict: Ruling) -> None:
    document = f"# Prediction depth\n\nDepth of the test images.\n\n{given}{said}\n"
    last = document.rstrip().count("\n") + 1
    rulings = {claim.ruling for claim in examine(read_text(document)) if claim.line == last}
    if verdict is Ruling.REFUTED:
        assert Ruling.REFUTED in rulings
    else:
        assert Ruling.REFUTED not in rulings
        assert verdict is Ruling.UNCHECKED or Ruling.VERIFIED in rulings
