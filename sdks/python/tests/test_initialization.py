import asyncio
import os
import unittest
from unittest import mock

import exemplar
from exemplar._address import Address

from support.faults import KEY, MONITOR_ID, FaultServer


class Initialization(unittest.TestCase):
    def tearDown(self):
        exemplar.close()

    def test_happens_once(self):
        exemplar.init(api_key=KEY)
        with self.assertRaisesRegex(RuntimeError, "already"):
            exemplar.init(api_key=KEY)

    def test_that_failed_may_be_tried_again(self):
        with self.assertRaises(ValueError):
            exemplar.init(api_key="")
        exemplar.init(api_key=KEY)

    def test_is_needed_by_every_function(self):
        for call in (
            lambda: exemplar.send_heartbeat(MONITOR_ID),
            lambda: asyncio.run(exemplar.send_heartbeat_async(MONITOR_ID)),
            lambda: exemplar.heartbeat_background_loop(MONITOR_ID),
            lambda: exemplar.start_heartbeat_thread(MONITOR_ID),
            lambda: exemplar.heartbeat(MONITOR_ID).__enter__(),
        ):
            with self.assertRaisesRegex(RuntimeError, r"exemplar\.init"):
                call()

    def test_serves_every_function(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            exemplar.init(api_key=KEY, base_url=scenario.base_url)
            self.assertTrue(exemplar.send_heartbeat(MONITOR_ID, metadata={"a": 1}))
            self.assertTrue(asyncio.run(exemplar.send_heartbeat_async(MONITOR_ID, metadata={"a": 1})))
            with exemplar.heartbeat(MONITOR_ID):
                pass
            exemplar.start_heartbeat_thread(MONITOR_ID, interval_seconds=60.0, metadata={"a": 1}).stop()

            async def loop():
                task = asyncio.create_task(exemplar.heartbeat_background_loop(MONITOR_ID, interval_seconds=60.0, metadata={"a": 1}))
                await asyncio.sleep(0.3)
                task.cancel()
                await asyncio.wait({task})
            asyncio.run(loop())
            self.assertGreaterEqual(len(scenario.report()["requests"]), 4)


class TheBaseAddress(unittest.TestCase):
    def chosen(self, argument, **environment):
        with mock.patch.dict(os.environ, environment):
            return Address.choose(argument)

    def test_is_the_argument_else_the_environment_else_the_documented_one(self):
        self.assertEqual(self.chosen("http://a:1", EXEMPLAR_BASE_URL="http://b:2").origin, "http://a:1")
        self.assertEqual(self.chosen(None, EXEMPLAR_BASE_URL="http://b:2").origin, "http://b:2")
        for blank in ("", "  "):
            self.assertEqual(self.chosen(None, EXEMPLAR_BASE_URL=blank).origin, "https://production-api.exemplar.dev")
        self.assertEqual(self.chosen(None).origin, "https://production-api.exemplar.dev")

    def test_is_taken_apart(self):
        for text, authority, port, path in (
            ("https://example.org", "example.org", 443, ""), ("HTTPS://Example.ORG:443/", "example.org", 443, ""),
            ("http://[::1]:8080/a/b/", "[::1]:8080", 8080, "/a/b"), ("https://bücher.example/ä", "xn--bcher-kva.example", 443, "/%C3%A4"),
            ("http://h/%2Fa", "h", 80, "/%2Fa"),
        ):
            found = self.chosen(text)
            self.assertEqual((found.authority, found.port, found.path), (authority, port, path + "/api/monitoring/heartbeat"))

    def test_that_cannot_be_used_is_refused_without_being_repeated(self):
        for text in ("", "exemplar.dev", "ftp://h", "http://", "http:///x", "https://u:hunter2@h", "https://hunter2@h", "https://h/?hunter2",
                     "https://h/#hunter2", "http://h:99999", "http://h:0", "http://h:x", "http://h /", "http://h\r\nX: hunter2", "http://[::1",
                     "http://" + "a" * 70 + ".example"):
            with self.assertRaises(ValueError, msg=text) as caught:
                self.chosen(text)
            self.assertNotIn("hunter2", str(caught.exception))
        for value in (7, b"http://h", True):
            with self.assertRaises(TypeError):
                self.chosen(value)

    def test_of_the_environment_is_named_in_the_error(self):
        with self.assertRaisesRegex(ValueError, "EXEMPLAR_BASE_URL"):
            self.chosen(None, EXEMPLAR_BASE_URL="exemplar.dev")


class Options(unittest.TestCase):
    def test_that_cannot_be_used_are_refused(self):
        for option, value, kind in (
            ("timeout", 0, ValueError), ("timeout", float("nan"), ValueError), ("timeout", "5", TypeError), ("budget_seconds", -1, ValueError),
            ("budget_seconds", float("inf"), ValueError), ("max_attempts", 0, ValueError), ("max_attempts", 1.5, TypeError),
            ("max_attempts", True, TypeError),
        ):
            with self.assertRaisesRegex(kind, option):
                exemplar.ExemplarClient(KEY, **{option: value})

    def test_are_named_and_not_counted(self):
        with self.assertRaises(TypeError):
            exemplar.ExemplarClient(KEY, "http://h", 5.0)

    def test_a_line_break_at_the_end_of_a_key_is_no_part_of_it(self):
        # Keys are read from files.
        with FaultServer.shared().play({"accept": True}) as scenario, exemplar.ExemplarClient(KEY + "\n", scenario.base_url) as client:
            self.assertTrue(client.send_heartbeat(MONITOR_ID))
            self.assertEqual(scenario.report()["requests"][0]["headers"]["x-api-key"], KEY)
