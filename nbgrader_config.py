"""The course as nbgrader's commands and JupyterLab's nbgrader tools see it."""

import os
import sys
from pathlib import Path

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    IncludeHeaderFooter,
    InstantiateTests,
    LockCells,
    SaveCells,
)

from autograder.course.clear import ClearAnswers

c = get_config()  # type: ignore[name-defined] # noqa: F821

# nbgrader looks for the command `alembic` on the path; it stands beside Python, also where the
# environment is not activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

c.CourseDirectory.course_id = "language-models-by-hand"
# The exchange, where assignments are released and handed in, is the user's choice:
# set c.Exchange.root in ~/.jupyter/nbgrader_config.py (see docs/instructor-guide.md).

# release/ is made from source/, so making it again is never a loss.
c.GenerateAssignment.force = True

# nbgrader's own list, with ClearAnswers for ClearSolutions.
c.GenerateAssignment.preprocessors = [
    IncludeHeaderFooter,
    InstantiateTests,
    LockCells,
    ClearAnswers,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]

# Seconds one cell may run. The first cell imports torch and transformers from a cold disk; a
# check stops each call of a learner's code much sooner by itself.
c.Execute.timeout = 180
# Seconds a kernel may take to start while others start beside it.
c.Execute.startup_timeout = 180

# Hidden tests draw their inputs from this seed. A class keeps its own in the file grading-seed,
# which git ignores (see docs/instructor-guide.md); self-study needs none.
seed_file = Path(__file__).with_name("grading-seed")
seed = seed_file.read_text(encoding="utf-8").strip() if seed_file.exists() else ""
os.environ.setdefault("AUTOGRADER_GRADING_SEED", seed or "self-study")

# Kernels inherit this: torch's threads sleep while they wait. Spinning, they slow each other down
# many times over on a shared core.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
