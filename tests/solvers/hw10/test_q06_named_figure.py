"""A figure that the spec names: its clips and UMAP's parameters, and that it alone decides."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from questions.common.errors import SourceError, SpecError
from questions.quiz import AnyQuestion, QuizSpec
from reports.hw10.q06_emotion_umap import CARD
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.evidence.verdicts import Outcome
from solvers.hw10.emotion_figure import FigureInputs, UmapCall, figure_of
from solvers.hw10.q06_emotion_umap import SOLVER, layout, other_figures
from solvers.hw10.q06_emotion_umap import measure as q06
from solvers.hw10.q06_emotion_umap.figure import Figure
from solvers.hw10.q06_emotion_umap.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.emovdb import RESOURCE as EMOVDB
from solvers.hw10.resources.emovdb import ClipFile, EmotionClip
from solvers.hw10.resources.emovdb_archives import ARCHIVES
from solvers.resources.resource import Setup
from solvers.run import catalog
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.conftest import small_mimi
from tests.solvers.hw10.q06 import EMOTIONS, H, U, judge, quiet

N_SENTENCES = 8
CALL = {"n_neighbors": 10, "min_dist": 0.3, "metric": "cosine", "random_state": 42}


def clip_of(archive: str, sentence: int) -> str:
    return f"{archive}/said_1-28_{sentence:04}.wav"


BEAS = tuple(clip_of(f"bea_{one}", n) for one in EMOTIONS for n in range(1, N_SENTENCES + 1))


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EmoV-DB of short noises: what they sound like is planted later."""
    folder = tmp_path_factory.mktemp("audio")
    noise = np.random.default_rng(0).normal(0, 0.1, HEARING_RATE_HZ // 5).astype(np.float32)
    for archive in ARCHIVES:
        (folder / "EmoV-DB" / archive.name).mkdir(parents=True)
        for sentence in range(1, N_SENTENCES + 1):
            soundfile.write(folder / "EmoV-DB" / clip_of(archive.name, sentence), noise, HEARING_RATE_HZ)
    return folder


def naming(spec: QuizSpec, files: Sequence[str] = BEAS, **umap: Any) -> AnyQuestion:
    inputs = FigureInputs.model_validate({"figure": {"files": list(files), "umap": umap}})
    return spec.question("q06").model_copy(update={"inputs": inputs})


def planted(clips: Sequence[EmotionClip], *_: Any) -> Any:
    """Points `[32, n, 8]`: in layer 0 bea's emotions lie apart and the others' are one cloud."""
    points = np.random.default_rng(0).normal(0, 1, (32, len(clips), 8))
    for index, clip in enumerate(clips):
        points[:, index, 5] += 10 * ["bea", "jenie", "josh", "sam"].index(clip.speaker)
        if clip.speaker == "bea":
            points[0, index, EMOTIONS.index(clip.emotion)] += 20
    return points


def measured(
    question: AnyQuestion, audio_dir: Path | None, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> tuple[Measurements, Session]:
    monkeypatch.setattr(q06, "N_SEEDS", 2)
    monkeypatch.setattr(q06, "SHOWN_LAYERS", ())
    monkeypatch.setattr(other_figures, "N_SEEDS", 1)
    monkeypatch.setattr(q06, "embed", planted)
    pool = ResourcePool(Setup(models="standin", audio_dir=audio_dir), pack)
    pool.put(CODEC_WEIGHTS, small_mimi())
    session = Session(pool, question, quiet)
    found = SOLVER.measure(question, session).numbers
    assert isinstance(found, Measurements)
    return found, session


def outcomes(question: AnyQuestion, found: Measurements) -> dict[str, Outcome]:
    return {option: parts[0].outcome for option, parts in judge(question, found).items()}


def test_the_named_figure_decides_what_figures_that_differ_leave_open(
    spec: QuizSpec, pack: Pack, audio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = measured(spec.question("q06"), audio, pack, monkeypatch)
    assert {outcomes(spec.question("q06"), whole)[option] for option in "DE"} == {U}
    assert whole.named is None
    question = naming(spec, **CALL)
    found, session = measured(question, audio, pack, monkeypatch)
    verdicts = outcomes(question, found)
    assert {verdicts[option] for option in "DE"} == {H}
    assert [point.file for point in found.points] == list(BEAS)
    assert found.seeds == (42,)
    assert found.others == ()
    assert found.named is not None
    assert found.named.umap == UmapCall.model_validate(CALL)
    for option, findings in judge(question, found).items():
        if option not in "AB":
            assert (
                " The figure is the one that the spec names (40 clips; UMAP with n_neighbors 10, min_dist "
                "0.3, spread 1, cosine, random_state 42), so it decides." in findings[0].reason.en
            )
            assert "此圖由題目規格指定（40 個音檔；UMAP n_neighbors 10" in findings[0].reason.zh
            assert not any("other figures" in one.quantity.en for one in findings[0].comparisons)
            assert "other figure" not in findings[0].threshold.en + findings[0].measured.en
    (source,) = (one for one in session.provenance(0.0).sources if one.resource == "emovdb")
    assert source.note == "40 clips, named in the spec; not locked"
    _, _, named, _ = CARD.tables(question, found.model_dump(mode="json"))
    assert named.rows == (
        ("clips", "40"), ("n_neighbors", "10"), ("min_dist", "0.3"), ("spread", "1.0"), ("metric", "cosine"),
        ("random_state", "42"),
    )  # fmt: skip


def test_without_a_random_state_the_runs_seeds_are_drawn(
    spec: QuizSpec, pack: Pack, audio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = measured(naming(spec), audio, pack, monkeypatch)
    assert found.seeds == (0, 1)
    assert found.named is not None
    assert found.named.umap == UmapCall(n_neighbors=15, min_dist=0.1, spread=1.0, metric="euclidean")


def test_what_the_spec_names_asks_for_measuring_again(spec: QuizSpec) -> None:
    plain, named, other = (
        SOLVER.spec_of(one) for one in (spec.question("q06"), naming(spec), naming(spec, min_dist=0.2))
    )
    assert named == {**plain, "figure": (*BEAS, "n_neighbors: 15", "min_dist: 0.1", "spread: 1.0",
                                         "metric: euclidean", "random_state: None")}  # fmt: skip
    assert named != other


def test_a_named_figure_is_not_of_the_stand_ins(
    spec: QuizSpec, pack: Pack, audio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = naming(spec)
    pool = ResourcePool(Setup(models="standin"), pack)
    assert figure_of(question) is not None
    assert EMOVDB.take(pool, question).figure is None
    assert [one.origin for one in EMOVDB.sources(pool, question)] == ["stand-in"]


def test_only_what_is_named_has_to_be_there_and_is_what_is_locked(
    spec: QuizSpec, pack: Pack, audio: Path, tmp_path: Path
) -> None:
    for archive in ARCHIVES:
        if archive.speaker == "bea":
            shutil.copytree(audio / "EmoV-DB" / archive.name, tmp_path / "EmoV-DB" / archive.name)
    question = naming(spec)
    pool = ResourcePool(Setup(audio_dir=tmp_path), pack)
    taken = EMOVDB.take(pool, question)
    assert len(taken.files) == 40
    (source,) = EMOVDB.sources(pool, question)
    assert source == taken.source
    quiz = spec.model_copy(update={"questions": (question,)})
    (lockable,) = EMOVDB.lockable(pool, quiz)
    assert lockable.find().source == source
    (tmp_path / "EmoV-DB" / BEAS[0]).write_bytes(b"other")
    assert EMOVDB.sources(pool, question)[0].sha256 != source.sha256


def test_a_file_that_is_not_there_is_named_with_its_nearest(spec: QuizSpec, pack: Pack, audio: Path) -> None:
    files = (*BEAS[1:], "bea_Amused/said_1-28_00001.wav")
    pool = ResourcePool(Setup(audio_dir=audio), pack)
    with pytest.raises(SourceError) as found:
        EMOVDB.take(pool, naming(spec, files))
    assert str(found.value) == (
        f"{audio}/EmoV-DB/bea_Amused/said_1-28_00001.wav: named in the spec and not there. "
        "Did you mean 'bea_Amused/said_1-28_0001.wav'?"
    )


def test_a_link_that_leads_out_is_refused(spec: QuizSpec, pack: Pack, audio: Path, tmp_path: Path) -> None:
    copy = tmp_path / "audio"
    shutil.copytree(audio, copy)
    inside = copy / "EmoV-DB" / BEAS[0]
    inside.unlink()
    inside.symlink_to(audio / "EmoV-DB" / BEAS[0])
    with pytest.raises(SourceError, match="named in the spec, and a link that leads out of"):
        EMOVDB.take(ResourcePool(Setup(audio_dir=copy), pack), naming(spec))


QUIZ_DIR = catalog.find_quiz("hw10")
MISTAKES = {
    "another folder": (
        "sam_Angry/../../../etc/passwd",
        "q06.yaml:17: inputs.figure.files[0]: found 'sam_Angry/../../../etc/passwd'; allowed: a file below "
        "the EmoV-DB folder, such as bea_Angry/anger_1-28_0001.wav",
    ),
    "a path from the root": (
        "/etc/passwd",
        "q06.yaml:17: inputs.figure.files[0]: found '/etc/passwd'; allowed: a file below the EmoV-DB folder, "
        "such as bea_Angry/anger_1-28_0001.wav",
    ),
    "no such archive": (
        "bea_angry/a.wav",
        "q06.yaml:16: inputs.figure.files: found 'bea_angry/a.wav', and EmoV-DB has no 'bea_angry'; allowed: "
        + ", ".join(archive.name for archive in ARCHIVES)
        + ". Did you mean 'bea_Angry'?",
    ),
    "twice": (BEAS[1], f"q06.yaml:16: inputs.figure.files: '{BEAS[1]}' stands twice; keep one"),
}


def problems_of(tmp_path: Path, figure: str) -> list[str]:
    for path in QUIZ_DIR.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "quiz.yaml").open("a", encoding="utf-8") as file:
        file.write("pack: hw10\n")
    text = (tmp_path / "q06.yaml").read_text(encoding="utf-8")
    (tmp_path / "q06.yaml").write_text(text.replace("inputs: {}\n", figure, 1), encoding="utf-8")
    try:
        catalog.load(tmp_path)
    except SpecError as error:
        return [problem.replace(f"{tmp_path}/", "") for problem in error.problems]
    return []


@pytest.mark.parametrize(("first", "told"), MISTAKES.values(), ids=list(MISTAKES))
def test_mistakes_in_the_list(tmp_path: Path, first: str, told: str) -> None:
    listed = "".join(f"      - {name}\n" for name in (first, *BEAS[1:]))
    assert problems_of(tmp_path, f"inputs:\n  figure:\n    files:\n{listed}") == [told]


@pytest.mark.parametrize(
    ("umap", "told"),
    [
        (
            "{n_neighbours: 5}",
            "unknown field 'n_neighbours'; allowed: n_neighbors, min_dist, spread, metric, random",
        ),
        ("{n_neighbors: 1}", "inputs.figure.umap.n_neighbors: found 1; allowed: at least 2"),
        ("{metric: cosin}", "found 'cosin'; allowed: euclidean, cosine, correlation. Did you mean 'cosine'?"),
        ("{min_dist: 2}", "inputs.figure.umap: found min_dist 2; allowed: at most spread, 1"),
        ("{random_state: 4.5}", "inputs.figure.umap.random_state: found 4.5; allowed: a whole number"),
    ],
)
def test_mistakes_in_the_parameters(tmp_path: Path, umap: str, told: str) -> None:
    (problem,) = problems_of(
        tmp_path, f"inputs:\n  figure:\n    files: [{', '.join(BEAS)}]\n    umap: {umap}\n"
    )
    assert told in problem


def test_a_good_figure_loads_and_a_short_one_does_not(tmp_path: Path) -> None:
    assert problems_of(tmp_path, f"inputs:\n  figure: {{files: [{', '.join(BEAS)}]}}\n") == []
    (short,) = problems_of(tmp_path, f"inputs:\n  figure: {{files: [{', '.join(BEAS[:29])}]}}\n")
    assert short.endswith("inputs.figure.files: found 29 items; allowed: at least 30")


def files_of(*rows: tuple[str, str, int]) -> list[ClipFile]:
    return [ClipFile(speaker, emotion, sentence, Path()) for speaker, emotion, sentence in rows]


def test_a_figure_that_cannot_tell_emotions_from_other_things_is_refused() -> None:
    asked = {"Amused", "Angry"}
    five = range(1, 6)
    good = files_of(*(("bea", emotion, n) for emotion in asked for n in five))
    q06.check_named(good, asked)
    with pytest.raises(SourceError, match="names no clip of Sleepy, and the options speak of them"):
        q06.check_named(good, asked | {"Sleepy"})
    split = files_of(*(("bea", "Amused", n) for n in five), *(("sam", "Angry", n) for n in five))
    with pytest.raises(SourceError, match=r"no speaker's clips in all of its emotions \(Amused, Angry\)"):
        q06.check_named(split, asked)
    with pytest.raises(SourceError, match="names 4 sentences; at least 5 are needed"):
        q06.check_named([file for file in good if file.sentence < 5], asked)


def test_labels_change_places_where_they_can() -> None:
    def clips(sentence_of: Any) -> list[EmotionClip]:
        return [
            EmotionClip("bea", emotion, sentence_of(place, n), "x.wav", torch.zeros(1))
            for place, emotion in enumerate(EMOTIONS)
            for n in range(6)
        ]

    shared = Figure(clips(lambda _place, n: n), seed=0)
    alone = Figure(clips(lambda place, n: 10 * place + n), seed=0)
    assert (shared.permuted_within, alone.permuted_within) == ("speaker and sentence", "speaker")
    # Within its sentence, of which there is one clip, no label would ever move.
    assert len(np.unique(alone.labelled, axis=0)) > 400


def test_umap_is_called_as_the_spec_says() -> None:
    points = np.random.default_rng(0).normal(0, 1, (40, 8))

    def laid_out(**call: Any) -> Any:
        (found,) = layout.layouts([layout.Cloud(points, (3,), UmapCall.model_validate(call))])
        return found

    plain = laid_out()
    (by_default,) = layout.layouts([layout.Cloud(points, (3,))])
    assert np.array_equal(plain, by_default)
    for changed in ({"n_neighbors": 5}, {"min_dist": 0.9}, {"metric": "cosine"}, {"spread": 3.0}):
        assert not np.array_equal(plain, laid_out(**changed))


def test_raw_space_is_measured_by_umaps_metric() -> None:
    points = np.array([[1.0, 0.0, 0.0], [5.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    assert layout.as_seen(points, "euclidean") is points
    cosine = layout.as_seen(points, "cosine")
    assert cosine.tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0]]  # of one direction, of one place
    shifted = layout.as_seen(points + np.array([[7.0], [0.0], [-3.0]]), "correlation")
    assert shifted == pytest.approx(layout.as_seen(points, "correlation"))
    assert shifted[0] == pytest.approx(np.array([2, -1, -1]) / np.sqrt(6))
