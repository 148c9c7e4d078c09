"""The misbehaving server of sdks/contract, one process for all tests of a run."""

import atexit
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

CONTRACT = Path(__file__).resolve().parents[3] / "contract"
KEY = "eis_contract_key_that_must_never_be_shown"
MONITOR_ID = "69c3a0754e257b7d18094f9a"

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class FaultServer:
    _shared = None

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, str(CONTRACT / "fault_server.py"), "--until-stdin-closes"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self._process.stdout.readline())
        self._control = ready["control"]
        self.ca_file = ready["ca_file"]

    @classmethod
    def shared(cls):
        if cls._shared is None:
            cls._shared = cls()
            atexit.register(cls._shared.stop, os.getpid())
            os.environ["SSL_CERT_FILE"] = cls._shared.ca_file
        return cls._shared

    def stop(self, owner):
        if os.getpid() == owner:
            self._process.stdin.close()
            self._process.wait(10)
            self._process.stdout.close()

    def play(self, *steps, **script):
        """A scenario: these steps, the last one again and again when repeat_last is given."""
        return self.scenario(dict(script, steps=list(steps)))

    def scenario(self, script):
        return Scenario(self, script)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with _opener.open(urllib.request.Request(self._control + path, data=data, method=method)) as answer:
            return json.load(answer)


class Scenario:
    def __init__(self, server, script):
        self._server = server
        made = server.call("POST", "/__scenario", script)
        self._id = made["id"]
        self.base_url = made["base_url"]
        self.other_url = made["other_url"]
        self.ended = None

    def report(self):
        return self.ended or self._server.call("GET", "/__requests?id=" + self._id)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended = self._server.call("DELETE", "/__scenario?id=" + self._id)
