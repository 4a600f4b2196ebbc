"""What a newcomer does: a fresh clone, an empty home, the commands of the README, word for word.

python tests/fresh.py                     with this Python
python tests/fresh.py PYTHON              with another, such as /usr/bin/python3.12
python tests/fresh.py PYTHON --binder     installed as repo2docker does it, without the start
python tests/fresh.py PYTHON --newest     with the newest versions that pyproject.toml allows

The path has a space and a letter outside ASCII in it. Prints the size of what was installed.
Linux and macOS; the commands of the README for Windows differ.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
START = re.search(r"^python3 -m venv .*jupyter lab.*$", README, re.MULTILINE).group()
TEST = re.search(r"<!-- test command -->\n```\n(.*?)\n```", README, re.DOTALL).group(1)
VENV, INSTALL, LAB = START.partition(" && pip ")[0], "pip install", START.rpartition(" && ")[2]
INSTALLS = {
    "readme": START.split(" && ")[2],
    "binder": f'{INSTALL} --no-cache-dir -r "binder/requirements.txt"',
    "newest": f'{INSTALL} --upgrade --editable ".[test]"',
}
URL = re.compile(r"http://127\.0\.0\.1:\d+/\S*")


def environment(home, python):
    """No variable of this session but what the network needs, and PYTHON as python3."""
    kept = ("LANG", "TZ", "PIP_", "SSL_", "HTTP", "http", "NO_PROXY", "no_proxy")
    env = {name: value for name, value in os.environ.items() if name.startswith(kept)}
    tools = home.parent / "bin"
    tools.mkdir()
    (tools / "python3").symlink_to(python)
    config = home.parent / "config"
    config.mkdir()
    (config / "jupyter_server_config.py").write_text(
        "c.ServerApp.open_browser = False\nc.ServerApp.allow_root = True\n"
    )
    path = f"{tools}{os.pathsep}/usr/local/bin{os.pathsep}/usr/bin{os.pathsep}/bin"
    return {**env, "HOME": str(home), "PATH": path, "JUPYTER_CONFIG_PATH": str(config)}


def run(commands, course, env):
    line = " && ".join(commands)
    print(f"$ {line}", flush=True)
    subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=course, env=env, check=True)


def start(commands, course, env, timeout=120):
    """Run a line that ends in `jupyter lab`; return when its page has come, or raise."""
    line = " && ".join(commands)
    print(f"$ {line}", flush=True)
    log = course.parent / "lab.log"
    with log.open("w") as output:
        lab = subprocess.Popen(
            ["bash", "-c", line.replace("jupyter lab", "exec jupyter lab")],
            cwd=course,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + timeout
        while lab.poll() is None and time.monotonic() < deadline:
            found = URL.search(log.read_text())
            if found:
                with urllib.request.urlopen(found.group(), timeout=60) as page:
                    assert page.status == 200
                print("JupyterLab opened", found.group().partition("?")[0])
                return
            time.sleep(0.5)
        raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")
    finally:
        lab.terminate()
        lab.wait(30)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("python", nargs="?", default=sys.executable)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--binder", dest="how", action="store_const", const="binder")
    how.add_argument("--newest", dest="how", action="store_const", const="newest")
    parser.add_argument("--pytest", default="", metavar="ARGS", help='such as "notebooks"')
    options = parser.parse_args()
    how = options.how or "readme"
    with tempfile.TemporaryDirectory(prefix="Übung ", ignore_cleanup_errors=True) as folder:
        home, course = Path(folder) / "home", Path(folder) / "Kurs über Adam"
        home.mkdir()
        env = environment(home, Path(options.python).resolve())
        subprocess.run(["git", "clone", "-q", ROOT, course], check=True)
        run([VENV, "python --version", INSTALLS[how]], course, env)
        activate = VENV.split(" && ")[1]
        if how == "readme":
            start([activate, LAB], course, env)
        run([activate, f"{TEST} {options.pytest}".strip()], course, env)
        for name, size in (("environment", course / ".venv"), ("clone", course / ".git")):
            total = sum(f.lstat().st_size for f in size.rglob("*") if f.is_file())
            print(f"size of the {name}: {total / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
