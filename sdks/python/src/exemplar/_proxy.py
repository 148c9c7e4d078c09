"""The proxy that the environment asks for (HTTP_PROXY, HTTPS_PROXY, NO_PROXY, in upper or lower case)."""

from __future__ import annotations

import base64
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Dict, Optional
from urllib.parse import unquote, urlsplit

from ._address import Address

# The functions without "_environment" ask macOS and Windows for their settings too, which is not safe after a fork. Those with it
# have been there since Python 3.0 and yet are missing from some type descriptions.
_environment: Any = urllib.request


class UnusableProxy(Exception):
    """The environment names a proxy that this client cannot speak to."""


@dataclass(frozen=True)
class Proxy:
    host: str
    port: int
    authorization: Optional[str] = field(default=None, repr=False)

    @classmethod
    def for_address(cls, address: Address) -> Optional[Proxy]:
        proxies: Dict[str, str] = _environment.getproxies_environment()
        text = proxies.get(address.scheme) or proxies.get("all")
        if not text or _environment.proxy_bypass_environment("%s:%d" % (address.host, address.port), proxies):
            return None
        try:
            parts = urlsplit(text if "://" in text else "http://" + text)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        # The proxy's address stays out of the message: it may hold a password.
        if not host or parts.scheme != "http":
            raise UnusableProxy("the proxy for %s in the environment is no http:// address; name the server's host in NO_PROXY, "
                                "or use an HTTP proxy" % address.scheme)
        authorization = None
        if parts.username is not None:
            pair = "%s:%s" % (unquote(parts.username), unquote(parts.password or ""))
            authorization = "Basic " + base64.b64encode(pair.encode("utf-8")).decode("ascii")
        return cls(host, port or 80, authorization)
