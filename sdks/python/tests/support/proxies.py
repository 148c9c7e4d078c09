"""A small HTTP proxy that really forwards: CONNECT as a tunnel, everything else as a request."""

import select
import socket
import threading


class Proxy:
    def __init__(self, answer_to_connect=b"HTTP/1.1 200 Connection established\r\n\r\n"):
        self.heads = []
        self._answer = answer_to_connect
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            part = client.recv(65536)
            if not part:
                return client.close()
            head += part
        self.heads.append(head.split(b"\r\n\r\n")[0].decode("latin-1"))
        method, target, _ = head.split(b" ", 2)
        place = target if method == b"CONNECT" else target.split(b"/")[2]
        if method == b"CONNECT":
            client.sendall(self._answer)
            if b" 200 " not in self._answer:
                return client.close()
        host, _, port = place.decode().partition(":")
        with client, socket.create_connection((host, int(port))) as server:
            if method != b"CONNECT":
                server.sendall(head)
            while True:
                for ready in select.select([client, server], [], [], 30)[0]:
                    try:
                        data = ready.recv(65536)
                        if not data:
                            return
                        (server if ready is client else client).sendall(data)
                    except OSError:
                        # One side has hung up, as some tests want it: so does the other.
                        return
