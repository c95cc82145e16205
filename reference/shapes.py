"""Six grey shapes on 32×32 pixels, with every factor that makes an image hard on record. numpy only.

The classes in the homework's order: circle, square, rectangle, right_triangle, heart, ellipse. A small, faint, noisy,
strongly turned or nearly regular shape is harder to tell: a rectangle of aspect 1 is a square, an ellipse of aspect 1
a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

NAMES = ("circle", "square", "rectangle", "right_triangle", "heart", "ellipse")
FACTORS = ("size", "rotation", "aspect", "contrast", "noise")
PIXELS = 32
SAMPLES = 3
"""Samples per pixel and axis: edges are grey by the share of a pixel that they cover."""


def make(
    n: int,
    seed: int,
    *,
    size: tuple[float, float] = (6.0, 13.0),
    rotation: float = 25.0,
    aspect: tuple[float, float] = (0.4, 0.85),
    contrast: tuple[float, float] = (0.3, 1.0),
    noise: tuple[float, float] = (0.0, 0.22),
    shift: float = 2.0,
) -> dict[str, Array]:
    """n images with their labels and factors; the same for the same arguments.

    `x` float32 (n, 32, 32) in [0, 1], `y` int64 (n,) with balanced classes in random order, and for each image:
    `size`, half the longer side in pixels; `rotation`, degrees, normal with standard deviation `rotation`;
    `aspect`, shorter by longer side (1 for circle and square); `contrast`, of shape against ground; `noise`, the
    standard deviation of the pixels' normal noise. Ranges are uniform; `shift` moves the centre by up to so many
    pixels. Raises `ValueError` for a range that is empty or leaves what can be drawn.

    >>> data = make(12, seed=0)
    >>> data["x"].shape, data["x"].dtype, np.bincount(data["y"]).tolist()
    ((12, 32, 32), dtype('float32'), [2, 2, 2, 2, 2, 2])
    """
    _check_range("size", size, 1, PIXELS / 2)
    _check_range("aspect", aspect, 0.05, 1)
    _check_range("contrast", contrast, 0, 1)
    _check_range("noise", noise, 0, 10)
    rng = np.random.Generator(np.random.PCG64(seed))
    y = rng.permutation(np.arange(n) % len(NAMES))
    factors = {
        "size": rng.uniform(*size, n),
        "rotation": rng.normal(0, rotation, n),
        "aspect": np.where(np.isin(y, REGULAR), 1.0, rng.uniform(*aspect, n)),
        "contrast": rng.uniform(*contrast, n),
        "noise": rng.uniform(*noise, n),
    }
    centres = rng.uniform(-shift, shift, (n, 2))
    x = np.empty((n, PIXELS, PIXELS), np.float32)
    for label in range(len(NAMES)):
        for chosen in np.array_split(np.flatnonzero(y == label), n // 1024 + 1):
            x[chosen] = _cover(label, centres[chosen], {name: factors[name][chosen] for name in FACTORS})
    faint = factors["contrast"][:, None, None]
    grey = 0.5 + faint * (x - 0.5) + factors["noise"][:, None, None] * rng.standard_normal(x.shape)
    return {"x": grey.clip(0, 1).astype(np.float32), "y": y.astype(np.int64), **factors}


def save(path: Path | str, data: Mapping[str, Array]) -> None:
    """Write images and labels as the homework's notebooks read them: a pickled dict of `x` and `y` in one .npy.

    The factors stay out: they would tell how hard each image is. Read it by `np.load(path, allow_pickle=True).item()`.
    """
    with Path(path).open("wb") as file:
        np.save(file, np.array({"x": data["x"], "y": data["y"]}, dtype=object), allow_pickle=True)


def _check_range(name: str, bounds: tuple[float, float], least: float, most: float) -> None:
    low, high = bounds
    if not least <= low <= high <= most:
        raise ValueError(f"{name} is to be drawn from {low} to {high}; give a range within {least} to {most}")


def _cover(label: int, centres: Array, factors: Mapping[str, Array]) -> Array:
    """The share of each pixel that lies in the shape: (images, 32, 32)."""
    steps = (np.arange(PIXELS * SAMPLES, dtype=np.float32) + 0.5) / SAMPLES - PIXELS / 2
    across = steps[None, None, :] - centres[:, 0, None, None].astype(np.float32)
    up = centres[:, 1, None, None].astype(np.float32) - steps[None, :, None]
    angle = np.deg2rad(factors["rotation"])
    cosine, sine = (
        (turn(angle) / factors["size"]).astype(np.float32)[:, None, None] for turn in (np.cos, np.sin)
    )
    u, v = cosine * across + sine * up, cosine * up - sine * across
    inside = INSIDE[NAMES[label]](u, v, factors["aspect"].astype(np.float32)[:, None, None])
    images = len(inside)
    cover: Array = inside.reshape(images, PIXELS, SAMPLES, PIXELS, SAMPLES).mean((2, 4), dtype=np.float32)
    return cover


def _heart(u: Array, v: Array, aspect: Array) -> Array:
    # The sextic (x² + y² − 1)³ = x² y³ is 2.28 wide.
    x, y = 1.14 * u, 1.14 * v / (0.55 + 0.5 * aspect) + 0.1
    return (x**2 + y**2 - 1) ** 3 <= x**2 * y**3


INSIDE: Mapping[str, Callable[[Array, Array, Array], Array]] = {
    "circle": lambda u, v, _: u**2 + v**2 <= 1,
    "square": lambda u, v, _: np.maximum(abs(u), abs(v)) <= 0.9,
    "rectangle": lambda u, v, aspect: (abs(u) <= 1) & (abs(v) <= aspect),
    "right_triangle": lambda u, v, aspect: (u >= -0.8) & (v >= -0.8 * aspect) & (u + v / aspect <= 0.2),
    "heart": _heart,
    "ellipse": lambda u, v, aspect: u**2 + (v / aspect) ** 2 <= 1,
}
"""Whether points, in units of the size, lie in the shape; u to the right and v up before it is turned."""

REGULAR = tuple(NAMES.index(name) for name in ("circle", "square"))
