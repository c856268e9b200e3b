"""Poisoned reading: what a person opens afterwards is to act on its own, or to mislead."""

from __future__ import annotations

from autograder.proof.attacks.attack import WRONG, Attack, Handed, answer, code, with_cells

ESSAY = "reflection-attention"
SCRIPT = "<script>alert(1)</script>"


def _essay(name: str, tries: str, text: str, stock: str = "acts", short: bool = False) -> Attack:
    """A written answer that acts where it is shown."""
    changes = (answer(text, ESSAY), answer(WRONG))
    return Attack(name, "shown", tries, changes, stock=stock, short=short)


def _with_outputs(handed: Handed) -> Handed:
    """Outputs that were handed in, with HTML and Javascript."""
    data = {"text/html": SCRIPT, "application/javascript": "alert(1)", "image/svg+xml": SCRIPT}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    cell = {**code("1"), "outputs": [output]}
    return with_cells(handed, [cell, *handed.notebook["cells"]])


def _with_picture(handed: Handed) -> Handed:
    """An attached picture that is a drawing with a script."""
    cells = [
        {
            **c,
            "source": "![x](attachment:a.svg)",
            "attachments": {"a.svg": {"image/svg+xml": SCRIPT}},
        }
        if c["metadata"].get("nbgrader", {}).get("grade_id") == ESSAY
        else c
        for c in handed.notebook["cells"]
    ]
    return with_cells(handed, cells)


def _message(name: str, tries: str, text: str, short: bool = False) -> Attack:
    source = f"def softmax(x, dim):\n    raise ValueError({text!r})\n"
    return Attack(name, "shown", tries, (answer(source),), ("error",), short=short)


ATTACKS = (
    _essay("essay-script", "A written answer holds a script.", SCRIPT, short=True),
    _essay("essay-event", "A picture has an event handler.", '<img src="x" onerror="alert(1)">'),
    _essay("essay-svg", "A drawing has an event handler.", '<svg onload="alert(1)"></svg>'),
    _essay("essay-link", "A link runs Javascript.", "[the docs](javascript:alert(1))"),
    _essay(
        "essay-formula",
        "A formula makes a link that runs Javascript.",
        "$\\href{javascript:alert(1)}{x}$",
        stock="",  # it acts in MathJax, which is not run here
    ),
    _essay(
        "essay-mermaid",
        "A diagram holds HTML.",
        "```mermaid\n<img src=x onerror=alert(1)>\n```",
    ),
    _essay(
        "essay-tracking",
        "A picture from elsewhere tells when it is looked at.",
        "![](http://192.0.2.1/seen.png)",
    ),
    _essay(
        "essay-frame", "A frame shows another page.", '<iframe src="file:///etc/passwd"></iframe>'
    ),
    _essay(
        "essay-style", "A style hides the score.", "<style>.score{display:none}</style>", stock=""
    ),
    _essay(
        "essay-bidi", "Characters reverse what is read.", "The score is \u202e001\u202c points."
    ),
    Attack(
        "output-script",
        "shown",
        "Outputs that were handed in hold scripts.",
        (answer(WRONG), _with_outputs),
    ),
    Attack(
        "attached-svg",
        "shown",
        "An attached picture is a drawing with a script.",
        (answer(WRONG), _with_picture),
    ),
    _message("message-script", "An error's message holds a script.", SCRIPT),
    _message(
        "message-escape",
        "An error's message clears the terminal.",
        "\x1b[2J\x1b]0;owned\x07\x9b31mPASSED",
        short=True,
    ),
    _message("message-bidi", "An error's message is reversed.", "\u202edessap\u202c"),
    Attack(
        "name-script",
        "shown",
        "An error's type has a script for a name.",
        (answer(f"def softmax(x, dim):\n    raise type({SCRIPT!r}, (Exception,), {{}})('x')\n"),),
        ("error",),
    ),
    Attack(
        "print-marks",
        "shown",
        "The code prints the grader's own words.",
        (answer("print('softmax-test: passed')\n" + WRONG),),
    ),
)
