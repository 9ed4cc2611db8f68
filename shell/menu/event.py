from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from shell.value import frozen

if TYPE_CHECKING:
    from shell.menu.item import Item


@frozen
class MenuEvent:
    """A person chose an item of a menu, or pressed its accelerator.

    Attributes:
        id: The item's id.
        item: The item.
    """

    id: str
    item: "Item"


type MenuHandler = Callable[[MenuEvent], object] | Callable[[MenuEvent], Awaitable[object]]
