class PathError(Exception):
    """A path, or a folder of the system, that there is not; the text is Tauri's, or begins with it."""
