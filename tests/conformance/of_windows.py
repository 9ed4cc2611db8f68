"""`window`: how windows are made and found, how they talk, and what their pages hear."""

from tests.conformance.hands import is_centred, wait_until_page_says
from tests.conformance.registry import Entry, Registry, Verdict
from tests.conformance.stage import MadeWindow, Stage
from tests.desktop import until

_AS_MADE = {
    "alwaysOnTop": ("_NET_WM_STATE", "_ABOVE"),
    "alwaysOnBottom": ("_NET_WM_STATE", "_BELOW"),
    "skipTaskbar": ("_NET_WM_STATE", "_SKIP_TASKBAR"),
    "visibleOnAllWorkspaces": ("_NET_WM_DESKTOP", "4294967295"),
    "maximized": ("_NET_WM_STATE", "_MAXIMIZED_VERT, _NET_WM_STATE_MAXIMIZED_HORZ"),
    "fullscreen": ("_NET_WM_STATE", "_FULLSCREEN"),
}
"""Options that are true of a new window, and the property in which the window manager has each."""


def register(registry: Registry) -> None:
    module = registry.part("window", "api.window", "window")
    window = registry.part("window.Window", "own", "window")

    def a_window_can_be_made_without_a_page(stage: Stage) -> None:
        script = """const w = new api.window.Window("made-alone", { title: "alone", width: 200, height: 100 });
            await new Promise((done, fail) => {
                w.once("tauri://created", done);
                w.listen("tauri://error", ({ payload }) => fail(payload));
            });"""
        stage.page(script)
        native = stage.desk.window_named("alone")
        until(lambda: stage.desk.geometry(native)[2:] == (200, 100))
        twice = "return new Promise((done) => new api.window.Window('made-alone').once('tauri://error', done)).then((e) => e.payload)"
        assert "exists already" in stage.page(twice)
        stage.page("await (await api.window.Window.getByLabel('made-alone')).destroy()")

    window.constructor(
        a_window_can_be_made_without_a_page,
        """new Promise((_, reject) =>
            new api.window.Window("made-other").once("tauri://error", ({ payload }) => reject(payload)))""",
        command="window|create",
    )
    window.works("_handleTauriEvent('tauri://created', () => 1)", command=None)(a_window_can_be_made_without_a_page)

    static = registry.part("window.Window", "api.window.Window", "window")

    def windows_are_found(stage: Stage) -> None:
        one = stage.subject
        script = f"""const all = await api.window.getAllWindows();
            const labels = [all, await api.window.Window.getAll()].map((some) => some.map((w) => w.label));
            const found = await api.window.Window.getByLabel({one.label!r});
            const none = await api.window.Window.getByLabel("nobody");
            return [...labels, await found.title(), none, api.window.getCurrentWindow().label,
                api.window.Window.getCurrent().label]"""
        assert stage.page(script) == [
            ["main", "plain", one.label],
            ["main", "plain", one.label],
            one.label,
            None,
            "main",
            "main",
        ]
        one("setFocus()")
        # The window manager may still be busy with a window that has gone.
        until(lambda: bool(stage.page("(await api.window.Window.getFocusedWindow())?.label") == one.label))

    module.works("getAllWindows()")(windows_are_found)
    module.works("getCurrentWindow()", command=None)(windows_are_found)
    static.works("getByLabel('main')", "getAll()", "getFocusedWindow()", command="window|get_all_windows")(
        windows_are_found
    )
    static.works("getCurrent()", command=None)(windows_are_found)

    def windows_talk(stage: Stage) -> None:
        one = stage.subject
        one.inside(
            """globalThis.all = ear((handler) => own.listen("greeting", handler));
            globalThis.first = ear((handler) => own.once("greeting", handler));
            await all.ready; await first.ready"""
        )
        stage.page("await own.emit('greeting', 1)")
        stage.page(f"await own.emitTo({one.label!r}, 'greeting', 2)")
        stage.page("await own.emitTo({ kind: 'Window', label: 'main' }, 'greeting', 3)")
        stage.page("await own.emit('greeting', 4)")
        heard = "await all.next(({ payload }) => payload === %d); return first.heard.map((e) => e.payload)"
        assert one.inside(heard % 2) == [1]
        assert one.inside("all.next().then((event) => event.payload)") == 4

    window.works("emit('greeting')", command="event|emit")(windows_talk)
    window.works("emitTo('main', 'greeting')", command="event|emit_to")(windows_talk)
    window.works("listen('greeting', () => 1)", "once('greeting', () => 1)", command="event|listen")(windows_talk)

    def a_page_hears_of_size_place_and_keyboard(stage: Stage) -> None:
        one = stage.subject
        script = """const w = made[%r], heard = ear((handler) => w.%s(handler));
            const stop = await heard.ready;
            await w.%s;
            const { payload } = await heard.next(({ payload }) => %s);
            await stop();
            return [payload.constructor.name, payload]"""
        assert stage.page(
            script % (one.label, "onResized", "setSize(new api.dpi.LogicalSize(410, 310))", "payload.width === 410")
        ) == ["PhysicalSize", {"width": 410, "height": 310}]
        assert stage.page(
            script % (one.label, "onMoved", "setPosition(new api.dpi.LogicalPosition(130, 140))", "payload.x === 130")
        ) == ["PhysicalPosition", {"x": 130, "y": 140}]
        stage.page("own.setFocus()")
        wait_until_page_says(one, "isFocused()", False)
        assert stage.page(script % (one.label, "onFocusChanged", "setFocus()", "true")) == ["Boolean", True]
        one("setSize(new api.dpi.LogicalSize(400, 300))")

    for call in ("onResized(() => 1)", "onMoved(() => 1)", "onFocusChanged(() => 1)"):
        window.works(call, command="event|listen")(a_page_hears_of_size_place_and_keyboard)

    def a_page_decides_whether_its_window_closes(stage: Stage) -> None:
        with stage.window() as one:
            one.inside(
                """globalThis.asked = ear(async (handler) => {
                    globalThis.stop = await own.onCloseRequested(async (event) => {
                        event.preventDefault();
                        handler({ prevented: event.isPreventDefault(), kind: event.constructor.name });
                    });
                });
                await asked.ready"""
            )
            stage.desk.close_window(one.id)
            assert one.inside("asked.next()") == {"prevented": True, "kind": "CloseRequestedEvent"}
            assert one("isVisible()") is True
            one.inside("await stop(); await own.onCloseRequested(() => 1); return 1")
            stage.desk.close_window(one.id)
            stage.desk.wait_until_unlisted(one.id)

    window.works("onCloseRequested(() => 1)", command="event|listen")(a_page_decides_whether_its_window_closes)
    asked = registry.part("window.CloseRequestedEvent", "new api.window.CloseRequestedEvent({})")
    asked.constructor(a_page_decides_whether_its_window_closes)
    asked.works("preventDefault()", "isPreventDefault()", command=None)(a_page_decides_whether_its_window_closes)

    def a_new_window_is_as_its_options_say(stage: Stage) -> None:
        for option, (name, value) in _AS_MADE.items():
            with stage.window(**{option: True}) as one:
                one.wait_for(name, lambda seen, value=value: value in seen)  # type: ignore[misc]
        with stage.window(parent="main") as one:
            main = stage.desk.window_named(stage.page("own.title()"))
            one.wait_for("WM_TRANSIENT_FOR", lambda seen: hex(main) in seen)
        with stage.window(x=150, y=120, minWidth=500, maxHeight=200) as one:
            until(lambda: (*one.outer()[:2], *one.inner()[2:]) == (150, 120, 500, 200))
        with stage.window(x=None, y=None, center=True) as one:
            # One that is shown before the window manager has said how wide the frame will be reckons without it. So does
            # one below that is not to be larger than the screen; `tests/window` is exact.
            until(lambda: is_centred(one, to=15))
        with stage.window(x=150, y=120, decorations=False) as one:
            until(lambda: one.outer() == one.inner() == (150, 120, 400, 300))
        with stage.window(width=2000, height=2000, preventOverflow=True) as one:
            until(lambda: one.inner()[2] <= 1280 and one.inner()[3] <= 800)
        stage.page("made.itself = own; await own.setFocus()")
        wait_until_page_says(MadeWindow(stage, "itself"), "isFocused()", True)
        with stage.window(focus=False) as one:
            one.wait_for("_NET_WM_STATE", lambda seen: "FOCUSED" not in seen)
            assert one("isFocused()") is False

    registry.entries.append(Entry("page.options of a new window", Verdict.WORKS, a_new_window_is_as_its_options_say))
