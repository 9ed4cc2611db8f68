from collections.abc import Callable, Sequence

from shell.config import Config, ConfigError, MenuItemConfig
from shell.config.config import OWN_PLUGIN
from shell.image import ImageError, image_from_file
from shell.menu.check import CheckMenuItem
from shell.menu.errors import MenuError
from shell.menu.event import MenuEvent, MenuHandler
from shell.menu.icon import IconMenuItem
from shell.menu.item import Item
from shell.menu.menu import Menu
from shell.menu.normal import MenuItem
from shell.menu.predefined import PredefinedMenuItem
from shell.menu.submenu import Submenu

CHOSEN = "menu"
"""The event that tells pages of an item out of a configuration, for no page has made it and has an action in it."""


def configured_menu(
    items: Sequence[MenuItemConfig], key: str, config: Config, emit: Callable[[str, object], object]
) -> Menu:
    """Make a menu that a configuration describes.

    An item that is chosen is told to those who hear of every item, and to pages as the event `menu`, whose payload is
    its `id` and, of one with a check mark, whether it is `checked` by now.

    Args:
        items: What is in it.
        key: The key that it stands at, below `plugins.qtshell`.
        config: All of the configuration.
        emit: Sends an event, its name and its payload, to everyone who listens.

    Raises:
        ConfigError: An accelerator is none, there is no image where a picture should be, or it is nested too deeply.
    """

    def tell(event: MenuEvent) -> None:
        state = {"checked": event.item.is_checked()} if isinstance(event.item, CheckMenuItem) else {}
        emit(CHOSEN, {"id": event.id, **state})

    def make(described: Sequence[MenuItemConfig], at: str) -> list[Item]:
        return [make_one(one, f"{at}[{number}]") for number, one in enumerate(described)]

    def make_one(one: MenuItemConfig, at: str) -> Item:
        inner = None if one.items is None else make(one.items, f"{at}.items")
        try:
            return _item(one, inner, config, tell)
        except (MenuError, ImageError) as error:
            raise ConfigError(f"{config.name}: {at}: {error}") from None

    return Menu(make(items, f"$.plugins.{OWN_PLUGIN}.{key}"))


def _item(one: MenuItemConfig, inner: list[Item] | None, config: Config, action: MenuHandler) -> Item:
    if one.item is not None:
        return PredefinedMenuItem(one.item, text=one.text)
    text, enabled = one.text or "", one.enabled is not False
    icon = None if one.icon is None else image_from_file(config.root / one.icon)
    if inner is not None:
        return Submenu(text, inner, id=one.id, enabled=enabled, icon=icon)
    keys = one.accelerator
    if one.checked is not None:
        return CheckMenuItem(text, id=one.id, enabled=enabled, checked=one.checked, accelerator=keys, action=action)
    if icon is not None:
        return IconMenuItem(text, icon=icon, id=one.id, enabled=enabled, accelerator=keys, action=action)
    return MenuItem(text, id=one.id, enabled=enabled, accelerator=keys, action=action)
