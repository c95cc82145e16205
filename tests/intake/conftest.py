"""Notebooks and archives for the tests of intake."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

WANTED = {
    "attention.ipynb": frozenset({"softmax_attention", "gaussian_kernel", "costs"}),
    "triplet.ipynb": frozenset({"squared_distances", "triplet_loss"}),
}


def notebook(*sources: str, **top: Any) -> bytes:
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | top).encode()


@pytest.fixture(scope="session")
def wanted() -> Mapping[str, frozenset[str]]:
    return WANTED


@pytest.fixture(scope="session")
def make() -> Callable[..., bytes]:
    return notebook


@pytest.fixture(scope="session")
def attention() -> bytes:
    return notebook("import torch", "def softmax_attention(Q, K, V):\n    return V")


@pytest.fixture(scope="session")
def triplet() -> bytes:
    return notebook("def triplet_loss(a, p, n, margin=0.2):\n    return 0")


@pytest.fixture
def lay(tmp_path: Path) -> Callable[[Mapping[str, bytes | None]], Path]:
    """Writes files below a folder `class`; a value of None makes an empty folder."""

    def lay_out(files: Mapping[str, bytes | None]) -> Path:
        root = tmp_path / "class"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            place = root / name
            if content is None:
                place.mkdir(parents=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
        return root

    return lay_out


@pytest.fixture(params=["zip", "tar.gz"])
def pack(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    """Packs (name, content) pairs, in this order and unchecked, into `class.zip` or `class.tar.gz`."""

    def packed(*files: tuple[str, bytes], name: str = "class") -> Path:
        path = tmp_path / f"{name}.{request.param}"
        path.write_bytes(zipped(*files) if request.param == "zip" else tarred(*files))
        return path

    return packed


def zipped(*files: tuple[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return raw.getvalue()


def tarred(*files: tuple[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return raw.getvalue()


@pytest.fixture(scope="session")
def zip_bytes() -> Callable[..., bytes]:
    return zipped


@pytest.fixture(scope="session")
def tar_bytes() -> Callable[..., bytes]:
    return tarred
