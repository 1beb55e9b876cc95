"""Stand-ins for weights and course audio, for machines without them. Their numbers are never the real model's."""
