import asyncio
import os
import signal
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone

import exemplar

from support.logs import KeepingLogger
from support.server import ExemplarServer


class WithARealServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ExemplarServer()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.logger = KeepingLogger()
        self.client = exemplar.ExemplarClient(self.server.create_token(), self.server.url, logger=self.logger)
        self.addCleanup(self.client.close)

    def test_a_heartbeat_is_recorded_with_its_metadata(self):
        monitor_id = self.server.create_monitor()
        result = self.client.send_heartbeat(monitor_id, {"hostname": "worker-01", "straße": "日本語 🚀"})
        self.assertTrue(result, result)
        self.assertEqual((result.status, result.attempts, result.monitor_status), (200, 1, "up"))
        self.assertEqual((result.deadline_at - result.received_at).total_seconds(), 65 * 60)
        self.assertEqual((result.next_expected_at - result.received_at).total_seconds(), 60 * 60)
        check = self.server.checks(monitor_id)[0]
        self.assertEqual((check["id"], check["source"], check["outcome"]), (result.check_id, "heartbeat", "up"))
        self.assertEqual(check["metadata"], {"hostname": "worker-01", "straße": "日本語 🚀"})

    def test_the_largest_metadata_that_the_client_lets_through_is_accepted(self):
        monitor_id = self.server.create_monitor()
        for metadata in ({"k": "a" * (16 * 1024 - 8)}, {"k": "é" * (8 * 1024 - 4)}):
            self.assertTrue(self.client.send_heartbeat(monitor_id, metadata))
            with self.assertRaises(ValueError):
                self.client.send_heartbeat(monitor_id, {"k": metadata["k"] + "a"})

    def test_a_monitor_whose_thread_stops_goes_down_and_comes_up_with_the_next_heartbeat(self):
        self.silence(lambda monitor_id: self.thread(monitor_id))

    def test_a_monitor_whose_task_is_cancelled_goes_down_and_comes_up_with_the_next_heartbeat(self):
        self.silence(lambda monitor_id: asyncio.run(self.task(monitor_id)))

    def silence(self, beat_for_a_while):
        # 3 s interval, 3 s grace; heartbeats come every second for 8 s: without them it would be down after 6.
        monitor_id = self.server.create_monitor(0.05, 0.05)
        beat_for_a_while(monitor_id)
        self.assertEqual(self.server.monitor(monitor_id)["status"], "up")
        beats = len(self.server.checks(monitor_id, "heartbeat"))
        self.assertIn(beats, (7, 8, 9))
        self.assertEqual(self.server.checks(monitor_id, "deadline"), [])
        self.assertEqual(self.server.wait_for_status(monitor_id, "down", 12), "down")
        missed = self.server.checks(monitor_id, "deadline")[-1]
        self.assertTrue(missed["error"].startswith("no heartbeat received within expected_interval_minutes + grace_period_minutes ("), missed)
        result = self.client.send_heartbeat(monitor_id)
        self.assertEqual(result.monitor_status, "up")
        self.assertEqual(self.server.monitor(monitor_id)["status"], "up")
        self.assertEqual(self.logger.warnings, [])

    def thread(self, monitor_id):
        with self.client.start_heartbeat_thread(monitor_id, 1.0):
            time.sleep(8)

    async def task(self, monitor_id):
        task = asyncio.create_task(self.client.heartbeat_background_loop(monitor_id, 1.0))
        await asyncio.sleep(8)
        task.cancel()
        await asyncio.wait({task})

    def test_the_servers_refusals_are_results(self):
        unknown = self.client.send_heartbeat("0123456789abcdef01234567")
        self.assertEqual((unknown.status, unknown.code, unknown.attempts), (404, "monitor_not_found", 1))
        malformed = self.client.send_heartbeat("nightly-backup")
        self.assertEqual((malformed.status, malformed.code), (400, "invalid_request"))
        with exemplar.ExemplarClient("eis_unknown_token_of_somebody", self.server.url, logger=self.logger) as stranger:
            self.assertEqual(stranger.send_heartbeat(self.server.create_monitor()).code, "invalid_token")
        self.assertEqual(len(self.logger.warnings), 3)

    def test_a_heartbeat_that_had_to_wait_stands_at_the_moment_when_the_work_was_done(self):
        monitor_id = self.server.create_monitor()
        now = datetime.now(timezone.utc)
        moment = now - timedelta(minutes=30)
        self.assertTrue(self.client.send_heartbeat(monitor_id, occurred_at=moment))
        at = self.server.checks(monitor_id, "heartbeat")[0]["at"]
        self.assertEqual(at, moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
        late = self.client.send_heartbeat(monitor_id, occurred_at=now - timedelta(days=8))
        self.assertEqual((late.status, late.code), (400, "invalid_request"))
        self.assertIn("occurred_at", late.error)

    def test_a_heartbeat_of_a_paused_monitor_says_so(self):
        monitor_id = self.server.create_monitor()
        self.server.call("POST", "/api/monitoring/monitors/%s/pause" % monitor_id)
        self.assertEqual(self.client.send_heartbeat(monitor_id).monitor_status, "paused")

    def test_a_server_that_is_away_for_a_moment_costs_no_heartbeat(self):
        server = ExemplarServer()
        try:
            monitor_id = server.create_monitor()
            with exemplar.ExemplarClient(server.create_token(), server.url, timeout=1, logger=self.logger) as client:
                self.assertTrue(client.send_heartbeat(monitor_id))
                # Stopped, not ended: the socket takes the request, and nobody answers within the attempt.
                server.freeze()
                threading.Timer(2, os.kill, (server._process.pid, signal.SIGCONT)).start()
                result = client.send_heartbeat(monitor_id)
                self.assertTrue(result, result)
                self.assertIn(result.attempts, (2, 3))
        finally:
            server.stop()
