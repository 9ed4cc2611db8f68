"""`webview` and `webviewWindow`. Most of what they do is proved by the tests of their commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.conformance.of_event import files_become_events
from tests.conformance.registry import Registry
from tests.conformance.stage import MadeWindow, Stage
from tests.desktop import until
from tests.window.pixels import Pixel

_TESTS = "tests/plugins/test_webview.py::"
_OF_WINDOWS = "tests/plugins/test_webview_window.py::"


def register(registry: Registry) -> None:
    module = registry.part("webview", "api.webview", "webview")
    webview = registry.part("webview.Webview", "view", "webview")
    static = registry.part("webview.Webview", "api.webview.Webview", "webview")
    listed = f"{_TESTS}test_every_webview_is_listed_with_its_window"
    module.proved(listed, "getAllWebviews()")
    module.proved(listed, "getCurrentWebview()", command=None)
    static.proved(listed, "getByLabel('main')", "getAll()", command="webview|get_all_webviews")
    static.proved(listed, "getCurrent()", command=None)
    webview.proved(
        f"{_TESTS}test_what_the_page_leaves_free_has_the_webviews_color",
        "setBackgroundColor('#f00')",
        command="webview|set_webview_background_color",
    )
    webview.proved(f"{_TESTS}test_all_that_pages_have_kept_is_cleared", "clearAllBrowsingData()")
    register_places(registry)
    register_events(registry)
    register_windows(registry)


_SIDE, _BELOW = "#cc3333", "#22aa88"  # the colours of the pages


def register_places(registry: Registry) -> None:
    """Several webviews in a window, as the screen shows them."""
    webview = registry.part("webview.Webview", "view", "webview")

    def a_window_shows_webviews_where_they_are_put(stage: Stage) -> None:
        with stage.window(x=100, y=100, width=400, height=300) as one, side_in(one) as side:
            shows(one, (20, 30, 150, 100))
            assert side("position()") == {"x": 20, "y": 30}
            assert side("size()") == {"width": 150, "height": 100}
            assert side.inside("[innerWidth, innerHeight]") == [150, 100]
            assert side.inside("__TAURI_INTERNALS__.metadata.currentWebview.windowLabel") == one.label
            side("setPosition(new api.dpi.LogicalPosition(200, 150))")
            shows(one, (200, 150, 150, 100))
            side("setSize(new api.dpi.LogicalSize(100, 60))")
            shows(one, (200, 150, 100, 60))
            side("hide()")
            until(lambda: colour(one, 250, 180) == _BELOW)
            side("show()")
            shows(one, (200, 150, 100, 60))
            one("setSize(new api.dpi.LogicalSize(500, 300))")
            shows(one, (200, 150, 100, 60))
            side("setAutoResize(true)")
            one("setSize(new api.dpi.LogicalSize(1000, 600))")
            shows(one, (400, 300, 200, 120))
            side("setZoom(2)")
            until(lambda: side.inside("[innerWidth, innerHeight]") == [100, 60])
            side("close()")
            until(lambda: colour(one, 500, 360) == _BELOW)

    webview.constructor(
        a_window_shows_webviews_where_they_are_put,
        """new Promise((_, reject) => new api.webview.Webview(own, "made-none", { x: 0, y: 0, width: 9, height: 9 })
            .once("tauri://error", ({ payload }) => reject(payload)))""",
        command="webview|create_webview",
    )
    webview.works("_handleTauriEvent('tauri://created', () => 1)", command=None)(
        a_window_shows_webviews_where_they_are_put
    )
    for call, command in (
        ("position()", "webview_position"),
        ("size()", "webview_size"),
        ("setPosition(new api.dpi.LogicalPosition(1, 1))", "set_webview_position"),
        ("setSize(new api.dpi.LogicalSize(1, 1))", "set_webview_size"),
        ("setAutoResize(true)", "set_webview_auto_resize"),
        ("setZoom(2)", "set_webview_zoom"),
        ("hide()", "webview_hide"),
        ("show()", "webview_show"),
        ("close()", "webview_close"),
    ):
        webview.works(call, command=f"webview|{command}")(a_window_shows_webviews_where_they_are_put)

    @webview.works("setFocus()", command="webview|set_webview_focus")
    def keys_go_to_the_webview_that_has_the_focus(stage: Stage) -> None:
        with stage.window() as one, side_in(one) as side:
            one("setFocus()")
            one.wait_until_active()
            typed = "globalThis.typed = new Promise((done) => { onkeydown = ({ key }) => done(key); }); return 1"
            stage.page(
                f"const all = await api.webview.getAllWebviews(); made.itself = all.find((it) => it.label === {one.label!r})"
            )
            for page, focus, key in ((side, side, "s"), (one, MadeWindow(stage, "itself"), "m")):
                focus("setFocus()")
                until(lambda page=page: page.inside("document.hasFocus()"))  # type: ignore[misc]
                page.inside(typed)
                stage.desk.run("xdotool", "key", key)
                assert page.inside("typed") == key

    @webview.works("reparent('main')")
    def a_webview_goes_to_another_window(stage: Stage) -> None:
        with stage.window(x=50) as one, stage.window(x=600) as other, side_in(one) as side:
            shows(one, (20, 30, 150, 100))
            side.inside("globalThis.kept = 'kept'; return 1")
            side(f"reparent({other.label!r})")
            shows(other, (20, 30, 150, 100))
            until(lambda: colour(one, 60, 60) == _BELOW)
            assert side.inside("kept") == "kept"
            windows = (
                "Object.fromEntries((await api.webview.getAllWebviews()).map((it) => [it.label, it.window.label]))"
            )
            assert stage.page(f"return {windows}")[side.label] == other.label
            refused = f"(await api.webview.Webview.getByLabel({one.label!r})).reparent({other.label!r})"
            assert "cannot reparent when using a WebviewWindow" in stage.rejection(f"return {refused}")


@contextmanager
def side_in(window: MadeWindow) -> Iterator[MadeWindow]:
    """A further webview in a window, 150 by 100 at 20, 30; `made[label]` in the first page."""
    stage, label = window.stage, f"{window.label}-side"
    stage.page(
        f"""const side = new api.webview.Webview(
                made[{window.label!r}], {label!r}, {{ url: "side.html", x: 20, y: 30, width: 150, height: 100 }});
        await new Promise((done, fail) => {{
            side.once("tauri://created", done);
            side.once("tauri://error", ({{ payload }}) => fail(new Error(payload)));
        }});
        made[{label!r}] = side;"""
    )
    yield MadeWindow(stage, label)
    stage.page(f"const side = await api.webview.Webview.getByLabel({label!r}); if (side) await side.close();")


def colour(window: MadeWindow, x: int, y: int) -> str:
    """The colour of a place in the content, as the screen shows it."""
    left, top, _, _ = window.inner()
    with Pixel(window.desk, left + x, top + y) as pixel:
        return pixel.colour()


def shows(window: MadeWindow, place: tuple[int, int, int, int]) -> None:
    """Wait until the further webview is to be seen in this place of the content, to its edges, and nothing of it beyond."""
    x, y, width, height = place
    inside = ((x + 1, y + 1), (x + width - 2, y + height - 2))
    beyond = ((x - 2, y - 2), (x + width + 1, y + height + 1))
    until(
        lambda: (
            all(colour(window, *at) == _SIDE for at in inside) and all(colour(window, *at) == _BELOW for at in beyond)
        )
    )


def register_events(registry: Registry) -> None:
    """How webviews talk."""
    webview = registry.part("webview.Webview", "view", "event")

    def webviews_talk(stage: Stage) -> None:
        one = stage.subject
        one.inside(
            """globalThis.all = ear((handler) => view.listen("greeting", handler));
            globalThis.first = ear((handler) => view.once("greeting", handler));
            await all.ready; await first.ready"""
        )
        stage.page("await view.emit('greeting', 1)")
        stage.page(f"await view.emitTo({one.label!r}, 'greeting', 2)")
        stage.page("await view.emitTo({ kind: 'Webview', label: 'main' }, 'greeting', 3)")
        stage.page(f"await view.emitTo({{ kind: 'Webview', label: {one.label!r} }}, 'greeting', 4)")
        heard = "await all.next(({ payload }) => payload === %d); return first.heard.map((e) => e.payload)"
        assert one.inside(heard % 2) == [1]
        assert one.inside("all.next().then((event) => event.payload)") == 4

    webview.works("emit('greeting')", "emitTo('main', 'greeting')")(webviews_talk)
    webview.works("listen('greeting', () => 1)", "once('greeting', () => 1)", command="event|listen")(webviews_talk)

    def a_page_hears_of_files_that_are_dragged_over_it(stage: Stage) -> None:
        files_become_events(stage, listen="await view.onDragDropEvent(handler)")

    webview.works("onDragDropEvent(() => 1)", command="event|listen")(a_page_hears_of_files_that_are_dragged_over_it)

    def a_window_hears_of_files_that_are_dragged_over_it(stage: Stage) -> None:
        files_become_events(stage, listen="await own.onDragDropEvent(handler)")

    registry.part("window.Window", "own", "event").works("onDragDropEvent(() => 1)", command="event|listen")(
        a_window_hears_of_files_that_are_dragged_over_it
    )


def register_windows(registry: Registry) -> None:
    """`webviewWindow`: a window and its webview in one. It has the functions of both, and these of its own."""
    module = registry.part("webviewWindow", "api.webviewWindow", "window")
    both = registry.part("webviewWindow.WebviewWindow", "both", "window")
    static = registry.part("webviewWindow.WebviewWindow", "api.webviewWindow.WebviewWindow", "window")
    found = f"{_OF_WINDOWS}test_windows_are_found_by_label"
    module.proved(found, "getAllWebviewWindows()", command="window|get_all_windows")
    module.proved(found, "getCurrentWebviewWindow()", command=None)
    static.proved(found, "getByLabel('main')", "getAll()", command="window|get_all_windows")
    static.proved(found, "getCurrent()", command=None)
    both.constructor(
        f"{_OF_WINDOWS}test_a_page_opens_a_window_with_a_renderer_of_its_own",
        """new Promise((_, reject) => new api.webviewWindow.WebviewWindow("made-other")
            .once("tauri://error", ({ payload }) => reject(payload)))""",
        command="webview|create_webview_window",
    )
    both.proved(
        f"{_OF_WINDOWS}test_it_does_what_windows_do_and_what_webviews_do",
        "setBackgroundColor('#f00')",
        command="window|set_background_color",
    )
    talk = f"{_OF_WINDOWS}test_windows_talk_by_events"
    both.proved(talk, "once('greeting', () => 1)", command="event|listen")

    @both.works("listen('greeting', () => 1)", command="event|listen")
    def it_hears_what_is_for_its_window_and_what_is_for_its_webview(stage: Stage) -> None:
        one = stage.subject
        one.inside('globalThis.all = ear((handler) => both.listen("greeting", handler)); await all.ready')
        for kind in ("Window", "Webview", "WebviewWindow"):
            stage.page(f"api.event.emitTo({{ kind: {kind!r}, label: {one.label!r} }}, 'greeting', {kind!r})")
        stage.page(f"api.event.emitTo({one.label!r}, 'greeting', 'label')")
        script = "const heard = await all.next(); return heard.payload"
        assert [one.inside(script) for _ in range(2)] == ["WebviewWindow", "label"]
