"""Whatever a page sends for items of menus: items are made of it, or it is refused in one line."""

import asyncio
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shell.image import ImageError
from shell.ipc import Limits, RefusedError, Resources, Session
from shell.ipc.errors import ResourceError
from shell.menu import Item, Menu, MenuError, MenuItem, Predefined
from shell.plugins.menu_arguments import HeldItem, ItemArgument
from shell.plugins.menu_items import ItemMaker

decode = msgspec.json.Decoder(list[ItemArgument | HeldItem]).decode

accelerators = st.sampled_from(["CmdOrCtrl+K", "F5", "Ctrl", "", "+", "Ctrl+Ctrl+ü"]) | st.text(max_size=5)
pictures = st.one_of(
    st.sampled_from(["Folder", "/none.png", "", "\0", "/dev/zero", "a" * 5000]),
    st.integers(-2, 4),
    st.lists(st.integers(0, 255), max_size=8),
    st.fixed_dictionaries(
        {"rgba": st.lists(st.integers(0, 255), max_size=8), "width": st.integers(1, 3), "height": st.integers(1, 3)}
    ),
)
predefined = st.sampled_from([*Predefined, {"About": None}, {"About": {"icon": [1]}}, {"About": {"authors": ["a"]}}])
held = st.tuples(st.integers(-1, 4), st.sampled_from(["Menu", "MenuItem", "Predefined", "Submenu", "Check", "Icon"]))
optional: Any = {
    "id": st.text(max_size=3) | st.none(),
    "text": st.text(max_size=3),
    "enabled": st.booleans(),
    "checked": st.booleans() | st.none(),
    "accelerator": accelerators,
    "item": predefined,
    "icon": pictures,
    "handler": st.sampled_from(["__CHANNEL__:1", "__CHANNEL__:x", ""]) | st.none(),
}
items = st.recursive(
    held | st.fixed_dictionaries({}, optional=optional),
    lambda inner: held | st.fixed_dictionaries({}, optional={**optional, "items": st.lists(inner)}),
    max_leaves=12,
)


class Page:
    """A document, as far as items need one: it has an item and a menu."""

    alive = False

    def __init__(self) -> None:
        self.limits = Limits()
        self.reading = asyncio.Lock()
        self.resources = Resources()
        self.resources.add(MenuItem("held"))
        self.resources.add(Menu())


async def at_once(function: Any, *args: Any) -> Any:
    return function(*args)


@settings(deadline=None)
@given(st.lists(items, max_size=4))
def test_anything_is_items_or_is_refused(sent: Any) -> None:
    arguments = decode(msgspec.json.encode(sent))
    refused: str | None = None
    try:
        with pytest.MonkeyPatch.context() as patch:
            # Qt takes the first thread that uses it for the main one.
            patch.setattr(asyncio, "to_thread", at_once)
            menu = Menu(asyncio.run(ItemMaker(lambda session, url: None).make_all(arguments, cast("Session", Page()))))
    except (MenuError, ImageError, RefusedError, ResourceError) as error:
        refused = str(error)
    if refused is None:
        assert len(menu.items()) == len(sent)
        assert all(isinstance(item, Item) for item in menu.items())
    else:
        assert refused
        assert "\n" not in refused
