"""Automated grading and solution verification for deep-learning coursework."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.audit import audit_rubric as audit_rubric
    from grader.grade import check_notebook as check_notebook
    from grader.grade import grade_class as grade_class
    from grader.model import Report as Report
    from grader.rubric import load_rubric as load_rubric
    from grader.verify import verify_document as verify_document

WHERE = {
    "Report": "grader.model",
    "audit_rubric": "grader.audit",
    "check_notebook": "grader.grade",
    "grade_class": "grader.grade",
    "load_rubric": "grader.rubric",
    "verify_document": "grader.verify",
}

__all__ = ["Report", "audit_rubric", "check_notebook", "grade_class", "load_rubric", "verify_document"]


def __getattr__(name: str) -> Any:
    # Imported when asked for: `grader --help` must not wait for numpy.
    if name not in WHERE:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(import_module(WHERE[name]), name)
