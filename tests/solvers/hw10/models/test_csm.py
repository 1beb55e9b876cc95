"""CSM through its real classes at toy size: prompt, sampling, endings, files, what is at hand."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import CsmProcessor

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from quizproof.cli import listing
from solvers.evidence.digest import sha256_of
from solvers.hw10.models.codec import Codec
from solvers.hw10.models.csm import Csm, Turn, dtype_on, place, trim
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.csm_weights import REPO
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.hw10.standin import STANDIN_CSM
from solvers.hw10.standin.codec import StandinCodecConfig, StandinCodecModel
from solvers.models.hub_format import joint_digest, weight_files
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.hub.official import find
from tests.solvers.hw10.models.small_csm import processor, save, small_csm

FRAME = 1920  # samples


def small_codec(n_codebooks: int = 8, size: int = 2048) -> Any:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = StandinCodecConfig(num_quantizers=n_codebooks, codebook_size=size, codebook_dim=8)
        return StandinCodecModel(config).eval()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(small_csm(small_codec()), tmp_path_factory.mktemp("csm"))


@pytest.fixture(scope="module")
def csm(folder: Path) -> Csm:
    return Csm.load(folder, "cpu")


def noise(n_samples: int) -> torch.Tensor:
    return 0.1 * torch.randn(n_samples, generator=torch.Generator().manual_seed(n_samples))


@pytest.fixture(scope="module")
def conversation() -> tuple[Turn, ...]:
    return (Turn("0", "Good day.", noise(4 * FRAME)), Turn("1", "No.", noise(FRAME + 1)), Turn("0", "What?"))


def test_a_turns_text_comes_before_its_sound_which_is_an_array() -> None:
    message = Turn("1", "No.", noise(8)).message()
    assert [content["type"] for content in message["content"]] == ["text", "audio"]
    assert (message["role"], message["content"][1]["path"].dtype.name) == ("1", "float32")
    assert [content["type"] for content in Turn("0", "What?").message()["content"]] == ["text"]


def test_the_prompt_is_roles_texts_and_a_token_a_frame(csm: Csm, conversation: tuple[Turn, ...]) -> None:
    messages = [turn.message() for turn in conversation]
    inputs = csm.processor.apply_chat_template(
        [messages], tokenize=True, return_dict=True, return_tensors="pt"
    )
    text = csm.processor.tokenizer.decode(inputs["input_ids"][0]).replace(" ", "")
    assert text == (
        "<|begin_of_text|>[0]Goodday.<|end_of_text|>" + 4 * "<|AUDIO|>" + "<|audio_eos|>"
        "<|begin_of_text|>[1]No.<|end_of_text|>" + 2 * "<|AUDIO|>" + "<|audio_eos|>"
        "<|begin_of_text|>[0]What?<|end_of_text|>"
    )  # fmt: skip
    assert inputs["input_values_cutoffs"].tolist() == [[4 * FRAME, 5 * FRAME + 1]]


def test_the_processor_and_the_codec_count_frames_alike() -> None:
    lengths = [*range(1, 4 * FRAME), 119_041, 201_504]
    processors = [
        CsmProcessor._get_encoded_length(n, **CsmProcessor.audio_kwargs["encoded_length_kwargs"])
        for n in lengths
    ]
    assert processors == small_codec().get_encoded_length(torch.tensor(lengths)).tolist()


def test_clips_of_a_batch_differ_and_a_seed_gives_them_again(
    csm: Csm, conversation: tuple[Turn, ...]
) -> None:
    before = torch.random.get_rng_state()
    clips = csm.generate(conversation, 3, seed=5, max_frames=4)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert [tuple(clip.codes.shape) for clip in clips] == [(8, 4)] * 3
    assert all(clip.capped and clip.decodable for clip in clips)
    assert len({tuple(clip.codes.flatten().tolist()) for clip in clips}) == 3
    again = csm.generate(conversation, 3, seed=5, max_frames=4)
    assert all(torch.equal(one.codes, other.codes) for one, other in zip(clips, again, strict=True))
    other_seed = csm.generate(conversation, 3, seed=6, max_frames=4)
    assert not torch.equal(clips[0].codes, other_seed[0].codes)


def test_clips_that_do_not_fit_at_once_are_generated_in_batches(
    csm: Csm, conversation: tuple[Turn, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = csm.model.generate

    def limited(**inputs: Any) -> Any:
        if len(inputs["input_ids"]) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return whole(**inputs)

    first_two = csm.generate(conversation, 2, seed=3, max_frames=3)
    monkeypatch.setattr(csm.model, "generate", limited)
    clips = csm.generate(conversation, 4, seed=3, max_frames=3)
    assert len({tuple(clip.codes.flatten().tolist()) for clip in clips}) == 4
    assert all(torch.equal(one.codes, two.codes) for one, two in zip(clips[:2], first_two, strict=True))


def test_the_prompts_sound_changes_what_is_generated(csm: Csm, conversation: tuple[Turn, ...]) -> None:
    """The same seed with another voice in the prompt: the codes go through the codec into the model."""
    other = (Turn("0", "Good day.", noise(4 * FRAME).flip(0)), *conversation[1:])
    (one,), (two,) = (csm.generate(turns, 1, seed=0, max_frames=6) for turns in (conversation, other))
    assert not torch.equal(one.codes, two.codes)


def test_its_sound_is_what_transformers_own_decoding_gives(csm: Csm, conversation: tuple[Turn, ...]) -> None:
    (clip,) = csm.generate(conversation, 1, seed=1, max_frames=5)
    inputs = csm.processor.apply_chat_template(
        [[turn.message() for turn in conversation]], tokenize=True, return_dict=True, return_tensors="pt"
    )
    sampling = {"do_sample": True, "top_k": 50, "temperature": 0.9}
    depth = {f"depth_decoder_{name}": value for name, value in sampling.items()}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        (own,) = csm.model.generate(**inputs, output_audio=True, max_new_tokens=5, **sampling, **depth)
    # The same codes in another memory layout are added up in another order, which Griffin-Lim magnifies.
    torch.testing.assert_close(csm.decode(clip.codes), own, rtol=0, atol=0.05 * float(own.abs().max()))
    assert own.shape == (5 * FRAME,)
    assert own.abs().max() > 0.01


def test_a_prompts_voice_goes_through_the_codec_at_its_own_length(csm: Csm) -> None:
    sound = noise(3 * FRAME + 7)
    codes = csm.model.codec_model.encode(sound[None, None]).audio_codes
    expected = csm.decode(codes[0])[: len(sound)]
    torch.testing.assert_close(csm.through_codec(sound), expected, rtol=0, atol=0)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_equal_codes_sound_equal_by_its_codec_and_by_an_equal_one(csm: Csm, n_threads: int) -> None:
    standalone = Codec(deepcopy(csm.model.codec_model), ())
    before = torch.get_num_threads()
    torch.set_num_threads(n_threads)
    try:
        codes = standalone.encode(noise(80 * FRAME)[None, None])
        assert torch.equal(csm.decode(codes[0]), standalone.decode(codes)[0])
    finally:
        torch.set_num_threads(before)


def test_endings_as_they_come_with_two_small_codebooks(tmp_path: Path) -> None:
    """One first code of eleven ends a clip, three of eleven are no entry of any codebook."""
    model = small_csm(small_codec(2, 8), only_codes=False)
    csm = Csm(model, processor(), tmp_path)
    clips = csm.generate((Turn("0", "What?"),), 48, seed=0, max_frames=12)
    assert {clip.capped for clip in clips} == {True, False}
    for clip in clips:
        assert (clip.codes.shape[1] == 12) == clip.capped
        assert not (clip.codes[0] == 0).any()  # nothing past the end, the end itself left out
        assert clip.decodable == (clip.codes.numel() > 0 and int(clip.codes.max()) < 8)
        if clip.decodable:
            assert csm.decode(clip.codes).shape == (clip.codes.shape[1] * FRAME,)
    assert {clip.decodable for clip in clips} == {True, False}


@pytest.mark.parametrize(
    ("frames", "n_frames", "capped", "decodable"),
    [
        ([[5, 6, 7], [0, 0, 0], [2050, 2050, 2050]], 1, False, True),
        # Generation stops by all codebooks but the last: this frame is the end, whatever its last code is.
        ([[5, 6, 7], [0, 0, 9], [2050, 2050, 2050]], 1, False, True),
        ([[5, 6, 7], [0, 1, 0], [8, 8, 8]], 3, True, True),
        ([[0, 0, 0], [2050, 2050, 2050], [2050, 2050, 2050]], 0, False, False),
        ([[5, 2048, 7], [0, 0, 0], [2050, 2050, 2050]], 1, False, False),
        ([[5, 2047, 7], [0, 0, 0], [2050, 2050, 2050]], 1, False, True),
    ],
    ids=["plain end", "stray last code", "no end", "empty", "no entry", "last entry"],
)
def test_trimming(frames: list[list[int]], n_frames: int, capped: bool, decodable: bool) -> None:
    clip = trim(torch.tensor(frames), eos=0, codebook_size=2048)
    assert (tuple(clip.codes.shape), clip.capped, clip.decodable) == ((3, n_frames), capped, decodable)


@pytest.mark.parametrize(
    ("device", "native", "emulated", "dtype"),
    [
        ("cuda:0", True, True, torch.bfloat16),
        ("cuda:0", False, True, torch.float32),  # a T4
        ("cuda:0", False, False, torch.float32),
        ("cpu", True, True, torch.float32),
        ("mps", True, True, torch.float32),
    ],
)
def test_bfloat16_only_where_the_gpu_computes_in_it(
    monkeypatch: pytest.MonkeyPatch, device: str, native: bool, emulated: bool, dtype: torch.dtype
) -> None:
    def supported(including_emulation: bool = True) -> bool:
        return native or (including_emulation and emulated)

    monkeypatch.setattr("torch.cuda.is_bf16_supported", supported)
    assert dtype_on(torch.device(device)) == dtype


def test_narrowed_for_cuda_the_codec_and_the_buffers_stay_float32(folder: Path) -> None:
    csm = Csm.load(folder, "cpu")
    tables = csm.model.codec_model.codebooks.clone()
    assert csm.dtype == "float32"
    place(csm.model, torch.device("cpu"), torch.bfloat16)
    assert csm.dtype == "bfloat16"
    assert torch.equal(csm.model.codec_model.codebooks, tables)
    assert csm.model.backbone_model.rotary_emb.inv_freq.dtype == torch.float32
    embeddings = csm.model.backbone_model.embed_tokens.embed_audio_tokens
    assert embeddings.weight is csm.model.depth_decoder.model.embed_tokens.weight  # still tied
    prompt = (Turn("0", "No.", noise(FRAME)), Turn("0", "What?"))
    (clip,) = csm.generate(prompt, 1, seed=0, max_frames=3)
    assert csm.decode(clip.codes).dtype == torch.float32


def test_weights_in_shards_and_under_the_name_of_the_config(folder: Path, tmp_path: Path) -> None:
    """As sesame/csm-1b lies on the hub: the original's file under the usual name, transformers' beside it."""
    model = small_csm(small_codec())
    save(model, tmp_path)
    model.save_pretrained(tmp_path, max_shard_size="500KB")
    (tmp_path / "model.safetensors").write_bytes(b"the original's own format")
    index = tmp_path / "model.safetensors.index.json"
    index.rename(tmp_path / "transformers.safetensors.index.json")
    config = json.loads((tmp_path / "config.json").read_text())
    config["transformers_weights"] = "transformers.safetensors.index.json"
    (tmp_path / "config.json").write_text(json.dumps(config))
    files = weight_files(tmp_path)
    assert len(files) > 1
    assert all(file.name.startswith("model-0000") for file in files)
    loaded = Csm.load(tmp_path, "cpu").model.state_dict()
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded[name], tensor), name
    source = find(CSM_WEIGHTS, "auto", tmp_path).source
    assert source.sha256 == joint_digest([sha256_of(file) for file in files])
    assert find(CSM_WEIGHTS, "auto", folder).source.sha256 == sha256_of(folder / "model.safetensors")
    files[0].unlink()
    with pytest.raises(
        SourceError, match=rf"{files[0].name} of transformers\.safetensors\.index\.json missing"
    ):
        weight_files(tmp_path)


def test_a_folder_with_no_csm_is_said(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SourceError, match=r"no config\.json there; give a folder saved by save_pretrained"):
        find(CSM_WEIGHTS, "auto", tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(SourceError, match=r"config\.json: no JSON that can be read"):
        find(CSM_WEIGHTS, "auto", tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(SourceError, match=r"no model\.safetensors nor model\.safetensors\.index\.json there"):
        find(CSM_WEIGHTS, "auto", tmp_path)
    (tmp_path / "model.safetensors.index.json").write_text("[]")
    with pytest.raises(SourceError, match="names no file of weights"):
        find(CSM_WEIGHTS, "auto", tmp_path)
    with pytest.raises(SourceError, match="no CSM that transformers can load"):
        Csm.load(tmp_path, "cpu")


def test_missing_tensors_are_not_filled_with_random_numbers(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    save(small_csm(small_codec()), tmp_path)
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors["lm_head.weight"]
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(SourceError, match=r"1 tensors missing, such as lm_head\.weight"):
        Csm.load(tmp_path, "cpu")


def test_offline_the_standin_comes_in_unless_the_official_one_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    for models in ("standin", "auto"):
        found = find(CSM_WEIGHTS, models)
        assert found.path == STANDIN_CSM
        assert (found.source.origin, found.source.genuine) == ("stand-in", False)
        assert CSM_WEIGHTS.shipped_digests(found.source) == (found.source.sha256,)
    with pytest.raises(SourceError, match=r"^no CSM at hand: ") as refused:
        find(CSM_WEIGHTS, "official")
    assert "accept the licence at https://huggingface.co/sesame/csm-1b" in str(refused.value)
    assert str(refused.value).endswith("give --csm DIR, or allow the stand-in with --models auto.")


def test_in_the_hubs_cache_it_is_found_and_not_believed_unasked(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    revision = "0123456789abcdef0123456789abcdef01234567"
    snapshot = tmp_path / "models--sesame--csm-1b" / "snapshots" / revision
    snapshot.parent.mkdir(parents=True)
    refs = tmp_path / "models--sesame--csm-1b" / "refs"
    refs.mkdir()
    (refs / "main").write_text(revision)
    snapshot.mkdir()
    (snapshot / "config.json").write_text("{}")
    with pytest.raises(SourceError, match="no CSM at hand"):  # a snapshot without weights is none
        find(CSM_WEIGHTS, "official")
    (snapshot / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    with pytest.raises(SourceError, match=r"without tokenizer\.json, preprocessor_config\.json, chat_templa"):
        find(CSM_WEIGHTS, "official")
    for beside in folder.iterdir():
        if beside.name not in {"config.json", "model.safetensors"}:
            (snapshot / beside.name).write_bytes(beside.read_bytes())
    source = find(CSM_WEIGHTS, "auto").source
    assert (source.resource, source.origin, source.name) == ("csm-weights", "hub", REPO)
    assert (source.revision, source.genuine) == (revision, False)
    assert source.note == "from the hub's cache, and the hub could not be asked about it"
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert find(CSM_WEIGHTS, "auto").source.note == "from the mirror http://127.0.0.1:9"


def test_the_session_notes_it_and_the_list_names_it(spec: QuizSpec, pack: Pack, folder: Path) -> None:
    pool = ResourcePool(Setup(models="standin", device="cpu", given={"csm-weights": str(folder)}), pack)
    rows = {row["question"]: row["rests_on"] for row in listing.rows(spec, pool)}
    assert rows["q11"]["csm-weights"] == rows["q12"]["csm-weights"] == f"{folder} (given by path, not locked)"
    session = Session(pool, spec.question("q12"), lambda *_: None)
    assert session.use(CSM_WEIGHTS) is pool.get(CSM_WEIGHTS)
    assert [source.name for source in session.provenance(0.0).sources] == [str(folder)]
    standin = ResourcePool(Setup(models="standin", device="cpu"), pack)
    rows = {row["question"]: row["rests_on"] for row in listing.rows(spec, standin)}
    assert rows["q11"]["csm-weights"] == rows["q12"]["csm-weights"] == "stand-in CSM"
    given = {"codec-weights": str(folder), "asr-weights": "package:base"}
    without = ResourcePool(Setup(models="official", device="cpu", given=given), pack)
    rows = {row["question"]: row["rests_on"] for row in listing.rows(spec, without)}
    assert rows["q11"]["csm-weights"].startswith("no CSM at hand: sesame/csm-1b")
    assert not any(
        source.resource == "csm-weights"
        for source in without.sources_of(spec.question("q12"), (CSM_WEIGHTS, CODEC_WEIGHTS))
    )
