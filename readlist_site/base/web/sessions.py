"""Sessions in the database, asked for only by keys that could be one.

A quoted cookie may hold any character, NUL too, and PostgreSQL answers that with an error where SQLite finds nothing.
"""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()
