"""What was published of the codec whose codes several questions are about."""

CODES = "Défossez et al., “Moshi”, 2024, section 3.3 (Mimi); transformers, MimiModel.encode and decode"
