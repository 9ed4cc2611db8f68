// What a call carries, as it travels: for the page's end of the bridge, and for the isolated world.
() => {
  "use strict";
  // A page may replace any of these later. It would only hurt itself, but a broken page is hard to understand.
  const { stringify } = JSON;
  const { fromEntries } = Object;
  const { isArray, from: arrayFrom } = Array;
  const { isView } = ArrayBuffer;

  const SERIALIZE = "__TAURI_TO_IPC_KEY__";

  // What JSON.stringify would get wrong: these travel as objects and arrays of numbers, as Tauri has it.
  const isSpecial = (value) =>
    value instanceof Map || value instanceof ArrayBuffer || isView(value) || SERIALIZE in value;

  // A value that contains itself is left to JSON.stringify, which says so, where a walk would overflow the stack.
  const DEEP = 2000;

  const holdsSpecial = (value, depth = 0) => {
    if (typeof value !== "object" || value === null) return false;
    if (depth > DEEP) return true;
    if (isArray(value)) {
      for (const item of value) {
        if (typeof item === "object" && item !== null && holdsSpecial(item, depth + 1)) return true;
      }
      return false;
    }
    if (isSpecial(value)) return true;
    for (const key in value) {
      const item = value[key];
      if (typeof item === "object" && item !== null && holdsSpecial(item, depth + 1)) return true;
    }
    return false;
  };

  const replacer = (_key, value) => {
    if (typeof value !== "object" || value === null) return value;
    if (SERIALIZE in value) return value[SERIALIZE]();
    if (value instanceof Map) return fromEntries(value.entries());
    if (value instanceof ArrayBuffer) return arrayFrom(new Uint8Array(value));
    if (isView(value)) return arrayFrom(value instanceof DataView ? asBytes(value) : value);
    return value;
  };

  const encode = (value) => stringify(value, holdsSpecial(value) ? replacer : undefined);

  const asBytes = (value) => {
    if (value instanceof Uint8Array) return value;
    return isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
  };

  const headersOf = (options) => {
    if (!options || !options.headers) return undefined;
    const headers = {};
    new Headers(options.headers).forEach((value, key) => (headers[key] = value));
    return headers;
  };

  const isBytes = (value) => value instanceof ArrayBuffer || isView(value) || isArray(value);

  return { SERIALIZE, asBytes, encode, headersOf, isBytes };
};
