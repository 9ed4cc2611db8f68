"""Which version of qtshell this is."""

import importlib.metadata
import tomllib
from pathlib import Path

from shell.cli.failure import NotPossible

_DISTRIBUTION = "qtshell"


def version() -> str:
    """The version that is installed; that of the checkout where it runs without having been installed.

    Raises:
        NotPossible: Nothing says which it is.
    """
    try:
        return importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        checkout = Path(__file__).parents[2] / "pyproject.toml"
        if not checkout.is_file():
            raise NotPossible(
                f"the version is not known: the package's metadata is missing; pip install {_DISTRIBUTION} brings it"
            ) from None
        return str(tomllib.loads(checkout.read_text(encoding="utf-8"))["project"]["version"])
