"""The families' construction by hand-written cases, and one quick puzzle of some of them.

Codecs fit here on a few of the puzzles' clips, with few codewords: what is known of them by construction does
not depend on how well they code.
"""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from benchmarks.standin_making.fit import FitOptions
from benchmarks.validity import __main__ as validity
from benchmarks.validity import models
from benchmarks.validity.families import amr_nb, codecs, csm, q10, real, reference, suite
from benchmarks.validity.families.fit import fit, left_by
from benchmarks.validity.families.latents import Envelope, Mdct
from benchmarks.validity.families.layered import Group, Layered
from benchmarks.validity.families.pairs import FIRST_VOICES, HALVES, SECOND_VOICES, STANDINS, TUNED, pairs
from benchmarks.validity.models import RATE_HZ
from benchmarks.validity.puzzle import Truth
from benchmarks.validity.runner import solve
from questions.quiz import QuizSpec
from solvers.hw10.q10_interleaving.rules import BACK_FAILS, BACK_HOLDS, FRONT_FAILS, FRONT_HOLDS
from solvers.hw10.standin import STANDIN_AUDIO

N_CODEWORDS = 32
HOLDS, FAILS = Truth.HOLDS, Truth.FAILS


class Numbers:
    """Latents that are the samples, two a frame: sums are then seen at once."""

    frame_samples = 2

    def analyse(self, sound: Tensor) -> Tensor:
        return sound.reshape(-1, 2)

    def synthesise(self, latents: Tensor) -> Tensor:
        return latents.reshape(-1)


def by_hand() -> Layered:
    """Layer 0 has (0, 0) and (2, 2) and counts one half; the others code z less half of it."""
    whole = torch.eye(2)
    first = Group(whole, 0.5, torch.tensor([[[0.0, 0.0], [2.0, 2.0]]]))
    rest = Group(0.5 * whole, 1.0, torch.tensor([[[0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [0.25, -0.25]]]))
    return Layered(Numbers(), (first, rest))


def test_a_split_codec_by_hand() -> None:
    codec = by_hand()
    sound = torch.tensor([[[2.0, 2.0, 2.5, 1.5]]])
    codes = codec.encode(sound)
    # Layer 0 hears (2, 2) twice. Half of z is (1, 1) and (1.25, 0.75): (1, 1) for layer 1, the rest for 2.
    assert codes.tolist() == [[[1, 1], [1, 1], [0, 1]]]
    # 0.5 · (2, 2) + (1, 1) + what layer 2 has.
    assert codec.decode(codes).tolist() == [[2.0, 2.0, 2.25, 1.75]]
    assert codec.decode(codes[:, :1]).tolist() == [[1.0, 1.0, 1.0, 1.0]]
    assert torch.equal(codec.encode(sound, 2), codes[:, :2])
    assert (codec.n_codebooks, codec.codebook_size) == (3, 2)
    assert codec.codebook(0).tolist() == [[0.0, 0.0], [1.0, 1.0]]  # as it is added up


def test_another_layer_0_takes_its_weight_and_leaves_the_rest() -> None:
    codec = by_hand()
    quiet, loud = codec.encode(torch.tensor([[[0.0, 0.0]], [[2.0, 2.0]]]))
    mixed = torch.cat([loud[:1], quiet[1:]])[None]
    assert codec.decode(mixed).tolist() == [[1.0, 1.0]]  # 0.5 · (2, 2), nothing of the others
    mixed = torch.cat([quiet[:1], loud[1:]])[None]
    assert codec.decode(mixed).tolist() == [[1.0, 1.0]]  # the half that the others carry


def test_more_layers_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="4 codebooks asked for; this codec has 1 to 3"):
        by_hand().encode(torch.zeros(1, 1, 2), 4)


def test_what_the_others_code_is_z_less_its_guess_of_layer_0() -> None:
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(400, 3, generator=generator)
    # Codewords on one axis: the guess can only be of it, and of it all that is linear.
    codewords = torch.tensor([[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    view = left_by(Group(torch.eye(3), 0.8, codewords[None]), latents)
    # E|x| of a normal x is √(2/π): the guess of sign(x) from x is √(2/π) · x.
    expected = torch.eye(3)
    expected[0, 0] -= 0.8 * math.sqrt(2 / math.pi)
    assert torch.allclose(view, expected, atol=0.06)


@pytest.fixture(scope="module")
def few_clips() -> list[Tensor]:
    return [clip.load()[: 2 * RATE_HZ] for clip in models.clips()[:4]]


@pytest.mark.parametrize("name", ["split-0.8", "words", "mdct"])
def test_a_family_fits_and_is_read_back_as_it_was_written(
    name: str, few_clips: list[Tensor], tmp_path: Path
) -> None:
    latent = codecs.latent(name)
    groups = fit(name, latent, few_clips, N_CODEWORDS, FitOptions(iterations=1, sample=400))
    codecs.save(groups, tmp_path / "codec.safetensors")
    fitted, read = Layered(latent, groups), codecs.load(tmp_path / "codec.safetensors", latent)
    sound = few_clips[0][None, None]
    codes = fitted.encode(sound)
    assert codes.shape == (1, 8, 2 * RATE_HZ // latent.frame_samples)
    assert torch.equal(read.encode(sound), codes)
    assert read.decode(codes).shape == (1, 2 * RATE_HZ)
    # Every layer takes something off what the one before left.
    latents = latent.analyse(few_clips[0])
    errors = [float((read.latents(codes[:, :k])[0] - latents).square().sum()) for k in (1, 4, 8)]
    assert errors == sorted(errors, reverse=True)


def test_the_words_are_in_layer_0_alone() -> None:
    """Of the shipped codec: layer 0 has only the envelope, the others everything but it."""
    codec = codecs.codec("words")
    n = Envelope.n_words
    assert not codec.codebook(0)[:, n:].any()
    for layer in range(1, 8):
        assert not codec.codebook(layer)[:, :n].any()
        assert codec.codebook(layer)[:, n:].any()


@pytest.mark.parametrize("weight", codecs.WEIGHTS)
def test_the_shipped_splits_weigh_as_their_names_say(weight: float) -> None:
    codec = codecs.codec(f"split-{weight}")
    assert isinstance(codec, Layered)
    assert [(group.weight, len(group.codebooks)) for group in codec.groups] == [(weight, 1), (1.0, 7)]
    assert (codec.n_codebooks, codec.codebook_size) == (8, 1024)


def test_the_envelope_and_the_rest_add_up_to_the_sound_they_came_from() -> None:
    latent, sound = Envelope(), models.clips()[0].load()[: RATE_HZ // 2]
    latents = latent.analyse(sound)
    words, rest = latents[:, : latent.n_words], latents[:, latent.n_words :]
    frames = latent.model.features(sound[None])[0] - latent.mean
    assert torch.allclose(words @ latent.envelope.T + rest, frames, atol=1e-4)
    assert torch.allclose(words.mean(dim=0), torch.zeros(latent.n_words), atol=1e-4)
    assert torch.allclose(latent.envelope.T @ latent.envelope, torch.eye(latent.n_words), atol=1e-5)


def test_the_mdct_gives_back_what_is_under_its_cutoff() -> None:
    latent = Mdct(120, cutoff_hz=12_000)
    sound = models.clips()[0].load()[: RATE_HZ // 2]
    heard = latent.synthesise(latent.analyse(sound))
    assert heard.shape == sound.shape
    inner = slice(120, -120)  # half a frame is lost at either end
    assert torch.allclose(heard[inner], sound[inner], atol=1e-4)


def test_reversed_layers_are_todays_chain_from_its_end() -> None:
    clip = models.clips()[0].load()[None, None, :RATE_HZ]
    codes = codecs.codec("reversed").encode(clip, 8)
    assert torch.equal(codes.flip(1), models.codec().encode(clip, 8))
    assert torch.equal(codecs.codec("reversed").decode(codes), models.codec().decode(codes.flip(1)))


def test_halves_share_no_voice_and_half_of_the_codecs_are_tuned_on() -> None:
    about = json.loads((STANDIN_AUDIO / "manifest.json").read_text("utf-8"))["files"]
    tuned, scored = (
        {*FIRST_VOICES[half], *SECOND_VOICES[half], *(about[name]["voice"] for name in STANDINS[half])}
        for half in HALVES
    )
    assert tuned == {"jf_alpha", "jf_nezumi", "p0", "jm_kumo", "jf_gongitsune"}
    assert tuned.isdisjoint(scored)
    assert len(TUNED & set(codecs.NAMES)) == len(codecs.NAMES) / 2
    files = [{name for pair in pairs(half, 4) for name in (pair.first, pair.second)} for half in HALVES]
    assert files[0].isdisjoint(files[1])


def test_percent_understood_by_hand() -> None:
    # 1 / (1 + exp(-17.4906 d + 9.6921)): one half where the exponent is 0, at d = 0.55413.
    assert reference.understood(9.6921 / 17.4906) == pytest.approx(0.5)
    # d = 0.7: exp(-2.55132) = 0.07798, 1 / 1.07798 = 0.92766.
    assert reference.understood(0.7) == pytest.approx(0.92766, abs=1e-4)


def listened(first: tuple[float, ...], exchanged: float) -> reference.Heard:
    """The second speaker's are the first's the other way round."""
    return reference.Heard(first, first[::-1], exchanged)


def test_truths_of_question_10_by_hand() -> None:
    # Layer 0 alone takes the words: with it exchanged the kept speaker is at 0.2 of 0.9 both ways.
    words = listened((0.2, 0.8, 0.85, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9), 0.2)
    words = reference.Heard(words.first, (0.9, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2), 0.2)
    assert q10.truth_of(words) == {"B": HOLDS, "C": FAILS, "E": HOLDS, "F": HOLDS, "G": FAILS}
    # The others take them: k = 1 is the second's still, from k = 3 on the first's; k = 2 is the blurred one.
    rest = reference.Heard(
        (0.2, 0.25, 0.65, 0.85, 0.9, 0.9, 0.9, 0.9, 0.9), (0.9, 0.8, 0.3, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2), 0.8
    )
    assert q10.truth_of(rest) == {"B": FAILS, "C": HOLDS, "D": HOLDS, "E": HOLDS, "F": HOLDS, "G": FAILS}
    # Two that talk at once are both half there: nothing is certain of the splits, nor of B and C.
    both = reference.Heard((0.2, 0.6, *[0.75] * 7), (0.9, 0.6, *[0.6] * 7), 0.6)
    assert q10.truth_of(both) == {}


def test_the_splits_of_e_f_and_g_are_the_judges() -> None:
    assert [sorted(one) for one in (FRONT_HOLDS, FRONT_FAILS)] == [list(one) for one in q10.SPLITS["F"][1:]]
    assert [sorted(one) for one in (BACK_HOLDS, BACK_FAILS)] == [list(one) for one in q10.SPLITS["G"][1:]]


def test_what_a_listener_understands_is_measured_again() -> None:
    """The quickest codec: MDCT has no phase to guess."""
    pair = pairs("tuned", 2)[1]
    found = reference.listen(pair, codecs.codec("mdct"))
    kept = reference.heard()["mdct"][pair.name]
    assert found.first == pytest.approx(kept.first, abs=0.01)
    assert found.second == pytest.approx(kept.second, abs=0.01)


def test_every_pair_and_clip_has_its_reference_and_every_puzzle_its_name(spec: QuizSpec) -> None:
    version_of = {}
    for family, question, puzzles, version in suite.tasks(spec, suite.NAMES, ()):
        assert len({one.name for one in puzzles}) == len(puzzles) > 0
        assert {one.kind for one in puzzles} == set(HALVES)
        version_of[family, question] = version
    assert len(version_of) == 2 * len(suite.NAMES)


def test_amr_nb_is_put_where_the_clip_is() -> None:
    name = "TTS_English_speech"
    original, decoded = amr_nb.both(name, "12.2")
    assert float(torch.corrcoef(torch.stack([original, decoded]))[0, 1]) > 0.8
    change = amr_nb.amr_nb(name, "12.2")
    late = torch.cat([torch.zeros(960), original[:24_000]])
    assert torch.equal(change(late[None])[0], torch.cat([torch.zeros(960), decoded[:24_000]]))
    assert torch.equal(change(original[None, 30_000:40_000])[0], decoded[30_000:40_000])


def test_babble_is_as_loud_as_asked() -> None:
    clip = models.clips()[0].load()[None]
    noise = real.babble(-10)(clip) - clip
    assert 10 * math.log10(float(noise.square().mean() / clip.square().mean())) == pytest.approx(10, abs=1e-3)


def test_how_sixteen_clips_end() -> None:
    assert set(csm.endings("any", 0.0)) == {csm.ENDED}
    drawn = [csm.endings(f"world {number}", 0.3) for number in range(200)]
    share = sum(end != csm.ENDED for ends in drawn for end in ends) / (200 * csm.N)
    assert share == pytest.approx(0.3, abs=0.03)
    ends = csm.endings("world 0", 1.0)
    assert [ends.count(tail) for tail in csm.TAILS] == [4, 4, 4, 4]


@pytest.mark.parametrize("tail", csm.TAILS)
def test_a_clip_that_never_ends_has_its_sentence_and_ten_seconds(tail: csm.Tail) -> None:
    sound = models.clips()[0].load()
    whole = csm.never_ending(sound, tail)
    assert len(whole) == 10 * RATE_HZ
    assert torch.equal(whole[: len(sound)], sound)
    assert not whole[len(sound) : len(sound) + RATE_HZ // 2].any()


def test_one_puzzle_of_the_quickest_codec_is_right(spec: QuizSpec) -> None:
    puzzle = q10.puzzles(spec.question("q10"), "mdct")[2]
    assert puzzle.name == "016.ogg and 044.ogg"
    assert solve(puzzle, 1).grade == "right"


def test_unknown_families_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        validity.main(["splitt"])
    assert stopped.value.code == 2
    assert "no family splitt; there are split-0.3," in capsys.readouterr().err


def test_in_rounds_the_offsets_are_as_many_as_it_takes(
    spec: QuizSpec, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those two decide after the first four; questions without offsets have no puzzles then."""
    asked = suite.tasks(spec, suite.NAMES, (), rounds=True)
    assert {question for _, question, _, _ in asked} == suite.WITH_OFFSETS
    taken = []
    compare = real.compare_sounds

    def counting(*args: Any, **kwargs: Any) -> Any:
        measured = compare(*args, **kwargs)
        taken.append(measured.numbers.rounds)
        return measured

    monkeypatch.setattr(real, "compare_sounds", counting)
    command = ["real", "--only", "q08", "--limit", "2", "--out", str(tmp_path), "--json"]
    assert validity.main([*command, "--rounds"]) == 0
    assert [one["right"] for one in json.loads(capsys.readouterr().out)["rows"]] == [1, 1]
    assert taken == [(4,), (4,)]
    assert (tmp_path / "families" / "real_q08_rounds.jsonl").is_file()
    with pytest.raises(SystemExit):
        validity.main(["--rounds"])
    assert "--rounds: it is for families" in capsys.readouterr().err


def test_results_are_kept_and_counted_by_half(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validity.main(["real", "--only", "q08", "--limit", "1", "--out", str(tmp_path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    names = ("family", "question", "half", "right", "open", "wrong")
    assert [[row[name] for name in names] for row in shown["rows"]] == [["real", "q08", "tuned", 1, 0, 0]]
    assert (tmp_path / "families" / "real_q08.jsonl").is_file()
