"""The pages in a real browser: seen, heard, pointed at, printed, with and without a script."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from grader.analysis.class_analysis import ClassAnalysis
from grader.scores.one_student import check_student
from questions.quiz import CreditRule, QuizSpec
from reports.class_report import write_class_report
from reports.evidence_report import write_report
from reports.student_page import write_student_page
from solvers.evidence.store import Store
from solvers.run import catalog
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.reports.chromium import BINARY, Tab, chromium
from tests.reports.hw10.full import HOSTILE, LONG, full_verification

pytestmark = pytest.mark.skipif(BINARY is None, reason="no chromium is installed (apt-get install chromium)")

PHONE, DESK = 390, 1100
PAGES = ("report.html", "class.html", "student.html")
LANGUAGES = {"zh": "zh-TW", "en": "en-US"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three pages, the report with all its figures and sounds, a contradicted key and hostile texts."""
    spec = catalog.load()
    made = tmp_path_factory.mktemp("pages")
    key = {"q01": "A", "q02": "B"}
    write_report(full_verification(spec, made, transcript=f"what was heard {HOSTILE}", key=key), Store(made))
    papers = [{"sis_id": f"B{i}", "q01": "AB"[i % 2], "q06": "AB"} for i in range(5)]
    papers.append({"sis_id": HOSTILE + LONG, "q01": "A", "q06": "ABC"})
    graded = graded_class(spec, papers, FULL_KEY)
    write_class_report(made, ClassAnalysis.of(graded, rules=tuple(CreditRule)))
    write_student_page(
        made, spec, check_student(graded.responses, papers[-1]["sis_id"], FULL_KEY, reveal=True)
    )
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The pages over HTTP: a busy chromium now and then shows a file: page an empty storage."""
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with chromium(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab) -> Tab:
    """The browser as a fresh visitor has it."""
    browser.open("about:blank")
    browser.send("Emulation.setScriptExecutionDisabled", value=False)
    browser.prefer("light")
    browser.resize(DESK)
    speak(browser, "en")
    return browser


def speak(tab: Tab, language: str) -> None:
    agent = tab.run("navigator.userAgent")
    tab.send("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=LANGUAGES[language])


def visit(tab: Tab, page: Path | str) -> None:
    """Opens a page with nothing remembered."""
    tab.open(page, before="localStorage.clear()")


def unfolded(tab: Tab, page: Path) -> None:
    """Opens a page with all that is folded open."""
    visit(tab, page)
    tab.run("for (const one of document.querySelectorAll('details')) one.open = true")


def shown(tab: Tab, selector: str) -> int:
    """How many elements take up room."""
    count: int = tab.run(
        f"[...document.querySelectorAll({selector!r})].filter(e => e.getClientRects().length).length"
    )
    return count


@pytest.mark.parametrize("page", PAGES)
def test_no_error_no_request_and_nothing_hostile_runs(tab: Tab, folder: Path, page: str) -> None:
    visit(tab, folder / page)
    assert tab.complaints() == []
    assert {address.split(":")[0] for address in tab.requests()} <= {"file", "data"}
    assert tab.run("document.scripts.length") == 1
    assert tab.run("document.querySelectorAll('[onclick], [style], link, iframe, object').length") == 0


@pytest.mark.parametrize("page", PAGES)
def test_the_browsers_language_first_then_what_was_chosen(tab: Tab, address: str, page: str) -> None:
    for language in LANGUAGES:
        speak(tab, language)
        visit(tab, f"{address}/{page}")
        assert tab.run(f"document.getElementById('lang-{language}').checked")
        other = "en" if language == "zh" else "zh"
        assert shown(tab, f"main .{language}") > 0
        assert shown(tab, f"main .{other}") == 0
    tab.run("document.getElementById('lang-both').click(); document.getElementById('look-dark').click()")
    tab.open(f"{address}/{page}")
    assert tab.run("document.getElementById('lang-both').checked")
    assert tab.run("document.getElementById('look-dark').checked")
    assert shown(tab, "h1 .zh") == shown(tab, "h1 .en") == 1


def test_the_look_follows_the_system_until_chosen(tab: Tab, folder: Path) -> None:
    visit(tab, folder / "report.html")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = tab.run(ground)
    tab.prefer("dark")
    dark = tab.run(ground)
    assert light != dark
    tab.run("document.getElementById('look-light').click()")
    assert tab.run(ground) == light
    tab.prefer("light")
    tab.run("document.getElementById('look-dark').click()")
    assert tab.run(ground) == dark


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_a_phone_needs_no_scrolling_sideways(tab: Tab, folder: Path, page: str, language: str) -> None:
    tab.resize(PHONE, mobile=True)
    visit(tab, folder / page)
    tab.run(f"document.getElementById('lang-{language}').click()")
    assert tab.run("document.documentElement.scrollWidth") <= PHONE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_table_of_the_class_report_is_cut_on_a_phone(tab: Tab, folder: Path, language: str) -> None:
    tab.resize(PHONE, mobile=True)
    visit(tab, folder / "class.html")
    tab.run(f"document.getElementById('lang-{language}').click()")
    wide = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
    assert tab.run(f"{wide}.map(e => e.getAttribute('aria-label'))") == []
    # A heading of two characters and more stands on one line, not one character under the other.
    narrow = "[...document.querySelectorAll('.scroll th')].filter(e => e.innerText.trim().length > 1 && "
    narrow += "e.clientWidth && e.clientWidth < 1.9 * parseFloat(getComputedStyle(e).fontSize))"
    assert tab.run(f"{narrow}.map(e => e.innerText)") == []


def test_pictures_of_each_look_and_language_and_of_a_phone_differ(
    tab: Tab, folder: Path, tmp_path: Path
) -> None:
    visit(tab, folder / "report.html")
    pictures = []
    for width, look, language in (
        (DESK, "light", "zh"),
        (DESK, "light", "en"),
        (DESK, "dark", "en"),
        (PHONE, "dark", "en"),
    ):
        tab.resize(width)
        tab.run(f"document.getElementById('look-{look}').click()")
        tab.run(f"document.getElementById('lang-{language}').click()")
        picture = tmp_path / f"{width}-{look}-{language}.png"
        tab.screenshot(picture, height=900)
        pictures.append(picture.read_bytes())
        assert pictures[-1][16:24] == width.to_bytes(4) + (900).to_bytes(4)  # PNG's width and height
    assert len(set(pictures)) == 4


def test_every_player_loads_and_one_plays_at_a_time(tab: Tab, folder: Path) -> None:
    unfolded(tab, folder / "report.html")
    durations = tab.run(
        "Promise.all([...document.querySelectorAll('audio')].map(a => new Promise((done, fail) => {"
        " a.onloadedmetadata = () => done(a.duration); a.onerror = () => fail(a.src.slice(0, 60));"
        " a.load(); })))"
    )
    assert len(durations) == 4 + 4 + 2 + 11 + 15
    assert all(1.4 < seconds < 1.8 for seconds in durations)
    tab.run("const [one, two] = document.querySelectorAll('audio'); one.play().then(() => two.play())")
    tab.wait_for("document.querySelectorAll('audio')[1].currentTime > 0.1")
    assert tab.run("[...document.querySelectorAll('audio')].filter(a => !a.paused).length") == 1
    assert {address.split(":")[0] for address in tab.requests()} <= {"file", "data", "blob"}


def test_a_and_b_change_at_the_same_place(tab: Tab, folder: Path) -> None:
    unfolded(tab, folder / "report.html")
    tab.run("a = document.querySelector('#q07-english_original audio')")
    tab.run("b = document.querySelector('#q07-english_decoded audio'); a.play()")
    tab.wait_for("a.currentTime > 0.3")
    tab.point_at("#q07 .switch button", click=True)
    tab.wait_for("!b.paused")
    assert tab.run("a.paused && b.currentTime >= a.currentTime - 0.05 && b.currentTime < a.currentTime + 1")
    assert tab.run("document.querySelector('#q07 .player.heard').id") == "q07-english_decoded"


def test_an_options_links_open_the_sound_and_the_picture_it_is_about(tab: Tab, folder: Path) -> None:
    """The slider goes to the split that the link names, folds open, and the sound is to be seen."""
    visit(tab, folder / "report.html")
    links = "#q10-D .own a"
    assert tab.run(f"[...document.querySelectorAll({links!r})].map(e => e.hash)") == [
        "#q10-split_2",
        "#q10-words",
    ]
    for target in ("q10-split_2", "q10-words"):
        tab.run(f"document.querySelector('#q10-D .own a[href=\"#{target}\"]').click()")
        tab.wait_for(f"document.getElementById('{target}').getClientRects().length")
    assert tab.run("document.querySelector('.slider output').textContent") == "2"
    assert shown(tab, ".splits .player") == 1


def test_the_slider_shows_one_split_its_layers_and_its_place_in_the_curves(tab: Tab, folder: Path) -> None:
    unfolded(tab, folder / "report.html")
    assert shown(tab, ".splits .player") == 1
    tab.run("document.querySelector('.slider input').focus()")
    tab.press("ArrowLeft")
    assert shown(tab, "#q10-split_3") == 1
    valuetext = "document.querySelector('.slider input').getAttribute('aria-valuetext')"
    assert tab.run(valuetext) == "split_index k = 3"
    assert shown(tab, ".splits .player") == 1
    letters = tab.run("[...document.querySelectorAll('#q10-split_3 .layers text')].map(t => t.textContent)")
    assert letters == list("AAAJJJJJ")
    assert tab.run("[...document.querySelectorAll('#q10 .cursor.on')].map(c => c.dataset.split)") == [
        "3",
        "3",
    ]
    tab.run("document.querySelector('#q10-split_3 audio').play()")
    tab.wait_for("document.querySelector('#q10-split_3 audio').currentTime > 0.3")
    tab.press("ArrowRight")
    tab.wait_for("!document.querySelector('#q10-split_4 audio').paused")
    assert tab.run("document.querySelector('#q10-split_4 audio').currentTime") >= 0.3


def test_points_are_named_by_hover_and_keys_and_play(tab: Tab, folder: Path) -> None:
    unfolded(tab, folder / "report.html")
    assert tab.run("document.querySelectorAll('#q06 .panel').length") == 5
    tab.point_at("#q06 .point[data-clip='7']")
    tab.wait_for("!document.querySelector('#q06 .pointed').hidden")
    assert (
        tab.run("document.querySelector('#q06 .pointed').textContent") == "ann, Angry, sentence 3, ann/3.flac"
    )
    assert tab.run("document.querySelectorAll('#q06 .point.same').length") == 4  # once a panel
    tab.run("document.querySelector('#q06 .point').focus()")
    tab.press("ArrowRight")
    assert tab.run("document.activeElement.dataset.clip") == "1"
    assert tab.run("document.querySelector('#q06 .pointed').textContent").startswith(
        "ann, Amused, sentence 1"
    )
    tab.events.clear()
    tab.press("Enter")
    tab.wait_for("true")
    tab.run("new Promise(done => setTimeout(done, 300))")
    assert any("media/q06/clip_001." in address for address in tab.requests())
    assert tab.run("location.hash") == ""
    tab.point_at("#q11 .point[data-clip='1']", click=True)
    tab.wait_for("document.querySelector('#q11-clip_01 audio').currentTime > 0")


def test_what_is_said_of_a_point_is_in_the_language_chosen(tab: Tab, folder: Path) -> None:
    unfolded(tab, folder / "report.html")
    label = "document.querySelector(\"#q06 .point[data-clip='7']\").getAttribute('aria-label')"
    title = "document.querySelector(\"#q06 .point[data-clip='7'] title\").textContent"
    english, chinese = "ann, Angry, sentence 3, ann/3.flac", "ann，生氣，第 3 句，ann/3.flac"
    assert (tab.run(label), tab.run(title)) == (english, english)
    tab.run("document.getElementById('lang-zh').click()")
    assert (tab.run(label), tab.run(title)) == (chinese, chinese)
    assert tab.run("document.querySelector('#q07-figure-1 svg[role]').getAttribute('aria-label')").startswith(
        "STOI：英文"
    )
    tab.run("document.getElementById('lang-en').click()")
    assert tab.run(label) == english


def test_an_emotion_is_shown_and_hidden(tab: Tab, folder: Path) -> None:
    unfolded(tab, folder / "report.html")
    assert shown(tab, "#q06 .point") == 4 * 20
    tab.point_at(".toggle-2", click=True)
    assert shown(tab, "#q06 .point") == 4 * 16
    tab.run("document.querySelectorAll('#q06 .point')[3].focus()")
    tab.press("ArrowRight")  # over the four that are hidden
    assert tab.run("document.activeElement.dataset.clip") == "8"


def test_without_a_script_all_is_there(tab: Tab, folder: Path) -> None:
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(folder / "report.html")
    folded = tab.run("document.querySelector('.option details:not([open])').parentElement.id")
    seen = f"document.querySelector('#{folded} .part').checkVisibility()"
    assert not tab.run(seen)
    tab.point_at(f"#{folded} summary", click=True)
    assert tab.run(seen)
    tab.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert shown(tab, ".splits .player audio[controls]") == 9
    assert shown(tab, "audio") == 36
    assert shown(tab, ".slider") == shown(tab, ".switch") == 0
    assert shown(tab, "#q06 a.point[href^='media/']") == 80
    assert tab.run("document.querySelector('#q06 .point title').textContent").startswith("ann, Amused")
    assert shown(tab, "h1 .zh") == shown(tab, "h1 .en") == 1
    tab.point_at("#lang-en", click=True)
    assert shown(tab, "main .zh") == 0
    tab.point_at(".toggle-2", click=True)
    assert shown(tab, "#q06 .point") == 64
    tab.point_at("#show-contradicted", click=True)
    assert shown(tab, "article.card") == 1


def test_the_filter_shows_what_needs_a_person_and_a_link_shows_all_again(tab: Tab, folder: Path) -> None:
    visit(tab, folder / "report.html")
    cards = (
        "[...document.querySelectorAll('article.card')].filter(e => e.getClientRects().length).map(e => e.id)"
    )
    assert len(tab.run(cards)) == 12
    tab.point_at("#show-contradicted", click=True)
    assert tab.run(cards) == ["q01"]
    tab.point_at("#show-person", click=True)
    assert [f"q{n:02d}" for n in (1, *range(5, 13))] == tab.run(cards)  # the others are not contradicted
    tab.point_at("#show-contradicted", click=True)
    tab.point_at("nav.sticky a[href='#q07']", click=True)
    tab.wait_for("document.getElementById('show-all').checked")
    assert len(tab.run(cards)) == 12
    # The tiles stay in sight, and the question is not under them.
    assert tab.run("document.querySelector('nav.sticky').getBoundingClientRect().top") == 0
    below = "document.getElementById('q07').getBoundingClientRect().top"
    assert tab.run(f"{below} >= document.querySelector('nav.sticky').getBoundingClientRect().bottom - 1")
    tab.point_at(".to-top", click=True)
    tab.wait_for("scrollY < 100")


def test_open_are_only_options_that_a_person_has_to_look_at(tab: Tab, folder: Path) -> None:
    visit(tab, folder / "report.html")
    opened = "[...document.querySelectorAll('.option details[open]')].map(e => e.parentElement.id)"
    needed = "[...document.querySelectorAll('.option')].filter("
    needed += (
        "e => e.querySelector('.against, .mark.undetermined') || e.textContent.includes('rehearsal: undet')"
    )
    needed += ").map(e => e.id)"
    assert tab.run(opened) == tab.run(needed)
    assert "q01-A" in tab.run(opened)


def test_marks_can_be_hit_and_a_figure_of_many_can_be_enlarged(tab: Tab, folder: Path) -> None:
    for width in (PHONE, DESK):
        tab.resize(width)
        unfolded(tab, folder / "report.html")
        least = "Math.min(...[...document.querySelectorAll('#q06 .point .hit')].map("
        assert tab.run(f"{least}e => e.getBoundingClientRect().width))") >= 12
    before = tab.run("document.querySelector('#q06 .zooms svg').getAttribute('viewBox')")
    tab.point_at("#q06 .zooms .zoom button", click=True)
    after = tab.run("document.querySelector('#q06 .zooms svg').getAttribute('viewBox')")
    assert float(after.split()[2]) == pytest.approx(float(before.split()[2]) / 1.6)
    # What is drawn on a phone is written large enough to be read.
    tab.resize(PHONE)
    scales = "[...document.querySelectorAll('.plot .panel svg')].map(e => e.clientWidth"
    assert min(tab.run(f"{scales} / e.viewBox.baseVal.width)")) >= 0.75  # of 12 pixels: 9


# Of the report, axe reads the contrast of every text in one card with all that a card has: of all twelve it
# would take half a minute.
SAMPLE = "{include: [['header'], ['.verdict'], ['nav'], ['#q01'], ['#q10'], ['footer']]}"
AXE_RUNS = [
    ("report.html", "light", "document", "{rules: {'color-contrast': {enabled: false}}}"),
    ("report.html", "light", SAMPLE, "{}"),
    ("report.html", "dark", SAMPLE, "{runOnly: ['color-contrast']}"),
    *((page, look, "document", "{}") for page in PAGES[1:] for look in ("light", "dark")),
]


@pytest.mark.parametrize(("page", "look", "where", "options"), AXE_RUNS)
def test_axe_finds_no_violation(
    tab: Tab, folder: Path, page: str, look: str, where: str, options: str
) -> None:
    package = find_spec("axe_core_python")
    assert package is not None
    assert package.origin is not None
    visit(tab, folder / page)
    tab.run(f"document.getElementById('look-{look}').click()")
    tab.run("document.getElementById('lang-both').click()")
    tab.run("for (const one of document.querySelectorAll('details')) one.open = true")
    tab.run(Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8") + "; 0")
    found: list[Any] = tab.run(
        f"axe.run({where}, {options})"
        ".then(r => r.violations.map(v => [v.id, ...v.nodes.slice(0, 3).map(n => n.html)]))"
    )
    assert found == []


BROKEN = """
[...document.querySelectorAll('.scroll th, .scroll td:not(.text)')].flatMap(cell => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) {
    if (texts.currentNode.parentElement.closest('code')) continue;
    for (const word of texts.currentNode.data.matchAll(/[A-Za-z0-9.+%]+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      if (range.getClientRects().length > 1) found.push(word[0]);
    }
  }
  return found;
})
"""


def test_tables_fit_a_desk_and_break_no_word(tab: Tab, folder: Path) -> None:
    visit(tab, folder / "report.html")
    tab.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert tab.run(BROKEN) == []
    wide = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
    assert tab.run(f"{wide}.map(e => e.getAttribute('aria-label'))") == []


@pytest.mark.parametrize("page", PAGES)
def test_it_prints_on_a4_in_few_pages(tab: Tab, folder: Path, page: str) -> None:
    visit(tab, folder / page)
    printed = tab.pdf()
    assert printed.startswith(b"%PDF-")
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed))
    assert {(round(float(x)), round(float(y))) for x, y in sizes} <= {(595, 842), (596, 842)}
    n_pages = len(re.findall(rb"/Type /Page\b", printed))
    assert (
        n_pages
        in {"report.html": range(3, 13), "class.html": range(4, 16), "student.html": range(1, 9)}[page]
    )


def test_the_report_stays_small(folder: Path, spec: QuizSpec) -> None:
    html = (folder / "report.html").read_bytes()
    assert len(html) < 8 * 2**20
    # Another rendering of the same evidence, byte for byte.
    key = {"q01": "A", "q02": "B"}
    again = write_report(
        full_verification(spec, folder, transcript=f"what was heard {HOSTILE}", key=key), Store(folder)
    )
    assert again.read_bytes() == html
