"""What a person said about notifications of pages: remembered for each origin, in a file of the program's data."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)

_MOST = 1000
"""Origins that are remembered; the oldest answer goes first."""


class Consents:
    """The answers, by origin.

    Args:
        file: Where they are kept; None keeps them in memory, for this run alone.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._answers: dict[str, bool] | None = None

    @property
    def answers(self) -> Mapping[str, bool]:
        """Whether each origin may notify, for those that a person was asked about."""
        if self._answers is None:
            self._answers = _read(self._file)
        return self._answers

    def remember(self, origin: str, granted: bool) -> None:
        """Keep an answer, in the place of an earlier one."""
        answers = {**self.answers}
        answers.pop(origin, None)
        self._answers = dict([*answers.items(), (origin, granted)][-_MOST:])
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._file.with_name(f"{self._file.name}.new")
            fresh.write_text(json.dumps({"notifications": self._answers}, indent=2) + "\n", encoding="utf-8")
            fresh.replace(self._file)
        except OSError as error:
            log.warning("the answer about notifications of %s is not kept: %s", origin, error)


def _read(file: Path | None) -> dict[str, bool]:
    if file is None:
        return {}
    try:
        answers = json.loads(file.read_text(encoding="utf-8"))["notifications"]
        return {str(origin): _checked(granted) for origin, granted in answers.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s: unreadable, so that pages ask again: %s", file, error)
        return {}


def _checked(granted: object) -> bool:
    if not isinstance(granted, bool):
        raise TypeError(f"expected true or false for each origin, got {granted!r}")
    return granted
