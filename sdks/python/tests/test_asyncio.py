import asyncio
import json
import threading
import time
import unittest

import exemplar
from exemplar._loops import beat_until_cancelled

from support.faults import KEY, MONITOR_ID, FaultServer
from support.logs import KeepingLogger


def client_of(scenario, **options):
    return exemplar.ExemplarClient(KEY, scenario.base_url, logger=options.pop("logger", KeepingLogger()), **options)


class TheAsynchronousCall(unittest.TestCase):
    def test_lets_the_loop_go_on_while_it_waits(self):
        async def run(client):
            longest, last = 0.0, time.monotonic()
            sending = asyncio.ensure_future(client.send_heartbeat_async(MONITOR_ID))
            while not sending.done():
                await asyncio.sleep(0.01)
                longest, last = max(longest, time.monotonic() - last), time.monotonic()
            return longest, await sending

        with FaultServer.shared().play({"accept": True, "delay_seconds": 2}) as scenario:
            longest, result = asyncio.run(run(client_of(scenario)))
        self.assertTrue(result)
        self.assertLess(longest, 1)

    def test_ends_its_connection_and_its_attempts_when_it_is_cancelled(self):
        async def run(client, scenario):
            sending = asyncio.ensure_future(client.send_heartbeat_async(MONITOR_ID))
            while not scenario.report()["requests"]:
                await asyncio.sleep(0.02)
            started = time.monotonic()
            sending.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await sending
            took = time.monotonic() - started
            while client._pool._open:
                await asyncio.sleep(0.01)
            return took, time.monotonic() - started

        logger = KeepingLogger()
        with FaultServer.shared().play({"fault": "hang"}, repeat_last=True) as scenario:
            took, closed = asyncio.run(run(client_of(scenario, logger=logger), scenario))
            time.sleep(0.5)
            requests = scenario.report()["requests"]
        self.assertLess(took, 2)
        self.assertLess(closed, 2)
        self.assertEqual(len(requests), 1, "no attempt follows")
        self.assertEqual(logger.warnings, [], "a cancelled heartbeat has not failed")

    def test_cancelled_between_two_attempts_makes_no_further_one(self):
        async def run(client):
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(client.send_heartbeat_async(MONITOR_ID), 0.5)
            await asyncio.sleep(2.5)

        with FaultServer.shared().play(
                {"problem": {"status": 503, "code": "x"}, "headers": {"Retry-After": "2"}}, repeat_last=True) as scenario:
            asyncio.run(run(client_of(scenario)))
            self.assertEqual(len(scenario.report()["requests"]), 1)

    def test_serves_many_at_once_with_few_threads(self):
        async def run(client):
            results = await asyncio.gather(*(client.send_heartbeat_async(MONITOR_ID) for _ in range(200)))
            return results, [thread for thread in threading.enumerate() if thread.name == "exemplar-sender"]

        before = sum(thread.name == "exemplar-sender" for thread in threading.enumerate())
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            results, threads = asyncio.run(run(client_of(scenario)))
            self.assertEqual(len(scenario.report()["requests"]), 200)
        self.assertTrue(all(results))
        self.assertLessEqual(len(threads) - before, 8)

    def test_gives_up_in_time_also_when_all_threads_are_taken(self):
        async def run(client):
            started = time.monotonic()
            results = await asyncio.gather(*(client.send_heartbeat_async(MONITOR_ID) for _ in range(30)))
            return results, time.monotonic() - started

        with FaultServer.shared().play({"fault": "hang"}, repeat_last=True) as scenario:
            results, took = asyncio.run(run(client_of(scenario, budget_seconds=1)))
        self.assertEqual({result.code for result in results}, {"timeout"})
        self.assertLess(took, 3)

    def test_works_in_one_event_loop_after_another(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            client = client_of(scenario)
            for _ in range(3):
                self.assertTrue(asyncio.run(client.send_heartbeat_async(MONITOR_ID)))
            self.assertEqual(scenario.report()["connections"], 1)

    def test_raises_for_misuse_before_anything_is_sent(self):
        client = exemplar.ExemplarClient(KEY, "http://127.0.0.1:9")
        for monitor_id, metadata, kind in (("", None, ValueError), (MONITOR_ID, [1], TypeError), (None, None, TypeError)):
            with self.assertRaises(kind):
                asyncio.run(client.send_heartbeat_async(monitor_id, metadata))


class FakeTime:
    """A clock that only sleeping and beating move."""

    def __init__(self):
        self.now = 500.0
        self.beats = []
        self.on_its_way = 0

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds

    def beat_taking(self, *durations, until):
        async def beat():
            self.on_its_way += 1
            self.beats.append((self.now - 500.0, self.on_its_way))
            if len(self.beats) == until:
                raise asyncio.CancelledError()
            self.now += durations[(len(self.beats) - 1) % len(durations)]
            self.on_its_way -= 1
        return beat


class TheBackgroundLoop(unittest.TestCase):
    def beats(self, interval, *durations, until):
        fake = FakeTime()
        with self.assertRaises(asyncio.CancelledError):
            asyncio.run(beat_until_cancelled(fake.beat_taking(*durations, until=until), interval, fake.clock, fake.sleep))
        self.assertEqual({at_once for _, at_once in fake.beats}, {1}, "two heartbeats were on their way at once")
        return [round(moment, 6) for moment, _ in fake.beats]

    def test_beats_at_once_and_then_on_the_interval_without_drift(self):
        self.assertEqual(self.beats(60.0, 0.3, 7.0, 59.0, until=100), [60.0 * count for count in range(100)])

    def test_leaves_out_the_moments_that_a_slow_heartbeat_used_up(self):
        self.assertEqual(self.beats(10.0, 25.0, 1.0, until=5), [0.0, 30.0, 40.0, 70.0, 80.0])

    def test_sends_for_real_and_ends_when_it_is_cancelled(self):
        async def run(client, scenario):
            task = asyncio.create_task(client.heartbeat_background_loop(MONITOR_ID, 0.2, metadata=lambda: {"count": next(counts)}))
            while len(scenario.report()["requests"]) < 3:
                await asyncio.sleep(0.02)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            return task.cancelled()

        counts = iter(range(1000))
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            self.assertTrue(asyncio.run(run(client_of(scenario), scenario)))
            sent = len(scenario.report()["requests"])
            time.sleep(0.5)
            requests = scenario.report()["requests"]
        self.assertEqual(len(requests), sent)
        self.assertEqual([count_in(request) for request in requests], list(range(sent)))

    def test_cancelled_while_a_heartbeat_hangs_ends_at_once(self):
        async def run(client, scenario):
            task = asyncio.create_task(client.heartbeat_background_loop(MONITOR_ID))
            while not scenario.report()["requests"]:
                await asyncio.sleep(0.02)
            started = time.monotonic()
            task.cancel()
            await asyncio.wait({task})
            return time.monotonic() - started

        with FaultServer.shared().play({"fault": "hang"}, repeat_last=True) as scenario:
            self.assertLess(asyncio.run(run(client_of(scenario), scenario)), 2)

    def test_goes_on_through_failures_also_with_raise_on_error(self):
        async def run(client, scenario):
            task = asyncio.create_task(client.heartbeat_background_loop(MONITOR_ID, 0.1))
            while len(scenario.report()["requests"]) < 4:
                self.assertFalse(task.done())
                await asyncio.sleep(0.02)
            task.cancel()
            await asyncio.wait({task})

        logger = KeepingLogger()
        missing = {"problem": {"status": 404, "code": "monitor_not_found"}}
        with FaultServer.shared().play(missing, missing, {"accept": True}, repeat_last=True) as scenario:
            asyncio.run(run(client_of(scenario, logger=logger, raise_on_error=True), scenario))
        self.assertEqual((len(logger.warnings), len(logger.notes)), (1, 1))

    def test_says_at_once_what_is_wrong_with_its_arguments(self):
        client = exemplar.ExemplarClient(KEY, "http://127.0.0.1:9")
        for arguments, kind in (
            (("",), ValueError), ((MONITOR_ID, 0), ValueError), ((MONITOR_ID, -1), ValueError), ((MONITOR_ID, float("nan")), ValueError),
            ((MONITOR_ID, float("inf")), ValueError), ((MONITOR_ID, "60"), TypeError), ((MONITOR_ID, True), TypeError),
            ((MONITOR_ID, 60, "text"), TypeError),
        ):
            with self.assertRaises(kind, msg=arguments):
                client.heartbeat_background_loop(*arguments)
            with self.assertRaises(kind, msg=arguments):
                client.start_heartbeat_thread(*arguments)


def count_in(request):
    return json.loads(request["body"])["metadata"]["count"]
