"""A native desktop shell for web frontends with a Python core."""
