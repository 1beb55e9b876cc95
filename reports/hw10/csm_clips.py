"""Words of the tables whose rows are clips that CSM generated."""

from questions.quiz import Bilingual

NUMBER = Bilingual(zh="段", en="clip")
FRAMES = Bilingual(zh="幀數", en="frames")
HEARD = Bilingual(zh="Whisper 聽到", en="Whisper hears")
CAPPED = Bilingual(zh="到達長度上限", en="capped")
NOTHING = "–"
