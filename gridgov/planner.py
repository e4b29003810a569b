"""What PostgreSQL's planner knows of tables that were filled a moment ago."""

from django.db import connection


def tell_planner() -> None:
    """Let PostgreSQL look at all tables now, also at what the open transaction has written.

    Its own daemon comes a minute later, or never while the transaction is open: until then it takes full tables for
    empty ones, and plans joins that take hours.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
