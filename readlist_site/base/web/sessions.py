"""Database sessions that ignore malformed session keys.

A session cookie can contain any character, including NUL, for which PostgreSQL raises an error where SQLite finds no
row."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()
