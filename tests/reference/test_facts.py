"""The table of facts: what counts as right, and the numbers that can be counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from reference import facts
from reference.facts import FACTS, Allowance, Fact, Tolerance, fact

TABLE = Path(__file__).parents[3] / "shared" / "notes" / "facts.md"


def key(one: Fact) -> str:
    return one.key


def test_the_eight_answers() -> None:
    assert facts.facts() == {
        "margin": 0.2,
        "nn1_parameters": 140e6,
        "nn1_flops": 1.6e9,
        "nn2_parameters": 7.5e6,
        "resnet50_parameters": 25_557_032,
        "resnet50_flops": 3.8e9,
        "best_embedding_dimension": 128,
        "val_at_128": 87.9,
    }


RIGHT_AND_WRONG = {
    "margin": ([0.2], [0.21, 0.199, 0.0]),
    "nn1_parameters": ([140e6, 142.8e6, 137.2e6], [143e6, 137e6, 140.0]),
    "nn1_flops": ([1.6e9, 1.63e9], [1.64e9, 1.6e6]),
    "nn2_parameters": ([7.5e6, 7.48e6], [7.7e6, 140e6]),
    "resnet50_parameters": ([25_557_032, 25e6, 25.6e6, 26e6], [23.5e6, 27e6, 25.6]),
    "resnet50_flops": ([3.8e9, 3.86e9, 4.1e9, 4.09e9], [3.9e9, 7.6e9, 3.8]),
    "best_embedding_dimension": ([128], [127, 128.5, 256]),
    "val_at_128": ([87.9, 87.94, 87.85, 0.879, 0.8789], [87.8, 88.0, 0.88, 8.79]),
}


@pytest.mark.parametrize("name", facts.ASKED)
def test_what_counts_as_right(name: str) -> None:
    right, wrong = RIGHT_AND_WRONG[name]
    assert [given for given in right if not fact(name).accepts(given)] == []
    assert [given for given in wrong if fact(name).accepts(given)] == []


@pytest.mark.parametrize("one", FACTS, ids=key)
def test_a_fact_accepts_its_own_value_and_no_slip(one: Fact) -> None:
    assert one.accepts(one.value)
    assert all(one.accepts(value) for value in one.also)
    for slip in one.slips:
        assert not one.accepts(slip.value)
        found = one.slip(slip.value)
        assert found is not None
        assert found.value == slip.value
    assert one.slip(one.value) is None


@pytest.mark.parametrize("one", FACTS, ids=key)
def test_a_fact_says_its_number_and_where_it_stands(one: Fact) -> None:
    assert one.source
    assert one.subject
    assert one.quantity
    assert re.search(r"\d|six|million", one.says)


def test_keys_are_unique_slugs() -> None:
    keys = [one.key for one in FACTS]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", one) for one in keys)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError):
        fact("nn5_parameters")


@pytest.mark.parametrize(
    ("tolerance", "near", "far"),
    [
        (Tolerance(Allowance.EXACT), 10.0, 10.000001),
        (Tolerance(Allowance.RELATIVE, 0.02), 10.2, 10.21),
        (Tolerance(Allowance.ABSOLUTE, 0.05), 9.95, 9.94),
    ],
    ids=["exact", "relative", "absolute"],
)
def test_tolerances_include_their_bound(tolerance: Tolerance, near: float, far: float) -> None:
    assert tolerance.admits(near, 10.0)
    assert not tolerance.admits(far, 10.0)


def test_parameters_are_those_of_torchvisions_networks() -> None:
    from torchvision import models

    # On the meta device nothing is drawn, only counted.
    with torch.device("meta"):
        counted = {
            "resnet50_parameters": models.resnet50(),
            "resnet18_parameters": models.resnet18(),
            "shapes_resnet_parameters": models.resnet18(num_classes=6),
        }
    for name, network in counted.items():
        assert fact(name).value == sum(one.numel() for one in network.parameters())
    headless = counted["resnet50_parameters"]
    headless.fc = torch.nn.Identity()
    slips = [slip.value for slip in fact("resnet50_parameters").slips]
    assert sum(one.numel() for one in headless.parameters()) in slips


# Rows of the paper's Table 1 that have parameters, in thousands, and the multiply-adds in millions.
NN1_PARAMETERS = (9, 4, 111, 37, 664, 148, 885, 66, 590, 66, 590, 103_000, 34_000, 524)
NN1_FLOPS = (115, 13, 335, 29, 521, 29, 173, 13, 116, 13, 116, 103, 34, 0.5)
# Table 2's rows: of conv1, inception (2), (3a) to (5b) and the last layer.
NN2_PARAMETERS = (9, 115, 164, 228, 398, 545, 595, 654, 722, 717, 1_600, 1_600, 131)
NN2_FLOPS = (119, 360, 128, 179, 108, 107, 117, 128, 142, 56, 78, 78, 0.1)


@pytest.mark.parametrize(
    ("name", "rows", "unit"),
    [
        ("nn1_parameters", NN1_PARAMETERS, 1e3),
        ("nn1_flops", NN1_FLOPS, 1e6),
        ("nn2_parameters", NN2_PARAMETERS, 1e3),
        ("nn2_flops", NN2_FLOPS, 1e6),
    ],
    ids=["NN1 parameters", "NN1 FLOPs", "NN2 parameters", "NN2 FLOPs"],
)
def test_the_rows_of_the_tables_add_up(name: str, rows: tuple[float, ...], unit: float) -> None:
    assert sum(rows) * unit == pytest.approx(fact(name).value, rel=0.02)


def test_fourteen_layers_of_nn1_have_parameters() -> None:
    assert fact("nn1_layers_with_parameters").value == len(NN1_PARAMETERS)
    assert fact("nn1_convolutions").value == len(NN1_PARAMETERS) - 3


def test_the_table_gives_another_reduction_of_the_error_than_the_text() -> None:
    before, after = fact("val_with_2_6_million").value, fact("val_with_26_million").value
    from_table = 100 * (after - before) / (100 - before)
    reduction = fact("error_reduction_by_data")
    assert reduction.accepts(60)
    assert reduction.accepts(round(from_table, 1))
    assert not reduction.accepts(50)


def test_the_shared_table_says_the_same() -> None:
    if not TABLE.exists():
        pytest.skip("the shared table of facts is not beside this checkout")
    text = TABLE.read_text()
    rows = dict(re.findall(r"^\| (\w+(?: / \w+)?) \| (.+?) \|", text, flags=re.MULTILINE))
    compared = 0
    for names, values in rows.items():
        for name, value in zip(names.split(" / "), values.split(" / "), strict=False):
            number = re.match(r"[\d.,]+(?:e\d+)?", value)
            if name in {one.key for one in FACTS} and number:
                assert fact(name).accepts(float(number.group().rstrip(",").replace(",", ""))), name
                compared += 1
    assert compared >= 8
