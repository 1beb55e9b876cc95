"""Shared fixtures: the quiz, real models of small size, and no network but 127.0.0.1."""

import os
import socket
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command line does, before torch is imported

from benchmarks.validity.q01_q05 import SMALL
from questions.claims import Claim
from questions.quiz import AnyQuestion, QuizSpec
from solvers.hw10.models.codec import Codec, architecture_source, mimi_config, random_mimi
from solvers.resources.resource import Setup
from solvers.run import catalog
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401  hooks

# A busy machine is no failure, and a run that fails once fails every time.
settings.register_profile("quizproof", deadline=None, derandomize=True)
settings.load_profile("quizproof")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails there, at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {"127.0.0.1", "::1"}:
            raise OSError(f"no network in tests: {address}")
        connect(self, address)

    def resolve(host: Any, *arguments: Any, **named: Any) -> Any:
        if host not in {"127.0.0.1", "localhost", "::1", None}:
            raise socket.gaierror(f"no network in tests: {host}")
        return getaddrinfo(host, *arguments, **named)

    getaddrinfo = socket.getaddrinfo
    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture(scope="session")
def spec() -> QuizSpec:
    return catalog.load()


@pytest.fixture(scope="session")
def pack(spec: QuizSpec) -> Pack:
    return catalog.pack_of(spec)


@pytest.fixture
def pool(pack: Pack) -> ResourcePool:
    """On the stand-ins; nothing is loaded yet."""
    return ResourcePool(Setup(models="standin", device="cpu"), pack)


def small_mimi(seed: int = 0, **changes: Any) -> Codec:
    """A MimiModel of Mimi's architecture but for its width, with random weights."""
    model = random_mimi(seed, mimi_config(**SMALL | changes))
    return Codec(model, (architecture_source(model, "small Mimi"),))


@pytest.fixture(scope="session")
def mimi() -> Codec:
    return small_mimi()


def with_claims(question: AnyQuestion, claims: dict[str, Sequence[Claim]]) -> AnyQuestion:
    """The question with other claims in the options named, as a TA would edit them."""
    options = []
    for option in question.options:
        if option.id in claims:
            parts = tuple(
                part.model_copy(update={"claim": claim})
                for part, claim in zip(option.parts, claims[option.id], strict=True)
            )
            changed = {"all": parts} if option.all is not None else {"claim": parts[0].claim}
            options.append(option.model_copy(update=changed))
        else:
            options.append(option)
    return question.model_copy(update={"options": tuple(options)})
