"""`core`: calls, channels, resources and what packages stand on."""

from tests.conformance.registry import Registry
from tests.conformance.stage import Stage


def register(registry: Registry) -> None:
    core = registry.part("core", "api.core")
    channel = registry.part("core.Channel", "new api.core.Channel()")
    resource = registry.part("core.Resource", "new api.core.Resource(1)")
    listener = registry.part("core.PluginListener", "new api.core.PluginListener('probe', 'tick', 1)")

    @core.works("invoke('echo')", command=None)
    def a_command_gets_arguments_and_gives_a_result(stage: Stage) -> None:
        value = {"list": [1, 2.5, None], "text": "Ünï"}
        stage.page("globalThis.value = { list: [1, 2.5, null], text: 'Ünï' }; return 1")
        assert stage.page("api.core.invoke('echo', { value })") == value
        assert stage.page("api.core.invoke('echo', { value }, { headers: { 'X-Note': '1' } })") == value
        assert "no_such_command" in stage.rejection("api.core.invoke('no_such_command')")

    @core.works("isTauri()", command=None)
    def a_page_knows_where_it_runs(stage: Stage) -> None:
        assert stage.page("api.core.isTauri()") is True

    @core.works("transformCallback(() => 1)", command=None)
    def a_callback_has_a_number(stage: Stage) -> None:
        run = "const id = api.core.transformCallback((value) => { globalThis.given = value; }, true);"
        assert stage.page(f"{run} __TAURI_INTERNALS__.runCallback(id, 'this'); return given") == "this"
        twice = "__TAURI_INTERNALS__.runCallback(id, 'this'); __TAURI_INTERNALS__.runCallback(id, 'that');"
        assert stage.page(f"{run} {twice} return given") == "this"

    @core.works("convertFileSrc('/a b')", command=None)
    def a_path_becomes_an_address(stage: Stage) -> None:
        assert (
            stage.page("api.core.convertFileSrc('/tmp/a b/ü.png')") == "asset://localhost/%2Ftmp%2Fa%20b%2F%C3%BC.png"
        )
        assert stage.page("api.core.convertFileSrc('x', 'own')") == "own://localhost/x"

    @core.works("SERIALIZE_TO_IPC_FN", command=None)
    def an_object_says_how_it_travels(stage: Stage) -> None:
        key = "[api.core.SERIALIZE_TO_IPC_FN]"
        assert stage.page(f"api.core.invoke('echo', {{ value: {{ a: 1, {key}() {{ return 'x'; }} }} }})") == "x"

    def numbers_come_in_order(stage: Stage) -> None:
        script = """const onNumber = new api.core.Channel(), seen = [];
            onNumber.onmessage = (number) => seen.push(number);
            const other = onNumber.onmessage;
            await api.core.invoke("count", { to: 100, onNumber });
            while (seen.length < 100) await new Promise((done) => setTimeout(done));
            return [seen, typeof other]"""
        assert stage.page(script) == [list(range(100)), "function"]

    core_channel = numbers_come_in_order
    channel.constructor(core_channel)
    channel.works("onmessage", command=None)(core_channel)

    @channel.works("toJSON()", "__TAURI_TO_IPC_KEY__()", command=None)
    def a_channel_travels_as_its_number(stage: Stage) -> None:
        same = "const one = new api.core.Channel(); return `__CHANNEL__:${one.id}` === %s"
        assert stage.page(same % "JSON.parse(JSON.stringify(one))")
        assert stage.page(same % "one.__TAURI_TO_IPC_KEY__()")

    @channel.works("cleanupCallback()", command=None)
    def the_callback_goes_with_the_channel(stage: Stage) -> None:
        script = """const onNumber = new api.core.Channel();
            const before = __TAURI_INTERNALS__.callbacks.has(onNumber.id);
            await api.core.invoke("count", { to: 3, onNumber });
            while (__TAURI_INTERNALS__.callbacks.has(onNumber.id)) await new Promise((done) => setTimeout(done));
            const own = new api.core.Channel();
            own.cleanupCallback();
            return [before, __TAURI_INTERNALS__.callbacks.has(own.id)]"""
        assert stage.page(script) == [True, False]

    def a_resource_is_let_go_of(stage: Stage) -> None:
        script = """const before = await api.core.invoke("held");
            const one = new api.core.Resource(await api.core.invoke("hold"));
            const between = await api.core.invoke("held");
            await one%s();
            return [between - before, await api.core.invoke("held") - before, typeof one.rid]"""
        assert stage.page(script % ".close") == [1, 0, "number"]
        assert stage.page(script % "[Symbol.asyncDispose]") == [1, 0, "number"]
        assert "resource id 99999 is invalid" in stage.rejection("new api.core.Resource(99999).close()")

    resource.constructor(a_resource_is_let_go_of)
    resource.works("rid", command=None)(a_resource_is_let_go_of)
    resource.works("close()", "[Symbol.asyncDispose]()", command="resources|close")(a_resource_is_let_go_of)

    @core.works("checkPermissions('probe')", command="probe|check_permissions")
    def a_plugin_says_what_it_may(stage: Stage) -> None:
        assert stage.page("api.core.checkPermissions('probe')") == {"probe": "prompt"}

    @core.works("requestPermissions('probe')", command="probe|request_permissions")
    def a_plugin_asks_for_what_it_needs(stage: Stage) -> None:
        assert stage.page("api.core.requestPermissions('probe')") == {"probe": "granted"}

    def a_plugin_has_events_of_its_own(stage: Stage) -> None:
        script = """const tick = ear((handler) => api.core.addPluginListener("probe", "tick", handler));
            const listener = await tick.ready;
            const listening = await api.core.invoke("plugin:probe|happen", { payload: { n: 1 } });
            const heard = await tick.next();
            await listener.unregister();
            const left = await api.core.invoke("plugin:probe|happen", { payload: null });
            return [listener instanceof api.core.PluginListener, listening, heard, left]"""
        assert stage.page(script) == [True, 1, {"n": 1}, 0]

    core.works(
        "addPluginListener('probe', 'tick', () => 1)",
        command="probe|register_listener",
        refused="api.core.invoke('plugin:probe|register_listener')",
    )(a_plugin_has_events_of_its_own)
    listener.constructor(a_plugin_has_events_of_its_own)
    listener.works("unregister()", command="probe|remove_listener")(a_plugin_has_events_of_its_own)
