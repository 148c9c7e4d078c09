import asyncio
import os
import threading
import time
import unittest
import warnings

import exemplar

from support.faults import KEY, MONITOR_ID, FaultServer
from support.forks import in_child
from support.logs import KeepingLogger
from support.programs import run_program
from test_threads import wait_for


@unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
class AfterAFork(unittest.TestCase):
    def setUp(self):
        # Forking a process with threads is what these tests are about.
        caught = warnings.catch_warnings()
        caught.__enter__()
        self.addCleanup(caught.__exit__, None, None, None)
        warnings.simplefilter("ignore", DeprecationWarning)

    def client(self, scenario, **options):
        self.logger = KeepingLogger()
        client = exemplar.ExemplarClient(KEY, scenario.base_url, logger=self.logger, **options)
        self.addCleanup(client.close)
        return client

    def test_parent_and_child_speak_on_connections_of_their_own(self):
        for tls in (None, "good"):
            with self.subTest(tls=tls), FaultServer.shared().play({"accept": True}, repeat_last=True, tls=tls) as scenario:
                client = self.client(scenario)
                self.assertTrue(client.send_heartbeat(MONITOR_ID, {"who": "parent"}))
                for _ in range(2):
                    self.assertEqual(in_child(lambda: [client.send_heartbeat(MONITOR_ID, {"who": "child"}).ok for _ in range(2)]), [True, True])
                    result = client.send_heartbeat(MONITOR_ID, {"who": "parent"})
                    self.assertEqual((result.ok, result.attempts), (True, 1))
                report = scenario.report()
                self.assertEqual(len(report["requests"]), 7)
                self.assertEqual(report["connections"], 3, "the parent keeps its one, each child opens one")

    def test_a_child_keeps_no_copy_of_the_parents_connections(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            client = self.client(scenario)
            self.assertTrue(client.send_heartbeat(MONITOR_ID))
            inherited = [connection.sock.fileno() for connection in client._pool._idle]
            self.assertEqual(len(inherited), 1)

            def is_closed():
                try:
                    os.fstat(inherited[0])
                except OSError:
                    return True
                return False

            self.assertTrue(in_child(is_closed))
            self.assertFalse(is_closed())

    def test_a_child_is_not_held_up_by_locks_that_other_threads_held(self):
        accept, missing = {"accept": True}, {"problem": {"status": 404}}
        with FaultServer.shared().play(accept, accept, missing, repeat_last=True) as scenario:
            client = self.client(scenario)
            held, release = threading.Event(), threading.Event()

            def hold():
                with client._pool._lock, client._log._lock, client._workers._lock:
                    held.set()
                    release.wait(30)

            thread = threading.Thread(target=hold)
            thread.start()
            held.wait()
            try:
                def work():
                    # The failure is logged, which takes the log's lock.
                    return [client.send_heartbeat(MONITOR_ID).ok, asyncio.run(client.send_heartbeat_async(MONITOR_ID)).ok,
                            client.send_heartbeat(MONITOR_ID).status]
                self.assertEqual(in_child(work), [True, True, 404])
            finally:
                release.set()
                thread.join()

    def test_asyncio_works_in_a_child_whose_parent_had_sending_threads(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            client = self.client(scenario)
            self.assertTrue(asyncio.run(client.send_heartbeat_async(MONITOR_ID)))
            self.assertTrue(in_child(lambda: asyncio.run(client.send_heartbeat_async(MONITOR_ID)).ok))

    def test_many_children_forked_in_the_midst_of_heartbeats_all_send_theirs(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            client = self.client(scenario)
            stop = threading.Event()

            def busy():
                while not stop.is_set():
                    client.send_heartbeat(MONITOR_ID)

            threads = [threading.Thread(target=busy) for _ in range(3)]
            for thread in threads:
                thread.start()
            try:
                for _ in range(15):
                    self.assertTrue(in_child(lambda: client.send_heartbeat(MONITOR_ID).ok))
            finally:
                stop.set()
                for thread in threads:
                    thread.join()
        self.assertEqual(self.logger.warnings, [])

    def test_the_module_works_in_a_child_and_stays_initialized(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            exemplar.init(KEY, scenario.base_url)
            self.addCleanup(exemplar.close)

            def work():
                sent = exemplar.send_heartbeat(MONITOR_ID).ok
                try:
                    exemplar.init(KEY, scenario.base_url)
                except RuntimeError:
                    return sent
                return "initialized twice"

            self.assertIs(in_child(work), True)

    def test_a_heartbeat_thread_goes_on_in_the_child_at_its_next_moment(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            beating = self.client(scenario).start_heartbeat_thread(MONITOR_ID, 0.3, lambda: {"process": os.getpid()})
            self.addCleanup(beating.stop)
            wait_for(lambda: scenario.report()["requests"])

            def work():
                time.sleep(1.5)
                running = beating.is_running
                beating.stop()
                return [running, beating.is_running, os.getpid()]

            ran, runs, child = in_child(work)
            self.assertEqual((ran, runs), (True, False))
            self.assertTrue(beating.is_running, "the parent's thread is another one")
            beats = sum('"process":%d}' % child in request["body"] for request in scenario.report()["requests"])
            self.assertIn(beats, (1, 2, 3, 4, 5))

    def test_a_child_that_lives_for_a_moment_sends_nothing(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            beating = self.client(scenario).start_heartbeat_thread(MONITOR_ID, 30)
            self.addCleanup(beating.stop)
            wait_for(lambda: scenario.report()["requests"])
            self.assertTrue(in_child(lambda: time.sleep(0.3) or beating.is_running))
            self.assertEqual(len(scenario.report()["requests"]), 1)

    def test_a_heartbeat_thread_ends_with_the_fork_when_that_was_asked_for_or_it_was_stopped(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            client = self.client(scenario)
            alone = client.start_heartbeat_thread(MONITOR_ID, 0.1, after_fork=False)
            stopped = client.start_heartbeat_thread(MONITOR_ID, 0.1)
            stopped.stop()
            self.addCleanup(alone.stop)

            def work():
                names = [thread.name for thread in threading.enumerate()]
                alone.stop()
                return [alone.is_running, stopped.is_running, "exemplar-heartbeat" in names]

            self.assertEqual(in_child(work), [False, False, False])

    def test_a_heartbeat_thread_whose_handle_was_dropped_goes_on_too(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            ended = run_program("""
                import exemplar, os, sys, time
                exemplar.init(api_key="eis_test_key", base_url=sys.argv[1])
                exemplar.start_heartbeat_thread("69c3a0754e257b7d18094f9a", 0.2, lambda: {"process": os.getpid()})
                time.sleep(0.3)
                if os.fork() == 0:
                    # The usual way to become a daemon.
                    time.sleep(1.5)
                    print(os.getpid())
                else:
                    os.wait()
                """, scenario.base_url, options=("-W", "ignore::DeprecationWarning"))
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            beats = [request for request in scenario.report()["requests"] if '"process":%s}' % ended.stdout.strip() in request["body"]]
            self.assertGreaterEqual(len(beats), 2)

    def test_sending_loads_no_module_that_a_fork_could_find_half_loaded(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            ended = run_program("""
                import exemplar, sys
                exemplar.init(api_key="eis_test_key", base_url=sys.argv[1])
                before = set(sys.modules)
                sent = exemplar.send_heartbeat("69c3a0754e257b7d18094f9a", {"worker": 1}).ok
                print(sent, sorted(set(sys.modules) - before))
                """, scenario.base_url)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "True []\n", ""))

    def test_workers_of_multiprocessing_send_for_themselves_but_do_not_carry_on_the_thread(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            ended = run_program("""
                import exemplar, multiprocessing, os, sys, time

                def work(number):
                    time.sleep(0.7)
                    return exemplar.send_heartbeat("69c3a0754e257b7d18094f9a", {"worker": number}).ok

                if __name__ == "__main__":
                    exemplar.init(api_key="eis_test_key", base_url=sys.argv[1])
                    parent = os.getpid()
                    exemplar.start_heartbeat_thread("69c3a0754e257b7d18094f9a", 0.2, lambda: {"parent": os.getpid() == parent})
                    # As on a busy machine: it takes a while until a worker knows that it is one.
                    os.register_at_fork(after_in_child=lambda: time.sleep(0.3))
                    with multiprocessing.get_context("fork").Pool(3) as pool:
                        print(pool.map(work, range(3), chunksize=1))
                """, scenario.base_url, options=("-W", "ignore::DeprecationWarning"))
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "[True, True, True]\n", ""))
            bodies = [request["body"] for request in scenario.report()["requests"]]
            self.assertEqual(sum('"worker"' in body for body in bodies), 3)
            self.assertTrue(any('"parent":true' in body for body in bodies))
            self.assertFalse(any('"parent":false' in body for body in bodies))
