"""The forms in which a class comes, and what is odd in them."""

from __future__ import annotations

import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.intake import find_submissions, read_one
from grader.model import CallError, Notebook, Rejected, Submission

Wanted = Mapping[str, frozenset[str]]
Lay = Callable[[Mapping[str, bytes | None]], Path]
Pack = Callable[..., Path]


def _by_name(path: Path, wanted: Wanted) -> dict[str, Submission]:
    found = find_submissions(path, wanted)
    by_name = {one.student: one for one in found}
    assert len(by_name) == len(found)
    return by_name


def _sorts(submission: Submission) -> dict[str, str]:
    return {name: type(part).__name__ for name, part in submission.parts.items()}


def _says(submission: Submission, name: str = "attention.ipynb") -> str:
    part = submission.parts[name]
    assert isinstance(part, Rejected)
    return part.says


# The forms.


def test_students_folders(lay: Lay, wanted: Wanted, attention: bytes, triplet: bytes) -> None:
    found = _by_name(
        lay(
            {
                "ada/attention.ipynb": attention,
                "ada/triplet.ipynb": triplet,
                "bob/attention.ipynb": attention,
                "bob/notes.txt": b"hello",
                "eve": None,
                "README.md": b"not a student",
                ".git/config": b"",
            }
        ),
        wanted,
    )
    assert list(found) == ["ada", "bob", "eve"]
    assert _sorts(found["ada"]) == {"attention.ipynb": "Notebook", "triplet.ipynb": "Notebook"}
    assert found["bob"].files == ("attention.ipynb", "notes.txt")
    assert (found["eve"].parts, found["eve"].files) == ({}, ())


def test_loose_notebooks_are_known_by_their_functions(
    lay: Lay, wanted: Wanted, attention: bytes, triplet: bytes, make: Callable[..., bytes]
) -> None:
    both = make("def softmax_attention(): pass\ndef triplet_loss(): pass")
    found = _by_name(
        lay({"ada.ipynb": attention, "bob.ipynb": triplet, "eve.ipynb": make("a = 1"), "kim.ipynb": both}),
        wanted,
    )
    assert _sorts(found["ada"]) == {"attention.ipynb": "Notebook"}
    assert _sorts(found["bob"]) == {"triplet.ipynb": "Notebook"}
    for name in ("eve", "kim"):
        assert "the functions that it defines do not tell which notebook it is" in _says(found[name])
    assert "costs, gaussian_kernel, softmax_attention" in _says(found["eve"])


@pytest.mark.parametrize("top", ["", "homework/", "./", "a/b/"])
def test_archives_of_folders(pack: Pack, wanted: Wanted, attention: bytes, top: str) -> None:
    found = _by_name(
        pack((f"{top}ada/attention.ipynb", attention), (f"{top}Bob Ng/attention.ipynb", attention)), wanted
    )
    assert {name: _sorts(one) for name, one in found.items()} == {
        "ada": {"attention.ipynb": "Notebook"},
        "Bob Ng": {"attention.ipynb": "Notebook"},
    }


@pytest.mark.parametrize("top", ["", "homework/"])
def test_archives_of_notebooks(pack: Pack, wanted: Wanted, attention: bytes, top: str) -> None:
    found = _by_name(pack((f"{top}ada.ipynb", attention), (f"{top}bob.ipynb", attention)), wanted)
    assert list(found) == ["ada", "bob"]
    assert all(_sorts(one) == {"attention.ipynb": "Notebook"} for one in found.values())


def test_an_archive_alone_in_a_folder_is_the_class(pack: Pack, wanted: Wanted, attention: bytes) -> None:
    archive = pack(("ada/attention.ipynb", attention), ("bob/attention.ipynb", attention))
    assert list(_by_name(archive.parent, wanted)) == ["ada", "bob"]


def test_students_archives_are_opened(
    lay: Lay,
    wanted: Wanted,
    attention: bytes,
    zip_bytes: Callable[..., bytes],
    tar_bytes: Callable[..., bytes],
) -> None:
    found = _by_name(
        lay(
            {
                "ada.zip": zip_bytes(("hw/attention.ipynb", attention)),
                "bob.tar.gz": tar_bytes(("attention.ipynb", attention)),
                "eve/work.zip": zip_bytes(("attention.ipynb", attention)),
                "kim/work.zip": b"PK not really",
                "sam/work.zip": zip_bytes(("in.zip", zip_bytes(("attention.ipynb", attention)))),
            }
        ),
        wanted,
    )
    for name in ("ada", "bob", "eve"):
        assert _sorts(found[name]) == {"attention.ipynb": "Notebook"}
    assert _says(found["kim"]) == "work.zip is no zip archive, or one that is cut short."
    assert (
        _says(found["sam"]) == "work.zip/in.zip is an archive within an archive within an archive; unpack it."
    )


def test_one_folder_with_a_notebook_of_the_rubric_is_one_student(
    lay: Lay, wanted: Wanted, attention: bytes
) -> None:
    (one,) = find_submissions(lay({"attention.ipynb": attention, "old/attention.ipynb": b"[]"}), wanted)
    assert (one.student, _sorts(one)) == ("class", {"attention.ipynb": "Notebook"})


def test_a_starter_beside_students_does_not_hide_them(lay: Lay, wanted: Wanted, attention: bytes) -> None:
    found = _by_name(
        lay(
            {"attention.ipynb": attention, "ada/attention.ipynb": attention, "bob/attention.ipynb": attention}
        ),
        wanted,
    )
    assert list(found) == ["ada", "attention", "bob"]


def test_a_single_notebook(lay: Lay, wanted: Wanted, attention: bytes) -> None:
    root = lay({"ada.ipynb": attention})
    (one,) = find_submissions(root / "ada.ipynb", wanted)
    assert (one.student, one.files, _sorts(one)) == ("ada", ("ada.ipynb",), {"attention.ipynb": "Notebook"})


def test_nbgrader_tree(lay: Lay, wanted: Wanted, attention: bytes) -> None:
    root = lay(
        {
            "submitted/ada/hw/attention.ipynb": attention,
            "submitted/bob/hw/attention.ipynb": attention,
            "submitted/bob/hw/timestamp.txt": b"",
            "source/hw/attention.ipynb": attention,
            "gradebook.db": b"",
        }
    )
    for path in (root, root / "submitted"):
        found = _by_name(path, wanted)
        assert list(found) == ["ada", "bob"]
        assert all(_sorts(one) == {"attention.ipynb": "Notebook"} for one in found.values())


def test_canvas_download(lay: Lay, wanted: Wanted, attention: bytes, triplet: bytes) -> None:
    found = _by_name(
        lay(
            {
                "lovelaceada_12345_67890_attention.ipynb": attention,
                "lovelaceada_12345_67891_triplet-1.ipynb": triplet,
                "ngbob_LATE_12346_67892_attention.ipynb": attention,
                "kimlee_12347_1_attention.ipynb": attention,
                "kimlee_12348_2_attention.ipynb": attention,
                "poe_12349_3_essay.pdf": b"%PDF",
            }
        ),
        wanted,
    )
    assert set(found) == {"lovelaceada", "ngbob", "kimlee_12347", "kimlee_12348", "poe"}
    assert _sorts(found["lovelaceada"]) == {"attention.ipynb": "Notebook", "triplet.ipynb": "Notebook"}
    assert found["ngbob"].files == ("attention.ipynb",)
    assert (found["poe"].parts, found["poe"].files) == ({}, ("essay.pdf",))


GRADESCOPE = """
submission_1:
  :submitters:
  - :name: "Ada: Countess\\u00e9"
    :sid: '1'
    :email: ada@example.org
  - :name: Bob
  :created_at: 2026-01-01 00:00:00
  :results:
    :output: |
      submission_9:
        :submitters:
        - :name: Mallory
submission_2:
  :submitters:
  - :name: Eve
  :score: &a !ruby/object:BigDecimal 27:0.1e1
submission_3: {}
"""


@pytest.mark.parametrize("top", ["", "assignment_1_export/"])
def test_gradescope_export(lay: Lay, wanted: Wanted, attention: bytes, top: str) -> None:
    found = _by_name(
        lay(
            {
                f"{top}submission_metadata.yml": GRADESCOPE.encode(),
                f"{top}submission_1/attention.ipynb": attention,
                f"{top}submission_2/attention.ipynb": b"[]",
                f"{top}submission_4/attention.ipynb": attention,
            }
        ),
        wanted,
    )
    assert {name: one.display for name, one in found.items()} == {
        "submission_1": "Ada: Countessé, Bob",
        "submission_2": "Eve",
        "submission_3": "submission_3",
        "submission_4": "submission_4",
    }
    assert _sorts(found["submission_1"]) == {"attention.ipynb": "Notebook"}
    assert found["submission_3"].parts == {}
    assert found["submission_1"].files == ("attention.ipynb",)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"a: [", id="not closed"),
        pytest.param(b"\xff\xfe\xfd", id="no text"),
    ],
)
def test_a_damaged_gradescope_list_is_one_complaint(
    lay: Lay, wanted: Wanted, text: bytes, attention: bytes
) -> None:
    root = lay({"submission_metadata.yml": text, "submission_1/attention.ipynb": attention})
    with pytest.raises(CallError, match=r"submission_metadata.yml is not readable as YAML"):
        find_submissions(root, wanted)


def test_moodle_folders_keep_their_name_and_show_the_persons(
    lay: Lay, wanted: Wanted, attention: bytes
) -> None:
    (one,) = find_submissions(lay({"Ada Ng_47_assignsubmission_file/hw.ipynb": attention}), wanted)
    assert (one.student, one.display) == ("Ada Ng_47_assignsubmission_file", "Ada Ng")


# Finding the parts in one student's folder.


@pytest.mark.parametrize(
    "name",
    [
        "Attention.ipynb",
        "attention (1).ipynb",
        "attention-2.ipynb",
        "attention copy.ipynb",
        "hw/attention.ipynb",
        "a/b/attention.ipynb",
        "my homework.ipynb",
        "ATTENTION.IPYNB",
    ],
)
def test_names_that_are_nearly_right(lay: Lay, wanted: Wanted, attention: bytes, name: str) -> None:
    found = _by_name(lay({f"ada/{name}": attention, "bob/attention.ipynb": attention}), wanted)
    part = found["ada"].parts["attention.ipynb"]
    assert isinstance(part, Notebook)
    assert (part.name, part.found) == ("attention.ipynb", name)


def test_the_right_name_wins_and_other_notebooks_are_left_alone(
    lay: Lay, wanted: Wanted, attention: bytes, make: Callable[..., bytes]
) -> None:
    root = lay({"ada/attention.ipynb": make("a = 1"), "ada/x.ipynb": attention, "ada/y.ipynb": make("b = 1")})
    part = _by_name(root, wanted)["ada"].parts["attention.ipynb"]
    assert isinstance(part, Notebook)
    assert part.cells[0].source == "a = 1"


def test_checkpoints_and_mac_leftovers_are_ignored(lay: Lay, wanted: Wanted, attention: bytes) -> None:
    root = lay(
        {
            "ada/attention.ipynb": attention,
            "ada/.ipynb_checkpoints/triplet.ipynb": b"[]",
            "ada/._triplet.ipynb": b"\0",
            "__MACOSX/ada/._attention.ipynb": b"\0",
        }
    )
    found = _by_name(root, wanted)
    assert list(found) == ["ada"]
    assert found["ada"].files == ("attention.ipynb",)


def test_two_that_could_be_the_one_are_rejected_unless_equal(
    lay: Lay, wanted: Wanted, attention: bytes, make: Callable[..., bytes]
) -> None:
    other = make("def softmax_attention(): return 1")
    found = _by_name(
        lay(
            {
                "ada/a.ipynb": attention,
                "ada/b.ipynb": other,
                "bob/x/attention.ipynb": attention,
                "bob/y/attention.ipynb": attention,
            }
        ),
        wanted,
    )
    assert _says(found["ada"]) == "a.ipynb and b.ipynb could each be attention.ipynb; hand in one of them."
    assert _sorts(found["bob"]) == {"attention.ipynb": "Notebook"}


def test_order_and_place_do_not_change_the_digest(
    lay: Lay, wanted: Wanted, attention: bytes, triplet: bytes
) -> None:
    found = _by_name(
        lay(
            {
                "ada/attention.ipynb": attention,
                "ada/triplet.ipynb": triplet,
                "bob/triplet.ipynb": triplet,
                "bob/x.ipynb": attention,
                "eve/attention.ipynb": attention,
                "kim/attention.ipynb": attention,
                "kim/triplet.ipynb": b"[]",
            }
        ),
        wanted,
    )
    assert found["ada"].sha256 == found["bob"].sha256
    assert len({one.sha256 for one in found.values()}) == 3


# What is odd.


def _empty(place: Path) -> None:
    place.write_bytes(b"")


def _list(place: Path) -> None:
    place.write_bytes(b"[]")


def _null(place: Path) -> None:
    place.write_bytes(b"null")


def _folder(place: Path) -> None:
    place.mkdir()


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _link(place: Path) -> None:
    real = place.parent.parent.parent / "secret.ipynb"
    real.write_bytes(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "secret = 1"}]}')
    place.symlink_to(real)


def _dangling(place: Path) -> None:
    place.symlink_to("nowhere")


def _device(place: Path) -> None:
    place.symlink_to("/dev/zero")


@pytest.mark.parametrize("odd", [_empty, _list, _null, _folder, _pipe, _link, _dangling, _device])
def test_odd_things_named_like_the_notebook_are_rejected(
    lay: Lay, wanted: Wanted, attention: bytes, odd: Callable[[Path], None]
) -> None:
    root = lay({"bob/attention.ipynb": attention, "ada": None})
    odd(root / "ada" / "attention.ipynb")
    before = sorted((str(place), place.lstat().st_mtime_ns) for place in root.rglob("*"))
    found = _by_name(root, wanted)
    assert _sorts(found["ada"]) == {"attention.ipynb": "Rejected"}
    assert _says(found["ada"]).startswith("attention.ipynb is ")
    assert "secret" not in repr(found)
    assert _sorts(found["bob"]) == {"attention.ipynb": "Notebook"}
    assert before == sorted((str(place), place.lstat().st_mtime_ns) for place in root.rglob("*"))


@pytest.mark.parametrize("odd", [_empty, _list, _folder, _pipe, _link, _device])
def test_odd_loose_notebooks_are_rejected(
    lay: Lay, wanted: Wanted, attention: bytes, odd: Callable[[Path], None]
) -> None:
    root = lay({"bob.ipynb": attention, "below/x": b""})
    odd(root / "ada.ipynb")
    found = _by_name(root, wanted)
    (ada,) = (one for name, one in found.items() if name.startswith("ada"))
    assert _sorts(ada) == {"attention.ipynb": "Rejected", "triplet.ipynb": "Rejected"}


def test_a_link_instead_of_a_folder_is_not_followed(
    lay: Lay, wanted: Wanted, attention: bytes, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "attention.ipynb").write_bytes(attention)
    root = lay({"bob/attention.ipynb": attention})
    (root / "ada").symlink_to(tmp_path / "elsewhere")
    assert _says(_by_name(root, wanted)["ada"]) == "ada is a link, and links are never followed."


def test_a_file_swapped_for_a_link_while_it_is_read_is_not_followed(
    lay: Lay, wanted: Wanted, attention: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = lay({"ada/attention.ipynb": attention, "secret": b"secret"})
    lstat = os.lstat

    def swap(place: Path | str) -> os.stat_result:
        result = lstat(place)
        if isinstance(place, Path) and place.name == "attention.ipynb" and stat.S_ISREG(result.st_mode):
            place.unlink()
            place.symlink_to(root / "secret")
        return result

    monkeypatch.setattr(os, "lstat", swap)
    assert "cannot be read" in _says(_by_name(root, wanted)["ada"])


@pytest.mark.parametrize(
    ("name", "owner", "says"),
    [
        ("../eve/attention.ipynb", "../eve/attention", "its path leads out of the archive"),
        ("bob/../../eve.ipynb", "bob", "its path leads out of the archive"),
        ("/eve/attention.ipynb", "/eve/attention", "its path is absolute"),
        ("C:/eve/attention.ipynb", "C:/eve/attention", "its path is absolute"),
        ("bob/" + "x/" * 50 + "attention.ipynb", "bob", "its path is absurd"),
    ],
    ids=["up", "up from a student", "absolute", "drive", "deep"],
)
def test_evil_paths_are_refused_by_name(
    pack: Pack, wanted: Wanted, attention: bytes, name: str, owner: str, says: str
) -> None:
    found = _by_name(pack((name, attention), ("ada/attention.ipynb", attention)), wanted)
    assert _sorts(found["ada"]) == {"attention.ipynb": "Notebook"}
    assert says in _says(found[owner])
    assert "/" not in found[owner].slug


def test_an_evil_path_does_not_take_a_good_notebooks_place(
    pack: Pack, wanted: Wanted, attention: bytes
) -> None:
    found = _by_name(
        pack(
            ("ada/attention.ipynb", attention),
            ("ada/../ada/attention.ipynb", b"[]"),
            ("bob/x.ipynb", attention),
        ),
        wanted,
    )
    assert _sorts(found["ada"]) == {"attention.ipynb": "Notebook"}
    assert "ada/../ada/attention.ipynb" in " ".join(found["ada"].files)


@pytest.mark.parametrize(
    ("kind", "sort", "says"),
    [
        pytest.param("tar", tarfile.SYMTYPE, "is a link", id="tar, symbolic link"),
        pytest.param("tar", tarfile.LNKTYPE, "is a link", id="tar, hard link"),
        pytest.param("tar", tarfile.FIFOTYPE, "is not a file but a pipe", id="tar, pipe"),
        pytest.param("tar", tarfile.CHRTYPE, "is not a file but a pipe", id="tar, device"),
        pytest.param("tar", tarfile.REGTYPE, "another user's rights", id="tar, setuid"),
        pytest.param("zip", stat.S_IFLNK, "is a link", id="zip, symbolic link"),
        pytest.param("zip", stat.S_IFIFO, "is not a file but a pipe", id="zip, pipe"),
        pytest.param("zip", stat.S_IFCHR, "is not a file but a pipe", id="zip, device"),
        pytest.param("zip", stat.S_IFREG | stat.S_ISUID, "another user's rights", id="zip, setuid"),
    ],
)
def test_links_pipes_and_devices_in_archives_are_refused(
    tmp_path: Path, wanted: Wanted, attention: bytes, kind: str, sort: Any, says: str
) -> None:
    path = tmp_path / f"class.{kind}"
    if kind == "tar":
        with tarfile.open(path, "w") as archive:
            evil = tarfile.TarInfo("ada/attention.ipynb")
            evil.type, evil.linkname, evil.mode = sort, "/etc/passwd", 0o4755
            good = tarfile.TarInfo("bob/attention.ipynb")
            good.size = len(attention)
            archive.addfile(evil)
            archive.addfile(good, io.BytesIO(attention))
    else:
        with zipfile.ZipFile(path, "w") as packed:
            entry = zipfile.ZipInfo("ada/attention.ipynb")
            entry.external_attr = (sort | 0o755) << 16
            packed.writestr(entry, attention)
            packed.writestr("bob/attention.ipynb", attention)
    found = _by_name(path, wanted)
    assert says in _says(found["ada"])
    assert _sorts(found["bob"]) == {"attention.ipynb": "Notebook"}


def test_a_bomb_costs_its_student_only(pack: Pack, wanted: Wanted, attention: bytes) -> None:
    bomb = b" " * 60 * 10**6
    found = _by_name(
        pack(("ada/attention.ipynb", attention), ("bob/attention.ipynb", bomb), ("bob/data.bin", bomb)),
        wanted,
    )
    assert "is larger than 20 MB" in _says(found["bob"])
    assert _sorts(found["ada"]) == {"attention.ipynb": "Notebook"}


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_two_contents_of_one_name_are_rejected(pack: Pack, wanted: Wanted, attention: bytes) -> None:
    archive = pack(
        ("ada/attention.ipynb", attention),
        ("ada/attention.ipynb", b"[]"),
        ("bob/attention.ipynb", attention),
        ("bob/attention.ipynb", attention),
    )
    found = _by_name(archive, wanted)
    assert "lies there twice" in _says(found["ada"])
    assert _sorts(found["bob"]) == {"attention.ipynb": "Notebook"}


def test_many_entries_are_capped_per_student(pack: Pack, wanted: Wanted, attention: bytes) -> None:
    many = [(f"hw/bob/{number}.txt", b"") for number in range(6_000)]
    found = _by_name(pack(*many, ("hw/ada/attention.ipynb", attention)), wanted)
    assert _sorts(found["ada"]) == {"attention.ipynb": "Notebook"}
    assert "more than 5,000 files lie here" in _says(found["bob"])
    assert len(found["bob"].files) == 201


def test_many_notebooks_are_capped_per_student(lay: Lay, wanted: Wanted, attention: bytes) -> None:
    files = {f"ada/x{number:02}.ipynb": attention for number in range(40)}
    found = _by_name(lay(files | {"bob/attention.ipynb": attention}), wanted)
    assert found["ada"].files[-1] == "x30.ipynb"
    assert _sorts(found["bob"]) == {"attention.ipynb": "Notebook"}


def test_a_million_entries_of_one_student_cost_neither_memory_nor_the_others(
    tmp_path: Path, wanted: Wanted, zip_bytes: Callable[..., bytes], attention: bytes
) -> None:
    """A directory of 300,000 lines that all point at one entry, spliced into a real archive."""
    raw = zip_bytes(("ada/attention.ipynb", attention), ("bob/x", b""))
    end = raw.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<2L", raw, end + 12)
    directory = raw[offset : offset + size]
    line = directory[directory.rindex(b"PK\x01\x02") :]
    directory += line * 300_000
    path = tmp_path / "class.zip"
    path.write_bytes(
        raw[:offset]
        + directory
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, len(directory), offset, 0)
    )
    found = _by_name(path, wanted)
    assert _sorts(found["ada"]) == {"attention.ipynb": "Notebook"}


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_an_archive_cut_short_is_one_complaint(pack: Pack, wanted: Wanted, cut: float) -> None:
    archive = pack(("ada/attention.ipynb", os.urandom(5000)), ("bob/attention.ipynb", os.urandom(5000)))
    raw = archive.read_bytes()
    archive.write_bytes(raw[: int(len(raw) * cut)])
    with pytest.raises(CallError, match=r"cut short|damaged"):
        find_submissions(archive, wanted)


def test_a_damaged_entry_is_refused_by_name(
    tmp_path: Path, wanted: Wanted, zip_bytes: Callable[..., bytes], attention: bytes
) -> None:
    raw = bytearray(zip_bytes(("ada/attention.ipynb", attention), ("bob/attention.ipynb", attention)))
    raw[60] ^= 0xFF
    (tmp_path / "class.zip").write_bytes(raw)
    found = _by_name(tmp_path / "class.zip", wanted)
    assert "attention.ipynb is damaged" in _says(found["ada"])
    assert _sorts(found["bob"]) == {"attention.ipynb": "Notebook"}


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_methods_of_packing(tmp_path: Path, wanted: Wanted, attention: bytes, method: int) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("ada/attention.ipynb", attention * 1)
        archive.writestr("bob/attention.ipynb", attention)
    ada = _by_name(path, wanted)["ada"]
    if method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert _sorts(ada) == {"attention.ipynb": "Notebook"}
    else:
        assert "packed by a method" in _says(ada)


def test_large_archives_with_long_sizes_are_read(tmp_path: Path, wanted: Wanted, attention: bytes) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("ada", "bob"):
            with archive.open(f"{name}/attention.ipynb", "w", force_zip64=True) as file:
                file.write(attention)
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    path = path.rename(tmp_path / "class.tgz")
    with pytest.raises(CallError, match="no zip or tar archive"):
        find_submissions(path, wanted)
    path.write_bytes(path.read_bytes()[10:])
    assert list(_by_name(path, wanted)) == ["ada", "bob"]


def test_backslashes_of_windows_programs_are_separators(
    tmp_path: Path, wanted: Wanted, zip_bytes: Callable[..., bytes], attention: bytes
) -> None:
    raw = zip_bytes(("ada/attention.ipynb", attention), ("bob/attention.ipynb", attention))
    (tmp_path / "class.zip").write_bytes(raw.replace(b"/attention", b"\\attention"))
    assert list(_by_name(tmp_path / "class.zip", wanted)) == ["ada", "bob"]


def test_an_encrypted_entry_is_refused_by_name(
    tmp_path: Path, wanted: Wanted, zip_bytes: Callable[..., bytes], attention: bytes
) -> None:
    raw = bytearray(zip_bytes(("ada/attention.ipynb", attention), ("bob/attention.ipynb", attention)))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "class.zip").write_bytes(raw)
    found = _by_name(tmp_path / "class.zip", wanted)
    assert _says(found["ada"]) == "attention.ipynb is encrypted."
    assert _sorts(found["bob"]) == {"attention.ipynb": "Notebook"}


NAMES = [
    "Ada",
    "ada",
    "Zoë",
    "Zoe\u0308",
    "CON",
    "-rf",
    "x" * 200,
    "a\nb",
    "\u202eevil",
    "=cmd()",
    "$(x)",
    "%2e%2e",
]


def test_names_stay_as_they_are_and_slugs_are_safe_and_unique(
    lay: Lay, wanted: Wanted, attention: bytes
) -> None:
    found = _by_name(lay({f"{name}/attention.ipynb": attention for name in NAMES}), wanted)
    assert set(found) == set(NAMES)
    slugs = [one.slug for one in found.values()]
    assert len({slug.casefold() for slug in slugs}) == len(slugs)
    for slug in slugs:
        assert set(slug) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
        assert 0 < len(slug) <= 80
        assert slug[0] not in "-."
        assert slug.upper() not in {"CON", "NUL"}


def test_a_name_that_is_no_text_is_escaped(lay: Lay, wanted: Wanted, attention: bytes) -> None:
    root = lay({"ada/attention.ipynb": attention})
    folder = os.fsencode(root) + b"/b\xff"
    os.mkdir(folder)  # noqa: PTH102  # a Path holds text, and this name is none
    found = _by_name(root, wanted)
    assert set(found) == {"ada", "b\\xff"}


@pytest.mark.parametrize(
    "files",
    [{}, {"README.md": b"x"}, {".ipynb_checkpoints/x.ipynb": b"x"}],
    ids=["empty", "notes", "checkpoints"],
)
def test_nothing_to_grade_is_one_complaint(
    lay: Lay, wanted: Wanted, files: Mapping[str, bytes | None]
) -> None:
    with pytest.raises(CallError, match=r"class holds no submission"):
        find_submissions(lay(files), wanted)


def test_what_is_not_there_or_no_archive_is_one_complaint(lay: Lay, wanted: Wanted) -> None:
    root = lay({"x.zip": b"hello", "y.txt": b"hello"})
    os.mkfifo(root / "pipe")
    for name, says in [
        ("none", "does not exist"),
        ("x.zip", "no zip or tar archive"),
        ("y.txt", "no zip or tar archive"),
        ("pipe", "neither a folder"),
    ]:
        with pytest.raises(CallError, match=says):
            find_submissions(root / name, wanted)


# One submission.


def test_read_one_takes_a_notebook_a_folder_or_an_archive(
    lay: Lay, wanted: Wanted, attention: bytes, zip_bytes: Callable[..., bytes]
) -> None:
    root = lay(
        {"ada/attention.ipynb": attention, "bob.zip": zip_bytes(("attention.ipynb", attention)), "eve": None}
    )
    assert read_one(root / "ada", wanted).student == "ada"
    assert read_one(root / "ada" / "attention.ipynb", wanted).student == "attention"
    assert read_one(root / "bob.zip", wanted).student == "bob"
    for path in (root / "ada", root / "ada" / "attention.ipynb", root / "bob.zip"):
        assert _sorts(read_one(path, wanted)) == {"attention.ipynb": "Notebook"}
    with pytest.raises(CallError, match="eve is empty"):
        read_one(root / "eve", wanted)
    (root / "link.ipynb").symlink_to(root / "ada" / "attention.ipynb")
    assert "links are never followed" in _says(read_one(root / "link.ipynb", wanted))
