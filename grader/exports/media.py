"""Sounds and pictures of an option for programs that show HTML, each complete in itself."""

import base64
import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from questions.quiz import Bilingual

SUFFIXES = {"audio/mpeg": ".mp3", "image/svg+xml": ".svg"}


def data_address(mime: str, content: bytes) -> str:
    """An address that needs no file."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


@dataclass(frozen=True)
class Medium:
    """A sound or a picture: its bytes, and what it is."""

    label: Bilingual
    mime: Literal["audio/mpeg", "image/svg+xml"]
    content: bytes

    @property
    def suffix(self) -> str:
        """How its file's name ends."""
        return SUFFIXES[self.mime]

    @property
    def within(self) -> str:
        """Its address where there is no file of it."""
        return data_address(self.mime, self.content)

    def as_html(self, address: str, label: str, *, link: bool = False) -> str:
        """A paragraph that plays or shows it; `link` to it too, where a program may drop players."""
        label, address = html.escape(label), html.escape(address)
        named = f'<a href="{address}">{label}</a>' if link else label
        if self.mime == "image/svg+xml":
            return f'<p>{named}<br/><img src="{address}" alt="{label}"/></p>'
        return f'<p>{named}<br/><audio controls="controls" src="{address}"></audio></p>'


Media = Mapping[str, Mapping[str, Medium]]  # by question and name
NO_MEDIA: Media = {}
