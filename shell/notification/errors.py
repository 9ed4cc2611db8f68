"""What keeps a notification from being shown."""


class NotificationError(Exception):
    """A notification that cannot be shown as it is; the text says what is wrong with it."""


class IconError(NotificationError):
    """A picture that cannot be read; the text says which, and why."""


class TooManyNotificationsError(NotificationError):
    """More notifications in a short time than a person could read."""


class UnavailableError(NotificationError):
    """Nobody on this desktop shows notifications; the text says why."""
