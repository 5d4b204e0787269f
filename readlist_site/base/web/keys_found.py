"""The lookup `pk__found_by=…`: rows whose keys a subquery finds, before any table is joined.

PostgreSQL joins at most eight tables in the best order (`join_collapse_limit`). Of a query with more it would read all
rows with all that is joined to them, to look for those of an `IN (SELECT …)`. An array is a condition of the index,
whatever is joined afterwards."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigAutoField
from django.db.models.lookups import In


class FoundBy(In):
    """The same as `in`, for a subquery of few rows, such as the threads that a page shows.

    Other databases get `IN`."""

    lookup_name = "found_by"

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        """Returns the operator with the subquery."""
        if connection.vendor == "postgresql" and not self.rhs_is_direct_value():
            return f"= ANY(ARRAY{rhs})"
        return super().get_rhs_op(connection, rhs)


def register_found_by() -> None:
    """Registers the lookup for the keys of all models."""
    BigAutoField.register_lookup(FoundBy)
