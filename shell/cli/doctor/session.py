"""What a program finds of the person's session: its bus, a tray, notifications."""

from collections.abc import Iterator, Mapping
from typing import Any

from shell.cli.doctor.finding import Finding, State

_ANSWER_WITHIN = 3000
"""Milliseconds that a service of the desktop has; it may have to be started first."""
_TRAY = "org.kde.StatusNotifierWatcher"
_NOTIFICATIONS = "org.freedesktop.Notifications"


def session(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Ask on the session bus. Qt has to be loadable."""
    from PySide6.QtCore import QCoreApplication  # noqa: PLC0415
    from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415

    # Qt's D-Bus wants an application, if only the smallest, for as long as it is asked.
    _application = QCoreApplication.instance() or QCoreApplication(["qtshell"])
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        reason = bus.lastError().message()
        advice = "start programs from a desktop, or with dbus-run-session"
        yield Finding("D-Bus", State.LACKING, f"there is no session bus: {reason}", advice)
        yield Finding("tray", State.LACKING, "there is none without a session bus")
        yield Finding("notifications", State.LACKING, "there are none without a session bus")
        return
    yield Finding("D-Bus", State.FINE, environment.get("DBUS_SESSION_BUS_ADDRESS", "").partition(",")[0] or "connected")
    yield _tray(bus)
    yield _notifications(bus)


def _tray(bus: Any) -> Finding:
    answer, _ = _call(bus, "org.freedesktop.DBus", "NameHasOwner", _TRAY)
    if answer == [True]:
        return Finding("tray", State.FINE, f"{_TRAY} is there")
    return Finding(
        "tray",
        State.LACKING,
        f"nobody is {_TRAY}: at most X11's old trays show icons",
        "on GNOME, install the extension AppIndicator; elsewhere, a panel with a tray",
    )


def _notifications(bus: Any) -> Finding:
    answer, problem = _call(bus, _NOTIFICATIONS, "GetServerInformation")
    if answer is not None:
        name, vendor, version, *_ = answer
        return Finding("notifications", State.FINE, f"{name} {version} ({vendor})")
    advice = "run a desktop that shows them, or a service such as dunst"
    return Finding("notifications", State.LACKING, f"nobody shows them: {problem}", advice)


def _call(bus: Any, service: str, method: str, *arguments: object) -> tuple[list[Any] | None, str]:
    """Call a method of the service's main object; returns the answer, or `None` and why there is none."""
    from PySide6.QtDBus import QDBus, QDBusMessage  # noqa: PLC0415

    call = QDBusMessage.createMethodCall(service, f"/{service.replace('.', '/')}", service, method)
    call.setArguments(list(arguments))
    reply = bus.call(call, QDBus.CallMode.Block, _ANSWER_WITHIN)
    if reply.type() is QDBusMessage.MessageType.ReplyMessage:
        return reply.arguments(), ""
    return None, reply.errorMessage()
