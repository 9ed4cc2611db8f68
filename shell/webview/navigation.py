"""Where a page may go, and which links open in the person's browser."""

import enum
from collections.abc import Callable

from shell.value import frozen
from shell.webview.origin import AppOrigins, origin_of

_INSIDE_FRAMES = ("about:blank", "about:srcdoc", "data:", "blob:")


class Verdict(enum.Enum):
    """What happens to a navigation."""

    GO = enum.auto()
    REFUSE = enum.auto()
    OPEN_OUTSIDE = enum.auto()


@frozen
class Navigation:
    """The rules for the pages of one window.

    Attributes:
        origins: The app's own origins; its pages may go anywhere within them.
        home: Origin of the URL that the window was made for, its own or not.
        is_remote_page: Whether a capability has this URL among its remote ones.
        may_reach: Whether the configuration lists this URL's host, for frames.
        may_open: Whether links to this URL open in the person's browser.
    """

    origins: AppOrigins
    home: str
    is_remote_page: Callable[[str], bool]
    may_reach: Callable[[str], bool]
    may_open: Callable[[str], bool]

    def main_frame(self, url: str, *, by_link: bool) -> Verdict:
        """What happens when a page wants to leave for `url`.

        Args:
            url: Where to.
            by_link: Whether a person clicked, so that the browser may open.
        """
        if self.origins.holds(url) or origin_of(url) == self.home != "null" or self.is_remote_page(url):
            return Verdict.GO
        return Verdict.OPEN_OUTSIDE if by_link and self.may_open(url) else Verdict.REFUSE

    def sub_frame(self, url: str) -> Verdict:
        """What happens when a frame inside a page wants to show `url`."""
        if url.startswith(_INSIDE_FRAMES) or self.origins.holds(url) or self.may_reach(url):
            return Verdict.GO
        return Verdict.REFUSE

    def new_window(self, url: str) -> Verdict:
        """What happens when a page wants a window of its own for `url`: `GO` means a window of the app."""
        if self.origins.holds(url):
            return Verdict.GO
        return Verdict.OPEN_OUTSIDE if self.may_open(url) else Verdict.REFUSE

    def may_drag_out(self, url: str) -> bool:
        """Whether a person may drag a link to `url` out of a page, to another program that may ask for it."""
        return not self.origins.holds(url) and (self.may_reach(url) or self.may_open(url))
