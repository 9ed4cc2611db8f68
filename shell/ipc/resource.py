"""Resources: objects in the core that a page holds by number, until it closes them or goes."""

import collections
import itertools
import logging
import threading
from typing import Any

from shell.ipc.errors import ResourceError

log = logging.getLogger(__name__)


class Resources:
    """The resources of one document. Numbers mean nothing to any other document.

    The counterpart of Tauri's `ResourceTable`. The `close` of those that have one is called once, when the page closes
    it or goes.

    Args:
        limit: How many it may hold at a time.

    Attributes:
        size: What those that it holds come to, as they were added.
    """

    def __init__(self, limit: int = 16_384) -> None:
        self._limit = limit
        self._held: dict[int, Any] = {}
        self._numbers = itertools.count(1)
        self._sizes: dict[int, int] = {}
        self._ended = False
        # Functions in threads add some, when their page may be going.
        self._lock = threading.Lock()
        self.size = 0

    def add(self, resource: Any, *, size: int = 0) -> int:
        """Keep an object for the page; returns its resource id.

        Args:
            resource: The object.
            size: How large it is, where something is held to that.

        Raises:
            ResourceError: The page holds too many already, or has gone. The object is closed then.
        """
        with self._lock:
            problem = self._problem()
            if not problem:
                rid = next(self._numbers)
                self._held[rid] = resource
                if size:
                    self._sizes[rid] = size
                    self.size += size
                return rid
        _close(resource)
        raise ResourceError(problem)

    def check_room(self) -> None:
        """Keep the page from holding one more than it may; for what `add` must not close.

        Raises:
            ResourceError: The page holds too many already, or has gone.
        """
        if problem := self._problem():
            raise ResourceError(problem)

    def _problem(self) -> str:
        if self._ended:
            return "the page that would hold it has gone"
        if len(self._held) >= self._limit:
            return (
                f"this page holds {self._limit} resources already, and has closed none of them (App's limits.handles)"
            )
        return ""

    def get[T](self, rid: int, kind: type[T]) -> T:
        """The object behind a resource id.

        Raises:
            ResourceError: This document holds no such id, or one of another kind.
        """
        resource = self._held.get(rid)
        if resource is None:
            raise ResourceError(f"the resource id {rid} is invalid: it was closed, or belongs to another page")
        if not isinstance(resource, kind):
            raise ResourceError(f"the resource id {rid} is a {type(resource).__name__}, not a {kind.__name__}")
        return resource

    def close(self, rid: int) -> None:
        """Let go of one.

        Raises:
            ResourceError: This document holds no such id.
        """
        with self._lock:
            resource = self.get(rid, object)
            del self._held[rid]
            self.size -= self._sizes.pop(rid, 0)
        _close(resource)

    def clear(self) -> collections.deque[Any]:
        """Let go of all, the newest first, and of what is added from now on: the page has gone.

        Returns:
            Those that have no `close`. To let go of many thousands takes long, as of items of menus.
        """
        with self._lock:
            self._ended = True
        rest: collections.deque[Any] = collections.deque()
        while self._held:
            resource = self._held.popitem()[1]
            if not _close(resource):
                rest.append(resource)
        self._sizes.clear()
        self.size = 0
        return rest

    def __len__(self) -> int:
        return len(self._held)


def _close(resource: Any) -> bool:
    """Close what has a `close`; returns whether it has."""
    # Not by a Protocol: a page may have thousands, and to ask those that have none for it takes 6 µs each.
    try:
        close = getattr(resource, "close", None)
        if not callable(close):
            return False
        close()
    except Exception:
        log.exception("closing a %s failed", type(resource).__name__)
    return True
