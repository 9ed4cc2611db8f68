"""Letting go of all that pages have kept: cookies, caches, visited links, storage."""

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWebEngineCore import QWebEngineProfile

_CLEARED_WITHIN = 20.0
"""Seconds that a page has to clear what it has stored."""


class Evaluates(Protocol):
    """A page that the core runs scripts in."""

    async def eval(self, script: str, *, within: float | None, own: bool) -> Any:
        """Run a script, of the program's `own` or not, and return its value."""


async def clear_browsing_data(profile: QWebEngineProfile, pages: Iterable[Evaluates]) -> None:
    """Clear what the pages of a profile have kept, as Tauri does for a webview's data store.

    Qt clears cookies, the HTTP cache and visited links of the whole profile. It cannot reach what pages store by their
    own scripts (`localStorage`, `sessionStorage`, IndexedDB, caches, service workers); that is cleared by a script in
    each page, and so for the origins that are shown at the time.

    Args:
        profile: The profile.
        pages: Its pages, at least one for each origin.

    Raises:
        JavaScriptError: The storage of a page could not be cleared.
        PageGoneError: A page went away meanwhile.
        TimeoutError: A page did not answer.
    """
    profile.clearAllVisitedLinks()
    profile.cookieStore().deleteAllCookies()
    cache_cleared = asyncio.Event()
    profile.clearHttpCacheCompleted.connect(cache_cleared.set, Qt.ConnectionType.SingleShotConnection)
    profile.clearHttpCache()
    evaluations = (page.eval(_CLEAR_STORAGE, within=_CLEARED_WITHIN, own=True) for page in pages)
    await asyncio.gather(cache_cleared.wait(), *evaluations)


_CLEAR_STORAGE = """
const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = resolve;
  request.onerror = () => reject(request.error);
  // Deleted as soon as the page closes it.
  request.onblocked = resolve;
});
localStorage.clear();
sessionStorage.clear();
for (const { name } of await indexedDB.databases()) await settled(indexedDB.deleteDatabase(name));
for (const name of await caches.keys()) await caches.delete(name);
if (navigator.serviceWorker) {
  // Where a scheme cannot have service workers, asking for them is an error.
  const workers = await navigator.serviceWorker.getRegistrations().catch(() => []);
  for (const worker of workers) await worker.unregister();
}
"""
