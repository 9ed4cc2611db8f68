// `image`, `menu` and `tray` of `window.__TAURI__`: see core.js.
(tauri, tools) => {
  "use strict";
  const { methods, enumeration } = tools;
  const { Channel, Resource, invoke } = tauri.core;
  const { PhysicalPosition, PhysicalSize, Position } = tauri.dpi;

  // ── image ───────────────────────────────────────────────────────────────────────────────────────────────────────

  class Image extends Resource {
    static async new(rgba, width, height) {
      return new Image(await invoke("plugin:image|new", { rgba, width, height }));
    }

    static async fromBytes(bytes) {
      return new Image(await invoke("plugin:image|from_bytes", { bytes }));
    }

    static async fromPath(path) {
      return new Image(await invoke("plugin:image|from_path", { path }));
    }

    async rgba() {
      return new Uint8Array(await invoke("plugin:image|rgba", { rid: this.rid }));
    }

    async size() {
      return invoke("plugin:image|size", { rid: this.rid });
    }
  }

  const transformImage = (image) => (image instanceof Image ? image.rid : image ?? null);

  tauri.image = { Image, transformImage };

  // ── menu ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const withIcons = (options) => {
    const about = options.item?.About;
    return {
      ...options,
      ...(options.icon && { icon: transformImage(options.icon) }),
      ...(about?.icon && { item: { About: { ...about, icon: transformImage(about.icon) } } }),
    };
  };

  // An item that is there already travels as what names it, one that is described with a channel for its action.
  const prepare = (item) => {
    if ("rid" in item) return [item.rid, item.kind];
    const { action, items, ...rest } = withIcons(item);
    return {
      ...rest,
      ...(items && { items: items.map(prepare) }),
      ...(action && { handler: new Channel(action) }),
    };
  };

  const create = async (kind, described) => {
    if (!described || typeof described !== "object") {
      return invoke("plugin:menu|new", { kind, options: described, handler: new Channel() });
    }
    const { action, items, ...rest } = described;
    const options = { ...withIcons(rest), ...(items && { items: items.map(prepare) }) };
    return invoke("plugin:menu|new", { kind, options, handler: new Channel(action) });
  };

  class MenuItemBase extends Resource {
    #id;
    #kind;

    constructor(rid, id, kind) {
      super(rid);
      this.#id = id;
      this.#kind = kind;
    }

    get id() {
      return this.#id;
    }

    get kind() {
      return this.#kind;
    }
  }

  const itemClass = (kind) => class extends MenuItemBase {
    constructor(rid, id) {
      super(rid, id, kind);
    }

    static async new(options) {
      return new this(...(await create(kind, options)));
    }
  };

  const has = (type, names, args = () => ({})) =>
    methods(type, "menu", names, (item, ...given) => ({ rid: item.rid, kind: item.kind, ...args(...given) }));

  const hasText = (type) => {
    has(type, "text");
    has(type, "setText", (text) => ({ text }));
  };

  const canBeDisabled = (type) => {
    has(type, "isEnabled");
    has(type, "setEnabled", (enabled) => ({ enabled }));
  };

  const hasIcon = (type) => has(type, "setIcon", (icon) => ({ icon: transformImage(icon) }));

  const hasKeys = (type) => has(type, "setAccelerator", (accelerator) => ({ accelerator }));

  class MenuItem extends itemClass("MenuItem") {}
  class CheckMenuItem extends itemClass("Check") {}
  class IconMenuItem extends itemClass("Icon") {}
  class PredefinedMenuItem extends itemClass("Predefined") {}

  for (const type of [MenuItem, CheckMenuItem, IconMenuItem]) {
    hasText(type);
    canBeDisabled(type);
    hasKeys(type);
  }
  hasText(PredefinedMenuItem);
  hasIcon(IconMenuItem);
  methods(CheckMenuItem, "menu", "isChecked", ({ rid }) => ({ rid }));
  methods(CheckMenuItem, "menu", "setChecked", ({ rid }, checked) => ({ rid, checked }));

  const itemFromKind = ([rid, id, kind]) => {
    const types = { Submenu, Predefined: PredefinedMenuItem, Check: CheckMenuItem, Icon: IconMenuItem };
    return new (types[kind] ?? MenuItem)(rid, id);
  };

  const holdsItems = (type) => {
    const list = (items) => (Array.isArray(items) ? items : [items]).map(prepare);
    has(type, "append prepend", (items) => ({ items: list(items) }));
    has(type, "insert", (items, position) => ({ items: list(items), position }));
    has(type, "remove", (item) => ({ item: [item.rid, item.kind] }));
    has(type, "popup", (at, window) => ({
      window: window?.label ?? null,
      at: at && !(at instanceof Position) ? new Position(at) : at ?? null,
    }));
    has(type, "removeAt", (position) => ({ position }));
    has(type, "get", (id) => ({ id }));
    has(type, "items");
    const { removeAt, get, items } = type.prototype;
    const define = (name, value) => Object.defineProperty(type.prototype, name, { value, writable: true, configurable: true });
    define("removeAt", async function (position) {
      return itemFromKind(await removeAt.call(this, position));
    });
    define("get", async function (id) {
      const found = await get.call(this, id);
      return found ? itemFromKind(found) : null;
    });
    define("items", async function () {
      return (await items.call(this)).map(itemFromKind);
    });
  };

  class Menu extends itemClass("Menu") {
    static async default() {
      return new Menu(...(await invoke("plugin:menu|create_default")));
    }

    async setAsAppMenu() {
      const former = await invoke("plugin:menu|set_as_app_menu", { rid: this.rid });
      return former ? new Menu(...former) : null;
    }

    async setAsWindowMenu(window) {
      const former = await invoke("plugin:menu|set_as_window_menu", { rid: this.rid, window: window?.label ?? null });
      return former ? new Menu(...former) : null;
    }
  }
  holdsItems(Menu);

  class Submenu extends itemClass("Submenu") {}
  hasText(Submenu);
  canBeDisabled(Submenu);
  hasIcon(Submenu);
  holdsItems(Submenu);
  methods(
    Submenu,
    "menu",
    "setAsWindowsMenuForNSApp=set_as_windows_menu_for_nsapp setAsHelpMenuForNSApp=set_as_help_menu_for_nsapp",
    ({ rid }) => ({ rid }),
  );

  const NativeIcon = enumeration(
    "Add Advanced Bluetooth Bookmarks Caution ColorPanel ColumnView Computer EnterFullScreen Everyone ExitFullScreen " +
    "FlowView Folder FolderBurnable FolderSmart FollowLinkFreestanding FontPanel GoLeft GoRight Home IChatTheater " +
    "IconView Info InvalidDataFreestanding LeftFacingTriangle ListView LockLocked LockUnlocked MenuMixedState " +
    "MenuOnState MobileMe MultipleDocuments Network Path PreferencesGeneral QuickLook RefreshFreestanding Refresh " +
    "Remove RevealFreestanding RightFacingTriangle Share Slideshow SmartBadge StatusAvailable StatusNone " +
    "StatusPartiallyAvailable StatusUnavailable StopProgressFreestanding StopProgress TrashEmpty TrashFull User " +
    "UserAccounts UserGroup UserGuest",
    (name) => name,
  );

  tauri.menu = {
    CheckMenuItem, IconMenuItem, Menu, MenuItem, NativeIcon, PredefinedMenuItem, Submenu, itemFromKind,
  };

  // ── tray ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const withLengths = (event) => Object.assign(event, {
    position: new PhysicalPosition(event.position),
    rect: { position: new PhysicalPosition(event.rect.position), size: new PhysicalSize(event.rect.size) },
  });

  class TrayIcon extends Resource {
    constructor(rid, id) {
      super(rid);
      this.id = id;
    }

    static async getById(id) {
      const rid = await invoke("plugin:tray|get_by_id", { id });
      return rid ? new TrayIcon(rid, id) : null;
    }

    static async removeById(id) {
      return invoke("plugin:tray|remove_by_id", { id });
    }

    static async new(described) {
      const given = described ?? {};
      // What the page holds stays as it is. What is no object, the core refuses.
      const options =
        typeof given === "object" ? Object.assign(Object.create(Object.getPrototypeOf(given)), given) : given;
      const { action, menu, icon } = options;
      if (menu) options.menu = [menu.rid, menu.kind];
      if (icon) options.icon = transformImage(icon);
      delete options.action;
      const handler = new Channel(action && ((event) => action(withLengths(event))));
      return new TrayIcon(...(await invoke("plugin:tray|new", { options, handler })));
    }
  }

  const trayHas = (names, args) => methods(TrayIcon, "tray", names, ({ rid }, ...given) => ({ rid, ...args(...given) }));
  trayHas("setIcon", (icon) => ({ icon: transformImage(icon) }));
  trayHas("setMenu", (menu) => ({ menu: menu ? [menu.rid, menu.kind] : menu }));
  trayHas("setTooltip", (tooltip) => ({ tooltip }));
  trayHas("setTitle", (title) => ({ title }));
  trayHas("setVisible", (visible) => ({ visible }));
  trayHas("setTempDirPath", (path) => ({ path }));
  trayHas("setIconAsTemplate", (asTemplate) => ({ asTemplate }));
  trayHas("setIconWithAsTemplate", (icon, asTemplate) => ({ icon: transformImage(icon), asTemplate }));
  trayHas("setMenuOnLeftClick=set_show_menu_on_left_click setShowMenuOnLeftClick", (onLeft) => ({ onLeft }));

  tauri.tray = { TrayIcon };
};
