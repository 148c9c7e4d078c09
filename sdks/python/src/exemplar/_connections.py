"""Connections to the server: opened, used for one heartbeat at a time, kept for the next."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
import time
from typing import Dict, List, Optional, Set

from ._address import Address
from ._answer import Answer
from ._api_key import ApiKey
from ._proxy import Proxy
from ._sockets import TimedSocket, Watch, dial, ending, seconds_left
from ._version import __version__

USER_AGENT = "exemplar-python-sdk/" + __version__

_MOST_IDLE = 4
# Servers and the boxes between close or forget connections after a minute or more; the default interval of 60 s should still meet one.
_LONGEST_IDLE_SECONDS = 90.0
_LONGEST_BODY = 64 * 1024


class Connection:
    """One connection. `used` says whether it has served before, so that a fault may only mean that it died meanwhile."""

    def __init__(self, sock: socket.socket, address: Address, proxy: Optional[Proxy]) -> None:
        self.sock = sock
        self.used = False
        self.keep = False
        self.idle_since = 0.0
        self._timed = TimedSocket(sock)
        self._address = address
        self._proxy = proxy
        self._http = http.client.HTTPConnection(address.host, address.port)
        self._http.auto_open = 0
        # A program that turns on http.client's debugging would print the key.
        self._http.set_debuglevel(0)
        self._http.sock = self._timed

    @property
    def has_received(self) -> bool:
        """Whether any byte of an answer came since the last request."""
        return self._timed.has_received

    def post(self, key: ApiKey, body: bytes, deadline: float) -> Answer:
        """Raises OSError or HTTPException; the connection is then good for nothing."""
        self.keep = False
        self._timed.deadline = deadline
        self._timed.has_received = False
        target, headers = self._address.path, self._headers(key)
        if self._proxy is not None and not self._address.secure:
            target = self._address.origin + target
            headers.update(_proxy_headers(self._proxy))
        self._http.request("POST", target, body, headers)
        response = self._http.getresponse()
        received = _limited_body(response)
        self.keep = received is not None and response.isclosed() and not response.will_close
        self.used = True
        return Answer(response.status, response.getheader("Retry-After"), response.getheader("Location"), received)

    def is_alive(self) -> bool:
        """False when the server has closed it, or has sent something that nobody asked for."""
        if time.monotonic() - self.idle_since > _LONGEST_IDLE_SECONDS:
            return False
        try:
            self.sock.settimeout(0)
            # Asks the socket below TLS, which knows no peeking.
            socket.socket.recv(self.sock, 1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        self.keep = False
        try:
            self._http.close()
        finally:
            self.sock.close()

    def _headers(self, key: ApiKey) -> Dict[str, str]:
        return {
            "Host": self._address.authority,
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-API-Key": key.reveal(),
        }


def _proxy_headers(proxy: Proxy) -> Dict[str, str]:
    return {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}


def _limited_body(response: http.client.HTTPResponse) -> Optional[bytes]:
    if response.length is not None:
        # Only a read without a number notices that the body was cut off.
        return response.read() if response.length <= _LONGEST_BODY else None
    body = response.read(_LONGEST_BODY + 1)
    return body if len(body) <= _LONGEST_BODY else None


class ConnectionPool:
    """Invariant: a connection is either in `_idle` or in the hands of one call. `_lock` guards `_idle` and `_closed`.

    A child of fork shares its parent's sockets and must not speak on them: see `forget_parents`.
    """

    def __init__(self, address: Address, context: Optional[ssl.SSLContext]) -> None:
        self._address = address
        self._context = context
        # A signal handler may send a heartbeat while its thread is in here.
        self._lock = threading.RLock()
        self._idle: List[Connection] = []
        self._open: Set[socket.socket] = set()
        self._closed = False

    def take_idle(self) -> Optional[Connection]:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if connection.is_alive():
                return connection
            self._discard(connection)

    def open(self, deadline: float, watch: Watch) -> Connection:
        """Raises OSError, HTTPException or UnusableProxy."""
        proxy = Proxy.for_address(self._address)
        host, port = (proxy.host, proxy.port) if proxy else (self._address.host, self._address.port)
        sock = dial(host, port, deadline, watch)
        try:
            if self._address.secure:
                if proxy is not None:
                    _ask_for_tunnel(sock, self._address, proxy, deadline)
                sock = self._secured(sock, deadline, watch)
            self._open.add(sock)
            return Connection(sock, self._address, proxy)
        except BaseException:
            self._open.discard(sock)
            sock.close()
            raise

    def give_back(self, connection: Connection) -> None:
        """Keeps the connection when it can be kept, else closes it."""
        connection.idle_since = time.monotonic()
        with self._lock:
            if connection.keep and not self._closed and len(self._idle) < _MOST_IDLE:
                self._idle.append(connection)
                return
        self._discard(connection)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            self._discard(connection)

    def forget_parents(self) -> None:
        """For the child after a fork: gives up its copies of the parent's sockets without a word to the server."""
        self._lock = threading.RLock()
        self._idle = []
        inherited, self._open = list(self._open), set()
        for sock in inherited:
            # Objects that another thread of the parent was using may hold locks for ever; the descriptor holds none.
            try:
                os.close(sock.detach())
            except OSError:
                pass

    def _discard(self, connection: Connection) -> None:
        self._open.discard(connection.sock)
        connection.close()

    def _secured(self, sock: socket.socket, deadline: float, watch: Watch) -> ssl.SSLSocket:
        if self._context is None:
            # Made when it is needed: it reads the machine's certificates.
            self._context = ssl.create_default_context()
        secured = self._context.wrap_socket(sock, server_hostname=self._address.host, do_handshake_on_connect=False)
        try:
            watch(ending(secured))
            secured.settimeout(seconds_left(deadline))
            secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        return secured


def _ask_for_tunnel(sock: socket.socket, address: Address, proxy: Proxy, deadline: float) -> None:
    host = "[%s]" % address.host if ":" in address.host else address.host
    target = "%s:%d" % (host, address.port)
    lines = ["CONNECT %s HTTP/1.1" % target, "Host: " + target, "User-Agent: " + USER_AGENT]
    lines += ["%s: %s" % header for header in _proxy_headers(proxy).items()]
    timed = TimedSocket(sock)
    timed.deadline = deadline
    timed.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
    response = http.client.HTTPResponse(timed, method="CONNECT")  # type: ignore[arg-type]
    response.begin()
    if response.status != 200:
        raise OSError("the proxy refuses the tunnel (%d)" % response.status)
