"""Sockets that keep to a deadline, from the name's look-up to the last byte read."""

from __future__ import annotations

import io
import queue
import socket
import threading
import time
from typing import Any, Callable, List, Optional, Tuple, Union

#: Called before every wait with a function that ends it, for another thread to call.
Watch = Callable[[Callable[[], None]], None]

_MOST_ADDRESSES = 8


def seconds_left(deadline: float) -> float:
    """Seconds until the moment of the monotonic clock. Raises a timeout when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise socket.timeout("timed out")
    return left


def ending(sock: socket.socket) -> Callable[[], None]:
    """A function that ends whatever waits for this socket."""
    def end() -> None:
        try:
            # Below TLS: the thread that waits is still using that layer.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            pass

    return end


def dial(host: str, port: int, deadline: float, watch: Watch) -> socket.socket:
    """A connected socket. Every address of the name gets its share of the time, so that a dead one does not eat it all."""
    addresses = _look_up(host, port, deadline, watch)[:_MOST_ADDRESSES]
    fault: Optional[OSError] = None
    for index, (family, kind, protocol, _, address) in enumerate(addresses):
        connection = socket.socket(family, kind, protocol)
        try:
            watch(ending(connection))
            connection.settimeout(seconds_left(deadline) / (len(addresses) - index))
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return connection
        except OSError as refused:
            connection.close()
            fault = refused
        except BaseException:
            connection.close()
            raise
    raise fault or OSError("the name has no address")


_Addresses = List[Tuple[Any, Any, int, str, Any]]


def _look_up(host: str, port: int, deadline: float, watch: Watch) -> _Addresses:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
    # getaddrinfo cannot be given a limit and may wait for half a minute: a thread waits for it in our place.
    found: queue.SimpleQueue[Union[_Addresses, Exception]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as fault:
            found.put(fault)

    watch(lambda: found.put(OSError("the look-up was given up")))
    try:
        threading.Thread(target=ask, name="exemplar-look-up", daemon=True).start()
    except RuntimeError:
        # The interpreter is shutting down and starts no threads any more.
        ask()
    try:
        answer = found.get(timeout=seconds_left(deadline))
    except queue.Empty:
        raise socket.timeout("the name was not resolved in time") from None
    if isinstance(answer, UnicodeError):
        raise OSError("the host's name cannot be looked up")
    if isinstance(answer, Exception):
        raise answer
    return answer


class TimedSocket:
    """What http.client asks of a socket, with one deadline over all reads and writes instead of a limit for each."""

    def __init__(self, connection: socket.socket) -> None:
        self.deadline = 0.0
        self.has_received = False
        self._connection = connection

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(seconds_left(self.deadline))
        self._connection.sendall(data)

    def receive_into(self, buffer: Any) -> int:
        self._connection.settimeout(seconds_left(self.deadline))
        count = self._connection.recv_into(buffer)
        self.has_received = self.has_received or count > 0
        return count

    def makefile(self, mode: str = "rb", *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Nothing: http.client closes before the body is read. The Connection closes the socket."""


class _Reader(io.RawIOBase):
    def __init__(self, source: TimedSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.receive_into(buffer)
