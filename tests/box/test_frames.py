"""The decoder gives back what was encoded and refuses everything else, without allocating for it."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.box.frames import (
    BLOB_BYTES,
    DTYPES,
    HEADER_BYTES,
    LENGTHS,
    BadFrame,
    Frame,
    SeededGenerator,
    TooLarge,
    clean,
    decode,
    encode,
    lengths,
    packed,
    unpacked,
)

PLAIN_TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=20)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | PLAIN_TEXT
)
ARRAYS = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda parts: (
        st.lists(parts, max_size=4).map(tuple)
        | st.lists(parts, max_size=4)
        | st.dictionaries(PLAIN_TEXT, parts, max_size=4)
    ),
    max_leaves=8,
)


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return bool(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


def over_the_wire(header: dict[str, Any], blob: bytes | bytearray) -> Frame:
    data = packed(Frame(header, blob))
    head, tail = lengths(data[: LENGTHS.size])
    assert len(data) == LENGTHS.size + head + tail
    return unpacked(data[LENGTHS.size :][:head], bytearray(data[LENGTHS.size + head :]))


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    blob = bytearray()
    tree = encode(value, blob)
    frame = over_the_wire({"value": tree}, blob)
    assert same(decode(frame.header["value"], frame.blob), value)


def test_not_a_number_and_infinity_travel() -> None:
    value = decode(*_sent((float("nan"), float("inf"), -0.0)))
    assert np.isnan(value[0])
    assert value[1] == float("inf")
    assert str(value[2]) == "-0.0"


def test_a_seeded_generator_travels() -> None:
    assert decode(*_sent((SeededGenerator(5),))) == (SeededGenerator(5),)


def _sent(value: Any) -> tuple[Any, bytearray]:
    blob = bytearray()
    frame = over_the_wire({"value": encode(value, blob)}, blob)
    return frame.header["value"], bytearray(frame.blob)


@pytest.mark.parametrize(
    ("tree", "blob"),
    [
        ({"array": "|O", "shape": [1]}, b"12345678"),
        ({"array": "object", "shape": [1]}, b"12345678"),
        ({"array": "<f4", "shape": [65536, 65536]}, b"1234"),
        ({"array": "<f4", "shape": [-1]}, b"1234"),
        ({"array": "<f4", "shape": [True]}, b"1234"),
        ({"array": "<f4", "shape": [1.0]}, b"1234"),
        ({"array": "<f4", "shape": [1] * 40}, b"1234"),
        ({"array": "<f4", "shape": [0, 2**26, 2**26, 2**26, 2**26]}, b""),
        ({"array": "<f4", "shape": [2**24, 0]}, b""),
        ({"array": "<f4", "shape": [2]}, b"1234"),
        ({"array": "<f4", "shape": [1]}, b"12345678"),
        ({"array": ["<f4"], "shape": [1]}, b"1234"),
        ({"array": "<f4", "shape": [1], "more": 1}, b"1234"),
        ({"array": "<f4", "shape": "x"}, b""),
        (None, b"1"),
        ([1, 2], b""),
        ({}, b""),
        ({"tuple": 1}, b""),
        ({"eval": ["1"]}, b""),
        ({"dict": [["a", 1], ["a", 2]]}, b""),
        ({"dict": [[1, 2]]}, b""),
        ({"dict": [["a"]]}, b""),
        ({"dict": {"a": 1}}, b""),
        ({"generator": "1"}, b""),
        (2**64, b""),
        ({"tuple": [None] * 5000}, b""),
    ],
    ids=str,
)
def test_what_no_encoder_writes_is_refused(tree: Any, blob: bytes) -> None:
    with pytest.raises(BadFrame):
        decode(tree, blob)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"a": 1, "a": 2}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 30000 + b"]" * 30000 + b"}",
        b'{"a"',
    ],
    ids=["empty", "list", "null", "bytes", "repeated key", "long integer", "deep", "cut"],
)
def test_a_header_that_is_no_object_is_refused(header: bytes) -> None:
    with pytest.raises(BadFrame):
        unpacked(header, b"")


def test_a_deep_value_is_refused_on_both_sides() -> None:
    tree: Any = None
    value: Any = None
    for _ in range(20):
        tree, value = {"tuple": [tree]}, (value,)
    with pytest.raises(BadFrame):
        decode(tree, b"")
    with pytest.raises(TooLarge):
        encode(value, bytearray())


@pytest.mark.parametrize(
    "prefix", [(HEADER_BYTES + 1, 0), (0, BLOB_BYTES + 1), (2**32 - 1, 2**32 - 1)], ids=str
)
def test_lengths_beyond_the_caps_are_refused_before_anything_is_read(prefix: tuple[int, int]) -> None:
    tracemalloc.start()
    with pytest.raises(BadFrame):
        lengths(LENGTHS.pack(*prefix))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10**6


@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_bad_frame(data: bytes) -> None:
    try:
        frame = unpacked(data, data)
        decode(frame.header.get("value"), frame.blob)
    except BadFrame:
        return
    assert isinstance(json.loads(data), dict)


def test_booleans_are_true_or_false_whatever_byte_was_sent() -> None:
    array = decode({"array": "|b1", "shape": [3]}, b"\x00\x01\x07")
    assert array.view("|u1").tolist() == [0, 1, 1]


def test_too_large_values_are_not_sent() -> None:
    with pytest.raises(TooLarge, match="too large"):
        encode(np.broadcast_to(np.float32(0), (10**6, 10**6)), bytearray())
    with pytest.raises(TooLarge, match="64 bits"):
        encode(2**63, bytearray())
    with pytest.raises(TooLarge, match="parts or too much text"):
        packed(Frame({"value": "x" * HEADER_BYTES}))


@pytest.mark.parametrize(
    "value",
    [object(), np.array(["a"]), np.array([1j]), {1: 2}, {1, 2}],
    ids=["object", "texts", "complex", "whole-number-keys", "set"],
)
def test_objects_are_not_sent(value: Any) -> None:
    with pytest.raises(TypeError):
        encode(value, bytearray())


def test_texts_are_cleaned() -> None:
    assert clean("a\x00b\x1b]0;x\x07\u202e\ud800c\n") == "ab]0;x?c\n"
    assert clean("x" * 100, 10) == "x" * 10
