"""A heartbeat at the end of a piece of work, when it succeeded."""

from __future__ import annotations

import functools
import inspect
from types import TracebackType
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Optional, Type, TypeVar, cast

from ._request import Metadata, check_metadata, check_monitor_id
from ._result import HeartbeatResult

if TYPE_CHECKING:
    from ._client import ExemplarClient

Work = TypeVar("Work", bound=Callable[..., Any])


class Heartbeat:
    """Use it as `with`, as `async with`, or as a decorator of a function or an async function.

    The heartbeat is sent when the work ends without an exception; `sys.exit()` and `sys.exit(0)` count as success. Nothing about the
    heartbeat reaches the work: unless `raise_on_error` was asked for, a heartbeat that fails is a warning in the log. `metadata` may
    be set while the work runs; after it, `result` says what became of the heartbeat.
    """

    def __init__(
        self, client: Callable[[], ExemplarClient], monitor_id: str, metadata: Metadata = None, raise_on_error: Optional[bool] = None
    ) -> None:
        check_metadata(metadata)
        self._client = client
        self._monitor_id = check_monitor_id(monitor_id)
        self._raise_on_error = raise_on_error
        self.metadata = metadata
        self.result: Optional[HeartbeatResult] = None

    def __enter__(self) -> Heartbeat:
        # Not initialized is said before the work, not after it.
        self._client()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], fault: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if _succeeded(fault):
            self.result = self._client()._send(self._monitor_id, self.metadata, strict=False, raise_on_error=self._raise_on_error)

    async def __aenter__(self) -> Heartbeat:
        return self.__enter__()

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], fault: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if _succeeded(fault):
            self.result = await self._client()._send_async(
                self._monitor_id, self.metadata, strict=False, raise_on_error=self._raise_on_error)

    def __call__(self, work: Work) -> Work:
        if inspect.isgeneratorfunction(work) or inspect.isasyncgenfunction(work):
            raise TypeError("heartbeat() cannot tell when a generator succeeded; decorate the function that uses it up")
        if inspect.isclass(work) or not callable(work):
            raise TypeError("heartbeat() decorates a function")

        if inspect.iscoroutinefunction(work):
            @functools.wraps(work)
            async def beating_async(*arguments: Any, **named: Any) -> Any:
                async with self._anew():
                    return await work(*arguments, **named)

            return cast(Work, beating_async)

        @functools.wraps(work)
        def beating(*arguments: Any, **named: Any) -> Any:
            call = self._anew()
            call.__enter__()
            try:
                returned = work(*arguments, **named)
            except BaseException as fault:
                call.__exit__(type(fault), fault, fault.__traceback__)
                raise
            if inspect.isawaitable(returned):
                # A function that only hands out a coroutine: its work has not begun yet.
                return _awaited(call, returned)
            call.__exit__(None, None, None)
            return returned

        return cast(Work, beating)

    def _anew(self) -> Heartbeat:
        """For each call its own: calls of one function may run side by side."""
        return Heartbeat(self._client, self._monitor_id, self.metadata, self._raise_on_error)


async def _awaited(call: Heartbeat, work: Awaitable[Any]) -> Any:
    async with call:
        return await work


def _succeeded(fault: Optional[BaseException]) -> bool:
    return fault is None or (isinstance(fault, SystemExit) and fault.code in (None, 0) and fault.code is not False)
