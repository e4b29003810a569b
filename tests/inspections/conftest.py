"""What visits are tried on."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from gridgov import clock
from inspections.models import ChecklistItem
from tests.inspection_factories import make_checklist
from tests.registry_factories import make_object, make_type


@pytest.fixture
def shop(cast):
    """A shop in the inspector's grid that is asked two items."""
    shop = make_object(cast.city.grid, make_type(), name="演示商铺", address="桂澜路 2 号")
    make_checklist(
        [shop.type],
        [
            {"question": "灭火器是否有效", "may_settle": True, "case_class": cast.city.case_class},
            {"question": "门前是否整洁", "photo_required": False},
        ],
    )
    return shop


@pytest.fixture
def items(shop):
    return list(ChecklistItem.objects.order_by("order").values_list("pk", flat=True))


@pytest.fixture
def midday() -> Iterator[None]:
    """Noon in the city: for what goes back some minutes and must not come into yesterday."""
    with clock.at(timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)):
        yield
