"""Whether other figures say what the pooled one says: a verdict on a figure stands only where all do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from questions.quiz import Bilingual
from solvers.evidence.verdicts import Comparison, Outcome, at_least, at_most
from solvers.hw10.emotion_figure import MIN_CLIPS
from solvers.hw10.q06_emotion_umap.measurements import Measurements, Named, OtherFigure

VERBS = {Outcome.HOLDS: ("成立", "hold"), Outcome.FAILS: ("不成立", "fail")}


@dataclass(frozen=True)
class Reading:
    """What one figure says of a statement: its values, what follows from each, and how they are said.

    `n_nearest`: the numbers of nearest points that the values are by, where they are by any.
    """

    figure: OtherFigure
    values: tuple[float, ...]
    outcomes: tuple[Outcome, ...]
    said: Bilingual
    n_nearest: tuple[int, ...] = ()

    def says(self, outcome: Outcome) -> bool:
        """Whether the figure has clips enough and every value of it comes to this."""
        return self.figure.n_clips >= MIN_CLIPS and set(self.outcomes) == {outcome}


@dataclass(frozen=True)
class Beside:
    """The outcome beside other figures, a sentence on them, and the least and most of their values.

    No ends: there are no other figures, because the spec names the one that counts.
    """

    outcome: Outcome
    also_zh: str
    also_en: str
    ends: tuple[float, float] | None = None

    def compared(self, least: float, most: float, unit: str, what: str = "") -> tuple[Comparison, ...]:
        """The ends against their bounds; nothing without them. `what` says of which values they are."""
        if self.ends is None:
            return ()
        return (
            at_least(f"{what}least of the other figures", self.ends[0], least, unit),
            at_most(f"{what}most of the other figures", self.ends[1], most, unit),
        )


def beside(
    outcome: Outcome,
    found: Measurements,
    readings_of: Callable[[Sequence[OtherFigure]], tuple[Reading, ...]],
) -> Beside:
    """What a figure's outcome is worth: all, where the spec names it, else what the others say too."""
    if found.named is not None:
        said = named_words(found.named)
        return Beside(outcome, said.zh, said.en)
    readings = readings_of(found.others)
    agreed_on, (zh, en) = agreed(outcome, readings)
    return Beside(agreed_on, zh, en, values_of(readings))


def permuted_within(found: Measurements) -> Bilingual:
    """Where the labels change places."""
    if found.named is not None and found.named.permuted_within == "speaker":
        return Bilingual(zh="同一說話者", en="speaker")
    return Bilingual(zh="同一說話者、同一句", en="speaker and sentence")


def separations(others: Sequence[OtherFigure], layer: int, other: int, delta: float) -> tuple[Reading, ...]:
    """Whether a layer separates the emotions by `delta`, and by as much better than another does.

    A figure's one value is the smaller of S(layer) and S(layer) - S(other).
    Raises KeyError where no figure has both layers.
    """
    readings = []
    for figure in others:
        own, its = figure.above(layer), figure.above(other)
        if own is not None and its is not None:
            lead = min(own, own - its)
            said = f"S({layer}) = {own:+.3f}, S({other}) = {its:+.3f}"
            readings.append(
                Reading(
                    figure,
                    (lead,),
                    (Outcome.HOLDS if lead >= delta else Outcome.FAILS,),
                    Bilingual(zh=said, en=said),
                )
            )
    if not readings:
        raise KeyError((layer, other))
    return tuple(readings)


def groupings(
    others: Sequence[OtherFigure], emotions: tuple[str, ...], layer: int, grouped: float, mixed: float
) -> tuple[Reading, ...]:
    """Whether emotions form groups in a layer: accuracies of `grouped` at least, or of `mixed` at most.

    Raises KeyError where no figure has them.
    """
    readings = []
    for figure in others:
        found = figure.of(emotions, layer)
        if found:
            readings.append(
                Reading(
                    figure,
                    tuple(one.value for one in found),
                    tuple(_grouped(one.value, grouped, mixed) for one in found),
                    Bilingual(
                        zh="、".join(f"看最近 {one.n_nearest} 點 {one.value:.3f}" for one in found),
                        en=", ".join(f"{one.value:.3f} by {one.n_nearest} nearest" for one in found),
                    ),
                    tuple(one.n_nearest for one in found),
                )
            )
    if not readings:
        raise KeyError((emotions, layer))
    return tuple(readings)


def _grouped(value: float, grouped: float, mixed: float) -> Outcome:
    if value >= grouped:
        return Outcome.HOLDS
    return Outcome.FAILS if value <= mixed else Outcome.UNDETERMINED


def values_of(readings: Sequence[Reading]) -> tuple[float, float]:
    """The least and the most of all figures' values."""
    values = [value for one in readings for value in one.values]
    return min(values), max(values)


def agreed(outcome: Outcome, readings: Sequence[Reading]) -> tuple[Outcome, tuple[str, str]]:
    """The pooled figure's outcome, or undetermined where another differs; a sentence on it in zh and en.

    An outcome that is undetermined anyway stays so, and its sentence is empty.
    """
    if outcome is Outcome.UNDETERMINED:
        return outcome, ("", "")
    verb_zh, verb_en = VERBS[outcome]
    differing = [one for one in readings if not one.says(outcome)]
    if differing:
        said = [_said(one) for one in differing]
        return Outcome.UNDETERMINED, (
            f"但並非每種畫法都顯示此敘述{verb_zh}，因此不作判定：{'；'.join(one.zh for one in said)}。",
            f" But the statement does not clearly {verb_en} in every figure, so it is not decided: "
            f"{'; '.join(one.en for one in said)}.",
        )
    drawn = _drawn(readings)
    return outcome, (
        f"其他畫法（{drawn.zh}）也都顯示此敘述{verb_zh}。",
        f" The statement {verb_en}s in the other figures too ({drawn.en}).",
    )


def named_words(named: Named) -> Bilingual:
    """That the figure is the course's own, and how it was drawn."""
    call = named.umap
    said = (
        f"n_neighbors {call.n_neighbors}, min_dist {call.min_dist:g}, spread {call.spread:g}, {call.metric}"
    )
    state = "" if call.random_state is None else f", random_state {call.random_state}"
    return Bilingual(
        zh=f"此圖由題目規格指定（{named.n_clips} 個音檔；UMAP {said}{state}），由它決定。",
        en=f" The figure is the one that the spec names ({named.n_clips} clips; UMAP with {said}{state}), so "
        "it decides.",
    )


def _drawn(readings: Sequence[Reading]) -> Bilingual:
    """Which figures there are."""
    neighbours = ", ".join(map(str, sorted({one.figure.n_neighbours for one in readings})))
    speakers = [one.figure.speaker for one in readings if one.figure.speaker is not None]
    nearest = ", ".join(map(str, sorted({n for one in readings for n in one.n_nearest})))
    return Bilingual(
        zh=f"UMAP n_neighbors {neighbours}；單獨畫 {'、'.join(speakers)}"
        + (f"；看最近 {nearest} 點" if nearest else ""),
        en=f"UMAP's n_neighbors {neighbours}; {', '.join(speakers)} each alone"
        + (f"; {nearest} nearest points" if nearest else ""),
    )


def _said(reading: Reading) -> Bilingual:
    """A figure that differs, with its values, or why they do not count."""
    figure = reading.figure
    who = (
        Bilingual(zh="全部說話者", en="all speakers")
        if figure.speaker is None
        else Bilingual(zh=f"單獨畫 {figure.speaker}", en=f"{figure.speaker} alone")
    )
    if figure.n_clips < MIN_CLIPS:
        return Bilingual(
            zh=f"{who.zh}（只有 {figure.n_clips} 個音檔，至少要 {MIN_CLIPS} 個）",
            en=f"{who.en} ({figure.n_clips} clips, fewer than the {MIN_CLIPS} asked for)",
        )
    return Bilingual(
        zh=f"{who.zh}（n_neighbors {figure.n_neighbours}，{reading.said.zh}）",
        en=f"{who.en} (n_neighbors {figure.n_neighbours}, {reading.said.en})",
    )
