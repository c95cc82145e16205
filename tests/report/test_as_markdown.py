"""Markdown in which no text of a student's is markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.model import Report
from grader.report.as_markdown import plain, student_page

READERS = [MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False})]


@pytest.mark.parametrize("reader", READERS, ids=["commonmark", "tables and strikethrough"])
def test_only_our_own_markup_is_live(reader: MarkdownIt, hostile: Report) -> None:
    html = reader.render(student_page(hostile))
    tags = {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z!][\w-]*)", html)}
    assert tags <= {"h1", "h2", "h3", "p", "strong", "ul", "li", "code"}
    assert "href" not in re.sub(r"\\href|href\{", "", html)


def test_everything_is_said(rich: Report) -> None:
    page = student_page(rich)
    for part in (
        "# homework: Ada Lovelace (submission_1)",
        "**8.5 of 22 points** (38 %)",
        "**What is wrong:** Your output equals softmax(QKᵀ) V: the division by √D is missing.",
        "**Convention:** The loss is summed.",
        "- ✗ costs\\['polynomial'\\] misses M. (1)",
        "`attention.ipynb` was stopped: it took too long, at its cell 3 (the first is 0) (31.4 s). Cell 3 took longer",
        "- Files handed in: `attention.ipynb`, `triplet.ipynb`, `notes.txt`",
    ):
        assert part in page


@given(st.text(alphabet="\\`*_[]()<>|$&~#+-=.1a :!/@\n\t{}\"'", max_size=30))
def test_any_text_reads_as_itself(text: str) -> None:
    html = READERS[1].render(f"- x {plain(text)}\n\n{plain(text)}\n")
    tags = re.findall(r"<[^>]*>", html)
    shown = re.sub(r"<[^>]*>", "", html)
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("\u200b", ""), ("&amp;", "&")):
        shown = shown.replace(entity, letter)
    expected = text.replace("\n", "⏎").replace("\t", " ")
    assert shown.split() == f"x {expected} {expected}".split()
    assert set(tags) <= {"<ul>", "<li>", "</ul>", "</li>", "<p>", "</p>"}
