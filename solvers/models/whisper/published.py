"""What OpenAI publishes of Whisper's checkpoints, for where openai-whisper is not installed."""

from collections.abc import Mapping

# As openai-whisper's own table has them, in the addresses of its files.
PUBLISHED_SHA256: Mapping[str, str] = {
    "tiny.en": "d3dd57d32accea0b295c96e26691aa14d8822fac7d9d27d5dc00b4ca2826dd03",
    "tiny": "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9",
    "base.en": "25a8566e1d0c1e2231d1c762132cd20e0f96a85d16145c3a00adf5d1ac670ead",
    "base": "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e",
    "small.en": "f953ad0fd29cacd07d5a9eda5624af0f6bcf2258be67c92b79389873d91e0872",
    "small": "9ecf779972d90ba49c06d968637d720dd632c55bbf19d441fb42bf17a411e794",
    "medium.en": "d7440d1dc186f76616474e0ff0b3b6b879abc9d1a4926b7adfa41db2d497ab4f",
    "medium": "345ae4da62f9b3d59415adc60127b97c714f32e89e936602e85993674d08dcb1",
    "large-v1": "e4b87e7e0bf463eb8e6956e646f1e277e901512310def2c24bf0e11bd3c28e9a",
    "large-v2": "81f7c96c852ee8fc832187b0132e569d6c3065a3252ed18e56effd0b6a73e524",
    "large-v3": "e5b1a55b89c1367dacf97e3e19bfd829a01529dbfdeefa8caeb59b3f1b81dadb",
    "large": "e5b1a55b89c1367dacf97e3e19bfd829a01529dbfdeefa8caeb59b3f1b81dadb",
    "large-v3-turbo": "aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a",
    "turbo": "aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a",
}

_SIZES = {"tiny": 39, "base": 74, "small": 244, "medium": 769, "large": 1_550, "turbo": 809}  # in millions


def parameters_of(name: str) -> int:
    """How many parameters a Whisper of OpenAI's names has, as the model card says. Raises KeyError."""
    size = "turbo" if name.endswith("turbo") else name.split(".", maxsplit=1)[0].split("-", maxsplit=1)[0]
    return _SIZES[size] * 10**6


# Better than base, the best first, less medium, which large-v3-turbo beats at its size.
LARGER = ("large-v3", "large-v3-turbo", "small")
STORED_BYTES, BYTES = 2, 4  # a parameter: checkpoints are in float16, models in float32
# Half of the memory stays free for the activations and for other models.
FREE_SHARE = 0.5


def largest_that_fits(free: int) -> str | None:
    """The best Whisper larger than base that loads into so many free bytes; None where none does.

    18.6 GB take large-v3, 9.7 GB large-v3-turbo, which is what a T4's 16 GB give, 2.9 GB small.
    """
    return next((name for name in LARGER if loading_bytes(name) <= FREE_SHARE * free), None)


def loading_bytes(name: str) -> int:
    """Of the device's memory while a Whisper is loaded: its checkpoint lies there beside the model."""
    return (STORED_BYTES + BYTES) * parameters_of(name)
