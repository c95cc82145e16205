"""Where the values of a JSON text lie, without building them.

A notebook's stored outputs can be of any size and shape, and none of them is wanted. So the text is walked as
bytes, and only the few values that are wanted are decoded: twenty megabytes of `[{},{},...]` cost no more
memory than twenty megabytes of text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

DEEPEST = 200
"""Nested values below this depth are refused; Jupyter's own writer stops long before."""

MOST_STEPS = 1_000_000
"""How many nested values are walked before a text is refused as too intricate (about two seconds)."""

_SPACE = rb"[ \t\n\r]*+"
_STRING = rb'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_NUMBER = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
# Python's own JSON writer puts NaN and Infinity into notebooks, so they are read as well.
_SCALAR = rb"(?:" + _STRING + rb"|" + _NUMBER + rb"|true|false|null|NaN|-?Infinity)"
_MORE = _SPACE + rb"," + _SPACE
_FLAT_LIST = rb"\[" + _SPACE + rb"(?:" + _SCALAR + rb"(?:" + _MORE + _SCALAR + rb")*+" + _SPACE + rb")?+\]"
_KEY = _STRING + _SPACE + rb":" + _SPACE
_PAIR = _KEY + rb"(?:" + _SCALAR + rb"|" + _FLAT_LIST + rb")"
_FLAT_OBJECT = rb"\{" + _SPACE + rb"(?:" + _PAIR + rb"(?:" + _MORE + _PAIR + rb")*+" + _SPACE + rb")?+\}"

_space = re.compile(_SPACE)
_atom = re.compile(_SCALAR + rb"|" + _FLAT_LIST + rb"|" + _FLAT_OBJECT)
_key = re.compile(rb"(" + _STRING + rb")" + _SPACE + rb":" + _SPACE)
_comma = re.compile(_MORE)

_CLOSING = {ord("["): ord("]"), ord("{"): ord("}")}


class NotJson(ValueError):
    """The bytes are no JSON text, or one too deep or too intricate; the message says which and where."""


def extent(text: bytes, start: int = 0) -> tuple[int, int]:
    """Where the value begins and ends that comes next in `text` after `start`.

    Raises `NotJson` at the first byte that does not fit.

    >>> text = b' {"a": [1, {"b": []}]} '
    >>> extent(text)
    (1, 22)
    """
    begin = position = _after_space(text, start)
    open_values: list[int] = []
    for _ in range(MOST_STEPS):
        atom = _atom.match(text, position)
        if atom is None:
            position = _step_in(text, position, open_values)
            continue
        position = atom.end()
        while open_values:
            position = _after_space(text, position)
            comma = _comma.match(text, position)
            if comma is not None:
                position = comma.end()
                if open_values[-1] == ord("}"):
                    position = _after_key(text, position)
                break
            if position >= len(text) or text[position] != open_values[-1]:
                raise NotJson(_complaint(text, position))
            open_values.pop()
            position += 1
        else:
            return begin, position
    raise NotJson(f"holds more than {MOST_STEPS:,} nested values")


def whole(text: bytes) -> tuple[int, int]:
    """The extent of the one value that `text` is; raises `NotJson` if anything follows it."""
    begin, end = extent(text)
    rest = _after_space(text, end)
    if rest != len(text):
        raise NotJson(_complaint(text, rest))
    return begin, end


def members(text: bytes, begin: int, wanted: Collection[str]) -> dict[str, tuple[int, int]]:
    """Key → extent, for the wanted keys of the object that begins at `begin`; the last of equal keys counts.

    >>> members(b'{"a": 1, "b": [2], "c": 3}', 0, ["a", "b"])
    {'a': (6, 7), 'b': (14, 17)}
    """
    plain = {json.dumps(key).encode(): key for key in wanted}
    found: dict[str, tuple[int, int]] = {}
    position = _after_space(text, begin + 1)
    while text[position] != ord("}"):
        key = _key.match(text, position)
        if key is None:
            raise NotJson(_complaint(text, position))
        value = extent(text, key.end())
        # A key can be written with escapes, which takes longer to read.
        name = str(json.loads(key[1])) if b"\\" in key[1] else plain.get(key[1], "")
        if name in wanted:
            found[name] = value
        position = _after_comma(text, value[1])
    return found


def elements(text: bytes, begin: int) -> Iterator[tuple[int, int]]:
    """The extents of the values of the list that begins at `begin`.

    >>> list(elements(b'[1, "b", []]', 0))
    [(1, 2), (4, 7), (9, 11)]
    """
    position = _after_space(text, begin + 1)
    while text[position] != ord("]"):
        value = extent(text, position)
        yield value
        position = _after_comma(text, value[1])


def decoded(value: bytes) -> Any:
    """The value of a JSON text; raises `NotJson` for a number that Python does not read."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise NotJson("holds a value that cannot be read") from error


def _after_space(text: bytes, position: int) -> int:
    space = _space.match(text, position)
    return space.end() if space else position


def _after_comma(text: bytes, position: int) -> int:
    comma = _comma.match(text, position)
    return comma.end() if comma else _after_space(text, position)


def _after_key(text: bytes, position: int) -> int:
    key = _key.match(text, position)
    if key is None:
        raise NotJson(_complaint(text, position))
    return key.end()


def _step_in(text: bytes, position: int, open_values: list[int]) -> int:
    closing = _CLOSING.get(text[position]) if position < len(text) else None
    if closing is None:
        raise NotJson(_complaint(text, position))
    if len(open_values) >= DEEPEST:
        raise NotJson(f"nests values deeper than {DEEPEST} levels")
    open_values.append(closing)
    position = _after_space(text, position + 1)
    return position if closing == ord("]") else _after_key(text, position)


def _complaint(text: bytes, position: int) -> str:
    if position >= len(text):
        return "ends in the middle of a value"
    return f"is not JSON from byte {position} on"
