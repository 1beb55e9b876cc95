"""XML that is built, never pasted together, and the same bytes every time."""

import html
import re
from xml.etree import ElementTree as ET

# What XML 1.0 has no way to write, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\ufffd"


def xml_text(text: str) -> str:
    """Return the text with REPLACEMENT for every character that XML cannot hold."""
    return _FORBIDDEN.sub(REPLACEMENT, text)


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add an element with a text and attributes, both from anywhere."""
    element = ET.SubElement(parent, tag, {name: xml_text(value) for name, value in attributes.items()})
    if text is not None:
        element.text = xml_text(text)
    return element


def xml_bytes(root: ET.Element) -> bytes:
    """Return the indented document in UTF-8."""
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def html_paragraph(text: str) -> str:
    """A paragraph of HTML that reads as the text does."""
    return f"<p>{'<br>'.join(html.escape(text, quote=False).split(chr(10)))}</p>"
