"""UMAP as umap-learn computes it."""

from questions.quiz import Bilingual
from solvers.resources.library import Library

RESOURCE = Library(
    "umap", "umap-learn", Bilingual(zh="UMAP 的實作", en="UMAP as umap-learn computes it"), module="umap"
)
