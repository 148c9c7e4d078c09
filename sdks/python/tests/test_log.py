import logging
import unittest

import exemplar

from support.faults import KEY, MONITOR_ID, FaultServer
from support.logs import KeepingLogger
from support.programs import run_program

PROGRAM = """
import exemplar, logging, sys
%s
exemplar.init(api_key="eis_test_key", base_url=sys.argv[1])
for _ in range(3):
    exemplar.send_heartbeat("69c3a0754e257b7d18094f9a")
"""
MISSING = {"problem": {"status": 404, "code": "monitor_not_found"}}


class TheLog(unittest.TestCase):
    def run_with(self, preparation):
        with FaultServer.shared().play(MISSING, repeat_last=True) as scenario:
            ended = run_program(PROGRAM % preparation, scenario.base_url)
        self.assertEqual((ended.returncode, ended.stdout), (0, ""))
        return ended.stderr

    def test_of_a_program_without_logging_is_one_line_on_standard_error(self):
        lines = self.run_with("").splitlines()
        self.assertEqual(len(lines), 1)
        self.assertIn(MONITOR_ID, lines[0])
        self.assertIn("check the monitor's id", lines[0])

    def test_can_be_silenced_as_any_librarys(self):
        self.assertEqual(self.run_with('logging.getLogger("exemplar").addHandler(logging.NullHandler())'), "")
        self.assertEqual(self.run_with('logging.getLogger("exemplar").setLevel(logging.ERROR)'), "")

    def test_goes_where_the_program_sends_it(self):
        said = self.run_with('logging.basicConfig(format="%(name)s %(levelname)s %(message)s")')
        self.assertRegex(said, "^exemplar WARNING The heartbeat of monitor")

    def test_says_once_that_it_works_again(self):
        logger = KeepingLogger()
        with FaultServer.shared().play(MISSING, {"accept": True}, repeat_last=True) as scenario:
            with exemplar.ExemplarClient(KEY, scenario.base_url, logger=logger) as client:
                for _ in range(3):
                    client.send_heartbeat(MONITOR_ID)
        self.assertEqual(logger.notes, ["Heartbeats of monitor %s work again." % MONITOR_ID])

    def test_that_fails_does_not_fail_the_job(self):
        class Broken(logging.Logger):
            def log(self, *_, **__):
                raise OSError("disk full")

        with FaultServer.shared().play(MISSING, repeat_last=True) as scenario:
            with exemplar.ExemplarClient(KEY, scenario.base_url, logger=Broken("broken")) as client:
                self.assertEqual(client.send_heartbeat(MONITOR_ID).status, 404)

    def test_takes_an_adapter_too(self):
        keeping = KeepingLogger()
        with FaultServer.shared().play(MISSING) as scenario:
            with exemplar.ExemplarClient(KEY, scenario.base_url, logger=logging.LoggerAdapter(keeping, {})) as client:
                client.send_heartbeat(MONITOR_ID)
        self.assertEqual(len(keeping.warnings), 1)

    def test_remembers_a_limited_number_of_monitors(self):
        logger = KeepingLogger()
        client = exemplar.ExemplarClient(KEY, "http://127.0.0.1:9", logger=logger)
        for number in range(10_050):
            client._log.heard(exemplar.HeartbeatResult(False, "monitor-%d" % number, 1, 404, "monitor_not_found", "no"))
        self.assertEqual(len(client._log._silent), 10_000)
        self.assertEqual(len(logger.warnings), 10_050)


class MetadataFunctions(unittest.TestCase):
    def test_that_fail_cost_their_metadata_and_one_warning(self):
        logger = KeepingLogger()
        failing = iter([lambda: 1 / 0, lambda: [1], lambda: {"x": "a" * 20_000}, lambda: {"fine": 1}, lambda: 1 / 0, lambda: None])
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            with exemplar.ExemplarClient(KEY, scenario.base_url, logger=logger) as client:
                for metadata in failing:
                    self.assertTrue(client.send_heartbeat(MONITOR_ID, metadata))
            bodies = [request["body"] for request in scenario.report()["requests"]]
        self.assertEqual(["metadata" in body for body in bodies], [False, False, False, True, False, False])
        self.assertEqual(len(logger.warnings), 2)
        self.assertIn("ZeroDivisionError", logger.warnings[0])


class Metadata(unittest.TestCase):
    def test_may_be_any_mapping_and_half_characters_do_not_lose_the_heartbeat(self):
        from types import MappingProxyType
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            with exemplar.ExemplarClient(KEY, scenario.base_url) as client:
                self.assertTrue(client.send_heartbeat(MONITOR_ID, MappingProxyType({"file": "caf\udce9.txt"})))
            self.assertIn('"caf?.txt"', scenario.report()["requests"][0]["body"])

    def test_that_is_no_json_object_is_refused(self):
        client = exemplar.ExemplarClient(KEY, "http://127.0.0.1:9")
        loop, deep = {}, {}
        loop["loop"] = loop
        inner = deep
        for _ in range(100_000):
            inner["d"] = inner = {}
        for metadata, kind in (
            ({"x": float("nan")}, ValueError), ({"x": float("inf")}, ValueError), (loop, ValueError), (deep, ValueError), ({1: 2}, TypeError),
            ({"x": {1, 2}}, TypeError), ({"x": b"bytes"}, TypeError), ([("a", 1)], TypeError), ("text", TypeError), (0, TypeError), (False, TypeError),
        ):
            with self.assertRaises(kind):
                client.send_heartbeat(MONITOR_ID, metadata)
        while deep:
            deep = deep.pop("d")


class TheEndOfTheProgram(unittest.TestCase):
    def test_still_sends_a_last_heartbeat(self):
        # atexit runs when no thread can be started any more, which the look-up of a name would like to have.
        for call in ('exemplar.send_heartbeat("69c3a0754e257b7d18094f9a")',
                     'asyncio.run(exemplar.send_heartbeat_async("69c3a0754e257b7d18094f9a"))'):
            with self.subTest(call=call), FaultServer.shared().play({"accept": True}) as scenario:
                ended = run_program("""
                    import asyncio, atexit, exemplar, sys
                    atexit.register(lambda: print(bool(%s)))
                    exemplar.init(api_key="eis_test_key", base_url=sys.argv[1])
                    """ % call, scenario.base_url.replace("127.0.0.1", "localhost"))
                self.assertEqual((ended.stdout, ended.stderr), ("True\n", ""))

    def test_waits_for_no_heartbeat_of_asyncio(self):
        with FaultServer.shared().play({"fault": "hang"}, repeat_last=True) as scenario:
            ended = run_program("""
                import asyncio, exemplar, sys

                async def main():
                    asyncio.create_task(exemplar.send_heartbeat_async("69c3a0754e257b7d18094f9a"))
                    await asyncio.sleep(0.3)

                exemplar.init(api_key="eis_test_key", base_url=sys.argv[1])
                asyncio.run(main())
                """, scenario.base_url, timeout=5)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
