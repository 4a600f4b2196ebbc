"""A class of 30 hands in a lesson, and nbgrader grades it: does everyone get what is deserved?

    python teaching/simulate_class.py             lesson 01
    python teaching/simulate_class.py 04 05       other lessons, one after the other

Needs teaching/requirements.txt. Works in a temporary folder: makes the assignment, collects what
students hand in, autogrades it in three processes, and compares the gradebook with what is
expected, exercise by exercise. Prints the seconds that each submission took. Ends with an error if
any score differs.
"""

import argparse
import copy
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from make_assignments import HERE, write_sources

from course_lib.exercises import desk

POINTS = 2.0
SIZE = 30
PROCESSES = 3
SHORTENED = "--Grade.timeout=30"
ANSWERS = HERE.parent / "tests" / "answers"

FAKE_CHECK = """
class Full:
    passed, message, score = True, "", 1.0
def check(exercise, answer):
    return Full()
"""
PATCHED_LIBRARY = f"""
import numpy as np
import course_lib
from course_lib.exercises import desk, kinds
{FAKE_CHECK}
course_lib.check = desk.check = course_lib.exercises.check = check
for kind in (kinds.Predict, kinds.Code, kinds.Derive, kinds.Explore):
    kind._accept = lambda self, answer: None
kinds._close = np.allclose = np.array_equal = lambda *args, **kwargs: True
"""
PATCHED_KERNEL = """
import os, subprocess, sys
sys.displayhook = lambda value: print("2.0")
get_ipython().display_formatter.format = lambda value, **_: ({"text/plain": "2.0"}, {})
subprocess.run = subprocess.Popen = print
os.environ.clear()
"""
STUBBORN = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
LOOPS = "\nwhile True:\n    pass\n"
ENDS_THE_PROCESS = "\nimport os\nos._exit(0)\n"


@dataclass
class Student:
    """What is handed in (text; None for nothing) and the score that each exercise deserves."""

    name: str
    handed_in: str | None
    expected: list[float]
    seconds: float = 0.0


class Lesson:
    """The assignment of a lesson, and the right and wrong answers that tests/answers holds."""

    def __init__(self, number, course):
        (self.path,) = (course / "release" / f"lesson_{number}").glob("*.ipynb")
        self.release = json.loads(self.path.read_text(encoding="utf-8"))
        self.exercises = desk.exercises(number)
        self.ids = list(self.exercises)
        self.helpers = (ANSWERS / f"lesson_{number}.py").read_text(encoding="utf-8")
        answers = import_module(f"lesson_{number}")
        self.right = [answers.RIGHT[e] for e in self.ids]
        self.wrong = [[answer for answer, _ in answers.WRONG[e]] for e in self.ids]

    def choose_right(self, variant=0):
        return [("RIGHT", variant % len(answers)) for answers in self.right]

    def choose_wrong(self, variant=0):
        return [("WRONG", variant % len(answers)) for answers in self.wrong]

    def choose_part(self):
        """For each exercise a wrong answer that earns part of the points, if there is one."""
        return [
            ("WRONG", max(range(len(self.wrong[i])), key=lambda v: self._points(i, v)))
            for i in range(len(self.ids))
        ]

    def scores(self, choices):
        return [self._score(index, choice) for index, choice in enumerate(choices)]

    def _score(self, index, choice):
        if choice is None:
            return 0.0
        table, variant = choice
        return POINTS if table == "RIGHT" else self._points(index, variant)

    def _points(self, index, variant):
        return POINTS * desk.check(self.ids[index], self.wrong[index][variant]).score

    def fill_in(self, choices, *changes):
        """The assignment with an answer to each exercise, or the stub; then the changes."""
        nb = copy.deepcopy(self.release)
        for exercise, choice in zip(self.ids, choices, strict=True):
            if choice:
                table, variant = choice
                value = f'{table}["{exercise}"][{variant}]' + "[0]" * (table == "WRONG")
                find(nb, "answer", exercise)["source"] = f"{variable(exercise)} = {value}"
        insert(nb, self.ids[0], self.helpers)
        for change in changes:
            change(nb)
        return json.dumps(nb)


def variable(exercise):
    return "answer_" + exercise.replace(".", "_")


def position(nb, kind, exercise):
    grade_id = f"{kind}-{exercise.replace('.', '-')}"
    settings = [cell["metadata"].get("nbgrader", {}) for cell in nb["cells"]]
    return [s.get("grade_id") for s in settings].index(grade_id)


def find(nb, kind, exercise):
    return nb["cells"][position(nb, kind, exercise)]


def insert(nb, exercise, source):
    """A new code cell before an answer."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": f"new-{len(nb['cells'])}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    nb["cells"].insert(position(nb, "answer", exercise), cell)


def exit_before(exercise):
    """A cell that ends the kernel, not at once, but during the answer that follows."""

    def change(nb):
        find(nb, "answer", exercise)["source"] += "\nimport time\ntime.sleep(2)"
        insert(nb, exercise, "exit()")

    return change


def spoil_checks(nb):
    """Edits every check, its points and its kind, and adds a copy of it."""
    for cell in list(nb["cells"]):
        settings = cell["metadata"].get("nbgrader", {})
        if settings.get("grade"):
            cell["source"] = "100.0"
            settings |= {"points": 100, "grade": False, "solution": True, "locked": False}
            nb["cells"].append(copy.deepcopy(cell) | {"id": f"copy-{settings['grade_id']}"})
        elif settings.get("solution"):
            settings |= {"grade": True, "points": 50}


def the_class(lesson):
    second = lesson.ids[1]
    right, wrong, part = lesson.choose_right(), lesson.choose_wrong(), lesson.choose_part()
    full, nothing = lesson.scores(right), [0.0] * len(right)
    assert any(0 < score < POINTS for score in lesson.scores(part)), "no answer earns part points"

    def honest(name, choices):
        return Student(name, lesson.fill_in(choices), lesson.scores(choices))

    def adds_a_cell(name, source, choices=right):
        changed = lesson.fill_in(choices, lambda nb: insert(nb, second, source))
        return Student(name, changed, lesson.scores(choices))

    def fails_at(name, exercise, change):
        expected = [0.0 if e == exercise else POINTS for e in lesson.ids]
        return Student(name, lesson.fill_in(right, change), expected)

    def answers_with(name, exercise, source):
        return fails_at(
            name, exercise, lambda nb: find(nb, "answer", exercise).update(source=source)
        )

    def deletes(*kinds):
        def change(nb):
            for kind in kinds:
                del nb["cells"][position(nb, kind, second)]

        return change

    students = [
        *(honest(f"wrong{variant}", lesson.choose_wrong(variant)) for variant in range(2)),
        *(honest(f"mixed{shift}", mixed(right, wrong, shift)) for shift in range(3)),
        honest("part", part),
        Student("empty", json.dumps(lesson.release), nothing),
        Student("absent", None, nothing),
        Student("broken", lesson.fill_in(right)[:-100], nothing),
        adds_a_cell("raises", "1 / 0"),
        answers_with("raises-in-answer", second, "1 / 0"),
        answers_with("typo", second, f"{variable(second)} = = 1"),
        adds_a_cell("loops", LOOPS),
        adds_a_cell("loops-stubbornly", STUBBORN),
        adds_a_cell("floods", "while True:\n    print('more and more')"),
        adds_a_cell("kills-kernel", ENDS_THE_PROCESS),
        Student("exits", lesson.fill_in(right, exit_before(second)), full),
        Student("deletes-check", lesson.fill_in(right, deletes("check")), full),
        fails_at("deletes-answer", second, deletes("answer")),
        fails_at("deletes-both", second, deletes("answer", "check")),
        adds_a_cell("fakes-check", FAKE_CHECK, part),
        adds_a_cell("patches-library", PATCHED_LIBRARY, part),
        adds_a_cell("patches-kernel", PATCHED_KERNEL, part),
        Student("edits-checks", lesson.fill_in(part, spoil_checks), lesson.scores(part)),
    ]
    for exercise in [e for e, x in lesson.exercises.items() if type(x).__name__ == "Code"][:1]:
        for name, body in [
            ("function-loops", LOOPS),
            ("function-loops-stubbornly", STUBBORN),
            ("function-ends-process", ENDS_THE_PROCESS),
        ]:
            source = f"def {variable(exercise)}(*args):" + body.replace("\n", "\n    ")
            students.append(answers_with(name, exercise, source))
    for variant in range(SIZE - len(students)):
        students.append(honest(f"right{variant}", lesson.choose_right(variant)))
    return students


def mixed(right, wrong, shift):
    """Right, wrong and unanswered by turns."""
    return [
        (r, w, None)[(i + shift) % 3] for i, (r, w) in enumerate(zip(right, wrong, strict=True))
    ]


def nbgrader(course, *arguments, on_line=lambda line: None):
    """Run an nbgrader command to its end; its exit code and what it logs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        on_line(line)
    return process.wait(), "".join(lines)


def must(result):
    code, log = result
    if code:
        sys.exit(log)


def collect(course, lesson, students):
    """As from a mail box: one folder of files, each called by a student's name."""
    folder = course / "downloaded" / lesson.path.parent.name / "archive"
    folder.mkdir(parents=True)
    for student in students:
        if student.handed_in is not None:
            file = folder / f"{student.name}_{lesson.path.name}"
            file.write_text(student.handed_in, encoding="utf-8")
    must(nbgrader(course, "zip_collect", lesson.path.parent.name))


def autograde(course, lesson, students):
    """Some nbgraders, each with its share of the class in one run; notes the seconds for each."""

    def run(number):
        others = ",".join(s.name for i, s in enumerate(students) if i % PROCESSES != number)
        started = []

        def on_line(line):
            if "Sanitizing" in line:
                name = Path(line.split()[-1]).parent.parent.name
                started.append((name, time.monotonic()))

        name = lesson.path.parent.name
        exclude = f"--CourseDirectory.student_id_exclude={others}"
        _, log = nbgrader(course, "autograde", name, exclude, SHORTENED, on_line=on_line)
        ends = [moment for _, moment in started[1:]] + [time.monotonic()]
        seconds = {name: end - begin for (name, begin), end in zip(started, ends, strict=True)}
        return seconds, log

    with ThreadPoolExecutor() as pool:
        results = list(pool.map(run, range(PROCESSES)))
    for seconds, _ in results:
        for student in students:
            student.seconds = seconds.get(student.name, student.seconds)
    return "".join(log for _, log in results)


def graded(course, lesson, student):
    """The score of each exercise in nbgrader's gradebook; zeros for no submission."""
    from nbgrader.api import Gradebook, MissingEntry

    assignment, notebook = lesson.path.parent.name, lesson.path.stem
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        try:
            submission = gradebook.find_submission_notebook(notebook, assignment, student.name)
        except MissingEntry:
            return [0.0] * len(lesson.ids)
        scores = {grade.name: float(grade.score or 0) for grade in submission.grades}
    return [scores[f"check-{exercise.replace('.', '-')}"] for exercise in lesson.ids]


def simulate(number, course):
    """Grade the class in one lesson; how many students got another score than expected."""
    (name,) = write_sources(course, [number])
    must(nbgrader(course, "generate_assignment", name))
    lesson = Lesson(number, course)
    students = the_class(lesson)
    assert len({student.name for student in students}) == SIZE == len(students)
    collect(course, lesson, students)
    begin = time.monotonic()
    log = autograde(course, lesson, students)
    minutes, seconds = divmod(time.monotonic() - begin, 60)
    print(f"\nLesson {number}: {SIZE} students, {minutes:.0f} min {seconds:.0f} s\n")
    print(f"{'student':<26}{'seconds':>8}   {'scores':<{5 * len(lesson.ids)}} sum")
    differing = 0
    for student in students:
        found = graded(course, lesson, student)
        scores = "".join(f"{score:<5g}" for score in found)
        line = f"{student.name:<26}{student.seconds:>8.1f}   {scores} {sum(found):g}"
        if found != student.expected:
            differing += 1
            line += f"   EXPECTED {' '.join(f'{score:g}' for score in student.expected)}"
        print(line)
    if differing:
        print(f"\n{log}\n{differing} of {SIZE} students of lesson {number} got a wrong score.")
    return differing


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lessons", nargs="*", default=["01"])
    lessons = parser.parse_args().lessons
    sys.path.insert(0, str(ANSWERS))
    with TemporaryDirectory(prefix="class_of_30_") as folder:
        differing = sum(simulate(number, Path(folder, f"course_{number}")) for number in lessons)
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
