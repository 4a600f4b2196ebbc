"""The claims, the verdicts, and that every lesson stores the verdict of each of its claims."""

import json
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from course_lib.article import CLAIMS, JSON_TYPE, MARKS, verdict, verdict_table, verdicts

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
COUNTS = {"A": 5, "B": 2, "C": 4, "D": 2, "E": 3, "F": 5, "G": 3, "H": 3, "I": 6}
IDS = [f"{letter}{i}" for letter, count in COUNTS.items() for i in range(1, count + 1)]
LESSONS = {
    "01_fixed_learning_rate": ["A1", "A2", "A3", "A4", "A5"],
    "02_momentum": ["C1", "C2", "C3", "C4"],
    "03_rmsprop": ["B2", "D1", "D2"],
    "04_bias_correction": ["E1", "E2", "E3"],
    "05_adam": ["B1", "F1", "F2", "F3", "F4", "F5"],
    "06_comparing_optimizers": ["G1", "G2", "G3"],
    "07_linear_regression": ["H1", "H2", "H3"],
    "08_when_to_use_adam": ["I1", "I2", "I3", "I4", "I6"],
    "09_where_adam_fails": ["I5"],
}


class Cells(HTMLParser):
    """The rows of a table as a browser shows them."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.tags = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.rows[-1][-1] += data.replace("\xa0", " ")


def shown(computed, claim="A2", holds=True, **but):
    return verdict(claim, holds, computed, **but)._repr_mimebundle_()


def write_notebook(path, *bundles):
    """A notebook whose cells show these bundles of outputs."""
    cells = [
        nbformat.v4.new_code_cell(
            outputs=[nbformat.v4.new_output("display_data", data=bundle)], execution_count=i
        )
        for i, bundle in enumerate(bundles, start=1)
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 01"), *cells])
    nbformat.write(notebook, path)


def test_the_claims_are_complete_and_in_order():
    assert list(CLAIMS) == IDS
    assert all(text.strip() == text and text.endswith(".") for text in CLAIMS.values())
    assert len(set(CLAIMS.values())) == len(IDS)


def test_each_claim_has_its_lesson():
    assert sorted(claim for claims in LESSONS.values() for claim in claims) == IDS


@pytest.mark.parametrize(
    ("holds", "but", "status"),
    [
        (True, None, "confirmed"),
        (True, "Not for ever.", "qualified"),
        (False, None, "corrected"),
        (False, "Not for ever.", "corrected"),
    ],
)
def test_status(holds, but, status):
    for truth in [holds, np.bool_(holds)]:
        found = verdict("A2", truth, "It is so.", but)
        assert (found.claim, found.status) == ("A2", status)
        assert found.computed == ("It is so. Not for ever." if but else "It is so.")
        assert status in MARKS


@pytest.mark.parametrize("claim", ["A0", "A6", "Z1", "a1", "", None, 1])
def test_an_unknown_claim(claim):
    with pytest.raises(ValueError, match=rf"^claim: .*A1, .*I6, got {claim!r}$"):
        verdict(claim, True, "")


@pytest.mark.parametrize("holds", [1, 0, None, "yes", 0.5, [True], np.array([True, False])])
def test_holds_is_a_truth_value(holds):
    with pytest.raises(TypeError, match=r"^holds: must be one computed True or False, got "):
        verdict("A1", holds, "")


def test_a_verdict_is_one_row():
    bundle = shown("4.0 in the end.", holds=False)
    assert bundle["text/plain"] == "A2 corrected: 4.0 in the end."
    head, row = Cells(bundle["text/html"]).rows
    assert head == ["Claim", "The article says", "We computed", "Verdict"]
    assert row == ["A2", CLAIMS["A2"], "4.0 in the end.", "✗ corrected"]
    stored = {"claim": "A2", "status": "corrected", "computed": "4.0 in the end."}
    assert bundle[JSON_TYPE] == stored


def test_html_is_escaped(monkeypatch):
    computed = '<script>alert("1")</script> & a < b > c'
    table = Cells(shown(computed)["text/html"])
    assert table.rows[1][2] == computed
    assert table.tags == {"table", "thead", "tbody", "tr", "th", "td", "strong"}
    monkeypatch.setitem(CLAIMS, "A2", "a < b & <i>c</i>")
    for claim, text in CLAIMS.items():
        assert Cells(shown("", claim)["text/html"]).rows[1][1] == text


def test_verdicts_are_read_back_from_a_notebook(tmp_path):
    write_notebook(
        tmp_path / "01_one.ipynb",
        shown("It is α < 1 & so."),
        {"text/plain": "no verdict"},
        shown("Not so.", "F5", holds=False),
    )
    write_notebook(tmp_path / "02_two.ipynb", shown("Here.", "I6", but="But not there."))
    write_notebook(tmp_path / "no_lesson.ipynb", shown("Elsewhere.", "A1"))
    found = verdicts(tmp_path)
    assert {claim: (row.claim, row.status, row.computed) for claim, row in found.items()} == {
        "A2": ("A2", "confirmed", "It is α < 1 & so."),
        "F5": ("F5", "corrected", "Not so."),
        "I6": ("I6", "qualified", "Here. But not there."),
    }

    table = verdict_table(tmp_path)
    head, *rows = Cells(table._repr_html_()).rows
    assert head == ["Claim", "The article says", "We computed", "Verdict"]
    assert [row[0] for row in rows] == IDS
    by_claim = {claim: row for claim, *row in rows}
    assert by_claim["A2"] == [CLAIMS["A2"], "It is α < 1 & so.", "✓ confirmed"]
    assert by_claim["F5"] == [CLAIMS["F5"], "Not so.", "✗ corrected"]
    assert by_claim["I6"] == [CLAIMS["I6"], "Here. But not there.", "≈ qualified"]
    for claim in set(IDS) - found.keys():
        assert by_claim[claim] == [CLAIMS[claim], "", "· not yet judged"]
    lines = repr(table).splitlines()
    assert len(lines) == len(IDS) and lines[1] == "A2 confirmed: It is α < 1 & so."
    assert lines[0] == "A1 not yet judged: "


def test_a_folder_without_lessons(tmp_path):
    assert verdicts(tmp_path) == {}
    assert verdicts(str(tmp_path)) == {}
    assert {row.status for row in verdict_table(tmp_path).rows} == {"not yet judged"}


def test_what_is_no_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"^notebooks: must be a folder, got '.*none'"):
        verdict_table(tmp_path / "none")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "{}", '{"cells": 1}', '{"cells": ["a"]}'])
def test_a_damaged_lesson_is_named(tmp_path, text):
    (tmp_path / "01_one.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^notebooks: '.*01_one\.ipynb' is no notebook"):
        verdicts(tmp_path)


def test_jupyter_stores_what_verdicts_reads(tmp_path):
    source = "from course_lib import verdict\nverdict('C2', 1 > 0, '90% past.', but='In sum.')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, kernel_name="python3").execute()
    nbformat.write(notebook, tmp_path / "02_momentum.ipynb")
    (stored,) = verdicts(tmp_path).values()
    assert (stored.claim, stored.status, stored.computed) == (
        "C2",
        "qualified",
        "90% past. In sum.",
    )


def judged(path):
    """The claims whose verdicts a notebook stores, each as often as it does."""
    return [
        output["data"][JSON_TYPE]["claim"]
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if JSON_TYPE in output.get("data", {})
    ]


def test_every_claim_of_every_written_lesson_is_judged_once():
    expected = {
        lesson: claims
        for lesson, claims in LESSONS.items()
        if (NOTEBOOKS / f"{lesson}.ipynb").exists()
    }
    found = {lesson: sorted(judged(NOTEBOOKS / f"{lesson}.ipynb")) for lesson in expected}
    assert expected
    assert found == expected


def test_no_other_notebook_judges():
    for path in NOTEBOOKS.glob("*.ipynb"):
        assert path.stem in LESSONS or not judged(path), path.name
