import asyncio
import contextlib
import copy
import http.client
import io
import pickle
import sys
import traceback
import unittest
from unittest import mock

import exemplar

from support.faults import KEY, MONITOR_ID, FaultServer
from support.logs import KeepingLogger


class TheKey(unittest.TestCase):
    def assertHidden(self, text):
        self.assertTrue(text)
        self.assertNotIn(KEY, text)

    def test_is_in_no_text_form_of_the_client_and_its_parts(self):
        client = exemplar.ExemplarClient(KEY, "http://127.0.0.1:9")
        with mock.patch.object(exemplar._default_client, "_client", client):
            for thing in (client, client._key, vars(client), vars(client._pool), vars(client._log), client.heartbeat(MONITOR_ID)):
                self.assertHidden(repr(thing))
                self.assertHidden("%s" % thing)
                self.assertHidden("{}".format(thing))

    def test_is_neither_pickled_nor_copied(self):
        client = exemplar.ExemplarClient(KEY, "http://127.0.0.1:9")
        for act in (pickle.dumps, copy.deepcopy):
            with self.assertRaises(TypeError) as caught:
                act(client)
            self.assertHidden(str(caught.exception))

    def test_is_in_no_error_for_a_key_that_cannot_be_used(self):
        for wrong in (KEY + " x", KEY + "\nx", KEY + "\x7f", "é" + KEY):
            with self.assertRaises(ValueError) as caught:
                exemplar.ExemplarClient(wrong)
            self.assertHidden(str(caught.exception))

    def test_is_in_no_report_of_an_exception_even_with_the_values_of_local_variables(self):
        # As the tools that collect errors do it.
        scripts = ({"fault": "reset"}, {"fault": "garbage"}, {"problem": {"status": 401, "code": "invalid_token", "detail": "{key}"}},
                   {"respond": {"status": 302, "text": ""}, "headers": {"Location": "{other}/?key={key}"}})
        for step in scripts:
            with FaultServer.shared().play(step, repeat_last=True) as scenario:
                client = exemplar.ExemplarClient(KEY, scenario.base_url, max_attempts=1, raise_on_error=True, logger=KeepingLogger())
                for call in (lambda: client.send_heartbeat(MONITOR_ID), lambda: asyncio.run(client.send_heartbeat_async(MONITOR_ID))):
                    try:
                        call()
                        self.fail("nothing was raised")
                    except exemplar.HeartbeatError:
                        kind, fault, trace = sys.exc_info()
                        report = "".join(traceback.TracebackException(kind, fault, trace, capture_locals=True).format())
                        self.assertIn("HeartbeatError", report)
                        # This test's own frames hold nothing but the name; the key itself must not appear.
                        self.assertHidden(report)
                        self.assertIsNone(fault.__cause__)
                        self.assertIsNone(fault.__context__)
                        self.assertIsInstance(pickle.loads(pickle.dumps(fault)), exemplar.HeartbeatError)

    def test_is_not_printed_by_the_debugging_of_http_client(self):
        printed = io.StringIO()
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario, \
                mock.patch.object(http.client.HTTPConnection, "debuglevel", 1), contextlib.redirect_stdout(printed):
            with exemplar.ExemplarClient(KEY, scenario.base_url) as client:
                self.assertTrue(client.send_heartbeat(MONITOR_ID))
        self.assertEqual(printed.getvalue(), "")

    def test_that_a_success_repeats_is_not_in_the_result(self):
        with FaultServer.shared().play({"respond": {"status": 200, "json": {"success": True, "check_id": "{key}", "status": "{key}"}}}) as scenario:
            with exemplar.ExemplarClient(KEY, scenario.base_url) as client:
                result = client.send_heartbeat(MONITOR_ID)
        self.assertTrue(result)
        self.assertHidden(repr(result))

    def test_that_somebody_passed_as_a_monitors_id_is_not_logged(self):
        logger = KeepingLogger()
        with FaultServer.shared().play({"problem": {"status": 400, "code": "invalid_request"}}) as scenario:
            with exemplar.ExemplarClient(KEY, scenario.base_url, logger=logger) as client:
                client.send_heartbeat(KEY)
        self.assertHidden(logger.warnings[0])
