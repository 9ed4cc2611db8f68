// `window`, `webview` and `webviewWindow` of `window.__TAURI__`: see core.js.
(tauri, tools) => {
  "use strict";
  const { methods, enumeration } = tools;
  const { invoke } = tauri.core;
  const { LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize, Position, Size } = tauri.dpi;
  const { TauriEvent, emit, emitTo, listen, once } = tauri.event;
  const { transformImage } = tauri.image;
  const { metadata } = window.__TAURI_INTERNALS__;

  const define = (type, name, value) =>
    Object.defineProperty(type.prototype, name, { value, writable: true, configurable: true });

  // ── What windows and webviews have in common ────────────────────────────────────────────────────────────────────

  // Of these only the object itself is told that the page made the window with.
  const OWN_EVENTS = ["tauri://created", "tauri://error"];

  const hasEvents = (type, kind) => {
    define(type, "_handleTauriEvent", function (event, handler) {
      if (!OWN_EVENTS.includes(event)) return false;
      (this.listeners[event] ??= []).push(handler);
      return true;
    });
    const dispatch = (self, event, payload) => {
      if (!OWN_EVENTS.includes(event)) return false;
      for (const handler of self.listeners[event] ?? []) handler({ event, id: -1, payload });
      return true;
    };
    for (const [name, begin] of [["listen", listen], ["once", once]]) {
      define(type, name, async function (event, handler) {
        if (this._handleTauriEvent(event, handler)) {
          return () => {
            const own = this.listeners[event];
            own.splice(own.indexOf(handler), 1);
          };
        }
        return begin(event, handler, { target: { kind, label: this.label } });
      });
    }
    define(type, "emit", async function (event, payload) {
      if (!dispatch(this, event, payload)) await emit(event, payload);
    });
    define(type, "emitTo", async function (target, event, payload) {
      if (!dispatch(this, event, payload)) await emitTo(target, event, payload);
    });
  };

  const create = (self, command, args) => {
    invoke(command, args).then(
      () => self.emit("tauri://created"),
      (error) => self.emit("tauri://error", error),
    );
  };

  const optionsOf = (label, { parent, ...options }) => ({
    options: { ...options, parent: typeof parent === "string" ? parent : parent?.label, label },
  });

  const onDragDropEvent = async function (handler) {
    const tell = (type, filesToo) => (event) => {
      const payload = { type };
      if (filesToo) payload.paths = event.payload.paths;
      if (type !== "leave") payload.position = new PhysicalPosition(event.payload.position);
      handler({ ...event, payload });
    };
    const unlisten = await Promise.all([
      this.listen(TauriEvent.DRAG_ENTER, tell("enter", true)),
      this.listen(TauriEvent.DRAG_OVER, tell("over", false)),
      this.listen(TauriEvent.DRAG_DROP, tell("drop", true)),
      this.listen(TauriEvent.DRAG_LEAVE, tell("leave", false)),
    ]);
    return async () => void (await Promise.all(unlisten.map((stop) => stop())));
  };

  const either = (type) => (value) => (value instanceof type ? value : new type(value));
  const aSize = either(Size);
  const aPosition = either(Position);
  const orNull = (convert) => (value) => (value ? convert(value) : null);

  // ── window ──────────────────────────────────────────────────────────────────────────────────────────────────────

  class CloseRequestedEvent {
    constructor({ event, id }) {
      this._preventDefault = false;
      this.event = event;
      this.id = id;
    }

    preventDefault() {
      this._preventDefault = true;
    }

    isPreventDefault() {
      return this._preventDefault;
    }
  }

  const UserAttentionType = { 1: "Critical", 2: "Informational", Critical: 1, Informational: 2 };

  const getAllWindows = async () =>
    (await invoke("plugin:window|get_all_windows")).map((label) => new Window(label, { skip: true }));

  const getCurrentWindow = () => new Window(metadata.currentWindow.label, { skip: true });

  class Window {
    constructor(label, options = {}) {
      this.label = label;
      this.listeners = Object.create(null);
      if (!options?.skip) create(this, "plugin:window|create", optionsOf(label, options ?? {}));
    }

    static async getByLabel(label) {
      return (await getAllWindows()).find((one) => one.label === label) ?? null;
    }

    static getCurrent() {
      return getCurrentWindow();
    }

    static async getAll() {
      return getAllWindows();
    }

    static async getFocusedWindow() {
      for (const one of await getAllWindows()) {
        if (await one.isFocused()) return one;
      }
      return null;
    }

    async onResized(handler) {
      return this.listen(TauriEvent.WINDOW_RESIZED, (event) =>
        handler({ ...event, payload: new PhysicalSize(event.payload) }));
    }

    async onMoved(handler) {
      return this.listen(TauriEvent.WINDOW_MOVED, (event) =>
        handler({ ...event, payload: new PhysicalPosition(event.payload) }));
    }

    async onCloseRequested(handler) {
      return this.listen(TauriEvent.WINDOW_CLOSE_REQUESTED, async (event) => {
        const request = new CloseRequestedEvent(event);
        await handler(request);
        if (!request.isPreventDefault()) await this.destroy();
      });
    }

    async onFocusChanged(handler) {
      const tell = (payload) => (event) => handler({ ...event, payload });
      const unlisten = await Promise.all([
        this.listen(TauriEvent.WINDOW_FOCUS, tell(true)),
        this.listen(TauriEvent.WINDOW_BLUR, tell(false)),
      ]);
      return async () => void (await Promise.all(unlisten.map((stop) => stop())));
    }

    async onScaleChanged(handler) {
      return this.listen(TauriEvent.WINDOW_SCALE_FACTOR_CHANGED, (event) =>
        handler({ ...event, payload: { ...event.payload, size: new PhysicalSize(event.payload.size) } }));
    }

    async onThemeChanged(handler) {
      return this.listen(TauriEvent.WINDOW_THEME_CHANGED, handler);
    }
  }
  hasEvents(Window, "Window");
  define(Window, "onDragDropEvent", onDragDropEvent);

  const ofWindow = (names, convert) =>
    methods(Window, "window", names, ({ label }, value) => (convert ? { label, value: convert(value) } : { label }));

  ofWindow(
    "scaleFactor isFullscreen isMinimized isMaximized isFocused isDecorated isResizable isMaximizable isMinimizable " +
    "isClosable isVisible isEnabled isAlwaysOnTop title theme activityName sceneIdentifier center maximize unmaximize " +
    "toggleMaximize minimize unminimize show hide close destroy setFocus startDragging",
  );
  ofWindow(
    "setResizable setEnabled setMaximizable setMinimizable setClosable setTitle setDecorations setShadow setEffects " +
    "setAlwaysOnTop setAlwaysOnBottom setContentProtected setFullscreen setFullscreenOnMonitor setSimpleFullscreen " +
    "setFocusable setSkipTaskbar setCursorGrab setCursorVisible setCursorIcon setBackgroundColor setIgnoreCursorEvents " +
    "startResizeDragging setBadgeCount setBadgeLabel setProgressBar setVisibleOnAllWorkspaces setTitleBarStyle setTheme",
    (value) => value,
  );
  ofWindow("clearEffects=set_effects", () => null);
  ofWindow("setSize", aSize);
  ofWindow("setMinSize setMaxSize", orNull(aSize));
  ofWindow("setPosition setCursorPosition", aPosition);
  ofWindow("setIcon", transformImage);
  ofWindow("setOverlayIcon", (icon) => (icon ? transformImage(icon) : undefined));
  ofWindow("requestUserAttention", (type) => (type ? { type: UserAttentionType[type] ?? "Informational" } : null));
  ofWindow("setSizeConstraints", (constraints) => Object.fromEntries(
    ["minWidth", "minHeight", "maxWidth", "maxHeight"].map((side) => {
      const length = constraints?.[side];
      return [side, length ? { Logical: length } : null];
    }),
  ));
  for (const [names, type] of [["innerPosition outerPosition", PhysicalPosition], ["innerSize outerSize", PhysicalSize]]) {
    ofWindow(names);
    for (const name of names.split(" ")) {
      const ask = Window.prototype[name];
      define(Window, name, async function () {
        return new type(await ask.call(this));
      });
    }
  }

  const monitorOf = (monitor) => monitor && {
    name: monitor.name,
    scaleFactor: monitor.scaleFactor,
    position: new PhysicalPosition(monitor.position),
    size: new PhysicalSize(monitor.size),
    workArea: {
      position: new PhysicalPosition(monitor.workArea.position),
      size: new PhysicalSize(monitor.workArea.size),
    },
  };

  const lowerFirst = (name) => name[0].toLowerCase() + name.slice(1);
  const Effect = enumeration(
    "AppearanceBased Light Dark MediumLight UltraDark Titlebar Selection Menu Popover Sidebar HeaderView Sheet " +
    "WindowBackground HudWindow FullScreenUI Tooltip ContentBackground UnderWindowBackground UnderPageBackground " +
    "LiquidGlassRegular LiquidGlassClear Mica Blur Acrylic Tabbed TabbedDark TabbedLight",
    lowerFirst,
  );

  tauri.window = {
    CloseRequestedEvent,
    Effect,
    EffectState: enumeration("FollowsWindowActiveState Active Inactive", lowerFirst),
    LogicalPosition,
    LogicalSize,
    PhysicalPosition,
    PhysicalSize,
    ProgressBarStatus: enumeration("None Normal Indeterminate Paused Error", lowerFirst),
    UserAttentionType,
    Window,
    availableMonitors: async () => (await invoke("plugin:window|available_monitors")).map(monitorOf),
    currentMonitor: async () => monitorOf(await invoke("plugin:window|current_monitor")),
    cursorPosition: async () => new PhysicalPosition(await invoke("plugin:window|cursor_position")),
    getAllWindows,
    getCurrentWindow,
    monitorFromPoint: async (x, y) => monitorOf(await invoke("plugin:window|monitor_from_point", { x, y })),
    primaryMonitor: async () => monitorOf(await invoke("plugin:window|primary_monitor")),
  };

  // ── webview ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const getAllWebviews = async () => (await invoke("plugin:webview|get_all_webviews")).map(
    ({ windowLabel, label }) => new Webview(new Window(windowLabel, { skip: true }), label, { skip: true }));

  const getCurrentWebview = () => new Webview(getCurrentWindow(), metadata.currentWebview.label, { skip: true });

  class Webview {
    constructor(window, label, options) {
      this.window = window;
      this.label = label;
      this.listeners = Object.create(null);
      if (!options?.skip) {
        create(this, "plugin:webview|create_webview", { windowLabel: window.label, options: { ...options, label } });
      }
    }

    static async getByLabel(label) {
      return (await getAllWebviews()).find((one) => one.label === label) ?? null;
    }

    static getCurrent() {
      return getCurrentWebview();
    }

    static async getAll() {
      return getAllWebviews();
    }

    async position() {
      return new PhysicalPosition(await invoke("plugin:webview|webview_position", { label: this.label }));
    }

    async size() {
      return new PhysicalSize(await invoke("plugin:webview|webview_size", { label: this.label }));
    }

    async reparent(window) {
      return invoke("plugin:webview|reparent", { label: this.label, window: typeof window === "string" ? window : window.label });
    }

    async clearAllBrowsingData() {
      return invoke("plugin:webview|clear_all_browsing_data");
    }
  }
  hasEvents(Webview, "Webview");
  define(Webview, "onDragDropEvent", onDragDropEvent);

  const ofWebview = (names, convert) =>
    methods(Webview, "webview", names, ({ label }, value) => (convert ? { label, value: convert(value) } : { label }));

  ofWebview("close=webview_close hide=webview_hide show=webview_show setFocus=set_webview_focus");
  ofWebview(
    "setAutoResize=set_webview_auto_resize setZoom=set_webview_zoom setBackgroundColor=set_webview_background_color",
    (value) => value,
  );
  ofWebview("setSize=set_webview_size", aSize);
  ofWebview("setPosition=set_webview_position", aPosition);

  tauri.webview = { Webview, getAllWebviews, getCurrentWebview };

  // ── webviewWindow ───────────────────────────────────────────────────────────────────────────────────────────────

  const getAllWebviewWindows = async () =>
    (await invoke("plugin:window|get_all_windows")).map((label) => new WebviewWindow(label, { skip: true }));

  const getCurrentWebviewWindow = () => new WebviewWindow(metadata.currentWebview.label, { skip: true });

  class WebviewWindow {
    constructor(label, options = {}) {
      this.label = label;
      this.listeners = Object.create(null);
      if (!options?.skip) create(this, "plugin:webview|create_webview_window", optionsOf(label, options ?? {}));
    }

    static async getByLabel(label) {
      return (await getAllWebviewWindows()).find((one) => one.label === label) ?? null;
    }

    static getCurrent() {
      return getCurrentWebviewWindow();
    }

    static async getAll() {
      return getAllWebviewWindows();
    }

    async setBackgroundColor(color) {
      await Window.prototype.setBackgroundColor.call(this, color);
      return Webview.prototype.setBackgroundColor.call(this, color);
    }
  }
  hasEvents(WebviewWindow, "WebviewWindow");
  // It is both: a window's methods go before those of the same name that a webview has.
  for (const type of [Window, Webview]) {
    for (const name of Object.getOwnPropertyNames(type.prototype)) {
      if (!(name in WebviewWindow.prototype)) define(WebviewWindow, name, type.prototype[name]);
    }
  }

  tauri.webviewWindow = { WebviewWindow, getAllWebviewWindows, getCurrentWebviewWindow };
};
