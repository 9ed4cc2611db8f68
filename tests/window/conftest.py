from collections.abc import Iterator

import pytest

from tests.desktop import Desktop
from tests.window.driver import Driver, run_program


@pytest.fixture(scope="module")
def program(desk: Desktop) -> Iterator[Driver]:
    with run_program(desk) as driver:
        yield driver
