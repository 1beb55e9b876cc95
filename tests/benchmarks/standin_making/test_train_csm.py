"""Training draws what it should, learns, goes on where it broke off, and leaves a CSM like any other."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from benchmarks.standin_making import csm_data, csm_model, train_csm
from benchmarks.standin_making.csm_data import SENTENCES
from benchmarks.standin_making.train_csm import TrainOptions, batch_loss, learning_rate, train
from questions.common.errors import SourceError
from solvers.hw10.models.csm import Csm, Turn
from solvers.hw10.models.stored_codec import compare
from solvers.hw10.q11_csm_voice.measure import EMILY_SAYS
from solvers.hw10.standin import csm_folder
from solvers.hw10.standin.codec import StandinCodecConfig, StandinCodecModel
from tests.benchmarks.standin_making.small import (
    OPTIONS,
    RECIPE,
    SMALL,
    drawer,
    invoke,
    weights,
    write_folder,
)


def test_the_rate_rises_and_falls_by_hand() -> None:
    options = TrainOptions(steps=10, warmup_steps=2, peak_rate=8.0)
    assert [learning_rate(step, options) for step in (0, 1, 2, 6, 9)] == [4.0, 8.0, 8.0, 4.0, 1.0]
    again = TrainOptions(
        steps=18, warmup_steps=2, peak_rate=8.0, fall_end=10, restart_step=8, restart_rate=4.0
    )
    # Falls towards step 10, rises anew at step 8 to 4, and falls from there to zero at step 18.
    steps = (1, 2, 6, 7, 8, 9, 10, 14, 17)
    assert [learning_rate(step, again) for step in steps] == [8.0, 8.0, 4.0, 3.0, 2.0, 4.0, 4.0, 2.0, 0.5]


def test_the_loss_is_the_models_own(codec: StandinCodecModel, processor: Any) -> None:
    """What is merged from stored codes gives the loss of a forward that encodes the sound itself."""
    model = csm_model.build_model(codec, processor, SMALL, seed=0).eval()
    sounds = [0.1 * torch.randn(n * 1920, generator=torch.Generator().manual_seed(n)) for n in (4, 6)]
    turns = [Turn(role, text, sound) for role, text, sound in zip("01", SENTENCES[2:], sounds, strict=False)]
    inputs = processor.apply_chat_template(
        [[turn.message() for turn in turns]],
        tokenize=True, return_dict=True, return_tensors="pt", output_labels=True,
    )  # fmt: skip
    draw = drawer({("v00", 0): torch.zeros(1, 3, dtype=torch.long)}, processor)
    parts = []
    for turn in turns:
        frames = codec.encode(turn.audio[None, None], num_quantizers=3).audio_codes[0].T
        end = torch.full((1, 3), csm_data.CODEBOOK_EOS)
        parts.append(draw._turn(turn.role, turn.text, frames, frames, end))
    ids, codes, labels = (torch.cat(part)[None] for part in zip(*parts, strict=True))
    audio = (ids == model.config.audio_token_id) | (ids == model.config.audio_eos_token_id)
    batch = csm_data.Batch(ids, audio, codes, labels, torch.ones_like(ids, dtype=torch.bool))
    with torch.no_grad():
        torch.testing.assert_close(batch_loss(model, batch), model(**inputs).loss)


def test_a_broken_run_goes_on_to_the_same_weights(
    tmp_path: Path, clips: csm_data.Clips, codec: StandinCodecModel
) -> None:
    losses: list[float] = []
    whole, _ = train(clips, codec, OPTIONS, tmp_path / "a.pt", lambda _, loss: losses.append(loss))
    assert not (tmp_path / "a.pt").exists()
    begun: list[int] = []

    def break_off(done: int, _loss: float) -> None:
        begun.append(done)
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(clips, codec, OPTIONS, tmp_path / "b.pt", break_off, checkpoint_s=0.0)
    rest: list[int] = []
    resumed, _ = train(clips, codec, OPTIONS, tmp_path / "b.pt", lambda done, _: rest.append(done))
    assert (begun, rest) == ([1, 2, 3], [4, 5, 6])
    for name, parameter in weights(whole).items():
        assert torch.equal(parameter, weights(resumed)[name]), name
    assert [path.name for path in tmp_path.iterdir()] == ["b.pt"]
    other = TrainOptions(steps=7, warmup_steps=2, sizes=SMALL, recipe=RECIPE)
    with pytest.raises(SourceError, match=r"b\.pt: the checkpoint of a run with other options or clips"):
        train(clips, codec, other, tmp_path / "b.pt")
    (tmp_path / "b.pt").write_bytes(b"torn")
    with pytest.raises(SourceError, match=r"b\.pt: no checkpoint that can be read"):
        train(clips, codec, OPTIONS, tmp_path / "b.pt")


def test_training_learns(tmp_path: Path, clips: csm_data.Clips, codec: StandinCodecModel) -> None:
    losses: list[float] = []
    options = TrainOptions(steps=60, warmup_steps=5, peak_rate=1e-2, sizes=SMALL, recipe=RECIPE)
    train(clips, codec, options, tmp_path / "a.pt", lambda _, loss: losses.append(loss))
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_the_command_leaves_a_csm_that_speaks(
    tmp_path: Path, codec: StandinCodecModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From files to codes, by the very steps that sesame/csm-1b takes; without its codec, and completed."""
    codec.save_pretrained(tmp_path / "codec")
    monkeypatch.setattr(train_csm, "STANDIN_CODEC", tmp_path / "codec")
    monkeypatch.setattr(train_csm, "TrainOptions", lambda **given: TrainOptions(**given, sizes=SMALL))
    monkeypatch.setattr(train_csm.TrainOptions, "steps", 0, raising=False)
    folder = write_folder(tmp_path / "clips")
    whole, bare = tmp_path / "deep" / "whole", tmp_path / "bare"
    for out, flag in ((whole, "--with-codec"), (bare, "--without-codec")):
        result = invoke(folder, "--out", out, "--steps", 2, flag)
        assert result.exit_code == 0, result.output
    assert [path.name for path in whole.parent.iterdir()] == ["whole"]
    assert not any(name.startswith("codec_model.") for name in load_file(bare / "model.safetensors"))
    completed = csm_folder.complete_csm(bare, tmp_path / "codec", tmp_path / "cache")
    trained, filled = load_file(whole / "model.safetensors"), load_file(completed / "model.safetensors")
    assert trained.keys() == filled.keys()
    assert all(torch.equal(tensor, filled[name]) for name, tensor in trained.items())
    assert compare(completed, tmp_path / "codec").n_equal == 3
    csm = Csm.load(completed, "cpu")
    assert (csm.codec_type, csm.sample_rate_hz) == ("quizproof_standin_codec", 24_000)
    turns = (Turn("0", EMILY_SAYS, torch.zeros(5000)), Turn("1", "What? Seriously?"))
    first, second, again = (csm.generate(turns, 2, seed, max_frames=3) for seed in (0, 1, 0))
    assert [clip.codes.tolist() for clip in first] == [clip.codes.tolist() for clip in again]
    assert [clip.codes.tolist() for clip in first] != [clip.codes.tolist() for clip in second]
    assert {clip.codes.shape[0] for clip in first} == {3}
    decodable = next(clip for clip in (*first, *second) if clip.decodable)
    assert csm.decode(decodable.codes).shape == (decodable.codes.shape[1] * 1920,)


def test_a_completed_folder_mends_itself(
    tmp_path: Path, clips: csm_data.Clips, codec: StandinCodecModel
) -> None:
    model, processor = train(clips, codec, TrainOptions(steps=1, sizes=SMALL), tmp_path / "a.pt")
    codec.save_pretrained(tmp_path / "codec")
    csm_model.save(model, processor, tmp_path / "bare", with_codec=False)
    cache = tmp_path / "cache"
    completed = csm_folder.complete_csm(tmp_path / "bare", tmp_path / "codec", cache)
    good = {path.name: path.read_bytes() for path in completed.iterdir()}
    assert "chat_template.jinja" in good
    for name in ("model.safetensors", "config.json"):
        (completed / name).write_bytes(good[name][:-1])
    (completed / "tokenizer.json").unlink()
    assert csm_folder.complete_csm(tmp_path / "bare", tmp_path / "codec", cache) == completed
    assert {path.name: path.read_bytes() for path in completed.iterdir()} == good
    with pytest.raises(SourceError, match=r"nowhere: the stand-in CSM cannot be read"):
        csm_folder.complete_csm(tmp_path / "nowhere", tmp_path / "codec", cache)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SourceError, match="cannot be written there"):
        csm_folder.complete_csm(tmp_path / "bare", tmp_path / "codec", tmp_path / "file")


def test_a_codec_can_give_fewer_codebooks_than_it_has() -> None:
    config = StandinCodecConfig(num_quantizers=5, codebook_size=16, codebook_dim=8, default_quantizers=3)
    codec = StandinCodecModel(config).eval()
    audio = 0.1 * torch.randn(1, 1, 4000, generator=torch.Generator().manual_seed(0))
    codes = codec.encode(audio).audio_codes
    assert codes.shape == (1, 3, 3)
    assert torch.equal(codes, codec.encode(audio, num_quantizers=5).audio_codes[:, :3])
