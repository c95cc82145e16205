"""Report -> JSON, Markdown, HTML and the class page. Pure functions of what the store holds."""

from __future__ import annotations

from grader.report.as_json import from_json, to_json

__all__ = ["from_json", "to_json"]
