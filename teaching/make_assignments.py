"""Make nbgrader assignments from the lessons.

    python teaching/make_assignments.py COURSE_DIR          every lesson that has exercises
    python teaching/make_assignments.py COURSE_DIR 01 04    these lessons

COURSE_DIR is a folder of yours, outside of this repository; it is made if it is not there. After
that COURSE_DIR/release/lesson_01/ is what students get. Run again, it renews the assignments.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

from course_lib.exercises.desk import LESSONS, exercises

HERE = Path(__file__).resolve().parent
NOTEBOOKS = HERE.parent / "notebooks"
GRADER = ("nbgrader_config.py", "grading.py", "judge.py")


def assignment(nb, lesson):
    """The lesson with checks whose result is the points that they give, and without outputs."""
    checks = []
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        settings = cell["metadata"].get("nbgrader", {})
        if settings.get("grade"):
            checks.append(settings["grade_id"])
            cell["source"] = graded("".join(cell["source"]), settings["points"])
    expected = [f"check-{exercise.replace('.', '-')}" for exercise in exercises(lesson)]
    if checks != expected:
        raise ValueError(f"lesson {lesson} holds the checks {checks}, expected {expected}")
    return nb


def graded(check, points):
    """The source of a check cell in the form that nbgrader grades: its last line is a float."""
    return (
        "from course_lib import check\n\n"
        f"checked = {check.strip()}\n"
        "display(checked)\n"
        f"{points} * checked.score"
    )


def write_sources(course, lessons):
    """Write the grader's files and COURSE_DIR/source/; returns the names of the assignments."""
    course.mkdir(parents=True, exist_ok=True)
    for name in GRADER:
        shutil.copy(HERE / name, course)
    names = []
    for lesson in lessons:
        (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
        nb = assignment(json.loads(path.read_text(encoding="utf-8")), lesson)
        folder = course / "source" / f"lesson_{lesson}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / path.name).write_text(
            json.dumps(nb, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        names.append(folder.name)
    return names


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("course_dir", type=Path)
    parser.add_argument("lessons", nargs="*", default=LESSONS)
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.lessons) - set(LESSONS))
    if unknown:
        parser.error(f"no exercises in {', '.join(unknown)}; lessons: {', '.join(LESSONS)}")
    if arguments.course_dir.resolve().is_relative_to(HERE.parent):
        parser.error(f"course_dir: must lie outside of {HERE.parent}, got {arguments.course_dir}")
    for name in write_sources(arguments.course_dir, arguments.lessons):
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", name, "--force"]
        subprocess.run(command, cwd=arguments.course_dir, check=True)
    print(f"Made {arguments.course_dir / 'release'}: what students get.")


if __name__ == "__main__":
    main()
