"""Q12 measured: heard on known speech, run on small CSMs, one of another codec."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from questions.common.absent import Absent
from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from solvers.audio.sound_files import load_sound
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Outcome, Standing
from solvers.hw10.models.codec import Codec, mimi_config, random_mimi
from solvers.hw10.models.csm import Csm, Generated
from solvers.hw10.models.stored_codec import StoredComparison, compare, published_name
from solvers.hw10.q12_csm_tokens.measure import decode_both, measure, relative_difference
from solvers.hw10.q12_csm_tokens.measurements import Measurements
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel
from solvers.models.whisper.asr import Asr
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.judge import judge_record
from solvers.run.measure import run
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.conftest import SMALL
from tests.solvers.hw10.models.small_csm import processor, save, small_csm
from tests.solvers.hw10.test_q12_csm_tokens import NAME, OTHER, TEXT, measured, outcomes

ROUNDING = 1e-5  # of the peak: processors add up in orders of their own
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED


@pytest.fixture(scope="module")
def asr() -> Asr:
    return Asr.load("package:base")


@pytest.fixture(scope="module")
def standin() -> Codec:
    return Codec(StandinCodecModel.from_pretrained(STANDIN_CODEC, dtype=torch.float32), ())


@pytest.fixture(scope="module")
def spoken(standin: Codec) -> list[tuple[str, Generated]]:
    """Clips of known text as if CSM had generated them: their codes, and what they were asked to say."""
    clips = []
    for voice in ("emily", "jason"):
        sound = load_sound(STANDIN_AUDIO / f"csm_{voice}_generated.flac", standin.sample_rate_hz)
        clips.append((TEXT, Generated(standin.encode(sound[None, None])[0], False, 2048)))
    return clips


def shuffled(codec: Codec) -> Codec:
    """The same codewords under other numbers: what post-training could make of a codebook."""
    model = StandinCodecModel(codec.model.config).eval()
    model.load_state_dict(codec.model.state_dict())
    order = torch.randperm(2048, generator=torch.Generator().manual_seed(0))
    model.codebooks.copy_(codec.model.codebooks[:, order])
    return Codec(model, ())


def test_speech_that_both_codecs_decode_and_speech_that_one_makes_noise_of(
    spec: QuizSpec, asr: Asr, standin: Codec, spoken: list[tuple[str, Generated]], tmp_path: Path
) -> None:
    csm = Csm(small_csm(standin.model), processor(), tmp_path)
    both = decode_both(spoken, csm, standin, asr)
    decodes = [one.decode for one in both.numbers if one.decode is not None]
    assert [(one.difference, one.intelligible, one.speech_found) for one in decodes] == [
        (0.0, True, True)
    ] * 2
    assert [one.own_wer for one in decodes] == [one.wer for one in decodes]
    assert [sound.name for sound in both.sounds(24_000)] == ["csm_own", "csm_standalone"]
    found = outcomes(spec, measured(*both.numbers * 8))
    assert found == {"A": [H, H], "B": [F, F], "C": [H, F], "D": [H, F]}
    mutant = decode_both(spoken, csm, shuffled(standin), asr)
    lost = [one.decode for one in mutant.numbers if one.decode is not None]
    assert all(one.own_wer <= 0.2 and one.wer >= 0.8 and one.difference > 0.1 for one in lost)
    found = outcomes(spec, measured(*mutant.numbers * 8, stored=OTHER))
    assert (found["A"], found["B"], found["C"]) == ([F, F], [H, H], [H, H])


def test_differences_are_of_the_peak() -> None:
    own = torch.tensor([0.0, 0.5, -0.25])
    assert relative_difference(own, own) == 0.0
    assert relative_difference(own, own + 0.05) == pytest.approx(0.1)
    assert relative_difference(torch.zeros(3), torch.zeros(3)) == 0.0
    assert relative_difference(torch.zeros(3), torch.full((3,), 0.5)) == 0.5


SMALL_MIMI = SMALL | {"num_quantizers": 2, "codebook_size": 4}  # of four first codes one ends a clip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small Mimi, and a small CSM with the same one inside."""
    mimi, csm = tmp_path_factory.mktemp("mimi"), tmp_path_factory.mktemp("csm")
    model = random_mimi(0, mimi_config(**SMALL_MIMI))
    model.save_pretrained(mimi)
    return save(small_csm(model), csm), mimi


def altered(csm: Path, folder: Path, **changes: Any) -> Path:
    """A copy of a CSM's folder with other tensors in it."""
    folder.mkdir()
    for file in csm.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    tensors = load_file(folder / "model.safetensors") | changes.pop("tensors", {})
    for name in changes.pop("without", ()):
        del tensors[name]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def test_equal_codecs_are_equal_in_their_files(folders: tuple[Path, Path]) -> None:
    found = compare(*folders)
    assert (found.n_csm, found.n_codec) == (found.n_equal, found.n_equal)
    assert found.n_equal > 50
    assert (found.n_differing, found.n_rounded, found.n_unmatched, found.first_differing) == (0, 0, 0, "")


def test_one_value_changed_by_a_thousandth_is_found_and_named(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    csm, mimi = folders
    name = f"codec_model.{NAME}"
    tensor = load_file(csm / "model.safetensors")[name].clone()
    tensor.view(-1)[3] += 1e-3
    found = compare(altered(csm, tmp_path / "changed", tensors={name: tensor}), mimi)
    assert (found.n_differing, found.n_equal, found.first_differing) == (1, found.n_csm - 1, NAME)
    assert found.max_difference == pytest.approx(1e-3, abs=1e-6)


def test_dtypes_shapes_and_missing_tensors_are_told_apart(folders: tuple[Path, Path], tmp_path: Path) -> None:
    csm, mimi = folders
    name = f"codec_model.{NAME}"
    tensor = load_file(csm / "model.safetensors")[name]
    rounded = compare(altered(csm, tmp_path / "rounded", tensors={name: tensor.to(torch.bfloat16)}), mimi)
    assert (rounded.n_rounded, rounded.n_differing) == (1, 0)
    wider = compare(altered(csm, tmp_path / "wider", tensors={name: tensor.double()}), mimi)
    assert (wider.n_rounded, wider.n_differing, wider.n_equal) == (0, 0, wider.n_csm)
    other = (tensor + 1e-1).to(torch.bfloat16)
    differing = compare(altered(csm, tmp_path / "differing", tensors={name: other}), mimi)
    assert (differing.n_rounded, differing.n_differing) == (0, 1)
    shape = compare(altered(csm, tmp_path / "shape", tensors={name: tensor[:1].contiguous()}), mimi)
    assert (shape.n_differing, shape.max_difference) == (1, None)
    missing = compare(altered(csm, tmp_path / "missing", without=[name]), mimi)
    assert (missing.n_unmatched, missing.first_unmatched, missing.n_differing) == (1, NAME, 0)


def test_names_inside_transformers_are_mapped_to_the_published_ones() -> None:
    mimi = random_mimi(0, mimi_config(**SMALL_MIMI))
    inside = {published_name(name) for name in mimi.state_dict()}
    assert {
        "encoder.layers.0.conv.weight",
        "decoder.layers.0.conv.weight",
        "downsample.conv.weight",
    } <= inside
    assert any(name.startswith("encoder_transformer.layers.0.") for name in inside)
    assert all(published_name(name) == name for name in inside)


def test_a_torn_file_is_said(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(SourceError, match="no safetensors file that can be read"):
        compare(folders[0], tmp_path)


Ask = Callable[[Path, Path | None], Measurements]


@pytest.fixture
def ask(spec: QuizSpec, pack: Pack, asr: Asr) -> Ask:
    """What is measured on the folders of a CSM and a codec, or else the stand-in codec."""

    def asked(csm: Path, codec: Path | None) -> Measurements:
        question = spec.question("q12")
        given = {"csm-weights": str(csm)} | ({"codec-weights": str(codec)} if codec else {})
        pool = ResourcePool(Setup(models="standin", device="cpu", given=given), pack)
        pool.put(ASR_WEIGHTS, asr)  # loaded once for all tests
        found = measure(question, Session(pool, question, lambda *_: None)).numbers
        assert isinstance(found, Measurements)
        return found

    return asked


def test_a_small_csm_with_an_equal_codec_and_with_a_changed_one(
    spec: QuizSpec, ask: Ask, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    csm, mimi = folders
    equal = ask(csm, mimi)
    assert len(equal.clips) == 16
    assert len(equal.decodes) >= 8
    assert max(one.difference for one in equal.decodes) <= ROUNDING
    found = outcomes(spec, equal)
    assert (found["A"][0], found["B"][0]) == (H, F)
    assert found["A"][1] is U  # random weights say nothing, with either codec
    name = "codec_model.quantizer.acoustic_residual_vector_quantizer.layers.0.codebook.embed_sum"
    table = load_file(csm / "model.safetensors")[name].clone()
    table[1:] += 1e-3
    changed = ask(altered(csm, tmp_path / "changed", tensors={name: table}), mimi)
    found = outcomes(spec, changed)
    assert (found["A"], found["B"][0]) == ([F, F], H)
    assert isinstance(changed.stored, StoredComparison)
    assert changed.stored.first_differing == name.removeprefix("codec_model.")
    assert max(one.difference for one in changed.decodes) > 1e-4


def test_another_kind_of_codec_is_not_held_against_csm(
    spec: QuizSpec, ask: Ask, folders: tuple[Path, Path]
) -> None:
    found = ask(folders[0], None)
    assert isinstance(found.stored, Absent)
    assert found.stored.because == (
        "CSM carries a codec of kind mimi and the standalone one at hand is quizproof_standin_codec; give "
        "--codec DIR and --csm DIR that belong together, or rehearse with --models standin"
    )
    assert outcomes(spec, found) == {"A": [U, U], "B": [U, U], "C": [H, U], "D": [H, U]}


def test_without_a_csm_the_documented_parts_are_judged(
    spec: QuizSpec, pack: Pack, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    question = spec.question("q12")
    # The hub out of reach, and no stand-in allowed.
    given = {"codec-weights": str(folders[1]), "asr-weights": "package:base"}
    pool = ResourcePool(Setup(models="official", device="cpu", given=given), pack)
    (record,) = run((question,), pool, Store(tmp_path), lambda _: None)
    assert record.failure is None
    evidence = judge_record(question, record, pack)
    parts = [[part.finding.outcome for part in verdict.parts] for verdict in evidence.verdicts]
    assert parts == [[U, U], [U, U], [H, U], [H, U]]
    assert [verdict.outcome for verdict in evidence.verdicts] == [U] * 4
    documented, decoded = evidence.verdicts[2].parts
    assert documented.standing is Standing.CONCLUSIVE
    assert decoded.standing is Standing.REHEARSAL
    assert "csm-weights" in decoded.lacks
    assert "no CSM at hand" in decoded.finding.reason.en
