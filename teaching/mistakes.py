"""What goes wrong at which exercise, from the checks: `python teaching/mistakes.py`.

Writes teaching/MISTAKES.md anew.
"""

from pathlib import Path

from course_lib.exercises.desk import LESSONS, exercises

PAGE = Path(__file__).with_name("MISTAKES.md")
LIKELIEST = 4
TOP = f"""\
# What goes wrong at which exercise

Each check knows many mistakes. These are the {LIKELIEST} likeliest, in the words that the student
gets. Some earn part of the points. Written by `python teaching/mistakes.py`.
"""


def page():
    return TOP + "".join(map(_lesson, LESSONS))


def _lesson(lesson):
    return f"\n## Lesson {lesson}\n" + "".join(
        f"\n**{name}** ({type(exercise).__name__.lower()})\n\n"
        + "".join(_line(wrong) for wrong in exercise.wrongs[:LIKELIEST])
        for name, exercise in exercises(lesson).items()
    )


def _line(wrong):
    points = f" *({wrong.score:.0%} of the points)*" if wrong.score else ""
    return f"- {wrong.message.replace('*', chr(92) + '*').replace('_', chr(92) + '_')}{points}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
