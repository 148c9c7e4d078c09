"""Every vector of sdks/contract, for the synchronous call and for the one of asyncio."""

import asyncio
import json
import os
import re
import time
import traceback
import unittest
from datetime import datetime
from unittest import mock

import exemplar

from support.faults import CONTRACT, KEY, FaultServer
from support.logs import KeepingLogger

FILES = ("requests", "answers", "retries", "faults", "misuse", "warnings")
OPTIONS = {"total_timeout_seconds": "budget_seconds", "attempt_timeout_seconds": "timeout", "max_attempts": "max_attempts"}
MISUSE = (TypeError, ValueError, RuntimeError)
TIMES = ("received_at", "next_expected_at", "deadline_at")


class Run:
    """One vector, played once."""

    def __init__(self, test, vector, send):
        self.test = test
        self.vector = vector
        self.send = send
        self.logger = KeepingLogger()
        self.shown = []

    def play(self):
        with FaultServer.shared().scenario(self.vector["server"]) as scenario:
            self.scenario = scenario
            started = time.monotonic()
            client = self.client()
            if client is not None:
                self.shown += [repr(client), str(client)]
                for call in self.vector["calls"]:
                    self.call(client, call)
                client.close()
            self.elapsed = time.monotonic() - started
        self.check(self.vector["expect"], scenario.ended)
        for text in [*self.shown, *self.logger.warnings, *self.logger.notes]:
            self.test.assertNotIn(KEY, text)

    def client(self):
        given = {"api_key": KEY, "base_url": "{base}", **self.vector.get("init", {})}
        given = {name: self.fill(value) for name, value in given.items()}
        options = {OPTIONS[name]: value for name, value in self.vector.get("options", {}).items()}
        environment = {name: self.fill(value) for name, value in self.vector.get("environment", {}).items()}
        expected = self.vector.get("expect_init", {}).get("raises")
        with mock.patch.dict(os.environ, environment):
            try:
                client = exemplar.ExemplarClient(**given, **options, logger=self.logger)
            except MISUSE as fault:
                self.shown_fault(fault)
                self.test.assertEqual(expected, "misuse", fault)
                return None
        self.test.assertIsNone(expected, "no misuse was raised")
        return client

    def call(self, client, call):
        expect = dict(call["expect"])
        raises = expect.pop("raises", None)
        arguments = {"raise_on_error": call.get("raise_on_error")}
        if "metadata" in call:
            arguments["metadata"] = value_of(call["metadata"])
        if "occurred_at" in call:
            arguments["occurred_at"] = moment_of(call["occurred_at"])
        try:
            result = self.send(client, value_of(call["monitor_id"]), **arguments)
        except exemplar.HeartbeatError as fault:
            self.shown_fault(fault)
            self.test.assertEqual(raises, "failure", fault)
            result = fault.result
        except MISUSE as fault:
            self.shown_fault(fault)
            self.test.assertEqual(raises, "misuse", fault)
            return
        else:
            self.test.assertIsNone(raises, "nothing was raised")
        self.shown += [repr(result), str(result)]
        self.test.assertEqual(bool(result), result.ok)
        for name, wanted in expect.items():
            if name == "error_contains":
                self.test.assertIn(wanted, result.error)
                continue
            found = getattr(result, name)
            if name in TIMES and wanted is not None:
                wanted = datetime.strptime(wanted, "%Y-%m-%dT%H:%M:%S.%f%z")
            self.matches(name, wanted, found)

    def check(self, expect, report):
        known = {"requests", "connections", "other_requests", "warnings", "warning_contains", "warning_max_length",
                 "warning_one_line", "elapsed_seconds", "request"}
        self.test.assertLessEqual(set(expect), known, "the runner does not know this expectation")
        warnings = self.logger.warnings
        counts = {"requests": len(report["requests"]), "connections": report["connections"],
                  "other_requests": len(report["other_requests"]), "warnings": len(warnings), "elapsed_seconds": self.elapsed}
        for name, found in counts.items():
            if name in expect:
                self.matches(name, expect[name], found)
        for part in expect.get("warning_contains", []):
            self.test.assertTrue(all(part in warning for warning in warnings) and warnings, part)
        for warning in warnings:
            self.test.assertLess(len(warning), expect.get("warning_max_length", 1000))
            self.test.assertTrue(warning.isprintable(), repr(warning))
        if "request" in expect:
            self.test.assertTrue(report["requests"])
            for request in report["requests"]:
                self.check_request(expect["request"], request)

    def check_request(self, expect, request):
        for name in ("method", "path"):
            if name in expect:
                self.test.assertEqual(expect[name], request[name])
        if "body" in expect:
            self.test.assertEqual(expect["body"], json.loads(request["body"]))
        for name, wanted in expect.get("headers", {}).items():
            if name == "x-api-key":
                self.test.assertEqual(self.fill(wanted), request["headers"].get(name))
            else:
                self.test.assertRegex(request["headers"].get(name, ""), re.compile(wanted))
        for name in expect.get("absent_headers", []):
            self.test.assertNotIn(name, request["headers"])

    def matches(self, name, wanted, found):
        if isinstance(wanted, dict):
            self.test.assertGreaterEqual(found, wanted.get("min", found), name)
            self.test.assertLessEqual(found, wanted.get("max", found), name)
        else:
            self.test.assertEqual(wanted, found, name)

    def shown_fault(self, fault):
        self.shown.append("".join(traceback.format_exception(type(fault), fault, fault.__traceback__)))
        self.shown += [str(fault), repr(fault)]

    def fill(self, value):
        if not isinstance(value, str):
            return value
        return (value.replace("{key}", KEY).replace("{base}", self.scenario.base_url)
                .replace("{other}", self.scenario.other_url))


def value_of(value):
    if isinstance(value, dict):
        if "$repeat" in value:
            return value["$repeat"]["text"] * value["$repeat"]["times"]
        if "$not_serialisable" in value:
            return object()
        return {name: value_of(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [value_of(inner) for inner in value]
    return value


def moment_of(value):
    if isinstance(value, dict) and "$not_a_moment" in value:
        # Nobody can say which moment that is.
        return datetime(2026, 11, 23, 5)
    if isinstance(value, str):
        # fromisoformat reads a Z only since Python 3.11.
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value


def send(client, monitor_id, **arguments):
    return client.send_heartbeat(monitor_id, **arguments)


def send_async(client, monitor_id, **arguments):
    return asyncio.run(client.send_heartbeat_async(monitor_id, **arguments))


class TheSynchronousCall(unittest.TestCase):
    pass


class TheCallOfAsyncio(unittest.TestCase):
    pass


def add(vector):
    name = "test_" + vector["name"]
    if hasattr(TheSynchronousCall, name):
        raise ValueError("two vectors are called " + vector["name"])
    setattr(TheSynchronousCall, name, lambda self: Run(self, vector, send).play())
    setattr(TheCallOfAsyncio, name, lambda self: Run(self, vector, send_async).play())


for file in FILES:
    for vector in json.loads((CONTRACT / (file + ".json")).read_text(encoding="utf-8"))["vectors"]:
        add(vector)


class TheFilesOfTheContract(unittest.TestCase):
    def test_are_all_run(self):
        self.assertEqual(sorted(FILES), sorted(file.stem for file in CONTRACT.glob("*.json")))
