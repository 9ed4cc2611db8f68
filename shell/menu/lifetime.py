import weakref

from PySide6.QtCore import QObject
from shiboken6 import isValid


def delete_with(owner: object, made: QObject) -> None:
    """Delete a Qt object when the Python object that made it has gone: soon after, on the thread of Qt's loop.

    Not at once, for the last reference may go in the middle of a signal of that very object, and in any thread.
    """
    finalizer = weakref.finalize(owner, _delete, made)
    # At interpreter exit there is no loop left to do it.
    finalizer.atexit = False


def _delete(made: QObject) -> None:
    if isValid(made):
        made.deleteLater()
