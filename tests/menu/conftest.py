from collections.abc import Iterator

import pytest

from tests.desktop import Desktop
from tests.menu.person import PAGE, Person
from tests.npm import api_page
from tests.tray.driver import program


@pytest.fixture(scope="module")
def anybody(desk: Desktop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    folder = tmp_path_factory.mktemp("web")
    (folder / "index.html").write_text(api_page(folder, PAGE), encoding="utf-8")
    with program(desk, folder) as run:
        yield Person(desk, run)


@pytest.fixture
def person(anybody: Person) -> Iterator[Person]:
    """Somebody before a program without menus, whose page has some text in its field."""
    run = anybody.run
    run.page(PAGE)
    anybody.point(0, 0)
    yield anybody
    run("[window.destroy() for label, window in list(app.windows.items()) if label != 'main'] and None")
    run("made.get('menu') and made['menu'].widget.close() and None")
    run("(app.remove_menu(), app.windows['main'].remove_menu()) and None")
    run("made.clear()")
    run.events_so_far()
