"""What a page can give each command that every program has, at its worst: as JavaScript, by the command's name.

Each is what the arguments are, or, where it begins with `=>`, what is done instead; `rid` is then something of the kind
that the commands of the namespace are about.
"""

HELP = """
globalThis.big = (count = 16e6) => "x".repeat(count);
globalThis.ask = (command, args) => shell.invoke("plugin:" + command, args).then(() => "", (error) => String(error));
globalThis.handler = () => new shell.Channel();
globalThis.items = (count, more = {}) => Array.from({ length: count }, (_, number) => ({ text: "item " + number, ...more }));
globalThis.keys = (count) => Object.fromEntries(Array.from({ length: count }, (_, number) => ["widthh" + number, 1]));
globalThis.tree = (more) => Array.from({ length: 3 }, () => ({ text: "&s", items: items(90, more) }));
globalThis.held = [];
globalThis.hold = async (command, args) => {
  const made = await shell.invoke("plugin:" + command, args);
  const rid = Array.isArray(made) ? made[0] : made;
  held.push(rid);
  return rid;
};
globalThis.made = (kind, options = { text: "x" }) => hold("menu|new", { kind, options, handler: handler() });
globalThis.picture = () => hold("image|from_path", { path: large });
globalThis.tray = () => hold("tray|new", { options: { id: "tray" + Math.random() }, handler: handler() });
globalThis.let_go = async () => { for (const rid of held.splice(0)) await ask("resources|close", { rid }); };
globalThis.asBytes = async () => [...new Uint8Array(await (await fetch("small.png")).arrayBuffer())];
"""

_NUMBER = "1e300"
_SIZE = "{ value: { Logical: { width: 2000, height: 2000 } } }"
_PLACE = "{ value: { Logical: { x: 1e9, y: 1e9 } } }"
_FAR_LABEL = "{ label: big() }"
_FLAGS = (
    *("set_resizable", "set_maximizable", "set_minimizable", "set_closable", "set_enabled", "set_focusable"),
    *("set_decorations", "set_shadow", "set_always_on_top", "set_always_on_bottom", "set_visible_on_all_workspaces"),
    *("set_content_protected", "set_fullscreen", "set_simple_fullscreen", "set_skip_taskbar", "set_cursor_grab"),
    *("set_cursor_visible", "set_ignore_cursor_events"),
)
_QUESTIONS = (
    *("scale_factor", "inner_position", "outer_position", "inner_size", "outer_size", "title", "theme"),
    *("is_fullscreen", "is_minimized", "is_maximized", "is_focused", "is_decorated", "is_resizable", "is_maximizable"),
    *("is_minimizable", "is_closable", "is_visible", "is_enabled", "is_always_on_top", "center", "maximize"),
    *("unmaximize", "toggle_maximize", "internal_toggle_maximize", "minimize", "unminimize", "hide", "show"),
    *("set_focus", "start_dragging", "activity_name", "scene_identifier", "current_monitor", "get_all_windows"),
    *("primary_monitor", "available_monitors", "cursor_position"),
)
_PATH = ("{ path: big() }", "{ path: 'a/'.repeat(16000) }", "{ path: 'a/'.repeat(5000) + '../'.repeat(5000) }")
_ICONS = ("{ value: large }", "{ value: await asBytes() }", "{ value: await picture() }", "{ value: 0, label: big() }")
_OF_MENU = "=> const rid = await made('Menu', { items: items(%s) }); %s"
_BAR = "await ask('menu|set_as_window_menu', { rid }); "

HOSTILE: dict[str, tuple[str, ...]] = {
    **{
        f"app|{name}": ("{}", "{ more: big() }")
        for name in (
            *("name", "version", "identifier", "tauri_version", "bundle_type", "supports_multiple_windows"),
            *("app_show", "app_hide", "fetch_data_store_identifiers"),
        )
    },
    "app|default_window_icon": ("=> await hold('app|default_window_icon')",),
    "app|exit": ("{ code: big() }",),
    "app|set_app_theme": ("{ theme: 'dark' }", "{ theme: null }", "{ theme: big() }"),
    "app|set_dock_visibility": ("{ visible: big() }",),
    "app|remove_data_store": ("{ uuid: Array(2e6).fill(1) }",),
    "app|register_listener": ("{ event: big(), handler: handler() }",),
    "app|remove_listener": ("{ event: big(), channelId: 2 ** 60 }",),
    "event|listen": (
        "{ event: big(), target: { kind: 'Any' }, handler: 1 }",
        "{ event: 'x', target: { kind: 'Window', label: big() }, handler: 1 }",
        "{ event: 'x', target: { kind: big() }, handler: 1 }",
    ),
    "event|unlisten": ("{ event: big(), eventId: 2 ** 60 }",),
    "event|emit": (
        "{ event: big(), payload: 1 }",
        "{ event: 'nobody', payload: big(8e6) }",
        "=> await shell.listen('heard', () => 0); await ask('event|emit', { event: 'heard', payload: big(390e3) })",
    ),
    "event|emit_to": (
        "=> await shell.listen('heard', () => 0);"
        "await ask('event|emit_to', { event: 'heard', target: { kind: 'AnyLabel', label: big() }, payload: 1 })",
    ),
    "image|new": (
        "{ rgba: Array(4e5).fill(1), width: 1000, height: 100 }",
        "=> await hold('image|new', { rgba: new Uint8Array(9e6), width: 1500, height: 1500 })",
    ),
    "image|from_bytes": ("{ bytes: Array(3e5).fill(1) }",),
    "image|from_path": ("{ path: big() }", "=> await picture()"),
    "image|rgba": ("{ rid: await picture() }",),
    "image|size": ("{ rid: await picture() }",),
    **{f"path|{name}": _PATH for name in ("normalize", "dirname", "extname", "basename", "is_absolute")},
    "path|join": ("{ paths: Array(1e6).fill('') }", "{ paths: Array(8000).fill('a') }"),
    "path|resolve": ("{ paths: Array(1e6).fill('') }", "{ paths: Array(8000).fill('a') }"),
    "path|resolve_directory": ("{ directory: 11, path: 'a/'.repeat(16000) }", "{ directory: 11, path: big() }"),
    "resources|close": ("{ rid: 2 ** 60 }", "=> await let_go()"),
    "menu|new": (
        "{ kind: 'Menu', options: { items: items(30000) }, handler: handler() }",
        "{ kind: 'Menu', options: { items: [[0, 'Menu'], ...items(1000)] }, handler: handler() }",
        "{ kind: 'Icon', options: { text: 'x', icon: large }, handler: handler() }",
        "{ kind: 'MenuItem', options: { text: 'x', accelerator: 'Ctrl+'.repeat(800) + 'K' }, handler: handler() }",
        "{ kind: 'Predefined', options: { item: { About: { license: big(380e3) } } }, handler: handler() }",
        "=> let deep = items(1); for (let count = 0; count < 300; count++) deep = [{ text: 's', items: deep }];"
        "await ask('menu|new', { kind: 'Menu', options: { items: deep }, handler: handler() })",
        "=> await made('Menu', { items: items(128, { icon: await picture() }) })",
        "=> await made('Menu', { items: tree({ accelerator: 'Ctrl+K', handler: '__CHANNEL__:5' }) })",
    ),
    "menu|create_default": ("=> await hold('menu|create_default')",),
    "menu|append": (
        _OF_MENU % (24, _BAR + "await ask('menu|append', { rid, kind: 'Menu', items: items(24, { text: '&xyz' }) })"),
        _OF_MENU % (64, "await ask('menu|append', { rid, kind: 'Menu', items: items(64) })"),
    ),
    "menu|prepend": (
        _OF_MENU % (24, _BAR + "await ask('menu|prepend', { rid, kind: 'Menu', items: items(24, { text: '&xyz' }) })"),
    ),
    "menu|insert": (
        _OF_MENU
        % (24, _BAR + "await ask('menu|insert', { rid, kind: 'Menu', items: items(24, { text: '&x' }), position: 9 })"),
    ),
    "menu|remove": (
        "=> const item = await made('MenuItem'), rid = await made('Menu', { items: [[item, 'MenuItem'], ...items(47)] });"
        + _BAR
        + "await ask('menu|remove', { rid, kind: 'Menu', item: [item, 'MenuItem'] })",
    ),
    "menu|remove_at": (_OF_MENU % (32, _BAR + "await ask('menu|remove_at', { rid, kind: 'Menu', position: 3 })"),),
    "menu|items": (_OF_MENU % (128, "await ask('menu|items', { rid, kind: 'Menu' })"),),
    "menu|get": (_OF_MENU % (128, "await ask('menu|get', { rid, kind: 'Menu', id: big() })"),),
    "menu|popup": (
        _OF_MENU % (128, "await ask('menu|popup', { rid, kind: 'Menu' })"),
        _OF_MENU % ("128, { text: 'x'.repeat(32) }", "await ask('menu|popup', { rid, kind: 'Menu' })"),
        _OF_MENU % ("1, { text: '\\u{1f600}\\u0905'.repeat(80) }", "await ask('menu|popup', { rid, kind: 'Menu' })"),
        "=> const rid = await made('Menu', { items: items(128, { icon: await picture() }) });"
        "await ask('menu|popup', { rid, kind: 'Menu', at: { Logical: { x: 1e300, y: -1e300 } } })",
    ),
    "menu|set_as_window_menu": (
        _OF_MENU % ("32, { accelerator: 'Ctrl+K' }", _BAR),
        _OF_MENU % ("32, { text: '&' + 'x'.repeat(80) }", _BAR),
        f"=> const rid = await made('Menu', {{ items: tree({{ accelerator: 'Ctrl+K' }}) }}); {_BAR}",
        "=> const rid = await made('Menu'); const [, before] = [0, 0];" + _BAR,
    ),
    "menu|set_as_app_menu": (
        "=> const rid = await made('Menu', { items: tree() }); await ask('menu|set_as_app_menu', { rid })",
        "=> const rid = await made('Menu'); await ask('menu|set_as_app_menu', { rid })",
    ),
    "menu|set_as_windows_menu_for_nsapp": ("{ rid: 2 ** 60 }",),
    "menu|set_as_help_menu_for_nsapp": ("{ rid: 2 ** 60 }",),
    "menu|text": ("{ rid: await made('MenuItem', { text: 'x'.repeat(256) }), kind: 'MenuItem' }",),
    "menu|set_text": ("{ rid: await made('MenuItem'), kind: 'MenuItem', text: big() }",),
    "menu|is_enabled": ("{ rid: await made('MenuItem'), kind: big() }",),
    "menu|set_enabled": ("{ rid: await made('MenuItem'), kind: 'MenuItem', enabled: false }",),
    "menu|set_accelerator": (
        "{ rid: await made('MenuItem'), kind: 'MenuItem', accelerator: 'Ctrl+'.repeat(800) + 'K' }",
    ),
    "menu|is_checked": ("{ rid: await made('Check') }",),
    "menu|set_checked": ("{ rid: await made('Check'), checked: true }",),
    "menu|set_icon": (
        "{ rid: await made('Icon'), kind: 'Icon', icon: large }",
        "{ rid: await made('Icon'), kind: 'Icon', icon: await asBytes() }",
        "{ rid: await made('Icon'), kind: 'Icon', icon: await picture() }",
    ),
    "tray|new": (
        "{ options: { id: big() }, handler: handler() }",
        "=> await hold('tray|new', { options: { icon: large, tooltip: big(4096), title: big(4096) }, handler: handler() })",
        "=> const menu = [await made('Menu', { items: tree() }), 'Menu'];"
        "await hold('tray|new', { options: { menu }, handler: handler() })",
    ),
    "tray|get_by_id": ("{ id: big() }",),
    "tray|remove_by_id": ("{ id: big() }",),
    "tray|set_icon": ("{ rid: await tray(), icon: large }", "{ rid: await tray(), icon: await picture() }"),
    "tray|set_icon_with_as_template": ("{ rid: await tray(), icon: large, asTemplate: true }",),
    "tray|set_icon_as_template": ("{ rid: await tray(), asTemplate: true }",),
    "tray|set_menu": ("{ rid: await tray(), menu: [0, big()] }",),
    "tray|set_tooltip": ("{ rid: await tray(), tooltip: big(4096) }", "{ rid: await tray(), tooltip: big() }"),
    "tray|set_title": ("{ rid: await tray(), title: big(4096) }",),
    "tray|set_visible": ("{ rid: await tray(), visible: false }",),
    "tray|set_temp_dir_path": ("{ rid: await tray(), path: 'a/'.repeat(16000) }",),
    "tray|set_show_menu_on_left_click": ("{ rid: await tray(), onLeft: false }",),
    **{f"window|{name}": ("{}", _FAR_LABEL) for name in _QUESTIONS},
    **{f"window|{name}": ("{ value: false }", "{ value: true }", "{ value: false }") for name in _FLAGS},
    "window|set_title": ("{ value: big() }", "{ value: '\\u{1f600}'.repeat(2048) }"),
    "window|set_size": (_SIZE, "{ value: { Physical: { width: 800, height: 600 } } }"),
    "window|set_min_size": (_SIZE, "{ value: null }"),
    "window|set_max_size": (_SIZE, "{ value: null }"),
    "window|set_size_constraints": ("{ value: { maxWidth: { Logical: 1e9 } } }", "{ value: {} }"),
    "window|set_position": (_PLACE,),
    "window|set_cursor_position": (_PLACE,),
    "window|set_fullscreen_on_monitor": ("{ value: { x: 2 ** 60, y: 0 } }", "{ value: big() }"),
    "window|monitor_from_point": (f"{{ x: {_NUMBER}, y: -{_NUMBER} }}",),
    "window|set_icon": _ICONS,
    "window|set_overlay_icon": _ICONS,
    "window|set_theme": ("{ value: 'dark' }", "{ value: null }", "{ value: big() }"),
    "window|set_background_color": ("{ value: big() }", "{ value: Array(16000).fill(1) }", "{ value: '#fff' }"),
    "window|set_effects": ("{ value: keys(2000) }", "{ value: { effects: Array(8000).fill('x') } }"),
    "window|set_title_bar_style": ("{ value: big() }", "{ value: big(32000) }"),
    "window|set_cursor_icon": ("{ value: big() }",),
    "window|start_resize_dragging": ("{ value: big() }", "{ value: big(32000) }"),
    "window|request_user_attention": ("{ value: { type: big() } }",),
    "window|set_progress_bar": ("{ value: { status: 'normal', progress: 100 } }", "{ value: { status: big() } }"),
    "window|set_badge_count": ("{ value: 2 ** 60 }",),
    "window|set_badge_label": ("{ value: big() }",),
    "window|create": (
        "{ options: { label: big() } }",
        "{ options: keys(2000) }",
        "{ options: { label: 'one two', url: 'https://example.com/' + big(32000) } }",
        "{ options: { label: 'x', dataDirectory: '../' + 'a/'.repeat(15000) } }",
        "{ options: { label: 'x', parent: big(32000) } }",
    ),
    "window|close": (_FAR_LABEL,),
    "window|destroy": (_FAR_LABEL,),
    "webview|create_webview": ("{ windowLabel: big(), options: {} }", "{ windowLabel: 'main', options: keys(2000) }"),
    "webview|create_webview_window": ("{ options: { label: big(32000) + ' ' } }", "{ options: keys(2000) }"),
    **{
        f"webview|{name}": ("{}", _FAR_LABEL)
        for name in (
            *("get_all_webviews", "webview_position", "webview_size", "set_webview_focus", "webview_hide"),
            *("webview_show", "clear_all_browsing_data", "internal_toggle_devtools", "print"),
        )
    },
    "webview|webview_close": (_FAR_LABEL,),
    "webview|reparent": ("{ window: big() }",),
    "webview|set_webview_position": (_PLACE, "{ value: { Logical: { x: 0, y: 0 } } }"),
    "webview|set_webview_size": (_SIZE, "{ value: { Logical: { width: 800, height: 600 } } }"),
    "webview|set_webview_auto_resize": ("{ value: true }",),
    "webview|set_webview_zoom": (f"{{ value: {_NUMBER} }}", "{ value: 1 }"),
    "webview|set_webview_background_color": ("{ value: big() }", "{ value: null }"),
    **{
        f"notification|{name}": ("{ more: big() }",)
        for name in (
            *("batch", "cancel", "check_permissions", "create_channel", "delete_channel", "get_pending"),
            *("list_channels", "permission_state", "show", "is_permission_granted", "request_permission"),
        )
    },
    "notification|notify": (
        "{ options: { title: big(), body: big(15e6) } }",
        "{ options: { title: 'x', extra: keys(100000) } }",
        "{ options: { title: 'x', actions: Array(1e5).fill({ action: 'a', title: 'b' }) } }",
        "{ options: { title: 'x', icon: '/' + 'a/'.repeat(5e6) } }",
        "{ options: { title: 'x', icon: large } }",
        "{ options: { title: 'x', icon: 'data:image/png;base64,' + 'A'.repeat(4e6) } }",
        "{ options: { title: 'x', urgency: big() } }",
        "{ options: { title: 'x', sound: '/' + 'a/'.repeat(5e6) } }",
    ),
    "notification|register_action_types": ("{ types: Array(8000).fill({ id: 'a', actions: [] }) }",),
    "notification|get_active": ("{}",),
    "notification|remove_active": ("{ notifications: Array(3000).fill({ id: 1 }) }", "{}"),
    "notification|register_listener": ("{ event: big(), handler: handler() }",),
    "notification|remove_listener": ("{ event: 'notification', channelId: 2 ** 60 }",),
    "shared|follow": ("{ name: big(), onChange: handler() }",),
}


def script(command: str, arguments: str) -> str:
    """JavaScript that does it, and lets go of what it made for it."""
    done = arguments.removeprefix("=>")
    if done == arguments:
        done = f"await ask({command!r}, {arguments})"
    return f"{done}; await let_go();"
