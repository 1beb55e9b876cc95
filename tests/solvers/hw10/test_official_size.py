"""A Mimi of the official size, random weights and codebooks, by path through the command line: Q1-5, Q7-10.

Its sounds are noise, so of most verdicts only the form and the standing are held against anything. The clips
are short and the start offsets few; `python -m benchmarks.official_size` takes all of both.
"""

import json
import math
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import soundfile
import torch
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from benchmarks import official_size
from questions.quiz import Bilingual, QuizSpec
from quizproof.cli import main as cli
from quizproof.cli.exit_codes import EXIT_OPEN
from solvers.audio.sound_files import load_sound
from solvers.evidence.digest import sha256_of
from solvers.evidence.verdicts import Evidence
from solvers.hw10.models.codec import architecture_source
from solvers.hw10.models.stored_codec import compare
from solvers.hw10.q07_languages import measure as q07_languages
from solvers.hw10.q08_laughter_music import measure as q08_laughter_music
from solvers.hw10.q10_interleaving import measure as q10_interleaving
from solvers.hw10.standin import STANDIN_AUDIO

RATE_HZ = 24_000
SECONDS = {
    "TTS_English_speech": 2.2, "TTS_Chinese_speech": 2.2, "laughter": 0.8, "music": 0.8, "Alice": 2.2,
    "James": 2.2,
}  # fmt: skip
FRAMES = 13  # of the shuffled codes
OFFSETS = (960,)  # samples, half a frame


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return official_size.save_random_mimi(tmp_path_factory.mktemp("official-mimi"))


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginnings of the stand-ins under the course's own names."""
    target = tmp_path_factory.mktemp("audio")
    for name, seconds in SECONDS.items():
        sound = load_sound(STANDIN_AUDIO / f"{name}.flac", RATE_HZ)[: int(seconds * RATE_HZ)]
        soundfile.write(target / f"{name}.wav", sound.numpy(), RATE_HZ)
    codes = torch.load(STANDIN_AUDIO / "audio_codes_shuffled.pt", weights_only=True)
    torch.save(codes[..., :FRAMES].clone(), target / "audio_codes_shuffled.pt")
    return target


@pytest.fixture(scope="session")
def out(folder: Path, audio: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """What `quizproof verify --codec DIR` leaves and says, for all questions that need a codec alone."""
    proof = tmp_path_factory.mktemp("proof")
    with pytest.MonkeyPatch.context() as patch:
        for solver in (q07_languages, q08_laughter_music):
            patch.setattr(solver, "compare", partial(solver.compare, offsets=OFFSETS))
        patch.setattr(q10_interleaving, "interleave", partial(q10_interleaving.interleave, n_offsets=1))
        result = CliRunner().invoke(
            cli.app,
            [
                "verify", *official_size.QUESTIONS, "--codec", str(folder), "--audio", str(audio),
                "--models", "standin", "--device", "cpu", "--out", str(proof), "--json",
            ],
        )  # fmt: skip
    assert result.exit_code == EXIT_OPEN, result.output
    return proof, json.loads(result.stdout)


@pytest.mark.parametrize("id_", official_size.QUESTIONS)
def test_every_question_comes_to_verdicts(
    spec: QuizSpec, folder: Path, out: tuple[Path, Any], id_: str
) -> None:
    """All that the benchmark asks for: architecture right, Q5 as stored, never taken for the real weights."""
    evidence = Evidence.model_validate(out[1]["evidence"][id_])
    assert official_size.problems(spec.question(id_), evidence, folder) == []


def test_what_was_used_is_in_the_evidence(folder: Path, audio: Path, out: tuple[Path, Any]) -> None:
    provenance = out[1]["evidence"]["q07"]["provenance"]
    digest = sha256_of(folder / "model.safetensors")
    by_resource: dict[str, list[Any]] = {}
    for source in provenance["sources"]:
        by_resource.setdefault(source["resource"], []).append(source)
    (weights,) = by_resource["codec-weights"]
    assert (weights["origin"], weights["name"], weights["sha256"]) == ("path", str(folder), digest)
    assert (weights["genuine"], weights["note"]) == (False, "given by path, not locked")
    assert {file["name"]: file["sha256"] for file in weights["files"]} == {
        name: sha256_of(folder / name) for name in ("config.json", "model.safetensors")
    }
    (architecture,) = by_resource["architecture"]
    assert architecture["genuine"]
    assert {source["name"] for source in by_resource["course-audio"]} == {
        "TTS_English_speech.wav",
        "TTS_Chinese_speech.wav",
    }
    assert provenance["dtype"] == "codec float32, Whisper float32"
    statuses = {one["question"]: one["status"] for one in out[1]["questions"]}
    assert {id_: status for id_, status in statuses.items() if id_ in official_size.QUESTIONS} == {
        id_: "decided" if id_ in official_size.ARCHITECTURE else "open" for id_ in official_size.QUESTIONS
    }


def test_q5_reads_the_stored_vector_and_q1_to_q4_are_not_vacuous(folder: Path, out: tuple[Path, Any]) -> None:
    evidence = out[1]["evidence"]
    vector = official_size.stored_vector(folder)
    assert len(set(vector)) == 5  # codebooks as transformers leaves them would be five zeros
    assert evidence["q05"]["measurements"]["vectors"][0]["values"] == list(vector)
    dtype = evidence["q04"]["measurements"]
    assert (dtype["dtype"], dtype["lookup_error"]) == ("torch.int64", 0.0)
    assert dtype["n_distinct"] > 200
    assert [one["shape"] for one in evidence["q01"]["measurements"]["exact"]] == [[1, 32, 25], [1, 32, 50]]


def test_noise_is_heard_as_noise(out: tuple[Path, Any]) -> None:
    """No metric breaks on it, none calls it good, and Whisper's inventions decide nothing."""
    evidence = out[1]["evidence"]
    for clip in evidence["q07"]["measurements"]["clips"].values():
        for decode in clip["decodes"]:
            assert decode["error_rate"] >= 0.5
            for score in (decode["pesq_wb"], decode["stoi"]):
                assert isinstance(score, float) or list(score) == ["because"]
            assert isinstance(decode["pesq_wb"], dict) or decode["pesq_wb"] < 1.5
    outcomes = {one["option"]: one["outcome"] for one in evidence["q07"]["verdicts"]}
    assert outcomes == {"A": "fails", "B": "holds", "C": "fails", "D": "fails"}
    for clip in evidence["q08"]["measurements"]["clips"].values():
        assert all(math.isfinite(decode["loudness"]) for decode in clip)
    orders = evidence["q09"]["measurements"]["orders"]
    assert len({tuple(order["scores"]) for order in orders}) == 24  # each order is another sound
    assert {one["outcome"] for one in evidence["q09"]["verdicts"]} == {"undetermined"}


def test_the_stored_evidence_is_judged_again_without_models(out: tuple[Path, Any]) -> None:
    proof, document = out
    before = (proof / "report.html").read_bytes()
    again = CliRunner().invoke(cli.app, ["report", "--out", str(proof), "--json"])
    assert again.exit_code == EXIT_OPEN
    assert json.loads(again.stdout)["evidence"] == document["evidence"]
    assert (proof / "report.html").read_bytes() == before


def known(evidence: Evidence) -> Evidence:
    """The same as if nothing were lacking."""
    verdicts = [
        one.model_copy(update={"parts": tuple(part.model_copy(update={"lacks": ()}) for part in one.parts)})
        for one in evidence.verdicts
    ]
    return evidence.model_copy(update={"verdicts": tuple(verdicts)})


def test_a_wrong_verdict_would_be_said(spec: QuizSpec, folder: Path, out: tuple[Path, Any]) -> None:
    """The mutant of the judge above: another shape, another vector, weights taken for genuine, a failure."""
    evidence = {id_: Evidence.model_validate(one) for id_, one in out[1]["evidence"].items()}
    problems = official_size.problems
    swapped = evidence["q02"].model_copy(update={"verdicts": evidence["q02"].verdicts[::-1]})
    assert problems(spec.question("q02"), swapped, folder) == ["the verdicts are not the options'"]
    other = evidence["q01"].model_copy(update={"question": "q02"})
    assert problems(spec.question("q02"), other, folder) == ["C alone should hold, and all others fail"]
    taken = ["random weights are taken for the real ones"]
    assert problems(spec.question("q07"), known(evidence["q07"]), folder) == taken
    vectors = {"vectors": [{"values": [0.0] * 5}]}
    zeros = evidence["q05"].model_copy(update={"measurements": vectors})
    assert problems(spec.question("q05"), zeros, folder) == ["the vector is not the one that is stored"]
    assert problems(spec.question("q08"), evidence["q08"], folder / "..") == [
        "the provenance does not name the folder"
    ]
    broken = Evidence(question="q08", failure=Bilingual(zh="測量失敗", en="Measuring failed"))
    assert problems(spec.question("q08"), broken, folder) == ["Measuring failed"]


def test_it_is_the_official_architecture(folder: Path) -> None:
    from transformers import MimiConfig, MimiModel

    with torch.device("meta"):
        model = MimiModel(MimiConfig.from_pretrained(folder))
    assert architecture_source(model, "Mimi").genuine
    assert sum(one.numel() for one in model.parameters()) > 60e6


def test_a_csm_that_carries_it_is_compared_tensor_by_tensor(folder: Path, tmp_path: Path) -> None:
    """Q12's premise on all tensors that a published codec has, and on one that differs by a thousandth."""
    (tmp_path / "config.json").write_text("{}")
    tensors = {f"codec_model.{name}": one for name, one in load_file(folder / "model.safetensors").items()}
    save_file(tensors, tmp_path / "model.safetensors")
    same = compare(tmp_path, folder)
    assert same.n_csm == same.n_codec == same.n_equal == len(tensors) > 300
    name = f"codec_model.{official_size.SEMANTIC}.embed_sum"
    tensors[name] = tensors[name].clone()
    tensors[name][official_size.CODE, 0] += 1e-3
    save_file(tensors, tmp_path / "model.safetensors")
    other = compare(tmp_path, folder)
    assert (other.n_differing, other.n_equal) == (1, same.n_equal - 1)
    assert other.first_differing == f"{official_size.SEMANTIC}.embed_sum"
    assert other.max_difference == pytest.approx(1e-3, abs=1e-6)
