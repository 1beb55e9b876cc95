"""Faults of a sound's level, named before anything is measured on it. Axes: `N` samples, `C` channels.

A codec hears what a listener's volume control hides: how loud, how centred and how clipped a file is. The
figures at the bounds are of the stand-in's clips against themselves (PESQ-WB, 4.64 for the same sound).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Samples = np.ndarray[tuple[int, int], np.dtype[np.float32]]

SILENT_PEAK = 1e-4  # -80 dB of full scale: what 16 bits still tell from silence
# Full scale is 1. Of a thousand clips in OGG none decodes to more than 1.06. Nothing lossy goes 6 dB over it,
# and no gain 48 dB, from where on these are the whole numbers of a format of 16 bits.
FULL_SCALE, NOTED_PEAK, MAX_PEAK, INTEGER_PEAK = 1.0, 1.15, 2.0, 256.0
# Of the loudest thousandth, so that one click does not make a clip loud. 16 bits alone take speech at -40 dB
# to PESQ 3.9, at -50 dB to 3.2, at -60 dB to 2.1; music to 2.8, 2.0 and 1.3.
LOUDEST_SHARE = 0.001
SOFT_DB, TOO_SOFT_DB = -40.0, -50.0
# A sound card leaves under 0.01, and the stand-in's music 0.007. 0.05 is the RMS of soft speech itself.
NOTED_DC, MAX_DC = 0.02, 0.05
# Samples at the peak in runs of three. A sine of any pitch has at most 0.9 % so near it, speech next to none;
# from 1 % on clipping alone takes speech to PESQ 3.6, and music to 2.1.
NEAR_PEAK = 1e-4
CLIPPED_RUN = 3
NOTED_CLIPPED, MAX_CLIPPED = 0.001, 0.01
# Power of the mix to one channel over what channels that have nothing in common leave: 1 for those, C for
# equal ones, 0 for two of which one is the other inverted.
NOTED_MIX, MIN_MIX = 0.5, 0.1


class Fault(StrEnum):
    """What a level can have."""

    SILENT = "silent"
    INTEGER_SCALE = "integer scale"
    OVER_FULL_SCALE = "over full scale"
    SOFT = "soft"
    DC_OFFSET = "DC offset"
    CLIPPED = "clipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class LevelFault:
    """A fault with its sentence. `stops`: a measurement would be of the fault and not of the codec."""

    fault: Fault
    words: str
    stops: bool


def level_faults(samples: "Samples") -> tuple[LevelFault, ...]:
    """The faults of finite samples float32 `[N, C]`, N at least 1; the gravest kinds first, none in most."""
    import numpy as np

    peak = float(np.abs(samples).max())
    if peak < SILENT_PEAK:
        words = "the file is silent, so there is nothing to reconstruct."
        return (LevelFault(Fault.SILENT, words, stops=True),)
    wide = samples.astype(np.float64)
    offset = wide.mean(axis=0)
    found = (
        _scale(peak),
        None if peak > MAX_PEAK else _softness(samples),
        _clipping(samples, peak),  # which shifts the mean too
        _offset(float(offset[np.abs(offset).argmax()]) / max(FULL_SCALE, peak)),
        _mix(wide - offset),
    )
    return tuple(fault for fault in found if fault is not None)


def _scale(peak: float) -> LevelFault | None:
    if peak >= INTEGER_PEAK:
        words = (
            f"its peak is {peak:,.0f} where full scale is 1, so 16-bit numbers were saved as floats: divide "
            "them by 32768 and save it again."
        )
        return LevelFault(Fault.INTEGER_SCALE, words, stops=True)
    if peak <= NOTED_PEAK:
        return None
    words = f"its peak is {peak:.3g} where full scale is 1: divide it by its peak and save it again."
    return LevelFault(Fault.OVER_FULL_SCALE, words, stops=peak > MAX_PEAK)


def _softness(samples: "Samples") -> LevelFault | None:
    import numpy as np

    level = float(np.quantile(np.abs(samples).max(axis=1), 1 - LOUDEST_SHARE))
    level_db = 20 * float(np.log10(max(level, SILENT_PEAK)))
    if level_db >= SOFT_DB:
        return None
    words = (
        f"its loudest thousandth is at {level_db:.0f} dB of full scale, and at least {TOO_SOFT_DB:.0f} dB "
        "are needed: give a louder recording."
    )
    return LevelFault(Fault.SOFT, words, stops=level_db < TOO_SOFT_DB)


def _offset(offset: float) -> LevelFault | None:
    if abs(offset) < NOTED_DC:
        return None
    words = (
        f"a constant {offset:.2g} of full scale lies under the sound, and at most {MAX_DC:g} are allowed: "
        "take the mean off and save it again."
    )
    return LevelFault(Fault.DC_OFFSET, words, stops=abs(offset) > MAX_DC)


def _clipping(samples: "Samples", peak: float) -> LevelFault | None:
    import numpy as np

    at_peak = np.abs(samples) >= peak * (1 - NEAR_PEAK)
    # A run of three begins where a sample and the two behind it are at the peak; its members are counted.
    runs = at_peak[:-2] & at_peak[1:-1] & at_peak[2:]
    members = np.zeros_like(at_peak)
    for shift in range(CLIPPED_RUN):
        members[shift : shift + len(runs)] |= runs
    share = float(members.mean(axis=0).max())
    if share < NOTED_CLIPPED:
        return None
    words = (
        f"{share:.1%} of its samples are clipped at its peak, and at most {MAX_CLIPPED:.0%} are allowed: "
        "give the recording from before it was clipped."
    )
    return LevelFault(Fault.CLIPPED, words, stops=share > MAX_CLIPPED)


def _mix(centred: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> LevelFault | None:
    import numpy as np

    n_channels = centred.shape[1]
    power = float(np.square(centred).mean())
    if n_channels == 1 or power == 0.0:
        return None
    left = n_channels * float(np.square(centred.mean(axis=1)).mean()) / power
    if left >= NOTED_MIX:
        return None
    words = (
        f"its {n_channels} channels cancel each other in the mix to one ({left / n_channels:.1%} of their "
        "power is left), so one is inverted: invert it back, or give one channel alone."
    )
    return LevelFault(Fault.CANCELLED, words, stops=left < MIN_MIX)
