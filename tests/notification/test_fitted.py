"""Text in the program's own windows for notifications."""
