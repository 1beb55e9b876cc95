"""How often are the verdicts right? Puzzles whose truth is known, through the same solvers and judges.

`python -m benchmarks.validity` runs them; `puzzle` says what counts as right, wrong and undetermined.
"""
