"""What is said in a clip: as the spec has it of the course's own, as the manifest of a stand-in."""

from pathlib import Path

import pytest

from questions.common.errors import SourceError
from questions.quiz import Inputs, QuizSpec
from solvers.resources.course_audio import RESOURCE, Said
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool

ALICE = "Now they can clone a voice from just a few seconds of audio. Does that not worry you at all?"


def test_of_a_stand_in_the_manifest_tells(spec: QuizSpec, pack: Pack) -> None:
    pool = ResourcePool(Setup(models="standin"), pack)
    assert RESOURCE.said(pool, spec.question("q10"), "alice") == Said(ALICE)
    assert RESOURCE.said(pool, spec.question("q09"), "codes").text.startswith(
        "Generative AI is truly exciting"
    )
    assert RESOURCE.said(pool, spec.question("q08"), "music") == Said()


def test_of_the_courses_own_the_spec_tells(spec: QuizSpec, pack: Pack, tmp_path: Path) -> None:
    question = spec.question("q10")
    inputs = Inputs.model_validate(
        {**question.inputs.files, "transcripts": {"alice": "What the course says."}}
    )
    told = question.model_copy(update={"inputs": inputs})
    (tmp_path / question.inputs.files["alice"][0]).write_bytes(b"RIFF")
    pool = ResourcePool(Setup(audio_dir=tmp_path), pack)
    assert RESOURCE.said(pool, question, "alice") == Said()
    assert RESOURCE.said(pool, told, "alice") == Said("What the course says.", in_spec=True)
    # Of James there is no file: the stand-in is read, and the spec's text would not be of it.
    assert RESOURCE.said(pool, told, "james").text.startswith("Yeah, and it can even mimic")
    with pytest.raises(SourceError, match="none of James"):
        RESOURCE.said(ResourcePool(Setup("official", tmp_path), pack), told, "james")
