"""What a running program is asked and told: by its own code, in Python."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from shell.builder import Builder, expect_menu
from shell.config import WindowConfig, window_from
from shell.given import expect, expect_each, expect_function
from shell.ipc.event import Handler, labelled
from shell.ipc.thread import any_thread, loop_only

if TYPE_CHECKING:
    from shell.core import Core
    from shell.menu import Menu
    from shell.notification.notification import Notification
    from shell.notification.notifier import Notifier
    from shell.notification.shown import OnAction, OnClick, OnClose, ShownNotification
    from shell.tray import TrayIcon
    from shell.window import Window


class NotRunningError(RuntimeError):
    """Something was asked of an app that only a running one can do."""


@loop_only
class AppHandle(Builder):
    """Asks and tells a running program. The name is that of Tauri's."""

    @property
    @any_thread
    def core(self) -> "Core":
        """The running program.

        Raises:
            NotRunningError: It does not run.
        """
        if self._core is None:
            raise NotRunningError("the app does not run; do this from @app.setup, or later")
        return self._core

    # Events. All of these may be called from any thread.

    @any_thread
    def emit(self, event: str, payload: Any = None) -> None:
        """Send an event to everyone who listens, in the core and in all pages.

        Raises:
            RefusedError: The name has other characters than events have, or the payload has no form in JSON.
        """
        self.events.emit(event, payload)

    @any_thread
    def emit_to(self, label: str, event: str, payload: Any = None) -> None:
        """Send an event to those who listen as the window or webview of a label, or to any.

        Raises:
            RefusedError: As for `emit`.
        """
        self.events.emit(event, payload, labelled(label))

    @any_thread
    def listen(self, event: str, handler: Handler) -> int:
        """Call a function with each `Event` of a name; returns what `unlisten` takes.

        Raises:
            RefusedError: The name has other characters than events have.
        """
        return self.events.listen(event, handler)

    @any_thread
    def once(self, event: str, handler: Handler) -> int:
        """Call a function with the next `Event` of a name; returns what `unlisten` takes."""
        return self.events.listen(event, handler, once=True)

    @any_thread
    def unlisten(self, listener: int) -> None:
        """Stop what `listen` began."""
        self.events.unlisten(listener)

    # Menus.

    def menu(self) -> "Menu | None":
        """The program's menu: the bar of every window that has none of its own.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.menus.app_menu

    def set_menu(self, menu: "Menu") -> "Menu | None":
        """Give the program another menu; returns the one that it had.

        Raises:
            NotRunningError: The app does not run.
        """
        expect_menu(menu, "App.set_menu")
        return self.core.menus.set_app_menu(menu)

    def remove_menu(self) -> "Menu | None":
        """Take the program's menu away from all windows, and return it.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.menus.remove_app_menu()

    # Icons in the tray.

    def create_tray(self, id: str | None = None, **options: Any) -> "TrayIcon":  # noqa: A002  # Tauri's name
        """Put an icon into the tray. Where the desktop has none, what the icon offers is at the bottom of a window.

        Args:
            id: Its name in the program, or one that no other has.
            options: `icon` (otherwise the program's), `dark_icon`, `icon_as_template`, `menu`, `tooltip`, `title`,
                `visible`, `show_menu_on_left_click` and `on_tray_icon_event`, as `Trays.create` has them.

        Raises:
            TrayError: There is an icon of this id, or no image in a picture.
            NotRunningError: The app does not run.
        """
        if options.get("menu") is not None:
            from shell.menu import Menu, Submenu  # noqa: PLC0415

            expect(options["menu"], (Menu, Submenu), "create_tray: menu", "a Menu or a Submenu")
        return self.core.trays.create(id, **options)

    def tray(self, id: str) -> "TrayIcon | None":  # noqa: A002  # Tauri's name
        """The tray icon of an id; `main` is that of the configuration, unless it has another there.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.trays.get(id)

    def remove_tray(self, id: str) -> "TrayIcon | None":  # noqa: A002  # Tauri's name
        """Remove the tray icon of an id, if there is one, and return it.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.trays.remove(id)

    # Notifications.

    @property
    def notifier(self) -> "Notifier":
        """Shows notifications, and says what this desktop can do with them.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.notifications.notifier

    async def notify(
        self,
        notification: "Notification | str",
        body: str = "",
        *,
        on_click: "OnClick | None" = None,
        on_action: "OnAction | None" = None,
        on_close: "OnClose | None" = None,
        **options: Any,
    ) -> "ShownNotification":
        """Show a notification on the person's desktop; where that shows none, in a window of the program's own.

        Args:
            notification: What is shown, or its title alone.
            body: The rest of the text.
            on_click: Called when the person presses it.
            on_action: Called with the id of the button that the person presses.
            on_close: Called with the `Dismissal`, once it is no longer shown.
            options: Further attributes of `Notification`, such as `icon`, `urgency`, `timeout` and `actions`.

        Raises:
            NotificationError: An option has a wrong value, or the icon is no picture.
            NotRunningError: The app does not run.
        """
        from shell.notification.notification import Notification  # noqa: PLC0415
        from shell.notification.shown import Handlers  # noqa: PLC0415

        expect(notification, (str, Notification), "App.notify", "a title or a Notification")
        for name, handler in (("on_click", on_click), ("on_action", on_action), ("on_close", on_close)):
            if handler is not None:
                expect_function(handler, f"App.notify: {name}")
        if isinstance(notification, str):
            notification = Notification(notification, body, **options)
        elif body or options:
            raise TypeError("notify: further options come with a title; a Notification has its own")
        return await self.notifier.notify(notification, Handlers(on_click, on_action, on_close), trusted=True)

    # Windows, and the end.

    def create_window(
        self,
        label: str,
        *,
        config: WindowConfig | None = None,
        parent: "Window | None" = None,
        init_script: str | Iterable[str] = (),
        **options: Any,
    ) -> "Window":
        """Open a window.

        Args:
            label: Its label, which no other window has.
            config: All its options; the label is the other argument.
            parent: The window that it stays above.
            init_script: JavaScript, one script or several, that runs in every document of the window before the page's
                own, as that of Tauri's `WebviewWindowBuilder::initialization_script`; not in sub-frames.
            options: Single options by the names of `WindowConfig`, such as `url`, `title`, `width` and `height`.

        Raises:
            ConfigError: An option is unknown or has a wrong value.
            RegistrationError: There is a window of this label.
            NotRunningError: The app does not run.
            TypeError: An argument has a wrong type, or options came beside a `config`.
        """
        core = self.core
        if parent is not None:
            from shell.window import Window  # noqa: PLC0415

            expect(parent, Window, "create_window: parent", 'a Window, such as app.windows["main"]')
        scripts = expect_each(
            (init_script,) if isinstance(init_script, str) else init_script,
            str,
            "create_window: init_script",
            "the text of a script",
        )
        named = window_from({"label": label, "title": core.title, **options}, root="window", pythonic=True)
        if config is not None:
            expect(config, WindowConfig, "create_window: config", "a WindowConfig")
            if options:
                raise TypeError(
                    f"create_window: {', '.join(options)}: a config has all options, and none come beside it"
                )
            named = attrs.evolve(config, label=label)
        return core.windows.create(named, parent=parent, init_scripts=scripts)

    @any_thread
    def exit(self, code: int = 0) -> None:
        """End the program, unless a handler of `exit-requested` prevents it; from any thread.

        Webviews end first, then plugins, the core last.

        Args:
            code: The exit code, which `run` returns.
        """
        expect(code, int, "App.exit: code", "an exit code")
        self.thread.run(self.core.exit.request, code)

    @any_thread
    def restart(self) -> None:
        """End the program and start it again with the same arguments, in the same process; from any thread.

        Handlers of `exit-requested` hear `RESTART_EXIT_CODE`, and cannot prevent it. What comes after `run` does not
        happen, but for functions that were registered with `atexit`.
        """
        self.thread.run(self.core.exit.restart)
