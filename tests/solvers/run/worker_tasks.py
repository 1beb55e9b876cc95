"""Tasks that workers are tried with: they import nothing heavy."""

import time


def slow(number):
    time.sleep(0.1)
    return number * 2
