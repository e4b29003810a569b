"""Where the demo city must not go."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from grids.models import Area
from tests.factories import make_area, make_user


@pytest.mark.django_db
def test_it_is_not_mixed_with_a_real_district():
    make_area(code="440605")
    with pytest.raises(CommandError, match="440605"):
        call_command("load_demo_city", stdout=StringIO())
    assert Area.objects.count() == 1


@pytest.mark.django_db
def test_it_takes_nobodys_user_name():
    make_user("admin")
    with pytest.raises(CommandError, match="admin"):
        call_command("load_demo_city", stdout=StringIO())
