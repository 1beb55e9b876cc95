"""What a bounded child may meet: native code that crashes, hangs, or takes all memory there is."""

import ctypes
import os
import sys
from typing import Any


def answer(asked: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    match asked.get("do", asked.get("path", "").rpartition("/")[2].partition(".")[0]):
        case "crash":
            ctypes.string_at(0)
        case "abort":
            os.abort()
        case "leave":
            os._exit(3)
        case "hang":
            while True:
                pass
        case "fill":
            bytearray(2**30)
        case "raise":
            raise RuntimeError("not today")
        case "print":
            sys.stdout.write("a library's notice")
            os.write(1, b"and its C code's")
        case "lie":  # a header that promises more than any answer has
            os.write(3, b"\xff" * 12)
            os._exit(0)
    return {"pid": os.getpid(), **asked}, data[::-1]
