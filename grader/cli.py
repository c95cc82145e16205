"""The commands. No logic: each reads its arguments, calls one function and says what came of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.model import CallError, GraderFault

DONE, FALLS_SHORT, WRONG_CALL, OUR_FAULT = 0, 1, 2, 3
TIERS = ("namespaces", "bwrap", "landlock", "none-i-trust-this-code")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 falls short, 2 wrong call, 3 a fault of ours)."""
    chosen = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    try:
        return command(chosen)
    except CallError as error:
        for complaint in error.complaints:
            _complain(complaint)
        return WRONG_CALL
    except BrokenPipeError:
        # The reader of our output went away; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (GraderFault, OSError) as error:
        _complain(str(error))
        return OUR_FAULT
    except KeyboardInterrupt:
        print(
            "grader: interrupted; what was done is on record, and the same command continues.",
            file=sys.stderr,
        )
        return OUR_FAULT


def _complain(text: str) -> None:
    """One complaint, which may quote names that students gave, line by line on standard error."""
    from grader.progress import printable

    print("grader:", "\n".join(map(printable, text.split("\n"))), file=sys.stderr)


def _grade(chosen: argparse.Namespace) -> int:
    from grader.grade import grade_class
    from grader.model import Status
    from grader.progress import progress

    with progress(quiet=chosen.quiet) as tell:
        reports = grade_class(
            chosen.submissions,
            chosen.rubric,
            chosen.out,
            jobs=chosen.jobs,
            isolation=chosen.isolation,
            only=chosen.only,
            regrade=chosen.regrade,
            tell=tell,
        )
    if not chosen.quiet:
        print(f"The class is in {chosen.out / 'index.html'}, the scores in {chosen.out / 'scores.csv'}.")
    failed = [report.student for report in reports if report.status is Status.NOT_GRADED]
    if failed:
        _complain(f"{len(failed)} could not be graded: {', '.join(failed)}")
        return OUR_FAULT
    return DONE


def _check(chosen: argparse.Namespace) -> int:
    from grader.grade import check_notebook
    from grader.model import Status
    from grader.report import checked, to_json

    report = check_notebook(chosen.path, chosen.rubric, isolation=chosen.isolation)
    if chosen.json:
        chosen.json.write_text(json.dumps(to_json(report), indent=2) + "\n", encoding="utf-8")
    print(checked(report, _hints(chosen.rubric)))
    if report.status is Status.NOT_GRADED:
        return OUR_FAULT
    return DONE if report.earned == report.out_of else FALLS_SHORT


def _hints(rubric_path: Path) -> dict[str, str]:
    from grader.rubric import load_rubric

    return {item.id: item.hint for item in load_rubric(rubric_path).items if item.hint}


def _verify(chosen: argparse.Namespace) -> int:
    from grader.verify import run

    return run(chosen.documents, json_file=chosen.json, html_file=chosen.html)


def _audit(chosen: argparse.Namespace) -> int:
    from grader.audit import as_json, as_text, audit_rubric

    audit = audit_rubric(chosen.rubric)
    if chosen.json:
        chosen.json.write_text(json.dumps(as_json(audit), indent=2) + "\n", encoding="utf-8")
    print(as_text(audit))
    return FALLS_SHORT if audit.holes else DONE


def _doctor(chosen: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes its arguments
    from grader.doctor import as_text, examine

    proofs = examine()
    print(as_text(proofs))
    return DONE if any(proof.works for proof in proofs) else FALLS_SHORT


def _explain(chosen: argparse.Namespace) -> int:
    from grader.report import explained
    from grader.store import open_store

    with open_store(chosen.dir, create=False) as store:
        report = store.latest(chosen.student)
        if report is None:
            names = ", ".join(sorted(one.student for one in store.reports())[:10])
            raise CallError(
                f"{chosen.dir}: no student {chosen.student!r} was graded there; there are {names}"
            )
        finding = next((one for one in report.items if one.item == chosen.item), None)
        if finding is None:
            items = ", ".join(one.item for one in report.items)
            raise CallError(f"{chosen.dir}: the report has no item {chosen.item!r}; there are {items}")
        print(explained(report, finding, store.exhibits(chosen.student).get(chosen.item, ())))
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grader", description="Automated grading and solution verification for deep-learning coursework."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    grade = _command(
        commands,
        "grade",
        _grade,
        "grade every submission found",
        "Grades a folder of students' folders or of notebooks, an archive of either, a Gradescope export, an nbgrader "
        "submitted/ tree or a Canvas download. Continues what an earlier run into the same folder left unfinished; "
        "unchanged submissions are not run again.",
        "grader grade submissions/homework --rubric rubrics/homework/rubric.toml --out grades",
    )
    grade.add_argument("submissions", type=Path, metavar="SUBMISSIONS", help="what the class handed in")
    _rubric(grade)
    grade.add_argument(
        "--out", type=Path, default=Path("grades"), metavar="DIR", help="where the record goes (grades)"
    )
    grade.add_argument(
        "--jobs", type=_jobs, default=os.cpu_count() or 1, metavar="N", help="how many at once (all cores)"
    )
    _isolation(grade)
    grade.add_argument("--only", metavar="STUDENT", help="this student only")
    grade.add_argument(
        "--regrade", action="store_true", help="run unchanged submissions again, on the recorded inputs"
    )
    grade.add_argument("--quiet", action="store_true", help="no progress, only complaints")

    check = _command(
        commands,
        "check",
        _check,
        "check your own notebook",
        "Judges the public items of a notebook or folder and gives a hint for each that falls short. "
        "Exit code 1 if points were lost.",
        "grader check attention.ipynb --rubric rubrics/homework/rubric.toml",
    )
    check.add_argument("path", type=Path, metavar="PATH", help="a notebook, or a folder that holds some")
    _rubric(check)
    _isolation(check)
    check.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")

    verify = _command(
        commands,
        "verify",
        _verify,
        "verify a written solution, claim by claim",
        "Reads Markdown, text, TeX or a notebook's texts and says of every formula, derivation step, dimension, cost "
        "and fact that it can decide whether it holds, and if not, why. Exit code 1 if something is refuted.",
        "grader verify solution.md --json claims.json --html claims.html",
    )
    verify.add_argument(
        "documents", type=Path, nargs="+", metavar="DOCUMENT", help=".md, .txt, .tex or .ipynb"
    )
    verify.add_argument("--json", type=Path, metavar="FILE", help="write the claims there")
    verify.add_argument(
        "--html", type=Path, metavar="FILE", help="write the document with its claims marked there"
    )

    audit = _command(
        commands,
        "audit",
        _audit,
        "prove a rubric before releasing it",
        "Hands in the model solution (it must earn everything), every known fault (it must lose its item and be "
        "named) and junk (it must earn nothing). Exit code 1 if there is a hole.",
        "grader audit rubrics/homework/rubric.toml",
    )
    audit.add_argument("rubric", type=Path, metavar="RUBRIC.toml", help="the rubric to prove")
    audit.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")

    explain = _command(
        commands,
        "explain",
        _explain,
        "replay one verdict",
        "Shows the recorded inputs, the student's output, the reference's, the largest difference and the named "
        "fault. Runs nothing.",
        "grader explain grades ada attention.softmax",
    )
    explain.add_argument("dir", type=Path, metavar="DIR", help="the folder that `grade` wrote")
    explain.add_argument("student", metavar="STUDENT")
    explain.add_argument("item", metavar="ITEM")

    _command(
        commands,
        "doctor",
        _doctor,
        "what isolation this machine gives",
        "Tries each kind of isolation for real, says which one runs would take, and gives the line that mends what is "
        "missing. Exit code 1 if none works.",
        "grader doctor",
    )
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    function: Callable[[argparse.Namespace], int],
    brief: str,
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=brief, description=description, epilog=f"example: {example}")
    parser.set_defaults(command=function)
    return parser


def _rubric(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rubric", type=Path, required=True, metavar="RUBRIC.toml", help="the assignment's rubric"
    )


def _isolation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--isolation",
        choices=TIERS,
        metavar="TIER",
        help=f"how a box is sealed: {', '.join(TIERS)} (the strongest that works)",
    )


def _jobs(text: str) -> int:
    jobs = int(text)
    if jobs < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return jobs


if __name__ == "__main__":
    sys.exit(main())
