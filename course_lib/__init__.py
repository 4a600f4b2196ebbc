"""The library of the course: optimizers, problems, the article's claims, figures.

`course_lib.plotting` and `course_lib.live` are imported where they are used, since they load
matplotlib and ipywidgets.
"""

from course_lib.article import verdict, verdict_table
from course_lib.exercises import check, hint, progress
from course_lib.optimizers import SGD, Adam, AdamW, AMSGrad, Momentum, RMSProp, minimize
from course_lib.problems import Line, Parabola, Ravine, Rosenbrock, Saddle

__all__ = [
    "SGD",
    "AMSGrad",
    "Adam",
    "AdamW",
    "Line",
    "Momentum",
    "Parabola",
    "RMSProp",
    "Ravine",
    "Rosenbrock",
    "Saddle",
    "check",
    "hint",
    "minimize",
    "progress",
    "verdict",
    "verdict_table",
]
