"""Paths: the folders that the system has for a purpose, and paths as text."""

from shell.path.base_directory import APP_DIRECTORIES, BaseDirectory
from shell.path.errors import PathError
from shell.path.resolver import PathResolver

__all__ = ["APP_DIRECTORIES", "BaseDirectory", "PathError", "PathResolver"]
