import os
import socket
import ssl
import threading
import time
import unittest
from unittest import mock

import exemplar
from exemplar import _connections, _sockets

from support.faults import KEY, MONITOR_ID, FaultServer
from support.logs import KeepingLogger
from support.places import NobodyAccepts
from support.proxies import Proxy


def send(base_url, times=1, **options):
    with exemplar.ExemplarClient(KEY, base_url, logger=KeepingLogger(), **options) as client:
        return [client.send_heartbeat(MONITOR_ID) for _ in range(times)]


class TheProxyOfTheEnvironment(unittest.TestCase):
    def test_takes_plain_requests_with_their_whole_address_and_the_connection_is_kept(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario, Proxy() as proxy, \
                mock.patch.dict(os.environ, {"http_proxy": "http://us%40r:p%3Ass@" + proxy.address}):
            self.assertTrue(all(send(scenario.base_url, 2)))
            requests = scenario.report()["requests"]
        self.assertEqual(len(proxy.heads), 1)
        self.assertTrue(proxy.heads[0].startswith("POST %s/api/monitoring/heartbeat HTTP/1.1\r\n" % scenario.base_url), proxy.heads)
        self.assertIn("Proxy-Authorization: Basic dXNAcjpwOnNz", proxy.heads[0])
        self.assertIn("Host: " + scenario.base_url[7:], proxy.heads[0])
        self.assertEqual(len(requests), 2)

    def test_is_a_tunnel_for_tls_and_sees_no_key(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True, tls="good") as scenario, Proxy() as proxy, \
                mock.patch.dict(os.environ, {"HTTPS_PROXY": "http://user:pass@" + proxy.address}):
            self.assertTrue(all(send(scenario.base_url, 2)))
            headers = scenario.report()["requests"][0]["headers"]
        self.assertEqual(len(proxy.heads), 1)
        self.assertTrue(proxy.heads[0].startswith("CONNECT 127.0.0.1:"))
        self.assertIn("Proxy-Authorization: Basic dXNlcjpwYXNz", proxy.heads[0])
        self.assertNotIn(KEY, proxy.heads[0])
        self.assertNotIn("proxy-authorization", headers)

    def test_does_not_weaken_the_check_of_the_certificate(self):
        with FaultServer.shared().play({"accept": True}, tls="wrong_name") as scenario, Proxy() as proxy, \
                mock.patch.dict(os.environ, {"https_proxy": "http://" + proxy.address}):
            self.assertEqual(send(scenario.base_url)[0].code, "certificate_rejected")

    def test_is_left_out_for_what_no_proxy_names(self):
        with FaultServer.shared().play({"accept": True}) as scenario, \
                mock.patch.dict(os.environ, {"http_proxy": "http://127.0.0.1:9", "no_proxy": "example.org,127.0.0.1"}):
            self.assertTrue(send(scenario.base_url)[0])

    def test_that_refuses_is_a_failure(self):
        with Proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as proxy, \
                mock.patch.dict(os.environ, {"https_proxy": "http://user:hunter2@" + proxy.address}):
            result = send("https://exemplar.invalid", max_attempts=1)[0]
        self.assertEqual(result.code, "connection_failed")
        self.assertIn("407", result.error)
        self.assertNotIn("hunter2", repr(result))

    def test_that_is_no_http_proxy_is_said_and_not_tried_again(self):
        for address in ("socks5://u:hunter2@h:1", "https://h:1", "http://h:port", "http://"):
            with mock.patch.dict(os.environ, {"http_proxy": address}):
                result = send("http://127.0.0.1:9")[0]
            self.assertEqual((result.code, result.attempts), ("connection_failed", 1))
            self.assertIn("NO_PROXY", result.error)
            self.assertNotIn("hunter2", result.error)


class TheSearchForTheServer(unittest.TestCase):
    def addresses(self, *places):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]

    def test_does_not_spend_the_whole_time_on_a_dead_address(self):
        with FaultServer.shared().play({"accept": True}) as scenario:
            port = int(scenario.base_url.rsplit(":", 1)[1])
            with NobodyAccepts() as dead:
                found = self.addresses(dead, ("127.0.0.1", port))
                with mock.patch.object(_sockets, "_look_up", lambda *_: found):
                    result = send(scenario.base_url, timeout=2)[0]
        self.assertEqual((result.ok, result.attempts), (True, 1))

    def test_for_a_name_is_limited_in_time_too(self):
        release = threading.Event()
        real = socket.getaddrinfo

        def hanging(host, port, *arguments, **named):
            if named.get("flags") != socket.AI_NUMERICHOST:
                release.wait(20)
            return real(host, port, *arguments, **named)

        started = time.monotonic()
        with mock.patch.object(socket, "getaddrinfo", hanging):
            result = send("http://localhost:9", budget_seconds=0.6)[0]
            release.set()
        self.assertEqual(result.code, "timeout")
        self.assertLess(time.monotonic() - started, 1.5)

    def test_for_a_name_that_does_not_exist_is_a_failure(self):
        result = send("http://exemplar.invalid", budget_seconds=1)[0]
        self.assertEqual(result.code, "connection_failed")

    def test_reaches_ipv6(self):
        try:
            listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
        except OSError:
            self.skipTest("this machine has no IPv6")
        heads = []

        def serve():
            connection, _ = listener.accept()
            heads.append(connection.recv(65536).decode())
            body = b'{"success":true}'
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        self.assertTrue(send("http://[::1]:%d" % port)[0])
        thread.join()
        listener.close()
        self.assertIn("Host: [::1]:%d\r\n" % port, heads[0])


class KeptConnections(unittest.TestCase):
    def test_are_not_used_after_they_were_idle_for_long(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario, \
                mock.patch.object(_connections, "_LONGEST_IDLE_SECONDS", -1):
            self.assertTrue(all(send(scenario.base_url, 2)))
            self.assertEqual(scenario.report()["connections"], 2)

    def test_are_kept_over_tls_too(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True, tls="good") as scenario:
            self.assertTrue(all(send(scenario.base_url, 3)))
            self.assertEqual(scenario.report()["connections"], 1)

    def test_that_die_at_the_next_request_cost_no_attempt(self):
        # The server resets it only when the next request has arrived, so that looking before does not help.
        with FaultServer.shared().play({"accept": True}, {"fault": "reset"}, {"accept": True}) as scenario:
            results = send(scenario.base_url, 2)
            self.assertEqual([(result.ok, result.attempts) for result in results], [(True, 1), (True, 1)])
            self.assertEqual(scenario.report()["connections"], 2)

    def test_with_an_authority_of_the_callers_own(self):
        server = FaultServer.shared()
        context = ssl.create_default_context(cafile=server.ca_file)
        with server.play({"accept": True}, tls="good") as scenario, mock.patch.dict(os.environ, {"SSL_CERT_FILE": os.devnull}):
            self.assertTrue(send(scenario.base_url, ssl_context=context)[0])
        with server.play({"accept": True}, tls="good") as scenario, mock.patch.dict(os.environ, {"SSL_CERT_FILE": os.devnull}):
            self.assertEqual(send(scenario.base_url)[0].code, "certificate_rejected")

    def test_a_closed_client_still_sends(self):
        with FaultServer.shared().play({"accept": True}, repeat_last=True) as scenario:
            client = exemplar.ExemplarClient(KEY, scenario.base_url)
            client.close()
            self.assertTrue(client.send_heartbeat(MONITOR_ID))
            self.assertEqual(client._pool._open, set())


class Answers(unittest.TestCase):
    def serve(self, answer, pause=0.0):
        """A server that sends these bytes, one after the other when there is a pause."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def run():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        connection.recv(65536)
                        for at in range(0, len(answer), 1 if pause else len(answer)):
                            connection.sendall(answer[at:at + 1] if pause else answer)
                            time.sleep(pause)
                    except OSError:
                        pass

        threading.Thread(target=run, daemon=True).start()
        return "http://127.0.0.1:%d" % listener.getsockname()[1]

    def test_in_chunks_or_up_to_the_end_of_the_connection_are_read(self):
        for head in (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"success\":true}\r\n0\r\n\r\n",
                     b"HTTP/1.1 200 OK\r\n\r\n{\"success\":true}", b"HTTP/1.0 200 OK\r\n\r\n{\"success\":true}",
                     b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"success\":true}"):
            self.assertTrue(send(self.serve(head))[0], head)

    def test_that_are_no_http_or_cut_off_are_faults_of_the_connection(self):
        for head in (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"succ", b"HTTP/1.1 2xx OK\r\n\r\n", b"\r\n\r\n",
                     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500 + b"\r\n",
                     b"HTTP/1.1 200 OK\r\nA: " + b"a" * 70_000 + b"\r\n\r\n"):
            result = send(self.serve(head), budget_seconds=1)[0]
            self.assertEqual(result.code, "connection_failed", head[:60])
            self.assertGreaterEqual(result.attempts, 2)

    def test_whose_head_drips_do_not_outlast_the_attempt(self):
        started = time.monotonic()
        result = send(self.serve(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 90, pause=0.05), timeout=0.5, max_attempts=1)[0]
        self.assertEqual(result.code, "timeout")
        self.assertLess(time.monotonic() - started, 3)

    def test_of_a_body_without_end_are_cut(self):
        result = send(self.serve(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 200_000))[0]
        self.assertEqual((result.code, result.attempts), ("invalid_answer", 1))

    def test_with_odd_values_are_still_read(self):
        body = (b'{"success":true,"check_id":7,"status":null,"received_at":"2026-13-45T05:00:00.000Z",'
                b'"next_expected_at":"2026-11-23T05:00:00Z","deadline_at":"2026-11-23T05:00:00.123456789Z"}')
        result = send(self.serve(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)))[0]
        self.assertTrue(result)
        self.assertEqual((result.check_id, result.monitor_status, result.received_at), (None, None, None))
        self.assertEqual(result.next_expected_at.isoformat(), "2026-11-23T05:00:00+00:00")
        self.assertEqual(result.deadline_at.isoformat(), "2026-11-23T05:00:00.123456+00:00")
