"""Judge one answer in a process of its own: `python judge.py 01.3 ANSWER_FILE VERDICT_FILE`."""

import json
import pickle
import sys
from dataclasses import asdict
from pathlib import Path

from course_lib import check

exercise, answer, verdict = sys.argv[1:]
result = check(exercise, pickle.loads(Path(answer).read_bytes()))
Path(verdict).write_text(json.dumps(asdict(result)), encoding="utf-8")
