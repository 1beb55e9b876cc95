"""Q7's reference text: the spec's own, a larger Whisper's, or the ear's; and what is no text of the clip."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import soundfile
import torch

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, Inputs, QuizSpec
from reports.hw10.q07_languages import CARD
from solvers.audio.error_rate import error_rate
from solvers.audio.sound_files import HEARING_RATE_HZ, resample
from solvers.hw10.q07_languages import SOLVER
from solvers.hw10.q07_languages import measure as q07
from solvers.hw10.q07_languages.hearing import Reference, hear
from solvers.hw10.q07_languages.measurements import GOOD_LOSS, IN_SPEC, Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.reference_whisper import ReferenceWriter
from solvers.hw10.round_trip import load_clip
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.whisper.asr import Asr
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.solvers.hw10.echo import RATE_HZ, Echo

ENGLISH = (
    "The harbour was quiet that morning. Many white birds circled above the boats, and the old lighthouse "
    "keeper waved at us from the pier."
)
CHINESE = "今天早上我和朋友一起去山上走走，看到很多花。我想用中文和你打招呼，希望你今天心情很好。"
BY_BASE = "Whisper base"


def quiet(_step: str, _fraction: float) -> None:
    pass


@pytest.fixture(scope="module")
def asr() -> Asr:
    return Asr.load("package:base")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Both clips as a user has them: under the course's names, and no stand-ins by that."""
    for name in ("TTS_English_speech", "TTS_Chinese_speech"):
        samples, rate_hz = soundfile.read(STANDIN_AUDIO / f"{name}.flac", dtype="float32")
        soundfile.write(tmp_path / f"{name}.wav", samples, rate_hz)
    return tmp_path


def asking(spec: QuizSpec, **transcripts: str) -> AnyQuestion:
    question = spec.question("q07")
    inputs = Inputs.model_validate({**question.inputs.files, "transcripts": transcripts})
    return question.model_copy(update={"inputs": inputs})


def measured(
    question: AnyQuestion, setup: Setup, pack: Pack, asr: Asr, monkeypatch: pytest.MonkeyPatch
) -> tuple[Measurements, Session]:
    """By a codec that loses nothing, at one offset."""
    monkeypatch.setattr(q07, "compare", partial(q07.compare, offsets=(0,)))
    pool = ResourcePool(setup, pack)
    pool.put(CODEC_WEIGHTS, Echo())
    pool.put(ASR_WEIGHTS, asr)
    session = Session(pool, question, quiet)
    found = SOLVER.measure(question, session).numbers
    assert isinstance(found, Measurements)
    return found, session


def test_the_specs_own_text_is_the_reference(
    spec: QuizSpec, pack: Pack, asr: Asr, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asking(spec, chinese=CHINESE)
    setup = Setup(models="standin", audio_dir=own)
    found, _ = measured(question, setup, pack, asr, monkeypatch)
    english, chinese = found.clips["en"], found.clips["zh"]
    assert (english.reference_by, english.reference, english.said) == (BY_BASE, english.transcript, "")
    # Base mishears the original, and is held to what was said all the same.
    assert (chinese.reference_by, chinese.reference, chinese.said) == (IN_SPEC, CHINESE, CHINESE)
    assert "商" in chinese.transcript
    for clip in found.clips.values():
        assert [decode.loss for decode in clip.decodes] == pytest.approx([clip.own_losses[0]], abs=1e-5)
        assert max(map(abs, clip.own_losses)) < GOOD_LOSS / 2
    finding = SOLVER.judge(question.options[0].parts[0], found) if SOLVER.judge else None
    assert finding is not None
    assert finding.measured.en.endswith("words by the spec's own text")
    heard = CARD.tables(question, found.model_dump(mode="json"))[2]
    named = [(getattr(name, "en", name), *cells) for name, *cells in heard.rows]
    rows = [row for row in named if row[0].startswith("Chinese")]
    assert rows[:3] == [
        ("Chinese, the clip says", "–", CHINESE),
        ("Chinese, reference text by the spec's own text", "–", CHINESE),
        ("Chinese, original", "1", chinese.transcript.strip()),
    ]


def test_a_text_in_the_spec_asks_for_measuring_again(spec: QuizSpec) -> None:
    assert "transcripts" not in SOLVER.spec_of(asking(spec))
    asked = SOLVER.spec_of(asking(spec, english=ENGLISH, chinese=CHINESE))
    assert asked["transcripts"] == (f"chinese: {CHINESE}", f"english: {ENGLISH}")


class _Asked(Exception):  # noqa: N818 no error: what was asked for is all that is looked at
    """What clips would be held against, and what is said in them."""

    def __init__(self, references: Mapping[str, Reference], said: Mapping[str, str]) -> None:
        super().__init__()
        self.references, self.said = references, said


def asked(
    question: AnyQuestion, setup: Setup, pack: Pack, asr: Asr, monkeypatch: pytest.MonkeyPatch
) -> tuple[_Asked, Session]:
    """As `measured`, up to where the clips are heard."""

    def compare(*_: object, references: Any, said: Any, **_more: object) -> None:
        raise _Asked(references, said)

    monkeypatch.setattr(q07, "compare", compare)
    pool = ResourcePool(setup, pack)
    pool.put(CODEC_WEIGHTS, Echo())
    pool.put(ASR_WEIGHTS, asr)
    session = Session(pool, question, quiet)
    with pytest.raises(_Asked) as told:
        SOLVER.measure(question, session)
    return told.value, session


def test_a_text_in_the_spec_is_not_of_a_stand_in(
    spec: QuizSpec, pack: Pack, asr: Asr, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asking(spec, english="Something else, which the course's clip says.")
    told, _ = asked(question, Setup(models="standin"), pack, asr, monkeypatch)
    assert told.references == {}
    assert told.said == {"en": ENGLISH, "zh": CHINESE}


def test_another_whisper_writes_what_nobody_has_told(
    spec: QuizSpec, pack: Pack, asr: Asr, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asking(spec, chinese=CHINESE)
    given = {"reference-whisper": "package:base"}
    setup = Setup(models="standin", audio_dir=own, given=given)
    told, session = asked(question, setup, pack, asr, monkeypatch)
    english, chinese = told.references["en"], told.references["zh"]
    assert (english.by, chinese.by, chinese.text) == (BY_BASE, IN_SPEC, CHINESE)
    assert error_rate(ENGLISH, english.text, "en") == 0.0
    (writer,) = (one for one in session.provenance(0.0).sources if one.resource == "reference-whisper")
    assert (writer.name, writer.origin, writer.genuine) == (BY_BASE, "package", True)


def test_a_writer_that_hears_no_speech_is_named() -> None:
    hum = 0.1 * torch.sin(torch.arange(2 * RATE_HZ) * 0.05)
    writer = ReferenceWriter("package:base", torch.device("cpu"))
    with pytest.raises(SourceError, match="Whisper base hears no speech in the english clip"):
        q07.written({"en": hum}, RATE_HZ, writer, {})
    assert q07.written({"en": hum}, RATE_HZ, writer, {"en": Reference(ENGLISH, IN_SPEC)}) == {}


def test_a_text_of_another_clip_is_refused(asr: Asr) -> None:
    clean = resample(load_clip(STANDIN_AUDIO / "TTS_English_speech.flac", RATE_HZ), RATE_HZ, HEARING_RATE_HZ)
    other = Reference("Now they can clone a voice from just a few seconds of audio.", IN_SPEC)
    with pytest.raises(SourceError) as found:
        hear(clean, clean[None], "en", asr, "english", other)
    told = str(found.value)
    assert told.startswith("the english clip: the spec's own text has 'Now they can clone a voice")
    assert told.endswith(
        "(at most 0.6 is taken for the same speech): mend the text, or give the clip that it is of."
    )


def test_a_text_too_long_for_whisper_is_refused(asr: Asr) -> None:
    clean = resample(load_clip(STANDIN_AUDIO / "TTS_English_speech.flac", RATE_HZ), RATE_HZ, HEARING_RATE_HZ)
    with pytest.raises(
        SourceError, match=r"the english clip, the spec's own text: A text to score has \d+ tok"
    ):
        hear(clean, clean[None], "en", asr, "english", Reference(ENGLISH + " - ," * 120, IN_SPEC))


def test_a_clip_with_a_text_is_heard_whole_or_not_at_all() -> None:
    long = torch.zeros(int(29.6 * RATE_HZ))
    assert len(q07._whole(long[: 29 * RATE_HZ], RATE_HZ, "english")) == 29 * RATE_HZ
    with pytest.raises(
        SourceError, match=r"the english clip lasts 29.6 s, and with a text in the spec at most"
    ):
        q07._whole(long, RATE_HZ, "english")
