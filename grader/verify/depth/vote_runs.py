# ruff: noqa: E501 -- a pattern stays on one line
"""The answers of the probes for one image, told in words: `probes 0 to 3 say cat, the rest dog`, `probe 6 is the last to disagree`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.verify.depth.votes import CLASS, NO_CLASS, Votes
from grader.verify.reading.numerals import value_of

_PROBE = r"(?:k-?NN )?(?:probes?|layers?|votes?|answers?|points?)"
NAMED = rf"(?:(?:the )?{_PROBE}(?: (?:at|of|from|in) (?:{_PROBE} )?)? ?|K_?|p)"
SETS = re.compile(
    rf"\b(?:all|every|each)(?: of)?(?: the)?(?: \d{{1,2}})?(?: (?:{_PROBE}|one))? (?:but|except)(?: for| that| the| at| one| of)* (?:{NAMED})?(?P<but>\d{{1,2}})"
    rf"|\b(?:from (?:{NAMED})?(?P<from>\d{{1,2}}) (?:on(?:wards?)?|upwards?|to the (?:end|last(?: one| probe)?))|{NAMED}(?P<from2>\d{{1,2}}) and (?:all |every(?:thing)? )?(?:later|after|beyond|above)(?: ones?| probes?)?|after (?:{NAMED})(?P<after>\d{{1,2}}))"
    rf"|(?:\b{NAMED}|(?<=[,;] )|(?<=and )|(?<=but )|(?<=then )|^)(?P<a>\d{{1,2}})\s?(?:to|–|--|-|through|…|\.\.\.?)\s?(?:{NAMED})?(?P<b>\d{{1,2}})(?![\d.]*\d)"
    rf"|\b{NAMED}(?P<list>\d{{1,2}}(?:, \d{{1,2}})*,? and (?:{NAMED})?\d{{1,2}})(?![\d.]*\d)"
    rf"|\b(?:up to|until) {NAMED}(?P<upto>\d{{1,2}})"
    rf"|\b{NAMED}(?P<one>\d{{1,2}})(?![\d.]*\d)(?:, (?:which is )?the (?P<islast>last)(?: one| probe)?,)?"
    rf"|\b(?:the )?(?P<side>first|last) (?P<many>\d{{1,2}}|two|three|four)(?: {_PROBE}| ones)?\b"
    rf"|\bthe (?P<end>first|last|input)(?: {_PROBE}| one)?(?= (?:says?|votes?|answers?|predicts?|gives?|dis|agrees?|differs?|alone|only))"
    rf"|\b(?P<rest>(?:all |the )?(?:the )?(?:rest|others?|remaining (?:ones|probes|\d+)|later (?:ones|probes)|following ones|other (?:probes|ones|\d+))|all (?:the )?(?:later|following|others?|further)(?: ones| probes)?|every(?:thing)? (?:later|after|other)(?: that| it| probe| one)?|each later (?:one|probe)|afterwards|after that|from then on|from there on)\b"
    rf"|\b(?P<all>(?:all|every|each|both)(?: of)?(?: the)?(?: \d{{1,2}})? (?:{_PROBE}|of them)|all \d{{1,2}}|all of them|they all)\b",
    re.I,
)
SAYS = r"(?:say|says|said|vote|votes|voted|answer|answers|answered|predict|predicts|predicted|give|gives|gave|outputs?|choose|chooses|chose|picks?|picked|return|returns|returned|stays? (?:at|with)|switch(?:es|ed)? to|go(?:es)? (?:for|to)|read|reads|labels?|labelled|calls?|called|assigns?|classif(?:y|ies) it as|have|has|is|are)\b"
ADVERBS = r"(?:\s*(?:all|both|each|still|already|again|consistently|unanimously|also|then|now|alone|too|always|only|finally|,|the last,?|the input,?|inclusive,?))*"
SAYS_CLASS = re.compile(
    rf"{ADVERBS}\s*(?:{SAYS}|[=:→])(?:\s*(?:for|with|consistently|again|still|the class|class))*\s*{CLASS}(?![\w-])(?!\s+(?:of|to|probes?|layers?|images?|neighbou?rs|same|votes?)\b)",
    re.I,
)
BARE_CLASS = re.compile(
    rf"\s*,?\s*(?:for |to )?{CLASS}(?:\s+(?:again|too|as well|instead))?(?=\s*(?:[,.;:)]|$|→|\b(?:and|so|hence|then|but)\b))",
    re.I,
)
CLASS_BEFORE = re.compile(rf"(?:^|[\s(,:]){CLASS}\s*(?P<at>(?:at|from|for|in|on|by)\s+(?:the )?)?$", re.I)
AGREE = re.compile(
    rf"{ADVERBS}\s*(?P<not>(?:do|does|did)(?: not|n['’]t)\s+)?(?:(?P<agree>agrees?|agreed|agreeing|equals? the (?:final|last)(?: one| class| answer)?|match(?:es|ing)?|coincides?|(?:are|is) (?:the same|equal|identical|right with it)|(?:say|give|predict|have|vote for)s? the (?:same|final)(?: (?:class|answer|label|thing|vote|prediction|one))?)|(?P<dis>disagrees?|disagreed|disagreeing|wrong about (?:it|the final class)|at odds with|differs?|differing|differed|deviates?|dissents?|contradicts?(?: it)?|(?:say|vote|predict|answer)s? (?:something else|otherwise|differently|another class|a different class)|(?:is|are) different))\b",
    re.I,
)
# "all probes agree from layer 3 on"
PARTLY = re.compile(
    r"(?: with [^,;.]{0,30}?)?\s*(?:only )?(?:(?:from|after|since|up to|until|beyond|behind|in|at|between) (?:the )?(?:probes?|layers?|points?|\d|first|last|least|most)|except|but\b|most\b|or\b)",
    re.I,
)
DOES_NOT = re.compile(
    r"\s*(?:does|do|did)(?: not|n['’]t)(?!\s+(?:say|vote|agree|give|answer|predict|match|differ))", re.I
)
# "two probes disagree with the final answer, probes 1 and 5"
DISAGREE_BEFORE = re.compile(
    r"\b(?:disagree|differ|deviate|dissent)s?\b[^.;\d]{0,40}[,:(—–]\s*(?:namely |at |those at |the )?$", re.I
)
LAST_TO = re.compile(
    rf"\b{NAMED}(?P<one>\d{{1,2}})(?: (?:is|was|being)|,)? (?:still )?the last (?:one |probe |vote |layer |answer )?(?:to (?:still )?(?:disagree|differ|deviate|dissent|say something else|vote differently)|that (?:still )?(?:disagrees|differs|deviates|dissents|says something else|votes (?:differently|otherwise)|is different))"
    rf"|\b(?:last|latest|final) (?:disagreement|dissent(?:er)?|deviation|mismatch|disagreeing (?:probe|vote|one)|differing (?:probe|vote|one)|(?:other|different) (?:vote|answer|class)|{_PROBE} (?:that|which|to) (?:still )?(?:disagrees?|differs?|deviates?|says something else))(?: (?:with|from) (?:it|the (?:final|last) (?:one|answer|class|prediction|vote|probe)|the network))?\s*(?:is|comes|occurs|happens|was|lies|sits|stands|:|=|,)?\s*(?:that of|the one|at|in|on|is)?\s*(?:the )?(?:{NAMED})?(?:m = |number |index )?(?P<two>\d{{1,2}})(?![\d.]*\d)",
    re.I,
)
LAST_PROBE = re.compile(
    r"(?:\b(?:probes?|layers?|points?|m|L|ℓ|numbered)\b|[KkPp]_?\{?)\s*(?:=|:|∈|from|are|run|\()?\s*\{?\s*0\s*(?:,\s*(?:1,\s*)?(?:2,\s*)?(?:…|\.\.\.)\s*,?|to|–|-|…|\.{2,3}|through)\s*(?:[KkPp]_?\{?)?(?P<last>\d{1,2})(?!\d)|(?<!first )(?<!last )(?<!other )(?<!the )(?<!later )\b(?P<many>\d{1,2}) (?:k-?NN )?probes\b",
)
SPEAKS = re.compile(r"\bprobes?\b|\blayers?\b|\bvotes?\b", re.I)
DEFINES = re.compile(r"\b(?:first|earliest|least|smallest|lowest)\b[^.;]{0,40}\b(?:from which|such that|where|whose|at which|for which|after which|so that)\b|\bdefin(?:e|ed|ition)\b|\bmin(?:imum)?\b|\bin general\b|\balways\b", re.I)  # fmt: skip
MOST = 40
REACH = 250
FINAL, OTHER = "the final class", "another class"


def last_probe(*texts: str) -> int | None:
    """The number of the last probe, where one of the texts counts the probes from 0; the first that does counts."""
    for text in texts:
        found = list(LAST_PROBE.finditer(text))
        if found:
            last = found[-1]
            return int(last.group("last")) if last.group("last") else int(last.group("many")) - 1
    return None


def _last(sentence: str, before: str) -> int | None:
    """The last probe of a sentence's image: `probes 0 to 3 say` names some of them only."""
    known = last_probe(before)
    numbers = [int(one) for one in re.findall(r"(?<![\d.,])\d{1,2}(?![\d.,]*\d|\s*%)", sentence)]
    for found in LAST_PROBE.finditer(sentence):
        number = int(found.group("last") or 0) or int(found.group("many") or 1) - 1
        after = sentence[found.end() :]
        whole = found.group("many") or number == max(numbers)
        if (
            whole
            and not (SAYS_CLASS.match(after) or AGREE.match(after))
            and (known is None or number > known)
        ):
            known = number
    return known


@dataclass(frozen=True)
class _Run:
    """A set of probes with what they say: from `first` to `last`; the rest where these are None."""

    probes: tuple[int, ...] | None
    says: str
    start: int
    end: int


# one vote changed, of an image whose others stand elsewhere
CHANGED = re.compile(
    r"\b(?:if|had)\b[^.;:]{0,40}\b(?:probe|layer) \d+['’]?s?\b[^.;:]{0,20}\b(?:had|were|would have|instead)\b|\bhad (?:probe|layer) \d+\b",
    re.I,
)


def told_votes(sentence: str, before: str) -> Votes | None:
    """The votes that a sentence tells in words; None where it tells none, or not up to the last probe.

    >>> told_votes("Probes 0 to 3 say cat, the rest dog.", "Eleven probes.").depth
    4
    >>> told_votes("Probe 6 is the last to disagree.", "Probes 0 to 10.").depth
    7
    """
    if (
        not SPEAKS.search(f"{before[-REACH:]} {sentence}")
        or DEFINES.search(sentence)
        or CHANGED.search(sentence)
    ):
        return None
    last = _last(sentence, before)
    dissent = LAST_TO.search(sentence)
    if dissent is not None:
        at = int(dissent.group("one") or dissent.group("two"))
        many = max(last or 0, at + 1)
        answers = (*[None] * at, OTHER, *[FINAL] * (many - at))
        return Votes(answers, numbered=True, start=dissent.start(), end=dissent.end(), listed=False)
    runs = list(_runs(sentence, last))
    made = _votes(runs, last) if runs else None
    return made if made is not None and made.depth is not None else None


def _runs(sentence: str, last: int | None) -> Iterator[_Run]:
    said = False
    turned: str | None = None
    for found in SETS.finditer(sentence):
        probes = _probes(found, last)
        if probes == ():
            continue
        after = sentence[found.end() :]
        from_before = re.search(
            r"\bfrom (?:the )?(?:probe|layer|point)s? ?\d{1,2} on(?:wards)? $", sentence[: found.start()]
        )
        if from_before is not None and found.group("all"):
            # "from probe 4 on all answers equal the final one"
            start = int(re.findall(r"\d+", from_before.group())[-1])
            probes = tuple(range(start, (last if last is not None else start) + 1))
        agrees = AGREE.match(after)
        denied = DOES_NOT.match(after) if agrees is None and turned is not None else None
        if denied is not None and turned is not None:
            yield _Run(probes, FINAL if turned == OTHER else OTHER, found.start(), found.end() + denied.end())
            continue
        listed = DISAGREE_BEFORE.search(sentence[: found.start()][-70:])
        if listed is not None and probes is not None and agrees is None:
            yield _Run(probes, OTHER, found.start(), found.end())
            continue
        if agrees is not None and PARTLY.match(after, agrees.end()):
            continue
        if agrees is not None:
            against = bool(agrees.group("dis")) != bool(agrees.group("not"))
            if found.group("but"):
                out = int(found.group("but"))
                yield _Run((out,), FINAL if against else OTHER, found.start(), found.end() + agrees.end())
                probes = None
            turned = OTHER if against else FINAL
            yield _Run(probes, turned, found.start(), found.end() + agrees.end())
            said = True
            continue
        named = SAYS_CLASS.match(after) or (BARE_CLASS.match(after) if said else None)
        start, end = found.start(), found.end() + (named.end() if named else 0)
        if named is None:
            named = CLASS_BEFORE.search(sentence[: found.start()][-MOST:]) if not found.group("all") else None
            if (
                named is not None
                and not named.group("at")
                and not re.match(r"from|after|up to|until", found.group(), re.I)
            ):
                named = None
        if named is None or named.group("class").lower() in NO_CLASS:
            continue
        if not said and "at" in named.groupdict() and len(SETS.findall(sentence)) < 2:
            continue  # "it settles at layer 2"
        said = True
        yield _Run(probes, named.group("class"), start, end)


def _probes(found: re.Match[str], last: int | None) -> tuple[int, ...] | None:
    """The numbers of a set of probes; none if they are not known, None for the rest."""
    told = found.groupdict()
    if told["rest"] or told["but"]:
        return None
    if told["all"]:
        return None
    for key, shift in (("from", 0), ("from2", 0), ("after", 1)):
        if told[key]:
            return (
                tuple(range(int(told[key]) + shift, last + 1))
                if last is not None
                else (int(told[key]) + shift,)
            )
    if told["a"]:
        return tuple(range(int(told["a"]), int(told["b"]) + 1))
    if told["list"]:
        return tuple(int(one) for one in re.findall(r"\d+", told["list"]))
    if told["upto"]:
        return tuple(range(int(told["upto"]) + 1))
    if told["one"]:
        return (int(told["one"]),)
    if told["side"]:
        many = value_of(told["many"])
        if told["side"].lower() == "first":
            return tuple(range(many))
        return tuple(range(last + 1 - many, last + 1)) if last is not None and many <= last + 1 else ()
    if (told["end"] or "").lower() in {"first", "input"}:
        return (0,)
    return (last,) if last is not None else ()


def _votes(runs: list[_Run], last: int | None) -> Votes | None:
    named = [probe for run in runs for probe in run.probes or ()]
    rests = [run for run in runs if run.probes is None]
    start, end = min(run.start for run in runs), max(run.end for run in runs)
    if len(rests) > 1 or (not named and not rests):
        return None
    top = max([*named, last or 0])
    if len(named) != len(set(named)) or top > MOST or (last is not None and named and max(named) > last + 1):
        return None
    if not named and rests[0].says == OTHER:
        return None
    if last is not None and any(run.says == OTHER and last in (run.probes or ()) for run in runs):
        return None  # "probes 9 and 10 disagree": with each other
    everything = [None] * (top + 1 + (1 if rests and named and last is None and max(named) == top else 0))
    answers: list[str | None] = list(everything)
    for run in runs:
        for probe in run.probes or ():
            answers[probe] = run.says
    if rests:
        answers = [rests[0].says if one is None else one for one in answers]
    elif all(run.says == OTHER for run in runs):
        # "probes 0 and 3 disagree": the others agree
        answers = [FINAL if one is None else one for one in answers]
        if answers[-1] == OTHER and last is None:
            answers.append(FINAL)
    elif {run.says for run in runs} == {FINAL} and (None in answers or (last or 0) > max(named)):
        return None  # "from probe 4 on they agree" says nothing of the others
    told = [one for one in answers if one not in {FINAL, OTHER, None}]
    if told and answers[-1] in {FINAL, OTHER}:
        return None  # whether a class is the final one is not told
    if told and any(one in {FINAL, OTHER} for one in answers):
        return None
    return Votes(tuple(answers), numbered=True, start=start, end=end, listed=False)


__all__ = ["FINAL", "LAST_TO", "OTHER", "SETS", "last_probe", "told_votes"]
