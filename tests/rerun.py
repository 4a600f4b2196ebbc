"""Settings of nbconvert that run every notebook in place, from a clean kernel.

jupyter nbconvert --config=tests/rerun.py               every notebook
jupyter nbconvert --config=tests/rerun.py NOTEBOOK ...  only these
"""

from nbconvert.preprocessors import CoalesceStreamsPreprocessor, Preprocessor


class DropWidgets(Preprocessor):
    """Store no live widget: its model has a new random id in every run."""

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "code":
            view = "application/vnd.jupyter.widget-view+json"
            cell.outputs = [out for out in cell.outputs if view not in out.get("data", {})]
        return cell, resources


c = get_config()  # noqa: F821

c.NbConvertApp.notebooks = ["notebooks/*.ipynb", "notebooks/solutions/*.ipynb"]
c.NbConvertApp.export_format = "notebook"
c.NbConvertApp.use_output_suffix = False
c.FilesWriter.build_directory = ""  # beside the source: in place

c.ExecutePreprocessor.enabled = True
c.ExecutePreprocessor.timeout = 120
c.ExecutePreprocessor.extra_arguments = ["--log-level=ERROR"]
c.ExecutePreprocessor.record_timing = False

c.ClearMetadataPreprocessor.enabled = True
c.ClearMetadataPreprocessor.preserve_cell_metadata_mask = {"tags", "nbgrader"}
c.ClearMetadataPreprocessor.preserve_nb_metadata_mask = {"kernelspec", ("language_info", "name")}
c.NotebookExporter.preprocessors = [CoalesceStreamsPreprocessor, DropWidgets]
