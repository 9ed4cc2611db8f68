"""Who sent a message: what the core knows of a page, never what the page says of itself."""

import attrs


@attrs.frozen
class Caller:
    """The document that a message came from, as the core and Chromium know it.

    Attributes:
        window: Label of the window that shows the page.
        webview: Label of the webview inside that window; the same as `window` for a window with one webview.
        url: URL of the document, as Chromium committed it.
        origin: Scheme, host and port of `url`, such as `tauri://localhost`.
        document: Number of the document's session; no two documents of one run share it.
        local: Whether the document is the app's own: from its folder, or from its configured dev server.
    """

    window: str
    webview: str
    url: str
    origin: str
    document: int
    local: bool
