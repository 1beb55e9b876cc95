"""PESQ, for a bounded child: its C code writes past its arrays on a sound with too many utterances."""

from typing import Any

STATUS, SCORE, WORDS = "status", "score", "words"
SCORED, TOO_SHORT, NO_UTTERANCE, REFUSED = "scored", "too short", "no utterance", "refused"


def answer(asked: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """The score of two sounds float32 `[N]` at the rate asked, or the package's own refusal."""
    import numpy as np
    from pesq import BufferTooShortError, NoUtterancesError, PesqError, pesq

    reference, degraded = np.frombuffer(data, np.float32).reshape(2, -1)
    try:
        return {STATUS: SCORED, SCORE: float(pesq(asked["rate_hz"], reference, degraded, "wb"))}, b""
    except BufferTooShortError:
        return {STATUS: TOO_SHORT}, b""
    except NoUtterancesError:
        return {STATUS: NO_UTTERANCE}, b""
    except (PesqError, ValueError) as error:
        return {STATUS: REFUSED, WORDS: str(error)}, b""
