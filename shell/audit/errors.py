"""What can be wrong with an audit log."""

from shell.config import ConfigError


class AuditError(ConfigError):
    """There can be no audit log as the program was told to keep it; the text says why."""
