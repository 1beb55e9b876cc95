"""Who wrote a paper: the ids of its row, held against those of all other rows.

A spreadsheet that opens a CSV takes ids for numbers: 12E9 becomes 1.2E+10, 007 becomes 7. So two students can
come to share an id, and one to have two. What does not agree is an error and never a guess.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations

import polars as pl

from grader.papers.problems import Problems, RowProblem
from questions.common.messages import show

IDS: Mapping[str, str] = {"id": "Canvas id", "sis_id": "SIS id", "login": "login"}

ROUNDED = r"^[+-]?[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]+$"  # as a spreadsheet shows a long number: 1.2E+10
_DECIMAL = r"^[0-9]+\.0+$"
_MARK = "'"  # what makes a spreadsheet take a number for a text
MANGLED = f"{ROUNDED}|{_DECIMAL}|^{_MARK}"

_ZEROS_AND_MARKS = re.compile(r"^'?0*|\.0+$")


def why_mangled(found: str) -> str:
    """What a spreadsheet has likely done to an id; "" where it looks as it should."""
    if re.match(ROUNDED, found):
        return "a spreadsheet has rounded it, and other ids may have become the same"
    if re.match(_DECIMAL, found):
        return "a spreadsheet has taken it for a number and added a decimal"
    return "a spreadsheet has put the mark of a text before it" if found.startswith(_MARK) else ""


def bare(found: str) -> str:
    """What is left of an id whatever a spreadsheet took off or added, but for rounding."""
    return _ZEROS_AND_MARKS.sub("", found.strip()).casefold()


def may_be_rounded_from(mangled: str, other: str) -> bool:
    """Whether a spreadsheet may have made 1.2E+10 of this id."""
    if not re.match(ROUNDED, mangled):
        return False
    digits = mangled.upper().split("E")[0].replace(",", ".").partition(".")[2]
    try:
        return f"{float(other):.{len(digits)}E}" == mangled.upper().replace(",", ".")
    except (ValueError, OverflowError):
        return False


def known_writers(frame: pl.DataFrame) -> pl.Series:
    """`who` UInt32: the place of the student's first paper in a frame as that of `Responses`.

    Null where nothing is known of the student. Papers are of one student if they share any id, by however
    many steps, or, having no id, the name.
    """
    whole = next((name for name in ("sis_id", "id", "login") if not frame[name].null_count()), None)
    if whole is not None:  # no other id can join what this one keeps apart: that would be a disagreement
        return frame.select(whole).with_row_index("who").select(pl.col("who").min().over(whole)).to_series()
    has_id = pl.any_horizontal(pl.col(*IDS).is_not_null())
    by_name = pl.when(~has_id).then("name").alias("name")
    rows = frame.select(*IDS, by_name).with_row_index("who")
    known = rows.select(pl.any_horizontal(pl.col(*IDS, "name").is_not_null())).to_series()
    while True:
        joined = rows.with_columns(
            pl.min_horizontal(
                "who",
                *(
                    pl.when(pl.col(name).is_not_null()).then(pl.col("who").min().over(name))
                    for name in (*IDS, "name")
                ),
            )
        )
        if joined["who"].equals(rows["who"]):
            return joined.select(pl.when(known).then("who").alias("who")).to_series()
        rows = joined


def without_contradictions(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """The papers whose ids agree with one another; all others go to `problems`, each with its other row."""
    by_place: dict[int, str] = {}
    for one, other in permutations(IDS, 2):
        for place, beside in _disagreeing(frame, one, other):
            by_place.setdefault(place, _disagreement(frame, place, beside, one, other))
    for place, beside in _sharing_what_was_rounded(frame):
        by_place.setdefault(place, _rounded(frame, place, beside))
    for place, beside in _named_alone(frame):
        by_place.setdefault(place, _only_a_name(frame, place, beside))
    if not by_place:
        return frame
    places = sorted(by_place)
    rows = frame[places].select("source", "row", "student").iter_rows()
    found = [
        RowProblem(source, row, student, None, by_place[place])
        for place, (source, row, student) in zip(places, rows, strict=True)
    ]
    papers = [(one.source, one.row, one.student) for one in found]
    problems.add(found, n_problems=len(found), n_rows=len(found), rows=papers)
    return frame.with_row_index("place").filter(~pl.col("place").is_in(places)).drop("place")


def _disagreeing(frame: pl.DataFrame, one: str, other: str) -> Iterator[tuple[int, int]]:
    """Places of papers that share the id `one` and not the id `other`, each with one that differs."""
    both = frame.select(one, other).with_row_index("place").drop_nulls()
    if both.is_empty() or both[one].n_unique() == both.select(pl.struct(one, other).n_unique()).item():
        return
    pairs = both.group_by(one, other, maintain_order=True).agg(pl.col("place"))
    pairs = pairs.filter(pl.col(one).is_duplicated()).sort(pl.col("place").list.first())
    for same in pairs.partition_by(one, maintain_order=True):
        groups = same["place"].to_list()
        for number, places in enumerate(groups):
            beside = groups[0 if number else 1][0]
            yield from ((place, beside) for place in places)


def _sharing_what_was_rounded(frame: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Papers that a rounded id alone makes those of one student."""
    for name in IDS:
        others = [pl.col(other).is_null() for other in IDS if other != name]
        rows = frame.select(*IDS).with_row_index("place").filter(pl.col(name).str.contains(ROUNDED))
        rows = rows.filter(pl.col(name).is_duplicated() & pl.all_horizontal(others))
        yield from _beside_one_another(rows.group_by(name, maintain_order=True).agg("place")["place"])


def _named_alone(frame: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Papers with a name and no id, whose name a paper with an id has too."""
    rows = frame.select("name", *IDS).with_row_index("place").filter(pl.col("name").is_not_null())
    has_id = pl.any_horizontal(pl.col(*IDS).is_not_null())
    alone = rows.filter(~has_id)
    if alone.is_empty():
        return
    with_id = rows.filter(has_id).group_by("name").agg(pl.col("place").min().alias("beside"))
    yield from alone.join(with_id, on="name").select("place", "beside").sort("place").iter_rows()


def _beside_one_another(groups: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for places in groups:
        if len(places) > 1:
            first, second = places[0], places[1]
            yield from ((place, second if place == first else first) for place in places)


def _disagreement(frame: pl.DataFrame, place: int, beside: int, one: str, other: str) -> str:
    shared, here, there = frame[one][place], frame[other][place], frame[other][beside]
    if re.match(ROUNDED, shared):
        cause = "a spreadsheet has likely rounded two ids to the same; export the file again"
    elif bare(here) == bare(there):
        cause = "a spreadsheet has likely changed one of them; export the file again"
    elif mangled := why_mangled(here) or why_mangled(there):
        cause = f"{mangled}; export the file again"
    else:
        cause = f"two students with one {IDS[one]}, or one with two accounts: mend it in the file"
    return (
        f"the {IDS[one]} {show(shared)} is also that of {_place(frame, beside)}, "
        f"but the {IDS[other]} is {show(here)} here and {show(there)} there: {cause}"
    )


def _rounded(frame: pl.DataFrame, place: int, beside: int) -> str:
    name = next(name for name in IDS if frame[name][place] is not None)
    return (
        f"the {IDS[name]} {show(frame[name][place])} is also that of {_place(frame, beside)}, and "
        f"{why_mangled(frame[name][place])}: nothing tells whether they are one student; "
        "export the file again"
    )


def _only_a_name(frame: pl.DataFrame, place: int, beside: int) -> str:
    return (
        f"there is no id, and the name {show(frame['name'][place])} is also that of "
        f"{_place(frame, beside)}, which has one: nothing tells whether they are one student; add the id"
    )


def _place(frame: pl.DataFrame, place: int) -> str:
    return f"{frame['source'][place]} row {frame['row'][place]}"


def notes_on_ids(frame: pl.DataFrame, columns: Iterable[str]) -> Iterator[str]:
    """A sentence for each id column of one file in which ids look changed by a spreadsheet."""
    for name in columns:
        found = frame.filter(pl.col(name).str.contains(MANGLED)).select("source", "row", name)
        if len(found):
            source, row, id_ = found.row(0)
            ids = "id looks" if len(found) == 1 else "ids look"
            yield (
                f"{source}: {len(found)} {ids} changed by a spreadsheet, such as the {IDS[name]} {show(id_)} "
                f"in row {row}: {why_mangled(id_)}"
            )
