// The page's own `Notification`: asked for and shown by the core, as `shell/plugins/notification.py` has it. After the
// web's Notifications API; beside it, options have `urgency`, `sound` and `timeout` (milliseconds; 0 is for ever), and
// pressed buttons are events named "action". The core calls this function with what is settled for pages of each origin.
(settled) => {
  "use strict";
  const internals = window.__TAURI_INTERNALS__;
  if (!internals) return;
  const { invoke } = internals;
  const { Channel } = window.shell;
  const Native = window.Notification;
  // Chromium alone says what service workers may, which only pages of web servers have: so that it knows.
  if (settled[location.origin] === "granted" && location.protocol.startsWith("http")) void Native?.requestPermission();
  const OPTIONS = {
    body: "", icon: "", tag: "", lang: "", dir: "auto", badge: "", image: "", data: null, actions: [], silent: null,
    requireInteraction: false, renotify: false, vibrate: [],
  };
  const EVENTS = ["click", "action", "close", "show", "error"];

  const readAsUrl = (blob) =>
    new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });

  // What the page can load travels as bytes; the rest are names and files that the core looks for.
  const iconOf = async (icon) => {
    if (!/[/.:]/.test(icon) || icon.startsWith("data:")) return icon || null;
    try {
      const response = await fetch(new URL(icon, document.baseURI));
      const picture = response.ok && response.headers.get("content-type")?.startsWith("image/");
      return picture ? await readAsUrl(await response.blob()) : icon;
    } catch {
      return icon;
    }
  };

  class Notification extends EventTarget {
    #shown;

    static get permission() {
      return settled[location.origin] ?? (Native ? Native.permission : "denied");
    }

    static get maxActions() {
      return 8;
    }

    static async requestPermission(callback) {
      const answer = settled[location.origin] ?? (Native ? await Native.requestPermission() : "denied");
      if (typeof callback === "function") callback(answer);
      return answer;
    }

    constructor(title, options) {
      if (arguments.length === 0) throw new TypeError("Failed to construct 'Notification': 1 argument required, but only 0 present.");
      if (options?.renotify && !options.tag) throw new TypeError("Failed to construct 'Notification': renotify needs a tag.");
      super();
      const values = { title: String(title), timestamp: options?.timestamp ?? Date.now() };
      for (const [key, initial] of Object.entries(OPTIONS)) {
        const value = options?.[key] ?? initial;
        values[key] = initial === null || typeof initial === "object" ? value : initial.constructor(value);
      }
      for (const key in values) Object.defineProperty(this, key, { value: values[key], enumerable: true });
      for (const type of EVENTS) {
        this[`on${type}`] = null;
        this.addEventListener(type, (event) => {
          const handler = this[`on${type}`];
          if (typeof handler === "function") handler.call(this, event);
        });
      }
      this.#shown = this.#show({ ...options, ...values });
    }

    close() {
      void this.#shown.then((rid) => rid && invoke("plugin:notification|page_close", { rid }));
    }

    async #show(given) {
      try {
        const onEvent = new Channel(([type, detail]) => this.#tell(type, detail));
        const options = { ...given, icon: await iconOf(given.icon), data: undefined };
        const { rid, problem } = await invoke("plugin:notification|page_show", { options, onEvent });
        if (problem) this.#fail(problem);
        this.#tell("show");
        return rid;
      } catch (error) {
        this.#fail(error);
        return 0;
      }
    }

    #fail(error) {
      const message = String(error);
      console.warn(`Notification: ${message}`);
      this.#tell("error", { message });
    }

    #tell(type, detail) {
      const event = Object.assign(new Event(type, { cancelable: type === "click" }), detail);
      if (!this.dispatchEvent(event) || type !== "click") return;
      invoke("plugin:notification|page_focus").catch((error) => console.warn(`Notification: ${error}`));
    }
  }

  Object.defineProperty(Notification.prototype, Symbol.toStringTag, { value: "Notification", configurable: true });
  Object.defineProperty(window, "Notification", { value: Notification, writable: true, configurable: true });
};
