import attrs
from shell import App, Call, Channel, CommandError, State, Window

@attrs.define
class Session:
    user: str
    opened: int = 0

app = App("com.example.notes", frontend="web")     # a folder, or the URL of a dev server
app.manage(Session(user="ada"))

@app.command
async def greet(name: str) -> str:                 # invoke("greet", { name: "World" })
    return f"Hello, {name}!"

@app.command                                       # a plain function runs in a worker thread
def opened(session: State[Session], window: Window) -> str:
    session.opened += 1
    return f"{session.user} opened {window.label} {session.opened} times"

@app.command
async def countdown(start: int, on_tick: Channel[int]) -> None:     # JS: onTick
    if start < 0:
        raise CommandError({"kind": "range", "start": start})        # rejects with that object
    for n in range(start, 0, -1):
        on_tick.send(n)

@app.command
async def checksum(body: bytes) -> bytes: ...      # raw bytes in, raw bytes out

@app.filter                                        # every call passes here, in order
async def audit(call: Call, proceed):
    result = await proceed(call)                   # or change the call, or refuse it
    return result

@app.setup
async def open_settings(app: App) -> None:
    window = app.create_window("settings", url="settings.html", title="Settings", width=480, height=320)
    await window.loaded()
    app.emit("ready", {"windows": list(app.windows)})
    app.emit_to("settings", "focus-field", "name")
    app.listen("save", lambda event: print(event.payload))

if __name__ == "__main__":
    raise SystemExit(app.run())
