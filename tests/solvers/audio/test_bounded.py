"""Native code in a process of its own: deaths, hangs and bounds are words, and the next answer is whole."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from solvers.audio import bounded_child, codes_file, sound_files
from solvers.audio.bounded import BoundedChild, ChildError
from solvers.evidence.store import Store
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.measure import run
from solvers.run.pool import ResourcePool

DYING = "tests.solvers.audio.dying"
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep the limit")


@pytest.fixture
def child() -> BoundedChild:
    return BoundedChild(DYING, max_wait_s=60.0, max_memory_bytes=2**29)


def test_it_answers_and_lives_on(child: BoundedChild) -> None:
    told, found = child.ask({"n": 1, "path": "\udcff"}, b"abc")  # a name that is no UTF-8
    assert (told["n"], told["path"], found) == (1, "\udcff", b"cba")
    large = bytes(range(256)) * 2**16
    again, reversed_ = child.ask({}, large)
    assert (again["pid"], reversed_) == (told["pid"], large[::-1])
    child.close()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("crash", "broke down (SIGSEGV)"),
        ("abort", "broke down (SIGABRT)"),
        ("leave", "broke down (exit code 3)"),
        ("raise", "failed (RuntimeError: not today)"),
        pytest.param("fill", "failed (MemoryError: )", marks=ON_LINUX),
    ],
)
def test_its_death_is_words_and_the_next_answer_is_whole(child: BoundedChild, what: str, words: str) -> None:
    with pytest.raises(ChildError) as found:
        child.ask({"do": what})
    assert str(found.value) == words
    assert child.ask({}, b"ab")[1] == b"ba"
    child.close()


def test_what_hangs_is_ended() -> None:
    child = BoundedChild(DYING, max_wait_s=5.0, max_memory_bytes=2**29)
    with pytest.raises(ChildError, match=r"^took longer than 5 s$"):
        child.ask({"do": "hang"})
    child.close()


def test_what_c_code_prints_is_no_answer(child: BoundedChild) -> None:
    assert child.ask({"do": "print"}, b"ab")[1] == b"ba"
    child.close()


def test_an_answer_larger_than_any_is_a_breakdown(child: BoundedChild) -> None:
    """As memory that was written over would give."""
    with pytest.raises(ChildError, match=r"^broke down"):
        child.ask({"do": "lie"})
    child.close()


def test_a_fork_starts_its_own() -> None:
    """Two processes on one pipe would read each other's answers."""
    code = (
        "import os\n"
        "from solvers.audio.bounded import BoundedChild\n"
        f"child = BoundedChild('{DYING}', 60.0, 2**29)\n"
        "first = child.ask({})[0]['pid']\n"
        "fork = os.fork()\n"
        "pids = {child.ask({})[0]['pid'] for _ in range(20)}\n"
        "assert len(pids) == 1, pids\n"
        "assert (first in pids) == (fork != 0)\n"
        "os._exit(0) if fork == 0 else None\n"
        "assert os.waitpid(fork, 0)[1] == 0\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_it_ends_when_nobody_asks_any_more() -> None:
    """As where the process that started it is killed."""
    command = [sys.executable, "-P", bounded_child.__file__, json.dumps(sys.path), DYING, str(2**29), "60"]
    assert subprocess.run(command, input=b"", check=False, capture_output=True).returncode == 0


def test_it_ends_itself_where_its_parent_is_gone() -> None:
    """The parent is killed while native code hangs: no process is left that computes for ever."""
    asked = json.dumps({"do": "hang"}).encode()
    command = [sys.executable, "-P", bounded_child.__file__, json.dumps(sys.path), DYING, str(2**29), "0.1"]
    request = bounded_child.LENGTHS.pack(len(asked), 0) + asked
    done = subprocess.run(command, input=request, check=False, capture_output=True)
    assert done.returncode == -14  # SIGALRM


@pytest.mark.parametrize("name", ["crash", "hang"])
def test_a_sound_that_kills_its_reader_is_refused_and_the_next_is_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = tmp_path / f"{name}.flac"
    deadly.write_bytes((STANDIN_AUDIO / "2sAudio.flac").read_bytes())
    expected, rate_hz = sound_files.read_samples(deadly)
    with monkeypatch.context() as patched:
        patched.setattr(sound_files, "DECODER", BoundedChild(DYING, 5.0, 2**29))
        how = {"crash": "broke down (SIGSEGV)", "hang": "took longer than 5 s"}[name]
        with pytest.raises(SourceError) as found:
            sound_files.read_samples(deadly)
        assert str(found.value) == f"{deadly}: reading it {how}: copy it again, or give a wav."
    samples, _ = sound_files.read_samples(deadly)
    assert samples.tobytes() == expected.tobytes()
    assert (samples.shape, samples.dtype.name, rate_hz) == ((48_000, 1), "float32", 24_000)


def test_codes_that_kill_their_reader_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes_file, "CHILD", BoundedChild(DYING, 60.0, 2**29))
    with pytest.raises(SourceError) as found:
        codes_file.load_codes(tmp_path / "crash.pt", 4, 2048)
    assert str(found.value) == (
        f"{tmp_path / 'crash.pt'}: reading it broke down (SIGSEGV); save the codes anew by torch.save."
    )


@ON_LINUX
def test_decoding_has_a_bound_on_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    bounded = BoundedChild(sound_files.decoding_child.__name__, 60.0, 20 * 2**20)  # less than numpy takes
    monkeypatch.setattr(sound_files, "DECODER", bounded)
    with pytest.raises(SourceError, match=r"2sAudio\.flac: reading it (failed|broke down) \("):
        sound_files.read_samples(STANDIN_AUDIO / "2sAudio.flac")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.flac"
    path.write_bytes((STANDIN_AUDIO / "2sAudio.flac").read_bytes())
    header, _ = sound_files._decoded(path)
    path.write_bytes((STANDIN_AUDIO / "4sAudio.flac").read_bytes())
    with pytest.raises(SourceError, match="it was changed while it was read"):
        sound_files._decoded(path, header)
    assert len(sound_files._decoded(path, dataclasses.replace(header, n_frames=96_000))[1]) == 4 * 96_000


def test_a_file_that_kills_its_reader_fails_its_question_and_the_others_finish(
    spec: QuizSpec, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Question 1 reads sounds, question 2 none."""
    audio = tmp_path / "audio"
    audio.mkdir()
    for name in ("2sAudio.flac", "4sAudio.flac"):
        (audio / name).write_bytes((STANDIN_AUDIO / name).read_bytes())
    crashing = BoundedChild("tests.solvers.audio.dying_decoder", 60.0, 2**29)
    monkeypatch.setattr(sound_files, "DECODER", crashing)
    pool = ResourcePool(Setup(models="standin", device="cpu", audio_dir=audio), pack)
    store = Store(tmp_path / "proof")
    asked = (spec.question("q01"), spec.question("q02"))
    first, second = run(asked, pool, store, lambda _: None)
    assert first.failure is not None
    assert first.failure.en == (
        f"Measuring failed: {audio / '2sAudio.flac'}: reading it broke down (SIGSEGV): copy it again, or "
        "give a wav."
    )
    assert second.failure is None
    assert second.measurements is not None
