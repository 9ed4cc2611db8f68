"""What the tests of the audit log share."""

import pytest

from shell.audit import writer
from tests.desktop import PATIENCE


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, it is waited for."""
    monkeypatch.setattr(writer, "_PATIENCE", PATIENCE)
