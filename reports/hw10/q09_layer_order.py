"""Question 9's card: 24 orders of the layers by the sentences of the options, as a heat map and a table."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from questions.quiz import AnyQuestion, Bilingual
from reports.card import Card, Method
from reports.draw.figures import Figure, Panel
from reports.draw.numbers import typeset
from reports.draw.svg import both, element, picture, rect, text
from reports.draw.tables import Table
from solvers.hw10.q09_layer_order.measurements import Measurements, OrderScore

WIDTH, LEFT, TOP, ROW = 360, 78, 40, 19
SCORES = "scores"  # the heat map's panel


def figures(question: AnyQuestion, raw: Mapping[str, Any], _media: Mapping[str, str]) -> tuple[Figure, ...]:
    """The likeliest order on top; the darker a cell, the likelier its sentence."""
    found = Measurements.model_validate(raw)
    ranked, options = _ranked(found), _columns(question, found)
    scores = [order.scores[index] for order in ranked for _, index in options]
    low, high = min(scores), max(scores)
    cell = (WIDTH - LEFT) / len(options)
    drawn = Markup()
    for place, (id_, _) in enumerate(options):
        drawn += text(
            both(Bilingual(zh=f"選項 {id_}", en=f"option {id_}")),
            LEFT + cell * (place + 0.5),
            TOP - 8,
            "middle",
        )
    drawn += text(both(Bilingual(zh="順序", en="order")), LEFT - 8, TOP - 8, "end")
    for row, order in enumerate(ranked):
        y = TOP + row * ROW
        name = " ".join(map(str, order.order))
        drawn += text(name, LEFT - 8, y + 14, "end", "strong" if row == 0 else None)
        for place, (id_, index) in enumerate(options):
            score = order.scores[index]
            shade = (score - low) / (high - low) if high > low else 0.0
            title = element("title", f"order {name}, option {id_}: {score:.2f} nat/token")
            # Up to three quarters of the colour, so that the number on it stays readable.
            drawn += rect(
                LEFT + cell * place + 1, y + 1, cell - 2, ROW - 2, "heat", fill_opacity=f"{0.75 * shade:.3f}"
            )
            drawn += element(
                "text",
                title,
                typeset(f"{score:.2f}"),
                x=LEFT + cell * (place + 0.5),
                y=y + 14,
                text_anchor="middle",
                class_="cell",
            )
    best = max(range(len(options)), key=lambda place: ranked[0].scores[options[place][1]])
    drawn += rect(LEFT + cell * best + 1, TOP + 1, cell - 2, ROW - 2, "chosen")
    likeliest, option = " ".join(map(str, ranked[0].order)), options[best][0]
    label = Bilingual(
        zh=f"{len(ranked)} 種順序 × {len(options)} 個句子的熱圖：最高分是順序 {likeliest} 與選項 {option}",
        en=f"Heat map of {len(ranked)} orders by {len(options)} sentences: the highest score is order "
        f"{likeliest} with option {option}",
    )
    return (
        Figure(
            caption=Bilingual(
                zh="每種層順序下各句的平均對數機率（nat/token，越深越像）；框起者最高。",
                en="Mean log-probability of each sentence in each order of the layers (nat/token, the darker "
                "the likelier); the highest is framed.",
            ),
            panels=(
                Panel(
                    title=Bilingual(zh="24 種順序 × 4 個句子", en="24 orders × 4 sentences")
                    if (len(ranked), len(options)) == (24, 4)
                    else Bilingual(zh="順序 × 句子", en="Orders × sentences"),
                    picture=picture(WIDTH, TOP + ROW * len(ranked) + 6, drawn, label=label),
                    name=SCORES,
                ),
            ),
        ),
    )


def tables(question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """The same numbers as the heat map's."""
    found = Measurements.model_validate(raw)
    options = _columns(question, found)
    return (
        Table(
            caption=Bilingual(
                zh="24 種順序 × 各句的平均對數機率(nat/token，越高越像)",
                en="24 orders × mean log-probability of each sentence (nat/token, higher is likelier)",
            ),
            columns=(
                Bilingual(zh="順序", en="order"),
                *(Bilingual(zh=f"選項 {id_}", en=f"option {id_}") for id_, _ in options),
            ),
            rows=tuple(
                (str(list(order.order)), *(f"{order.scores[index]:.2f}" for _, index in options))
                for order in _ranked(found)
            ),
            marked=0,
        ),
    )


def _ranked(found: Measurements) -> list[OrderScore]:
    """The likeliest order first."""
    return sorted(found.orders, key=lambda order: -max(order.scores))


def _columns(question: AnyQuestion, found: Measurements) -> list[tuple[str, int]]:
    """Every option with the place of its sentence among the scores."""
    column = {sentence: index for index, sentence in enumerate(found.sentences)}
    return [(option.id, column[option.parts[0].claim.said]) for option in question.options]


CARD = Card(
    method=Method(
        Bilingual(
            zh="解碼 24 種層順序，Whisper 對每句給出平均對數機率；最佳者須領先 ≥ 0.3 nat/token 且聽寫相符。"
            "四層聽不出音近的詞之別：選項若只差這樣的詞，請自己聽。",
            en="All 24 orders are decoded and Whisper scores each sentence by mean log-probability; the best "
            "must lead by ≥ 0.3 nat a token, and what is heard must agree. Four layers do not tell words "
            "apart that sound alike: where an option differs by such a word, listen yourself.",
        ),
        "Radford et al. 2022 (Whisper)",
    ),
    figures=figures,
    tables=tables,
    sound_labels={
        "shuffled": Bilingual(zh="打亂的檔案，照原樣解碼", en="The shuffled file, decoded as it is"),
        "recovered": Bilingual(zh="最佳順序，解碼", en="The best order, decoded"),
    },
    pairs=(("shuffled", "recovered"),),
    own=lambda _claim, _measurements: ("recovered", SCORES),
)
