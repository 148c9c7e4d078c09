import socket
import threading
import time
import unittest
from unittest import mock

import exemplar

from support.faults import KEY, MONITOR_ID, FaultServer
from support.logs import KeepingLogger
from support.places import NobodyAccepts
from support.programs import run_program


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen within %s s" % seconds)
        time.sleep(0.02)


class TheHeartbeatThread(unittest.TestCase):
    def client(self, scenario, **options):
        self.logger = KeepingLogger()
        return exemplar.ExemplarClient(KEY, scenario.base_url, logger=self.logger, **options)

    def test_beats_at_once_and_on_the_interval_until_it_is_stopped(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            beating = self.client(scenario).start_heartbeat_thread(MONITOR_ID, 0.3)
            started = time.monotonic()
            wait_for(lambda: len(scenario.report()["requests"]) >= 1)
            wait_for(lambda: len(scenario.report()["requests"]) >= 4)
            self.assertGreater(time.monotonic() - started, 0.85)
            self.assertTrue(beating.is_running)
            beating.stop()
            self.assertFalse(beating.is_running)
            self.assertTrue(beating.last_result)
            sent = len(scenario.report()["requests"])
            time.sleep(0.7)
            self.assertEqual(len(scenario.report()["requests"]), sent)
            self.assertEqual(scenario.report()["connections"], 1)
            beating.stop()

    def test_stop_ends_a_heartbeat_that_hangs_without_a_warning(self):
        with FaultServer.shared().play({"fault": "hang"}, repeat_last=True) as scenario:
            beating = self.client(scenario).start_heartbeat_thread(MONITOR_ID)
            wait_for(lambda: scenario.report()["requests"])
            started = time.monotonic()
            beating.stop()
            self.assertLess(time.monotonic() - started, 2)
            self.assertFalse(beating._thread.is_alive())
        self.assertEqual(self.logger.warnings, [])

    def test_stop_ends_an_attempt_to_connect(self):
        with NobodyAccepts() as address:
            client = exemplar.ExemplarClient(KEY, "http://%s:%d" % address, logger=KeepingLogger())
            beating = client.start_heartbeat_thread(MONITOR_ID)
            time.sleep(0.3)
            started = time.monotonic()
            beating.stop()
            self.assertLess(time.monotonic() - started, 2)
            self.assertFalse(beating._thread.is_alive())

    def test_stop_ends_the_look_up_of_a_name(self):
        release, asked, real = threading.Event(), threading.Event(), socket.getaddrinfo

        def hanging(host, port, *arguments, **named):
            if named.get("flags") != socket.AI_NUMERICHOST:
                asked.set()
                release.wait(20)
            return real(host, port, *arguments, **named)

        with mock.patch.object(socket, "getaddrinfo", hanging):
            client = exemplar.ExemplarClient(KEY, "http://localhost:9", logger=KeepingLogger())
            beating = client.start_heartbeat_thread(MONITOR_ID)
            self.assertTrue(asked.wait(5))
            started = time.monotonic()
            beating.stop()
            release.set()
        self.assertLess(time.monotonic() - started, 2)
        self.assertFalse(beating._thread.is_alive())

    def test_stop_ends_the_wait_between_attempts(self):
        with FaultServer.shared().play({"problem": {"status": 503}, "headers": {"Retry-After": "8"}}, repeat_last=True) as scenario:
            beating = self.client(scenario).start_heartbeat_thread(MONITOR_ID)
            wait_for(lambda: scenario.report()["requests"])
            started = time.monotonic()
            beating.stop()
            self.assertLess(time.monotonic() - started, 2)
            self.assertFalse(beating._thread.is_alive())

    def test_a_slow_server_makes_no_heartbeats_overlap(self):
        with FaultServer.shared().play({"accept": True, "delay_seconds": 0.5}, repeat_last=True) as scenario:
            with self.client(scenario).start_heartbeat_thread(MONITOR_ID, 0.1):
                time.sleep(1.8)
                report = scenario.report()
        self.assertEqual(report["connections"], 1, "a second connection would mean a second heartbeat at the same time")
        self.assertIn(len(report["requests"]), (2, 3, 4))

    def test_outlives_failures_metadata_that_fails_and_raise_on_error(self):
        def metadata():
            raise KeyError("no such row")

        with FaultServer.shared().play({"problem": {"status": 404}}, {"accept": True}, repeat_last=True) as scenario:
            with self.client(scenario, raise_on_error=True).start_heartbeat_thread(MONITOR_ID, 0.1, metadata):
                wait_for(lambda: len(scenario.report()["requests"]) >= 5)
            self.assertTrue(all("metadata" not in request["body"] for request in scenario.report()["requests"]))
        self.assertEqual(len(self.logger.warnings), 2, self.logger.warnings)
        self.assertEqual(len(self.logger.notes), 1)

    def test_may_be_stopped_from_its_own_metadata_function(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            handle = []

            def metadata():
                wait_for(lambda: handle)
                handle[0].stop()

            handle.append(self.client(scenario).start_heartbeat_thread(MONITOR_ID, 0.1, metadata))
            handle[0]._thread.join(5)
            self.assertFalse(handle[0].is_running)
            self.assertEqual(scenario.report()["requests"], [])

    def test_does_not_keep_the_program_alive(self):
        with FaultServer.shared().play({"fault": "hang"}, repeat_last=True) as scenario:
            started = time.monotonic()
            ended = run_program("""
                import exemplar, sys, time
                exemplar.init(api_key="eis_test_key", base_url=sys.argv[1])
                exemplar.start_heartbeat_thread("69c3a0754e257b7d18094f9a", 60)
                time.sleep(0.5)
                """, scenario.base_url)
            self.assertEqual(len(scenario.report()["requests"]), 1)
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
        self.assertLess(time.monotonic() - started, 4)


class ManyThreads(unittest.TestCase):
    def test_share_one_client(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            client = exemplar.ExemplarClient(KEY, scenario.base_url, logger=KeepingLogger())
            results = []

            def work():
                for _ in range(20):
                    results.append(client.send_heartbeat(MONITOR_ID, {"thread": threading.current_thread().name}))

            threads = [threading.Thread(target=work) for _ in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            report = scenario.report()
            client.close()
            self.assertEqual(client._pool._open, set())
        self.assertEqual(len(results), 320)
        self.assertTrue(all(result.ok and result.attempts == 1 for result in results))
        self.assertEqual(len(report["requests"]), 320)

    def test_failing_together_log_one_warning(self):
        with FaultServer.shared().play({"problem": {"status": 404}}, repeat_last=True) as scenario:
            logger = KeepingLogger()
            client = exemplar.ExemplarClient(KEY, scenario.base_url, logger=logger)
            threads = [threading.Thread(target=client.send_heartbeat, args=(MONITOR_ID,)) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(len(logger.warnings), 1)
