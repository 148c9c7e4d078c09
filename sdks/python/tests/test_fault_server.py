"""The misbehaving server itself, where vectors that run beside one another could get in each other's way."""

import errno
import socket
import unittest
from urllib.parse import urlsplit

from support.faults import FaultServer


class ThePortWhereNobodyListens(unittest.TestCase):
    def test_refuses_whoever_connects_and_can_be_taken_by_nobody(self):
        with FaultServer.shared().scenario({"listening": False}) as scenario:
            address = urlsplit(scenario.base_url)
            place = (address.hostname, address.port)
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(place, 5)
            with self.assertRaises(OSError) as refused:
                socket.create_server(place).close()
        self.assertEqual(refused.exception.errno, errno.EADDRINUSE)
