"""torch itself: what its functions give is what it defines."""

from questions.quiz import Bilingual
from solvers.resources.library import Library

RESOURCE = Library("torch-library", "torch", Bilingual(zh="torch 本身", en="torch itself"))
