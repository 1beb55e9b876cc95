"""Evidence for every option: `measure` takes numbers from models and audio, `judge` turns them into verdicts.

Axis vocabulary, used everywhere: `B` batch, `C` audio channel, `N` samples, `K` codebooks, `T` frames.
"""
