"""Questions 9 and 10 both ways: orders and splits of layers one at a time, and all in batches."""

from functools import partial
from itertools import permutations

import torch
from torch import Tensor

from benchmarks.notebook import hearing
from benchmarks.notebook.comparison import Check, Comparison, ToVerdict, timed
from benchmarks.notebook.sounds import NEAR, at_hearing_rate, decode, wers
from benchmarks.notebook.tokens import encode
from benchmarks.validity.models import quiet
from solvers.audio.codes_file import load_codes
from solvers.audio.error_rate import error_rate
from solvers.audio.quality import log_mel_distance
from solvers.audio.sound_files import load_sound
from solvers.hw10.models.codec import Codec
from solvers.hw10.q09_layer_order import measure as q09
from solvers.hw10.q09_layer_order.claims import sentences_of
from solvers.hw10.q09_layer_order.measurements import Measurements as OrderMeasurements
from solvers.hw10.q10_interleaving import measure as q10
from solvers.hw10.q10_interleaving.judge import settled
from solvers.hw10.q10_interleaving.measurements import N_CODEBOOKS, Speaker
from solvers.hw10.q10_interleaving.measurements import Measurements as MixMeasurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import load
from solvers.run.pool import ResourcePool


def layer_order(pool: ResourcePool) -> Comparison:
    """Q9: 24 orders, four sentences on each, the best and the shuffled one transcribed."""
    codec, whisper = pool.get(CODEC_WEIGHTS), pool.get(ASR_WEIGHTS).model
    question = load().question("q09")
    codes = load_codes(COURSE_AUDIO.find(pool, question, "codes").path, q09.N_LAYERS, codec.codebook_size)
    sentences = sentences_of(question)
    orders = list(permutations(range(q09.N_LAYERS)))

    def one_by_one() -> tuple[Tensor, str]:
        sounds, scores = [], []
        for order in orders:
            sounds.append(at_hearing_rate(codec, decode(codec, codes[:, list(order)])))
            features = hearing.encoded(whisper, sounds[-1])
            scores.append([hearing.score(whisper, features, text, q09.LANGUAGE) for text in sentences])
        found = torch.tensor(scores)
        best = int(found.amax(dim=1).argmax())
        hearing.transcribe(whisper, sounds[0], q09.LANGUAGE)
        return found, hearing.transcribe(whisper, sounds[best], q09.LANGUAGE)

    (scores, text), notebook_s = timed(one_by_one)
    measured, ours_s = timed(lambda: q09.recover(codes, sentences, codec, pool.get(ASR_WEIGHTS), quiet))
    ours = measured.numbers
    assert isinstance(ours, OrderMeasurements)
    row, column = divmod(int(scores.argmax()), len(sentences))
    best_scores = ours.best.scores
    our_scores = torch.tensor([order.scores for order in ours.orders])
    off = float((scores - our_scores).abs().max())
    best_off = abs(float(scores.max()) - max(best_scores))
    said = sentences[column]
    checks = (
        Check("winning order", orders[row] == ours.best.order, exact=True, text=str(list(orders[row]))),
        Check("winning sentence", column == best_scores.index(max(best_scores)), exact=True),
        wers(
            [error_rate(said, text, q09.LANGUAGE)], [error_rate(said, ours.transcript, q09.LANGUAGE)]
        ),
        Check(
            "scores", off <= NEAR, exact=False,
            text=f"best {best_off:.3f}, any {off:.3f} nat apart at most: 30 s of context against less",
        ),
    )  # fmt: skip
    return Comparison("q09", "24 orders × 4 sentences, 2 transcripts", "all", notebook_s, ours_s, checks)


def interleaving(pool: ResourcePool) -> Comparison:
    """Q10: every mix of layers decoded, transcribed, scored and held against both voices."""
    codec, whisper, voices = pool.get(CODEC_WEIGHTS), pool.get(ASR_WEIGHTS).model, pool.get(SPEAKER_WEIGHTS)
    question = load().question("q10")
    alice, james = (
        load_sound(COURSE_AUDIO.find(pool, question, name).path, codec.sample_rate_hz)
        for name in ("alice", "james")
    )
    n = min(len(alice), len(james))
    recipes = (*q10.PLAIN, q10.FIRST_OF_JAMES, *q10.RANDOM_FIRST, *q10.OTHERS_EXCHANGED)

    def one_by_one() -> list[str]:
        of: dict[Speaker, Tensor] = {
            "Alice": encode(codec, alice[None, None, :n], N_CODEBOOKS)[0],
            "James": encode(codec, james[None, None, :n], N_CODEBOOKS)[0],
        }
        generator = torch.Generator().manual_seed(0)
        noise = torch.randint(codec.codebook_size, (1, of["Alice"].shape[1]), generator=generator)
        sounds = [decode(codec, recipe.codes(of, noise)[None]) for recipe in recipes]
        heard = [at_hearing_rate(codec, sound) for sound in sounds]
        texts = [hearing.transcribe(whisper, sound, q10.LANGUAGE) for sound in heard]
        distances = [log_mel_distance(sounds[pure], codec.sample_rate_hz) for pure in (N_CODEBOOKS, 0)]
        for index, recipe in enumerate(recipes):
            if recipe.randomised:
                continue
            features = hearing.encoded(whisper, heard[index])
            for pure, distance in zip((N_CODEBOOKS, 0), distances, strict=True):
                hearing.score(whisper, features, texts[pure], q10.LANGUAGE)
                distance(sounds[index])
            voices.margin(heard[index][None], heard[N_CODEBOOKS], heard[0])
        transcripts = [
            hearing.transcribe(whisper, at_hearing_rate(codec, one[:n]), q10.LANGUAGE)
            for one in (alice, james)
        ]
        return [*texts, *transcripts]

    theirs, notebook_s = timed(one_by_one)
    ears = q10.Ears(codec, pool.get(ASR_WEIGHTS), voices)
    measured, ours_s = timed(lambda: q10.interleave(alice, james, ears, 0, quiet, n_offsets=1))
    numbers = measured.numbers
    assert isinstance(numbers, MixMeasurements)
    (offset,) = numbers.offsets
    said = (theirs[N_CODEBOOKS], theirs[0])
    our_said = (offset.mixes[N_CODEBOOKS].transcript, offset.mixes[0].transcript)
    both = [
        (min(error_rate(text, theirs[split], q10.LANGUAGE) for text in said), min(by.alice, by.james))
        for split, by in ((mix.split, mix.wer) for mix in offset.mixes)
    ]
    checks = (
        _codes(codec, torch.stack([alice[:n], james[:n]])),
        wers(
            [error_rate(a, b, q10.LANGUAGE) for a, b in zip(said, our_said, strict=True)], [0.0, 0.0],
            "pure decodes' transcripts",
        ),
        wers(
            [one for one, _ in both], [other for _, other in both], "WERs of splits 0 to 8",
            "what cannot be read is heard as anything",
        ),
    )  # fmt: skip
    work = f"{len(recipes)} mixes: transcripts, 2 scores, voices, distances"
    decided, verdict_s = timed(
        lambda: q10.interleave(alice, james, ears, 0, quiet, enough=partial(settled, question)).numbers
    )
    assert isinstance(decided, MixMeasurements)
    # Later offsets go without the other exchanges.
    n_mixes = len(recipes) + (q10.N_OFFSETS - 1) * (len(recipes) - len(q10.OTHERS_EXCHANGED))
    verdict = ToVerdict(sum(decided.rounds), notebook_s * n_mixes / len(recipes), verdict_s)
    return Comparison("q10", work, "1 of 16 offsets", notebook_s, ours_s, checks, to_verdict=verdict)


def _codes(codec: Codec, both: Tensor) -> Check:
    """Codes of two clips, one at a time and in one batch."""
    together = codec.encode(both[:, None], N_CODEBOOKS)
    alone = torch.cat([encode(codec, clip[None, None], N_CODEBOOKS) for clip in both])
    return Check("codes", torch.equal(together, alone), exact=True)
