// `window.__TAURI__`, for pages that load no package: the interface of `@tauri-apps/api`, name by name. This file makes
// `core`, `event`, `dpi`, `path` and `app`; those beside it make the rest and take from this one what they need.
(tauri) => {
  "use strict";
  const { invoke, listen, once, emit, emitTo, Channel, convertFileSrc } = window.shell;
  const internals = window.__TAURI_INTERNALS__;
  const { transformCallback } = internals;
  const SERIALIZE_TO_IPC_FN = "__TAURI_TO_IPC_KEY__";

  // ── What these files are written with ───────────────────────────────────────────────────────────────────────────

  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

  /** Gives a class methods that each are one command: `name` calls `plugin:namespace|command` with what `args` makes. */
  const methods = (type, namespace, names, args) => {
    for (const entry of names.split(" ")) {
      const [name, command = snake(name)] = entry.split("=");
      Object.defineProperty(type.prototype, name, {
        value: async function (...given) {
          return invoke(`plugin:${namespace}|${command}`, args(this, ...given));
        },
        writable: true,
        configurable: true,
      });
    }
  };

  const enumeration = (names, valueOf) => Object.fromEntries(names.split(" ").map((name, at) => [name, valueOf(name, at)]));

  // ── core ────────────────────────────────────────────────────────────────────────────────────────────────────────

  class PluginListener {
    constructor(plugin, event, channelId) {
      Object.assign(this, { plugin, event, channelId });
    }

    async unregister() {
      return invoke(`plugin:${this.plugin}|remove_listener`, { event: this.event, channelId: this.channelId });
    }
  }

  class Resource {
    #rid;

    constructor(rid) {
      this.#rid = rid;
    }

    get rid() {
      return this.#rid;
    }

    async close() {
      return invoke("plugin:resources|close", { rid: this.rid });
    }

    async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
      await this.close();
    }
  }

  const addPluginListener = async (plugin, event, callback) => {
    const handler = new Channel(callback);
    // Plugins for phones have it under the second name.
    await invoke(`plugin:${plugin}|register_listener`, { event, handler }).catch(() =>
      invoke(`plugin:${plugin}|registerListener`, { event, handler }));
    return new PluginListener(plugin, event, handler.id);
  };

  tauri.core = {
    Channel,
    PluginListener,
    Resource,
    SERIALIZE_TO_IPC_FN,
    addPluginListener,
    checkPermissions: async (plugin) => invoke(`plugin:${plugin}|check_permissions`),
    convertFileSrc,
    invoke,
    isTauri: () => Boolean(window.isTauri),
    requestPermissions: async (plugin) => invoke(`plugin:${plugin}|request_permissions`),
    transformCallback,
  };

  // ── event ───────────────────────────────────────────────────────────────────────────────────────────────────────

  const TauriEvent = Object.freeze({
    WINDOW_RESIZED: "tauri://resize",
    WINDOW_MOVED: "tauri://move",
    WINDOW_CLOSE_REQUESTED: "tauri://close-requested",
    WINDOW_DESTROYED: "tauri://destroyed",
    WINDOW_FOCUS: "tauri://focus",
    WINDOW_BLUR: "tauri://blur",
    WINDOW_SCALE_FACTOR_CHANGED: "tauri://scale-change",
    WINDOW_THEME_CHANGED: "tauri://theme-changed",
    WINDOW_CREATED: "tauri://window-created",
    WINDOW_SUSPENDED: "tauri://suspended",
    WINDOW_RESUMED: "tauri://resumed",
    WEBVIEW_CREATED: "tauri://webview-created",
    DRAG_ENTER: "tauri://drag-enter",
    DRAG_OVER: "tauri://drag-over",
    DRAG_DROP: "tauri://drag-drop",
    DRAG_LEAVE: "tauri://drag-leave",
  });

  tauri.event = { TauriEvent, emit, emitTo, listen, once };

  // ── dpi ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  // Sizes have a width and a height, positions x and y; both are logical or physical, and either can be turned into the
  // other by a scale factor.
  const kind = (type, first, second) => {
    const make = () => class {
      constructor(...args) {
        this.type = type;
        const [one, two] = args;
        const from = args.length === 1 ? (type in one ? one[type] : one) : { [first]: one, [second]: two };
        this[first] = from[first];
        this[second] = from[second];
      }

      [SERIALIZE_TO_IPC_FN]() {
        return { [first]: this[first], [second]: this[second] };
      }

      toJSON() {
        return this[SERIALIZE_TO_IPC_FN]();
      }
    };
    return make();
  };

  const converts = (type, name, other, first, second, by) => {
    Object.defineProperty(type.prototype, name, {
      value: function (scaleFactor) {
        return new other(by(this[first], scaleFactor), by(this[second], scaleFactor));
      },
      writable: true,
      configurable: true,
    });
  };

  const pair = (noun, first, second) => {
    const Logical = kind("Logical", first, second);
    const Physical = kind("Physical", first, second);
    converts(Logical, "toPhysical", Physical, first, second, (length, scale) => length * scale);
    converts(Physical, "toLogical", Logical, first, second, (length, scale) => length / scale);
    Object.defineProperty(Logical, "name", { value: `Logical${noun}` });
    Object.defineProperty(Physical, "name", { value: `Physical${noun}` });

    // Either of the two.
    const Either = class {
      constructor(value) {
        this[noun.toLowerCase()] = value;
      }

      toLogical(scaleFactor) {
        const value = this[noun.toLowerCase()];
        return value instanceof Logical ? value : value.toLogical(scaleFactor);
      }

      toPhysical(scaleFactor) {
        const value = this[noun.toLowerCase()];
        return value instanceof Physical ? value : value.toPhysical(scaleFactor);
      }

      [SERIALIZE_TO_IPC_FN]() {
        const value = this[noun.toLowerCase()];
        return { [value.type]: { [first]: value[first], [second]: value[second] } };
      }

      toJSON() {
        return this[SERIALIZE_TO_IPC_FN]();
      }
    };
    Object.defineProperty(Either, "name", { value: noun });
    return [Logical, Physical, Either];
  };

  const [LogicalSize, PhysicalSize, Size] = pair("Size", "width", "height");
  const [LogicalPosition, PhysicalPosition, Position] = pair("Position", "x", "y");

  tauri.dpi = { LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize, Position, Size };

  // ── path ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const directories =
    "Audio Cache Config Data LocalData Document Download Picture Public Video Resource Temp AppConfig AppData " +
    "AppLocalData AppCache AppLog Desktop Executable Font Home Runtime Template";
  const BaseDirectory = enumeration(directories, (_, at) => at + 1);
  const path = { BaseDirectory };
  for (const [name, directory] of Object.entries(BaseDirectory)) {
    path[`${name[0].toLowerCase()}${name.slice(1)}Dir`] = async () =>
      invoke("plugin:path|resolve_directory", { directory });
    BaseDirectory[directory] = name;
  }
  const ofPath = (command) => async (path) => invoke(`plugin:path|${command}`, { path });

  tauri.path = Object.assign(path, {
    basename: async (path, ext) => invoke("plugin:path|basename", { path, ext }),
    delimiter: () => internals.plugins.path.delimiter,
    dirname: ofPath("dirname"),
    extname: ofPath("extname"),
    isAbsolute: ofPath("is_absolute"),
    join: async (...paths) => invoke("plugin:path|join", { paths }),
    normalize: ofPath("normalize"),
    resolve: async (...paths) => invoke("plugin:path|resolve", { paths }),
    resolveResource: async (path) =>
      invoke("plugin:path|resolve_directory", { directory: BaseDirectory.Resource, path }),
    sep: () => internals.plugins.path.sep,
  });

  // ── app ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  const ofApp = (command) => async () => invoke(`plugin:app|${command}`);

  tauri.app = {
    BundleType: { Nsis: "nsis", Msi: "msi", Deb: "deb", Rpm: "rpm", AppImage: "appimage", App: "app" },
    defaultWindowIcon: async () => {
      const rid = await invoke("plugin:app|default_window_icon");
      return rid ? new tauri.image.Image(rid) : null;
    },
    exit: async (code = 0) => invoke("plugin:app|exit", { code }),
    fetchDataStoreIdentifiers: ofApp("fetch_data_store_identifiers"),
    getBundleType: ofApp("bundle_type"),
    getIdentifier: ofApp("identifier"),
    getName: ofApp("name"),
    getTauriVersion: ofApp("tauri_version"),
    getVersion: ofApp("version"),
    hide: ofApp("app_hide"),
    onBackButtonPress: async (handler) => addPluginListener("app", "back-button", handler),
    removeDataStore: async (uuid) => invoke("plugin:app|remove_data_store", { uuid }),
    setDockVisibility: async (visible) => invoke("plugin:app|set_dock_visibility", { visible }),
    setTheme: async (theme) => invoke("plugin:app|set_app_theme", { theme }),
    show: ofApp("app_show"),
    supportsMultipleWindows: ofApp("supports_multiple_windows"),
  };

  return { methods, enumeration };
};
