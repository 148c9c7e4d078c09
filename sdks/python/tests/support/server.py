"""A real Exemplar server, with a data folder of its own."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PROGRAM = ROOT / "src/Exemplar.Server/bin/Release/net10.0/Exemplar.Server.dll"
TOKEN = "an-admin-token-for-the-tests-of-the-python-sdk"

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ExemplarServer:
    def __init__(self):
        if not PROGRAM.exists():
            raise AssertionError("%s is missing: dotnet build src/Exemplar.Server -c Release" % PROGRAM)
        self._data = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = "http://127.0.0.1:%d" % free.getsockname()[1]
        self._lines = []
        self._process = subprocess.Popen(
            ["dotnet", str(PROGRAM), "--urls", self.url, "--data", self._data.name],
            env=dict(os.environ, EXEMPLAR_ADMIN_TOKEN=TOKEN), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(ready,), daemon=True)
        self._reader.start()
        if not ready.wait(90) or self._process.poll() is not None:
            self.stop()
            raise AssertionError("the server did not start:\n" + "".join(self._lines))

    def _read(self, ready):
        for line in self._process.stdout:
            self._lines.append(line)
            if "Exemplar is listening on" in line:
                ready.set()
        ready.set()

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5)
        self._process.stdout.close()
        self._data.cleanup()

    def freeze(self):
        """SIGSTOP; returns when no thread of it runs any more, for until then it may still answer."""
        os.kill(self._process.pid, signal.SIGSTOP)
        while any(state != "T" for state in self._states()):
            time.sleep(0.001)

    def _states(self):
        for thread in os.listdir("/proc/%d/task" % self._process.pid):
            try:
                with open("/proc/%d/task/%s/stat" % (self._process.pid, thread), encoding="utf-8") as stat:
                    # Its third field; the second, a name in brackets, may hold anything.
                    yield stat.read().rpartition(")")[2].split()[0]
            except FileNotFoundError:
                pass  # This thread has ended meanwhile.

    def call(self, method, path, body=None, token=TOKEN):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={"X-API-Key": token})
        with _opener.open(request, timeout=30) as answer:
            return json.load(answer)

    def create_monitor(self, minutes=60.0, grace=5.0):
        return self.call("POST", "/api/monitoring/monitors", {
            "kind": "heartbeat", "name": "A job", "expected_interval_minutes": minutes, "grace_period_minutes": grace})["id"]

    def create_token(self):
        return self.call("POST", "/api/tokens", {"name": "A job", "scopes": ["heartbeat"]})["token"]

    def monitor(self, monitor_id):
        return self.call("GET", "/api/monitoring/monitors/" + monitor_id)

    def checks(self, monitor_id, source=None):
        """Newest first."""
        items = self.call("GET", "/api/monitoring/monitors/%s/checks?limit=100" % monitor_id)["items"]
        return [check for check in items if source in (None, check["source"])]

    def wait_for_status(self, monitor_id, status, seconds):
        deadline = time.monotonic() + seconds
        while True:
            found = self.monitor(monitor_id)["status"]
            if found == status or time.monotonic() > deadline:
                return found
            time.sleep(0.1)
