from collections.abc import Iterator

import pytest

from tests.desktop import Desktop, desktop, missing_programs
from tests.window.driver import Driver, run_program


@pytest.fixture(scope="session")
def desk() -> Iterator[Desktop]:
    missing = missing_programs()
    if missing:
        pytest.fail(f"these tests need programs that are not installed: {', '.join(missing)}", pytrace=False)
    with desktop() as running:
        yield running


@pytest.fixture(scope="module")
def program(desk: Desktop) -> Iterator[Driver]:
    with run_program(desk) as driver:
        yield driver
