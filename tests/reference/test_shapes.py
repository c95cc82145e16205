"""The six shapes: format, determinism, and that every factor does to an image what it says."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reference import shapes

PLAIN: dict[str, Any] = {"noise": (0.0, 0.0), "contrast": (1.0, 1.0), "shift": 0.0, "rotation": 0.0}


def test_format_and_balance() -> None:
    data = shapes.make(100, seed=0)
    assert data["x"].shape == (100, 32, 32)
    assert data["x"].dtype == np.float32
    assert data["y"].dtype == np.int64
    assert data["x"].min() >= 0
    assert data["x"].max() <= 1
    assert set(np.bincount(data["y"], minlength=6)) == {16, 17}
    # The classes are mixed, not in blocks.
    assert 0 < (np.diff(data["y"]) == 0).sum() < 50
    assert set(shapes.FACTORS) == {name for name in data if name not in {"x", "y"}}
    assert all(data[name].shape == (100,) for name in shapes.FACTORS)


def test_the_same_seed_gives_the_same_images_and_another_gives_others() -> None:
    one, same, other = shapes.make(30, seed=5), shapes.make(30, seed=5), shapes.make(30, seed=6)
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not np.array_equal(one["x"], other["x"])


def test_four_thousand_images_take_seconds() -> None:
    start = time.process_time()
    shapes.make(4000, seed=0)
    assert time.process_time() - start < 10


def test_factors_stay_in_their_ranges() -> None:
    data = shapes.make(600, seed=1, size=(6.0, 7.0), aspect=(0.5, 0.6), contrast=(0.3, 0.4), noise=(0.1, 0.2))
    for name, low, high in (("size", 6, 7), ("contrast", 0.3, 0.4), ("noise", 0.1, 0.2)):
        assert (data[name] >= low).all()
        assert (data[name] <= high).all()
        assert np.ptp(data[name]) > 0.8 * (high - low)
    regular = data["y"] < 2
    assert (data["aspect"][regular] == 1).all()
    assert (data["aspect"][~regular] <= 0.6).all()


def area(data: dict[str, Any]) -> np.ndarray:
    return data["x"].sum((1, 2))


@pytest.mark.parametrize("label", range(6), ids=shapes.NAMES)
def test_the_area_is_that_of_the_shape(label: int) -> None:
    # Turned at random, so that no edge lies along the pixels' samples.
    data = shapes.make(120, seed=2, size=(8.0, 11.0), **{**PLAIN, "rotation": 30.0})
    chosen = data["y"] == label
    size, aspect = data["size"][chosen], data["aspect"][chosen]
    expected = {
        "circle": np.pi * size**2,
        "square": (1.8 * size) ** 2,
        "rectangle": 4 * aspect * size**2,
        "right_triangle": 1.8**2 * aspect * size**2 / 2,
        "ellipse": np.pi * aspect * size**2,
    }
    if shapes.NAMES[label] == "heart":
        # The curve's area has no closed form; it lies within its box and grows with the square of the size.
        assert (area(data)[chosen] < 4 * size**2).all()
        assert np.corrcoef(area(data)[chosen], size**2 * (0.55 + 0.5 * aspect))[0, 1] > 0.999
    else:
        assert area(data)[chosen] == pytest.approx(expected[shapes.NAMES[label]], rel=0.04)


def test_a_right_angle_is_right() -> None:
    data = shapes.make(12, seed=3, size=(12.0, 12.0), aspect=(0.8, 0.8), **PLAIN)
    image = data["x"][data["y"] == shapes.NAMES.index("right_triangle")][0] > 0.5
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    # Widest at the bottom row, tallest at the first column: the angle is there.
    assert image[rows[-1]].sum() >= len(columns) - 1
    assert image[:, columns[0]].sum() >= len(rows) - 1
    assert not image[rows[0], columns[-1]]


def test_a_heart_has_a_notch_above_and_a_point_below() -> None:
    data = shapes.make(12, seed=3, size=(13.0, 13.0), aspect=(0.8, 0.8), **PLAIN)
    image = data["x"][data["y"] == shapes.NAMES.index("heart")][0] > 0.5
    rows = np.flatnonzero(image.any(1))
    assert (np.diff(image[rows[0]].astype(int)) == 1).sum() == 2
    assert image[rows[-1]].sum() <= 4
    assert np.array_equal(image, image[:, ::-1])


def test_aspect_one_makes_rectangles_squares_and_ellipses_circles() -> None:
    data = shapes.make(60, seed=4, size=(9.0, 9.0), aspect=(1.0, 1.0), **PLAIN)
    images = [data["x"][data["y"] == shapes.NAMES.index(name)][0] for name in shapes.NAMES]
    circle, square, rectangle, ellipse = (images[i] for i in (0, 1, 2, 5))
    assert np.array_equal(circle, ellipse)
    # A square of half side 0.9 and a rectangle of half side 1: the same but for the size.
    assert rectangle.sum() == pytest.approx(square.sum() / 0.81, rel=0.03)


def test_rotation_turns_the_image() -> None:
    upright = shapes.make(600, seed=5, size=(11.0, 11.0), aspect=(0.4, 0.4), **PLAIN)
    turned = shapes.make(600, seed=5, size=(11.0, 11.0), aspect=(0.4, 0.4), **{**PLAIN, "rotation": 40.0})
    chosen = upright["y"] == shapes.NAMES.index("rectangle")

    def angle(x: np.ndarray) -> np.ndarray:
        """The direction of the longest axis, degrees against the horizontal, from second moments."""
        steps = np.arange(32) - 15.5
        across, up = np.meshgrid(steps, -steps)
        weight = x / x.sum((1, 2), keepdims=True)
        mixed, wide, tall = ((weight * m).sum((1, 2)) for m in (across * up, across**2, up**2))
        return np.rad2deg(np.arctan2(2 * mixed, wide - tall)) / 2

    assert angle(upright["x"][chosen]) == pytest.approx(0, abs=1)
    expected = (turned["rotation"][chosen] + 90) % 180 - 90
    difference = (angle(turned["x"][chosen]) - expected + 90) % 180 - 90
    assert abs(difference).max() < 3
    assert turned["rotation"].std() == pytest.approx(40, rel=0.1)


def test_contrast_and_noise_are_as_recorded() -> None:
    data = shapes.make(300, seed=6, size=(12.0, 12.0), contrast=(0.2, 0.4), noise=(0.02, 0.1), shift=0.0)
    corner = data["x"][:, :3, :3].reshape(300, -1)
    middle = data["x"][:, 15:17, 15:17].reshape(300, -1)
    solid = np.isin(data["y"], [0, 1])
    difference = middle.mean(1) - corner.mean(1)
    assert difference[solid] == pytest.approx(data["contrast"][solid], abs=0.25)
    assert np.corrcoef(difference[solid], data["contrast"][solid])[0, 1] > 0.6
    background = np.concatenate([data["x"][:, :2].reshape(300, -1), data["x"][:, -2:].reshape(300, -1)], 1)
    assert np.corrcoef(background.std(1), data["noise"])[0, 1] > 0.95


def test_shift_moves_the_centre_and_no_farther() -> None:
    still = shapes.make(60, seed=7, size=(5.0, 5.0), **PLAIN)
    moved = shapes.make(60, seed=7, size=(5.0, 5.0), **{**PLAIN, "shift": 4.0})
    steps = np.arange(32) - 15.5

    def centre(x: np.ndarray) -> np.ndarray:
        weight = x / x.sum((1, 2), keepdims=True)
        return np.stack([(weight.sum(1) * steps).sum(1), (weight.sum(2) * steps).sum(1)], 1)

    chosen = still["y"] == 0
    distance = abs(centre(moved["x"]) - centre(still["x"]))[chosen]
    assert distance.max() <= 4.1
    assert distance.max() > 2


@pytest.mark.parametrize(
    ("ranges", "says"),
    [
        ({"size": (5.0, 20.0)}, "size is to be drawn from 5.0 to 20.0"),
        ({"aspect": (0.9, 0.4)}, "aspect is to be drawn from 0.9 to 0.4"),
        ({"contrast": (0.0, 1.5)}, "contrast is to be drawn"),
        ({"noise": (-0.1, 0.2)}, "noise is to be drawn"),
    ],
    ids=["too large", "empty", "above one", "negative"],
)
def test_ranges_that_cannot_be_drawn_are_refused(ranges: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        shapes.make(6, seed=0, **ranges)


def test_a_saved_file_is_what_the_notebook_reads_and_keeps_the_factors_to_itself(tmp_path: Path) -> None:
    data = shapes.make(18, seed=8)
    shapes.save(tmp_path / "data.npy", data)
    read = np.load(tmp_path / "data.npy", allow_pickle=True).item()
    assert set(read) == {"x", "y"}
    assert np.array_equal(read["x"], data["x"])
    assert np.array_equal(read["y"], data["y"])


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.npy", "two.npy"):
        shapes.save(tmp_path / name, shapes.make(18, seed=8))
    assert (tmp_path / "one.npy").read_bytes() == (tmp_path / "two.npy").read_bytes()
