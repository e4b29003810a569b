"""What is said once stays as it was said, whoever writes to the table."""

import pgtrigger


def said_once(name: str, said: str, *more: str) -> pgtrigger.Protect:
    """A trigger that refuses to change the column `said`, and what was said along with it, once it is set."""
    columns = (said, *more)
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"OLD.{said} IS NOT NULL AND ROW({old}) IS DISTINCT FROM ROW({new})"),
    )
