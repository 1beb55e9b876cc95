"""Q9 drawn: a heat map of 24 orders by the sentences of the options."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure, Panel
from reports.draw.svg import both, element, picture, rect, text
from solvers.hw10.q09_layer_order import measure as q09_layer_order

WIDTH, LEFT, TOP, ROW = 420, 96, 40, 19


def figures(question: AnyQuestion, raw: Mapping[str, Any], _media: Mapping[str, str]) -> tuple[Figure, ...]:
    """The likeliest order on top; the darker a cell, the likelier its sentence."""
    found = q09_layer_order.Measurements.model_validate(raw)
    ranked = sorted(found.orders, key=lambda order: -max(order.scores))
    column = {sentence: index for index, sentence in enumerate(found.sentences)}
    options = [(option.id, column[option.parts[0].claim.said]) for option in question.options]
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
                f"{score:.2f}",
                x=LEFT + cell * (place + 0.5),
                y=y + 14,
                text_anchor="middle",
                class_="cell",
            )
    best = max(range(len(options)), key=lambda place: ranked[0].scores[options[place][1]])
    drawn += rect(LEFT + cell * best + 1, TOP + 1, cell - 2, ROW - 2, "chosen")
    label = f"Heat map of {len(ranked)} orders by {len(options)} sentences: the highest score is order "
    label += f"{' '.join(map(str, ranked[0].order))} with option {options[best][0]}"
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
                ),
            ),
        ),
    )
