#!/usr/bin/env python3
"""A server that answers as the script of a vector says: well, badly, slowly or not at all.

Python 3.9 or newer, standard library only; the program `openssl` makes the certificates. See README.md beside this file.
Prints one line of JSON when it is ready: {"control": "http://127.0.0.1:PORT", "ca_file": "..."}.
"""
import argparse
import email.utils
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

MAX_REQUEST_BYTES = 1 << 20
IDLE_SECONDS = 60
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Certificates:
    """One authority and its certificates, made at the first scenario that wants TLS; they live as long as the process."""

    def __init__(self, folder):
        self.folder = folder
        self.ca_file = os.path.join(folder, "ca.pem")
        self.lock = threading.Lock()
        self.contexts = {}

    def make(self):
        with self.lock:
            if self.contexts:
                return
            if shutil.which("openssl") is None:
                raise SystemExit("fault_server: the program openssl is missing; install Debian's package openssl")
            self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                          "-subj", "/CN=Exemplar contract test authority", "-keyout", "ca.key", "-out", "ca.pem",
                          "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
            local = "IP:127.0.0.1,IP:::1,DNS:localhost"
            self.contexts = {
                "good": self._signed("good", local),
                "wrong_name": self._signed("wrong_name", "DNS:somebody-else.example"),
                "expired": self._signed("expired", local, expired=True),
                "self_signed": self._self_signed("self_signed", local),
            }

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit("fault_server: openssl " + arguments[0] + " failed: " + done.stderr.strip())

    def _signed(self, name, alternative_names, expired=False):
        with open(os.path.join(self.folder, name + ".ext"), "w", encoding="ascii") as extensions:
            extensions.write("subjectAltName=%s\nextendedKeyUsage=serverAuth\n" % alternative_names)
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
                      "-keyout", name + ".key", "-out", name + ".csr")
        days = ["-days", "-1"] if expired else ["-days", "2"]
        self._openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-extfile", name + ".ext", "-out", name + ".pem", *days)
        return self._context(name)

    def _self_signed(self, name, alternative_names):
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".pem",
                      "-addext", "subjectAltName=" + alternative_names)
        return self._context(name)

    def _context(self, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(self.folder, name + ".pem"), os.path.join(self.folder, name + ".key"))
        return context


class Scenario:
    """One script with a port of its own, and a second port that stands for "another host". The lock guards all counters."""

    def __init__(self, script, certificates):
        self.steps = list(script.get("steps", []))
        self.repeat_last = bool(script.get("repeat_last", False))
        self.lock = threading.Lock()
        self.position = 0
        self.connections = 0
        self.requests = []
        self.other_requests = []
        self.closed = False
        tls = script.get("tls")
        context = None
        if tls:
            certificates.make()
            context = certificates.contexts[tls]
        self.other = listen(self.serve_other)
        host = script.get("host", "127.0.0.1")
        if script.get("listening", True):
            self.main = listen(lambda connection: self.serve(connection, context), host)
        else:
            self.main = reserve(host)
        port = self.main.getsockname()[1]
        self.base_url = "%s://%s:%d" % ("https" if tls else "http", "[%s]" % host if ":" in host else host, port)
        self.other_url = "http://localhost:%d" % self.other.getsockname()[1]

    def report(self):
        with self.lock:
            return {"connections": self.connections, "requests": self.requests, "other_requests": self.other_requests}

    def close(self):
        self.closed = True
        close_listener(self.main)
        close_listener(self.other)

    def next_step(self, at):
        """The step to play now, or None when the next one belongs to the other moment (accept or request)."""
        with self.lock:
            if self.position < len(self.steps):
                step = self.steps[self.position]
            elif self.repeat_last and self.steps:
                step = self.steps[-1]
            else:
                step = {"problem": {"status": 418, "code": "script_used_up"}}
            if step.get("at", "request") != at:
                return None
            self.position += 1
            return step

    def serve(self, connection, context):
        with self.lock:
            self.connections += 1
        step = self.next_step("accept")
        if step is not None:
            self.play(connection, step, None)
            return
        if context is not None:
            try:
                connection = context.wrap_socket(connection, server_side=True)
                connection.settimeout(IDLE_SECONDS)
            except OSError:
                connection.close()
                return
        reader = Reader(connection)
        request = reader.request()
        while request is not None:
            with self.lock:
                self.requests.append(request)
            step = self.next_step("request") or {"fault": "reset"}
            if not self.play(connection, step, request):
                return
            request = reader.request()
        connection.close()

    def serve_other(self, connection):
        reader = Reader(connection)
        request = reader.request()
        if request is not None:
            with self.lock:
                self.other_requests.append(request)
            self.play(connection, {"accept": True, "then": "close"}, request)

    def play(self, connection, step, request):
        """Plays one step; true when the connection goes on."""
        wait = step.get("delay_seconds", 0)
        if wait:
            sleep_until_gone(connection, wait)
        if "fault" in step:
            fault = step["fault"]
            if fault == "garbage":
                connection.sendall(b"\x00\x01\x02 this is no HTTP\r\n\r\n")
            elif fault == "hang":
                sleep_until_gone(connection, IDLE_SECONDS)
            elif fault not in ("reset", "close"):
                raise ValueError("unknown fault " + fault)
            end(connection, "reset" if fault == "reset" else "close")
            return False
        status, headers, body = answer(step, request, self.other_url)
        head = "HTTP/1.1 %d Scripted\r\n" % status
        if "Content-Length" not in headers and status not in (204, 304):
            headers["Content-Length"] = str(len(body))
        head += "".join("%s: %s\r\n" % pair for pair in headers.items()) + "\r\n"
        connection.sendall(head.encode("latin-1"))
        part = body[: step["truncate_at"]] if "truncate_at" in step else body
        drip = step.get("drip_seconds", 0)
        if drip:
            for byte in part:
                connection.sendall(bytes([byte]))
                if sleep_until_gone(connection, drip / len(part)):
                    break
        else:
            connection.sendall(part)
        then = "close" if "truncate_at" in step else step.get("then", "keep")
        if then != "keep":
            end(connection, then)
        return then == "keep"


class Reader:
    """Reads HTTP/1.1 requests with a Content-Length or chunks from a connection, one after the other."""

    def __init__(self, connection):
        self.file = connection.makefile("rb")

    def request(self):
        try:
            line = self.file.readline(65536).decode("latin-1").split()
            if len(line) != 3:
                return None
            headers = {}
            while True:
                text = self.file.readline(65536).decode("latin-1").rstrip("\r\n")
                if not text:
                    break
                name, _, value = text.partition(":")
                headers[name.strip().lower()] = value.strip()
            body = self._body(headers)
        except (OSError, ValueError):
            return None
        if body is None:
            return None
        return {"method": line[0], "path": line[1], "headers": headers, "body": body.decode("utf-8", "replace")}

    def _body(self, headers):
        if "chunked" in headers.get("transfer-encoding", "").lower():
            whole = b""
            while True:
                size = int(self.file.readline(100).split(b";")[0], 16)
                whole += self.file.read(size)
                self.file.readline(10)
                if size == 0:
                    return whole
                if len(whole) > MAX_REQUEST_BYTES:
                    return None
        length = int(headers.get("content-length", "0"))
        if length > MAX_REQUEST_BYTES:
            return None
        body = self.file.read(length)
        return body if len(body) == length else None


def answer(step, request, other_url):
    """Status, headers and body of a step that answers."""
    if step.get("accept"):
        return 200, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(accepted(request)).encode()
    if "problem" in step:
        problem = dict(step["problem"])
        headers = {"Content-Type": "application/problem+json"}
        headers.update(filled(step.get("headers", {}), request, other_url))
        problem.setdefault("title", "Scripted")
        return problem["status"], headers, fill(json.dumps(problem), request, other_url).encode()
    respond = step["respond"]
    headers = {"Content-Type": respond.get("content_type", "application/json")}
    headers.update(filled(step.get("headers", {}), request, other_url))
    if "json" in respond:
        body = fill(json.dumps(respond["json"]), request, other_url).encode()
    elif "repeat" in respond:
        repeat = respond["repeat"]
        body = (repeat.get("before", "") + repeat["text"] * repeat["times"] + repeat.get("after", "")).encode()
    else:
        body = fill(respond.get("text", ""), request, other_url).encode()
    return respond["status"], headers, body


def accepted(request):
    try:
        monitor_id = json.loads(request["body"])["monitor_id"]
    except (ValueError, KeyError, TypeError):
        monitor_id = None
    return {"success": True, "monitor_id": monitor_id, "check_id": "69c3a0754e257b7d18094f9b",
            "received_at": "2026-11-23T05:00:00.000Z", "status": "up",
            "next_expected_at": "2026-11-23T06:00:00.000Z", "deadline_at": "2026-11-23T06:05:00.000Z"}


def filled(headers, request, other_url):
    return {name: fill(str(value), request, other_url) for name, value in headers.items()}


def fill(text, request, other_url):
    """{other} is the address of the other host, {key} the key that came in, {http_date+N} the moment N seconds from now."""
    text = text.replace("{other}", other_url)
    text = text.replace("{key}", (request or {}).get("headers", {}).get("x-api-key", ""))
    while "{http_date+" in text:
        before, _, rest = text.partition("{http_date+")
        seconds, _, after = rest.partition("}")
        text = before + email.utils.formatdate(time.time() + float(seconds), usegmt=True) + after
    return text


def sleep_until_gone(connection, seconds):
    """Waits, but no longer than the client stays. True when it left."""
    deadline = time.monotonic() + seconds
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(left, 0.05))
        if isinstance(connection, ssl.SSLSocket):
            continue
        try:
            connection.settimeout(0)
            if connection.recv(1, socket.MSG_PEEK) == b"":
                return True
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            return True
        finally:
            try:
                connection.settimeout(IDLE_SECONDS)
            except OSError:
                return True


def end(connection, how):
    try:
        if how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        else:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    # A makefile() reader keeps the descriptor open, and with it the connection, until it is detached too.
    connection.close()
    try:
        os.close(connection.detach())
    except OSError:
        pass


def family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def reserve(host):
    """A port where nobody listens, and nobody else can begin to: a port that is merely free may be somebody's a moment later."""
    reserved = socket.socket(family(host))
    reserved.bind((host, 0))
    return reserved


def listen(serve, host="127.0.0.1"):
    listener = socket.create_server((host, 0), family=family(host), backlog=64)

    def run(connection):
        connection.settimeout(IDLE_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            serve(connection)
        except OSError:
            connection.close()

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=run, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener


def close_listener(listener):
    try:
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    listener.close()


class Control:
    """POST /__scenario makes a scenario, GET /__requests?id= reports what it received, DELETE /__scenario?id= ends it."""

    def __init__(self, certificates):
        self.certificates = certificates
        self.lock = threading.Lock()
        self.scenarios = {}
        self.made = 0

    def serve(self, connection):
        reader = Reader(connection)
        request = reader.request()
        while request is not None:
            status, body = self.answer(request)
            data = json.dumps(body).encode()
            connection.sendall(("HTTP/1.1 %d Control\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                                % (status, len(data))).encode() + data)
            request = reader.request()
        connection.close()

    def answer(self, request):
        path, _, query = request["path"].partition("?id=")
        if request["method"] == "POST" and path == "/__scenario":
            try:
                scenario = Scenario(json.loads(request["body"]), self.certificates)
            except (ValueError, KeyError, OSError, SystemExit) as problem:
                return 400, {"error": "%s: %s" % (type(problem).__name__, problem)}
            with self.lock:
                self.made += 1
                self.scenarios[str(self.made)] = scenario
                return 201, {"id": str(self.made), "base_url": scenario.base_url, "other_url": scenario.other_url}
        with self.lock:
            scenario = self.scenarios.get(query)
        if scenario is None:
            return 404, {"error": "no such scenario"}
        if request["method"] == "GET" and path == "/__requests":
            return 200, scenario.report()
        if request["method"] == "DELETE" and path == "/__scenario":
            scenario.close()
            with self.lock:
                self.scenarios.pop(query, None)
            return 200, scenario.report()
        return 404, {"error": "unknown control call"}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--until-stdin-closes", action="store_true", help="end when the parent's pipe closes")
    chosen = arguments.parse_args()
    folder = tempfile.mkdtemp(prefix="exemplar-contract-")
    try:
        certificates = Certificates(folder)
        certificates.make()
        listener = listen(Control(certificates).serve)
        print(json.dumps({"control": "http://127.0.0.1:%d" % listener.getsockname()[1], "ca_file": certificates.ca_file}), flush=True)
        if chosen.until_stdin_closes:
            sys.stdin.buffer.read()
        else:
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
