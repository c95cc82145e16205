"""Other people's published tests, run unmodified against our references, where a checkout of theirs is given.

    OMOINDROT_TRIPLET_LOSS=~/tensorflow-triplet-loss IDIAP_FAST_TRANSFORMERS=~/fast-transformers pytest tests/peers

Each runs in a process of its own, with a plugin beside this file that puts our functions in the place of theirs.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Peer:
    """A project, the variable that names its checkout, our adapter, its test files and how many tests pass."""

    project: str
    variable: str
    adapter: str
    files: tuple[str, ...]
    passes: int


PEERS = (
    Peer(
        "omoindrot/tensorflow-triplet-loss",
        "OMOINDROT_TRIPLET_LOSS",
        "adapt_omoindrot",
        ("model/tests/test_triplet_loss.py",),
        9,
    ),
    Peer(
        "idiap/fast-transformers",
        "IDIAP_FAST_TRANSFORMERS",
        "adapt_idiap",
        (
            "tests/causal_product/test_causal_product.py",
            "tests/causal_product/test_causal_product_cpu.py",
            "tests/attention/test_linear_attention.py",
            "tests/attention/test_causal_linear_attention.py",
            "tests/feature_maps/test_fourier_features.py",
        ),
        12,
    ),
)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.project)
def test_their_tests_pass_on_our_references(peer: Peer, tmp_path: Path) -> None:
    given = os.environ.get(peer.variable)
    if given is None:
        pytest.skip(
            f"name a checkout of {peer.project} in {peer.variable} to run its tests on our references"
        )
    checkout = Path(given).expanduser()
    missing = [file for file in peer.files if not (checkout / file).is_file()]
    assert not missing, f"{checkout} is no checkout of {peer.project}: {', '.join(missing)} is missing"
    settings = tmp_path / "pytest.ini"
    settings.write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", peer.adapter, "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "-c", str(settings), f"--rootdir={checkout}", *peer.files],
        cwd=checkout,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (HERE, checkout, ROOT))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed is not None
    assert int(passed.group(1)) >= peer.passes, run.stdout
