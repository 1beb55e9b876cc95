#!/usr/bin/env bash
# Gradescope runs this once, when it builds the autograder: the wheel lies beside it in the zip.
set -euo pipefail

source=${AUTOGRADER:-/autograder}/source
"${PYTHON:-python3}" -m pip install "$source"/quizproof-*.whl
