"""The page that a question is about, as capabilities see it."""

import attrs

from shell.acl.capability import Capability

_SHOWN = 200


@attrs.frozen
class Origin:
    """Where a call comes from.

    Attributes:
        window: The label of the page's window.
        webview: The label of its webview.
        url: Its URL, or `None` for a page of the app's own.
        pattern: Whether `url` is a pattern out of a capability, which stands for the pages that it matches.
    """

    window: str
    webview: str
    url: str | None
    pattern: bool = False

    def is_meant_by(self, capability: Capability) -> bool:
        """Whether a capability speaks of this page."""
        # Labels are short and URLs may be long.
        if not capability.applies_to(self.window, self.webview):
            return False
        if self.url is None:
            return capability.local
        if self.pattern:
            return any(pattern.pattern == self.url for pattern in capability.remote)
        return any(pattern.matches(self.url) for pattern in capability.remote)

    def __str__(self) -> str:
        url = "local" if self.url is None else cut(self.url)
        return f'window "{cut(self.window)}", webview "{cut(self.webview)}", URL: {url}'


def cut(text: str) -> str:
    """A label or URL as refusals tell it, which are kept: pages choose them, and files hold thousands."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
