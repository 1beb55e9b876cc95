"""Question 3's card: a row a change, the one that the axis followed marked."""

from questions.quiz import QuizSpec
from reports.draw.tables import NO, YES
from reports.hw10.q03_code_axes import CARD
from solvers.hw10.q03_code_axes import Intervention, Measurements


def test_q3_marks_what_the_axis_followed(spec: QuizSpec) -> None:
    before = (1, 32, 12)
    found = Measurements(
        interventions=(
            Intervention(
                quantity="duration", before=12, after=24, shape_before=before, shape_after=(1, 32, 24)
            ),
            Intervention(
                quantity="num_quantizers", before=32, after=8, shape_before=before, shape_after=(1, 8, 12)
            ),
        )
    )
    (table,) = CARD.tables(spec.question("q03"), found.model_dump(mode="json"))
    assert table.rows == (
        ("duration", "12 → 24", "[1, 32, 12]", "[1, 32, 24]", NO),
        ("num_quantizers", "32 → 8", "[1, 32, 12]", "[1, 8, 12]", YES),
    )
    assert table.marked == 1
