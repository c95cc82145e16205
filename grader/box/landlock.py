"""Landlock: which files a process and its children may touch, on kernels where namespaces are refused.

What Landlock does not guard (connecting to sockets in the file system, most of the network) is closed by the system
call filter.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Sequence

from .syscalls import Refused, call, libc, number

# The first version that guards truncation.
OLDEST = 3
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_FILE, MAKE_FILE = 1, 2, 4, 8, 32, 256
FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
TRUNCATE, DEVICE_CONTROL = 1 << 14, 1 << 15


def version() -> int:
    """The newest version of Landlock that this kernel knows; 0 or less without it."""
    return int(libc().syscall(number("landlock_create_ruleset"), None, 0, 1))


class Rules:
    """One set of rules, from its making to the moment it holds."""

    def __init__(self) -> None:
        known_here = version()
        if known_here < OLDEST:
            raise Refused(f"Landlock version {max(known_here, 0)} is too old ({OLDEST} is needed: Linux 6.2)")
        self._files = FILES[max(known for known in FILES if known <= known_here)]
        network = 3 if known_here >= 4 else 0  # bind and connect over TCP
        scoped = 3 if known_here >= 6 else 0  # abstract sockets and signals
        fields = [self._files, network, scoped][: 1 + (known_here >= 4) + (known_here >= 6)]
        attributes = struct.pack(f"{len(fields)}Q", *fields)
        self._set = call("making Landlock rules", "landlock_create_ruleset", attributes, len(attributes), 0)

    def readable(self, path: str, hide: Sequence[str]) -> None:
        """A file, or a folder with all below it but what is hidden."""
        within = [hidden for hidden in hide if hidden.startswith(path.rstrip("/") + "/")]
        if not within:
            self._allow(path, EXECUTE | READ_FILE | READ_DIR)
            return
        self._allow(path, READ_DIR)
        for name in os.listdir(path):  # noqa: PTH208
            below = f"{path.rstrip('/')}/{name}"
            # A link could lead round what is hidden; where it leads is allowed by its own name, or not at all.
            if below not in within and not os.path.islink(below):  # noqa: PTH114 - hundreds of names
                self.readable(below, within)

    def writable(self, path: str) -> None:
        """A folder with everything below it."""
        self._allow(path, self._files)

    def unlisted(self, path: str) -> None:
        """A folder whose files can be made and opened by name, but not listed."""
        self._allow(path, READ_FILE | WRITE_FILE | REMOVE_FILE | MAKE_FILE | TRUNCATE)

    def device(self, path: str) -> None:
        """A device that can be read and written."""
        self._allow(path, READ_FILE | WRITE_FILE | TRUNCATE | DEVICE_CONTROL)

    def _allow(self, path: str, rights: int) -> None:
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE | DEVICE_CONTROL
        attributes = struct.pack("=Qi", rights & self._files, fd)
        call(f"allowing {path}", "landlock_add_rule", self._set, 1, attributes, 0)
        os.close(fd)

    def enforce(self) -> None:
        """From now on the rules hold, for this process and all that come from it."""
        call("enforcing Landlock rules", "landlock_restrict_self", self._set, 0)
        os.close(self._set)
