from __future__ import annotations

import pytest

from grader.box import Pool
from grader.box.isolate import TIERS
from grader.cli import main
from grader.doctor import Proof, as_text, examine


@pytest.mark.box
def test_each_tier_is_tried_and_runs_take_the_first_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    proofs = examine()
    assert [proof.tier for proof in proofs] == list(TIERS)
    working = [proof.tier for proof in proofs if proof.works]
    assert main(["doctor"]) == (0 if working else 1)
    said = capsys.readouterr().out
    if working:
        assert f"Runs take {working[0]}" in said
        with Pool() as pool:
            assert pool.isolation == working[0]


def test_what_is_missing_comes_with_the_line_that_mends_it() -> None:
    said = as_text((Proof("bwrap", False, "bubblewrap is not installed", "sudo apt-get install bubblewrap"),))
    assert "not here: bubblewrap is not installed" in said
    assert "to have it: sudo apt-get install bubblewrap" in said
    assert "Nothing works" in said
