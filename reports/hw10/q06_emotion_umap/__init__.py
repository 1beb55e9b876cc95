"""Question 6's card."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import Bilingual
from reports.card import Card, Method
from reports.hw10.q06_emotion_umap.figures import BY_LAYER, figures, layer_panel
from reports.hw10.q06_emotion_umap.tables import tables
from solvers.hw10.q06_emotion_umap.claims import Groups, MoreSeparated


def own(claim: Any, _measurements: Mapping[str, Any]) -> tuple[str, ...]:
    """The layers that a claim names."""
    match claim:
        case Groups(layer=layer):
            return (layer_panel(layer),)
        case MoreSeparated(more_separated=one, than=other):
            return layer_panel(one), layer_panel(other), BY_LAYER
        case _:
            return ()


# Its sounds have no label: the points of its figures play them.
CARD = Card(
    method=Method(
        Bilingual(
            zh="S = 輪廓係數 − 打亂情緒標記後的平均；成群與否看未見過的句子由 5 個鄰居認出情緒的正確率 "
            "(a − c) / (1 − c)，c 為亂猜。其他畫法說法不同時不作判定。",
            en="S = silhouette − its mean with permuted labels; groups by how often five neighbours tell the "
            "emotion of held-out sentences, (a − c) / (1 − c) with c for guessing. Where other figures "
            "differ, nothing is decided.",
        ),
        "Rousseeuw 1987 (silhouette); McInnes et al. 2018 (UMAP)",
    ),
    figures=figures,
    tables=tables,
    own=own,
)
