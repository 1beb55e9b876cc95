"""What a run says beside its rows, on stderr: what it will take, what it rested on, what does not count."""

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING

from grader.key.key_check import KeyCheck
from quizproof.cli.terminal import say
from solvers.evidence.verdicts import Evidence

if TYPE_CHECKING:
    from solvers.run.outlook import RunOutlook


def announce_rulings(check: KeyCheck) -> None:
    """Rulings that do not count, and why."""
    for one in check.questions:
        for words in one.passed_over:
            say(words.en)


def announce_outlook(found: "RunOutlook") -> None:
    """What a run with the real models will take, before it starts."""
    fetched = [
        f"{one.name} {_size(one.download_bytes)} ({'as its host lists it' if one.listed else 'as published'})"
        for one in found.models
        if one.download_bytes
    ]
    held = [f"{one.name} {_size(one.memory_bytes)} ({one.dtype})" for one in found.models]
    lines = [
        f"To download: {_size(found.download_bytes)}, {', '.join(fetched)}."
        if fetched
        else "To download: nothing, all is at hand.",
        f"Memory on {found.device}: {_size(found.memory_bytes)} of weights, {', '.join(held)}; sounds in "
        f"work come on top, and on the host at most {_size(found.host_bytes)} while a model is loaded."
        if held
        else f"Memory on {found.device}: next to none.",
        f"Time: about {ceil(found.duration.seconds / 60)} minutes for all questions, by "
        f"{found.duration.where}."
        if found.duration
        else f"Time: not known, since it was never timed on {found.device}.",
    ]
    for line in lines:
        say(line)


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e8 else f"{n_bytes / 1e6:.1f} MB"


def announce_standins(evidence: Mapping[str, Evidence]) -> None:
    """A fallback is never silent."""
    names = sorted(
        {
            source.name
            for one in evidence.values()
            if one.provenance
            for source in one.provenance.sources
            if source.origin == "stand-in"
        }
    )
    if names:
        say(f"Stand-ins were used, so what rests on them is a rehearsal: {', '.join(names)}")


def announce_unlocked(evidence: Mapping[str, Evidence]) -> None:
    """What may be the real thing and is not known by digest, and why not."""
    found = {
        f"{source.name} ({source.note})"
        for one in evidence.values()
        if one.provenance
        for source in one.provenance.sources
        if source.unlocked
    }
    if found:
        names = ", ".join(sorted(found))
        say(f"Not known by digest, so a rehearsal until 'quizproof lock' has locked it: {names}")


def announce_notes(evidence: Mapping[str, Evidence]) -> None:
    """What a reader should know of the libraries, such as a transformers that was not tested."""
    notes = {note for one in evidence.values() if one.provenance for note in one.provenance.notes}
    for note in sorted(notes):
        say(f"Note: {note}")
