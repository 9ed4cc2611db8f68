"""The audit log: one line for each decision about what a page asks for. Loaded by programs that keep one."""

from shell.audit.audit import Audit, Outcome, ToldCall
from shell.audit.errors import AuditError

__all__ = ["Audit", "AuditError", "Outcome", "ToldCall"]
