"""The course's notebook beside quizproof: the same work one clip at a time, and as the solvers do it.

`python -m benchmarks.notebook` runs both ways, with the same models, and shows what each question took.
"""
