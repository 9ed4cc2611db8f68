"""The commands and their options. What they need is imported where they run, so that `--help` is there at once."""

import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from shell.cli.failure import Failure, ProgramFailed, load_qt, tell
from shell.complaint import complain
from shell.interrupt import ended_by_interrupt
from shell.standard_files import open_standard_files

if TYPE_CHECKING:
    from shell.app import App

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
"""What Qt writes wherever it is installed, and people have a use for."""
_TARGET = "FOLDER|CONFIG|FILE.py[:app]"
# The character \b tells click to leave the lines of a paragraph as they are.
_RUN = """Run a program.

\b
FOLDER         a web frontend with an index.html, or a project with a
               shell.toml, tauri.conf.json or Tauri.toml
CONFIG         such a configuration file
FILE.py[:app]  a Python file with an App in it, called app if not named
"""


class _Shell(click.Group):
    """The command itself, which says what is wrong in one line."""

    def __call__(self, args: Sequence[str] | None = None, prog_name: str | None = None) -> NoReturn:
        """Run, and end the process with the command's exit code."""
        # Not by the program alone: what it imports opens files, too.
        open_standard_files()
        try:
            with ended_by_interrupt():
                code = self.main(args, prog_name, standalone_mode=False)
        except (Failure, click.exceptions.NoArgsIsHelpError) as error:
            error.show()
            code = error.exit_code
        except click.ClickException as error:
            complain(error.format_message())
            code = error.exit_code
        except click.Abort:
            code = 130
        sys.exit(code)


def _print_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from shell.cli.version import version  # noqa: PLC0415

        tell(f"qtshell {version()}")
        context.exit()


@click.group(cls=_Shell, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Run web frontends as native desktop programs with a Python core."""


def _picture(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    if path is None:
        return None
    if path.suffix and path.suffix.lower() not in _PICTURES:
        raise click.BadParameter(f"{path}: expected an ending of {', '.join(_PICTURES)} or none")
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise click.BadParameter(f"{path} cannot be written")
    return path


def _free(_context: click.Context, _parameter: click.Parameter, port: int | None) -> int | None:
    if port is not None:
        with socket.socket() as server:
            # As Chromium does, so that a port counts as free that a program before this one has just left.
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                server.bind(("127.0.0.1", port))
            except OSError as error:
                raise click.BadParameter(f"port {port}: {error.strerror}") from None
    return port


class _Number(click.IntRange):
    """A number within bounds. click calls what is none "not a valid integer range"."""

    name = "number"


_OPTIONS = (
    click.option("--headless", is_flag=True, help="Render off screen, without a display."),
    click.option(
        "--screenshot",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_picture,
        metavar="FILE",
        help="Save a picture of the window (PNG, or as FILE ends: .jpg, .webp, .bmp) once its page has settled, say "
        "what was seen, and end.",
    ),
    click.option("--no-sandbox", is_flag=True, help="Do without Chromium's sandbox."),
    click.option("--devtools", is_flag=True, help="Allow developer tools in every window, and open them."),
    click.option(
        "--remote-debugging-port",
        type=_Number(1, 65535),
        callback=_free,
        metavar="PORT",
        help="Let debuggers connect at 127.0.0.1:PORT.",
    ),
    click.option(
        "--audit",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Append a line of JSON to FILE for each decision about what a page asks for.",
    ),
    click.option(
        "--audit-arguments",
        multiple=True,
        metavar="COMMAND",
        help="Write the arguments of this command there too, WITH THE SECRETS IN THEM; 'plugin:window|*' is a pattern, "
        "'*' all. May be given several times.",
    ),
    click.option(
        "--audit-size",
        type=_Number(min=1),
        metavar="MIB",
        help="Put FILE aside as FILE.1, in place of an earlier one, when it has so many MiB; 64 if not given.",
    ),
    click.option(
        "--log-level",
        type=click.Choice(("debug", "info", "warning", "error")),
        default="info",
        metavar="LEVEL",
        help="What is logged: debug, info, warning or error; info if not given.",
    ),
)


def _program_options[F: Callable[..., object]](function: F) -> F:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@main.command(help=_RUN)
@click.argument("target", metavar=_TARGET)
@click.option("--dev-url", metavar="URL", help="Load the frontend from this dev server.")
@_program_options
def run(target: str, dev_url: str | None, **how: Any) -> int:
    """Run a program."""

    def make() -> "App":
        from shell.cli.program import program  # noqa: PLC0415
        from shell.cli.target import Target  # noqa: PLC0415

        return program(Target.parse(target), dev_url=dev_url)

    return _run(make, dev_url=dev_url, **how)


@main.command()
@_program_options
def demo(**how: Any) -> int:
    """Open the welcome app, which shows what this is."""

    def make() -> "App":
        from shell.cli.welcome import welcome  # noqa: PLC0415

        return welcome()

    return _run(make, **how)


@main.command(short_help="Say what this machine lacks to run programs.")
@click.argument("target", metavar=f"[{_TARGET}]", required=False)
@click.option("-v", "--verbose", is_flag=True, help="List every command that pages may call.")
def doctor(target: str | None, verbose: bool) -> int:
    """Say what this machine lacks to run programs, and what to do about it.

    With a program, say also what it allows its pages: who may call what, and why.
    """
    from shell.cli.doctor import diagnose  # noqa: PLC0415

    return diagnose(target, verbose=verbose)


def _run(
    make: Callable[[], "App"], *, screenshot: Path | None, log_level: Any, audit_size: int | None, **how: Any
) -> int:
    from shell.cli.log import configure_logging  # noqa: PLC0415
    from shell.environment import Options  # noqa: PLC0415

    if how["audit_arguments"] and how["audit"] is None:
        raise Failure("--audit-arguments: there is no --audit FILE to write them to")
    if audit_size is not None:
        if how["audit"] is None:
            raise Failure("--audit-size: there is no --audit FILE that would have a size")
        how["audit_size"] = audit_size * 1024 * 1024
    configure_logging(log_level)
    load_qt()
    app = make()
    if screenshot is not None:
        from shell.cli.screenshot import take_screenshot  # noqa: PLC0415

        take_screenshot(app, screenshot)
    try:
        return app.run(Options(**how))
    except Exception as error:
        from shell.trace import users_trace  # noqa: PLC0415

        trace = users_trace(error)
        if trace is None:
            raise
        raise ProgramFailed("the program ended, for its Python code failed:", details=trace) from None
