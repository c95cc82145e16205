"""The process with the student's code in it: a real ipykernel that is a fork of the warm image.

It runs the cells that the driver sends, then serves calls by name on the line, in its main thread.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn
from unittest import mock

import numpy as np
from ipykernel import ipkernel, kernelapp
from ipykernel.compiler import get_file_name
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets import Type
from traitlets.config import Config

from .calls import Server
from .inside import send
from .sentences import sentence

ROOM_BYTES = 2**28


@dataclass(frozen=True)
class Connection:
    """Where the kernel's sockets lie (a path to which a number is added) and the key that signs its messages."""

    path: str
    key: bytes

    def sockets(self) -> dict[str, Any]:
        """The connection in Jupyter's words."""
        ports = {f"{name}_port": i for i, name in enumerate(("shell", "iopub", "stdin", "hb", "control"), 1)}
        return {"transport": "ipc", "ip": self.path, **ports}


def _without_pipe(socket: Any, pipe: bool = False, session: Any = False) -> IOPubThread:  # noqa: ARG001
    """An output thread that takes nothing from subprocesses: their pipe would be a TCP socket."""
    return IOPubThread(socket, pipe=False, session=session)


kernelapp.IOPubThread = _without_pipe


class Kernel(IPythonKernel):  # type: ignore[misc]  # ipykernel ships no types
    """ipykernel's kernel, which also says in a sentence what a cell raised, and can be asked to serve calls."""

    def __init__(self, **keywords: Any) -> None:
        # For its debugger, which is not there, ipykernel lists the files of all modules. There are thousands, and
        # looking at each copies its page of memory.
        none = SimpleNamespace(**{**vars(sys), "modules": {}})
        with mock.patch.object(ipkernel, "sys", none):
            super().__init__(**keywords)
        self.error: BaseException | None = None
        self.process = os.getpid()
        self.shell_handlers["serve_request"] = self.serve_request
        self.shell.events.register("post_run_cell", self.cell_ran)

    def cell_ran(self, result: Any) -> None:
        """Remembers what the last cell raised. A process that the cell forked, and that comes to its end too, ends."""
        if os.getpid() != self.process:
            os._exit(0)
        self.error = result.error_before_exec or result.error_in_exec

    async def do_execute(self, *arguments: Any, **keywords: Any) -> Any:
        """Runs a cell and tells the grader what it raised, if it did."""
        reply = await super().do_execute(*arguments, **keywords)
        if reply["status"] == "error" and self.error is not None:
            self.parent.told(self.error)
        return reply

    async def serve_request(self, *_: Any) -> None:
        """From now on the main thread answers calls; it never comes back to the notebook."""
        self.parent.serve()


class App(IPKernelApp):  # type: ignore[misc]  # likewise
    """ipykernel's application without a heartbeat: the driver is the kernel's parent and sees it end."""

    kernel_class = Type(Kernel)
    line: socket.socket
    cells: dict[str, tuple[int, list[str]]]
    current: int
    call_output_bytes: int

    def init_heartbeat(self) -> None:
        """None is needed."""

    def init_crash_handler(self) -> None:
        """None is needed: nobody reads this process's standard error."""

    def _configure_logging(self) -> None:
        """Nothing is logged, so nothing is set up for it."""

    def init_path(self) -> None:
        """A notebook imports what it wrote beside itself; IPython forgets that folder in an isolated interpreter."""
        library = (
            i for i, name in enumerate(sys.path) if Path(name).name in {"site-packages", "dist-packages"}
        )
        sys.path.insert(next(library, len(sys.path)), "")

    def init_pdb(self) -> None:
        """None is needed: nobody could type into a debugger."""

    def parse_command_line(self, argv: Any = None) -> None:
        """There is no command line."""

    def load_config_file(self, suppress_errors: Any = None) -> None:
        """There is no file: what is configured is said in `_app`."""

    def told(self, error: BaseException) -> None:
        """Sends what a cell raised."""
        send(self.line, {"event": "raised", "says": sentence(error, self.cells)})

    def serve(self) -> NoReturn:
        """Answers calls until the grader closes the line."""
        server = Server(self.line, self.kernel.shell.user_ns, self.cells, self.call_output_bytes)
        try:
            server.serve()
        finally:
            os._exit(0)


def main(
    connection: Connection,
    line: socket.socket,
    starting: int,
    steps: list[tuple[int, str]],
    request: dict[str, Any],
    seal: Any,
) -> NoReturn:
    """Becomes the kernel; never returns."""
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _reseed(request["seed"])
        # A forked worker (multiprocessing, DataLoader) has none of our threads, so it must not print through them.
        os.register_at_fork(after_in_child=_print_nowhere)
        app = _app(connection)
        app.line = line
        app.cells = {get_file_name(source): (index, source.splitlines()) for index, source in reversed(steps)}
        app.call_output_bytes = request["output_bytes"]
        app.initialize([])
        app.kernel.shell.user_ns.update(exit=_exit, quit=_exit)
        _limit(request)
        if seal.close_kernel():
            _share_by_copying()
        os.write(starting, b"r")
        os.close(starting)
    except Exception as error:  # noqa: BLE001 - no student's code has run yet: told as our fault
        send(line, {"event": "fault", "says": f"the kernel did not start: {sentence(error, {})}"})
        os._exit(73)
    try:
        app.start()
    finally:
        os._exit(0)


def _app(connection: Connection) -> App:
    config = Config()
    config.HistoryManager.enabled = False
    config.IPKernelApp.capture_fd_output = False
    config.InteractiveShell.colors = "nocolor"
    # Nobody reads the traceback that IPython prints; the sentence for the student is made from the exception itself.
    config.InteractiveShell.xmode = "Minimal"
    config.Session.key = connection.key
    app: App = App.instance(
        config=config,
        log_level=50,
        parent_handle=0,
        connection_file=f"{connection.path}.json",
        **connection.sockets(),
    )
    return app


def _exit(code: object = None) -> NoReturn:
    """`exit()` and `quit()` end the cell, as `sys.exit()` does, and not the kernel."""
    raise SystemExit(code)


def _reseed(seed: int) -> None:
    """Every fork would otherwise start from the parent's random state."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - it is the global state that students use
    torch = sys.modules.get("torch")
    if torch is not None:
        # `torch.manual_seed` also leaves word, with a formatted stack, for accelerators, which a box does not have.
        torch.default_generator.manual_seed(seed)


def _limit(request: dict[str, Any]) -> None:
    """The courtesy limits: they raise in the student's code where the grader's own would kill."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = max(request["memory_bytes"], request["data_bytes"] + ROOM_BYTES)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (request["disk_bytes"], request["disk_bytes"]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))


def _share_by_copying() -> None:
    """A DataLoader's workers hand tensors over through a socket; where none can be connected, through their pipe."""
    torch = sys.modules.get("torch")
    if torch is None:
        return
    from multiprocessing.reduction import ForkingPickler

    def reduced(tensor: Any) -> Any:
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        return rebuilt_tensor, (flat.view(torch.uint8).numpy(), tensor.dtype, tuple(tensor.shape))

    for kind in (torch.Tensor, torch.nn.Parameter):
        ForkingPickler.register(kind, reduced)


def rebuilt_tensor(raw: Any, dtype: Any, shape: Any) -> Any:
    """A tensor from its bytes, in the process that gets it."""
    return sys.modules["torch"].from_numpy(raw).view(dtype).reshape(shape)


def _print_nowhere() -> None:
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - open for the worker's life
