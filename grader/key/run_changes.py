"""Two runs side by side: the verdicts that flipped, the margins that moved, and what was another.

Pure: of two summaries, whoever wrote them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from grader.key.key_check import Status
from grader.key.run_summary import (
    ComparisonSummary,
    OptionSummary,
    PartSummary,
    QuestionSummary,
    RunSummary,
    SourceSummary,
)
from questions.common import marks
from questions.common.frozen import Frozen
from questions.quiz import Bilingual
from solvers.evidence.verdicts import Outcome, Standing

# A margin is near where it is less than this share of its threshold: so close that a reader should know of a
# move, before a verdict flips by one. At a threshold of zero nothing is near but what crosses it.
NEAR_SHARE = 0.1


Pairs = Mapping[str, tuple[QuestionSummary, QuestionSummary]]  # of the questions that both runs have


class VerdictChange(Frozen):
    """An option whose outcome or standing is another; None where there is no verdict."""

    question: str
    option: str
    before: tuple[Outcome, Standing] | None
    after: tuple[Outcome, Standing] | None


class StatusChange(Frozen):
    """A question whose place in the key check is another; None where the run has no such question."""

    question: str
    before: Status | None
    after: Status | None
    failure: Bilingual | None = None


class MarginChange(Frozen):
    """A number that moved across its threshold, or moved and is or was near it. Parts count from 1."""

    question: str
    option: str
    part: int
    moved: Literal["across", "near"]
    before: ComparisonSummary
    after: ComparisonSummary


class Replaced(Frozen):
    """Something that was another, or was not there, in these questions; None where it is not there."""

    name: str
    before: str | None
    after: str | None
    questions: tuple[str, ...]


class SoundChange(Frozen):
    """The sounds of a question that are others, were not kept before, or are not any more, by name."""

    question: str
    names: tuple[str, ...]


class RunChanges(Frozen):
    """All in which a run differs from the one before it."""

    verdicts: tuple[VerdictChange, ...] = ()
    statuses: tuple[StatusChange, ...] = ()
    margins: tuple[MarginChange, ...] = ()
    sources: tuple[Replaced, ...] = ()
    libraries: tuple[Replaced, ...] = ()
    sounds: tuple[SoundChange, ...] = ()
    claims: tuple[Replaced, ...] = ()
    key: tuple[Replaced, ...] = ()
    quizproof: tuple[Replaced, ...] = ()

    @property
    def flipped(self) -> bool:
        """Whether a verdict flipped or a question's place in the key check changed."""
        return bool(self.verdicts or self.statuses)

    @property
    def any(self) -> bool:
        """Whether anything is another at all."""
        return any(getattr(self, name) for name in type(self).model_fields)


def changes_between(before: RunSummary, after: RunSummary) -> RunChanges:
    """What is another in the run after, in the order of its questions; those it has no more stand last."""
    ids = dict.fromkeys(one.question for run in (after, before) for one in run.questions)
    pairs = {id_: (before.question(id_), after.question(id_)) for id_ in ids}
    both = {id_: (old, new) for id_, (old, new) in pairs.items() if old is not None and new is not None}
    versions = [("quizproof", before.quizproof, after.quizproof, "")]
    return RunChanges(
        verdicts=tuple(change for pair in both.values() for change in _verdicts(*pair)),
        statuses=tuple(_statuses(pairs)),
        margins=tuple(change for pair in both.values() for change in _margins(*pair)),
        sources=_replaced(both, lambda one: _named(one.sources)),
        libraries=_replaced(both, lambda one: one.libraries),
        sounds=tuple(_sounds(both)),
        claims=tuple(one for one in _replaced(both, _claims) if one.before and one.after),
        key=tuple(_key(before, after)),
        quizproof=_grouped(versions),
    )


def is_near(one: ComparisonSummary) -> bool:
    """Whether a number lies within `NEAR_SHARE` of its threshold."""
    return abs(one.margin) < NEAR_SHARE * abs(one.threshold)


def _by_option(question: QuestionSummary) -> dict[str, OptionSummary]:
    return {one.option: one for one in question.options}


def _verdicts(before: QuestionSummary, after: QuestionSummary) -> Iterator[VerdictChange]:
    """Options that one run has alone count as without a verdict in the other."""
    old, new = _by_option(before), _by_option(after)
    for option in dict.fromkeys((*new, *old)):
        was, is_ = (_verdict(options.get(option)) for options in (old, new))
        if was != is_:
            yield VerdictChange(question=after.question, option=option, before=was, after=is_)


def _verdict(option: OptionSummary | None) -> tuple[Outcome, Standing] | None:
    if option is None or option.outcome is None or option.standing is None:
        return None
    return option.outcome, option.standing


def _statuses(
    pairs: Mapping[str, tuple[QuestionSummary | None, QuestionSummary | None]],
) -> Iterator[StatusChange]:
    for id_, (before, after) in pairs.items():
        was, is_ = before and before.status, after and after.status
        if was is not is_:
            yield StatusChange(
                question=id_, before=was, after=is_, failure=after.failure if after is not None else None
            )


def _margins(before: QuestionSummary, after: QuestionSummary) -> Iterator[MarginChange]:
    """Of parts that claim the same in both runs, every number that both held against a bound."""
    old, new = _by_option(before), _by_option(after)
    for option, is_ in new.items():
        was = old.get(option)
        if was is None:
            continue
        for place, (part, other) in enumerate(zip(was.parts, is_.parts, strict=False), 1):
            for one, two in _same_numbers(part, other):
                if moved := _moved(one, two):
                    yield MarginChange(
                        question=after.question, option=option, part=place, moved=moved, before=one, after=two
                    )


def _same_numbers(
    before: PartSummary, after: PartSummary
) -> Iterator[tuple[ComparisonSummary, ComparisonSummary]]:
    if before.claim != after.claim:
        return
    left = list(before.comparisons)
    for two in after.comparisons:
        one = next((one for one in left if _what(one) == _what(two)), None)
        if one is not None:
            left.remove(one)
            yield one, two


def _what(one: ComparisonSummary) -> tuple[object, ...]:
    return one.quantity, one.relation, one.speaks_for


def _moved(before: ComparisonSummary, after: ComparisonSummary) -> Literal["across", "near"] | None:
    if before.margin == after.margin:
        return None
    if (before.margin >= 0) != (after.margin >= 0):
        return "across"
    return "near" if is_near(before) or is_near(after) else None


def _named(sources: Iterable[SourceSummary]) -> dict[str, str]:
    """What each resource was, in words that differ where it does."""
    found: dict[str, list[str]] = {}
    for one in sources:
        revision = f" @ {one.revision}" if one.revision else ""
        digest = f", SHA-256 {one.sha256[:12]}…" if one.sha256 else ""
        mark = marks.CONCLUSIVE if one.genuine else marks.REHEARSAL
        found.setdefault(one.resource, []).append(f"{mark} {one.name}{revision} ({one.origin}{digest})")
    return {resource: "; ".join(sorted(names)) for resource, names in sorted(found.items())}


def _claims(question: QuestionSummary) -> dict[str, str]:
    return {
        f"{question.question} {option.option}": "; ".join(part.claim for part in option.parts)
        for option in question.options
        if option.parts
    }


def _replaced(pairs: Pairs, of: Callable[[QuestionSummary], Mapping[str, str]]) -> tuple[Replaced, ...]:
    """What is named otherwise by the two runs, of questions that both measured."""
    changed = []
    for id_, (before, after) in pairs.items():
        if before.failure is None and after.failure is None:
            old, new = of(before), of(after)
            changed += [(name, old.get(name), new.get(name), id_) for name in dict.fromkeys((*new, *old))]
    return _grouped(changed)


def _grouped(changed: Iterable[tuple[str, str | None, str | None, str]]) -> tuple[Replaced, ...]:
    """The same change of several questions once."""
    questions: dict[tuple[str, str | None, str | None], list[str]] = {}
    for name, before, after, question in changed:
        if before != after:
            questions.setdefault((name, before, after), []).extend([question] if question else [])
    return tuple(
        Replaced(name=name, before=before, after=after, questions=tuple(ids))
        for (name, before, after), ids in questions.items()
    )


def _sounds(pairs: Pairs) -> Iterator[SoundChange]:
    for id_, (before, after) in pairs.items():
        names = before.sounds.keys() | after.sounds.keys()
        changed = sorted(name for name in names if before.sounds.get(name) != after.sounds.get(name))
        if changed and before.failure is None and after.failure is None:
            yield SoundChange(question=id_, names=tuple(changed))


def _key(before: RunSummary, after: RunSummary) -> Iterator[Replaced]:
    """The answers that are others; or the key itself, where only what is amended in it is."""
    old, new = before.key, after.key
    if (old and old.sha256) == (new and new.sha256):
        return
    was, is_ = (dict(key.answers) if key else {} for key in (old, new))
    ids = [id_ for id_ in dict.fromkeys((*is_, *was)) if was.get(id_) != is_.get(id_)]
    if not ids:
        yield Replaced(name="amendments", before=old and old.name, after=new and new.name, questions=())
    for id_ in ids:
        answers = ("".join(one) if (one := key.get(id_)) else None for key in (was, is_))
        yield Replaced(name=id_, before=next(answers), after=next(answers), questions=(id_,))
