"""Sizes of a ResNet's stages against torchvision's own network."""

from __future__ import annotations

import pytest
import torch
from torchvision.models import resnet18

from grader.verify.networks.stages import STAGES, output_of, stage_claims


@pytest.mark.parametrize("side", [28, 32, 64, 100, 224])
def test_the_table_of_stages_is_torchvisions(side: int) -> None:
    network = resnet18(weights=None).eval()
    seen: dict[str, tuple[int, ...]] = {}
    for name, layer in network.named_children():
        layer.register_forward_hook(
            lambda _, __, out, name=name: seen.__setitem__(name, tuple(out.shape[1:]))
        )
    with torch.no_grad():
        network(torch.zeros(1, 3, side, side))
    for name in set(STAGES) - {"input"}:
        assert seen[name] == output_of(name, side)


ABOUT = "Prediction depth of a ResNet-18 on 32×32 images, with flattened activations."


@pytest.mark.parametrize(
    ("sentence", "rulings"),
    [
        ("conv1 | 64 × 16 × 16 | 16384", ["verified", "verified"]),
        ("layer2 | 128 × 8 × 8 | 8192", ["refuted"]),
        ("layer2 | 128 × 4 × 4 | 8192", ["refuted", "verified"]),
        ("avgpool gives 512×1×1", ["verified"]),
        ("Flattened, conv1 has 64·16·16 = 16384 features", ["verified"]),
        ("Flattened, conv1 has 64·8·8 = 4096 features", ["refuted"]),
        ("layer3 has 1180 thousand weights", []),
        ("layer1 uses 3×3 kernels", []),
    ],
    ids=lambda value: str(value)[:30],
)
def test_rows_and_sentences(sentence: str, rulings: list[str]) -> None:
    found = sorted(str(ruling.ruling.value) for _, _, ruling in stage_claims(sentence, ABOUT))
    assert found == rulings


def test_no_image_size_decides_nothing() -> None:
    assert not list(stage_claims("layer3 gives 256×4×4", "Prediction depth of a ResNet-18."))
