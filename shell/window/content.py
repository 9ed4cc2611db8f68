from typing import Protocol

from PySide6.QtWidgets import QWidget


class Content(Protocol):
    """What a window needs of the webview that fills it."""

    @property
    def widget(self) -> QWidget:
        """The widget that shows the page. Its cursor is the one that the page wants."""

    @property
    def renderer_pid(self) -> int:
        """The process that renders the page; 0 while there is none."""

    def load(self, url: str) -> None:
        """Go to another page."""

    async def loaded(self) -> object:
        """Wait until the page has loaded."""

    async def eval(self, script: str) -> object:
        """Run JavaScript in the page and return its value as Python has it."""

    async def screenshot(self) -> bytes:
        """Return a picture of the page as PNG."""

    def set_zoom(self, factor: float) -> None:
        """Show the page larger or smaller; 1.0 is its own size."""

    def open_devtools(self) -> None:
        """Open the developer tools of the page."""

    def close(self) -> None:
        """End the page. The widget stays until the window deletes it."""
