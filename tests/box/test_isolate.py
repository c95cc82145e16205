"""Each tier that this machine offers holds against what hostile code tries; and the canaries would see if it did not."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest

from grader.box import Box, Pool, canaries, isolate, syscalls
from grader.box.parent import Parent, TierRefused
from grader.model import CallError, Ended, GraderFault
from tests.box.conftest import notebook, part

pytestmark = [
    pytest.mark.box,
    pytest.mark.skipif(sys.platform != "linux", reason="the tiers are Linux's"),
]

Opened = Callable[..., AbstractContextManager[Box]]


@pytest.fixture(scope="module", params=isolate.TIERS)
def sealed(request: pytest.FixtureRequest) -> Iterator[Pool]:
    try:
        with Pool(isolation=request.param) as pool:
            yield pool
    except GraderFault as fault:
        pytest.skip(f"this machine does not offer the tier: {fault}")


def value(pool: Pool, *cells: str, **limits: object) -> object:
    """What the notebook leaves in `found`."""
    with pool.open(notebook(*cells), part(**limits)) as box:
        return box.variable("found").value


def says(text: str) -> str:
    """A cell that tries something and leaves in `found` what came of it."""
    indented = "\n".join(f"    {line}" for line in text.splitlines())
    return f"try:\n{indented}\nexcept BaseException as error:\n    found = type(error).__name__ + ': ' + str(error)"


def test_the_tier_in_force_is_the_one_asked_for(sealed: Pool, request: pytest.FixtureRequest) -> None:
    assert sealed.isolation == request.node.callspec.params["sealed"]
    assert value(sealed, "found = 1") == 1


def test_no_process_shows_another_environment(sealed: Pool) -> None:
    found = value(
        sealed,
        "import os, pathlib\nnames = set()",
        "for process in pathlib.Path('/proc').glob('[0-9]*'):\n"
        "    try: entries = (process / 'environ').read_bytes().split(b'\\0')\n"
        "    except OSError: continue\n"
        "    names |= {entry.partition(b'=')[0].decode() for entry in entries if entry}",
        "found = ' '.join(sorted(names))",
    )
    allowed = {"PATH", "HOME", "TMPDIR", "LANG", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "MPLBACKEND"}
    assert set(str(found).split()) - {"PWD"} <= allowed | {
        name for name in os.environ if "NUM_THREADS" in name
    } | {
        "GLIBC_TUNABLES",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
    }


def test_nothing_in_a_box_tells_where_the_grader_lies(
    sealed: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H40: a checkout lies in somebody's home folder; here in one with a name that is looked for."""
    checkout = tmp_path / "home-of-canary" / "box"
    shutil.copytree(Path(isolate.__file__).parent, checkout, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("grader.box.parent.HERE", checkout)
    monkeypatch.chdir(checkout)
    with Pool(isolation=sealed.isolation) as pool:
        found = value(
            pool,
            "import glob, os, sys\nfound = []",
            "for path in glob.glob('/proc/[0-9]*/*') + glob.glob('/proc/self/*'):\n"
            "    if os.path.basename(path) not in ('mem', 'pagemap', 'clear_refs') and os.path.isfile(path):\n"
            "        try: text = open(path, 'rb').read(2**20)\n"
            "        except OSError: continue\n"
            "        if b'of-canary' in text: found.append(path)",
            "links = glob.glob('/proc/[0-9]*/fd/*') + glob.glob('/proc/[0-9]*/*')",
            "found += [link for link in links if os.path.islink(link) and 'of-canary' in os.readlink(link)]",
            "found += [name for name, module in list(sys.modules.items()) if 'of-canary' in str(module)]",
        )
        assert np.size(found) == 0, found
        if pool.isolation != isolate.LANDLOCK:
            assert int(str(value(pool, "import glob\nfound = len(open('/proc/1/cmdline', 'rb').read())"))) > 5


@pytest.mark.parametrize("folder", ["/", "/usr", "/etc", "/dev", "/var/tmp", "/proc/sys/kernel"])
def test_nothing_outside_the_box_can_be_written(sealed: Pool, folder: str) -> None:
    found = str(value(sealed, says(f"open({folder!r} + '/canary', 'w').write('x')\nfound = 'written'")))
    assert found.startswith(("OSError", "PermissionError", "FileNotFoundError")), found


def test_site_packages_and_start_up_files_cannot_be_planted(sealed: Pool) -> None:
    found = str(
        value(
            sealed,
            "import site, sys, pathlib\nfolders = [p for p in sys.path if 'site-packages' in p]",
            says("pathlib.Path(folders[0], 'planted.pth').write_text('import os')\nfound = 'written'"),
        )
    )
    assert found.startswith(("OSError", "PermissionError")), found


def test_the_projects_files_cannot_be_read_or_imported(sealed: Pool) -> None:
    project = Path(__file__).parents[2]
    for path in (project / "reference" / "attention.py", project / "rubrics", project / "pyproject.toml"):
        found = str(
            value(
                sealed,
                says(f"import os\nfound = str(os.stat({str(path)!r}).st_size) + open({str(path)!r}).read()"),
            )
        )
        assert found.startswith(("FileNotFoundError", "PermissionError", "IsADirectoryError")), found
    found = value(
        sealed,
        "import sys\nsys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ not in ('Hidden', 'InMemory')]",
        says(f"sys.path.insert(0, {str(project)!r})\nimport reference.attention\nfound = 'imported'"),
    )
    assert str(found).startswith(("ModuleNotFoundError", "ImportError", "PermissionError")), found


def test_the_network_is_out_of_reach(sealed: Pool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        found = value(
            sealed,
            "import socket\nfound = []",
            f"tries = [(2, 1, 0, 0), (2, 1, 0, 0x20000000), (2, 1, 262, 0), (2, 2, 0, 0), (10, 1, 0, 0), (40, 1, 0, 0),"
            f" (16, 3, 0, 0), (17, 3, 0, 0)]\naddress = ('127.0.0.1', {port})",
            "for family, kind, protocol, flags in tries:\n"
            "    try:\n"
            "        made = socket.socket(family, kind, protocol)\n"
            "        made.settimeout(1)\n"
            "        made.sendto(b'x', flags, address) if flags or kind == 2 else made.connect(address)\n"
            "        found.append((family, kind, protocol, flags))\n"
            "    except (OSError, TypeError):\n"
            "        pass",
            "found = [str(one) for one in found]",
        )
        assert np.size(found) == 0
        with pytest.raises(TimeoutError):
            listener.accept()


def test_sockets_of_the_machine_are_out_of_reach(sealed: Pool, tmp_path: Path) -> None:
    abstract = f"\0canary-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as named, socket.socket(socket.AF_UNIX) as unnamed:
        named.bind(str(tmp_path / "s"))
        (tmp_path / "s").chmod(0o777)
        unnamed.bind(abstract)
        named.listen()
        unnamed.listen()
        for address in (str(tmp_path / "s"), abstract):
            found = value(
                sealed, says(f"import socket\nsocket.socket(1).connect({address!r})\nfound = 'connected'")
            )
            assert found != "connected"


def test_processes_are_limited_and_none_survives(sealed: Pool) -> None:
    forks = (
        "import os, time\nchildren = []\n"
        "try:\n    for _ in range(300):\n        child = os.fork()\n        if child == 0:\n            time.sleep(60)\n"
        "            os._exit(0)\n        children.append(child)\nexcept BlockingIOError: pass\ntime.sleep(1)"
    )
    with sealed.open(notebook(forks, "found = len(children)"), part(processes=40)) as box:
        if box.execution.ended is Ended.FINISHED:
            assert 5 <= int(str(box.variable("found").value)) <= 40
        else:
            # Where the limit counts all that the user runs, the watchdog counts the box.
            assert (sealed.isolation, os.geteuid() == 0) == (isolate.LANDLOCK, False)
            assert box.execution.says == "cell 1 started more than 40 processes"


def test_a_daemon_that_leaves_its_session_does_not_survive(sealed: Pool) -> None:
    mark = f"canary-{os.getpid()}-{time.monotonic_ns()}"
    value(
        sealed,
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        f"        os.execv('/bin/sh', ['/bin/sh', '-c', 'while true; do sleep 0.01; done; : {mark}'])\n    os._exit(0)",
        "time.sleep(0.1)\nfound = 1",
    )
    running = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark.encode() in _read(path)]
    assert running == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_graders_process_cannot_be_touched(sealed: Pool) -> None:
    pid = os.getpid()
    found = value(
        sealed,
        "import os, ctypes\nfound = []\nlibc = ctypes.CDLL(None, use_errno=True)",
        f"pid = {pid}\nown = {{os.getpid(), os.getppid()}} | {{int(p) for p in os.listdir('/proc') if p.isdigit()}} "
        "if os.access('/proc', os.R_OK) else {os.getpid()}",
        "if pid not in own:\n    try:\n        os.kill(pid, 0)\n        found.append('signalled')\n    except OSError: pass\n"
        "    try:\n        open(f'/proc/{pid}/mem', 'rb')\n        found.append('opened')\n    except OSError: pass",
        "buffer = ctypes.create_string_buffer(16)\n"
        "vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 16)\n"
        "if libc.process_vm_readv(os.getpid(), vector, 1, vector, 1, 0) >= 0: found.append('process_vm_readv')\n"
        "if libc.ptrace(16, pid, 0, 0) == 0: found.append('ptrace')",
    )
    assert np.size(found) == 0, found


@pytest.mark.parametrize(
    "attempt",
    [
        "libc.unshare(0x10000000)",
        "libc.unshare(0x00020000)",
        "libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None)",
        "libc.syscall(321, 0, 0, 0)",
        "libc.syscall(425, 8, ctypes.create_string_buffer(120))",
        "libc.syscall(250, 0, -3, 1)",
        "libc.syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0)",
        "libc.memfd_create(b'x', 0)",
        "libc.shmget(1234, 4096, 0o1600)",
        "libc.semget(1234, 1, 0o1600)",
        "libc.msgget(1234, 0o1600)",
        "libc.mq_open(b'/canary', 0o102, 0o600, None)",
        "libc.chroot(b'/tmp')",
        "libc.personality(0x0040000)",
        "libc.setuid(0)",
        "libc.ioctl(0, 0x5412, b'x')",
    ],
)
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86-64")
def test_calls_that_nobody_needs_are_refused(sealed: Pool, attempt: str) -> None:
    found = value(sealed, f"import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nfound = {attempt}")
    assert int(str(found)) == -1


def test_no_privilege_is_held_and_setuid_programs_have_no_effect(sealed: Pool) -> None:
    found = str(value(sealed, "import os\nfound = f'{os.getuid()} {os.geteuid()}'"))
    assert "0" not in found.split()
    found = value(
        sealed,
        "import subprocess\nfound = subprocess.run(['su', '-c', 'id -u'], capture_output=True, text=True, stdin=-3).stdout",
    )
    assert found != "0\n"


def test_disk_is_limited(sealed: Pool) -> None:
    fill = (
        "import os\ntry:\n    for name in range(64):\n        with open(f'f{name}', 'wb') as file: file.write(b'x' * 2**20)\n"
        "        os.fsync\nexcept OSError: pass"
    )
    with sealed.open(
        notebook("x = 1", fill, "import time\ntime.sleep(1.2)", "y = 1"), part(disk_bytes=2**24)
    ) as box:
        if box.execution.ended is Ended.FINISHED:
            assert sealed.isolation != isolate.LANDLOCK
        else:
            assert (box.execution.ended, box.execution.cell) in {(Ended.DIED, 1), (Ended.DIED, 2)}
            assert "wrote more than" in box.execution.says
        assert box.variable("x").value == 1


def test_the_number_of_files_is_limited(sealed: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """H32: empty files take no room and fill a disk all the same."""
    monkeypatch.setattr(isolate, "INODES", 1000)
    fill = "import os, time\nfor name in range(3000):\n    os.close(os.open(f'f{name}', os.O_CREAT))\ntime.sleep(1.2)"
    with sealed.open(notebook("x = 1", fill, "y = 1"), part()) as box:
        assert (box.execution.ended, box.execution.cell) in {(Ended.RAISED, 1), (Ended.DIED, 1)}
        assert "No space left" in box.execution.says or "too many of them" in box.execution.says
        assert box.variable("x").value == 1


def test_shared_memory_is_the_boxs_own_and_gone_afterwards(sealed: Pool) -> None:
    name = f"canary-{os.getpid()}-{time.monotonic_ns()}"
    leave = f"open('/dev/shm/{name}', 'w').write('x')\nfound = 'left'"
    assert value(sealed, says(leave)) == "left"
    left = Path("/dev/shm", name)
    # The parent clears up while the next box may already be asked for.
    end = time.monotonic() + 5
    while left.exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert not left.exists()
    assert value(sealed, f"import os\nfound = os.path.exists('/dev/shm/{name}')") is False


def test_what_honest_notebooks_need_works(sealed: Pool) -> None:
    with sealed.open(
        notebook(
            "import subprocess, sys, tempfile, multiprocessing, threading, socket, os, pwd\nimport numpy as np",
            "said = !python -c 'print(6 * 7)'",
            "tempfile.NamedTemporaryFile().write(b'x')\nopen('notes.txt', 'w').write('hello')",
            "with multiprocessing.get_context('fork').Pool(2) as workers:\n    squares = workers.map(abs, [-1, 2, -3])",
            "thread = threading.Thread(target=lambda: results.append(1))\nresults = []\nthread.start(); thread.join()",
            "home = os.path.expanduser('~')\nopen(home + '/x', 'w').write('x')",
            "import sqlite3, ssl, json, zoneinfo, decimal",
            "rows = np.random.default_rng(0).random((50, 50)) @ np.ones((50, 2))",
        ),
        part(),
    ) as box:
        assert box.execution.ended is Ended.FINISHED, box.execution.says
        assert box.variable("said").value == ("42",)
        np.testing.assert_array_equal(box.variable("squares").value, [1, 2, 3])
        np.testing.assert_array_equal(box.variable("results").value, [1])


def test_torch_with_workers_works_in_every_tier(request: pytest.FixtureRequest) -> None:
    for tier in isolate.TIERS:
        try:
            pool = Pool(imports=("torch",), isolation=tier).__enter__()
        except GraderFault:
            continue
        try:
            with pool.open(
                notebook(
                    "import torch\nfrom torch.utils.data import DataLoader, TensorDataset",
                    "data = TensorDataset(torch.arange(64.).reshape(32, 2))",
                    "found = sum(float(batch[0].sum()) for batch in DataLoader(data, batch_size=8, num_workers=2))",
                    "net = torch.nn.Linear(2, 1)\noptimiser = torch.optim.Adam(net.parameters())\n"
                    "net(torch.ones(4, 2)).sum().backward()\noptimiser.step()",
                ),
                part(cell_seconds=30.0),
            ) as box:
                assert box.execution.ended is Ended.FINISHED, f"{tier}: {box.execution.says}"
                assert box.variable("found").value == 2016
        finally:
            pool.__exit__(None, None, None)


def in_a_thread(call: Callable[[], object]) -> object:
    """What the call gives in a thread that has ended: what is tied to its starter is tied to that thread."""
    given: list[object] = []
    thread = threading.Thread(target=lambda: given.append(call()))
    thread.start()
    thread.join()
    time.sleep(0.2)
    return given[0]


def test_pools_and_boxes_outlive_the_thread_that_opened_them(sealed: Pool) -> None:
    pool = Pool(isolation=sealed.isolation)
    in_a_thread(pool.__enter__)
    with pool.open(notebook("def f(): return 5"), part()) as box:
        assert box.call("f").value == 5
    opened = pool.open(notebook("def f(): return 6"), part())
    box = in_a_thread(opened.__enter__)
    assert isinstance(box, Box)
    assert box.call("f").value == 6
    opened.__exit__(None, None, None)
    pool.__exit__(None, None, None)


def test_an_interpreter_below_a_private_folder_is_in_a_boxs_reach(sealed: Pool, tmp_path: Path) -> None:
    """A virtual environment is not self-contained, and the folders above it may be closed to all but their owner."""
    private = tmp_path / "private"
    private.mkdir(0o700)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(private / "venv")], check=True)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    code = (
        "import sys\nfrom grader.box import Pool\nfrom tests.box.conftest import notebook, part\n"
        f"with Pool(isolation={sealed.isolation!r}) as pool:\n"
        "    with pool.open(notebook('import sys, numpy, mpmath\\nfound = sys.executable'), part()) as box:\n"
        "        print(box.variable('found').value)"
    )
    done = subprocess.run(
        [str(private / "venv" / "bin" / "python"), "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), packages])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == str(private / "venv" / "bin" / "python"), done.stderr


def test_killing_everything_in_sight_costs_the_students_own_run_only(sealed: Pool) -> None:
    kill = (
        "import os, signal\nfor pid in [os.getppid(), *range(1, 400)]:\n    if pid != os.getpid():\n"
        "        try: os.kill(pid, signal.SIGKILL)\n        except OSError: pass"
    )
    with sealed.open(notebook("x = 1", kill, "y = 1"), part()) as box:
        assert box.variable("x").value == 1
    assert value(sealed, "found = 2") == 2


def test_a_long_name_of_the_temporary_folder_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with Pool(isolation=isolate.NONE) as pool:
        assert value(pool, "found = 2") == 2


@pytest.fixture
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="s", dir="/tmp") as folder:
        yield Path(folder)


def test_the_starter_of_boxes_dies_with_the_grader(short_folder: Path) -> None:
    tmp_path = short_folder
    script = tmp_path / "grade.py"
    script.write_text(
        "import sys, time\nfrom grader.box import Pool\nwith Pool() as pool:\n    print(pool.isolation, flush=True)\n    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 5
    while _starters(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _starters(tmp_path) == []


def _starters(folder: Path) -> list[str]:
    return [
        path.parent.name
        for path in Path("/proc").glob("[0-9]*/environ")
        if str(folder).encode() in _read(path)
    ]


def test_the_grader_keeps_its_memory_to_itself(sealed: Pool) -> None:
    assert sealed.isolation
    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0


# The proof itself


def bait(tmp_path: Path) -> dict[str, object]:
    (tmp_path / "canary").write_text("x")
    return {
        "file": str(tmp_path / "canary"),
        "folder": str(tmp_path),
        "socket": str(tmp_path / "socket"),
        "abstract": f"canary-{os.getpid()}",
        "port": 9,
        "pid": 0,
        "processes": 8,
        "environment": [],
        "salt": "",
        "code": str(Path(sys.executable).parent),
        "tolerated": 0,
    }


@pytest.mark.parametrize(
    ("attempt", "says"),
    [
        (canaries.reads_a_file, "could be read"),
        (canaries.writes_outside, "could be written to"),
        (canaries.learns_where_the_grader_lies, "tells where the grader lies"),
        (canaries.opens_forbidden_sockets, "could be opened"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_canary_sings_where_nothing_is_sealed(
    attempt: Callable[[dict[str, object]], str], says: str, tmp_path: Path
) -> None:
    assert says in attempt(bait(tmp_path))


def test_the_canary_for_processes_sings_where_nothing_is_sealed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert "could be signalled" in canaries.reaches_a_process(bait(tmp_path) | {"pid": process.pid})


def test_the_canaries_for_sockets_sing_where_nothing_is_sealed(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as network,
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_UNIX) as unnamed,
    ):
        lure = bait(tmp_path) | {"port": network.getsockname()[1]}
        named.bind(str(lure["socket"]))
        named.listen()
        assert "in the file system" in canaries.reaches_a_socket(lure)
        Path(str(lure["socket"])).unlink()
        unnamed.bind("\0" + str(lure["abstract"]))
        unnamed.listen()
        assert "without a file" in canaries.reaches_a_socket(lure)
        assert "TCP connection" in canaries.reaches_the_network(lure)


def test_a_tier_that_does_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The seal is taken away behind the grader's back: the trial box gets out, so nothing is run."""
    source = tmp_path / "box"
    shutil.copytree(Path(isolate.__file__).parent, source, ignore=shutil.ignore_patterns("__pycache__"))
    broken = (source / "isolate.py").read_text().replace("filter_calls(connect=True)", "pass")
    (source / "isolate.py").write_text(broken)
    monkeypatch.setattr("grader.box.parent.HERE", source)
    with pytest.raises(TierRefused, match="could be opened"):
        Parent(isolate.NAMESPACES, (), tmp_path, warm=True)


def test_where_nothing_proves_itself_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(tier: str, *_: object) -> Parent:
        raise TierRefused(f"no {tier} here")

    monkeypatch.setattr("grader.box.pool.Parent", refuse)
    with pytest.raises(GraderFault, match="none-i-trust-this-code") as caught, Pool():
        pass
    for tier in isolate.TIERS:
        assert f"{tier}: no {tier} here" in str(caught.value)


def test_no_weaker_tier_is_taken_than_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def refuse(tier: str, *_: object) -> Parent:
        tried.append(tier)
        raise TierRefused("no")

    monkeypatch.setattr("grader.box.pool.Parent", refuse)
    with pytest.raises(GraderFault), Pool(isolation="bwrap"):
        pass
    assert tried == ["bwrap"]


def test_an_unknown_tier_is_a_wrong_call() -> None:
    with pytest.raises(CallError, match="is none of namespaces, bwrap, landlock"):
        Pool(isolation="sandbox")


def test_a_missing_bubblewrap_is_a_refused_tier(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        "grader.box.parent._environment", lambda folder: {"PATH": str(tmp_path), "HOME": str(folder)}
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TierRefused):
        Parent(isolate.BWRAP, (), tmp_path, warm=True)


def test_a_box_that_ends_before_it_stands_is_our_fault(sealed: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission is handed over only to a box that has said that it stands."""
    request: dict[str, object] = {}
    fork = sealed.fork

    def forked(wanted: dict[str, object], files: object) -> object:
        request.update(wanted)
        return fork(wanted | {"disk_bytes": "no number"}, files)  # type: ignore[arg-type]

    monkeypatch.setattr(sealed, "fork", forked)
    if sealed.isolation == isolate.LANDLOCK:
        pytest.skip("this tier does not size a disk when it closes a box in")
    with pytest.raises(GraderFault, match="could not be started"), sealed.open(notebook("x = 1"), part()):
        pass


# The filter


def test_the_filter_is_a_whole_program() -> None:
    code = syscalls.call_filter(connect=True)
    assert len(code) % 8 == 0
    assert len(code) < len(syscalls.call_filter(connect=False))
