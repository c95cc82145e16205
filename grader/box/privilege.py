"""Who a box runs as, and what it gives up for good before the first byte of a submission: users, rights, numbers."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from .syscalls import (
    CAP_SETPCAP,
    LAST_CAPABILITY,
    PR_CAP_AMBIENT,
    PR_CAP_AMBIENT_CLEAR_ALL,
    PR_CAP_AMBIENT_RAISE,
    PR_CAPBSET_DROP,
    PR_SET_DUMPABLE,
    PR_SET_KEEPCAPS,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    Refused,
    libc,
    permitted_capabilities,
    prctl,
    set_capabilities,
)

SPARE_USERS = range(60001, 65001)


def maps_everyone() -> bool:
    """Whether this user namespace knows the spare users that root can drop to."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        inside, _, count = map(int, line.split())
        if inside <= SPARE_USERS[0] and SPARE_USERS[-1] < inside + count:
            return True
    return False


def spare_user() -> int:
    """A number that is nobody's, so that its processes can be counted; a fresh one for each box."""
    return SPARE_USERS[secrets.randbelow(len(SPARE_USERS))]


def map_only(inside: int, user: int, group: int) -> None:
    """In a new user namespace: only this user, under a number of our choice, and this group exist."""
    try:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{inside} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(text)
    except OSError as error:
        raise Refused(f"mapping the user into its namespace: {error.strerror}") from error


def drop_to(user: int) -> None:
    """From root to a user that owns nothing; capabilities are dropped by `drop_capabilities`."""
    os.setgroups([])
    os.setresgid(user, user, user)
    prctl("keeping capabilities for a moment", PR_SET_KEEPCAPS, 1)
    os.setresuid(user, user, user)


def drop_capabilities(keep: int | None = None) -> None:
    """No capability is held, or this one alone, and none can be gained again."""
    own = libc()
    held = 0 if keep is None else 1 << keep
    own.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    # An ordinary user can drop none from those that may be gained, and gains none either without new privileges.
    if permitted_capabilities() & 1 << CAP_SETPCAP:
        set_capabilities(held | 1 << CAP_SETPCAP, 0)
        for capability in range(LAST_CAPABILITY + 1):
            if capability != keep:
                # Beyond the kernel's last capability the call fails, which is as good as dropped.
                own.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    set_capabilities(held, held)
    if keep is not None:
        prctl("keeping one capability", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, keep)
    prctl("renouncing privileges", PR_SET_NO_NEW_PRIVS, 1)


def recover_identity() -> None:
    """A change of user unties the process from its parent and locks it out of its own /proc: both back."""
    prctl("tying the box to its parent", PR_SET_PDEATHSIG, 9)
    prctl("opening the box's own /proc", PR_SET_DUMPABLE, 1)


def limit_processes(most: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE):
        resource.setrlimit(limit, (0, 0))
