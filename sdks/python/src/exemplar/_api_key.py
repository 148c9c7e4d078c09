"""The API key, kept so that no repr, log line or error report shows it."""

from __future__ import annotations

from typing import NoReturn, Optional

_SHOWN_INSTEAD = "***"

# Something this short is part of ordinary words; blanking it out would only spoil the message.
_SHORTEST_TO_SCRUB = 8


class ApiKey:
    """An API access token. Only `reveal` gives it away; text forms, comparison and pickling do not."""

    __slots__ = ("_text",)

    def __init__(self, text: Optional[str]) -> None:
        if not isinstance(text, str):
            raise TypeError("api_key must be a string: the API access token from the Exemplar console")
        text = text.strip()
        if not text:
            raise ValueError("api_key is empty: pass the API access token from the Exemplar console")
        if not all("!" <= character <= "~" for character in text):
            # The text itself stays out of the message.
            raise ValueError("api_key holds a space, a line break or a character beyond ASCII and fits no HTTP header")
        self._text = text

    def reveal(self) -> str:
        return self._text

    def is_in(self, text: str) -> bool:
        return len(self._text) >= _SHORTEST_TO_SCRUB and self._text in text

    def scrub(self, text: str) -> str:
        """The text without the key: a server or a proxy may repeat what it was sent."""
        return text.replace(self._text, _SHOWN_INSTEAD) if self.is_in(text) else text

    def __repr__(self) -> str:
        return "ApiKey(%s)" % _SHOWN_INSTEAD

    def __reduce__(self) -> NoReturn:
        raise TypeError("an Exemplar API key is not pickled: make the client in the process that uses it")
