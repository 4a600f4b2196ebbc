"""Is everything here that the course needs? Says in plain words what is not.

The first notebook runs this file by its path, so that it works where `import course_lib` does not;
so does `python course_lib/environment.py`. It imports the standard library alone, and its syntax is
that of Python 3.6.
"""

import os
import re
import sys
from importlib import import_module

PYTHON = (3, 11)
PACKAGES = {
    "numpy": (2, 0),
    "matplotlib": (3, 9),
    "ipywidgets": (8, 1),
    "sympy": (1, 13),
    "jupyterlab": (4, 2),
}
FINE = "All is well: everything that the course needs is here."
READ_ONLY = (
    "Everything that the course needs is here, but you may not write in this folder. To keep what "
    "you do, copy the whole course to a folder of your own and open it there."
)


def report():
    """One sentence if all is well, else what is wrong and what to do about it."""
    problems = check()
    if not problems:
        return FINE if os.access(".", os.W_OK) else READ_ONLY
    return "\n".join([*problems, "", _advice()])


def check():
    """A sentence for each thing that is missing, too old or broken. An empty list: all is well."""
    if _python_is_too_old():
        found, least = _dotted(sys.version_info[:2]), _dotted(PYTHON)
        return [f"This is Python {found}, which is too old: the course needs {least} or newer."]
    problems = [_package(name, least) for name, least in PACKAGES.items()]
    problems = [problem for problem in problems if problem]
    return problems or _course()


def _package(name, least):
    from importlib import metadata  # since Python 3.8

    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"The package {name} is missing."
    if _numbers(found) < least:
        needed = _dotted(least)
        return f"The package {name} {found} is too old: the course needs {needed} or newer."
    return None


def _course():
    try:
        import_module("course_lib")
    except Exception as error:
        if getattr(error, "name", None) == "course_lib":
            return ["The course's own package, course_lib, is not installed."]
        return [f"The course's own package, course_lib, can't be imported: {error}"]
    return []


def _python_is_too_old():
    return sys.version_info[:2] < PYTHON


def _advice():
    first = "In a terminal"
    if _python_is_too_old():
        first = "Install a newer Python from https://www.python.org/downloads/. Then in a terminal"
    if sys.platform == "win32":
        environment = ["py -m venv .venv", ".venv\\Scripts\\activate"]
    else:
        environment = ["python3 -m venv .venv", ". .venv/bin/activate"]
    return "\n".join(
        [
            first + " in the folder that holds requirements.txt, run:",
            *["    " + line for line in environment],
            "    pip install -r requirements.txt",
            "    jupyter lab notebooks/00_start_here.ipynb",
            "",
            f"If you have done so: what runs here is {sys.executable}.",
            "That must be the Python in .venv. If it is another, choose it in the menu Kernel.",
        ]
    )


def _numbers(version):
    """The first two numbers of a version: (2, 4) for "2.4.6" and for "2.4rc1"."""
    major, minor = re.match(r"(\d+)(?:\.(\d+))?", version).groups()
    return int(major), int(minor or 0)


def _dotted(numbers):
    return ".".join(str(number) for number in numbers)


if __name__ == "__main__":
    print(report())
