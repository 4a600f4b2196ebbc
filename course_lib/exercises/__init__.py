"""Exercises that are checked at once: `check("02.3", answer)`, `hint("02.3")`, `progress()`."""

from course_lib.exercises.desk import check, hint, progress

__all__ = ["check", "hint", "progress"]
