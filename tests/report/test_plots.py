"""Distances between histograms, and charts that hold what they were given."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from grader.report.plots import (
    distances,
    score_histogram,
    shares,
    side_by_side,
    stacked,
    total_variation,
    wasserstein,
)

counts = st.lists(st.integers(0, 50), min_size=5, max_size=5).filter(any)


@given(counts, counts)
def test_wasserstein_agrees_with_scipy(first: list[int], second: list[int]) -> None:
    places = np.arange(5)
    assert wasserstein(first, second) == pytest.approx(
        stats.wasserstein_distance(places, places, first, second), abs=1e-12
    )


@given(counts, counts, counts)
def test_both_are_metrics_on_shares(first: list[int], second: list[int], third: list[int]) -> None:
    for distance in (total_variation, wasserstein):
        assert distance(first, np.multiply(first, 3)) == pytest.approx(0, abs=1e-12)
        assert distance(first, second) == pytest.approx(distance(second, first))
        assert distance(first, third) <= distance(first, second) + distance(second, third) + 1e-12
    assert 0 <= total_variation(first, second) <= 1 + 1e-12


@pytest.mark.parametrize("odd", [[], [0, 0], [np.nan, 1], [-1, 1], [np.inf, 1]], ids=str)
def test_odd_counts_give_finite_shares(odd: list[float]) -> None:
    assert np.isfinite(shares(odd)).all()


def test_the_distances_are_told_for_each_other_histogram() -> None:
    told = distances({"yours": [1, 0], "theirs": [0, 1], "another shape": [1]})
    assert told == "Distance of 'yours' from 'theirs': total variation 1.000, Wasserstein 1.000 bins."
    assert distances({"yours": [1]}) == ""


def test_bars_have_the_heights_of_the_shares() -> None:
    chart = ET.fromstring(f"<x>{side_by_side({'a': [1, 3], 'b': [2, 2]}, 'title')}</x>")  # noqa: S314  # our own
    bars = [bar for bar in chart.iter("rect") if bar.find("title") is not None]
    heights = [float(bar.get("height", "")) for bar in bars]
    assert np.allclose(np.divide(heights, max(heights)), np.array([0.25, 0.75, 0.5, 0.5]) / 0.75, atol=1e-2)
    assert [bar.find("title").text for bar in bars][:2] == ["a, 0: 25.0%", "a, 1: 75.0%"]  # type: ignore[union-attr]


def test_every_score_is_counted_once() -> None:
    chart = score_histogram([0, 5, 10, 99.5, 100], 100, "title")
    told = re.findall(r"<title>([\d.]+) to ([\d.]+) points: (\d+)</title>", chart)
    assert [count for _, _, count in told] == ["2", "1", "0", "0", "0", "0", "0", "0", "0", "2"]


@pytest.mark.parametrize("scores", [[], [3.0]], ids=["nobody", "nothing to earn"])
def test_a_class_without_scores_has_a_chart(scores: list[float]) -> None:
    assert "<svg" in score_histogram(scores, 0.0, "title")


def test_names_are_escaped() -> None:
    evil = '"><script>'
    for chart in (
        side_by_side({evil: [1]}, evil),
        stacked([("fill-met", 1.0, evil)], evil),
        score_histogram([1.0], 1.0, evil),
    ):
        assert "<script" not in chart
        ET.fromstring(f"<x>{chart}</x>")  # noqa: S314  # our own


def test_nothing_to_draw_draws_nothing() -> None:
    assert side_by_side({}, "title") == ""
    assert side_by_side({"a": []}, "title") == ""
