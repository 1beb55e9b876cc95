"""Pictures as trees, for tests of what is drawn in them."""

from xml.etree import ElementTree


def tree(picture: str) -> ElementTree.Element:
    """Parsed as XML, so an unescaped text or an open element is an error."""
    return ElementTree.fromstring(str(picture))
