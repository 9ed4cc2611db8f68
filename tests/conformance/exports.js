// Names what the modules of a package export: functions, what classes have, and constants. What is there under several
// names is named once, by the module that comes first.
(modules, events) => {
    const homes = new Map(), found = [];
    const add = (name, value) => {
        if (typeof value === "function") {
            if (homes.has(value)) return;
            homes.set(value, name);
        }
        found.push(name);
    };
    const called = (key) => (typeof key === "symbol" ? `[${key.description}]` : key);
    const isClass = (value) => typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
    for (const [module, exports] of modules) {
        for (const [name, value] of Object.entries(exports)) {
            const place = `${module}.${name}`;
            if (homes.has(value)) continue;
            add(place, value);
            if (isClass(value)) {
                for (const key of Reflect.ownKeys(value)) {
                    if (!["length", "name", "prototype"].includes(key)) add(`${place}.${called(key)}`, value[key]);
                }
                for (const key of Reflect.ownKeys(value.prototype)) {
                    const described = Object.getOwnPropertyDescriptor(value.prototype, key);
                    if (key !== "constructor") add(`${place}.${called(key)}`, described.value);
                }
            } else if (events.includes(place)) {
                for (const key of Object.keys(value)) add(`${place}.${key}`);
            }
        }
    }
    return found;
}
