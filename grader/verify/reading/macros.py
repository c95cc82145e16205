r"""A document's own commands, written out: `\newcommand{\norm}[1]{\lVert #1 \rVert}` and its like.

Every line keeps its number. What a text does not define but everybody means the same by, such as `\R`, is written
out as well. Nothing is run: a definition is text for text, and how deep and how long it gets is limited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

GROUPS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?:\\[,;:]|\{\\,\}|[\u2009\u202f])\d{3})+(?!\d)")
LONGEST_BODY = 500
MOST_EXPANSIONS = 20_000
LARGEST_GROWTH = 4
DEEPEST = 12

NAME = r"\\[A-Za-z]+"
HEAD = re.compile(
    rf"""\\(?:re|provide)?newcommand\*?\s*(?:\{{\s*(?P<name>{NAME})\s*\}}|(?P<bare>{NAME}))
         \s*(?:\[(?P<count>\d)\])?\s*(?:\[(?P<default>[^\]]*)\])?\s*(?=\{{)
       | \\providecommand\*?\s*\{{\s*(?P<provided>{NAME})\s*\}}\s*(?:\[(?P<provided_count>\d)\])?\s*(?=\{{)
       | \\DeclareMathOperator(?P<star>\*?)\s*(?:\{{\s*(?P<operator>{NAME})\s*\}}|(?P<bare_operator>{NAME}))\s*(?=\{{)
       | \\def\s*(?P<defined>{NAME})\s*(?P<parameters>(?:\#\d)*)\s*(?=\{{)
    """,
    re.VERBOSE,
)
COMMAND = re.compile(rf"{NAME}|\\.", re.DOTALL)


@dataclass(frozen=True)
class Macro:
    """How many arguments a command takes, the default of its first if that may be left out, and what it stands for."""

    arguments: int
    body: str
    default: str | None = None


USUAL: Mapping[str, Macro] = {
    r"\norm": Macro(1, r"\lVert #1 \rVert"),
    r"\abs": Macro(1, r"\lvert #1 \rvert"),
    r"\R": Macro(0, r"\mathbb{R}"),
    r"\RR": Macro(0, r"\mathbb{R}"),
    r"\E": Macro(0, r"\mathbb{E}"),
    r"\EE": Macro(0, r"\mathbb{E}"),
    r"\Var": Macro(0, r"\operatorname{Var}"),
    r"\softmax": Macro(0, r"\operatorname{softmax}"),
    r"\diag": Macro(0, r"\operatorname{diag}"),
    r"\argmin": Macro(0, r"\operatorname{argmin}"),
    r"\argmax": Macro(0, r"\operatorname{argmax}"),
}


def expanded(text: str) -> str:
    r"""The text with its own commands written out and their definitions blanked, line for line.

    >>> expanded(r"\newcommand{\half}[1]{\frac{#1}{2}}$\half{x+y}$").strip()
    '$\\frac{x+y}{2}$'
    """
    text = _with_commas(text)
    if "\\" not in text:
        return text
    text, macros = _definitions(text)
    used = set(re.findall(NAME, text))
    known = {**USUAL, **macros}
    return _written_out(text, known) if used & set(known) else text


def commands_in(text: str) -> Mapping[str, Macro]:
    """The commands that a text defines, and those that everybody means the same by."""
    return {**USUAL, **_definitions(text)[1]}


def written_out(text: str, commands: Mapping[str, Macro]) -> str:
    r"""A piece of a text with commands written out.

    >>> written_out(r"\norm{x}", commands_in(""))
    '\\lVert x \\rVert'
    """
    return _written_out(text, commands) if "\\" in text else text


def _with_commas(text: str) -> str:
    r"""Thin spaces between groups of three digits as commas, as all that reads numbers knows them.

    >>> _with_commas(r"134\,217\,728 and 3\,x")
    '134,217,728 and 3\\,x'
    """
    return GROUPS.sub(lambda found: re.sub(r"\\[,;:]|\{\\,\}|[\u2009\u202f]", ",", found.group()), text)


def _definitions(text: str) -> tuple[str, dict[str, Macro]]:
    macros: dict[str, Macro] = {}
    out, place = [], 0
    for head in HEAD.finditer(text):
        end = _group_end(text, head.end())
        if head.start() < place or end is None:
            continue
        body = " ".join(text[head.end() + 1 : end - 1].split())
        name, macro = _macro(head, body)
        if len(body) <= LONGEST_BODY and name not in {r"\begin", r"\end", r"\left", r"\right", r"\frac"}:
            macros[name] = macro
        out.append(text[place : head.start()])
        out.append("\n" * text.count("\n", head.start(), end))
        place = end
    return "".join([*out, text[place:]]), macros


def _macro(head: re.Match[str], body: str) -> tuple[str, Macro]:
    found = head.groupdict()
    if found["operator"] or found["bare_operator"]:
        return found["operator"] or found["bare_operator"], Macro(0, rf"\operatorname{{{body}}}")
    if found["defined"]:
        return found["defined"], Macro(found["parameters"].count("#"), body)
    count = found["count"] or found["provided_count"] or "0"
    return found["name"] or found["bare"] or found["provided"], Macro(int(count), body, found["default"])


def _written_out(text: str, macros: Mapping[str, Macro]) -> str:
    out: list[str] = []
    # What is left to read, the next piece last, with how deep in expansions it stands.
    pieces = [(text, 0)]
    budget, left = LARGEST_GROWTH * len(text) + 10_000, MOST_EXPANSIONS
    while pieces:
        rest, depth = pieces.pop()
        found = next((one for one in COMMAND.finditer(rest) if one.group() in macros), None)
        if found is None or not left or depth > DEEPEST:
            out.append(rest)
            continue
        macro = macros[found.group()]
        values, end = _arguments(rest, found.end(), macro)
        if values is None:
            out.append(rest[: found.end()])
            pieces.append((rest[found.end() :], depth))
            continue
        body = re.sub(r"#(\d)", lambda one, values=values: _argument(one, values), macro.body)  # type: ignore[misc]  # the default binds
        budget, left = budget - len(body), left - 1
        if budget < 0:
            out.append(rest)
            continue
        # A command's name must not run into the letter behind it.
        joint = " " if re.search(r"\\[A-Za-z]+$", body) and rest[end : end + 1].isalpha() else ""
        out.append(rest[: found.start()])
        if body[:1].isalpha() and re.search(r"\\[A-Za-z]+$", "".join(out[-2:])):
            # nor a letter into the name before it
            body = f" {body}"
        pieces.append((rest[end:], depth))
        pieces.append((body + joint + "\n" * rest.count("\n", found.start(), end), depth + 1))
    return "".join(out)


def _argument(mark: re.Match[str], values: list[str]) -> str:
    number = int(mark.group(1)) - 1
    return values[number] if number < len(values) else ""


def _arguments(text: str, place: int, macro: Macro) -> tuple[list[str] | None, int]:
    """The arguments that follow a command, newlines as spaces, and where the last ends; None if one is missing."""
    if not macro.arguments:
        return [], place
    values: list[str] = []
    sized = re.compile(r"\*?\s*(?:\[([^\]]*)\])?").match(text, place)
    option = sized.group(1) if sized else None
    if sized and (option is not None or text[place : place + 1] == "*"):
        place = sized.end()
    if macro.default is not None:
        values.append(macro.default if option is None else option)
    while len(values) < macro.arguments:
        while place < len(text) and text[place].isspace():
            place += 1
        if place >= len(text) or text[place] in "}$&":
            return None, place
        if text[place] == "{":
            end = _group_end(text, place)
            if end is None:
                return None, place
            values.append(" ".join(text[place + 1 : end - 1].split("\n")))
        else:
            single = COMMAND.match(text, place)
            end = single.end() if single else place + 1
            values.append(text[place:end])
        place = end
    return values, place


def _group_end(text: str, place: int) -> int | None:
    """Where the group that opens at `place` has ended; None if it never does."""
    depth = 0
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        place += 1
        if depth == 0:
            return place
    return None
