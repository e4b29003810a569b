"""What the database itself refuses of a case: statuses that no step leads to, and steps that nobody wrote down."""

import pgtrigger

from cases.workflow import NEW, STEPS, Status

_PAIRS = sorted({f"{step.source}>{step.target}" for step in STEPS if step.source not in (NEW, step.target)})


def take_back(cases: str) -> str:
    """SQL that takes from strangers' sight what somebody chose for them to see; `cases` compares a case's id."""
    return (
        f"DELETE FROM cases_publication WHERE case_id {cases} AND NOT is_withheld; "  # noqa: S608 - written here
        f"UPDATE cases_casephoto SET is_public = false WHERE case_id {cases} AND is_public;"
    )


TRIGGERS = [
    pgtrigger.Trigger(
        name="begins_reported",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(f"NEW.status <> '{Status.REPORTED}'"),
        func="RAISE EXCEPTION 'a case begins as reported, not as %', NEW.status USING ERRCODE = 'check_violation';",
    ),
    pgtrigger.Trigger(
        name="follows_the_steps",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("status"),
        condition=pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status"),
        func=pgtrigger.Func(
            "IF OLD.status || '>' || NEW.status <> ALL (ARRAY["
            + ", ".join(f"'{pair}'" for pair in _PAIRS)
            + "]) THEN RAISE EXCEPTION 'no step leads from % to %', OLD.status, NEW.status "
            "USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
        ),
    ),
    # At commit: nobody changes a status without the timeline row that says who and why.
    pgtrigger.Trigger(
        name="has_its_event",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=pgtrigger.UpdateOf("status"),
        condition=pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status"),
        func=pgtrigger.Func(
            "IF NOT EXISTS (SELECT 1 FROM cases_caseevent e WHERE e.case_id = NEW.id AND e.seq = NEW.version "
            "AND e.from_status = OLD.status AND e.to_status = NEW.status) THEN "
            "RAISE EXCEPTION 'case % went from % to % without a timeline row', NEW.number, OLD.status, NEW.status "
            "USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
        ),
    ),
    # Looked over as a class of which strangers see the place: one of which they don't needs another look.
    pgtrigger.Trigger(
        name="looked_over_anew",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("case_class_id"),
        condition=pgtrigger.Condition("OLD.case_class_id IS DISTINCT FROM NEW.case_class_id"),
        func=pgtrigger.Func(
            "IF EXISTS (SELECT FROM cases_caseclass WHERE id = OLD.case_class_id AND publicity = 'place') AND NOT EXISTS "  # noqa: S608 - written here
            "(SELECT FROM cases_caseclass WHERE id = NEW.case_class_id AND publicity = 'place') THEN "
            + take_back("= NEW.id")
            + " END IF; RETURN NULL;"
        ),
    ),
]
