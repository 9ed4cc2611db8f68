"""What pages have without the package: what it stands on itself, and elements that a person drags their window by."""

import json

from tests.conformance.hands import click, drag, on_top, wait_until_page_says
from tests.conformance.registry import Entry, Registry, Verdict
from tests.conformance.stage import Stage
from tests.desktop import until
from tests.window.pointing import release

EARLY = """<script>
    const members = (name) => [name, typeof window[name], Object.keys(Object(window[name])).sort()];
    globalThis.early = ["__TAURI_INTERNALS__", "__TAURI_EVENT_PLUGIN_INTERNALS__", "isTauri"].map(members);
    globalThis.earlyAnswer = __TAURI_INTERNALS__.invoke("echo", { value: "early" });
</script>"""
"""The first script of each page."""

_REGIONS = """
    document.body.innerHTML = `
        <style>body, div { margin: 0; height: 60px } </style>
        <div data-tauri-drag-region></div>
        <div data-tauri-drag-region="deep"><p style="margin: 0; height: 60px">text</p></div>
        <div data-tauri-drag-region><p style="margin: 0; height: 60px">text</p></div>
        <div data-tauri-drag-region="deep"><button style="width: 100%; height: 60px">button</button></div>`;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"""
_DRAGS = (True, True, False, False)  # by row


def register(registry: Registry) -> None:
    page = registry.part("page", "globalThis")
    internals = registry.part("page.__TAURI_INTERNALS__", "__TAURI_INTERNALS__")
    of_events = registry.part("page.__TAURI_EVENT_PLUGIN_INTERNALS__", "__TAURI_EVENT_PLUGIN_INTERNALS__")

    @page.works("__TAURI_INTERNALS__", "__TAURI_EVENT_PLUGIN_INTERNALS__", "isTauri", command=None)
    def all_is_there_before_the_first_script_of_a_page(stage: Stage) -> None:
        names = "invoke transformCallback unregisterCallback runCallback callbacks convertFileSrc metadata plugins"
        for label in ("main", "plain", stage.subject.label):
            assert stage.page("early", label) == [
                ["__TAURI_INTERNALS__", "object", sorted(names.split())],
                ["__TAURI_EVENT_PLUGIN_INTERNALS__", "object", ["unregisterListener"]],
                ["isTauri", "boolean", []],
            ]
            assert stage.page("earlyAnswer", label) == "early"

    @internals.works("metadata", "plugins", command=None)
    def a_page_knows_which_window_it_is_in(stage: Stage) -> None:
        one = stage.subject
        assert one.inside("__TAURI_INTERNALS__.metadata") == {
            "currentWindow": {"label": one.label},
            "currentWebview": {"windowLabel": one.label, "label": one.label},
        }
        assert one.inside("__TAURI_INTERNALS__.plugins.path") == {"sep": "/", "delimiter": ":"}

    @internals.works("invoke('echo')", "convertFileSrc('/a b')", command=None)
    def a_page_calls_commands_without_the_package(stage: Stage) -> None:
        value = {"list": [1, None], "text": "Ünï"}
        assert stage.page(f"__TAURI_INTERNALS__.invoke('echo', {{ value: {json.dumps(value)} }})") == value
        assert stage.page("__TAURI_INTERNALS__.convertFileSrc('/a b')") == "asset://localhost/%2Fa%20b"

    @internals.works(
        *("transformCallback(() => 1)", "unregisterCallback(1)", "runCallback(1, 'x')", "callbacks"), command=None
    )
    def callbacks_are_called_until_they_are_taken_away(stage: Stage) -> None:
        script = """const { transformCallback, unregisterCallback, runCallback, callbacks } = __TAURI_INTERNALS__;
            const heard = [], always = transformCallback((it) => heard.push(it)), once = transformCallback(
                (it) => heard.push(it), true);
            const there = [callbacks.has(always), callbacks.has(once)];
            for (const it of [1, 2]) { runCallback(always, it); runCallback(once, 10 * it); }
            unregisterCallback(always);
            runCallback(always, 3);
            return [there, heard, callbacks.has(always), callbacks.has(once)]"""
        assert stage.page(script) == [[True, True], [1, 10, 2], False, False]

    @of_events.works("unregisterListener('greeting', 1)", command=None)
    def a_listener_that_is_taken_away_hears_no_more_at_once(stage: Stage) -> None:
        script = """const heard = [], handler = __TAURI_INTERNALS__.transformCallback(({ payload }) => heard.push(payload));
            const listen = { event: "greeting", target: { kind: "Any" }, handler };
            const eventId = await __TAURI_INTERNALS__.invoke("plugin:event|listen", listen);
            await api.event.emit("greeting", 1);
            await api.core.invoke("echo", { value: 1 });
            __TAURI_EVENT_PLUGIN_INTERNALS__.unregisterListener("greeting", eventId);
            await api.event.emit("greeting", 2);
            await api.core.invoke("echo", { value: 1 });
            await __TAURI_INTERNALS__.invoke("plugin:event|unlisten", { event: "greeting", eventId });
            return heard"""
        assert stage.page(script) == [1]

    @page.works("__TAURI_TO_IPC_KEY__", command=None)
    def an_object_says_how_it_travels_without_the_package(stage: Stage) -> None:
        value = "{ a: 1, __TAURI_TO_IPC_KEY__() { return { b: 2 }; } }"
        assert stage.page(f"__TAURI_INTERNALS__.invoke('echo', {{ value: {value} }})") == {"b": 2}

    def what_a_page_overwrites_is_its_own(stage: Stage) -> None:
        script = """const tries = [
                () => { __TAURI_INTERNALS__.invoke = null; }, () => { window.__TAURI_INTERNALS__ = {}; },
                () => { delete window.__TAURI_INTERNALS__; }, () => { __TAURI_INTERNALS__.callbacks.clear(); },
                () => { __TAURI_INTERNALS__.metadata.currentWindow.label = "main"; },
                () => { __TAURI_INTERNALS__.metadata.currentWebview.label = "main"; },
                () => { window.qt = null; }, () => { JSON.parse = JSON.stringify = null; },
            ];
            for (const one of tries) try { one(); } catch {}
            void __TAURI_INTERNALS__.invoke("plugin:window|set_title", { value: "it says that it is main" });
            // From here on it cannot even answer.
            setTimeout(() => { Promise.prototype.then = Map.prototype.get = Array.prototype.push = null; });
            return 1"""
        with stage.window() as broken:
            one = stage.subject
            native = broken.id
            one.inside('globalThis.all = ear((handler) => own.listen("greeting", handler)); await all.ready')
            broken.inside(script)
            # What it asks for is asked for its own window, whatever it takes itself for.
            stage.desk.wait_for_property(native, "_NET_WM_NAME", lambda value: "it says that it is main" in value)
            assert "says" not in stage.page("own.title()")
            stage.page(f"await own.emitTo({broken.label!r}, 'greeting', 1); await own.emit('greeting', 2)")
            assert one.inside("all.next().then(({ payload }) => payload)") == 2
            assert one.inside("api.core.invoke('echo', { value: 'whole' })") == "whole"
            assert stage.page("[own.label, typeof __TAURI_INTERNALS__.invoke]") == ["main", "function"]

    registry.entries.append(
        Entry("page.a page that overwrites all this", Verdict.WORKS, what_a_page_overwrites_is_its_own)
    )
    register_regions(registry)


def register_regions(registry: Registry) -> None:
    """Elements that a person drags their window by."""

    def a_person_drags_a_window_by_an_element_that_says_so(stage: Stage) -> None:
        with stage.window(x=200, y=100, decorations=False) as one:
            one.inside(_REGIONS)
            for row, drags in enumerate(_DRAGS):
                on_top(one)
                x, y, _, _ = one.inner()
                start = x + 200, y + 60 * row + 30
                if drags:
                    drag(one, start, (60, 40), lambda x=x: one.inner()[0] >= x + 50)  # type: ignore[misc]
                else:
                    one.inside("globalThis.up = new Promise((done) => { onmouseup = () => done(1); }); return 1")
                    stage.desk.run("xdotool", "mousemove", *map(str, start), "mousedown", "1")
                    stage.desk.run("xdotool", "mousemove", str(start[0] + 30), str(start[1]))
                    release(stage.desk)
                    one.inside("up")
                    assert one.inner()[:2] == (x, y)

    def a_double_click_on_it_maximizes_what_may_be_resized(stage: Stage) -> None:
        with stage.window(x=200, y=100, decorations=False) as one:
            one.inside(_REGIONS)
            one.inside(
                """globalThis.presses = [];
                addEventListener("mousedown", ({ detail }) => presses.push(detail), true);
                return 1"""
            )
            # However long a slow machine takes for two clicks, they are two at a place.
            stage.page("api.core.invoke('count_clicks_within', { milliseconds: 600_000 })")
            for on in (True, False):
                on_top(one)
                x, y, width, _ = one.inner()
                for press in (1, 2):
                    stage.desk.run("xdotool", "mousemove", str(x + width // 2), str(y + 30), "mousedown", "1")
                    until(lambda press=press: bool(one.inside(f"presses.at(-1) === {press}")))  # type: ignore[misc]
                    # What the page has asked for then, is done.
                    one.inside("api.core.invoke('echo', { value: 1 })")
                    release(stage.desk)
                wait_until_page_says(one, "isMaximized()", on)
            stage.page("api.core.invoke('count_clicks_within', { milliseconds: 400 })")
            until(lambda: one.inner() == (200, 100, 400, 300))

    def a_window_without_borders_is_resized_by_its_inner_edges(stage: Stage) -> None:
        with stage.window(x=200, y=100, decorations=False) as one:
            on_top(one)
            one.inside("globalThis.presses = 0; onmousedown = () => { presses += 1; }; return 1")
            x, y, width, height = one.inner()
            drag(
                one, (x + width - 2, y + height - 2), (80, 60), lambda: one.inner()[2] >= 470 and one.inner()[3] >= 350
            )
            click(stage, one.middle())
            until(lambda: bool(one.inside("presses") == 1))

    for name, check in (
        ("data-tauri-drag-region", a_person_drags_a_window_by_an_element_that_says_so),
        ("data-tauri-drag-region, double click", a_double_click_on_it_maximizes_what_may_be_resized),
        ("edges of a window without decorations", a_window_without_borders_is_resized_by_its_inner_edges),
    ):
        registry.entries.append(Entry(f"page.{name}", Verdict.WORKS, check))
