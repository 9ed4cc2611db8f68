"""What is wrong with a capability, a permission or a file that holds them."""


class AclError(Exception):
    """A capability or permission that cannot be used; its text is one line for the person who wrote it."""
