"""What the documents show is run as it stands, with a real server behind it."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from support.programs import clean_environment, run_program  # noqa: E402
from support.server import ExemplarServer  # noqa: E402

PACKAGE = TESTS.parent
README = (PACKAGE / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
EXAMPLE = PACKAGE / "examples" / "fastapi_job.py"

# How many heartbeats each program of the README sends, and what it prints, in the order of the README.
PROGRAMS = [
    (1, r""),
    (3, r"backing up\nimporting\n"),
    None,  # the web application
    (1, r""),
    (1, r""),
    (1, r""),
    (1, r"recorded; the next one is due by 20\d\d-[^\n]*\+00:00\n404 monitor_not_found\n"),
    (1, r""),
]


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ExemplarServer()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.monitor_id = self.server.create_monitor()
        self.environment = {
            "EXEMPLAR_API_KEY": self.server.create_token(), "EXEMPLAR_MONITOR_ID": self.monitor_id, "EXEMPLAR_BASE_URL": self.server.url}

    def beats(self):
        return self.server.checks(self.monitor_id, "heartbeat")


class TheReadme(Documents):
    def test_has_the_programs_that_are_run_here(self):
        self.assertEqual(len(BLOCKS), len(PROGRAMS))
        self.assertIn("FastAPI()", BLOCKS[PROGRAMS.index(None)])

    def test_has_programs_that_run(self):
        for block, expected in zip(BLOCKS, PROGRAMS):
            if expected is None:
                continue
            with self.subTest(block=block):
                before = len(self.beats())
                ended = run_program(block, options=("-W", "error"), **self.environment)
                self.assertEqual(ended.returncode, 0, ended.stderr)
                self.assertRegex(ended.stdout, "^%s$" % expected[1])
                # The one failure that the README shows is logged, as it says.
                self.assertEqual(len(ended.stderr.splitlines()), expected[1].count("not_found"), ended.stderr)
                self.assertEqual(len(self.beats()) - before, expected[0])

    def test_shows_the_example_of_the_package(self):
        self.assertIn(EXAMPLE.read_text(encoding="utf-8"), BLOCKS)


class TheFastApiExample(Documents):
    def test_sends_a_heartbeat_when_the_job_is_done(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "uvicorn", "--app-dir", str(EXAMPLE.parent), "fastapi_job:app", "--port", str(port)],
                cwd=tempfile.gettempdir(), env=clean_environment(**self.environment), stdout=said, stderr=said)
            try:
                answer = self.post("http://127.0.0.1:%d/jobs/nightly-backup/done" % port, process, said)
            finally:
                process.terminate()
                process.wait(20)
        self.assertEqual(answer, b'{"ok":true}')
        beats = self.beats()
        self.assertEqual([beat["metadata"] for beat in beats], [{"hostname": "worker-01"}])
        self.assertEqual(self.server.monitor(self.monitor_id)["status"], "up")

    def post(self, url, process, said):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + 60
        while True:
            try:
                with opener.open(urllib.request.Request(url, method="POST"), timeout=30) as answer:
                    return answer.read()
            except urllib.error.URLError as fault:
                if isinstance(fault, urllib.error.HTTPError) or process.poll() is not None or time.monotonic() > deadline:
                    said.seek(0)
                    raise AssertionError("%s\n%s" % (fault, said.read())) from None
                time.sleep(0.1)
