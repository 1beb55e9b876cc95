"""Stand-ins for weights and course audio, for machines without them.

Their numbers are never the real model's.
"""

from pathlib import Path

STANDIN_CODEC = Path(__file__).with_name("codec")
STANDIN_CSM = Path(__file__).with_name("csm")  # without its codec, which is the one above
STANDIN_AUDIO = Path(__file__).with_name("audio")
STANDIN_EMOTION = Path(__file__).with_name("emotion")
