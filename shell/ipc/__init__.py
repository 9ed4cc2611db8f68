"""Messages between pages and the core: commands, filters, events, channels, resources and state. Without Qt."""

from shell.ipc.address import Address, EventTarget
from shell.ipc.binder import Injector
from shell.ipc.binding import GlobalScope
from shell.ipc.call import Call, Invocation, Request
from shell.ipc.channel import Channel
from shell.ipc.command import Command, Commands
from shell.ipc.errors import (
    ChannelClosedError,
    CommandError,
    EncodeError,
    RefusedError,
    RegistrationError,
    ResourceError,
)
from shell.ipc.event import Event, Events
from shell.ipc.filter import Filter, Filters
from shell.ipc.limits import Limits
from shell.ipc.link import Link
from shell.ipc.resource import Resources
from shell.ipc.router import Router, Sink
from shell.ipc.session import Session
from shell.ipc.shared import Shared, SharedValues
from shell.ipc.state import State, States

__all__ = [
    "Address",
    "Call",
    "Channel",
    "ChannelClosedError",
    "Command",
    "CommandError",
    "Commands",
    "EncodeError",
    "Event",
    "EventTarget",
    "Events",
    "Filter",
    "Filters",
    "GlobalScope",
    "Injector",
    "Invocation",
    "Limits",
    "Link",
    "RefusedError",
    "RegistrationError",
    "Request",
    "ResourceError",
    "Resources",
    "Router",
    "Session",
    "Shared",
    "SharedValues",
    "Sink",
    "State",
    "States",
]
