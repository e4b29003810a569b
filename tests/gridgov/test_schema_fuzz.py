"""Whatever is sent to the API, it answers as its schema says, and never with an error of its own.

Requests are made from the schema, right and wrong ones. FUZZ_EXAMPLES=50 tries many more than `make test` has time for.
"""

import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from rest_framework.authtoken.models import Token
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cases.models import Case
from cases.workflow import Status
from grids.models import Area, GridObject, Scope
from tests.case_factories import Cast, case_in, stored
from tests.inspection_factories import make_checklist, make_task
from tests.key_factories import make_key, make_system
from tests.registry_factories import make_object

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Requests for each operation, by who sends them. Wrong ones take long to think of, and it hardly matters who sends
# them: they come from the seats alone.
EXAMPLES = {"operator": 2, "dispatcher": 2, "key": 1, "nobody": 1}
MODES = {"key": [GenerationMode.POSITIVE], "nobody": [GenerationMode.POSITIVE]}
# Each a test of its own, so that all processes have something to do.
PARTS = 8
FAR_AWAY = "9" * 25


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The server's own handler closes the connection that the test's transaction is in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def credentials(cast: Cast) -> dict[str, str]:
    """The Authorization header of each sender."""
    system = make_system(cast.city.community_centre)
    _key, secret = make_key(system, *Scope, per_minute=100_000)
    tokens = {
        name: f"Token {Token.objects.create(user=getattr(cast, name)).key}"
        for name in ("operator", "dispatcher")
    }
    return {**tokens, "key": f"Bearer {secret}", "nobody": ""}


@pytest.fixture
def names(cast: Cast) -> dict[str, list[Any]]:
    """What parameters of addresses may really name, by the parameter's name."""
    for status in (Status.REPORTED, Status.REGISTERED, Status.HANDLING, Status.HANDLED, Status.CLOSED):
        case_in(status, cast, photos=stored(cast.inspector))
    make_object(cast.city.grid)
    make_checklist()
    make_task(cast.city.grid)
    codes = [*Area.objects.values_list("code", flat=True), *GridObject.objects.values_list("code", flat=True)]
    photos = apps.get_model("gridgov.Photo").objects.values_list("pk", flat=True)
    return {
        "number": [*Case.objects.values_list("number", flat=True), "\0", "无"],
        "code": [*codes, "\0", "' OR 1=1", "😀"],
        "photo_id": list(map(str, photos)),
        "size": ["display", "thumb", "original"],
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("sender", EXAMPLES)
def test_no_answer_is_an_error_of_ours_or_outside_the_schema(sender, part, credentials, names):
    headers = {"Authorization": credentials[sender]} if credentials[sender] else {"Authorization": "none"}
    found: dict[str, str] = {}
    for operation in operations()[part::PARTS]:
        for mode in MODES.get(sender, list(GenerationMode)):
            # Where nothing is asked, nothing can be wrong.
            nothing_wrong = Unsatisfiable if mode is GenerationMode.NEGATIVE else ()
            try:
                try_out(operation, mode, headers, names, EXAMPLES[sender])
            except nothing_wrong:
                pass
            except (Failure, FailureGroup) as failure:
                found.setdefault(operation.label, str(failure))
    assert not found, "\n\n".join(f"{label}: {why}" for label, why in found.items())


@cache
def operations() -> list[Any]:
    """Every operation of the schema, as it is served."""
    json = {"Accept": "application/vnd.oai.openapi+json"}
    served = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application(), headers=json)
    return [found.ok() for found in served.get_all_operations()]


def try_out(
    operation: Any, mode: GenerationMode, headers: dict[str, str], names: dict[str, list[Any]], examples: int
) -> None:
    """Send some requests of an operation; what they change is taken back each time."""
    real = st.fixed_dictionaries(
        {
            parameter.name: st.sampled_from(names.get(parameter.name, [1, 2, FAR_AWAY]))
            for parameter in operation.path_parameters
            if parameter.name != "client_uuid"
        }
    )

    @settings(
        max_examples=int(os.environ.get("FUZZ_EXAMPLES", examples)),
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(request=operation.as_strategy(generation_mode=mode), named=real, is_real=st.booleans())
    def send(request: Any, named: dict[str, Any], is_real: bool) -> None:
        if named and is_real:
            request.path_parameters = {**request.path_parameters, **named}
        with undone():
            request.call_and_validate(headers=headers, checks=CHECKS)

    send()


class undone(transaction.Atomic):
    """A transaction that is taken back; durable ones may stand in it, as in the test's own."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)
        self._from_testcase = True

    def __exit__(self, *raised: Any) -> None:
        transaction.set_rollback(True)
        super().__exit__(*raised)
