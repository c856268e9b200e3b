"""What people wrote into the gradebook, read without disturbing anyone who writes there."""

from __future__ import annotations

from pathlib import Path

from autograder.records import database
from autograder.records import place as places
from autograder.records.explain import Mark
from autograder.records.visible import visible

QUERY = """
SELECT b.name, b.type, g.manual_score, g.extra_credit, c.manual_comment
FROM submitted_assignment s
JOIN assignment a ON a.id = s.assignment_id AND a.name = :assignment
JOIN submitted_notebook m ON m.assignment_id = s.id
JOIN notebook n ON n.id = m.notebook_id AND n.name = :notebook
JOIN base_cell b ON b.notebook_id = n.id
LEFT JOIN grade g ON g.cell_id = b.id AND g.notebook_id = m.id
LEFT JOIN comment c ON c.cell_id = b.id AND c.notebook_id = m.id
WHERE s.student_id = :student
"""


def marks(course: Path, assignment: str, notebook: str, student: str) -> dict[str, Mark]:
    """What a person gave, by cell; a comment on an essay belongs to the cell of the same name."""
    place = places.place(course)
    if place.file is not None and not place.file.exists():
        return {}
    found: dict[str, Mark] = {}
    asked = {"assignment": assignment, "notebook": notebook, "student": student}
    for name, _kind, score, extra, comment in database.select(place, QUERY, asked):
        known = found.get(name, Mark())
        found[name] = Mark(
            score=known.score if score is None else float(score),
            extra=known.extra + float(extra or 0.0),
            comment=known.comment or visible(comment or ""),
        )
    return found
