"""The one table that counts for all rate limits, on whichever server process: a cache forgets, and isn't atomic."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, models, transaction

# Rows that one purge deletes, so that other writers don't wait for it.
PURGE_SIZE = 10_000


class CounterQuerySet(models.QuerySet["Counter"]):
    def add(
        self, key: str, amount: float, *, window_start: datetime, expires_at: datetime, waits_for_disk: bool = True
    ) -> float:
        """Adds to the counter of this window, which is created if there is none, and returns its new amount. Unless it
        `waits_for_disk`, a power cut in the next moment takes it back.

        One atomic upsert, so that simultaneous requests are all counted. It is a transaction of its own, committed at
        once: the request that is then refused, or fails, stays counted, and no other writer waits for the rest of it.
        Raises RuntimeError inside a transaction, which could roll it back, or hold SQLite's write lock meanwhile."""
        columns = {"key": key, "window_start": window_start, "amount": float(amount), "expires_at": expires_at}
        fields = [self.model._meta.get_field(name) for name in columns]
        values = [field.get_db_prep_save(columns[field.name], connection) for field in fields]
        statement = _UPSERT
        if not waits_for_disk and connection.vendor == "postgresql":
            statement += ", set_config('synchronous_commit', 'off', true)"  # of this transaction
        with _quick_commit(not waits_for_disk), transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()[0]

    def amount_of(self, key: str, window_start: datetime) -> float:
        """Returns the amount counted in this window."""
        found = self.filter(key=key, window_start=window_start).values_list("amount", flat=True).first()
        return found or 0.0

    def purge(self, now: datetime) -> int:
        """Deletes windows that are over, up to PURGE_SIZE of them; returns their number."""
        over = self.filter(expires_at__lte=now).order_by("expires_at").values("pk")[:PURGE_SIZE]
        return self.filter(pk__in=list(over.values_list("pk", flat=True))).delete()[0]


class Counter(models.Model):
    """How much of one limit one person, account or network has used in one window of time."""

    key = models.CharField(max_length=120)
    window_start = models.DateTimeField()
    amount = models.FloatField(help_text="Times, or seconds.")
    expires_at = models.DateTimeField(db_index=True)

    objects = CounterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window_start"], name="rate_limits_one_counter")]

    def __str__(self) -> str:
        return f"{self.key}: {self.amount}"


_UPSERT = (
    "INSERT INTO rate_limits_counter (key, window_start, amount, expires_at) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (key, window_start) DO UPDATE SET amount = rate_limits_counter.amount + excluded.amount "
    "RETURNING amount"
)


@contextmanager
def _quick_commit(is_wanted: bool) -> Iterator[None]:
    """On SQLite, has what the block commits not wait for the disk, for which other writers would wait, too."""
    if not is_wanted or connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    usual = _pragma("synchronous")
    _pragma(f"synchronous={min(usual, _NORMAL)}")
    try:
        yield
    finally:
        _pragma(f"synchronous={usual}")


_NORMAL = 1


def _pragma(text: str) -> int:
    with connection.wrap_database_errors:
        return (connection.connection.execute(f"PRAGMA {text}").fetchone() or [0])[0]
