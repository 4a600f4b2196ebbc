"""Write the course's address, which stands in pyproject.toml, into the README's Binder links.

python binder/address.py
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BINDER = "https://mybinder.org/v2/gh/"
LINK = re.compile(rf"{re.escape(BINDER)}[^/\s]+/[^/\s]+/HEAD")


def repository():
    """OWNER/NAME on GitHub."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["urls"]["Repository"].removeprefix("https://github.com/")


def with_address(text):
    return LINK.sub(f"{BINDER}{repository()}/HEAD", text)


if __name__ == "__main__":
    README.write_text(with_address(README.read_text(encoding="utf-8")), encoding="utf-8")
