"""Fitting finds structure, repeats to the byte, and says what a folder lacks."""

import hashlib

import pytest
import soundfile
import torch
from transformers import AutoModel
from typer import Typer
from typer.testing import CliRunner

from benchmarks.standin_making import fit as fitting
from questions.common.errors import SourceError
from solvers.hw10.standin.codec import StandinCodecConfig

SMALL = StandinCodecConfig(num_quantizers=3, codebook_size=16, codebook_dim=8, griffin_lim_iterations=2)
QUICK = fitting.FitOptions(seed=0, iterations=2, sample=60)


def tone(frequency_hz, seconds=1.0, rate_hz=24_000):
    """A tone whose level swings three times a second, with a little noise."""
    t = torch.arange(int(seconds * rate_hz)) / rate_hz
    generator = torch.Generator().manual_seed(int(frequency_hz))
    swing = 0.3 * (1 + torch.sin(6 * torch.pi * t)) * torch.sin(2 * torch.pi * frequency_hz * t)
    return swing + 0.01 * torch.randn(len(t), generator=generator)


def write_folder(folder, rate_hz=24_000):
    (folder / "corpus").mkdir()
    (folder / "csm").mkdir()
    for i in range(2):
        soundfile.write(folder / "corpus" / f"a_{i}.ogg", tone(200 + 100 * i).numpy(), rate_hz)
    for sentence in (0, 3, 4, 7):
        soundfile.write(folder / "csm" / f"v_{sentence}.ogg", tone(300 + 50 * sentence).numpy(), rate_hz)
    return folder


def invoke(*arguments):
    app = Typer()
    app.command()(fitting.main)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_quizs_own_sentences_stay_out(tmp_path):
    names = [path.name for path in fitting.find_clips(write_folder(tmp_path))]
    assert names == ["a_0.ogg", "a_1.ogg", "v_4.ogg", "v_7.ogg"]


def test_more_components_than_numbers_are_refused():
    with pytest.raises(ValueError, match=r"^800 components of 400 numbers a token frame; ask for fewer\.$"):
        fitting.fit([tone(200)], StandinCodecConfig(mel_frames=4, codebook_dim=800), QUICK)


def test_each_layer_explains_more(tmp_path):
    clips = [tone(frequency) for frequency in (200, 300, 400, 500)]
    layers = []
    codec = fitting.fit(clips, SMALL, QUICK, lambda: layers.append(1))
    assert len(layers) == 3
    patches = torch.cat([codec.features(clip[None]).reshape(-1, 800) for clip in clips])
    left = codec.project(patches)
    variances = [float(left.square().mean())]
    codes = torch.cat([codec.encode(clip[None, None]).audio_codes[0] for clip in clips], dim=1)
    for layer in range(3):
        left = left - codec.codebook(layer)[codes[layer]]
        variances.append(float(left.square().mean()))
    assert variances == sorted(variances, reverse=True)
    assert variances[-1] < 0.2 * variances[0]


def test_the_components_are_orthonormal_and_the_widest_come_first():
    rows = torch.randn(500, 6, generator=torch.Generator().manual_seed(0))
    rows = rows * torch.tensor([1.0, 5.0, 0.1, 3.0, 0.2, 0.3])
    basis = fitting.principal_components(rows, 2)
    torch.testing.assert_close(basis.T @ basis, torch.eye(2))
    assert basis.abs().argmax(dim=0).tolist() == [1, 3]


def test_k_means_finds_clusters_and_leaves_an_empty_one_alone():
    centres = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    noise = 0.1 * torch.randn(300, 2, generator=torch.Generator().manual_seed(0))
    rows = centres.repeat(100, 1) + noise
    options = fitting.FitOptions(iterations=5, sample=300)
    found = fitting.k_means(rows, 12, options, torch.Generator().manual_seed(0))
    assert (torch.cdist(rows, found).min(dim=1).values < 0.5).all()
    same = fitting.k_means(torch.ones(8, 2), 4, options, torch.Generator().manual_seed(0))
    assert torch.equal(same, torch.ones(4, 2))


def test_one_seed_one_file_another_seed_another(tmp_path):
    clips = [tone(frequency) for frequency in (200, 300, 400)]
    digests = []
    for run, seed in enumerate((0, 0, 1)):
        out = tmp_path / str(run)
        fitting.save(fitting.fit(clips, SMALL, fitting.FitOptions(seed=seed, sample=60)), out)
        digests.append(hashlib.sha256((out / "model.safetensors").read_bytes()).hexdigest())
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_the_fitted_codec_codes_as_the_saved_one(tmp_path):
    clips = [tone(frequency) for frequency in (200, 300, 400)]
    codec = fitting.fit(clips, SMALL, QUICK)
    fitting.save(codec, tmp_path / "codec")
    saved = AutoModel.from_pretrained(tmp_path / "codec")
    audio = tone(250)[None, None]
    assert torch.equal(saved.encode(audio).audio_codes, codec.encode(audio).audio_codes)


def test_too_few_frames_for_the_codewords():
    with pytest.raises(ValueError, match="give 13 token frames; 16 codewords need at least as many"):
        fitting.fit([tone(200)], SMALL, QUICK)


def test_the_command_fits_a_folder_and_replaces_what_was_there(tmp_path, monkeypatch):
    monkeypatch.setattr(
        fitting, "StandinCodecConfig", lambda **given: StandinCodecConfig(**given, codebook_size=16)
    )
    folder, out = write_folder(tmp_path), tmp_path / "deep" / "codec"
    sizes = ("--layers", 3, "--mel-frames", 4, "--components", 8)
    for seed in (0, 1):
        result = invoke(folder, "--out", out, "--seed", seed, *sizes)
        assert result.exit_code == 0, result.output
        assert sorted(path.name for path in out.iterdir()) == ["config.json", "model.safetensors"]
        assert [path.name for path in out.parent.iterdir()] == ["codec"]
    codec = AutoModel.from_pretrained(out)
    assert codec.codebooks.shape == (3, 16, 8)
    assert codec.config.frame_rate == 25


def test_the_command_says_what_the_folder_lacks(tmp_path):
    result = invoke(tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr == f"fit: {tmp_path}: no corpus/*.ogg to fit on; name a folder that has some.\n"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.ogg").write_bytes(b"")
    with pytest.raises(SourceError, match=r"no csm/VOICE_4\.ogg to VOICE_7\.ogg"):
        fitting.find_clips(tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_mono_sound_at_24_khz_is_named(tmp_path):
    path = tmp_path / "a.ogg"
    path.write_bytes(b"not sound")
    with pytest.raises(SourceError, match=r"a\.ogg: not a sound file"):
        fitting.read_clip(path, 24_000)
    soundfile.write(path, tone(200).numpy(), 16_000)
    with pytest.raises(SourceError, match=r"16000 Hz.*expected mono at 24000 Hz"):
        fitting.read_clip(path, 24_000)
    soundfile.write(path, torch.zeros(2400, 2).numpy(), 24_000)
    with pytest.raises(SourceError, match=r"shape \(2400, 2\); expected mono"):
        fitting.read_clip(path, 24_000)
