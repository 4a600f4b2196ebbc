"""nbgrader's settings for this course. `make_assignments.py` puts a copy into the course folder."""

import sys
from pathlib import Path

from nbgrader import preprocessors

sys.path.insert(0, str(Path(__file__).parent))
from grading import Grade, RestoreCells

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "adam_course"

# The lessons hold stubs, no solutions: ClearSolutions would overwrite them.
c.GenerateAssignment.preprocessors = [
    preprocessors.LockCells,
    preprocessors.ClearOutput,
    preprocessors.CheckCellMetadata,
    preprocessors.ComputeChecksums,
    preprocessors.SaveCells,
]

c.Autograde.sanitize_preprocessors = [
    preprocessors.ClearOutput,
    RestoreCells,
    preprocessors.OverwriteKernelspec,
    preprocessors.OverwriteCells,
    preprocessors.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    Grade,
    preprocessors.LimitOutput,
    preprocessors.SaveAutoGrades,
    preprocessors.AssignLatePenalties,
    preprocessors.CheckCellMetadata,
]

# Seconds for a cell of the notebook, for what it prints to arrive, and for judging an answer.
c.Grade.timeout = 60
c.Grade.iopub_timeout = 10
c.Grade.judge_timeout = 60

# What students hand in is called like alice_01_fixed_learning_rate.ipynb.
c.FileNameCollectorPlugin.named_regexp = r".*[/\\](?P<student_id>.+)_(?P<file_id>\d\d_\w+)\.ipynb$"
