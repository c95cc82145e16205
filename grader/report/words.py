"""How a report speaks: verdicts, points and texts that students wrote, for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from fractions import Fraction

from grader.model import Ended, Evidence, Execution, Finding, Report, Status, Verdict
from grader.report.as_json import number

LONGEST_TEXT = 2_000
"""Characters shown of one text; an exception's message can be of any length."""

VERDICTS = {
    Verdict.MET: "met",
    Verdict.PARTLY: "partly met",
    Verdict.NOT_MET: "not met",
    Verdict.NOT_REACHED: "not reached",
    Verdict.WAITING: "waiting for a person",
    Verdict.FAULT: "could not be judged",
}

MARKS = {
    Verdict.MET: "✓",
    Verdict.PARTLY: "◐",
    Verdict.NOT_MET: "✗",
    Verdict.NOT_REACHED: "–",
    Verdict.WAITING: "…",
    Verdict.FAULT: "!",
}

STATUSES = {
    Status.FINAL: "final",
    Status.WAITING: "waiting for a person",
    Status.NOT_GRADED: "not graded",
}

_ENDINGS = {
    Ended.FINISHED: "ran to its end",
    Ended.RAISED: "ran to its end; a cell raised an error",
    Ended.TIMED_OUT: "was stopped: it took too long",
    Ended.OUT_OF_MEMORY: "was stopped: it used too much memory",
    Ended.OUTPUT_LIMIT: "was stopped: it printed too much",
    Ended.DIED: "ended early: its process died",
    Ended.REJECTED: "could not be used",
    Ended.MISSING: "was not handed in",
}

_BRIEFLY = {
    Ended.RAISED: "error",
    Ended.TIMED_OUT: "too slow",
    Ended.OUT_OF_MEMORY: "out of memory",
    Ended.OUTPUT_LIMIT: "too much output",
    Ended.DIED: "died",
    Ended.REJECTED: "not usable",
    Ended.MISSING: "missing",
}

# Joiners and variation selectors belong to letters and emoji and change nothing around them.
_harmless = frozenset("\u200c\u200d")


def visible(text: str) -> str:
    r"""The text with every invisible, reordering or control character spelt out, and of bounded length.

    >>> visible("a\u202eb\x1b[31m"), visible("Zoë 😀"), visible("x\ny")
    ('a⟨U+202E⟩b⟨U+001B⟩[31m', 'Zoë 😀', 'x⏎y')
    """
    cut = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} … ({len(text):,} characters)"
    return "".join(map(_shown, cut))


def _shown(letter: str) -> str:
    if letter in "\n\r\t":
        return {"\n": "⏎", "\r": "", "\t": " "}[letter]
    category = unicodedata.category(letter)
    if category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and letter not in _harmless:
        return f"⟨U+{ord(letter):04X}⟩"
    return letter


def points(value: Fraction) -> str:
    """
    >>> points(Fraction(3)), points(Fraction(3, 2)), points(Fraction(1, 3))
    ('3', '1.5', '0.33')
    """
    return f"{float(value):.2f}".rstrip("0").rstrip(".") if value.denominator != 1 else str(number(value))


def percent(earned: Fraction, out_of: Fraction) -> str:
    """Whole percents, rounded down, so that only full marks read 100 %; "–" where nothing could be earned."""
    return f"{int(100 * earned / out_of)} %" if out_of else "–"


def status_sentence(report: Report) -> str:
    """What the status means for the student."""
    waiting = sum(one.verdict is Verdict.WAITING for one in report.items)
    if report.status is Status.NOT_GRADED:
        return "Not graded: something of ours failed. No point is lost by that; it will be graded again."
    if report.status is Status.WAITING:
        return f"Not final yet: {counted(waiting, 'item')} still to be marked by a person."
    if waiting:
        return f"Final. {counted(waiting, 'item')} without points will also be read by a person."
    return "Final."


def counted(count: int, noun: str) -> str:
    """
    >>> counted(1, "item"), counted(2, "item")
    ('1 item', '2 items')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def ending(execution: Execution) -> str:
    """How a notebook's run went, as the end of a sentence that begins with its name; seconds if it ran."""
    told = _ENDINGS[execution.ended]
    if execution.ended in (Ended.MISSING, Ended.REJECTED):
        return told
    if execution.cell is not None:
        told += f", at its cell {execution.cell} (the first is 0)"
    return f"{told} ({execution.seconds:.1f} s)"


def briefly(execution: Execution) -> str:
    """What kept a notebook's run from being whole, in a word or two; empty if nothing did."""
    told = _BRIEFLY.get(execution.ended, "")
    return told if execution.cell is None or not told else f"{told} at cell {execution.cell}"


def lead(finding: Finding) -> str:
    """The sentence to begin with: the diagnosis where there is one, for it says what to mend."""
    if finding.diagnosis is None or _core(finding.says) == _core(finding.diagnosis.says):
        return finding.says
    return finding.diagnosis.says


def beside_lead(finding: Finding) -> list[str]:
    """The verdict's sentence, if neither the diagnosis nor the convention says the same."""
    if finding.diagnosis is None or _is_conventions(finding) or lead(finding) == finding.says:
        return []
    return [finding.says]


def opens_with_convention(finding: Finding) -> bool:
    """Whether the verdict's sentence only says what the convention says."""
    return finding.diagnosis is None and _is_conventions(finding)


def _is_conventions(finding: Finding) -> bool:
    return finding.convention is not None and _core(finding.says) == _core(finding.convention.says)


def fresh_evidence(finding: Finding) -> list[Evidence]:
    """The evidence without sentences that the verdict's sentence repeats."""
    said = {_core(lead(finding)), *map(_core, beside_lead(finding))}
    return [one for one in finding.evidence if _core(one.says) not in said or one.points is not None]


def sections(items: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Items by what stands before the first dot of their id, in the rubric's order."""
    found: dict[str, list[Finding]] = {}
    for item in items:
        found.setdefault(item.item.split(".")[0] if "." in item.item else "", []).append(item)
    return found


def total(items: Iterable[Finding]) -> tuple[Fraction, Fraction]:
    """The points earned and the points that could be."""
    items = tuple(items)
    return sum((one.earned for one in items), Fraction(0)), sum((one.points for one in items), Fraction(0))


def is_lost(finding: Finding) -> bool:
    """Whether points that could be earned were not."""
    return finding.earned < finding.points and finding.verdict not in (Verdict.WAITING, Verdict.FAULT)


def losses(items: Iterable[Finding]) -> list[tuple[list[Finding], Fraction]]:
    """What cost points, with how many: items that follow each other and fell for the same reason stand together."""
    groups: list[list[Finding]] = []
    for item in filter(is_lost, items):
        if groups and _core(lead(groups[-1][0])) == _core(lead(item)):
            groups[-1].append(item)
        else:
            groups.append([item])
    return [(group, sum((one.points - one.earned for one in group), Fraction(0))) for group in groups]


def _core(sentence: str) -> str:
    return sentence.strip().rstrip(".").casefold()
