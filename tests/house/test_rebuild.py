"""A learner's answers in the course's own notebook, whatever happened to the learner's."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from autograder.course.rebuild import rebuild, replace_answer, with_hidden_tests
from tests.house.notebooks import answer, code, essay, graded, notebook, text

STUB = "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
WRITTEN = "def double(x):\n    return 2 * x"
VISIBLE = "check(double)"
HIDDEN = "check(double)\n### BEGIN HIDDEN TESTS\ncheck(double, hidden=True)\n### END HIDDEN TESTS"


def course(double: str, test: str, why: str) -> dict[str, Any]:
    return notebook(
        code("imports", "from autograder import check"),
        text("intro", "Double a number."),
        answer("double", double),
        graded("double", test, 2),
        essay("double-why", why, 3),
    )


MASTER = course("def double(x):\n    return x + x", HIDDEN, "The model answer.")
RELEASE = course(STUB, VISIBLE, "YOUR ANSWER HERE")


@pytest.fixture
def learner() -> dict[str, Any]:
    """The notebook of a learner who wrote `double`."""
    mine = copy.deepcopy(RELEASE)
    mine["cells"][2]["source"] = WRITTEN
    return mine


def sources(submission: dict[str, Any]) -> list[str]:
    return [cell["source"] for cell in rebuild(MASTER, RELEASE, submission).notebook["cells"]]


EXPECTED = [
    "from autograder import check",
    "Double a number.",
    WRITTEN,
    HIDDEN,
    "YOUR ANSWER HERE",
]


def test_the_answer_goes_into_the_course_s_own_notebook(learner: dict[str, Any]) -> None:
    assert sources(learner) == EXPECTED


def test_says_what_was_answered_and_what_was_left(learner: dict[str, Any]) -> None:
    found = rebuild(MASTER, RELEASE, learner)
    assert [(a.name, a.changed) for a in found.answers] == [("double", True), ("double-why", False)]
    assert found.answer("double") == WRITTEN
    assert found.findings == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[3].update(source="check(double, hidden=False) or 100"),
        lambda cells: cells[3]["metadata"].update(tags=["skip-execution"]),
        lambda cells: cells[3]["metadata"]["nbgrader"].update(points=1000),
        lambda cells: cells[3].update(outputs=[{"output_type": "execute_result"}]),
        lambda cells: cells.append({**copy.deepcopy(cells[3]), "source": "2.0"}),
        lambda cells: cells.reverse(),
        lambda cells: cells[2].update(cell_type="markdown"),
        lambda cells: [cell.pop("id") for cell in cells],
    ],
    ids=["test", "tag", "points", "output", "second test", "order", "kind", "no ids"],
)
def test_changes_beside_the_answers_stop_mattering(learner: dict[str, Any], change: Any) -> None:
    change(learner["cells"])
    rebuilt = rebuild(MASTER, RELEASE, learner).notebook
    assert [cell["source"] for cell in rebuilt["cells"]] == EXPECTED
    assert [cell["metadata"] for cell in rebuilt["cells"]] == [
        c["metadata"] for c in MASTER["cells"]
    ]
    assert [cell["cell_type"] for cell in rebuilt["cells"]] == [
        c["cell_type"] for c in MASTER["cells"]
    ]


def test_a_deleted_answer_counts_as_empty_and_never_as_the_solution() -> None:
    empty = notebook()
    found = rebuild(MASTER, RELEASE, empty)
    assert [cell["source"] for cell in found.notebook["cells"]] == [
        *EXPECTED[:2],
        STUB,
        *EXPECTED[3:],
    ]
    assert {f.where: f.kind for f in found.findings} == {
        "double": "missing-answer",
        "double-test": "missing-test",
        "double-why": "missing-answer",
    }


def test_own_cells_follow_the_known_cell_they_followed(learner: dict[str, Any]) -> None:
    own = code("mine", "import math")
    own["metadata"] = {"tags": ["skip-execution"], "trusted": True}
    learner["cells"].insert(2, own)
    learner["cells"].insert(0, code("first", "print('hello')"))
    rebuilt = rebuild(MASTER, RELEASE, learner).notebook["cells"]
    assert [cell["source"] for cell in rebuilt] == [
        "print('hello')", *EXPECTED[:2], "import math", *EXPECTED[2:]
    ]  # fmt: skip
    assert [cell["metadata"] for cell in rebuilt if cell["id"].startswith("added-")] == [{}, {}]


NOTE = "from autograder import check\nimport math"
CHANGED: dict[str, tuple[Any, list[str]]] = {
    "changed": (lambda cells: cells[0].update(source=NOTE), [NOTE, *EXPECTED[1:]]),
    "changed without ids": (
        lambda cells: [cells[0].update(source=NOTE), *(cell.pop("id") for cell in cells)],
        [NOTE, *EXPECTED[1:]],
    ),
    "typed anew": (lambda cells: cells[0].update(source=NOTE, id="new"), [NOTE, *EXPECTED[1:]]),
    "line ends": (lambda cells: cells[0].update(source=f"{EXPECTED[0]} \r\n"), EXPECTED),
    "prose": (
        lambda cells: cells[1].update(source="mine"),
        [EXPECTED[0], "mine", *EXPECTED[2:]],
    ),
    "split": (
        lambda cells: cells.__setitem__(slice(0, 1), [code("a", "import math"), code("b", "1")]),
        ["import math", "1", *EXPECTED[1:]],
    ),
    "merged into an answer": (
        lambda cells: [cells[2].update(source=f"{EXPECTED[0]}\n{WRITTEN}"), cells.pop(0)],
        [EXPECTED[1], f"{EXPECTED[0]}\n{WRITTEN}", *EXPECTED[3:]],
    ),
    "emptied": (lambda cells: cells[0].update(source=""), EXPECTED[1:]),
    "made prose": (
        lambda cells: cells[0].update(cell_type="markdown", source="# " + EXPECTED[0]),
        ["# " + EXPECTED[0], *EXPECTED[1:]],
    ),
    "changed and moved": (
        lambda cells: cells.insert(2, {**cells.pop(0), "source": NOTE}),
        [*EXPECTED[1:3], NOTE, *EXPECTED[3:]],
    ),
    "run twice by the learner": (
        lambda cells: cells.insert(1, {**copy.deepcopy(cells[0]), "id": "copy"}),
        [EXPECTED[0], EXPECTED[0], *EXPECTED[1:]],
    ),
    "deleted": (lambda cells: cells.pop(0), EXPECTED),
    "metadata lost": (lambda cells: [cell.update(metadata={}) for cell in cells], EXPECTED),
    "metadata and ids lost": (
        lambda cells: [(cell.pop("id"), cell.update(metadata={})) for cell in cells],
        EXPECTED,
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_no_cell_runs_twice_and_the_learner_s_version_takes_its_place(
    learner: dict[str, Any], name: str
) -> None:
    change, expected = CHANGED[name]
    change(learner["cells"])
    assert sources(learner) == expected


def test_lost_metadata_is_said(learner: dict[str, Any]) -> None:
    learner["cells"][2]["metadata"] = {}
    found = rebuild(MASTER, RELEASE, learner)
    assert [(f.kind, f.where) for f in found.findings] == [("lost-metadata", "double")]
    assert found.answer("double") == WRITTEN


def test_a_notebook_of_another_assignment_is_told_from_one_of_this(learner: dict[str, Any]) -> None:
    assert rebuild(MASTER, RELEASE, learner).recognised
    assert not rebuild(MASTER, RELEASE, notebook(code("x", "x = 1"))).recognised
    assert not rebuild(MASTER, RELEASE, notebook(code("x", ""))).recognised


def test_a_cell_with_a_name_that_is_neither_locked_nor_graded_is_the_learner_s() -> None:
    free = code("choice", "N = 3", grade_id="choice")
    master, release = (notebook(free, *each["cells"]) for each in (MASTER, RELEASE))
    mine = copy.deepcopy(release)
    mine["cells"][0]["source"] = "N = 7"
    found = rebuild(master, release, mine)
    assert found.notebook["cells"][0]["source"] == "N = 7"
    assert found.notebook["cells"][0]["metadata"] == free["metadata"]
    assert found.notebook["cells"][0]["id"] == "added-1"  # so it is read as the learner's code
    assert [answer.name for answer in found.answers] == ["double", "double-why"]


def test_a_cell_with_a_name_that_is_locked_stays_the_course_s() -> None:
    locked = code("data", "N = 3", grade_id="data", locked=True)
    master, release = (notebook(locked, *each["cells"]) for each in (MASTER, RELEASE))
    mine = copy.deepcopy(release)
    mine["cells"][0]["source"] = "N = 7"
    assert rebuild(master, release, mine).notebook["cells"][0]["source"] == "N = 3"


@pytest.mark.parametrize("stub_first", [True, False])
def test_of_several_copies_the_one_that_was_written_in_counts(
    learner: dict[str, Any], stub_first: bool
) -> None:
    place = 2 if stub_first else 3
    learner["cells"].insert(place, copy.deepcopy(RELEASE["cells"][2]))
    found = rebuild(MASTER, RELEASE, learner)
    assert [cell["source"] for cell in found.notebook["cells"]] == EXPECTED
    assert [f.kind for f in found.findings] == ["copied-answer"]


def test_of_two_written_copies_the_last_counts(learner: dict[str, Any]) -> None:
    learner["cells"].insert(3, answer("double", "def double(x):\n    return x * 2"))
    assert sources(learner) == [
        *EXPECTED[:2], WRITTEN, "def double(x):\n    return x * 2", *EXPECTED[3:]
    ]  # fmt: skip


def test_pictures_of_a_written_answer_stay_and_other_attachments_go(
    learner: dict[str, Any],
) -> None:
    learner["cells"][4]["attachments"] = {
        "a": {"image/png": "AAAA", "text/html": "<script>"},
        "b": 3,
    }
    rebuilt = rebuild(MASTER, RELEASE, learner).notebook["cells"]
    assert rebuilt[4]["attachments"] == {"a": {"image/png": "AAAA"}}


def test_nothing_handed_in_is_changed(learner: dict[str, Any]) -> None:
    before = [copy.deepcopy(n) for n in (MASTER, RELEASE, learner)]
    rebuild(MASTER, RELEASE, learner)
    assert before == [MASTER, RELEASE, learner]


def test_a_released_notebook_gets_its_hidden_calls_back() -> None:
    quiz = graded("quiz-a", 'check("quiz-a", quiz_a)', 1)
    released = notebook(*RELEASE["cells"], quiz, code("demo", "check(double)"))
    with_hidden = with_hidden_tests(released)["cells"]
    assert with_hidden[3]["source"] == "check(double)\ncheck(double, hidden=True)"
    assert with_hidden[5]["source"].splitlines()[1] == 'check("quiz-a", quiz_a, hidden=True)'
    assert with_hidden[6]["source"] == "check(double)"
    assert with_hidden_tests(MASTER) == MASTER


def test_a_given_part_can_take_the_place_of_an_answer(learner: dict[str, Any]) -> None:
    assert replace_answer(learner, "double", "given")["cells"][2]["source"] == "given"
    with pytest.raises(KeyError, match="no answer cell"):
        replace_answer(learner, "triple", "given")
