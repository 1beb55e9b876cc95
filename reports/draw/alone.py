"""A panel as a picture of its own, for programs that show it without the page that it was drawn for."""

import re
from xml.etree import ElementTree as ET

from grader.exports.xml_text import add, xml_text
from grader.scores.own_paper import Language
from reports.draw.figures import Figure, Panel
from reports.page import asset

NAMESPACE = "http://www.w3.org/2000/svg"
ROW_HEIGHT, MARK, MARGIN = 20, 14, 8
LIGHT_OF = re.compile(r"light-dark\(([^,()]*),[^()]*\)")
# What a page's script and its keys use.
OF_THE_PAGE = ("data-clip", "data-split", "data-zh", "tabindex", "href", "role", "aria-label")


def alone(panel: Panel, figure: Figure, language: Language) -> bytes:
    """The panel over its figure's legend as an SVG document: light, in one language, without links."""
    drawn = _parsed(panel.picture, language)
    width, height = (int(one) for one in drawn.attrib["viewBox"].split()[2:])
    whole = height + (ROW_HEIGHT * len(figure.legend) + MARGIN if figure.legend else 0)
    size = {"viewBox": f"0 0 {width} {whole}", "width": f"{width}", "height": f"{whole}"}
    root = ET.Element("svg", {"xmlns": NAMESPACE, **size, "class": "plot"})
    add(root, "style", _style())
    add(root, "rect", width="100%", height="100%", fill="#fff")
    drawn.attrib |= {"width": f"{width}", "height": f"{height}"}
    root.append(drawn)
    for row, entry in enumerate(figure.legend):
        top = height + MARGIN + row * ROW_HEIGHT
        mark = _parsed(entry.mark, language)
        mark.attrib |= {"x": f"{MARGIN}", "y": f"{top}", "width": f"{MARK}", "height": f"{MARK}"}
        root.append(mark)
        label = entry.label.zh if language == "zh" else entry.label.en
        add(root, "text", label, x=f"{MARGIN * 2 + MARK}", y=f"{top + MARK - 3}")
    return ET.tostring(root, encoding="unicode").encode()


def _parsed(picture: str, language: Language) -> ET.Element:
    root = ET.fromstring(xml_text(picture))  # noqa: S314 drawn by us, every text in it escaped
    hidden = {"gap", "en" if language == "zh" else "zh"}
    for parent in root.iter():
        for child in list(parent):
            if child.tag == "tspan" and child.get("class") in hidden:
                parent.remove(child)
        if parent.tag == "a":
            parent.tag = "g"
        for name in OF_THE_PAGE:
            parent.attrib.pop(name, None)
    return root


def _style() -> str:
    """What pages draw with. Not all that show pictures know `light-dark`."""
    style = "".join((asset("palette.css"), asset("drawing.css")))
    light = LIGHT_OF.sub(r"\1", style).replace("color-scheme: light dark", "color-scheme: light")
    return f"{light}text {{ font-family: system-ui, sans-serif; }}\n"
