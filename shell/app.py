"""The application: what a program is made of, and its life from start to exit code."""

from contextlib import ExitStack
from pathlib import Path
from types import NoneType
from typing import ClassVar

import attrs

from shell.acl import AclError
from shell.complaint import complain
from shell.config import Config, ConfigError, config_from, default_config, load, with_frontend
from shell.config.frontend import frontend_at
from shell.environment import DisplayError, Options, SandboxError, SingleInstanceError
from shell.given import expect
from shell.handle import AppHandle
from shell.importing import undisturbed
from shell.interrupt import ended_by_interrupt
from shell.ipc import RegistrationError
from shell.log_lines import lines_without_handlers
from shell.restart import Start
from shell.standard_files import open_standard_files


class App(AppHandle):
    """A desktop program: a web frontend with this process for its core.

    Args:
        identifier: The program's name among all others, such as `com.example.notes`; its data lives under it.
        frontend: Folder with an `index.html`, relative to the file that makes the app, or the URL of a dev server.
        config: A configuration file or folder, relative likewise, or the same as a mapping, with Tauri's keys.
        capabilities: Capabilities beside those in files, as mappings or objects.
        plugins: Plugins beside those that are installed.
        limits: How much one page may ask of the core.
        recovery: How a renderer that died is brought back.
        menu: The menu bar of every window that has none of its own. As `plugins.qtshell.menu`, which it goes before.
        stay_in_tray: Whether the program runs on when its last window closes while it has an icon in the tray. Where
            the desktop has no tray, it ends then as without. As `plugins.qtshell.stayInTray`.
        single_instance: Whether there is at most one process of the program for a user. A second start hands its
            arguments and its folder to the first process, and ends; there, `second-start` happens, and then the main
            window comes to the front. As `plugins.qtshell.singleInstance`, which decides where this is `None`.
        grace_period: Seconds that commands, plugins and tasks which are still busy have when the program ends. Then it
            names them in the log and ends without them, also with a function that runs in one of the app's threads; for
            one that runs on an executor of `concurrent.futures` Python waits at the end of the process.

    Attributes:
        windows: The windows that there are, by label.
        stay_in_tray: As above; it may change while the app runs.
        is_imported: Whether the command line imports a file to find its app.
    """

    is_imported: ClassVar[bool] = False

    @property
    def config(self) -> Config:
        """The configuration.

        Raises:
            ConfigError: It is wrong, or what it names is not there.
        """
        if self._config is None:
            self._config = self._resolve(None)
        return self._config

    def run(self, options: Options | None = None) -> int:
        """Run the program until it ends. What keeps it from starting is told on standard error.

        Args:
            options: How; what the command line of `qtshell run` says.

        Returns:
            The exit code: 2 where the configuration is wrong, 1 where the program could not start.

        Raises:
            RegistrationError: The command line imports the file that this is called in, to run the app itself.
        """
        expect(options, (Options, NoneType), "App.run: options", "Options")
        if App.is_imported:
            raise RegistrationError(
                "App.run: qtshell imports this file to run the app itself; "
                'put what runs it under `if __name__ == "__main__":`'
            )
        open_standard_files()
        with ended_by_interrupt(), lines_without_handlers():
            return self._run_or_complain(options or Options())

    def _run_or_complain(self, options: Options) -> int:
        with undisturbed():
            # Not before: what works for commands in other processes imports the program too, and has no use for Qt.
            from shell.qt_messages import qt_messages_logged  # noqa: PLC0415

        try:
            with qt_messages_logged():
                return self.run_or_raise(options)
        except (ConfigError, AclError, RegistrationError) as error:
            from shell.trace import users_line  # noqa: PLC0415

            place = users_line(error)
            complain("\n".join(f"{place}{line}" for line in str(error).splitlines()))
            return 2
        except (DisplayError, SandboxError, SingleInstanceError) as error:
            complain(str(error))
            return 1

    def run_or_raise(self, options: Options) -> int:
        """As `run`, but raising what keeps the program from starting.

        Raises:
            ConfigError: The configuration is wrong.
            AclError: A capability is wrong.
            AuditError: The audit log cannot be opened.
            RegistrationError: A command or a plugin is.
            DisplayError: There is no display.
            SandboxError: Chromium's sandbox cannot start.
            SingleInstanceError: The program runs already, and its process does not answer.
        """
        if self._core is not None:
            raise RegistrationError("the app runs already")
        self._config = config = self._resolve(options.dev_url)
        start = Start.of_this_process()
        with ExitStack() as ending:
            instance = None
            if config.shell.single_instance if self.single_instance is None else self.single_instance:
                from shell.single_instance import SingleInstance  # noqa: PLC0415

                instance = SingleInstance.claim(config.identifier)
                if instance is None:
                    return 0
                ending.callback(instance.close)
            with undisturbed():
                # Not before: a second start ends without having loaded Chromium.
                from shell.core import Core  # noqa: PLC0415

            core = Core(self, config, options, instance)
            try:
                core.start_qt()
                loop = core.make_loop()
                self._core = core
                code = loop.run_and_close(core.live(self._setup))
            finally:
                self._core = None
                # The loop has heard Ctrl+C until now, and Python would raise it in the middle of Qt's end.
                with ended_by_interrupt():
                    core.release()
        if core.exit.restarting:
            start.again()
        return code

    def _resolve(self, dev_url: str | None) -> Config:
        given = self._given
        if isinstance(given, Config):
            return with_frontend(given, dev_url=dev_url) if dev_url is not None else given
        if isinstance(given, str | Path):
            return load(self._base / given, dev_url=dev_url)
        base = self._base
        # Where pages come from a dev server, the folder need not have been built.
        frontend = None if self._frontend is None else frontend_at(self._frontend, base=base, built=dev_url is None)
        if given is None:
            if frontend is None:
                raise ConfigError(
                    "App: expected a frontend or a config: a folder with an index.html, or its configuration"
                )
            config = default_config(frontend, identifier=self._identifier, root=base)
            return with_frontend(config, dev_url=dev_url) if dev_url is not None else config
        config = config_from(given, "App", identifier=self._identifier, root=base)
        if frontend is None or dev_url is not None:
            return with_frontend(config, dev_url=dev_url)
        return attrs.evolve(config, frontend=frontend)
