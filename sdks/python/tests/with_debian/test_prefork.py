"""The servers that fork, for real: gunicorn with --preload and Celery's prefork pool."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from support.faults import MONITOR_ID, FaultServer  # noqa: E402
from support.programs import clean_environment  # noqa: E402

GUNICORN = """
    import os
    import exemplar

    exemplar.init(api_key="eis_test_key")
    # Before the fork, so that every worker inherits an open connection, and a thread that it does not have.
    exemplar.send_heartbeat("69c3a0754e257b7d18094f9a", {"from": "master", "process": os.getpid()})
    exemplar.start_heartbeat_thread("69c3a0754e257b7d18094f9a", 0.5, lambda: {"from": "thread", "process": os.getpid()})

    def application(environ, start_response):
        result = exemplar.send_heartbeat("69c3a0754e257b7d18094f9a", {"from": "request", "process": os.getpid()})
        start_response("200 OK" if result.ok and result.attempts == 1 else "500 Failed", [])
        return [str(os.getpid()).encode()]
    """

CELERY = """
    import os
    from celery import Celery
    import exemplar

    app = Celery("jobs", broker="filesystem://")
    app.conf.broker_transport_options = {name: os.environ["QUEUE"] for name in ("data_folder_in", "data_folder_out")}
    exemplar.init(api_key="eis_test_key")
    if "BEAT" in os.environ:
        exemplar.send_heartbeat("69c3a0754e257b7d18094f9a", {"from": "main", "process": os.getpid()})
        exemplar.start_heartbeat_thread("69c3a0754e257b7d18094f9a", 0.5, lambda: {"from": "thread", "process": os.getpid()})

    @app.task(name="backup")
    @exemplar.heartbeat("69c3a0754e257b7d18094f9a", lambda: {"from": "task", "process": os.getpid()})
    def backup(fail):
        if fail:
            raise OSError("disk full")
    """


class ServersThatFork(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.scenario = FaultServer.shared().play({"accept": True}, repeat_last=True)
        self.addCleanup(self.scenario.__exit__)

    def start(self, text, *command, **environment):
        (Path(self.folder) / "program.py").write_text(textwrap.dedent(text), encoding="utf-8")
        self.said = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.addCleanup(self.said.close)
        self.environment = clean_environment(EXEMPLAR_BASE_URL=self.scenario.base_url, PYTHONPATH=self.folder, **environment)
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=self.folder, stdout=self.said, stderr=self.said, start_new_session=True,
            env=self.environment)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def log(self):
        self.said.flush()
        return Path(self.said.name).read_text(encoding="utf-8")

    def beats(self, origin):
        said = [json.loads(request["body"])["metadata"] for request in self.scenario.report()["requests"]]
        return [beat["process"] for beat in said if beat["from"] == origin]

    def wait_for(self, condition, seconds=40):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, self.log())
            time.sleep(0.1)

    def test_gunicorn_with_preload(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            place = "127.0.0.1:%d" % free.getsockname()[1]
        master = self.start(GUNICORN, "gunicorn", "--preload", "--workers", "2", "--bind", place, "program:application")
        answered = set()

        def ask():
            try:
                with urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://" + place, timeout=20) as answer:
                    answered.add(int(answer.read()))
            except urllib.error.HTTPError:
                raise
            except OSError:
                pass
            return len(answered) == 2

        self.wait_for(ask)
        self.assertNotIn(master.pid, answered)
        self.assertEqual(set(self.beats("request")), answered)
        self.assertEqual(self.beats("master"), [master.pid])
        self.wait_for(lambda: set(self.beats("thread")) == {master.pid, *answered})
        self.assertNotIn("heartbeat", self.log().lower())

    def test_celery_with_its_prefork_pool(self):
        queue = os.path.join(self.folder, "queue")
        os.mkdir(queue)
        main = self.start(
            CELERY, "celery", "-A", "program", "worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "WARNING",
            "--without-gossip", "--without-mingle", "--without-heartbeat", QUEUE=queue, BEAT="1", C_FORCE_ROOT="1")
        self.wait_for(lambda: main.pid in self.beats("thread"))
        ask = "import program, sys; [program.app.send_task('backup', [number in (3, 5)]) for number in range(10)]"
        asked = subprocess.run(
            [sys.executable, "-c", ask], cwd=self.folder, env={key: value for key, value in self.environment.items() if key != "BEAT"},
            capture_output=True, text=True, timeout=60)
        self.assertEqual(asked.returncode, 0, asked.stderr)
        self.wait_for(lambda: len(self.beats("task")) >= 8 and self.log().count("disk full") >= 2)
        time.sleep(1.2)
        self.assertEqual(len(self.beats("task")), 8, "the two that failed do not beat")
        self.assertNotIn(main.pid, self.beats("task"))
        self.assertEqual(set(self.beats("thread")), {main.pid}, "a pool's worker answers for its own tasks only")
        self.assertNotIn("was not recorded", self.log())
