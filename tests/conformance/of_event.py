"""`event`: listening and emitting, and the events that Tauri itself has."""

import sys
from pathlib import Path

from tests.conformance.hands import wait_until_page_says
from tests.conformance.registry import Registry
from tests.conformance.stage import MadeWindow, Stage
from tests.desktop import process, until
from tests.window.pointing import release

_NORTH_WEST = 1  # what stays where it is told: the corner of the frame, and not that of the content
_SOURCE = (950, 150)  # where `drag_source` puts its window


def register(registry: Registry) -> None:
    event = registry.part("event", "api.event", "event")
    names = registry.part("event.TauriEvent", "api.event.TauriEvent")

    @event.works("listen('greeting', () => 1)", "emit('greeting')")
    def every_page_hears_what_is_emitted(stage: Stage) -> None:
        window = stage.subject
        window.inside(
            """globalThis.greetings = ear((handler) => api.event.listen("greeting", handler));
            await greetings.ready"""
        )
        stage.page("api.event.emit('greeting', { from: 'main' })")
        heard = window.inside("greetings.next()")
        assert (heard["event"], heard["payload"]) == ("greeting", {"from": "main"})
        window.inside("(await greetings.ready)()")
        stage.page("api.event.emit('greeting')")
        assert window.inside("greetings.heard.length") == 0

    @event.works("once('greeting', () => 1)", command="event|listen")
    def the_first_event_alone_is_heard(stage: Stage) -> None:
        script = """const first = ear((handler) => api.event.once("greeting", handler));
            const all = ear((handler) => api.event.listen("greeting", handler));
            await first.ready;
            const stop = await all.ready;
            for (const n of [1, 2, 3]) await api.event.emit("greeting", n);
            await all.next(({ payload }) => payload === 3);
            await stop();
            return first.heard.map(({ payload }) => payload)"""
        assert stage.page(script) == [1]

    @event.works("emitTo('main', 'greeting')")
    def only_those_who_are_meant_hear_it(stage: Stage) -> None:
        label = stage.subject.label
        script = f"""const targets = [{{ kind: "Any" }}, "main", {label!r}, {{ kind: "Webview", label: {label!r} }},
                {{ kind: "Window", label: {label!r} }}, {{ kind: "App" }}];
            const heard = [];
            const stops = await Promise.all(targets.map((target, number) =>
                api.event.listen("greeting", ({{ payload }}) => heard.push([number, payload]), {{ target }})));
            await api.event.emitTo({label!r}, "greeting", "label");
            await api.event.emitTo({{ kind: "Window", label: {label!r} }}, "greeting", "window");
            await api.event.emitTo({{ kind: "App" }}, "greeting", "app");
            await Promise.all(stops.map((stop) => stop()));
            return heard.sort((a, b) => a[1].localeCompare(b[1]) || a[0] - b[0])"""
        heard: dict[str, list[int]] = {}
        for number, payload in stage.page(script):
            heard.setdefault(payload, []).append(number)
        # Tauri's rules: a listener for any target hears all, and one for a label all that is for its label.
        assert heard == {"label": [0, 2, 3, 4], "window": [0, 2, 4], "app": [0, 5]}

    # The events.

    @names.works("WINDOW_RESIZED", command=None)
    def a_window_says_that_it_was_resized(stage: Stage) -> None:
        window = stage.subject
        begin_to_hear(stage, window, "WINDOW_RESIZED")
        window("setSize(new api.dpi.LogicalSize(444, 333))")
        assert heard_by(stage, "payload.width === 444") == {"width": 444, "height": 333}
        until(lambda: window.inner()[2:] == (444, 333))
        window("setSize(new api.dpi.LogicalSize(400, 300))")

    @names.works("WINDOW_MOVED", command=None)
    def a_window_says_that_the_window_manager_has_moved_it(stage: Stage) -> None:
        window = stage.subject
        begin_to_hear(stage, window, "WINDOW_MOVED")
        stage.desk.run("wmctrl", "-i", "-r", str(window.id), "-e", f"{_NORTH_WEST},222,111,-1,-1")
        assert heard_by(stage, "payload.x === 222") == {"x": 222, "y": 111}
        until(lambda: window.outer()[:2] == (222, 111))

    @names.works("WINDOW_CLOSE_REQUESTED", "WINDOW_DESTROYED", command=None)
    def a_window_that_is_asked_to_close_says_so_and_then_that_it_is_gone(stage: Stage) -> None:
        with stage.window() as window:
            # A page that listens decides, and another page's listening changes nothing.
            begin_to_hear(stage, window, "WINDOW_CLOSE_REQUESTED", "asked")
            begin_to_hear(stage, window, "WINDOW_DESTROYED", "gone")
            stage.desk.close_window(window.id)
            assert heard_by(stage, ear="asked") is None
            assert heard_by(stage, ear="gone") is None
            assert window.label not in stage.page("api.window.getAllWindows().then((all) => all.map((w) => w.label))")

    @names.works("WINDOW_FOCUS", "WINDOW_BLUR", command=None)
    def a_window_says_that_it_got_the_keyboard_and_lost_it(stage: Stage) -> None:
        window = stage.subject
        stage.page("own.setFocus()")
        stage.desk.wait_for_property(None, "_NET_ACTIVE_WINDOW", lambda value: hex(window.id) not in value)
        wait_until_page_says(window, "isFocused()", False)
        begin_to_hear(stage, window, "WINDOW_FOCUS", "focus")
        begin_to_hear(stage, window, "WINDOW_BLUR", "blur")
        stage.desk.run("wmctrl", "-i", "-a", str(window.id))
        assert heard_by(stage, ear="focus") is None
        stage.page("own.setFocus()")
        assert heard_by(stage, ear="blur") is None

    @names.works("WINDOW_THEME_CHANGED", command=None)
    def a_window_says_which_theme_there_is_now(stage: Stage) -> None:
        window = stage.subject
        begin_to_hear(stage, window, "WINDOW_THEME_CHANGED")
        stage.page("api.app.setTheme('dark')")
        assert heard_by(stage) == "dark"
        stage.page("api.app.setTheme(null)")
        assert heard_by(stage) == "light"

    @names.works("WINDOW_CREATED", "WEBVIEW_CREATED", command=None)
    def everyone_hears_of_a_new_window_and_of_its_webview(stage: Stage) -> None:
        stage.page(
            """globalThis.windows = ear((handler) => api.event.listen("tauri://window-created", handler));
            globalThis.webviews = ear((handler) => api.event.listen("tauri://webview-created", handler));
            await windows.ready; await webviews.ready"""
        )
        with stage.window(visible=False) as window:
            assert heard_by(stage, ear="windows") == {"label": window.label}
            assert heard_by(stage, ear="webviews") == {"label": window.label}

    @names.works("DRAG_ENTER", "DRAG_OVER", "DRAG_DROP", "DRAG_LEAVE", command=None)
    def files_that_are_dragged_over_a_page_are_told_with_their_paths(stage: Stage) -> None:
        every = (
            "for (const step of ['enter', 'over', 'drop', 'leave']) await both.listen(`tauri://drag-${step}`, handler)"
        )
        files_become_events(stage, listen=every)

    @names.works("WINDOW_SCALE_FACTOR_CHANGED", command=None)
    def a_window_says_that_a_pixel_has_another_size(stage: Stage) -> None:
        with stage.window(x=50, y=50, width=200, height=100) as window:
            begin_to_hear(stage, window, "WINDOW_SCALE_FACTOR_CHANGED")
            with stage.scaled(1.5):
                assert heard_by(stage) == {"scaleFactor": 1.5, "size": {"width": 300, "height": 150}}
                assert window("scaleFactor()") == 1.5
            assert heard_by(stage) == {"scaleFactor": 1, "size": {"width": 200, "height": 100}}

    @names.as_on_linux("WINDOW_SUSPENDED", "WINDOW_RESUMED", command=None, answer="never comes: only phones have it")
    def what_only_phones_tell_can_be_listened_to(stage: Stage) -> None:
        script = """const stops = await Promise.all([api.event.TauriEvent.WINDOW_SUSPENDED,
                api.event.TauriEvent.WINDOW_RESUMED].map((name) => api.event.listen(name, () => 1)));
            await Promise.all(stops.map((stop) => stop()));
            return stops.length"""
        assert stage.page(script) == 2


def begin_to_hear(stage: Stage, window: MadeWindow, name: str, ear: str = "it") -> None:
    """Listen in the first page to an event of a window."""
    stage.page(
        f"""globalThis.{ear} = ear((handler) => made[{window.label!r}].listen(api.event.TauriEvent.{name}, handler));
        await {ear}.ready"""
    )


def heard_by(stage: Stage, accept: str = "true", ear: str = "it") -> object:
    """The payload of the first event that was heard and is accepted."""
    return stage.page(f"{ear}.next(({{ payload }}) => {accept}).then(({{ payload }}) => payload)")


def files_become_events(stage: Stage, *, listen: str) -> None:
    """Drag a file over a page and let it go there, and once more, and take it away again.

    Args:
        stage: Where.
        listen: How the page begins to listen: with `handler`.
    """
    window, file = stage.subject, str(Path(__file__))
    window("setPosition(new api.dpi.LogicalPosition(100, 100))")
    until(lambda: window.outer()[:2] == (100, 100))
    window("setAlwaysOnTop(true)")
    window.wait_for_state("ABOVE")
    window.inside(f"globalThis.drags = ear(async (handler) => {{ {listen} }}); await drags.ready")
    left, top, _, _ = window.inner()
    inside, further, outside = (left + 50, top + 60), (left + 120, top + 130), (700, 600)
    for end in (further, outside):
        with process(sys.executable, "-m", "tests.window.drag_source", file, env=stage.desk.env) as source:
            assert source.next() == "shown"
            move(stage, _SOURCE)
            stage.desk.run("xdotool", "mousedown", "1")
            assert source.next() == "dragging"
            move(stage, (_SOURCE[0] - 20, _SOURCE[1] + 10), inside)
            assert next_drag(window, "enter") == {"paths": [file], "position": {"x": 50, "y": 60}}
            move(stage, end)
            if end is further:
                assert next_drag(window, "over", "payload.position.x === 120") == {"position": {"x": 120, "y": 130}}
            else:
                assert next_drag(window, "leave") is None
            release(stage.desk)
            if end is further:
                assert next_drag(window, "drop") == {"paths": [file], "position": {"x": 120, "y": 130}}
            source.next()
    window("setAlwaysOnTop(false)")
    window.wait_for_state("ABOVE", absent=True)


def next_drag(window: MadeWindow, step: str, accept: str = "true") -> object:
    return window.inside(
        f"""const {{ payload }} = await drags.next(({{ event, payload }}) => event === "tauri://drag-{step}" && {accept});
        // The package's own form of these events says what it is once more.
        if (payload?.type !== undefined) {{
            if (payload.type !== "{step}") throw new Error(payload.type);
            delete payload.type;
        }}
        return Object.keys(payload ?? {{}}).length ? payload : null"""
    )


def move(stage: Stage, *points: tuple[int, int]) -> None:
    for x, y in points:
        stage.desk.run("xdotool", "mousemove", str(x), str(y))
