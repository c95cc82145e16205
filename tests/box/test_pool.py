"""A box runs a real notebook, survives what the notebook does, and answers by name."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest

from grader import model
from grader.box import Box, Pool, SeededGenerator
from grader.box.box import written
from grader.box.run import LENIENCE
from grader.model import Cell, Ended, Problem, StudentFailed
from tests.box.conftest import notebook, part

pytestmark = pytest.mark.box

Opened = Callable[..., AbstractContextManager[Box]]


def failure(box: Box, name: str, *arguments: object) -> StudentFailed:
    with pytest.raises(StudentFailed) as caught:
        box.call(name, *arguments)
    return caught.value


def test_a_real_kernel_runs_the_cells(opened: Opened) -> None:
    with opened(
        "import torch, asyncio\nfrom IPython.display import display, HTML\n%matplotlib inline",
        "await asyncio.sleep(0.01)\nasync def three():\n    return 3\nx = await three()",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()\ndisplay(HTML('<b>hi</b>'))",
        "files = !ls\n%time y = 2 * x\nprint('hello')",
        "%%capture said\nprint('inside')",
        "z = _i1.count('import')",
    ) as box:
        assert box.execution.ended is Ended.FINISHED, box.execution.says
        assert box.execution.cell is None
        assert box.variable("x").value == 3
        assert box.variable("y").value == 6
        assert box.variable("z").value == 2


def test_functions_get_tensors_and_answer_with_arrays(opened: Opened) -> None:
    with opened(
        "import torch\n"
        "def product(a, b, scale=1.0):\n"
        "    assert isinstance(a, torch.Tensor) and a.dtype == torch.float64\n"
        "    a *= scale\n"
        "    return a @ b"
    ) as box:
        a = np.arange(6.0).reshape(2, 3)
        answer = box.call("product", a, np.eye(3), scale=2.0)
        np.testing.assert_array_equal(answer.value, 2 * a)
        assert answer.form == "a tensor of shape (2, 3), float64"
        np.testing.assert_array_equal(box.call("product", a, np.eye(3), scale=3.0).value, 3 * a)


def test_a_seeded_generator_is_made_in_the_box(opened: Opened) -> None:
    with opened(
        "import torch\ndef draw(generator=None):\n    return torch.randn(3, generator=generator)"
    ) as box:
        first = box.call("draw", generator=SeededGenerator(7)).value
        np.testing.assert_array_equal(first, box.call("draw", generator=SeededGenerator(7)).value)
        assert not np.array_equal(first, box.call("draw", generator=SeededGenerator(8)).value)
        assert not np.array_equal(box.call("draw").value, box.call("draw").value)


def test_a_second_run_of_the_same_notebook_draws_the_same_numbers(opened: Opened) -> None:
    cell = (
        "import random, torch, numpy\nx = [random.random(), float(torch.rand(1)), float(numpy.random.rand())]"
    )
    with opened(cell) as one, opened(cell) as two, opened(cell + "\n") as other:
        np.testing.assert_array_equal(one.variable("x").value, two.variable("x").value)
        assert np.all(one.variable("x").value != other.variable("x").value)


def test_rows_are_picked_in_the_box(opened: Opened) -> None:
    with opened(
        "import torch\nlayers = [torch.arange(20.).reshape(10, 2), torch.arange(10)]\n"
        "named = {'a': torch.arange(10), 'b': torch.zeros(10, 3, 3)}\nflat = list(range(10))\n"
        "nothing, some = None, {1}"
    ) as box:
        first, second = box.variable("layers", rows=(3, 5)).value
        np.testing.assert_array_equal(first, [[6, 7], [10, 11]])
        np.testing.assert_array_equal(second, [3, 5])
        assert box.variable("named", rows=(1,)).value["b"].shape == (1, 3, 3)
        np.testing.assert_array_equal(box.variable("flat", rows=(2, 9)).value, [2, 9])
        for asked, says in (
            (
                {"name": "layers", "rows": (10,)},
                "`layers` holds an array of shape (10, 2), so it has no row 10",
            ),
            ({"name": "layers", "part": 2}, "`layers` is a list of 2 tensors, so it has no part 2"),
            ({"name": "nothing"}, "`nothing` is None"),
            ({"name": "some"}, "`some` is a set; expected a tensor, an array or numbers"),
        ):
            with pytest.raises(StudentFailed) as failed:
                box.variable(**asked)
            assert failed.value.says == says


def test_a_notebook_imports_the_module_that_it_wrote(opened: Opened) -> None:
    with opened("%%writefile mine.py\ndef twice(x):\n    return 2 * x", "from mine import twice") as box:
        assert (box.execution.ended, box.execution.says) == (Ended.FINISHED, "")
        assert box.call("twice", 3.0).value == 6


def test_what_torch_compiles_is_kept_in_the_box(opened: Opened) -> None:
    with opened("import torch\n@torch.compile(backend='eager')\ndef f(x):\n    return 2 * x") as box:
        assert box.execution.says == ""
        np.testing.assert_array_equal(box.call("f", np.ones(2)).value, [2, 2])


def test_a_cell_that_raises_does_not_stop_the_next(opened: Opened) -> None:
    with opened("x = 1", "import sys\nsys.exit(0)", "1 / 0", "exit()", "x += 1", "def f(:") as box:
        assert box.execution.ended is Ended.RAISED
        assert box.execution.cell == 1
        assert box.execution.says == "cell 2 raised SystemExit: 0 (line 2: `sys.exit(0)`)"
        assert box.variable("x").value == 2


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def f():\n  return 1 +", "SyntaxError: invalid syntax (line 2: `return 1 +`)"),
        ("%nonsense", "UsageError: Line magic function `%nonsense` not found."),
        ("raise KeyboardInterrupt", "KeyboardInterrupt (line 1: `raise KeyboardInterrupt`)"),
        ("\n\nx = 1\n1 / 0", "ZeroDivisionError: division by zero (line 4: `1 / 0`)"),
        ("\n\nx = (", "SyntaxError: incomplete input (line 3: `x = (`)"),
        ("input()", "StdinNotImplementedError: raw_input was called"),
        ("class E(Exception):\n  def __str__(self): 1 / 0\nraise E", "ZeroDivisionError"),
        ("import grader", "ModuleNotFoundError: No module named 'grader'"),
        ("import reference.attention", "ModuleNotFoundError: No module named 'reference'"),
        ("raise ValueError('\\x1b[31mred')", "ValueError: [31mred"),
    ],
    ids=[
        "syntax",
        "magic",
        "interrupt",
        "blank lines",
        "syntax below blank lines",
        "input",
        "broken text",
        "grader",
        "reference",
        "control characters",
    ],
)
def test_what_a_cell_raised_is_said(opened: Opened, source: str, says: str) -> None:
    with opened(source, "x = 1") as box:
        assert box.execution.ended is (Ended.RAISED if says else Ended.FINISHED)
        assert says in box.execution.says
        assert box.variable("x").value == 1


def test_failures_of_functions_are_told_with_the_students_line(opened: Opened) -> None:
    with opened(
        "import os, sys, torch",
        "def deep(x):\n    y = x + 1\n    return y.nope",
        "def shallow(x):\n    return deep(x)\ndef leave():\n    sys.exit(3)\ndef nothing():\n    pass",
        "def generate():\n    yield 1\ndef thing():\n    return object()\ncount = 3\n"
        "def words():\n    while True: print('x' * 10000)",
    ) as box:
        raised = failure(box, "shallow", np.ones(2))
        assert raised.problem is Problem.RAISED
        assert raised.says == (
            "raised AttributeError: 'Tensor' object has no attribute 'nope' (cell 2, line 3: `return y.nope`)"
        )
        assert failure(box, "leave").says == "raised SystemExit: 3 (cell 3, line 4: `sys.exit(3)`)"
        nothing = failure(box, "nothing")
        assert (nothing.problem, nothing.says) == (
            Problem.BAD_VALUE,
            "the output is None: is a `return` statement missing?",
        )
        assert "generator" in failure(box, "generate").says
        assert failure(box, "thing").says == "the output is an object; expected a tensor, an array or numbers"
        assert failure(box, "count").says == "`count` is the number 3, not a function"
        missing = failure(box, "shalow")
        assert missing.problem is Problem.MISSING
        assert missing.says == "`shalow` is not defined at the notebook's top level; did you mean `shallow`?"
        assert failure(box, "words").problem is Problem.OUTPUT_LIMIT


def test_a_cell_that_hangs_ends_the_run_and_keeps_what_was_defined(opened: Opened) -> None:
    with opened("x = 1", "y = 2\nwhile True: pass", "z = 3", cell_seconds=0.5) as box:
        assert (box.execution.ended, box.execution.cell) == (Ended.TIMED_OUT, 1)
        assert box.execution.says == "cell 2 did not end within 0.5 s"
        assert (box.variable("x").value, box.variable("y").value) == (1, 2)
        with pytest.raises(StudentFailed, match="cell 2 did not end within"):
            box.variable("z")


def test_a_cell_that_ignores_interrupts_is_killed_and_the_cells_before_it_run_again(opened: Opened) -> None:
    hang = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    with opened("1 / 0", "x = 1", hang, "z = 3", cell_seconds=0.5) as box:
        assert (box.execution.ended, box.execution.cell) == (Ended.TIMED_OUT, 2)
        assert box.variable("x").value == 1
        assert box.execution.seconds < 4


def test_a_notebook_has_a_limit_of_its_own(opened: Opened) -> None:
    with opened("x = 1", *["import time\ntime.sleep(0.3)"] * 10, notebook_seconds=1.0) as box:
        assert box.execution.ended is Ended.TIMED_OUT
        assert "the notebook's 1 s were over" in box.execution.says
        assert box.variable("x").value == 1


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import os\nos._exit(0)", "ended its own process with exit code 0 (os._exit?)"),
        ("import ctypes\nctypes.string_at(0)", "ended its process by a segmentation fault"),
        ("import os\nos.kill(os.getpid(), 9)", "ended its process by a kill"),
    ],
    ids=["exit", "segmentation fault", "kill"],
)
def test_a_kernel_that_dies_costs_only_what_comes_after(opened: Opened, source: str, says: str) -> None:
    with opened("x = 1", source, "z = 3") as box:
        assert (box.execution.ended, box.execution.cell) == (Ended.DIED, 1)
        assert box.execution.says == f"cell 2 {says}"
        assert box.variable("x").value == 1
        with pytest.raises(StudentFailed) as caught:
            box.variable("z")
        assert caught.value.problem is Problem.MISSING


def test_a_function_that_hangs_or_dies_costs_itself_only(opened: Opened) -> None:
    with opened(
        "import os, time\nx = []",
        "def hang():\n    time.sleep(1000)\ndef die():\n    os._exit(1)",
        "def fine():\n    x.append(1)\n    return len(x)",
        call_seconds=0.7,
    ) as box:
        assert box.call("fine").value == 1
        hung = failure(box, "hang")
        assert (hung.problem, hung.says) == (Problem.TIMED_OUT, "gave no answer within 0.7 s")
        assert box.call("fine").value == 1, "a fresh process replayed the notebook"
        assert failure(box, "die").problem is Problem.DIED
        assert box.call("fine").value == 1
        assert failure(box, "hang").problem is Problem.TIMED_OUT
        started = time.monotonic()
        again = failure(box, "hang")
        assert again.problem is Problem.TIMED_OUT
        assert "not asked again" in again.says
        assert time.monotonic() - started < 0.2
        assert box.call("fine").value == 1


def test_memory_is_limited_in_cells_and_in_calls(opened: Opened) -> None:
    gigabyte = 2**30
    with opened(
        "import numpy as np, mmap, torch",
        "def big():\n    return np.ones(10**10)",
        "def shared():\n    kept = []\n    while True:\n"
        "        kept.append(mmap.mmap(-1, 2**26)); kept[-1].write(b'x' * 2**26)",
        "def fine():\n    return 1",
        "def wide():\n    return torch.zeros(1).expand(10**10)",
        memory_bytes=gigabyte,
        call_seconds=20,
    ) as box:
        assert failure(box, "big").problem is Problem.OUT_OF_MEMORY
        shared = failure(box, "shared")
        assert (shared.problem, shared.says) == (Problem.OUT_OF_MEMORY, "used more than 1 GiB of memory")
        assert box.call("fine").value == 1
        wide = failure(box, "wide")
        assert wide.problem is Problem.BAD_VALUE
        assert "too large" in wide.says
    eat = "import mmap\nkept = []\nwhile True:\n    kept.append(mmap.mmap(-1, 2**26)); kept[-1].write(b'x' * 2**26)"
    with opened("x = 1", eat, "z = 3", memory_bytes=gigabyte, cell_seconds=20) as box:
        assert (box.execution.ended, box.execution.cell) == (Ended.OUT_OF_MEMORY, 1)
        assert box.variable("x").value == 1


def test_output_without_end_ends_the_run(opened: Opened) -> None:
    with opened("x = 1", "while True: print('y' * 1000)", "z = 3", output_bytes=10**5) as box:
        assert (box.execution.ended, box.execution.cell) == (Ended.OUTPUT_LIMIT, 1)
        assert box.execution.says == "cell 2 printed more than 100,000 bytes"
        assert box.variable("x").value == 1


def test_files_of_the_rubric_lie_beside_the_notebook(opened: Opened, tmp_path: Path) -> None:
    np.save(tmp_path / "data.npy", np.arange(3))
    with opened(
        "import numpy as np, os\nx = np.load('data.npy')",
        "here = sorted(os.listdir('.'))\nhome = os.path.expanduser('~')",
        files=(tmp_path / "data.npy",),
    ) as box:
        np.testing.assert_array_equal(box.variable("x").value, [0, 1, 2])
        assert box.variable("here").value == ("data.npy",)
        assert box.variable("home").value != str(Path.home())


def test_parameters_are_set_after_the_cell_that_is_tagged(opened: Opened) -> None:
    cells = ("a = 0", Cell("code", "epochs = 10", ("parameters",)), "doubled = 2 * epochs")
    with opened(*cells, parameters={"epochs": 3}) as box:
        assert box.variable("doubled").value == 6
    with opened("doubled = 2 * epochs", parameters={"epochs": 4}) as box:
        assert box.variable("doubled").value == 8


def test_tags_do_not_change_what_runs(opened: Opened) -> None:
    with opened(
        Cell("code", "x = 1", ("skip-execution",)), Cell("code", "1 / 0", ("raises-exception",))
    ) as box:
        assert (box.execution.ended, box.execution.cell) == (Ended.RAISED, 1)
        assert box.variable("x").value == 1


def test_a_box_knows_nothing_of_the_grader(opened: Opened) -> None:
    with opened(
        "import sys, os, importlib.metadata",
        "paths = ' '.join(map(str, sys.path))",
        "finders = ' '.join(map(str, sys.meta_path))",
        "files = ' '.join(f for m in list(sys.modules.values()) if 'grader' in (f := str(getattr(m, '__file__', ''))))",
        "environment = ' '.join(os.environ.values())",
    ) as box:
        here = str(Path(__file__).parents[2])
        for name in ("paths", "finders", "files"):
            text = box.variable(name).value
            assert "__editable__" not in text
            assert here + "/grader" not in text
        assert "secret" not in box.variable("environment").value


def test_the_environment_does_not_reach_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "canary-in-the-environment")
    with (
        Pool() as pool,
        pool.open(
            notebook("x = open('/proc/self/environ').read()\nimport os\ny = str(os.environ)"), part()
        ) as box,
    ):
        assert "canary" not in box.variable("x").value + box.variable("y").value


def test_many_threads_open_boxes_at_once(pool: Pool) -> None:
    def run(number: int) -> int:
        with pool.open(notebook(f"x = {number}"), part()) as box:
            return int(box.variable("x").value)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(run, range(8))) == list(range(8))


def test_nothing_of_a_box_is_left_behind(pool: Pool, tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    daemon = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        f"        while True:\n            open({str(mark)!r}, 'a').write('x'); time.sleep(0.01)\n"
        "    os._exit(0)\n"
    )
    with pool.open(notebook(daemon, "x = 1\nwhere = os.getcwd()"), part()) as box:
        assert box.variable("x").value == 1
        where = Path(box.variable("where").value)
    size = mark.stat().st_size if mark.exists() else 0
    time.sleep(0.1)
    assert (mark.stat().st_size if mark.exists() else 0) == size
    assert not where.exists()


def test_a_fork_that_comes_back_from_its_cell_does_not_speak_for_the_notebook(opened: Opened) -> None:
    fork = "import os\nchild = os.fork() == 0\nif child:\n    raise ValueError('the child comes back')"
    with opened(fork, *["os.fork()"] * 3, "x = os.getpid()", "def f(a): return a + 1") as box:
        assert box.execution.ended is Ended.FINISHED, box.execution.says
        assert box.variable("child").value is False
        for _ in range(20):
            assert box.call("f", np.ones(1)).value == 2


def test_an_import_that_does_not_exist_is_the_graders_fault() -> None:
    with (
        pytest.raises(model.GraderFault, match="`no_such_module` cannot be imported"),
        Pool(imports=("no_such_module",)),
    ):
        pass


def test_the_cold_path_does_the_same_job() -> None:
    with (
        Pool(warm=False) as pool,
        pool.open(notebook("import numpy as np", "def f(x): return x + 1"), part()) as box,
    ):
        np.testing.assert_array_equal(box.call("f", np.ones(2)).value, [2, 2])


def test_a_parent_that_is_killed_is_our_fault_and_is_started_again() -> None:
    with Pool() as pool:
        with pool.open(notebook("def f(): return 1"), part()) as box:
            os.kill(pool.pid, 9)
            time.sleep(0.3)
            with pytest.raises(model.GraderFault):
                box.call("f")
        with pool.open(notebook("def f(): return 1"), part()) as box:
            assert box.call("f").value == 1


def test_written_finds_the_cell_by_tag_or_heading() -> None:
    cells = (
        Cell("markdown", "About the derivation"),
        Cell("markdown", "## My Derivation\n$x$"),
        Cell("markdown", "tagged", ("derivation",)),
    )
    assert written(notebook(*cells), "derivation") == "tagged"
    assert written(notebook(*cells[:2]), "derivation") == "## My Derivation\n$x$"
    assert written(notebook(*cells[:1]), "derivation") is None


def test_work_is_counted_on_request(opened: Opened) -> None:
    with opened(
        "import torch",
        "def square(a):\n    return a @ a.T",
        "def slow(a):\n    return [[0 for x in range(len(a))] for y in range(len(a))]",
    ) as box:
        a = np.ones((40, 3), dtype="f4")
        answer = box.call("square", a, count_work=True)
        np.testing.assert_array_equal(answer.value, np.full((40, 40), 3.0))
        assert answer.work is not None
        assert 40 * 40 * 3 <= answer.work < 2 * 40 * 40 * 3
        assert box.call("square", a).work is None
        stopped = box.call("slow", np.ones((2500, 1)), count_work=True)
        assert stopped.value is None
        assert stopped.work is not None
        assert stopped.work > 10**6


def test_a_network_is_called_for_evaluation_and_left_as_it_was(opened: Opened) -> None:
    with opened(
        "import torch\nnet = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout(0.5))",
        "def training():\n    return [module.training for module in net.modules()]",
        "net[0].eval()",
    ) as box:
        x = np.ones((5, 2), dtype="f4")
        first = box.call("net", x, evaluating=True)
        np.testing.assert_array_equal(first.value, box.call("net", x, evaluating=True).value)
        np.testing.assert_array_equal(box.call("training").value, [True, False, True])


def test_one_part_of_a_variable_can_be_read(opened: Opened) -> None:
    with opened("layers = [[1.0, 2.0], [3.0]]\nnamed = {0: 1, 'b': 2}") as box:
        np.testing.assert_array_equal(box.variable("layers", part=1).value, [3])
        assert box.variable("named", part=1).value == 2
        with pytest.raises(StudentFailed, match="has no part 2"):
            box.variable("layers", part=2)


def test_functions_that_die_do_not_run_a_notebook_again_without_end(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.box.box.REPLAYED", 0.0)
    dies = "\n".join(f"def dies{n}(x):\n    import os; os._exit(0)" for n in range(3))
    says = []
    with opened(dies, "def f(x): return x", notebook_seconds=60.0, call_seconds=30.0) as box:
        for name in ("dies0", "dies1", "dies2", "f"):
            with pytest.raises(StudentFailed) as failure:
                box.call(name, np.ones(2))
            says.append(failure.value.says)
    assert ["exit code" in one for one in says] == [True, True, False, False]
    assert "was not asked" in says[-1]


BURNS = (
    "import os, time\n"
    "def burn(seconds):\n"
    "    os.sched_setaffinity(0, {PROCESSOR})\n"
    "    end = time.process_time() + float(seconds)\n"
    "    while time.process_time() < end:\n"
    "        pass\n"
    "    return 1.0\n"
    "def rest(seconds):\n"
    "    time.sleep(float(seconds))\n"
    "    return 1.0"
).replace("PROCESSOR", str(min(os.sched_getaffinity(0))))


@pytest.fixture
def rival() -> Iterator[None]:
    """Another process that takes its half of the processor on which `burn` runs."""
    busy = f"import os; os.sched_setaffinity(0, {{{min(os.sched_getaffinity(0))}}})\nwhile True: pass"
    process = subprocess.Popen([sys.executable, "-c", busy], start_new_session=True)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.usefixtures("rival")
def test_waiting_for_a_processor_is_not_the_students_time(opened: Opened) -> None:
    with opened(BURNS, "burn(1.6)", cell_seconds=2.0, call_seconds=2.0) as box:
        assert box.execution.ended is Ended.FINISHED, box.execution.says
        assert box.execution.seconds > 2.5
        assert box.call("burn", 1.6).value == 1.0


def test_sleeping_is_the_students_time(opened: Opened) -> None:
    with opened(BURNS, "rest(3)", cell_seconds=1.0, call_seconds=1.0) as box:
        assert box.execution.ended is Ended.TIMED_OUT
        assert failure(box, "rest", 3.0).problem is Problem.TIMED_OUT


def test_a_box_that_makes_itself_wait_is_stopped_all_the_same(opened: Opened) -> None:
    crowd = (
        "import os\nfor _ in range(8):\n    if os.fork() == 0:\n        while True: pass\nwhile True: pass"
    )
    started = time.monotonic()
    with opened("x = 1", crowd, cell_seconds=1.0) as box:
        assert box.execution.ended is Ended.TIMED_OUT
        assert box.variable("x").value == 1
    assert time.monotonic() - started < 1.0 + LENIENCE + 20.0
