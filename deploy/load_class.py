"""A class on one JupyterHub, on this machine: students log in, open a lesson, run all of it.

python deploy/load_class.py                  30 students
python deploy/load_class.py --students 3

Starts the hub of trial_config.py on loopback, lets all students come at once, kills five kernels
and one server while they work, and prints how long everyone waited, what failed and how much
memory each took. It ends by itself, and leaves no process and no file. Linux only.
"""

import argparse
import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import nbformat
import psutil
from jupyter_client.session import Session, json_packer
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

DEPLOY = Path(__file__).resolve().parent
COURSE = "adam-course"
MOST_STUDENTS = 60
MEGA = 1e6


class KernelDied(Exception):
    pass


class ServerGone(Exception):
    pass


class LessonFailed(Exception):
    pass


class Hub:
    """A running hub: where it is, its password, and its processes."""

    def __init__(self, url, password, process, repository):
        self.url, self.password, self.repository = url, password, repository
        self.process = psutil.Process(process.pid)

    def server(self, student):
        """The process of a student's server."""
        for process in self.process.children():
            if process.environ().get("JUPYTERHUB_USER") == student:
                return process
        raise LessonFailed(f"{student} has no server")

    def kernel(self, student, kernel):
        """The process of a kernel of a student's server."""
        for process in self.server(student).children():
            if kernel in " ".join(process.cmdline()):
                return process
        raise LessonFailed(f"{student} has no kernel")


class Student:
    """What a student's browser does, and what the student saves, breaks and mends."""

    def __init__(self, hub, number, accident=None):
        self.hub, self.number, self.accident = hub, number, accident
        self.name = f"student{number:02}"
        self.http = httpx.AsyncClient(base_url=hub.url, timeout=300)
        self.notebook, self.saved, self.kernel = None, None, None
        self.ready = self.done = None
        self.recovered = self.kept = False

    async def attend(self):
        """The whole visit. Times are in seconds since the student came."""
        start = time.monotonic()
        await self.log_in()
        await self.start_server()
        self.ready = time.monotonic() - start
        await self.get_course()
        await self.open_lesson()
        self.notebook["cells"].insert(1, nbformat.v4.new_markdown_cell("My guess: Adam wins."))
        await self.save()
        await self.start_kernel()
        try:
            await self.run_all()
        except KernelDied:
            await self.restart_kernel()
            await self.resume()
        except ServerGone:
            await self.stop_server()
            await self.start_server()
            await self.resume()
        await self.save()
        self.done = time.monotonic() - start

    async def resume(self):
        """Open the lesson as it was saved, and run all its cells."""
        before = self.saved
        await self.open_lesson()
        self.kept = self.saved == before
        await self.start_kernel()
        await self.run_all()
        self.recovered = True

    async def request(self, method, path, **kwargs):
        answer = await self.http.request(method, path, **kwargs)
        if answer.is_error:
            raise LessonFailed(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    async def log_in(self):
        """By the form, as a browser does; then take a token for everything else."""

        def xsrf():
            return self.http.cookies.get("_xsrf", path="/hub/")

        await self.request("GET", "hub/login")
        form = {"username": self.name, "password": self.hub.password, "_xsrf": xsrf()}
        await self.request("POST", "hub/login", data=form)
        answer = await self.request(
            "POST", f"hub/api/users/{self.name}/tokens", json={}, headers={"X-XSRFToken": xsrf()}
        )
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"token {answer.json()['token']}"

    async def start_server(self):
        await self.request("POST", f"hub/api/users/{self.name}/server")
        while not await self.server_is("ready"):
            await asyncio.sleep(1)

    async def stop_server(self):
        await self.request("DELETE", f"hub/api/users/{self.name}/server")
        while await self.server_is("ready", "stopping", "pending"):
            await asyncio.sleep(1)

    async def server_is(self, *states):
        answer = await self.request("GET", f"hub/api/users/{self.name}")
        server = answer.json()["servers"].get("", {})
        return any(server.get(state) for state in states)

    async def get_course(self):
        """What nbgitpuller's page does."""
        query = {"repo": self.hub.repository, "branch": "main", "targetpath": COURSE}
        answer = await self.request("GET", f"user/{self.name}/git-pull/api", params=query)
        if '"finished"' not in answer.text:
            raise LessonFailed(f"the course did not come: {answer.text[-200:]}")

    def contents(self, *path):
        return "/".join([f"user/{self.name}/api/contents/{COURSE}/notebooks", *path])

    async def open_lesson(self):
        folder = (await self.request("GET", self.contents())).json()["content"]
        lessons = sorted(item["name"] for item in folder if item["name"][0].isdigit())
        self.lesson = lessons[self.number % len(lessons)]
        self.notebook = (await self.request("GET", self.contents(self.lesson))).json()["content"]
        self.saved = self.work()

    async def save(self):
        model = {"type": "notebook", "format": "json", "content": self.notebook}
        await self.request("PUT", self.contents(self.lesson), json=model)
        self.saved = self.work()

    def work(self):
        """All that a student can lose: text, code, outputs."""
        cells = [(cell["source"], cell.get("outputs")) for cell in self.notebook["cells"]]
        return json.dumps(cells, sort_keys=True)

    async def start_kernel(self):
        session = {
            "path": f"{COURSE}/notebooks/{self.lesson}",
            "name": self.lesson,
            "type": "notebook",
            "kernel": {"name": "python3"},
        }
        answer = await self.request("POST", f"user/{self.name}/api/sessions", json=session)
        self.kernel = answer.json()["kernel"]["id"]

    async def restart_kernel(self):
        """JupyterLab's server is restarting it already; until that is done it answers no."""
        for _ in range(60):
            await asyncio.sleep(2)
            path = f"user/{self.name}/api/kernels/{self.kernel}/restart"
            if (await self.http.post(path)).is_success:
                return
        raise LessonFailed("the kernel can't be restarted")

    async def run_all(self):
        """Run every cell, one after the other, and save now and then."""
        url = f"{self.hub.url}user/{self.name}/api/kernels/{self.kernel}/channels"
        headers = {"Authorization": self.http.headers["Authorization"]}
        channels = await websocket_connect(
            HTTPRequest(url.replace("http", "ws", 1), headers=headers, request_timeout=300)
        )
        try:
            cells = [cell for cell in self.notebook["cells"] if cell["cell_type"] == "code"]
            for number, cell in enumerate(cells):
                accident = self.accident if number == len(cells) // 2 else None
                await self.run(channels, cell, accident)
                if number % 5 == 0:
                    await self.save()
        finally:
            channels.close()

    async def run(self, channels, cell, accident):
        content = {"code": cell["source"], "store_history": True, "stop_on_error": True}
        request = {**Session().msg("execute_request", content), "channel": "shell", "buffers": []}
        await channels.write_message(json_packer(request).decode())
        if accident:
            self.accident = None
            accident(self).kill()
        outputs, replied, idle = [], False, False
        while not (replied and idle):
            text = await channels.read_message()
            if text is None:
                raise ServerGone(self.name)
            if isinstance(text, bytes):  # a widget's picture
                continue
            message = json.loads(text)
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] in ("restarting", "dead"):
                raise KernelDied(self.name)
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            if kind == "execute_reply":
                replied = True
                if content["status"] != "ok":
                    raise LessonFailed(f"{content.get('ename')}: {content.get('evalue')}")
            elif kind == "status":
                idle = content["execution_state"] == "idle"
            elif kind in ("stream", "display_data", "execute_result", "error"):
                outputs.append(nbformat.v4.output_from_msg(message))
        cell["outputs"] = outputs


def kill_kernel(student):
    return student.hub.kernel(student.name, student.kernel)


def kill_server(student):
    return student.hub.server(student.name)


def free_url():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


@contextmanager
def trial_hub():
    """A hub on free loopback ports, with all its files in a folder that goes with it."""
    public, private, proxy = free_url(), free_url(), free_url()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        password = secrets.token_hex()
        repository = os.environ.get("COURSE_REPOSITORY", DEPLOY.parent.as_uri())
        environment = {
            **os.environ,
            "TRIAL_PASSWORD": password,
            "TRIAL_FOLDER": folder,
            "COURSE_REPOSITORY": repository,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        command = [
            *(sys.executable, "-m", "jupyterhub", f"--config={DEPLOY / 'trial_config.py'}"),
            *(f"--JupyterHub.bind_url={public}", f"--JupyterHub.hub_bind_url={private}"),
            f"--ConfigurableHTTPProxy.api_url={proxy}",
        ]
        log = Path(folder) / "hub.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command, env=environment, cwd=folder, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            wait_for(public, process, log)
            yield Hub(public, password, process, repository)
        finally:
            stop(process)


def wait_for(url, process, log, timeout=60):
    deadline = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}hub/api").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"The hub did not start:\n{log.read_text()}")


def stop(process):
    """End the hub, which ends its servers; then whatever of it is still there."""
    family = [process, *psutil.Process(process.pid).children(recursive=True)]
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in family[1:]:
        if left.is_running():
            left.kill()


def spread(values):
    values = sorted(values)
    return statistics.median(values), values[max(0, round(0.95 * len(values)) - 1)], values[-1]


def row(name, values, unit):
    middle, high, most = spread(values)
    print(
        f"{name:<20} median {middle:6.1f} {unit}, 95 % {high:6.1f} {unit}, most {most:6.1f} {unit}"
    )


def memory(process):
    """Resident memory, and the same with shared pages divided among those who share them."""
    info = process.memory_full_info()
    return info.rss / MEGA, info.pss / MEGA


async def hold_class(hub, number, accidents, minutes):
    students = [Student(hub, n, accidents.get(n)) for n in range(number)]
    try:
        async with asyncio.timeout(60 * minutes):
            results = await asyncio.gather(
                *(student.attend() for student in students), return_exceptions=True
            )
        return students, results
    finally:
        for student in students:
            await student.http.aclose()


def report(hub, students, results, accidents):
    """Print everything; true if nobody failed and nothing was lost."""
    failed = [(s, r) for s, r in zip(students, results, strict=True) if r is not None]
    for student, error in failed:
        print(f"FAILED {student.name} {error!r}")
    fine = [student for student in students if student.done]
    if not fine:
        return False
    untouched = [s for s in fine if s.number not in accidents]
    row("server ready after", [s.ready for s in fine], "s")
    row("lesson done after", [s.done for s in untouched or fine], "s")
    for what, kill in (("kernel", kill_kernel), ("server", kill_server)):
        hit = [s for s in students if accidents.get(s.number) is kill]
        ok = sum(s.recovered and s.kept and s.done is not None for s in hit)
        print(f"{what + 's killed':<20} {len(hit)}, of which {ok} recovered all that was saved")
    servers = [memory(hub.server(s.name)) for s in fine]
    kernels = [memory(hub.kernel(s.name, s.kernel)) for s in fine]
    for column, kind in enumerate(("RSS", "PSS")):
        row(f"{kind} of a server", [m[column] for m in servers], "MB")
        row(f"{kind} of a kernel", [m[column] for m in kernels], "MB")
        both = [a[column] + b[column] for a, b in zip(servers, kernels, strict=True)]
        row(f"{kind} of a student", both, "MB")
    used = [
        sum(sum(p.cpu_times()[:2]) for p in (hub.server(s.name), hub.kernel(s.name, s.kernel)))
        for s in untouched or fine
    ]
    row("processor time", used, "s")
    print(f"PSS of all students  {sum(m[1] for m in servers + kernels) / 1000:.2f} GB")
    print(f"PSS of hub and proxy {sum(memory(p)[1] for p in hub_alone(hub)):.0f} MB")
    print(f"{len(students)} students, {len(failed)} failed")
    expected = [s for s in students if s.number in accidents]
    return not failed and all(s.recovered and s.kept for s in expected)


def hub_alone(hub):
    users = [p for p in hub.process.children() if "JUPYTERHUB_USER" not in p.environ()]
    return [hub.process, *users]


def main():
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--students", type=int, default=30, help=f"1 to {MOST_STUDENTS}")
    parser.add_argument("--kernels", type=int, default=5, help="how many kernels are killed")
    parser.add_argument("--servers", type=int, default=1, help="how many servers are killed")
    parser.add_argument("--minutes", type=int, default=30, help="stop after so long, at most 60")
    options = parser.parse_args()
    hurt = options.kernels + options.servers
    if not (1 <= options.students <= MOST_STUDENTS and hurt <= options.students):
        parser.error(f"1 to {MOST_STUDENTS} students, and no more accidents than students")
    kills = [kill_kernel] * options.kernels + [kill_server] * options.servers
    step = options.students // max(1, hurt)
    accidents = {step * n: kill for n, kill in enumerate(kills)}
    print(f"{options.students} students come at once, {os.cpu_count()} processors", flush=True)
    with trial_hub() as hub:
        students, results = asyncio.run(
            hold_class(hub, options.students, accidents, min(options.minutes, 60))
        )
        sys.exit(not report(hub, students, results, accidents))


if __name__ == "__main__":
    main()
