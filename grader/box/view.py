"""The view of the warm parent and its boxes: which files of this machine there are to see.

Interpreter, packages and system libraries at their own places and read-only, a handful of devices, and nothing else:
no home folder, no course folder, none of our own packages.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from .syscalls import (
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    MS_REMOUNT,
    call,
    make_read_only,
    mount,
    unmount,
)

BOX = "/box"
WARM = "/warm"
SHARED = "/dev/shm"  # noqa: S108 - where shared memory and semaphores lie
OURS = ("grader", "reference", "rubrics")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
SETTINGS = tuple(
    f"/etc/{name}"
    for name in (
        "ld.so.cache",
        "ld.so.conf",
        "ld.so.conf.d",
        "alternatives",
        "localtime",
        "fonts",
        "mime.types",
    )
)
PROCESSORS = "/sys/devices/system/cpu"
DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
    "/dev/ptmx": "pts/ptmx",
}
SOMEBODY = 60000
EMPTY = ("/dev", SHARED, "/dev/pts", "/tmp", BOX, WARM, "/var", "/var/tmp", "/run", "/home")  # noqa: S108 - in a new root


@dataclass(frozen=True)
class View:
    """What may be read (folders, and files hidden within them) and where the parent may write."""

    read: tuple[str, ...]
    hide: tuple[str, ...]
    folder: str


def make_view(view: View) -> None:
    """A new root that holds what notebooks need, read-only, and nothing else of this machine."""
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    root = f"{view.folder}/root"
    os.mkdir(root, 0o755)  # noqa: PTH102
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "size=16m,mode=0755")
    for path in SYSTEM:
        _repeat(path, root)
    for path in (*sorted(view.read), *SETTINGS, PROCESSORS):
        if not _covered(path, root):
            _repeat(path, root)
    for path in view.hide:
        if os.path.lexists(root + path):
            _mask(root, path)
    _fill_etc(root)
    for path in ("/proc", *EMPTY):
        os.makedirs(root + path, 0o755, exist_ok=True)  # noqa: PTH103
    for name in DEVICES:
        _bind(name, root + name, read_only=False)
    for link, target in LINKS.items():
        os.symlink(target, root + link)  # noqa: PTH211
    mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    mount("tmpfs", f"{root}/warm", "tmpfs", MS_NOSUID | MS_NODEV, "size=256m,mode=0700")
    os.makedirs(f"{root}/old")  # noqa: PTH103
    os.chdir(root)
    call("changing the root", "pivot_root", b".", b"old")
    os.chdir("/")
    unmount("/old")
    os.rmdir("/old")  # noqa: PTH106
    mount("", "/", "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def finish_view() -> None:
    """Inside bubblewrap's view: what is missing for a parent of boxes."""
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    mount("tmpfs", WARM, "tmpfs", MS_NOSUID | MS_NODEV, "size=256m,mode=0700")
    _fill_etc("")
    mount("", "/", "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def bubblewrap(view: View) -> list[str]:
    """The command before the interpreter's: the same view, made by bubblewrap.

    The parent keeps its capabilities inside bubblewrap's namespaces; the boxes give them up.
    """
    root = os.geteuid() == 0
    command = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--as-pid-1"]
    command += [] if root else ["--unshare-user"]
    command += ["--cap-add", "ALL", "--new-session", "--perms", "0755", "--size", str(2**24), "--tmpfs", "/"]
    made: set[str] = set()
    for path in (*SYSTEM, *sorted(view.read), *SETTINGS, PROCESSORS):
        if not os.path.lexists(path) or any(path == other or path.startswith(other + "/") for other in made):
            continue
        for parent in reversed(Path(path).parents[:-1]):
            command += ["--perms", "0755", "--dir", str(parent)]
        if os.path.islink(path):  # noqa: PTH114
            command += ["--symlink", os.readlink(path), path]  # noqa: PTH115
        else:
            command += ["--ro-bind", path, path]
            made.add(path)
    for path in view.hide:
        if any(path.startswith(other + "/") for other in made):
            command += (
                ["--size", "4096", "--tmpfs", path]
                if Path(path).is_dir()
                else ["--dev-bind", "/dev/null", path]
            )
    command += ["--proc", "/proc"]
    for folder in EMPTY:
        command += ["--perms", "0755", "--dir", folder]
    # Not with --dev, for which bubblewrap enters a second user namespace and loses its rights over the mounts.
    for name in DEVICES:
        command += ["--dev-bind", name, name]
    for link, target in LINKS.items():
        command += ["--symlink", target, link]
    return [*command, "--chdir", "/"]


def _covered(path: str, root: str) -> bool:
    """Whether a path is there already, because a folder above it is."""
    return os.path.lexists(root + path)


def _repeat(path: str, root: str) -> None:
    """Shows a file or folder at the same place under the new root; a link is repeated as a link."""
    if not os.path.lexists(path):
        return
    os.makedirs(os.path.dirname(root + path), 0o755, exist_ok=True)  # noqa: PTH103, PTH120
    if os.path.islink(path):  # noqa: PTH114
        os.symlink(os.readlink(path), root + path)  # noqa: PTH115, PTH211
    else:
        _bind(path, root + path, read_only=True)


def _bind(source: str, target: str, *, read_only: bool) -> None:
    if os.path.isdir(source):  # noqa: PTH112
        os.makedirs(target, 0o755, exist_ok=True)  # noqa: PTH103
    elif not os.path.exists(target):  # noqa: PTH110
        Path(target).touch()
    mount(source, target, "", MS_BIND | MS_REC)
    if read_only:
        make_read_only(target)


def _mask(root: str, path: str) -> None:
    """Puts nothing in the place of a folder or a file."""
    if stat.S_ISDIR(os.lstat(root + path).st_mode):
        mount("tmpfs", root + path, "tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY, "size=4k,mode=0755")
    else:
        _bind("/dev/null", root + path, read_only=False)


def _fill_etc(root: str) -> None:
    os.makedirs(f"{root}/etc", 0o755, exist_ok=True)  # noqa: PTH103
    user = os.getuid() or SOMEBODY
    texts = {
        "passwd": f"root:x:0:0:root:/root:/bin/sh\nbox:x:{user}:{user}:box:{BOX}/home:/bin/sh\n",
        "group": f"root:x:0:\nbox:x:{user}:\n",
        "hosts": "127.0.0.1 localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    for name, text in texts.items():
        Path(f"{root}/etc/{name}").write_text(text)
