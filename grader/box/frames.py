"""The wire between the grader and a box: a JSON header and raw array bytes, decoded strictly.

A frame is `<u32 header length><u32 blob length><JSON header><blob>`. Values travel as trees: `None`, booleans,
64-bit integers, floats and strings stand for themselves; an array is `{"array": dtype, "shape": [...]}` and takes
the next bytes of the blob; tuples, lists and dicts are tagged. Nothing here unpickles, evaluates or calls
`np.load`, so a frame that hostile code wrote is at worst refused with `BadFrame`.

Both sides use this file, so it imports nothing of ours.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

LENGTHS = struct.Struct("<II")
HEADER_BYTES = 2**16
BLOB_BYTES = 2**25
DEPTH = 8
NODES = 4000
EMPTY_LENGTH = 2**16  # of an axis of an array without elements, whose shape no bytes bound
DIMENSIONS = 8
DTYPES = frozenset({"<f2", "<f4", "<f8", "|b1", "|i1", "|u1", "<i2", "<i4", "<i8"})


class BadFrame(Exception):
    """The bytes are no frame of this protocol; the message says what is wrong with them."""


class TooLarge(Exception):
    """A value of ours does not fit in a frame; the message says why, for a student."""


@dataclass(frozen=True)
class SeededGenerator:
    """An argument that becomes `torch.Generator().manual_seed(seed)` in the box."""

    seed: int


@dataclass(frozen=True)
class Frame:
    """One message: a JSON object and the bytes of its arrays."""

    header: Mapping[str, Any]
    blob: bytes | bytearray = b""


def packed(frame: Frame) -> bytes:
    """The bytes of a frame.

    >>> packed(Frame({"event": "ready"}))
    b'\\x11\\x00\\x00\\x00\\x00\\x00\\x00\\x00{"event":"ready"}'
    """
    header = json.dumps(dict(frame.header), separators=(",", ":")).encode("ascii")
    if len(header) > HEADER_BYTES:
        raise TooLarge(f"has too many parts or too much text ({len(header):,} bytes beside the arrays)")
    if len(frame.blob) > BLOB_BYTES:
        raise TooLarge(f"is too large ({len(frame.blob):,} bytes; at most {BLOB_BYTES:,} can be sent)")
    return LENGTHS.pack(len(header), len(frame.blob)) + header + bytes(frame.blob)


def lengths(prefix: bytes | bytearray) -> tuple[int, int]:
    """The lengths of header and blob, refused before anything is allocated for them."""
    header, blob = LENGTHS.unpack(prefix)
    if header > HEADER_BYTES:
        raise BadFrame(f"a header of {header:,} bytes")
    if blob > BLOB_BYTES:
        raise BadFrame(f"a blob of {blob:,} bytes")
    return header, blob


def unpacked(header: bytes | bytearray, blob: bytes | bytearray) -> Frame:
    """The frame that these bytes are; the header must be one JSON object without repeated keys."""
    try:
        tree = json.loads(bytes(header).decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"the header is no JSON: {type(error).__name__}") from None
    if type(tree) is not dict:
        raise BadFrame("the header is no JSON object")
    return Frame(tree, blob)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise BadFrame("the header repeats a key")
    return tree


def encode(value: Any, blob: bytearray) -> Any:
    """The tree of a value; the bytes of its arrays are appended to `blob` in the tree's order.

    >>> blob = bytearray()
    >>> encode((np.arange(2, dtype="<i8"), "a", 0.5), blob), len(blob)
    ({'tuple': [{'array': '<i8', 'shape': [2]}, 'a', 0.5]}, 16)
    """
    return _encode(value, blob, DEPTH)


def _encode(value: Any, blob: bytearray, depth: int) -> Any:
    if depth < 0:
        raise TooLarge(f"is nested more than {DEPTH} deep")
    kind = type(value)
    if kind is str and len(value) > HEADER_BYTES:
        raise TooLarge(f"holds a text of {len(value):,} characters; at most {HEADER_BYTES:,} can be sent")
    if value is None or kind is bool or kind is str or kind is float:
        return value
    if kind is int:
        if not -(2**63) <= value < 2**63:
            raise TooLarge("holds an integer beyond 64 bits")
        return value
    if kind is np.ndarray:
        return _encode_array(value, blob)
    if kind is tuple or kind is list:
        if len(value) > NODES:
            raise TooLarge(f"has {len(value):,} parts; at most {NODES:,} can be sent")
        return {kind.__name__: [_encode(element, blob, depth - 1) for element in value]}
    if kind is dict:
        if not all(type(key) is str for key in value):
            raise TypeError("a dict's keys must be strings")
        return {"dict": [[key, _encode(element, blob, depth - 1)] for key, element in value.items()]}
    if kind is SeededGenerator:
        return {"generator": value.seed}
    if isinstance(value, np.generic):
        return _encode(value.item(), blob, depth)
    raise TypeError(f"{kind.__name__} cannot be sent")


def _encode_array(array: np.ndarray[Any, Any], blob: bytearray) -> dict[str, Any]:
    dtype = array.dtype.newbyteorder("<").str
    if dtype not in DTYPES:
        raise TypeError(f"an array of {array.dtype} cannot be sent")
    if array.ndim > DIMENSIONS:
        raise TooLarge(f"has {array.ndim} dimensions; at most {DIMENSIONS} can be sent")
    if not array.size and max(array.shape) > EMPTY_LENGTH:
        raise TooLarge(f"is empty and has the shape {array.shape}")
    if len(blob) + array.nbytes > BLOB_BYTES:
        raise TooLarge(f"is too large (more than {BLOB_BYTES:,} bytes)")
    blob += np.ascontiguousarray(array, dtype=dtype).tobytes()
    return {"array": dtype, "shape": list(array.shape)}


def decode(tree: Any, blob: bytes | bytearray) -> Any:
    """The value of a tree, whose arrays take all the bytes of `blob`; raises `BadFrame`.

    >>> decode({"tuple": [{"array": "|u1", "shape": [2]}, None]}, b"ab")
    (array([97, 98], dtype=uint8), None)
    """
    decoder = _Decoder(blob)
    value = decoder.value(tree, DEPTH)
    if decoder.offset != len(blob):
        raise BadFrame(f"{len(blob) - decoder.offset:,} bytes belong to no array")
    return value


class _Decoder:
    def __init__(self, blob: bytes | bytearray) -> None:
        self.blob = blob
        self.offset = 0
        self.nodes = 0

    def value(self, tree: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > NODES or depth < 0:
            raise BadFrame("the value has too many parts or is nested too deep")
        kind = type(tree)
        if tree is None or kind is bool or kind is float:
            return tree
        if kind is int:
            if not -(2**63) <= tree < 2**63:
                raise BadFrame("an integer beyond 64 bits")
            return tree
        if kind is str:
            return clean(tree)
        if kind is not dict:
            raise BadFrame(f"a bare {kind.__name__}")
        if set(tree) == {"array", "shape"}:
            return self.array(tree["array"], tree["shape"])
        if len(tree) != 1:
            raise BadFrame("an unknown kind of value")
        ((tag, content),) = tree.items()
        if tag == "tuple":
            return tuple(self.value(element, depth - 1) for element in _list(content))
        if tag == "list":
            return [self.value(element, depth - 1) for element in _list(content)]
        if tag == "dict":
            return self.mapping(content, depth)
        if tag == "generator" and type(content) is int:
            return SeededGenerator(content)
        raise BadFrame("an unknown kind of value")

    def mapping(self, content: Any, depth: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for pair in _list(content):
            if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str:
                raise BadFrame("a dict's entry is no pair of a string and a value")
            key = clean(pair[0])
            if key in value:
                raise BadFrame("a dict repeats a key")
            value[key] = self.value(pair[1], depth - 1)
        return value

    def array(self, dtype: Any, shape: Any) -> np.ndarray[Any, Any]:
        if type(dtype) is not str or dtype not in DTYPES:
            raise BadFrame("an array of a dtype that is not allowed")
        if type(shape) is not list or len(shape) > DIMENSIONS:
            raise BadFrame("a shape that is no list of at most 8 lengths")
        if not all(type(length) is int and 0 <= length <= BLOB_BYTES for length in shape):
            raise BadFrame("a shape with a length out of range")
        count = math.prod(shape)
        if not count and max(shape) > EMPTY_LENGTH:
            raise BadFrame("an empty array of a shape out of range")
        size = count * np.dtype(dtype).itemsize
        if self.offset + size > len(self.blob):
            raise BadFrame("an array longer than the bytes sent")
        start, self.offset = self.offset, self.offset + size
        if dtype == "|b1":
            # Any byte but 0 and 1 in a boolean array is undefined behaviour in numpy.
            truth: np.ndarray[Any, Any] = np.frombuffer(self.blob, "|u1", count, start) != 0
            return truth.reshape(shape)
        try:
            array = (
                np.frombuffer(self.blob, dtype, count, start).reshape(shape)
                if count
                else np.zeros(shape, dtype)
            )
        except ValueError:
            raise BadFrame("a shape that no array can have") from None
        return array if array.flags.aligned else array.copy()


def _list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise BadFrame("a tagged value without a list")
    return content


def clean(text: str, longest: int = HEADER_BYTES) -> str:
    """A student's text without lone surrogates and control characters (line breaks and tabs stay).

    >>> clean("red\\x1b[31m \\ud800 text")
    'red[31m ? text'
    """
    text = text[:longest].encode("utf-8", "replace").decode("utf-8")
    return "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())
