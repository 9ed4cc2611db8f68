"""Where the files that are not Python are: in `resources/` of a checkout, inside the package of a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "resources", _PACKAGE.parent / "resources")


def bundled(*parts: str) -> Path:
    """Find a file or folder that qtshell ships beside its Python code.

    Args:
        parts: The path below `resources/`, for example `("bridge", "core.js")`.

    Raises:
        FileNotFoundError: This installation does not hold it.
    """
    for root in _ROOTS:
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"qtshell's installation is incomplete: resources/{'/'.join(parts)} is missing")
