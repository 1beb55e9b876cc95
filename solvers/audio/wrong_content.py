"""What often lies under a file's name instead of the file: a pointer, a web page, some text."""

import codecs
from pathlib import Path

LOOKED_AT_BYTES = 512
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
WEB_PAGE = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<script")


def text_instead(path: Path) -> str:
    """What kind of text a file holds that should hold none, and what to do; empty where it holds none."""
    with path.open("rb") as file:
        start = file.read(LOOKED_AT_BYTES)
    if start.startswith(LFS_POINTER):
        return "a Git LFS pointer and not the file itself: run 'git lfs pull' where it was cloned"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(WEB_PAGE):
        return "a web page, as where a download asks to log in or to confirm: download the file in a browser"
    try:  # a letter of several bytes may be cut at the end of the look
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return ""
    if text.strip() and all(letter.isprintable() or letter in "\t\r\n" for letter in text):
        return "text and not the file itself: copy it again from where the course has it"
    return ""
