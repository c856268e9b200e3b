"""What is kept of a cell's outputs: all of it up to a limit, and always what decides."""

from __future__ import annotations

import pytest

from autograder.worker.outputs import MAX_MARK, Outputs, Stream


def kept(outputs: Outputs) -> list[tuple[str, str, str]]:
    items, _ = outputs.take()
    return [(item["type"], item["name"], item["text"]) for item in items]


def test_streams_are_joined_until_another_output_comes() -> None:
    outputs = Outputs(100)
    out, err = Stream(outputs, "stdout"), Stream(outputs, "stderr")
    print("a", "b", file=out)
    print("c", file=out)
    print("!", file=err)
    outputs.add("display_data", "picture")
    print("d", file=out)
    outputs.add("execute_result", "1.5")
    assert kept(outputs) == [
        ("stream", "stdout", "a b\nc\n"),
        ("stream", "stderr", "!\n"),
        ("display_data", "", "picture"),
        ("stream", "stdout", "d\n"),
        ("execute_result", "", "1.5"),
    ]


def test_each_cell_has_room_of_its_own() -> None:
    outputs = Outputs(10)
    Stream(outputs, "stdout").write("x" * 50)
    assert outputs.take() == ([{"type": "stream", "name": "stdout", "text": "x" * 9}], True)
    Stream(outputs, "stdout").write("y")
    assert outputs.take() == ([{"type": "stream", "name": "stdout", "text": "y"}], False)


@pytest.mark.parametrize(("kind", "name"), [("execute_result", ""), ("error", "ValueError")])
def test_what_decides_is_kept_whole_after_much_output(kind: str, name: str) -> None:
    outputs = Outputs(10)
    Stream(outputs, "stdout").write("x" * 9)  # one more is left: enough to make 1 of 1.25
    outputs.add(kind, "1.25", name)
    Stream(outputs, "stderr").write("!")
    assert kept(outputs)[1:] == [(kind, name, "1.25"), ("stream", "stderr", "!")]


def test_what_is_kept_has_an_end() -> None:
    outputs = Outputs(1_000)
    out, err = Stream(outputs, "stdout"), Stream(outputs, "stderr")
    for _ in range(10_000):
        out.write("a")
        err.write("b" * 10_000)
        outputs.add("display_data", "", size=10_000)
        outputs.add("execute_result", "c" * 10_000)
    found, lost = outputs.take()
    assert lost
    assert len(found) < 20
    assert sum(len(item["text"]) for item in found) <= 1_000 + 4 * MAX_MARK


def test_what_is_no_text_cannot_be_printed() -> None:
    with pytest.raises(TypeError, match="must be str, not bytes"):
        Stream(Outputs(1), "stdout").write(b"x")  # type: ignore[arg-type]
