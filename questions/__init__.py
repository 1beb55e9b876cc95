"""The quiz as data: questions, options, claims, keys."""
