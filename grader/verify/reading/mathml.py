# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""LaTeX -> MathML for a page that is read offline. The source is untrusted: only known elements and attributes come out."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET

from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.syntax import Unreadable

ELEMENTS = frozenset({
    "math", "mrow", "mi", "mo", "mn", "mfrac", "msqrt", "mroot", "msup", "msub", "msubsup", "munder", "mover",
    "munderover", "mtext", "mspace", "mtable", "mtr", "mtd", "mstyle", "mpadded",
})  # fmt: skip
ATTRIBUTES = frozenset(
    {
        "display",
        "stretchy",
        "mathvariant",
        "fence",
        "displaystyle",
        "linethickness",
        "width",
        "minsize",
        "maxsize",
    }
)
LONGEST = 3000
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def mathematics(source: str, *, display: bool) -> str:
    """MathML for one formula, or its escaped source where it cannot be rendered.

    >>> "<script" in mathematics(r"\\text{<script>alert(1)</script>}", display=False)
    False
    """
    plain = f'<code class="formula">{html.escape(source)}</code>'
    if len(source) > LONGEST:
        return plain
    try:
        from latex2mathml.converter import convert
    except ImportError:
        return plain
    text = re.sub(
        r"[<>&]|\\(?:href|url|html\w*|class|style|cssId|require|unicode)\b", _harmless, ascii_form(source)
    )
    text = re.sub(r"\\(?:label|tag)\{[^{}]*\}", "", text)
    try:
        tree = ET.fromstring(convert(text, display="block" if display else "inline"))  # noqa: S314 -- the converter writes no entities
        return _element(tree, 0)
    except (
        ET.ParseError,
        Unreadable,
        ValueError,
        IndexError,
        KeyError,
        RecursionError,
        TypeError,
        AttributeError,
    ):
        return plain
    except Exception as error:
        if type(error).__module__.startswith("latex2mathml"):
            return plain
        raise


def _harmless(found: re.Match[str]) -> str:
    return {"<": r"\lt ", ">": r"\gt ", "&": " "}.get(found.group(), " ")


def _element(node: ET.Element, depth: int) -> str:
    if depth > 80:
        raise Unreadable("the formula is nested too deep")
    tag = node.tag.removeprefix(NAMESPACE)
    inner = html.escape(node.text or "") + "".join(
        _element(child, depth + 1) + html.escape(child.tail or "") for child in node
    )
    if tag not in ELEMENTS:
        return inner
    kept = "".join(
        f' {name}="{html.escape(value, quote=True)}"'
        for name, value in node.attrib.items()
        if name in ATTRIBUTES and re.fullmatch(r"[\w.%-]+", value)
    )
    return f"<{tag}{kept}>{inner}</{tag}>"
