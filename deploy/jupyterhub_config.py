"""A JupyterHub for a class on one Linux machine. deploy/README.md says how to start it."""

import os
import tomllib
from pathlib import Path
from urllib.parse import urlencode

c = get_config()  # noqa: F821

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPOSITORY = os.environ.get("COURSE_REPOSITORY") or PROJECT["urls"]["Repository"]

# Where a student lands: nbgitpuller brings the course up to date, then opens the first lesson.
LANDING = {
    "repo": REPOSITORY,
    "branch": "main",
    "targetpath": PROJECT["name"],
    "urlpath": f"lab/tree/{PROJECT['name']}/notebooks/00_start_here.ipynb",
}

# Loopback. A web server with HTTPS in front of it lets the class in.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.ConfigurableHTTPProxy.command = [str(ROOT / "deploy/node_modules/.bin/configurable-http-proxy")]

# Who may come in: accounts of this machine, those in the group "students" and the teacher.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"students"}
c.Authenticator.allowed_users = {"teacher"}
c.Authenticator.admin_users = {"teacher"}

# Each student's server runs under the student's own account.
c.JupyterHub.spawner_class = "localprocess"
c.Spawner.default_url = "/git-pull?" + urlencode(LANDING)
c.Spawner.environment = {"OPENBLAS_NUM_THREADS": "1"}  # a lesson gains nothing from more

# A class comes at once, and the last of 30 servers waits for the 29 before it.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300

# A kernel that rests for an hour, and then a server without kernels, give their memory back.
# What is saved stays; the student runs the cells again.
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--ServerApp.shutdown_no_activity_timeout=3600",
]
