"""Q9: which sentence is in a file of codes whose four layers were shuffled.

All 24 orders are decoded, and Whisper scores every sentence on every one of them. No sum is shared among
threads: 160 numbers would be other in their last digits with two.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from questions.quiz import AnyQuestion
from solvers.audio.error_rate import error_rate
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.hw10.q09_layer_order.words import supports
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.models.threads import one_thread
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.run.solver import Measured

if TYPE_CHECKING:
    import torch

    from solvers.evidence.progress import OnStep
    from solvers.hw10.models.codec import Codec
    from solvers.models.whisper.asr import Asr
    from solvers.run.session import Session
from solvers.hw10.q09_layer_order.claims import sentences_of
from solvers.hw10.q09_layer_order.measurements import Measurements, OrderScore

N_LAYERS = 4
CODEBOOK_SIZE = 2048  # of the quiz's own file
LANGUAGE = "en"


def reads(question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    """Measuring scores the sentences that the options claim."""
    return {"sentences": sentences_of(question)}


def measure(question: AnyQuestion, session: "Session") -> Measured:
    """Read the file, decode the 24 orders, score the sentences, transcribe the best."""
    from solvers.audio.codes_file import load_codes

    codec = session.use(CODEC_WEIGHTS)
    codes = load_codes(session.file("codes"), N_LAYERS, codec.codebook_size)
    session.step("decoding 24 orders", 0.05)
    said = session.said("codes").text
    return recover(codes, sentences_of(question), codec, session.use(ASR_WEIGHTS), session.step, said)


def describe_codes(path: Path) -> str:
    """What is in a file of codes, in words, for those who look before they measure. Raises SourceError."""
    if find_spec("torch") is None:
        return "not looked into: torch is not installed"
    from solvers.audio.codes_file import load_codes

    return f"codes {list(load_codes(path, N_LAYERS, CODEBOOK_SIZE).shape)}"


def recover(
    codes: "torch.Tensor",
    sentences: tuple[str, ...],
    codec: "Codec",
    asr: "Asr",
    on_step: "OnStep",
    said: str = "",
) -> Measured:
    """Score `sentences` on every order of shuffled codes int64 `[1, 4, T]`; `said` is shown."""
    import torch

    from solvers.audio.sound_files import Sound, resample

    orders = tuple(permutations(range(N_LAYERS)))
    audio = codec.decode(torch.cat([codes[:, list(order)] for order in orders]))
    with one_thread():
        heard = resample(audio, codec.sample_rate_hz, HEARING_RATE_HZ)
    on_step("scoring 24 × 4 sentences", 0.4)
    listening = asr.listen(heard, LANGUAGE)
    log_probs, tokens = listening.log_probs(sentences)
    scores = log_probs.sum(dim=2) / torch.tensor([len(row) for row in tokens])
    best = int(scores.max(dim=1).values.argmax())
    on_step("transcribing", 0.9)
    # Two clips only, so they are read as Whisper was trained, with its 30 seconds.
    read = asr.listen(heard[[best, 0]], LANGUAGE, full_context=True)
    read.encode()
    with one_thread():
        recovered, shuffled = read.transcripts()
    words = []
    for column, (row, right) in enumerate(zip(tokens, scores.argmax(dim=0).tolist(), strict=True)):
        # Orders of the other layers may sound alike, so that the right one would be held against itself.
        wrong = [i for i, order in enumerate(orders) if order[0] != orders[right][0]]
        words.append(supports(listening, row, log_probs[:, column], right, wrong, recovered.text))
    numbers = Measurements(
        sentences=sentences,
        orders=tuple(
            OrderScore(order=order, scores=tuple(row))
            for order, row in zip(orders, scores.tolist(), strict=True)
        ),
        transcript=recovered.text,
        transcript_shuffled=shuffled.text,
        wers=tuple(error_rate(sentence, recovered.text, LANGUAGE) for sentence in sentences),
        words=tuple(words),
        n_frames=codes.shape[2],
    )
    sounds = (
        Sound("shuffled", audio[0].cpu().numpy(), codec.sample_rate_hz, shuffled.text, said),
        Sound("recovered", audio[best].cpu().numpy(), codec.sample_rate_hz, recovered.text, said),
    )
    return Measured(numbers, sounds)
