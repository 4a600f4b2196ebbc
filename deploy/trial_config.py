"""The same hub for a trial: on loopback, without accounts, everyone as the user who starts it.

Every name can log in with one password, $TRIAL_PASSWORD. Students are not kept apart: each can
read the others' files. This is for a look and for deploy/load_class.py, not for a class.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821

# The course as it is committed in this folder.
DEPLOY = Path(__file__).resolve().parent
os.environ.setdefault("COURSE_REPOSITORY", DEPLOY.parent.as_uri())
load_subconfig("jupyterhub_config.py", str(DEPLOY))  # noqa: F821

HERE = Path(os.environ.get("TRIAL_FOLDER", "trial")).resolve()
HERE.mkdir(parents=True, exist_ok=True)

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["TRIAL_PASSWORD"]
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(HERE / "home" / "{username}")
c.JupyterHub.db_url = f"sqlite:///{HERE / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(HERE / "cookie_secret")

if os.geteuid() == 0:
    c.Spawner.args.append("--allow-root")
