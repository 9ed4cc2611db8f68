"""Notifications: what a program tells a person who looks elsewhere, and what the person answers."""
