"""Tells living objects that they woke up in a child of fork, where other threads, their locks and the sockets are not theirs."""

from __future__ import annotations

import os
import weakref
from typing import Any, Callable, List

_to_tell: List[Callable[[], Any]] = []


def tell_child(method: Callable[[], None]) -> None:
    """Has a bound method called in every child, in the order of registration, for as long as its object lives."""
    # A plain list: its single steps need no lock, which another thread of the parent might hold at the fork.
    _to_tell.append(weakref.WeakMethod(method, _forget))


def _forget(reference: Callable[[], Any]) -> None:
    try:
        _to_tell.remove(reference)
    except ValueError:
        pass


def _in_child() -> None:
    for reference in list(_to_tell):
        method = reference()
        if method is not None:
            method()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
