"""What the database itself refuses of a case: statuses that no step leads to, and steps that nobody wrote down."""

import pgtrigger

from cases.workflow import NEW, STEPS, Status

_PAIRS = sorted({f"{step.source}>{step.target}" for step in STEPS if step.source not in (NEW, step.target)})

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
]
