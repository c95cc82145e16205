"""The papers' facts as the reference states them, each once; read when a text is first verified, as exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from grader.verify.numbers.arithmetic import Figure

NETWORKS = {
    "NN1": "nn1",
    "NN2": "nn2",
    "NN3": "nn3",
    "NN4": "nn4",
    "NNS1": "nns1",
    "NNS2": "nns2",
    "ResNet-18": "resnet18",
    "ResNet-34": "resnet34",
    "ResNet-50": "resnet50",
    "ResNet-101": "resnet101",
    "ResNet-152": "resnet152",
}
DIMENSIONS = (64, 128, 256, 512)
IMAGES = {
    Fraction(26, 10): "val_with_2_6_million",
    Fraction(26): "val_with_26_million",
    Fraction(52): "val_with_52_million",
    Fraction(260): "val_with_260_million",
}


@dataclass(frozen=True)
class Fact:
    """Accepted values (from, to), and where they are printed."""

    low: Fraction
    high: Fraction
    source: str

    def holds(self, figure: Figure) -> bool:
        """Whether an accepted value rounds to the printed figure."""
        return self.low - figure.last / 2 <= figure.value <= self.high + figure.last / 2

    def near(self, figure: Figure) -> bool:
        """Whether a figure is within 2 % of an accepted value: too close to call it wrong."""
        return self.low * Fraction(98, 100) <= figure.value <= self.high * Fraction(102, 100)


@cache
def stated() -> Mapping[str, Fact]:
    """Every fact of the reference by its key.

    >>> stated()["margin"].low
    Fraction(1, 5)
    """
    # the references stay out of the grader's process until a text is verified
    from reference.facts import FACTS

    out = {}
    for one in FACTS:
        accepted = [_exact(value) for value in (*(one.between or (one.value,)), *one.also)]
        out[one.key] = Fact(min(accepted), max(accepted), one.source)
    return out


def number(key: str) -> Fraction:
    """The value of a fact that has one. Raises `KeyError` if there is none of this key."""
    return stated()[key].low


@cache
def of_networks(attribute: str) -> Mapping[str, Fact]:
    """The facts of one attribute (`parameters`, `flops`, `input`) by network."""
    keys = {name: f"{prefix}_{attribute}" for name, prefix in NETWORKS.items()}
    return {name: stated()[key] for name, key in keys.items() if key in stated()}


@cache
def val_by_dimension() -> Mapping[int, Fraction]:
    """VAL in per cent by embedding dimension (FaceNet, Table 5).

    >>> float(val_by_dimension()[128])
    87.9
    """
    return {dimension: number(f"val_at_{dimension}") for dimension in DIMENSIONS}


@cache
def val_by_images() -> Mapping[Fraction, Fraction]:
    """VAL in per cent by millions of training images (FaceNet, Table 6)."""
    return {images: number(key) for images, key in IMAGES.items()}


def _exact(value: float) -> Fraction:
    return Fraction(value).limit_denominator(10**6)
