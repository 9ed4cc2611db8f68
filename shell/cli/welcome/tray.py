"""The icon in the tray. Its menu opens, hides and crashes windows, and is there when no window is."""

from shell import Action, App, CheckMenuItem, Menu, MenuItem, PredefinedMenuItem, Shared, Submenu, Window
from shell.cli.welcome.windows import MOST, kill_renderer, new_window, show_main


def add_tray(app: App, stay: Shared[bool]) -> None:
    """Put the icon into the tray.

    Args:
        app: The program, which runs.
        stay: Whether it stays in the tray without windows. The menu's check mark and all pages follow it.
    """
    check = CheckMenuItem("Stay here without windows", action=lambda _: stay.update(lambda stays: not stays))
    opener = MenuItem("Open a window", action=lambda _: new_window(app))
    items = [
        MenuItem("Show", action=lambda _: show_all(app)),
        MenuItem("Hide", action=lambda _: hide_all(app)),
        opener,
        crash_menu(app),
        PredefinedMenuItem("Separator"),
        check,
        PredefinedMenuItem("Separator"),
        PredefinedMenuItem("Quit"),
    ]
    app.create_tray(tooltip="Welcome to qtshell", menu=Menu(items))

    def keep(stays: bool) -> None:
        app.stay_in_tray = stays
        check.set_checked(stays)

    stay.follow(keep)
    for event in ("window-created", "window-destroyed"):
        app.on(event)(lambda _: opener.set_enabled(len(app.windows) <= MOST))


def crash_menu(app: App) -> Submenu:
    """A menu with an item for each window, while it is there."""
    menu = Submenu("Crash")
    items: dict[str, MenuItem] = {}

    def add(label: str) -> None:
        items[label] = MenuItem(label, action=lambda _: kill_renderer(app.windows[label]))
        menu.append(items[label])

    for label in app.windows:
        add(label)
    app.on("window-created")(lambda event: add(event.label))
    app.on("window-destroyed")(lambda event: menu.remove(items.pop(event.label)))
    return menu


def show_all(app: App) -> None:
    """Show every window, the main window in front."""
    for window in app.windows.values():
        window.show()
    show_main(app)


def hide_all(app: App) -> None:
    """Hide every window."""
    for window in app.windows.values():
        window.hide()


async def hide_window(window: Window, app: App) -> None:
    """Hide the window of the page that asks, and show a notification that brings it back."""
    await app.notify(
        "The window is hidden",
        "Its page and the core run on.",
        actions=[Action("show", "Bring it back")],
        on_action=lambda _: show_main(app),
        on_click=lambda: show_main(app),
    )
    window.hide()
