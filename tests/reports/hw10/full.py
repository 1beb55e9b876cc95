"""Evidence that fills every figure and player of the report, from numbers written here and short tones."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np

from grader.key.verification import Verification
from questions.common.absent import Absent
from questions.key import Key
from questions.load import PACKS_DIR
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from reports.card import card_of
from reports.draw.figures import Figure
from solvers.audio.sound_files import Sound, keep
from solvers.evidence.sources import Artifact, Provenance, Source
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence, Finding, Outcome, assemble, at_least
from solvers.hw10.q06_emotion_umap.measurements import (
    COLOURS,
    Circles,
    Difference,
    Estimate,
    Grouping,
    Layout,
    Measurements,
    OtherFigure,
    OtherGrouping,
    OtherSeparation,
    Point,
    RawLayer,
    clip_name,
)
from solvers.hw10.q07_languages import measurements as q07_numbers
from solvers.hw10.q08_laughter_music import measurements as q08_numbers
from solvers.hw10.q08_laughter_music.length import Window
from solvers.hw10.q09_layer_order import measurements as q09_numbers
from solvers.hw10.q09_layer_order.claims import sentences_of
from solvers.hw10.q10_interleaving.measurements import SPLITS, Mix, Offset, PerSpeaker, RandomFirst
from solvers.hw10.q10_interleaving.measurements import Measurements as Q10Measurements
from solvers.hw10.q11_csm_voice import measurements as q11_numbers
from solvers.models.speaker.scale import VoiceScale
from solvers.run import catalog
from solvers.run.judge import findings_of

HOSTILE = "<script>alert('x')</script>\"&{{ 7*7 }}"
LONG = "Supercalifragilistic" * 40
SCALE = VoiceScale(halves_a=(0.3, 0.3), halves_b=(-0.3, -0.3), own=0.8, across=0.5)
RATE_HZ = 24_000
RESOURCES = catalog.pack_at(PACKS_DIR / "hw10", None).resource_names


def provenance(*, genuine: bool, name: str = "Mimi") -> Provenance:
    origin = "library" if genuine else "stand-in"
    return Provenance(
        sources=tuple(
            Source(resource=resource, origin=origin, name=name, genuine=genuine) for resource in RESOURCES
        ),
        libraries={"torch": "2.14.1"},
        device="cpu",
        dtype="float32",
        seed=0,
        wall_time_s=1.5,
        measured_at=datetime(2026, 1, 9, 23, 59, 59, tzinfo=timezone(timedelta(hours=8))),
    )


def judged(
    question: AnyQuestion, holding: str, *, genuine: bool = True, reason: str = "because", name: str = "Mimi"
) -> Evidence:
    """Evidence by which one option holds and the others fail."""
    findings = {
        option.id: tuple(
            Finding(
                outcome=Outcome.HOLDS if option.id == holding else Outcome.FAILS,
                measured=f"measured {reason}",
                threshold="at least 0.3",
                reason=Bilingual(zh=reason, en=reason),
                comparisons=(at_least("margin", 1.23456, 0.3, "nat/token", (1.0, 1.5)),),
            )
            for _ in option.parts
        )
        for option in question.options
    }
    return assemble(question, findings, provenance(genuine=genuine, name=name), {})


def q06(emotions: Sequence[Any] = tuple(COLOURS), n_sentences: int = 4) -> Measurements:
    points = tuple(
        Point(
            speaker="ann",
            emotion=emotion,
            sentence=number,
            file=f"ann/{number}.flac",
            colour=COLOURS[emotion],
        )
        for emotion in emotions
        for number in range(n_sentences)
    )
    flat = Estimate(value=0.4, low=0.3, high=0.5)
    layers = (0, 6, 16, 31)
    groups = {(0, ("Amused", "Angry", "Sleepy")), (0, ("Disgusted", "Neutral", "Sleepy"))}
    groups |= {(6, ("Amused", "Angry")), (6, ("Angry", "Sleepy"))}
    return Measurements(
        seeds=(0, 1),
        circles=Circles(in_layouts=(1.0, 0.99), best_linear=0.6),
        points=points,
        raw=tuple(RawLayer(layer=k, silhouette=0.2 / (k + 1), permuted=-0.01) for k in range(32)),
        layouts=tuple(
            Layout(
                layer=layer,
                silhouettes=(0.1, 0.12),
                permuted=-0.02,
                above=flat,
                p_value=0.002,
                trustworthiness=0.9,
                first=tuple(
                    (math.cos(i + layer) * (1 + i % 5), math.sin(i + layer) * (1 + i % 5))
                    for i in range(len(points))
                ),
            )
            for layer in layers
        ),
        differences=tuple(Difference(low=a, high=b, umap=flat, raw=0.1) for a, b in combinations(layers, 2)),
        groupings=tuple(
            Grouping(
                layer=layer, emotions=named, speakers=("ann",), n_points=12, umap=(flat, flat), raw_knn=flat,
                raw_logistic=flat,
            )
            for layer, named in sorted(groups)
        ),
        others=(
            OtherFigure(
                speaker="ann",
                n_neighbours=15,
                n_clips=len(points),
                separations=tuple(OtherSeparation(layer=layer, above=0.4) for layer in layers),
                groupings=tuple(
                    OtherGrouping(layer=layer, emotions=named, n_nearest=5, value=0.4)
                    for layer, named in sorted(groups)
                ),
            ),
        ),
    )  # fmt: skip


def q07(transcript: str) -> q07_numbers.Measurements:
    def clip(pesq: float, errors: float) -> q07_numbers.Clip:
        return q07_numbers.Clip(
            duration_s=2.0,
            transcript=transcript,
            reference=transcript,
            reference_by="Whisper base",
            said=transcript,
            readings=(transcript,),
            own_losses=(0.01, -0.01),
            decodes=tuple(
                q07_numbers.AtOffset(
                    offset_samples=120 * i,
                    pesq_wb=pesq + 0.05 * i,
                    stoi=0.93 + 0.005 * i,
                    loss=errors + 0.02 * i,
                    error_rate=errors,
                    transcript=transcript,
                )
                for i in range(3)
            ),
        )

    return q07_numbers.Measurements(
        n_codebooks=32, ear="Whisper base", clips={"en": clip(3.1, 0.04), "zh": clip(2.4, 0.1)}
    )


def q08() -> q08_numbers.Measurements:
    def decode(i: int, base: float) -> q08_numbers.AtOffset:
        return q08_numbers.AtOffset(
            offset_samples=120 * i,
            loudness=base + 0.01 * i,
            stft=base + 0.2,
            pesq_wb=Absent(because="no speech in it") if base > 1 else 2.0,
        )

    return q08_numbers.Measurements(
        n_codebooks=32,
        duration_s={"laughter": 2.0, "music": 8.0},
        clips={
            "laughter": tuple(decode(i, 0.6) for i in range(3)),
            "music": tuple(decode(i, 1.2) for i in range(3)),
        },
        windows=(
            Window(start_s=0.0, lengths_s=(2.0, 4.0, 8.0), loudness=(1.0, 1.1, 1.2), stft=(1.0, 1.1, 1.2)),
        ),
    )


def q09(question: AnyQuestion, transcript: str) -> q09_numbers.Measurements:
    return q09_numbers.Measurements(
        sentences=sentences_of(question),
        orders=tuple(
            q09_numbers.OrderScore(order=order, scores=(-3.0, -0.5 - 0.1 * i, -3.5, -4.0))
            for i, order in enumerate(permutations(range(4)))
        ),
        transcript=transcript,
        transcript_shuffled="noise",
        wers=(0.8, 0.0, 0.7, 0.9),
        words=((), (), (), ()),
        n_frames=88,
    )


def q10(transcript: str) -> Q10Measurements:
    def mix(split: int, shift: float, front: Any = "Alice") -> Mix:
        share = split / 8
        wer = PerSpeaker(alice=1.0 - share, james=share)
        return Mix(
            front=front,
            split=split,
            transcript=transcript,
            wer=wer,
            nat=PerSpeaker(alice=-4 + 3 * share, james=-1 - 3 * share),
            mel_db=PerSpeaker(alice=20 - 10 * share, james=10 + 10 * share),
            voice_margin=0.6 * share - 0.3 + shift,
        )

    return Q10Measurements(
        offsets=tuple(
            Offset(
                n_skipped=120 * i,
                misread=PerSpeaker(alice=0.0, james=0.1),
                mixes=tuple(mix(split, 0.02 * i) for split in SPLITS),
                exchanged=(mix(1, 0.0, "James"),),
                random_first=tuple(
                    RandomFirst(kept=who, transcript=transcript, wer=0.9) for who in ("Alice", "James")
                ),
                voices=SCALE,
            )
            for i in range(2)
        ),
        original_alice="hello",
        original_james="goodbye",
    )


def q11(question: AnyQuestion, transcript: str) -> q11_numbers.Measurements:
    texts = tuple(sorted({part.claim.text for option in question.options for part in option.parts}))

    def clip(i: int) -> q11_numbers.Clip:
        if i == 3:
            return q11_numbers.Clip(n_frames=125, capped=True, hearing=None)
        near, far = 0.05 * (i % 4), 1.0 + 0.1 * i
        return q11_numbers.Clip(
            n_frames=30,
            capped=False,
            hearing=q11_numbers.Hearing(
                scores=(-0.5, -3.0) if i % 5 else (-3.0, -0.5),
                wers=(near, far) if i % 5 else (far, near),
                transcript=transcript,
                transcript_score=-0.4,
                margin=(0.25, 0.05, -0.2)[i % 3],
            ),
        )

    return q11_numbers.Measurements(
        texts=texts, dtype="float32", clips=tuple(map(clip, range(16))), scale=SCALE
    )


def numbers(spec: QuizSpec, transcript: str) -> dict[str, Any]:
    """The measurements of every question that has a figure."""
    return {
        "q06": q06(),
        "q07": q07(transcript),
        "q08": q08(),
        "q09": q09(spec.question("q09"), transcript),
        "q10": q10(transcript),
        "q11": q11(spec.question("q11"), transcript),
    }


def drawn(spec: QuizSpec, id_: str, media: Mapping[str, str] | None = None) -> tuple[Figure, ...]:
    """The figures of a question's card, from the measurements above and a hostile transcript."""
    question = spec.question(id_)
    raw = numbers(spec, HOSTILE)[id_].model_dump(mode="json")
    return card_of(question, catalog.pack_of(spec)).figures(question, raw, media or {})


def tone(hz: float, seconds: float) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    t = np.arange(int(seconds * RATE_HZ), dtype=np.float32) / RATE_HZ
    wave: np.ndarray[tuple[int], np.dtype[np.float32]] = np.sin(2 * np.pi * hz * t, dtype=np.float32)
    return wave


def full_verification(
    spec: QuizSpec,
    folder: Path,
    *,
    transcript: str = "what was heard",
    key: dict[str, str] | None = None,
    genuine: bool = False,
) -> Verification:
    """Evidence with every figure, its sounds in `folder`/media; q05 was not measured, q12 has no CSM.

    From question 6 on it is a rehearsal, unless `genuine`.
    """
    store = Store(folder)
    names = {
        "q06": [clip_name(index) for index in range(20)],
        "q07": [f"{one}_{what}" for one in ("english", "chinese") for what in ("original", "decoded")],
        "q08": [f"{one}_{what}" for one in ("laughter", "music") for what in ("original", "decoded")],
        "q09": ["shuffled", "recovered"],
        "q10": [*(f"split_{split}" for split in SPLITS), "original_alice", "original_james"],
        "q11": [f"clip_{i + 1:02d}" for i in range(16) if i != 3],
    }
    pack = catalog.pack_of(spec)
    evidence = {question.id: judged(question, "B") for question in spec.questions[:4]}
    reason = Bilingual(zh=f"測量失敗：{LONG}", en=f"Measuring failed: {LONG}")
    evidence |= {id_: Evidence(question=id_, failure=reason) for id_ in ("q05", "q12")}
    for id_, found in numbers(spec, transcript).items():
        question = spec.question(id_)
        artifacts = tuple(
            _kept(store, id_, name, 300.0 + 40 * index, transcript) for index, name in enumerate(names[id_])
        )
        evidence[id_] = assemble(
            question,
            findings_of(pack.solver(question.solver), question, found),
            provenance(genuine=genuine),
            found.model_dump(mode="json"),
            artifacts,
        )
    ordered = {question.id: evidence[question.id] for question in spec.questions}
    answers = {q.id: frozenset(key[q.id]) if q.id in key else None for q in spec.questions} if key else {}
    return Verification(spec, ordered, Key(answers, "a note", name="key.yaml") if key else None)


def _kept(store: Store, question_id: str, name: str, hz: float, transcript: str) -> Artifact:
    sound = Sound(name, tone(hz, 1.5), RATE_HZ, transcript, seen=question_id in {"q07", "q08"})
    artifact, content = keep(sound, question_id)
    path = store.media_path(artifact)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return artifact
