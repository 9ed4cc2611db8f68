"""The pages that qtshell shows where a program's own cannot be."""

import html
from collections.abc import Mapping, Sequence

from shell.bundled import bundled


def built_in_page(name: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """Fill in a page of `resources/pages`, with the style that all of them have: nothing is loaded beside it.

    Args:
        name: The page's name, such as `crashed`.
        values: Text for each `{{name}}` in it, and for some the items of a list.
    """
    page, style = (bundled("pages", file).read_text(encoding="utf-8") for file in (f"{name}.html", "style.css"))
    page = page.replace("{{style}}", style)
    for key, value in values.items():
        if isinstance(value, str):
            filled = html.escape(value)
        else:
            filled = "".join(f"<li><code>{html.escape(item)}</code></li>" for item in value)
        page = page.replace(f"{{{{{key}}}}}", filled)
    return page
