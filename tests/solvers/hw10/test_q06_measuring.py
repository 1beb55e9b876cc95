"""Q6 measured: from clips to points, and from end to end on the stand-ins."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from reports.hw10.q06_emotion_umap import CARD
from solvers.evidence.verdicts import Outcome, Standing, assemble
from solvers.hw10.models.codec import Codec
from solvers.hw10.q06_emotion_umap import measure as q06
from solvers.hw10.q06_emotion_umap.measurements import Measurements, clip_name
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.emovdb import RESOURCE as EMOVDB
from solvers.hw10.resources.emovdb import EmotionClip, standin_set
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.conftest import small_mimi
from tests.solvers.hw10.q06 import F, H, judge, quiet


def outcomes(spec: QuizSpec, found: Measurements) -> dict[str, Outcome]:
    return {option: parts[0].outcome for option, parts in judge(spec.question("q06"), found).items()}


def sounding(n_samples: Sequence[int]) -> tuple[EmotionClip, ...]:
    generator = torch.Generator().manual_seed(0)
    return tuple(
        EmotionClip(
            "bea", "Angry", index, f"bea_Angry/{index}.wav", torch.randn(n, generator=generator) * 0.1
        )
        for index, n in enumerate(n_samples)
    )


def test_a_clip_is_the_mean_of_its_frames_embeddings(mimi: Codec) -> None:
    clips = sounding([1920 * 3, 1920 * 2, 1920 * 3 + 700])
    points = q06.embed(clips, mimi, quiet)
    assert points.shape == (32, 3, 16)
    for index, n_frames in enumerate((3, 2, 3)):  # the last is cropped to whole frames
        codes = mimi.encode(clips[index].samples[None, None, : n_frames * 1920])
        assert codes.shape[2] == n_frames
        for layer in (0, 1, 31):
            rows = mimi.codebook(layer)[codes[0, layer]]
            assert points[layer, index] == pytest.approx(rows.mean(dim=0).double().numpy(), abs=1e-5)


def test_a_clip_shorter_than_a_frame_is_named(mimi: Codec) -> None:
    with pytest.raises(SourceError, match=r"bea_Angry/1.wav: shorter than one frame"):
        q06.embed(sounding([1920, 1919]), mimi, quiet)


def small_pool(pack: Pack, strength: float, n_sentences: int) -> ResourcePool:
    pool = ResourcePool(Setup(models="standin"), pack)
    pool.put(EMOVDB, standin_set(strength, n_sentences))
    return pool


def test_a_codec_without_the_layer_is_refused(spec: QuizSpec, pack: Pack) -> None:
    pool = small_pool(pack, 1.0, 5)
    pool.put(CODEC_WEIGHTS, small_mimi(num_quantizers=8))
    with pytest.raises(SourceError, match="8 codebooks, and an option speaks of layer 31"):
        q06.measure(spec.question("q06"), Session(pool, spec.question("q06"), quiet))


def test_end_to_end_on_the_stand_ins(spec: QuizSpec, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(q06, "N_SEEDS", 2)
    question = spec.question("q06")
    session = Session(small_pool(pack, 1.0, 5), question, quiet)
    measured = q06.measure(question, session)
    found = measured.numbers
    assert isinstance(found, Measurements)
    assert len(found.points) == 3 * 5 * 5
    # A click on a point plays the clip of that number.
    assert [sound.name for sound in measured.sounds] == [clip_name(index) for index in range(75)]
    assert all(sound.one_of_many for sound in measured.sounds)
    assert [layout.layer for layout in found.layouts] == [0, 6, 16, 31]
    assert found.raw[0].silhouette > found.raw[31].silhouette
    findings = judge(question, found)
    assert findings["A"][0].outcome is findings["B"][0].outcome is H
    raw = found.model_dump(mode="json")
    evidence = assemble(question, findings, session.provenance(1.0), raw)
    by_option = {verdict.option: verdict for verdict in evidence.verdicts}
    assert by_option["A"].standing is by_option["B"].standing is Standing.CONCLUSIVE
    assert by_option["C"].standing is Standing.REHEARSAL
    assert by_option["C"].parts[0].lacks == ("codec-weights", "emovdb")
    layouts, groupings, figures, layers = CARD.tables(question, evidence.measurements)
    assert [row[0] for row in layouts.rows] == ["0", "6", "16", "31"]
    assert (layouts.marked, len(groupings.rows), len(layers.rows)) == (0, 8, 32)
    assert [row[:3] for row in figures.rows] == [
        ("–", "15", "75"),
        ("–", "5", "75"),
        ("–", "30", "75"),
        *((speaker, "15", "25") for speaker in sorted({point.speaker for point in found.points})),
    ]
    first = found.layout(0)
    assert layouts.rows[0][3:6] == (
        f"{first.permuted:+.3f}",
        f"{first.above.value:+.3f} [{first.above.low:+.3f}, {first.above.high:+.3f}]",
        f"{first.p_value:.3f}",
    )
    assert first.above.value == pytest.approx(first.silhouette - first.permuted)
    assert first.p_value == pytest.approx(1 / 500)  # none of the permutations does as well


def test_the_number_of_threads_changes_nothing(
    spec: QuizSpec, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(q06, "N_SEEDS", 1)
    question = spec.question("q06")
    pool = small_pool(pack, 1.0, 5)
    whole = pool.get(EMOVDB)
    pool.put(EMOVDB, replace(whole, files=whole.files[:25]))  # one speaker's
    before, found = torch.get_num_threads(), []
    try:
        for n_threads in (1, 2):
            torch.set_num_threads(n_threads)
            found.append(q06.measure(question, Session(pool, question, quiet)).numbers)
            assert torch.get_num_threads() == n_threads
    finally:
        torch.set_num_threads(before)
    assert found[0] == found[1]


def test_strength_0_never_separates(spec: QuizSpec, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(q06, "N_SEEDS", 4)
    question = spec.question("q06")
    found = q06.measure(question, Session(small_pool(pack, 0.0, 8), question, quiet)).numbers
    assert isinstance(found, Measurements)
    verdicts = outcomes(spec, found)
    assert H not in {verdicts[option] for option in "CDEFGH"}
    assert F in {verdicts[option] for option in "EFGH"}
    for one in found.groupings:
        assert max(seed.value for seed in one.umap) < 0.4
        assert max(one.raw_knn.value, one.raw_logistic.value) < 0.4
