"""Addresses that behave badly in ways that need no server."""

import socket
import time


class NobodyAccepts:
    """An address where connecting hangs: a listener whose queue is full."""

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self._sockets = [listener]
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
            self._sockets.append(waiting)
        time.sleep(0.1)
        return listener.getsockname()

    def __exit__(self, *_):
        for each in self._sockets:
            each.close()
