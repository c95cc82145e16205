"""The same class graded by `grader grade`, `nbgrader autograde` and `otter run`, side by side.

    python -m benchmarks.graders [--notebooks 50] [--passes 3] [--out build/graders]

The class is attention notebooks of the sample class, translated into each grader's format with the same tests. In
every pass each grader grades the whole class in a fresh folder, in turns, and the whole is timed: start, imports,
running, judging and the record. The scores are compared with the verdicts that lie beside the sample class. Then six
small notebooks that fool graders are graded by all three. The other graders are installed into build/peers the first
time. Writes graders.md, graders.svg and graders.json. Only the ratios within a pass carry over to another machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import contenders
from benchmarks.contenders import Contender, Scores
from benchmarks.phases import PARTS
from benchmarks.translate import ROOT, Assignment, Points, attention_class, cheats_class

OWN = "grader grade"
CLOSE = 1e-9


@dataclass(frozen=True)
class Measured:
    """What became of one grader: the seconds of the class in each pass, and how it scored.

    `right` of `graded` scores were right in all passes together: every item that the grader can grade has the points
    that are due. `points` is how many points of a notebook it grades by itself.
    """

    name: str
    seconds: tuple[float, ...]
    right: int
    graded: int
    points: float


def is_right(got: Points | None, due: Points) -> bool:
    """Whether a result is there and every item in it has the points that are due.

    >>> is_right({"a": 1.0}, {"a": 1.0, "b": 2.0}), is_right({"a": 0.0}, {"a": 1.0}), is_right(None, {"a": 0.0})
    (True, False, False)
    """
    return got is not None and all(abs(points - due[item]) < CLOSE for item, points in got.items())


def measure(
    runners: Sequence[Contender], assignment: Assignment, passes: int, folder: Path
) -> tuple[tuple[Measured, ...], list[str]]:
    """Every contender on the whole class, `passes` times in turns; also what each wrong score was."""
    seconds: dict[str, list[float]] = {runner.name: [] for runner in runners}
    right = dict.fromkeys(seconds, 0)
    wrong = []
    for number in range(passes):
        # The first of one pass is the last of the next, so that no one always comes after the same.
        for runner in [*runners[number % len(runners) :], *runners[: number % len(runners)]]:
            taken, scores = contenders.timed(runner, assignment, folder / _slug(runner.name))
            seconds[runner.name].append(taken)
            print(f"pass {number + 1}: {runner.name}: {taken:.1f} s", flush=True)
            for entry in assignment.entries:
                got = scores.get(entry.student)
                right[runner.name] += is_right(got, entry.due)
                if not is_right(got, entry.due):
                    wrong.append(
                        f"pass {number + 1}: {runner.name}: {entry.student}: {_told(got, entry.due)}"
                    )
    tested = {test.name: test.points for test in assignment.tests}
    by_tests = sum(tested.values())
    whole = max(sum(entry.due.values()) for entry in assignment.entries)
    graded = passes * len(assignment.entries)
    return tuple(
        Measured(
            name,
            tuple(taken),
            right[name],
            graded,
            whole if name.startswith(OWN) else by_tests,
        )
        for name, taken in seconds.items()
    ), wrong


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)


def _told(got: Points | None, due: Points) -> str:
    if got is None:
        return "no result"
    return ", ".join(
        f"{item} {points:g} for {due[item]:g}"
        for item, points in got.items()
        if abs(points - due[item]) >= CLOSE
    )


# ---------------------------------------------------------------- tables


def speed_table(measured: Sequence[Measured], notebooks: int) -> str:
    """Markdown: seconds per notebook, how many times ours that is in each pass, and the scores.

    The ratios are to the first row, pass by pass.
    """
    own = measured[0]
    rows = [
        "| | seconds a notebook (median) | times ours, in each pass | scores right | points graded |",
        "|---|---|---|---|---|",
    ]
    for one in measured:
        median = statistics.median(one.seconds) / notebooks
        ratios = ", ".join(
            f"{theirs / ours:.1f}" for theirs, ours in zip(one.seconds, own.seconds, strict=True)
        )
        times = "1" if one is own else ratios
        rows.append(
            f"| `{one.name}` | {median:.2f} | {times} | {one.right} of {one.graded} | {one.points:g} |"
        )
    return "\n".join(rows)


def outcome(got: Points | None, due: Points, ran: bool) -> str:
    """What a grader made of one of the six notebooks; `ran` if the payload's command was run.

    >>> outcome({"a": 2.0}, {"a": 2.0}, False), outcome({"a": 2.0}, {"a": 0.0}, False), outcome(None, {"a": 2.0}, True)
    ('right', '2 points for 0', 'no result for 2; **ran the command**')
    """
    wanted = sum(due.values())
    if got is None:
        said = f"no result for {wanted:g}"
    elif is_right(got, due):
        said = "right"
    else:
        said = f"{sum(got.values()):g} points for {wanted:g}"
    return f"{said}; **ran the command**" if ran else said


def cheat_table(about: Mapping[str, str], outcomes: Mapping[str, Mapping[str, str]]) -> str:
    """Markdown: a row for each notebook, a column for each grader."""
    rows = [f"| the submission | {' | '.join(f'`{name}`' for name in outcomes)} |"]
    rows.append("|---" * (1 + len(outcomes)) + "|")
    rows += [
        f"| {text} | {' | '.join(told[student] for told in outcomes.values())} |"
        for student, text in about.items()
    ]
    return "\n".join(rows)


def phase_table(phases: Mapping[str, Any]) -> str:
    """Markdown: the median milliseconds of each part of our own time, and of all but the student's cells."""
    notebooks: list[Mapping[str, float]] = phases["notebooks"]
    totals = [sum(one.values()) for one in notebooks]
    own = [total - one["cells"] for total, one in zip(totals, notebooks, strict=True)]
    rows = ["| part | milliseconds a notebook (median) | mean |", "|---|---|---|"]
    columns = [(part, [one[part] for one in notebooks]) for part in PARTS]
    for name, values in [*columns, ("all", totals), ("all but the cells", own)]:
        rows.append(
            f"| {name} | {1000 * statistics.median(values):.0f} | {1000 * statistics.fmean(values):.0f} |"
        )
    return "\n".join(rows)


def machine() -> str:
    """The date, the machine, and the versions that matter."""
    cpu = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        models = [
            line.partition(":")[2].strip()
            for line in information.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        cpu = models[0] if models else cpu
    locked = dict(
        line.split("==") for line in contenders.LOCK.read_text(encoding="utf-8").splitlines() if "==" in line
    )
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in ("torch", "ipykernel", "nbclient"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores of {cpu}; Python {platform.python_version()}, "
        f"{packages}; nbgrader {locked['nbgrader']}, otter-grader {locked['otter-grader']}"
    )


# ---------------------------------------------------------------- the picture


def draw(measured: Sequence[Measured], phases: Mapping[str, Any], notebooks: int, path: Path) -> None:
    """Seconds a notebook, a dot for each pass; beside it, what our own time is made of."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(
        1, 2, figsize=(10, 3.2), width_ratios=(3, 2), layout="constrained"
    )
    names = [one.name for one in measured]
    left.barh(names, [statistics.median(one.seconds) / notebooks for one in measured], color="#5b7f95")
    for row, one in enumerate(measured):
        left.plot([taken / notebooks for taken in one.seconds], [row] * len(one.seconds), "k.", markersize=4)
    left.invert_yaxis()
    left.set_xlabel(f"seconds a notebook, class of {notebooks}, everything included")
    medians = [1000 * statistics.median(one[part] for one in phases["notebooks"]) for part in PARTS]
    right.barh(PARTS, medians, color="#95735b")
    right.invert_yaxis()
    right.set_xlabel("our milliseconds after the start (median)")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


# ---------------------------------------------------------------- the command


def graded_cheats(runners: Sequence[Contender], folder: Path) -> str:
    """Who is fooled by which of the six notebooks, as a table."""
    marker = folder / "marker.txt"
    assignment, about = cheats_class(marker)
    outcomes: dict[str, dict[str, str]] = {}
    for runner in runners:
        marker.unlink(missing_ok=True)
        _, scores = contenders.timed(runner, assignment, folder / f"cheats_{_slug(runner.name)}")
        outcomes[runner.name] = _outcomes(assignment, scores, marker.exists())
        print(f"cheats: {runner.name}: done", flush=True)
    return cheat_table(about, outcomes)


def _outcomes(assignment: Assignment, scores: Scores, ran: bool) -> dict[str, str]:
    return {
        entry.student: outcome(
            scores.get(entry.student), entry.due, ran and entry.student == "pickle_payload"
        )
        for entry in assignment.entries
    }


def own_phases(folder: Path) -> dict[str, Any]:
    """Our own time in parts, from a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.phases", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__), formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--notebooks", type=int, default=50, metavar="N", help="the size of the class (50)")
    parser.add_argument("--passes", type=int, default=3, metavar="N", help="how often everyone grades it (3)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "graders", metavar="DIR")
    chosen = parser.parse_args()
    if chosen.notebooks < 1 or chosen.passes < 1:
        parser.error("a class has at least one notebook, and there is at least one pass")
    work = ROOT / "build" / "classes"
    work.mkdir(parents=True, exist_ok=True)
    programs = contenders.peers_environment(ROOT / "build" / "peers")
    contenders.warm_up(programs)
    one = contenders.ours(1)
    others = [contenders.nbgrader(programs), contenders.otter(programs)]
    cores = os.cpu_count() or 1
    runners = [one, *([contenders.ours(cores)] if cores > 1 else []), *others]

    assignment = attention_class(chosen.notebooks)
    load = os.getloadavg()[0]
    measured, wrong = measure(runners, assignment, chosen.passes, work)
    phases = own_phases(work / _slug(one.name))
    cheats = graded_cheats([one, *others], work)

    passes = "one pass" if chosen.passes == 1 else f"{chosen.passes} passes in turns"
    method = (
        f"{machine()}. A class of {chosen.notebooks} attention notebooks, {passes}, the whole class timed: start, "
        "imports, running, judging and the record. `nbgrader` and `otter run` take one notebook after the other. The "
        f"load of the machine was {load:.1f} before the first pass."
    )
    meaning = (
        "A score is right if every item that the grader can grade has the points that are due. The others' tests "
        "leave out counted work and the derivation."
    )
    parts = (
        f"The start takes {phases['start']:.1f} s once a class; isolation: {phases['isolation']}. One notebook at a "
        "time; what a box does between two messages is one part, and calls include the student's functions."
    )
    sections = [
        "# The same class, three graders",
        method,
        speed_table(measured, chosen.notebooks),
        meaning,
        *(["Wrong scores:\n\n" + "\n".join(f"- {line}" for line in wrong)] if wrong else []),
        "![seconds a notebook](graders.svg)",
        "## Our own time",
        parts,
        phase_table(phases),
        "## Six notebooks that fool graders",
        cheats,
    ]
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join(sections) + "\n"
    (chosen.out / "graders.md").write_text(text, encoding="utf-8")
    raw = {
        "machine": machine(),
        "measured": [asdict(row) for row in measured],
        "wrong": wrong,
        "phases": phases,
    }
    (chosen.out / "graders.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    draw(measured, phases, chosen.notebooks, chosen.out / "graders.svg")
    print(f"\n{text}")


if __name__ == "__main__":
    main()
