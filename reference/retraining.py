"""How far histograms of prediction depth scatter when nothing but the training's seed changes.

`python -m reference.retraining FILE` trains the homework's network from several seeds and writes the histograms.
Same data, same recipe, other seeds: networks of one accuracy agree on the histogram only roughly, so a student's
histogram is shown beside these and never scored against them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from reference.depth import worked_example

SEEDS = (0, 1, 2, 3)
EPOCHS = 4


def histograms() -> dict[str, list[int]]:
    """The histogram of each seed, by the seed's name."""
    return {f"seed {seed}": worked_example(epochs=EPOCHS, seed=seed)["histogram"].tolist() for seed in SEEDS}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps({"epochs": EPOCHS, "histograms": histograms()}, indent=1) + "\n")
