"""The main job, from top to bottom: find the submissions, run each in a box, judge each item, record, report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from time import monotonic

from grader.box import Pool, sweep_boxes
from grader.data import laid_out, reference_digest
from grader.draw import seed_of
from grader.intake import find_submissions, read_one
from grader.judge import asked_again, charged_once, judge
from grader.model import (
    CallError,
    Ended,
    Execution,
    Finding,
    GraderFault,
    Item,
    Notebook,
    Part,
    Rejected,
    Renamed,
    Report,
    Run,
    Status,
    Student,
    Submission,
    Verdict,
)
from grader.questions import Questions
from grader.references import References, Workers
from grader.report import write_class, write_student
from grader.rubric import Rubric, load_rubric
from grader.store import Store, open_store

MOST_FAULTS = 3
PACKAGES = ("torch", "torchvision", "numpy", "scikit-learn", "nbclient", "ipykernel")


@dataclass(frozen=True)
class Progress:
    """One submission is done: how many are, of how many, and its report (`again` if it was already graded)."""

    done: int
    total: int
    report: Report
    again: bool = False


Tell = Callable[[Progress], None]


def grade_class(
    submissions: Path,
    rubric_path: Path,
    out: Path,
    *,
    jobs: int = 1,
    isolation: str | None = None,
    only: str | None = None,
    regrade: bool = False,
    tell: Tell | None = None,
) -> tuple[Report, ...]:
    """Grade every submission found and write the record and the reports into `out`.

    Continues what an earlier run into `out` left unfinished; a submission that has not changed since is not run
    again unless `regrade`. Raises `CallError` for a wrong call or rubric, `GraderFault` where nothing can run.
    """
    rubric = load_rubric(rubric_path)
    if submissions.is_dir() and out.resolve().is_relative_to(submissions.resolve()):
        raise CallError(
            f"--out {out} lies inside {submissions}, which is never written to; give a folder elsewhere."
        )
    rubric = replace(rubric, parts=laid_out(rubric))
    found = find_submissions(submissions, _names(rubric))
    chosen = [one for one in found if only is None or one.student == only]
    if not chosen:
        names = ", ".join(sorted(one.student for one in found)[:10])
        raise CallError(f"{submissions}: there is no student {only!r}; found were {names}")
    with open_store(out) as store:
        secret = store.secret()
        reports = []
        try:
            with closing(_graded(chosen, rubric, store, secret, jobs, isolation, regrade)) as graded:
                for done, (report, again) in enumerate(graded, start=1):
                    write_student(out, report, store.exhibits(report.student))
                    reports.append(report)
                    if tell is not None:
                        tell(Progress(done, len(chosen), report, again))
        finally:
            write_class(out, store.reports(), rubric.title)
    return tuple(sorted(reports, key=lambda report: report.student))


def check_notebook(path: Path, rubric_path: Path, *, isolation: str | None = None) -> Report:
    """A student's self-check: the public items of one notebook or folder, judged on inputs of its own."""
    rubric = load_rubric(rubric_path)
    rubric = replace(rubric, parts=laid_out(rubric))
    submission = read_one(path, _names(rubric))
    handed_in = {name for name, part in submission.parts.items() if isinstance(part, Notebook)}
    public = [item for item in rubric.items if item.public and item.graded_by != "person"]
    items = [item for item in public if not handed_in or item.notebook in handed_in]
    with (
        Workers(rubric.path) as references,
        Pool(imports=imports_named(rubric, [submission]), isolation=isolation) as pool,
    ):
        return grade_submission(
            submission, rubric, items, pool, references, seed_of("self-check", submission.sha256)
        )


def _graded(
    chosen: Sequence[Submission],
    rubric: Rubric,
    store: Store,
    secret: str,
    jobs: int,
    isolation: str | None,
    regrade: bool,
) -> Generator[tuple[Report, bool], None, None]:
    """Reports as they come, those already on record first; starts nothing heavy where none is missing.

    A fault of ours at one submission keeps no other from being graded, and is raised at the end; a few stop the run.
    """
    sweep_boxes()
    keys = {one.student: _key(one, rubric, isolation) for one in chosen}
    known = {
        one.student: None if regrade else store.unchanged(one.student, keys[one.student]) for one in chosen
    }
    missing = [one for one in chosen if known[one.student] is None]
    yield from ((report, True) for report in known.values() if report is not None)
    if not missing:
        return

    def graded(submission: Submission) -> Report:
        seed = seed_of(secret, submission.sha256)
        report = grade_submission(submission, rubric, rubric.items, pool, references, seed)
        store.record(report, key=keys[submission.student])
        return report

    workers, faults = min(jobs, len(missing)), []
    with (
        Workers(rubric.path, workers) as references,
        Pool(imports=imports_named(rubric, missing), isolation=isolation) as pool,
        ThreadPoolExecutor(workers) as threads,
    ):
        try:
            for future in as_completed([threads.submit(graded, one) for one in missing]):
                if isinstance(fault := future.exception(), GraderFault):
                    faults.append(fault)
                    if len(faults) == MOST_FAULTS:
                        break
                else:
                    yield future.result(), False
        finally:
            threads.shutdown(cancel_futures=True)
    if faults:
        raise faults[0]


def grade_submission(
    submission: Submission,
    rubric: Rubric,
    items: Sequence[Item],
    pool: Pool,
    references: References,
    seed: str,
) -> Report:
    """One student's report: every notebook run once, every item judged in the rubric's order."""
    started, clock = datetime.now(UTC), monotonic()
    findings: dict[str, Finding] = {}
    executions = []
    with Questions(rubric, references, seed) as questions:
        for name, part in rubric.parts.items():
            asked = [item for item in items if item.notebook == name]
            if not asked:
                continue
            if isinstance(submission.parts.get(part.file), Notebook):
                questions.ahead(asked)
            with _run(submission, part, pool) as (student, execution):
                executions.append(execution)
                for item in asked:
                    findings[item.id] = judge(item, questions, student, execution, findings)
                for item in asked:
                    findings[item.id] = asked_again(item, findings[item.id], questions, student)
    settled = charged_once([findings[item.id] for item in items], rubric)
    return Report(
        assignment=rubric.assignment,
        student=submission.student,
        display=submission.display,
        slug=submission.slug,
        status=_status(settled),
        earned=sum((finding.earned for finding in settled), Fraction(0)),
        out_of=sum((item.points for item in items), Fraction(0)),
        submission_sha256=submission.sha256,
        files=submission.files,
        execution=tuple(executions),
        items=tuple(settled),
        run=Run(
            grader=metadata.version("grader"),
            rubric_sha256=rubric.sha256,
            isolation=pool.isolation,
            seed=seed,
            versions=_versions(),
            started=started.isoformat(timespec="seconds"),
            seconds=round(monotonic() - clock, 3),
        ),
    )


@contextmanager
def _run(submission: Submission, part: Part, pool: Pool) -> Iterator[tuple[Student | None, Execution]]:
    handed_in = submission.parts.get(part.file)
    if handed_in is None:
        yield None, Execution(part.file, Ended.MISSING, says=f"{part.file} was not handed in.")
    elif isinstance(handed_in, Rejected):
        yield None, Execution(part.file, Ended.REJECTED, says=handed_in.says)
    else:
        with pool.open(handed_in, part) as box:
            codeless = not any(cell.kind == "code" and cell.source.strip() for cell in handed_in.cells)
            says = f"{part.file} has no code: only its texts were judged." if codeless else box.execution.says
            student = Renamed(box, part.names) if part.names else box
            yield student, replace(box.execution, says=says)


def _status(findings: Sequence[Finding]) -> Status:
    verdicts = {finding.verdict for finding in findings if finding.points or finding.verdict is Verdict.FAULT}
    if Verdict.FAULT in verdicts:
        return Status.NOT_GRADED
    return Status.WAITING if Verdict.WAITING in verdicts else Status.FINAL


def imports_named(rubric: Rubric, submissions: Sequence[Submission]) -> tuple[str, ...]:
    """Those of the rubric's imports that some notebook names, and torch, whose tensors every call hands over.

    The rest would only hold up the first box; a notebook that hides an import still gets it, on its own clock.
    """
    notebooks = [part for one in submissions for part in one.parts.values() if isinstance(part, Notebook)]
    code = [cell.source for notebook in notebooks for cell in notebook.cells if cell.kind == "code"]
    return tuple(
        name
        for name in rubric.imports
        if (package := name.partition(".")[0]) == "torch" or any(package in source for source in code)
    )


def _names(rubric: Rubric) -> dict[str, frozenset[str]]:
    return {name: rubric.names_in(name) for name in rubric.parts}


def _versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in PACKAGES}


def _key(submission: Submission, rubric: Rubric, isolation: str | None) -> str:
    """What a recorded result depends on; the same key means that running again could change nothing."""
    parts = [
        submission.sha256,
        rubric.sha256,
        reference_digest(),
        metadata.version("grader"),
        str(isolation),
        repr(sorted(_versions().items())),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
