"""What runs in a box beside the student's code: nbclient drives the notebook, a real kernel executes it.

Two processes. The *driver* (this file) reads the notebook's cells from the line, forks the kernel, has nbclient send
it one cell after the other and tells the grader where it is. The *kernel* (`kernel.py`) is a fork of the warm image
with the student's code in it; after the last cell it answers calls on the line itself.

Nothing that either of them says is believed: the grader has its own clock, its own kill and its own comparison.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import json
import os
import secrets
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from . import frames, watch

READY_SECONDS = 60.0
IOPUB_SECONDS = 2
ALWAYS = (
    "numpy.fft",
    "numpy.random",
    "nbformat",
    "nbclient",
    "jupyter_client.asynchronous",
    "zmq.asyncio",
    "tornado.platform.asyncio",
    "ipykernel.kernelapp",
    # What the first cell, the first exception, the first plot and the first shell command would import.
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magic_arguments",
    "IPython.core.magics.ast_mod",
    "IPython.core.magics.execution",
    "IPython.core.magics.pylab",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "IPython.utils.module_paths",
    "pexpect",
    "pygments.formatters.terminal256",
    "stack_data",
)
ALONG = {
    "matplotlib": (
        "matplotlib.pyplot",
        "matplotlib.backends.backend_agg",
        "matplotlib_inline.backend_inline",
        "PIL.BmpImagePlugin",
        "PIL.GifImagePlugin",
        "PIL.JpegImagePlugin",
        "PIL.PngImagePlugin",
        "PIL.PpmImagePlugin",
    ),
    "sklearn": ("sklearn.neighbors",),
    # The first optimiser step and the first dispatch mode import torch._dynamo, which takes more than a second.
    "torch": ("torch._dynamo", "torch._subclasses.schema_check_mode", "torch.utils.data"),
}


def preload(wanted: list[str]) -> dict[str, str]:
    """Imports what notebooks import and what a kernel needs; returns what could not be imported, and why."""
    # The kernel's debugger costs 0.15 s at each start and would open a listening socket.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # None makes the import fail
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]
    failures: dict[str, str] = {}
    along = [extra for name in wanted for extra in ALONG.get(name.partition(".")[0], ())]
    for name in (*ALWAYS, *wanted, *along):
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - whatever an import raises is told to the grader
            failures[name] = f"{type(error).__name__}: {error}"
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    return failures


def live(line: int, files: dict[str, int], seal: Any, scratch: str, request: dict[str, Any]) -> NoReturn:
    """The whole life of a box, from before it is sealed; never returns."""
    talk = socket.socket(fileno=line)
    try:
        gc.enable()
        # Read here, because a sealed box may not be able to.
        request["data_bytes"] = watch.data_bytes()
        folders = _furnish(seal.close_in(scratch, request), files)
    except Exception as error:  # noqa: BLE001 - no student's code has run yet: told as our fault
        send(talk, {"event": "fault", "says": f"{type(error).__name__}: {error}"})
        os._exit(74)
    send(talk, {"event": "ready"})
    steps = json.loads(bytes(receive(talk).blob))
    kernel = importlib.import_module("box.kernel")
    connection = kernel.Connection(str(folders["run"] / "k"), secrets.token_hex(16).encode())
    started, starting = os.pipe()
    driver = os.getpid()
    pid = os.fork()
    if pid == 0:
        watch.end_with(driver)
        os.close(started)
        kernel.main(connection, talk, starting, steps, request, seal)
    os.close(starting)
    code = asyncio.run(_drive(pid, connection, talk, started, steps, request))
    os._exit(code)


def _furnish(scratch: str, files: dict[str, int]) -> dict[str, Path]:
    """Puts the rubric's files into the box's work folder and makes that the current one."""
    folders = {name: Path(scratch) / name for name in ("work", "home", "tmp", "run")}
    for name, source in files.items():
        with os.fdopen(source, "rb") as reading, (folders["work"] / name).open("wb") as writing:
            while block := reading.read(2**20):
                writing.write(block)
    os.environ.update(
        HOME=str(folders["home"]),
        TMPDIR=str(folders["tmp"]),
        IPYTHONDIR=str(folders["home"] / ".ipython"),
        MPLCONFIGDIR=str(folders["home"] / "matplotlib"),
        TORCHINDUCTOR_CACHE_DIR=str(folders["tmp"] / "torchinductor"),
        PWD=str(folders["work"]),
    )
    tempfile.tempdir = None
    os.chdir(folders["work"])
    return folders


def send(talk: socket.socket, header: dict[str, Any], blob: bytes | bytearray = b"") -> None:
    """One frame to the grader."""
    talk.sendall(frames.packed(frames.Frame(header, blob)))


def receive(talk: socket.socket) -> frames.Frame:
    """One frame from the grader; EOFError when it is gone."""
    header, blob = frames.LENGTHS.unpack(_exactly(talk, frames.LENGTHS.size))
    return frames.unpacked(_exactly(talk, header), _exactly(talk, blob))


def _exactly(talk: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        received = talk.recv_into(view)
        if not received:
            raise EOFError("the grader closed the line")
        view = view[received:]
    return data


async def _drive(
    kernel_pid: int,
    connection: Any,
    talk: socket.socket,
    started: int,
    steps: list[tuple[int, str]],
    request: dict[str, Any],
) -> int:
    """Runs the cells, then waits for the kernel's end; returns the code to exit with."""
    loop = asyncio.get_running_loop()
    gone: asyncio.Future[int] = loop.create_future()

    def reap() -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == kernel_pid and not gone.done():
                    gone.set_result(status)

    loop.add_signal_handler(signal.SIGCHLD, reap)
    reap()
    # Made while the kernel starts: it takes as long as the kernel does.
    run = _Run(kernel_pid, connection, talk, steps, request["output_bytes"], gone)
    if not await _kernel_ready(loop, started, gone):
        await asyncio.wait({gone}, timeout=1.0)
        how = f"ended with {os.waitstatus_to_exitcode(gone.result())}" if gone.done() else "gave no sign"
        send(talk, {"event": "fault", "says": f"the kernel {how} before it was ready"})
        return 71
    try:
        await run.through()
    finally:
        run.leave()
    status = await gone
    return os.waitstatus_to_exitcode(status) & 0xFF


async def _kernel_ready(loop: asyncio.AbstractEventLoop, started: int, gone: asyncio.Future[int]) -> bool:
    """Waits for the kernel's word that its sockets are bound: a client that is too early retries after 0.1 s."""
    ready: asyncio.Future[bool] = loop.create_future()

    def read() -> None:
        if not ready.done():
            ready.set_result(bool(os.read(started, 1)))

    loop.add_reader(started, read)
    ends: set[asyncio.Future[Any]] = {ready, gone}
    await asyncio.wait(ends, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    loop.remove_reader(started)
    os.close(started)
    return ready.done() and ready.result()


class _Run:
    """One pass through a notebook."""

    def __init__(
        self,
        kernel_pid: int,
        connection: Any,
        talk: socket.socket,
        steps: list[tuple[int, str]],
        output_bytes: int,
        gone: asyncio.Future[int],
    ) -> None:
        from jupyter_client.asynchronous import AsyncKernelClient
        from nbclient import NotebookClient
        from nbformat import NotebookNode

        def cell(source: str) -> Any:
            return NotebookNode(cell_type="code", source=source, metadata=NotebookNode(), outputs=[])

        self.kernel_pid = kernel_pid
        self.talk = talk
        self.steps = steps
        self.gone = gone
        self.told = 0
        self.stopped = False
        self.output_bytes = output_bytes
        self.kernel_client = AsyncKernelClient(**connection.sockets())
        self.kernel_client.session.key = connection.key
        notebook = NotebookNode(cells=[cell(source) for _, source in steps], metadata=NotebookNode())
        count = self.count

        class Client(NotebookClient):
            def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
                count(msg)
                if msg["msg_type"] in {
                    "stream",
                    "display_data",
                    "execute_result",
                    "update_display_data",
                    "error",
                }:
                    return None
                return super().process_message(msg, cell, cell_index)

        self.client = Client(
            notebook, timeout=None, allow_errors=True, iopub_timeout=IOPUB_SECONDS, store_widget_state=False
        )
        self.client.skip_cells_with_tag = ""
        self.client.kc = self.kernel_client

    def count(self, msg: dict[str, Any]) -> None:
        """Adds up what the notebook prints and shows; nothing of it is kept."""
        if self.output_bytes <= 0:
            return
        content = msg["content"]
        self.output_bytes -= len(content.get("text", "")) + sum(map(_size, content.get("data", {}).values()))
        if self.output_bytes <= 0:
            send(self.talk, {"event": "output"})

    async def through(self) -> None:
        """Runs each cell; a cell that raises does not stop the next."""
        from nbclient.exceptions import DeadKernelError

        loop = asyncio.get_running_loop()
        self.gone.add_done_callback(self.died)
        self.kernel_client.start_channels(True, True, True, False, False)
        self.kernel_client.allow_stdin = False
        if not await self.connected():
            return
        loop.add_reader(self.talk.fileno(), self.heed)
        try:
            for position, (index, _) in enumerate(self.steps):
                if self.stopped or self.gone.done():
                    break
                send(self.talk, {"event": "cell", "index": index})
                await self.client.async_execute_cell(self.client.nb.cells[position], position)
        except DeadKernelError:
            pass
        finally:
            loop.remove_reader(self.talk.fileno())
        if self.gone.done():
            send(self.talk, {"event": "died", "code": os.waitstatus_to_exitcode(self.gone.result())})
            return
        self.kernel_client.shell_channel.send(self.kernel_client.session.msg("serve_request", {}))

    async def connected(self) -> bool:
        """Whether the kernel answers; its first word on the output channel comes before any cell is sent."""
        self.kernel_client.kernel_info()
        while not self.gone.done():
            replies = [
                asyncio.ensure_future(self.kernel_client.get_shell_msg()),
                asyncio.ensure_future(self.kernel_client.get_iopub_msg()),
            ]
            await asyncio.wait({*replies, self.gone}, return_when=asyncio.FIRST_COMPLETED)
            done, _ = await asyncio.wait(replies, timeout=0.2)
            for reply in replies:
                reply.cancel()
            if len(done) == len(replies):
                return True
            self.kernel_client.kernel_info()
        return False

    def died(self, _: asyncio.Future[int]) -> None:
        """At once, where nbclient itself would look once a second."""
        waiting = self.client.task_poll_for_reply
        if waiting is not None:
            waiting.cancel()

    def heed(self) -> None:
        """The only word that the grader sends during the run: stop."""
        try:
            receive(self.talk)
        except (EOFError, OSError):
            os._exit(72)
        self.stopped = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.kernel_pid, signal.SIGINT)

    def leave(self) -> None:
        """Stops listening to the kernel; what it prints from now on is dropped."""
        self.kernel_client.stop_channels()


def _size(data: Any) -> int:
    return len(data) if isinstance(data, str | bytes) else len(repr(data))
