"""Marks on requests that tell the core what it knew of them when they went out."""

import base64
import hashlib
import hmac
import secrets


class Seal:
    """Makes marks that nobody else in this run of the program can make, and reads them again.

    A page can write any header on a request, and Qt has no interceptor on what workers ask of the program's own
    schemes (seen with 6.12.0): what stands in a header is the core's word only where it is sealed.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def mark(self, text: str) -> str:
        """Make the mark for a text. No page may get to see it."""
        name = base64.urlsafe_b64encode(text.encode()).decode()
        return f"{name}.{self._sign(name)}"

    def read(self, mark: str | None) -> str | None:
        """Read the text that a mark was made for; None where it is none of these."""
        name, _, signature = (mark or "").partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(name).encode()):
            return None
        return base64.urlsafe_b64decode(name).decode()

    def _sign(self, name: str) -> str:
        return hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()
