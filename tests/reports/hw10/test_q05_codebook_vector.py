"""Question 5's card: the vector asked for on top, to four places."""

from questions.quiz import Bilingual, QuizSpec
from reports.hw10.q05_codebook_vector import CARD
from solvers.hw10.q05_codebook_vector import TARGET, Measurements, Vector


def test_q5_shows_the_vector_asked_for_on_top(spec: QuizSpec) -> None:
    found = Measurements(
        vectors=(
            Vector(name=TARGET, values=(0.12344, -1.5, 0.0, 2.00006, 1e-6)),
            Vector(name="layer 0, code 2046", values=(1.0, 2.0, 3.0, 4.0, 5.0)),
        )
    )
    (table,) = CARD.tables(spec.question("q05"), found.model_dump(mode="json"))
    asked = Bilingual(zh="第 0 層，code 2047", en="layer 0, code 2047")
    assert table.rows[0] == (asked, "0.1234, -1.5000, 0.0000, 2.0001, 0.0000")
    assert table.rows[1][0] == Bilingual(zh="第 0 層，code 2046", en="layer 0, code 2046")
    assert table.marked == 0
