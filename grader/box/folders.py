"""What lies in a box's folder: weighed and removed without following where hostile code would lead."""

from __future__ import annotations

import contextlib
import os


def file_bytes(path: str) -> int:
    """What a file occupies; 0 if it is gone."""
    try:
        return os.lstat(path).st_blocks * 512
    except OSError:
        return 0


def folder_within(path: str, most_bytes: int, most_files: int) -> bool:
    """Whether a folder is within its limits; looks at no more entries than are allowed.

    What cannot be looked into may hold anything, and is not: a path that is too long, a folder that is locked.
    """
    used = files = 0
    folders = [path]
    # Not by os.walk, which may recurse as deep as the folders go.
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    files += 1
                    used += file_bytes(entry.path)
                    if used > most_bytes or files > most_files:
                        return False
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return False
    return True


def remove_folder(path: str) -> None:
    """Removes a folder that nobody uses any more, however deep it is and whatever rights were taken away.

    Goes down and up one folder at a time, so that no path grows long, nothing recurses, and the time is in
    proportion to what there is.
    """
    with contextlib.suppress(OSError):
        here = _entered(path, None)
        try:
            # The folders still to be removed on each level; the last of each is the one that we are in.
            inner = [_emptied(here)]
            while True:
                if inner[-1]:
                    try:
                        below = _entered(inner[-1][-1], here)
                    except OSError:
                        # What cannot be entered keeps its own folders only; the others are removed all the same.
                        inner[-1].pop()
                        continue
                    inner.append(_emptied(below))
                    os.close(here)
                    here = below
                    continue
                inner.pop()
                if not inner:
                    break
                above = os.open("..", os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
                os.close(here)
                here = above
                with contextlib.suppress(OSError):
                    os.rmdir(inner[-1].pop(), dir_fd=here)
        finally:
            os.close(here)
        os.rmdir(path)  # noqa: PTH106


def _entered(name: str, above: int | None) -> int:
    """A folder, opened after its rights have been given back; never through a link."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(name, flags, dir_fd=above)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=above)
        return os.open(name, flags, dir_fd=above)


def _emptied(folder: int) -> list[str]:
    """Removes a folder's files; the names of the folders in it."""
    os.chmod(folder, 0o700)
    inner = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                inner.append(entry.name)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry.name, dir_fd=folder)
    return inner
