"""The walk over JSON bytes agrees with Python's own reader and keeps within its limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.json_extent import DEEPEST, MOST_STEPS, NotJson, decoded, elements, extent, members, whole

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)
broken = st.text(alphabet='[]{}",:0 1a\\\n', max_size=12)


@given(values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_json_text_is_walked_to_its_end(value: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert whole(text) == (0, len(text))


@given(broken)
def test_what_python_refuses_is_refused(text: str) -> None:
    raw = text.encode()
    try:
        json.loads(text)
    except ValueError:
        with pytest.raises(NotJson):
            whole(raw)
    else:
        begin, end = whole(raw)
        assert json.loads(raw[begin:end]) == json.loads(text)


@given(st.dictionaries(st.text(), values))
def test_members_are_what_python_reads(value: dict[str, Any]) -> None:
    text = json.dumps(value).encode()
    found = members(text, 0, list(value))
    assert {key: decoded(text[slice(*where)]) for key, where in found.items()} == value
    assert members(text, 0, ()) == {}


@given(st.lists(values))
def test_elements_are_what_python_reads(value: list[Any]) -> None:
    text = json.dumps(value, indent=1).encode()
    assert [decoded(text[slice(*where)]) for where in elements(text, 0)] == value


def test_the_last_of_equal_keys_counts() -> None:
    text = b'{"a": 1, "a": 2}'
    assert decoded(text[slice(*members(text, 0, ["a"])["a"])]) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(b"[" * 100_000, "nests values deeper than 200 levels", id="deep lists"),
        pytest.param(b'{"a":' * 100_000, "nests values deeper than 200 levels", id="deep objects"),
        pytest.param(b"[[[[1],1],1]", "ends in the middle of a value", id="cut short"),
        pytest.param(b'{"a": 1} x', "is not JSON from byte 9 on", id="something after"),
        pytest.param(b'["a\nb"]', "is not JSON from byte 1 on", id="line break in a string"),
        pytest.param(b"", "ends in the middle of a value", id="nothing"),
    ],
)
def test_complaints_say_what_and_where(text: bytes, says: str) -> None:
    with pytest.raises(NotJson, match=says):
        whole(text)


def test_depth_just_within_the_limit_is_read() -> None:
    text = b"[" * DEEPEST + b"]" * DEEPEST
    assert extent(text) == (0, len(text))


def test_an_intricate_text_is_refused_instead_of_walked() -> None:
    with pytest.raises(NotJson, match="more than 1,000,000 nested values"):
        whole(b"[" + b"[[]]," * MOST_STEPS + b"1]")


def test_a_number_beyond_python_is_refused_when_wanted_and_only_then() -> None:
    text = b'{"a": ' + b"1" * 5000 + b', "b": 2}'
    found = members(text, 0, ["a", "b"])
    assert decoded(text[slice(*found["b"])]) == 2
    with pytest.raises(NotJson, match="cannot be read"):
        decoded(text[slice(*found["a"])])
