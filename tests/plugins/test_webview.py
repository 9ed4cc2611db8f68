"""The `webview` module of the package, function by function."""

import asyncio
import gc
import weakref
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import SIGNAL, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtNetwork import QNetworkCookie
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from shell import App, JavaScriptError, Limits, PageGoneError
from shell.config import WindowConfig
from tests.conftest import Runner
from tests.plugins.conftest import Api, play

WEBVIEW = "api.webview.getCurrentWebview()"


async def until_event(api: Api, condition: str, event: str) -> None:
    """Wait until something holds in the page, which an event of its window tells of."""
    await api(
        f"""new Promise((done) => {{
            const look = () => {condition} && (done(), removeEventListener({event!r}, look, true));
            addEventListener({event!r}, look, true);
            look();
        }}).then(() => 0)"""
    )


def test_every_webview_is_listed_with_its_window(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        api.app.create_window("second")
        everyone = await api("api.webview.getAllWebviews().then((all) => all.map((w) => [w.window.label, w.label]))")
        assert everyone == [["main", "main"], ["second", "second"]]
        assert await api("api.webview.Webview.getAll().then((all) => all.length)") == 2
        assert await api("api.webview.Webview.getByLabel('second').then((w) => w.window.label)") == "second"
        assert await api("api.webview.Webview.getByLabel('third')") is None
        assert await api("api.webview.Webview.getCurrent().label") == "main"

    play(page, scenario)


def test_a_webview_fills_its_window_and_follows_it(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        assert await api(f"{WEBVIEW}.position()") == {"x": 0, "y": 0}
        assert await api(f"{WEBVIEW}.size()") == {"width": 800, "height": 600}
        await api("api.window.getCurrentWindow().setSize(new api.dpi.LogicalSize(500, 400))")
        await until_event(api, "innerWidth === 500 && innerHeight === 400", "resize")
        assert await api(f"{WEBVIEW}.size()") == {"width": 500, "height": 400}

    play(page, scenario)


def test_a_webview_is_placed_inside_its_window(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api("void (document.body.style.background = '#ff0000')")
        await api("api.window.getCurrentWindow().setBackgroundColor('#0000ff')")
        await api(f"{WEBVIEW}.setSize(new api.dpi.LogicalSize(400, 300))")
        await api(f"{WEBVIEW}.setPosition(new api.dpi.PhysicalPosition(200, 150))")
        assert await api(f"{WEBVIEW}.position()") == {"x": 200, "y": 150}
        assert await api(f"{WEBVIEW}.size()") == {"width": 400, "height": 300}
        await api.until_inner(400, 300)
        await until_shows(api, "#0000ff", (190, 160), (610, 440))
        await until_shows(api, "#ff0000", (210, 160), (590, 440))

    play(page, scenario)


async def picture_of(api: Api) -> QImage:
    """What the whole inside of the window looks like, once the page is drawn."""
    await api.inner()
    return api.window.frame.grab().toImage()


async def until_shows(api: Api, colour: QColor | str, *places: tuple[int, int]) -> None:
    """Wait until places inside of the window have a colour: of what a page draws, Qt has the picture some time later."""
    picture = await picture_of(api)
    while any(picture.pixelColor(*place) != QColor(colour) for place in places):
        picture = await picture_of(api)


def test_a_webview_keeps_its_share_of_a_window_that_is_resized(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api(f"{WEBVIEW}.setPosition(new api.dpi.LogicalPosition(400, 0))")
        await api(f"{WEBVIEW}.setSize(new api.dpi.LogicalSize(400, 300))")
        await api("api.window.getCurrentWindow().setSize(new api.dpi.LogicalSize(600, 600))")
        await until_event(api, "innerWidth === 300", "resize")
        assert await api(f"{WEBVIEW}.position()") == {"x": 300, "y": 0}
        assert await api(f"{WEBVIEW}.size()") == {"width": 300, "height": 300}

    play(page, scenario)


def test_a_webview_that_does_not_resize_itself_keeps_its_place(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        resize = "api.window.getCurrentWindow().setSize(new api.dpi.LogicalSize(%d, 600))"
        await api(f"{WEBVIEW}.setAutoResize(false)")
        await api(resize % 400)
        assert api.window.inner_size().width == 400
        assert await api(f"{WEBVIEW}.size()") == {"width": 800, "height": 600}
        # From now on it has twice the window's width.
        await api(f"{WEBVIEW}.setAutoResize(true)")
        await api(resize % 300)
        assert await api(f"{WEBVIEW}.size()") == {"width": 600, "height": 600}

    play(page, scenario)


def test_a_place_beyond_all_bounds_is_the_farthest_there_is(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api(f"{WEBVIEW}.setAutoResize(false)")
        await api(f"{WEBVIEW}.setPosition(new api.dpi.LogicalPosition(-1e300, 1e300))")
        await api(f"{WEBVIEW}.setSize(new api.dpi.LogicalSize(-5, 10))")
        assert await api(f"{WEBVIEW}.position()") == {"x": -16777215, "y": 16777215}
        assert await api(f"{WEBVIEW}.size()") == {"width": 0, "height": 10}
        assert "$.value" in await api.refused(f"{WEBVIEW}.setSize(new api.dpi.LogicalSize(NaN, 1))")

    play(page, scenario)


def test_a_hidden_webview_knows_it_and_lives_on(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api(f"{WEBVIEW}.hide()")
        await until_event(api, "document.visibilityState === 'hidden'", "visibilitychange")
        assert api.window.is_visible()
        assert not api.app.core.webviews["main"].widget.isVisible()
        await api(f"{WEBVIEW}.show()")
        await until_event(api, "document.visibilityState === 'visible'", "visibilitychange")

    play(page, scenario)


def test_focus_goes_to_the_page(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        button = QWidget(api.window.panes)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.show()
        api.window.set_focus()
        button.setFocus()
        await until_event(api, "!document.hasFocus()", "blur")
        await api(f"{WEBVIEW}.setFocus()")
        await until_event(api, "document.hasFocus()", "focus")

    play(page, scenario)


def test_zoom_makes_the_pages_pixels_larger(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api(f"{WEBVIEW}.setZoom(2)")
        await until_event(api, "innerWidth === 400", "resize")
        assert await api("devicePixelRatio") == 2
        for factor in (0, -1, 0.2, 5.1):
            message = await api.refused(f"{WEBVIEW}.setZoom({factor})")
            assert message == f"a zoom factor is a number from 0.25 to 5, not {factor:g}"

    play(page, scenario)


def test_what_the_page_leaves_free_has_the_webviews_color(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        before = (await picture_of(api)).pixelColor(50, 50)
        await api(f"{WEBVIEW}.setBackgroundColor('#00ff00')")
        await until_shows(api, "#00ff00", (50, 50))
        await api(f"{WEBVIEW}.setBackgroundColor([0, 0, 255])")
        await until_shows(api, "#0000ff", (50, 50))
        await api(f"{WEBVIEW}.setBackgroundColor(null)")
        await until_shows(api, before, (50, 50))
        assert "expected a colour" in await api.refused(f"{WEBVIEW}.setBackgroundColor('green-ish')")

    play(page, scenario)


def test_closing_a_webview_leaves_its_window_empty(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        window = api.app.create_window("second")
        await window.loaded()
        await api("api.webview.Webview.getByLabel('second').then((webview) => webview.close())")
        assert await api("api.webview.getAllWebviews().then((all) => all.map((w) => w.label))") == ["main"]
        assert await api("api.window.getAllWindows().then((all) => all.map((w) => w.label))") == ["main", "second"]
        assert not window.closed
        with pytest.raises(PageGoneError):
            await window.eval("1")
        window.destroy()
        assert list(api.app.windows) == ["main"]

    play(page, scenario)


def test_a_page_can_close_its_own_webview(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        with pytest.raises(PageGoneError):
            await api(f"{WEBVIEW}.close()")
        assert not api.window.closed
        assert not api.app.core.webviews

    play(page, scenario)


def test_a_webview_that_is_not_there_is_named(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        ghost = "new api.webview.Webview(api.window.getCurrentWindow(), 'ghost', { skip: true })"
        for call in ("size()", "close()", "hide()", "setZoom(1)", "reparent('main')"):
            message = await api.refused(f"{ghost}.{call}")
            assert message == 'webview not found: no webview has the label "ghost"'

    play(page, scenario)


CREATED = """new Promise((done) => {
    const webview = new api.webview.Webview(%s, "%s", %s);
    webview.once("tauri://created", () => done("created"));
    webview.once("tauri://error", ({ payload }) => done(payload));
})"""


def test_a_window_shows_several_webviews_each_with_a_renderer_of_its_own(page: Runner) -> None:
    (page.folder / "side.html").write_text("<!doctype html><title>side</title>the side", encoding="utf-8")

    async def scenario(api: Api) -> None:
        told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        api.app.once("tauri://webview-created", lambda event: told.set_result(event.payload))
        place = "{ url: 'side.html', x: 20, y: 10, width: 200, height: 100 }"
        assert await api(CREATED % ("api.window.getCurrentWindow()", "side", place)) == "created"
        assert await told == {"label": "side"}
        side = api.app.core.webviews["side"]
        await side.loaded()
        assert (await side.eval("document.title"), await side.eval("innerWidth")) == ("side", 200)
        assert side.renderer_pid not in {0, api.window.renderer_pid}
        internals = "window.__TAURI_INTERNALS__.metadata"
        assert await side.eval(internals) == {
            "currentWindow": {"label": "main"},
            "currentWebview": {"windowLabel": "main", "label": "side"},
        }
        found = "Object.fromEntries((await api.webview.getAllWebviews()).map((one) => [one.label, one.window.label]))"
        assert await api(f"return {found}") == {"main": "main", "side": "main"}
        by_label = "const side = await api.webview.Webview.getByLabel('side');"
        assert await api(f"{by_label} return [await side.position(), await side.size()]") == [
            {"x": 20, "y": 10},
            {"width": 200, "height": 100},
        ]
        await api(f"{by_label} await side.setSize(new api.dpi.LogicalSize(150, 90))")
        assert side.widget.geometry().getRect() == (20, 10, 150, 90)
        await api(f"{by_label} await side.close()")
        assert "side" not in api.app.core.webviews
        assert "main" in api.app.windows

    play(page, scenario)


def test_a_webview_that_cannot_be_added_says_why(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        here, place = "api.window.getCurrentWindow()", "{ x: 0, y: 0, width: 9, height: 9 }"
        assert await api(CREATED % (here, "main", place)) == "a webview with label `main` already exists"
        assert await api(CREATED % (here, "other", "{ x: 0, y: 0, width: 9 }")) == "options.height is missing"
        assert "options.width" in await api(CREATED % (here, "other", "{ x: 0, y: 0, width: 'w', height: 1 }"))
        ghost = "new api.window.Window('ghost', { skip: true })"
        assert await api(CREATED % (ghost, "other", place)) == 'window not found: no window has the label "ghost"'

    play(page, scenario)


def test_a_webview_goes_to_another_window_and_may_do_there_what_that_window_may(page: Runner) -> None:
    other = {"identifier": "title", "windows": ["second"], "permissions": ["core:window:allow-set-title"]}
    title = "window.__TAURI_INTERNALS__.invoke('plugin:window|set_title', { value: 'mine' })"
    (page.folder / "side.html").write_text("<!doctype html><title>side</title>", encoding="utf-8")
    here = {"identifier": "here", "windows": ["main"], "permissions": ["core:webview:default"]}
    app = page.app(capabilities=[here, other])

    async def scenario(app: App) -> None:
        main, second = app.windows["main"], app.create_window("second")
        await main.loaded()
        side = app.core.windows.add_webview(main, WindowConfig(label="side", url="side.html", width=100, height=50))
        await side.loaded()
        with pytest.raises(JavaScriptError, match="core:window:allow-set-title"):
            await side.eval(title)
        app.core.windows.reparent(side, second)
        assert side.widget.parentWidget() is second.panes
        await side.eval(title)
        assert (main.title() != "mine", second.title()) == (True, "mine")
        main.destroy()
        assert await side.eval("document.title") == "side"
        ended = asyncio.Event()
        side.page.destroyed.connect(ended.set)
        second.destroy()
        await ended.wait()

    page.run(app, scenario)


def test_a_window_alone_has_no_webview_until_one_is_added(page: Runner) -> None:
    (page.folder / "side.html").write_text("<!doctype html><title>side</title>", encoding="utf-8")

    async def scenario(api: Api) -> None:
        await api("new Promise((done) => new api.window.Window('alone').once('tauri://created', done))")
        alone = api.app.windows["alone"]
        assert (alone.renderer_pid, list(api.app.core.webviews)) == (0, ["main"])
        where, place = (
            "new api.window.Window('alone', { skip: true })",
            "{ url: 'side.html', x: 0, y: 0, width: 9, height: 9 }",
        )
        assert await api(CREATED % (where, "alone", place)) == "created"
        await api.app.core.webviews["alone"].loaded()
        assert await api.app.core.webviews["alone"].eval("document.title") == "side"

    play(page, scenario)


def test_nothing_stays_of_a_webviews_way_through_windows(page: Runner) -> None:
    gone = SIGNAL("destroyed()")

    async def scenario(api: Api) -> None:
        windows = [api.window, api.app.create_window("second")]
        side = api.app.core.windows.add_webview(api.window, WindowConfig(label="side", url="index.html"))
        heard = side.widget.receivers(gone)
        for turn in range(1, 9):
            api.app.core.windows.reparent(side, windows[turn % 2])
        assert side.widget.receivers(gone) == heard
        ended = asyncio.Event()
        side.page.destroyed.connect(ended.set)
        api.app.core.webviews.close("side")
        await ended.wait()

    play(page, scenario)


def test_the_cursor_over_a_window_alone_is_changed_and_given_back(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api("new Promise((done) => new api.window.Window('alone').once('tauri://created', done))")
        alone = api.app.windows["alone"]
        if isValid(alone.webview.widget):
            ended = asyncio.Event()
            alone.webview.widget.destroyed.connect(ended.set)
            await ended.wait()
        handle = alone.frame.windowHandle()
        for change, back in (("Visible(false)", "Visible(true)"), ("Icon('wait')", "Icon('default')")):
            await api(f"new api.window.Window('alone', {{ skip: true }}).setCursor{change}")
            assert handle.cursor().shape() != Qt.CursorShape.ArrowCursor
            await api(f"new api.window.Window('alone', {{ skip: true }}).setCursor{back}")
            assert handle.cursor().shape() == Qt.CursorShape.ArrowCursor

    play(page, scenario)


def test_windows_alone_are_no_more_than_webviews_may_be(page: Runner) -> None:
    make = """
        const invoke = window.__TAURI_INTERNALS__.invoke;
        for (let made = 1; made < 9; made++)
            try { await invoke("plugin:window|create", { options: { label: `alone-${made}`, visible: false } }) }
            catch (error) { return [made, error] }
    """
    full = "there are 3 windows or webviews already, and pages may open no more (App's limits.webviews)"

    async def scenario(api: Api) -> None:
        assert await api(make) == [3, full]
        assert await api.refused("api.core.invoke('plugin:webview|create_webview_window', { options: {} })") == full

    play(page, scenario, limits=Limits(webviews=3))


def test_a_webview_stays_in_its_window_as_in_tauri(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        api.app.create_window("second")
        assert await api.refused(f"{WEBVIEW}.reparent('second')") == "cannot reparent when using a WebviewWindow"
        assert await api(f"{WEBVIEW}.reparent('ghost')") is None

    play(page, scenario)


def test_all_that_pages_have_kept_is_cleared(page: Runner) -> None:
    keep = """
        localStorage.kept = sessionStorage.kept = "1";
        await caches.open("kept");
        const open = indexedDB.open("kept");
        await new Promise((done) => { open.onsuccess = done; });
        open.result.close();"""
    left = "[localStorage.length, sessionStorage.length, await caches.keys(), await indexedDB.databases()]"

    async def scenario(api: Api) -> None:
        store = api.app.core.webviews["main"].page.profile().cookieStore()
        removed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        added = asyncio.Event()
        store.cookieAdded.connect(added.set)
        store.cookieRemoved.connect(lambda cookie: removed.set_result(bytes(cookie.name().data()).decode()))
        cookie = QNetworkCookie(b"kept", b"1")
        cookie.setExpirationDate(datetime.now(UTC) + timedelta(days=1))  # type: ignore[arg-type]
        store.setCookie(cookie, QUrl("http://example.com"))
        await added.wait()
        await api(f"{keep} return 0")
        await api(f"{WEBVIEW}.clearAllBrowsingData()")
        assert await api(f"return {left}") == [0, 0, [], []]
        assert await removed == "kept"

    play(page, scenario)


def test_printing_needs_a_display(page: Runner, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(api: Api) -> None:
        message = "there is no display to show the print dialog on"
        assert await api.refused("api.core.invoke('plugin:webview|print')") == message
        await api("void print()")
        assert f"a page asked to be printed: {message}" in caplog.text

    play(page, scenario)


def test_a_printer_lasts_as_long_as_it_prints_whatever_becomes_of_the_window(page: Runner, tmp_path: Path) -> None:
    file = tmp_path / "printed.pdf"

    async def scenario(api: Api) -> None:
        window = api.app.create_window("printed")
        await window.loaded()
        webview = window.webview
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        webview._view.printFinished.connect(done.set_result)
        gone = asyncio.Event()
        webview.page.destroyed.connect(lambda: gone.set())
        # What the print dialog makes where the person chose a printer.
        printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(file))
        alive = weakref.ref(printer)
        webview._printing._print(printer, "")
        del printer
        window.destroy()
        assert alive() is not None
        assert not gone.is_set()
        assert await done
        assert file.read_bytes().rstrip().endswith(b"%%EOF")
        await gone.wait()
        gc.collect()
        assert alive() is None

    play(page, scenario)


def with_window(page: Runner, **options: Any) -> dict[str, Any]:
    """A configuration of one window with these options."""
    return {
        "identifier": "com.example.test",
        "build": {"frontendDist": str(page.folder)},
        "app": {"windows": [options]},
    }


def press(api: Api, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """Press keys as a person does whose keyboard is the window's."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, modifiers)


def test_the_developer_tools_open_and_close_where_they_are_allowed(page: Runner) -> None:
    toggle = "api.core.invoke('plugin:webview|internal_toggle_devtools')"

    async def allowed(api: Api) -> None:
        devtools = api.app.core.webviews["main"].devtools
        await api(toggle)
        assert devtools.is_open
        await api(toggle)
        assert not devtools.is_open

    async def off(api: Api) -> None:
        assert await api.refused(toggle) == (
            "the developer tools are off; `devtools` in the window's configuration turns them on"
        )
        assert not api.app.core.webviews["main"].devtools.is_open

    play(page, allowed, config=with_window(page, devtools=True))
    play(page, off, config=with_window(page, devtools=False))


def test_keys_open_the_developer_tools(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await focused(api)
        press(api, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert api.app.core.webviews["main"].devtools.is_open

    play(page, scenario, config=with_window(page, devtools=True))


def test_keys_zoom_where_the_configuration_says_so(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        webview = api.app.core.webviews["main"]
        await focused(api)
        for key, zoom in (
            (Qt.Key.Key_Equal, 1.2),
            (Qt.Key.Key_Plus, 1.4),
            (Qt.Key.Key_Minus, 1.2),
            (Qt.Key.Key_0, 1),
            *((Qt.Key.Key_Minus, max(1 - step / 5, 0.25)) for step in range(1, 6)),
        ):
            press(api, key, Qt.KeyboardModifier.ControlModifier)
            assert webview.zoom == pytest.approx(zoom)

    play(page, scenario, config=with_window(page, zoomHotkeysEnabled=True))


def test_keys_are_the_pages_own_where_it_does_not(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await focused(api)
        press(api, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
        assert api.app.core.webviews["main"].zoom == 1

    play(page, scenario, config=with_window(page))


def turn_wheel(api: Api, ticks: int) -> None:
    """Turn the mouse's wheel over the page with Ctrl held down."""
    widget = api.window.webview.widget.focusProxy()
    assert widget is not None
    at = QPointF(50, 50)
    turn = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120 * ticks), Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, turn)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_wheel_zooms_where_the_configuration_says_so(page: Runner, enabled: bool) -> None:
    async def scenario(api: Api) -> None:
        webview = api.window.webview
        zoomed = asyncio.Event()
        webview.page.zoomFactorChanged.connect(lambda _: zoomed.set())
        await api("void (globalThis.turned = new Promise((done) => addEventListener('wheel', () => done(1))))")
        await api.inner()
        turn_wheel(api, 1)
        await zoomed.wait()
        assert webview.zoom == pytest.approx(1.1 if enabled else 1)
        assert await api("turned") == 1
        webview.set_zoom(2)
        await until_event(api, "devicePixelRatio === 2", "resize")
        zoomed.clear()
        turn_wheel(api, 1)
        await zoomed.wait()
        assert webview.zoom == pytest.approx(2.1 if enabled else 2)

    play(page, scenario, config=with_window(page, zoomHotkeysEnabled=enabled))


async def focused(api: Api) -> None:
    """Wait until the page has the keyboard."""
    api.window.set_focus()
    await until_event(api, "document.hasFocus()", "focus")
