"""Where heartbeats go."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Optional
from urllib.parse import quote, urlsplit

DEFAULT_BASE_URL = "https://production-api.exemplar.dev"
BASE_URL_VARIABLE = "EXEMPLAR_BASE_URL"

_HEARTBEAT_PATH = "/api/monitoring/heartbeat"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """A base address, taken apart once."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and port as in a Host header: the port only when it is not the scheme's own."""
        host = "[%s]" % self.host if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else "%s:%d" % (host, self.port)

    @property
    def origin(self) -> str:
        return "%s://%s" % (self.scheme, self.authority)

    @classmethod
    def choose(cls, base_url: Optional[str]) -> Address:
        """The argument, else EXEMPLAR_BASE_URL, else the documented address. Raises TypeError or ValueError."""
        if base_url is not None:
            return cls._parse(base_url, "base_url")
        from_environment = os.environ.get(BASE_URL_VARIABLE, "").strip()
        return cls._parse(from_environment, BASE_URL_VARIABLE) if from_environment else cls._parse(DEFAULT_BASE_URL, "base_url")

    @classmethod
    def _parse(cls, text: str, source: str) -> Address:
        if not isinstance(text, str):
            raise TypeError("%s must be a string such as %s" % (source, DEFAULT_BASE_URL))
        text = text.strip()
        # The messages do not repeat the address: it may hold a password.
        if any(ord(character) <= 32 or ord(character) == 127 for character in text):
            raise ValueError("%s holds a space or a control character" % source)
        try:
            parts = urlsplit(text)
            host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
        except ValueError:
            raise ValueError("%s is no address such as %s" % (source, DEFAULT_BASE_URL)) from None
        if parts.scheme not in _PORTS or not host:
            raise ValueError("%s must begin with http:// or https:// and name a host" % source)
        if parts.username is not None or parts.password is not None:
            raise ValueError("%s must not hold a user name or password: the API key goes into api_key" % source)
        if "?" in text or "#" in text:
            raise ValueError("%s must not have a query or a fragment" % source)
        if port == 0:
            raise ValueError("%s names port 0" % source)
        path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=-._~") + _HEARTBEAT_PATH
        return cls(parts.scheme, host, port or _PORTS[parts.scheme], path)
