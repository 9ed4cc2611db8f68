"""What `qtshell run` is given, made into an app."""

import importlib.util
import logging
import sys
from pathlib import Path
from types import ModuleType

from shell.acl import AclError
from shell.app import App
from shell.cli.failure import Failure
from shell.cli.target import Target
from shell.config import ConfigError, load
from shell.config.errors import listed
from shell.ipc import RegistrationError
from shell.trace import frames_from, trace_from

log = logging.getLogger(__name__)

_APP = "app"


def program(target: Target, *, dev_url: str | None = None) -> App:
    """Find the app that a person means.

    Args:
        target: A folder, a configuration file, or a Python file with an app in it.
        dev_url: A dev server in place of the frontend that a configuration names.

    Raises:
        Failure: There is none, or it cannot be used.
    """
    if target.file is not None:
        return app_in(target.file, target.name)
    try:
        config = load(target.text, dev_url=dev_url)
    except ConfigError as error:
        raise Failure(str(error)) from None
    if config.frontend is not None and config.frontend.note:
        log.info("the frontend is %s: %s", config.frontend.url or config.frontend.folder, config.frontend.note)
    return App(config=config)


def app_in(file: Path, name: str | None = None) -> App:
    """Import a file as a module, and take an app from it.

    Args:
        file: The file. What is under `if __name__ == "__main__"` in it does not run.
        name: What the app is called there; `app`, if `None`.

    Raises:
        Failure: There is no such file or app, or the file cannot be imported.
    """
    if not file.is_file():
        raise Failure(f"{file}: no such file")
    module = _imported(file.resolve(), str(file))
    found = getattr(module, name or _APP, None)
    if isinstance(found, App):
        return found
    others = [key for key, value in vars(module).items() if isinstance(value, App)]
    there = f"there is {listed(others, 'and')}: {file}:{others[0]}" if others else "there is no App in it"
    if found is not None:
        raise Failure(
            f'{file}: expected "{name or _APP}" to be an App, got a value of type {type(found).__name__}; {there}'
        )
    raise Failure(f'{file}: there is no "{name or _APP}" in it' + (f"; {there}" if others else ", and no App at all"))


def _imported(file: Path, shown: str) -> ModuleType:
    name = file.stem
    if name in sys.modules:
        # Imported under another name, its functions could not be sent to the processes of an executor.
        raise Failure(f"{shown}: it has the name of the module {name}, which it would hide; give it another")
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise Failure(f"{shown}: Python cannot import it")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(file.parent))
    App.is_imported = True
    try:
        spec.loader.exec_module(module)
    except (AclError, ConfigError, RegistrationError) as error:
        line = next((frame.lineno for frame in frames_from(error, file)), None)
        raise Failure("\n".join(f"{shown}, line {line}: {text}" for text in str(error).splitlines())) from None
    except Exception as error:
        raise Failure(f"{shown} cannot be imported:", details=trace_from(error, file)) from None
    finally:
        App.is_imported = False
    return module
