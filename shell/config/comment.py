"""The end of a comment in HTML."""

import re

AT_ONCE = 128 * 1024
"""Characters that are looked through at once, while no other thread runs: where all are dashes, for some 2 ms."""


def end_of_comment[Text: (str, bytes)](end: re.Pattern[Text], page: Text, at: int) -> int | None:
    """Where a comment is over; None if it never is.

    Args:
        end: What ends a comment, in at most four characters.
        page: HTML.
        at: Where the comment begins.
    """
    while at < len(page):
        if found := end.search(page, at, at + AT_ONCE):
            return found.end()
        # What ends it may begin in the last three characters.
        at += AT_ONCE - 3
    return None
