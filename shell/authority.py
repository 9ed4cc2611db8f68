"""The authority of a program, from what its configuration, its code and its plugins say."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from shell.acl import (
    APP_ACL_KEY,
    Authority,
    Capability,
    Manifest,
    active_capabilities,
    capability_from,
    default_capability,
    has_capability_files,
    has_documents,
    load_capabilities,
    load_permissions,
    shipped_manifests,
    unread_documents,
)
from shell.config import Config, current_platform
from shell.config.errors import unbroken
from shell.ipc import Commands
from shell.plugins.plugin import Plugin

_DEFAULT = ("core:default", "shared:default")
"""What a program without any capability grants to its own pages."""

_SHOWN = 3
"""Files that are named where several are not read."""

_PLATFORMS = {"macos": "macOS", "ios": "iOS"}
"""Platforms that capabilities write otherwise than the names of configuration files do."""


def make_authority(
    config: Config,
    *,
    plugins: Collection[Plugin],
    given: Iterable[Capability | Mapping[str, Any]] = (),
    app_commands: Commands,
) -> Authority:
    """Gather what may be granted and what is.

    Args:
        config: The program's configuration. Where it was read from a file, `capabilities/` and `permissions/`
            beside that are read too.
        plugins: The program's plugins.
        given: Capabilities from Python, beside those.
        app_commands: The app's own commands.

    Raises:
        AclError: A capability or a permission is wrong.
    """
    folder = config.root
    # Only a configuration speaks for its folder: a folder of pages cannot grant itself anything.
    has_files = config.file is not None
    manifests = {**shipped_manifests(), **{plugin.name: plugin.manifest for plugin in plugins}}
    own = load_permissions(folder / "permissions") if has_files else Manifest()
    # Without one, a capability may name commands of a core that is not there, as in the folder of a Tauri project.
    if own != Manifest():
        manifests[APP_ACL_KEY] = own
    files = load_capabilities(folder / "capabilities") if has_files else ()
    capabilities = (
        *active_capabilities(files, config.app.security.capabilities, config.name),
        *(
            item if isinstance(item, Capability) else capability_from(item, f"App capabilities[{number}]")
            for number, item in enumerate(given)
        ),
    )
    if not capabilities and not (has_files and has_capability_files(folder / "capabilities")):
        capabilities = (default_capability(_DEFAULT),)
    authority = Authority(
        manifests,
        capabilities,
        platform=_PLATFORMS.get(current_platform(), current_platform()),
        naming=files,
        app_commands={command.name: command for command in app_commands},
    )
    authority.check_sets(plugin.name for plugin in plugins)
    return authority


def unread(config: Config) -> Iterator[str]:
    """Say which files of capabilities and permissions are not read though they are there, a line each.

    Args:
        config: The program's configuration.
    """
    for name in ("capabilities", "permissions"):
        folder = config.root / name
        if config.file is None:
            if has_documents(folder):
                yield (
                    f"{unbroken(str(folder))}: is not read, since the program has no configuration file; "
                    "a shell.toml or tauri.conf.json beside it, named in App(config=…), has it read"
                )
        elif odd := unread_documents(folder):
            more = f" and {len(odd) - _SHOWN} more" if len(odd) > _SHOWN else ""
            yield f"{', '.join(odd[:_SHOWN])}{more}: not read, since only files that end in .json, .json5 or .toml are"
