"""`python -m quizproof`."""

from quizproof.cli.main import main

main()
