"""What students call: `check`, `hint` and `progress`."""

import json
from html import escape
from importlib import import_module
from pathlib import Path

from course_lib.exercises.kinds import Result

LESSONS = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10")
FIRST_LESSON = "00_start_here.ipynb"
PROGRESS_FILE = ".progress.json"
hints_given = {}


def exercises(lesson):
    """The exercises of a lesson, such as "02": a dict from id to exercise."""
    return import_module(f"course_lib.exercises.lesson_{lesson}").EXERCISES


def _find(exercise):
    lesson = str(exercise)[:2]
    known = exercises(lesson) if lesson in LESSONS else {}
    if exercise not in known:
        choice = ", ".join(known) or f"ids like '01.1', lessons {LESSONS[0]} to {LESSONS[-1]}"
        raise ValueError(f"exercise: must be one of {choice}, got {exercise!r}")
    return known[exercise]


def check(exercise, answer):
    """Judge an answer at once.

    exercise  its id, such as "02.3"
    answer    a number, a function, a sympy expression or settings, as the exercise asks

    Returns a `Result` with `.passed`, `.message` and `.score` (from 0 to 1), which the notebook
    shows. An answer that is still the dots is said to be unanswered. ValueError for an unknown id.
    """
    result = _find(exercise).judge(answer)
    if result.passed:
        trouble = _remember(exercise)
        if trouble:
            return Result(True, f"{result.message} {trouble}".strip(), result.score)
    return result


class Hint:
    """One hint, shown in the notebook."""

    def __init__(self, number, text):
        self.number, self.text = number, text

    def __repr__(self):
        return f"Hint {self.number} of 3: {self.text}"

    def _repr_html_(self):
        return f"<div><strong>Hint {self.number} of 3.</strong> {escape(self.text)}</div>"


def hint(exercise):
    """The next hint for an exercise: a nudge, then more, then nearly the answer."""
    hints = _find(exercise).hints
    number = min(hints_given.get(exercise, 0) + 1, len(hints))
    hints_given[exercise] = number
    return Hint(number, hints[number - 1])


class Progress:
    """Which exercises are done, lesson by lesson."""

    def __init__(self, done, trouble=""):
        self.trouble = trouble
        self.rows = [(lesson, {e: e in done for e in exercises(lesson)}) for lesson in LESSONS]

    def __repr__(self):
        lines = [self.trouble] if self.trouble else []
        for lesson, marks in self.rows:
            shown = "  ".join(f"{'✓' if done else '·'} {e}" for e, done in marks.items())
            lines.append(f"{lesson}: {sum(marks.values())} of {len(marks)}   {shown}")
        return "\n".join(lines)

    def _repr_html_(self):
        return f"<pre>{escape(repr(self))}</pre>"


def progress():
    """The exercises that you have solved, remembered in a file beside the lessons."""
    try:
        return Progress(_load())
    except OSError as error:
        return Progress(set(), f"The file {PROGRESS_FILE} can't be read: {error.strerror}.")
    except ValueError:
        return Progress(
            set(),
            f"The file {PROGRESS_FILE} is damaged, so earlier progress can't be shown. Your "
            "answers are safe in the notebooks: run their checks again, and it is written anew.",
        )


def _load():
    """The ids in the progress file; ValueError if it does not hold what `_remember` writes."""
    path = Path(PROGRESS_FILE)
    if not path.exists():
        return set()
    done = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(done, list) or not all(isinstance(exercise, str) for exercise in done):
        raise ValueError(f"{PROGRESS_FILE}: must hold a list of exercise ids, got {done!r}")
    return set(done)


def _remember(exercise):
    """Add a solved exercise to the file, only beside the lessons; a sentence if that fails."""
    if not Path(FIRST_LESSON).exists():
        return ""
    complete = Path(f"{PROGRESS_FILE}.new")
    try:
        try:
            done = _load()
        except ValueError:
            done = set()
        complete.write_text(json.dumps(sorted(done | {exercise})), encoding="utf-8")
        complete.replace(PROGRESS_FILE)
    except OSError as error:
        return (
            f"(Your progress could not be saved: {error.strerror}. "
            "Copy the course to a folder of your own.)"
        )
    return ""
