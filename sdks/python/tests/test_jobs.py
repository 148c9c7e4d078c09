import asyncio
import functools
import inspect
import json
import sys
import threading
import unittest

import exemplar

from support.faults import KEY, MONITOR_ID, FaultServer
from support.logs import KeepingLogger
from support.programs import run_program


class Jobs(unittest.TestCase):
    """Each test plays against a server that accepts everything unless it says otherwise."""

    steps = ({"accept": True},)

    def setUp(self):
        self.scenario = FaultServer.shared().play(*self.steps, repeat_last=True)
        self.addCleanup(self.scenario.__exit__)
        self.logger = KeepingLogger()
        self.client = exemplar.ExemplarClient(KEY, self.scenario.base_url, logger=self.logger)
        self.addCleanup(self.client.close)

    def beats(self):
        return [json.loads(request["body"]) for request in self.scenario.report()["requests"]]


class AJobThatSucceeds(Jobs):
    def test_beats_after_a_with_block(self):
        with self.client.heartbeat(MONITOR_ID, {"rows": 1}) as beat:
            self.assertEqual(self.beats(), [])
            self.assertIsNone(beat.result)
        self.assertEqual(self.beats(), [{"monitor_id": MONITOR_ID, "metadata": {"rows": 1}}])
        self.assertTrue(beat.result)

    def test_may_set_its_metadata_while_it_works(self):
        with self.client.heartbeat(MONITOR_ID) as beat:
            beat.metadata = {"rows": 12}
        self.assertEqual(self.beats()[0]["metadata"], {"rows": 12})

    def test_beats_after_an_async_with_block(self):
        async def run():
            async with self.client.heartbeat(MONITOR_ID) as beat:
                await asyncio.sleep(0)
                self.assertEqual(self.beats(), [])
            return beat.result
        self.assertTrue(asyncio.run(run()))
        self.assertEqual(len(self.beats()), 1)

    def test_beats_after_a_decorated_function_which_stays_what_it_was(self):
        @self.client.heartbeat(MONITOR_ID, lambda: {"made": "at the end"})
        def backup(folder: str, *, deep: bool = False) -> str:
            """Backs up."""
            self.assertEqual(self.beats(), [])
            return folder + str(deep)

        self.assertEqual(backup("/srv", deep=True), "/srvTrue")
        self.assertEqual(self.beats(), [{"monitor_id": MONITOR_ID, "metadata": {"made": "at the end"}}])
        self.assertEqual((backup.__name__, backup.__doc__), ("backup", "Backs up."))
        self.assertEqual(list(inspect.signature(backup).parameters), ["folder", "deep"])

    def test_beats_after_a_decorated_async_function_when_it_has_been_awaited(self):
        @self.client.heartbeat(MONITOR_ID)
        async def sync_orders(count):
            await asyncio.sleep(0.01)
            return count + 1

        async def run():
            coroutine = sync_orders(1)
            self.assertEqual(self.beats(), [])
            return await coroutine

        self.assertTrue(inspect.iscoroutinefunction(sync_orders))
        self.assertEqual(asyncio.run(run()), 2)
        self.assertEqual(len(self.beats()), 1)

    def test_beats_after_the_coroutine_of_a_function_that_only_hands_one_out(self):
        async def work(fail):
            await asyncio.sleep(0.01)
            if fail:
                raise OSError("disk full")
            return "done"

        decorated = self.client.heartbeat(MONITOR_ID)(functools.partial(lambda fail: work(fail)))
        self.assertEqual(asyncio.run(decorated(False)), "done")
        self.assertEqual(len(self.beats()), 1)
        with self.assertRaises(OSError):
            asyncio.run(decorated(True))
        self.assertEqual(len(self.beats()), 1)

    def test_beats_for_each_call_of_a_method_also_side_by_side(self):
        class Job:
            @self.client.heartbeat(MONITOR_ID)
            def run(job, barrier):
                barrier.wait(10)

        barrier = threading.Barrier(5)
        threads = [threading.Thread(target=Job().run, args=(barrier,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(self.beats()), 5)

    def test_counts_as_such_when_it_exits_with_code_0(self):
        for code in (None, 0):
            with self.assertRaises(SystemExit), self.client.heartbeat(MONITOR_ID):
                sys.exit(code)
        self.assertEqual(len(self.beats()), 2)


class AJobThatFails(Jobs):
    def test_does_not_beat_and_its_exception_arrives_unchanged(self):
        for fault in (ValueError("no"), KeyboardInterrupt(), SystemExit(1), SystemExit("message"), GeneratorExit(), asyncio.CancelledError()):
            with self.subTest(fault=fault):
                with self.assertRaises(type(fault)) as caught, self.client.heartbeat(MONITOR_ID):
                    raise fault
                self.assertIs(caught.exception, fault)

                @self.client.heartbeat(MONITOR_ID)
                def decorated():
                    raise fault
                with self.assertRaises(type(fault)) as caught:
                    decorated()
                self.assertIs(caught.exception, fault)
        self.assertEqual(self.beats(), [])

    def test_does_not_beat_in_asyncio_either(self):
        @self.client.heartbeat(MONITOR_ID)
        async def decorated():
            raise ValueError("no")

        async def block():
            async with self.client.heartbeat(MONITOR_ID):
                raise ValueError("no")

        for work in (decorated, block):
            with self.assertRaises(ValueError):
                asyncio.run(work())
        self.assertEqual(self.beats(), [])

    def test_does_not_beat_when_it_is_cancelled(self):
        @self.client.heartbeat(MONITOR_ID)
        async def decorated():
            await asyncio.sleep(60)

        with self.assertRaises(asyncio.TimeoutError):
            asyncio.run(asyncio.wait_for(decorated(), 0.1))
        self.assertEqual(self.beats(), [])


class AHeartbeatThatFails(Jobs):
    steps = ({"problem": {"status": 404, "code": "monitor_not_found"}},)

    def test_does_not_reach_the_job(self):
        @self.client.heartbeat(MONITOR_ID)
        def work():
            return 7

        self.assertEqual(work(), 7)
        with self.client.heartbeat(MONITOR_ID) as beat:
            pass
        self.assertEqual(beat.result.code, "monitor_not_found")
        self.assertEqual(len(self.logger.warnings), 1)

    def test_is_raised_when_that_was_asked_for(self):
        with self.assertRaises(exemplar.HeartbeatError) as caught, self.client.heartbeat(MONITOR_ID, raise_on_error=True):
            pass
        self.assertEqual(caught.exception.result.status, 404)


class WrongUse(Jobs):
    def test_is_said_before_the_work_and_not_after_it(self):
        for arguments, kind in ((("",), ValueError), ((None,), TypeError), ((MONITOR_ID, [1]), TypeError)):
            with self.assertRaises(kind):
                self.client.heartbeat(*arguments)
        worked = []
        with self.assertRaisesRegex(RuntimeError, "init"), exemplar.heartbeat(MONITOR_ID):
            worked.append("block")

        @exemplar.heartbeat(MONITOR_ID)
        def decorated():
            worked.append("function")
        with self.assertRaisesRegex(RuntimeError, "init"):
            decorated()
        self.assertEqual(worked, [])

    def test_metadata_that_turns_out_to_be_none_after_the_work_costs_only_the_metadata(self):
        with self.client.heartbeat(MONITOR_ID) as beat:
            beat.metadata = {"when": object()}
        self.assertTrue(beat.result)
        self.assertEqual(self.beats(), [{"monitor_id": MONITOR_ID}])
        self.assertEqual(len(self.logger.warnings), 1)

    def test_of_generators_and_classes_is_refused(self):
        def generator():
            yield 1

        async def asynchronous_generator():
            yield 1

        for work in (generator, asynchronous_generator, Jobs, 7):
            with self.assertRaises(TypeError):
                self.client.heartbeat(MONITOR_ID)(work)

    def test_a_decorated_function_finds_a_client_that_was_made_later(self):
        ended = run_program("""
            import exemplar, sys

            @exemplar.heartbeat("69c3a0754e257b7d18094f9a")
            def work():
                return "worked"

            exemplar.init(sys.argv[1], sys.argv[2])
            print(work())
            """, KEY, self.scenario.base_url)
        self.assertEqual((ended.stdout, ended.stderr), ("worked\n", ""))
        self.assertEqual(len(self.beats()), 1)
