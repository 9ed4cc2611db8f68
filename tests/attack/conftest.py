"""What the attacks share."""

from typing import Any

import pytest
from PySide6.QtWebEngineCore import QWebEnginePage

from shell.webview import bridge
from tests.attack.raw import KEEP


@pytest.fixture(autouse=True)
def kept_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages have QWebChannel's transport, as if they had got hold of it before the bridge hides it."""
    inject = bridge.inject

    def inject_after(page: QWebEnginePage, name: str, source: str, **options: Any) -> None:
        if name == "bridge":
            inject(page, "kept", KEEP)
        inject(page, name, source, **options)

    monkeypatch.setattr(bridge, "inject", inject_after)
