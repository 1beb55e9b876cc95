"""What the course's options are heard and seen by, for programs that show no page of ours."""

import json
from pathlib import Path

import pytest

from grader.exports.media import Media
from grader.key.why import Reasons, reasons_of
from reports.evidence_report import write_report
from reports.option_media import with_media
from reports.student_details import own_files, student_details
from solvers.evidence.store import Store
from solvers.run import catalog
from tests.reports.chromium import BINARY, Tab, chromium
from tests.reports.hw10.full import HOSTILE, full_verification


def made(folder: Path, *, genuine: bool = True, max_bytes: int = 2**20) -> tuple[Reasons, Media]:
    spec = catalog.load()
    evidence = full_verification(spec, folder, transcript=HOSTILE, genuine=genuine).evidence
    details = student_details(spec, evidence, Store(folder), max_bytes)
    return with_media(reasons_of(spec, evidence), details, "zh")


def test_every_option_leads_to_what_is_here_and_to_nothing_else(tmp_path: Path) -> None:
    reasons, media = made(tmp_path)
    assert list(media["q07"]) == [
        "english_original",
        "english_decoded",
        "chinese_original",
        "chinese_decoded",
    ]
    assert reasons.own["q06"]["C"] == ("layer-31", "layer-0", "by-layer")
    assert reasons.own["q10"]["B"] == ("split_1", "words")
    for question, options in reasons.own.items():
        assert {name for names in options.values() for name in names} == set(media[question])
    assert media["q10"]["split_1"].label.en == "split_index k = 1"
    stored = next((tmp_path / "media" / "q07").glob("english_original.*"))
    assert media["q07"]["english_original"].content == stored.read_bytes()
    assert media["q06"]["layer-31"].content.startswith(b"<svg ")


def test_a_sound_over_the_limit_is_not_named_and_a_stand_in_has_none(tmp_path: Path) -> None:
    reasons, media = made(tmp_path, max_bytes=1)
    assert reasons.own["q07"] == dict.fromkeys("ABCD", ())
    assert media["q07"] == {}
    assert list(media["q09"]) == ["scores"]  # a picture
    assert "q09" not in made(tmp_path, genuine=False)[1]


def test_a_terminal_names_files_and_with_the_answers_places_in_the_report(tmp_path: Path) -> None:
    spec, store = catalog.load(), Store(tmp_path)
    verification = full_verification(spec, tmp_path, genuine=True)
    report = tmp_path / "report.html"
    sounds = own_files(spec, verification.evidence, store, in_report=True)  # there is none yet
    assert sounds["q06"]["E"] == ()
    assert sounds["q10"]["B"] == (str(next((tmp_path / "media" / "q10").glob("split_1.*"))),)
    write_report(verification, store)
    assert own_files(spec, verification.evidence, store, in_report=False) == sounds
    found = own_files(spec, verification.evidence, store, in_report=True)
    assert found["q06"]["E"] == (f"{report}#q06-layer-0",)
    assert found["q10"]["B"] == (*sounds["q10"]["B"], f"{report}#q10-words")
    silent = dict(verification.evidence)
    silent["q10"] = silent["q10"].model_copy(update={"artifacts": ()})  # what was not kept is no figure
    assert own_files(spec, silent, store, in_report=True)["q10"]["B"] == (f"{report}#q10-words",)
    html = report.read_text(encoding="utf-8")
    places = [one for options in found.values() for names in options.values() for one in names if "#" in one]
    assert len(set(places)) == 9
    for place in places:
        assert f'id="{place.partition("#")[2]}"' in html


@pytest.mark.skipif(BINARY is None, reason="no chromium is installed (apt-get install chromium)")
def test_a_browser_plays_and_shows_them_all(tmp_path: Path) -> None:
    _, media = made(tmp_path)
    every = [medium for one in media.values() for medium in one.values()]
    page = tmp_path / "page.html"
    page.write_text("".join(medium.as_html(medium.within, medium.label.zh) for medium in every))
    (tmp_path / "profile").mkdir()
    with chromium(tmp_path / "profile") as tab:
        shown = in_browser(tab, page)
    pictures = [medium for medium in every if medium.suffix == ".svg"]
    assert len(shown["pictures"]) == len(pictures) == 9
    assert min(shown["pictures"]) >= 300
    assert len(shown["sounds"]) == len(every) - len(pictures)
    assert min(shown["sounds"]) > 0


def in_browser(tab: Tab, page: Path) -> dict[str, list[float]]:
    """The pictures' widths and the sounds' lengths, once they are loaded."""
    tab.open(page)
    tab.wait_for("[...document.querySelectorAll('audio')].every(one => one.readyState > 0)")
    assert tab.complaints() == []
    found = tab.run(
        "JSON.stringify({pictures: [...document.images].map(one => one.naturalWidth),"
        " sounds: [...document.querySelectorAll('audio')].map(one => one.duration)})"
    )
    shown: dict[str, list[float]] = json.loads(found)
    return shown
