"""How much one document may ask of the core, and how far it may fall behind."""

import attrs

from shell.given import expect_number
from shell.value import frozen

_AT_LEAST_ONE = frozenset({"threads", "window_size", "window_count", "delivery_size"})
"""Without one of these nothing would ever go on."""
_LEAST_MEMORY = 16 * 1024 * 1024
"""A program grows and shrinks by some MiB anyway."""


@frozen
class Limits:
    """Sizes are bytes, times seconds. A value that is no number, or less than 0, is a `TypeError` or a `ValueError`.

    Attributes:
        message: JSON that one call may bring. Bytes are not read and may be 1 GiB.
        arguments: JSON that a call of a built-in command may bring, but of those that bring a picture, the items of a
            menu, a notification or the payload of an event.
        read_at_once: JSON that is read at once, for some 0.5 ms and 6 at worst; what is larger is read in pieces, while
            the loop goes on.
        whole: JSON that cannot be read in pieces: what becomes neither a list, a set, a dict nor a string, nor an
            object of one class that holds such, but a tuple of so many values, one of several classes, or bytes out of
            base64; and the payload of an event of a page that somebody hears, which may be many. It keeps the loop for
            some 3 ms, and 16 at worst.
        text: Memory that one string may take in larger JSON; that of a character is that of the one in it that takes
            most: one byte in English, two in most of the world's scripts, four with an emoji. To put it together keeps
            the loop, for 0.6 ms for each MiB.
        objects: Arrays and objects that JSON larger than that may hold, in all calls of a document that are under way;
            items that one of its arrays may have, and eight times the members of one of its objects: as they grow they
            are moved, for 6 ms. An array takes 100 bytes.
        park_above: JSON larger than this is fetched by the page instead of being delivered.
        pending_calls: Calls that one document may have under way, with those of earlier ones in its webview that
            outlived them; more are refused. Likewise calls of listeners in the core that have not ended, of events that
            pages in one webview emitted.
        pending_size: Once its calls that are under way hold more than this, with what has been read from JSON, more are
            refused; likewise once those that wait their turn do, once bodies do that come in pieces, and once such
            events do.
        threads: Plain functions that one webview may have running in the application's threads at a time; further
            ones wait.
        handles: Listeners that one document may have, and likewise resources. Four times as many keep the loop for 50
            ms whenever Python looks for garbage among them.
        menu_items: Items that a document may have made for menus, as long as a menu or the page has them.
        pixels: Pixels that the images of one document may have together; one of them has at most a quarter.
        webviews: Webviews that there may be in all, in windows of their own or together, before pages may open no more;
            likewise windows, with those that have no webview.
        profiles: Likewise windows that are private or keep their pages' things in a folder of their own, with those
            that have gone: what such a one takes beside its page is given back when the program ends.
        documents: Documents that a webview may begin in ten seconds; with more its renderer is ended as one that hangs.
        posted: What a webview may post in ten seconds, without what goes by `ipc:`, a post counting 1 KiB more than it
            has; likewise.
        strays: Posts of a webview in ten seconds that no bridge makes: that cannot be read, are of a document that has
            gone, or come though enough others have had no answer yet; likewise.
        workers: Workers that the pages of one renderer may have, with all that they make, about; likewise. A worker
            takes 0.4 MiB of the core. On Linux.
        memory: What the core may grow by, whatever for, before it is looked for whom it grows: renderers run in turns
            then, and one for which it grows on, by an eighth of this, is ended likewise. Chromium keeps a page's blobs,
            the names of its locks and databases and so on there. What the program takes of itself does not count, but
            what it keeps of pages' calls does: one that keeps much needs more. From an eighth of it on pages that
            compute wait until Chromium has done what they asked for. At least 16 MiB. On Linux.
        requests: Requests that a webview may make in ten seconds, for the program's own schemes or others; likewise.
        console: Lines that a webview may write to its console in ten seconds, one counting 1 more for each KiB of it;
            likewise.
        storage: What the pages of one origin may keep on disk, in databases and caches, those of all a third more; less
            where the disk has not twice as much. What is kept in memory alone has Chromium's own bound.
        slice_time: How long one document's calls may keep the loop before the others have their turn.
        delivery_size: About how much one delivery carries.
        window_size: How much may be on its way to a page before the page has acknowledged it.
        window_count: Likewise in deliveries.
        high_water: A thread that sends more than this ahead of the page waits.
        overflow: When more than this waits for a page, answers and channels are refused further values, and likewise
            answers that may come to as much and are not written yet, going by the one written last; when it waits
            in messages, which a page need not ask for, the page is given up as one that hangs. A page may emit
            no event to one for which more of its own wait than half of this has room for yet.
        notifications: Notifications that the pages of one origin may show at once; further ones only now and then.
        notification_pause: How long after one of those the next may be shown.
    """

    message: int = 32 * 1024 * 1024
    arguments: int = 32 * 1024
    read_at_once: int = 96 * 1024
    whole: int = 384 * 1024
    text: int = 16 * 1024 * 1024
    objects: int = 2_097_152
    park_above: int = 256 * 1024
    pending_calls: int = 65_536
    pending_size: int = 256 * 1024 * 1024
    threads: int = 16
    handles: int = 16_384
    menu_items: int = 16_384
    pixels: int = 16 * 1024 * 1024
    webviews: int = 64
    profiles: int = 100
    documents: int = 1000
    posted: int = 512 * 1024 * 1024
    strays: int = 2000
    workers: int = 500
    memory: int = 2 * 1024 * 1024 * 1024
    requests: int = 20_000
    console: int = 50_000
    storage: int = 10 * 1024 * 1024 * 1024
    slice_time: float = 0.003
    delivery_size: int = 256 * 1024
    window_size: int = 1024 * 1024
    window_count: int = 64
    high_water: int = 8 * 1024 * 1024
    overflow: int = 256 * 1024 * 1024
    notifications: int = 20
    notification_pause: float = 1.0

    def __attrs_post_init__(self) -> None:
        for field in attrs.fields(type(self)):
            name, whole, least = field.name, isinstance(field.default, int), int(field.name in _AT_LEAST_ONE)
            what = f"{'a whole number' if whole else 'seconds'}, {least} or more"
            expect_number(getattr(self, name), f"Limits: {name}", what, least=least, whole=whole)
        if self.notification_pause <= 0:
            raise ValueError(f"Limits: notification_pause: expected more than 0 s, got {self.notification_pause}")
        if self.memory < _LEAST_MEMORY:
            raise ValueError(f"Limits: memory: expected {_LEAST_MEMORY} (16 MiB) or more, got {self.memory}")
        if self.high_water < self.window_size:
            raise ValueError(
                f"Limits: high_water ({self.high_water}) is less than window_size ({self.window_size}), "
                "and a thread would wait for what the page need not acknowledge yet"
            )
