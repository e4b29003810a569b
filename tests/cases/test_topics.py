"""What citizens choose from: loaded with the catalogue, kept as staff have it."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from cases.models import CaseClass, Topic
from cases.services.topics import load_topics
from gridgov.icons import icon_names

pytestmark = pytest.mark.django_db


def test_topics_are_loaded_with_the_catalogue_and_lead_to_classes_in_use() -> None:
    call_command("load_catalogue", stdout=StringIO())
    topics = list(Topic.objects.select_related("case_class"))
    assert len(topics) == 10
    assert all(topic.icon in icon_names() for topic in topics)
    assert [topic.name for topic in topics if topic.case_class is None] == ["其他问题"]
    assert all(topic.case_class.is_active for topic in topics if topic.case_class)
    assert load_topics() == 0


def test_what_staff_changed_stays_but_a_class_no_longer_offered_is_replaced() -> None:
    call_command("load_catalogue", stdout=StringIO())
    noise, lamp = Topic.objects.get(name="噪声扰民"), Topic.objects.get(name="路灯不亮")
    Topic.objects.filter(pk=lamp.pk).update(is_active=False, icon="flame")
    call_command("load_catalogue", standard="GB/T 30428.2-2013", stdout=StringIO())
    noise.refresh_from_db()
    lamp.refresh_from_db()
    assert noise.case_class.name == "商业噪音"
    assert (lamp.is_active, lamp.icon, lamp.case_class.name) == (False, "flame", "路灯")


def test_a_topic_speaks_the_readers_language() -> None:
    topic = Topic(name="噪声扰民", name_en="Noise")
    with translation.override("en"):
        assert str(topic) == "Noise"
    with translation.override("zh-hans"):
        assert str(topic) == "噪声扰民"


def test_only_an_icon_of_the_set_is_taken(admin_client, city) -> None:
    url = reverse("admin:cases_topic_add")
    fields = {
        "name": "积水",
        "name_en": "Water",
        "case_class": city.case_class.pk,
        "position": 1,
        "is_active": "on",
    }
    assert b"droplets" in admin_client.post(url, fields | {"icon": "puddle"}).content
    assert admin_client.post(url, fields | {"icon": "droplets"}).status_code == 302
    assert CaseClass.objects.get(topics__name="积水") == city.case_class
