"""A program whose page keeps as much as it can, on disk or in memory. Prints what came of it, as JSON.

`python -m tests.attack.keeper FOLDER SIZE`, with an empty folder for all that is written.
"""

import json
import os
import sys
from pathlib import Path

from shell import App, Limits, Options

KEEP = """
const piece = new Uint8Array(1 << 20);
const outcome = {};
const fill = async (name, once) => {
  let kept = 0;
  try { for (; kept < 1000; kept++) await once(kept); } catch (error) { outcome[name] = [kept, error.name]; return; }
  outcome[name] = [kept, "no end"];
};
outcome.quota = (await navigator.storage.estimate()).quota;
outcome.persisted = await navigator.storage.persist();
await fill("local", (n) => localStorage.setItem(n, "x".repeat(1 << 19)));
await fill("session", (n) => sessionStorage.setItem(n, "x".repeat(1 << 19)));
for (let n = 0; n < 2000; n++) document.cookie = `c${n}=${"x".repeat(4000)}; max-age=1000`;
outcome.cookies = document.cookie.length;
const cache = await caches.open("x");
await fill("cache", (n) => cache.put("https://example.com/" + n, new Response(piece)));
const database = await new Promise((done) => {
  const opening = indexedDB.open("x");
  opening.onupgradeneeded = () => opening.result.createObjectStore("x");
  opening.onsuccess = () => done(opening.result);
});
await fill("database", (n) => new Promise((done, fail) => {
  const change = database.transaction("x", "readwrite");
  change.objectStore("x").put(piece, n);
  change.oncomplete = done;
  change.onabort = () => fail(change.error ?? new DOMException("", "QuotaExceededError"));
}));
await fill("files", async (n) => {
  const folder = await navigator.storage.getDirectory();
  const file = await (await folder.getFileHandle("f" + n, { create: true })).createWritable();
  await file.write(piece);
  await file.close();
});
await fill("filesystem", (n) => new Promise((done, fail) => webkitRequestFileSystem(TEMPORARY, 1 << 20, done, fail)));
outcome.used = (await navigator.storage.estimate()).usage;
outcome.answered = await shell.invoke("ask");
return outcome;
"""


def main(folder: str, size: int) -> None:
    """Run the program."""
    web = Path(folder, "web")
    web.mkdir()
    (web / "index.html").write_text("<!doctype html><title>keeper</title><body>")
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME"):
        os.environ[name] = folder
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = App("com.example.keeper", frontend=web, limits=Limits(storage=size))
    told = {}

    @app.command
    async def ask() -> str:
        return "answered"

    @app.setup
    async def begin(app: App) -> None:
        told.update(await app.windows["main"].eval(KEEP, within=None))
        app.exit()

    # Not `headless`, which keeps nothing on disk.
    app.run_or_raise(Options(no_sandbox=True))
    told["disk"] = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
