"""The pages hold no live text of a student's, load nothing, and say what they must."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest

from grader.model import Report, Status, Verdict
from grader.report import as_html

TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "header",
        "main",
        "footer",
        "section",
        "div",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "p",
        "span",
        "b",
        "bdi",
        "code",
        "strong",
        "ul",
        "li",
        "a",
        "details",
        "summary",
        "dl",
        "dt",
    ),
    *("dd", "table", "thead", "tbody", "tr", "th", "td", "button", "svg", "rect", "text", "line"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "type", "title", "role"),
    *(
        "aria-label",
        "aria-hidden",
        "aria-sort",
        "data-key",
        "data-sortable",
        "viewbox",
        "preserveaspectratio",
    ),
    *("x", "y", "x1", "x2", "y1", "y2", "width", "height", "text-anchor"),
}


class Page(HTMLParser):
    """Collects what a browser would see as tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        inside = self.tags[-1] if self.tags else ""
        (self.raw[inside] if inside in self.raw and not self.raw[inside] else self.texts).append(data)

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")


def _words(page: str) -> str:
    """The text of a page without the charts."""
    return " ".join("".join(Page(re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)).texts).split())


@pytest.fixture(params=["student", "class"])
def page(request: pytest.FixtureRequest, hostile: Report, exhibits: Callable[[Report], Any]) -> str:
    if request.param == "student":
        return as_html.student_page(hostile, exhibits(hostile))
    return as_html.class_page([hostile], hostile.display)


def test_no_tag_or_attribute_comes_from_a_student(page: str) -> None:
    seen = Page(page)
    assert set(seen.tags) <= TAGS
    assert {name for name, _ in seen.attributes} <= ATTRIBUTES
    assert seen.tags.count("style") == 1
    assert seen.tags.count("script") <= 1
    for name, value in seen.attributes:
        if name == "href":
            assert re.fullmatch(r"#item-\d+|students/evil/report\.html|scores\.csv", value or "")


def test_attacks_are_shown_as_text(page: str) -> None:
    text = "".join(Page(page).texts)
    for attack in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "&lt;b&gt;"):
        assert attack in text
    assert "49" not in text


def test_no_character_hides_or_reorders_the_page(page: str) -> None:
    for letter in ("\u202e", "\u2066", "\x1b", "\x00", "\u200b", "\ufeff", "\ud800"):
        assert letter not in page
    assert "⟨U+202E⟩right to left" in page
    page.encode()


def test_the_policy_allows_our_own_style_and_script_only(page: str) -> None:
    seen = Page(page)
    (policy,) = (
        value for name, value in seen.attributes if name == "content" and value and "default-src" in value
    )
    assert policy.startswith("default-src 'none'; ")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        inside = "".join(seen.raw[tag])
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert (f"{directive} 'sha256-{digest}'" in policy) == (tag in seen.tags)
    assert "unsafe" not in policy


def test_nothing_is_loaded_from_elsewhere(
    simple: Report, rich: Report, exhibits: Callable[[Report], Any]
) -> None:
    for page in (as_html.student_page(rich, exhibits(rich)), as_html.class_page([rich, simple], "x")):
        assert not re.search(r"(?i)(src|href|action|url|import)\s*[=(]\s*['\"]?(https?:|//|data:)", page)
        assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(Page(page).tags)


def test_verdicts_are_said_in_words(rich: Report, exhibits: Callable[[Report], Any]) -> None:
    text = "".join(Page(as_html.student_page(rich, exhibits(rich))).texts)
    for words in (
        "met",
        "partly met",
        "not met",
        "not reached",
        "waiting for a person",
        "could not be judged",
    ):
        assert words in text
    assert "No point is lost by that" in text
    assert "Your output equals softmax(QKᵀ) V: the division by √D is missing." in text
    assert "at its cell 3 (the first is 0)" in text


def test_histograms_are_drawn_at_their_item_only(rich: Report, exhibits: Callable[[Report], Any]) -> None:
    drawn = as_html.student_page(rich, exhibits(rich))
    assert drawn.count('<svg class="chart"') == 1
    assert drawn.index('<svg class="chart"') > drawn.index("difficulty.histogram</code></h3>")
    assert '<svg class="chart"' not in as_html.student_page(rich, {})


def test_a_met_item_is_folded_and_a_lost_one_open(rich: Report, simple: Report) -> None:
    assert as_html.student_page(simple, {}).count("<details") == 2
    assert "What cost points" not in as_html.student_page(simple, {})
    assert re.search(r'<section class="card" id="item-1">', as_html.student_page(rich, {}))


def test_items_lost_for_one_reason_stand_together(simple: Report) -> None:
    items = [
        replace(one, verdict=Verdict.NOT_REACHED, earned=Fraction(0), says="Missing.") for one in simple.items
    ]
    text = _words(as_html.student_page(replace(simple, items=tuple(items)), {}))
    assert "What cost points attention.softmax and 1 more −7 Missing. attention 0 of 7" in text


def test_the_class_page_counts_verdicts_and_names_faults(rich: Report, simple: Report) -> None:
    again = replace(rich, student="zoe", display="Zoe", slug="zoe", status=Status.FINAL)
    text = _words(as_html.class_page([rich, simple, again], "x"))
    assert "on average over 2 students" in text
    assert "1 student could not be graded" in text
    assert "attention.kernelized 4 33 % 1 0 2 0" in text
    assert "2 attention.kernelized Your output equals softmax(QKᵀ) V" in text
    assert "Ada Lovelace, Zoe" in text


def test_what_was_not_judged_does_not_count_in_an_items_rate(simple: Report) -> None:
    spoiled = replace(simple.items[0], verdict=Verdict.FAULT, earned=Fraction(0))
    other = replace(simple, student="eve", items=(spoiled, simple.items[1]))
    assert "attention.softmax 3 100 % 1 0 0 0" in _words(as_html.class_page([simple, other], "x"))


def test_an_empty_class_has_a_page() -> None:
    assert "on average over 0 students" in as_html.class_page([], "x")
