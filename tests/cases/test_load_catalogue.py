"""Loading the catalogue of classes, conditions and limits."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pghistory
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from cases.catalogue import class_choices, class_groups
from cases.models import CaseClass, ClassKind, Condition, Limit, MajorClass
from cases.services import catalogue
from cases.services.catalogue import DEFAULT_STANDARD, load_catalogue, standard_in_use
from gridgov.worktime import Unit

OLDER = "GB/T 30428.2-2013"
HEAD = "standard,major,major_name,code,name,full_code,provenance,conditions,basis\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path, monkeypatch) -> Path:
    """A catalogue of five classes: one component and one event of each standard, and one event more."""
    (tmp_path / "components.csv").write_text(
        f"{HEAD}{DEFAULT_STANDARD},01,市政公用设施,037,路灯,01037,found,路灯,city\n"
        f"{OLDER},01,公用设施,37,路灯,0137,derived,路灯,city\n"
    )
    (tmp_path / "events.csv").write_text(
        f"{HEAD}{DEFAULT_STANDARD},01,市政公用设施类,037,路灯异常,01037,found,路灯,city\n"
        f"{DEFAULT_STANDARD},06,市容环境类,010,暴露垃圾,06010,found,暴露垃圾,city\n"
        f"{OLDER},01,市容环境,10,暴露垃圾,0110,found,暴露垃圾,city\n"
    )
    (tmp_path / "conditions.csv").write_text(
        "conditions,position,text,closing_text,amount,unit\n"
        "路灯,1,夜间不亮,夜间照常发光,2,working_day\n"
        "路灯,2,已歪斜,扶正,4,urgent_hour\n"
        "暴露垃圾,1,垃圾在地上,收净,4,working_hour\n"
    )
    (tmp_path / "keywords.csv").write_text("class,word,weight,condition\n路灯,灯,3,1\n")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    return tmp_path


def names_in_use() -> set[str]:
    return set(CaseClass.objects.filter(is_active=True).values_list("name", flat=True))


def usual_limit(name: str, standard: str = DEFAULT_STANDARD) -> Limit:
    return Limit.objects.get(
        condition__case_class__name=name,
        condition__case_class__major__standard=standard,
        condition__position=1,
    )


def test_the_files_hold_every_class_of_both_standards_each_with_conditions_and_limits(
    django_assert_num_queries,
):
    assert load_catalogue().standard == DEFAULT_STANDARD
    counts = {
        (standard, kind): CaseClass.objects.filter(major__standard=standard, major__kind=kind).count()
        for standard in (DEFAULT_STANDARD, OLDER)
        for kind in ClassKind
    }
    assert counts == {
        (DEFAULT_STANDARD, ClassKind.COMPONENT): 153,
        (DEFAULT_STANDARD, ClassKind.EVENT): 250,
        (OLDER, ClassKind.COMPONENT): 120,
        (OLDER, ClassKind.EVENT): 77,
    }
    assert not CaseClass.objects.filter(conditions=None).exists()
    assert not Condition.objects.filter(limits=None).exists()
    assert not Condition.objects.filter(closing_text="").exists()
    # Two days round the clock, in the source's "urgent days".
    assert (usual_limit("私搭乱建").amount, usual_limit("私搭乱建").unit) == (Decimal(48), Unit.URGENT_HOUR)
    # Rows that no published text shows keep their mark; the newer standard has none.
    derived = CaseClass.objects.exclude(provenance="found")
    assert set(derived.values_list("major__standard", flat=True)) == {OLDER}
    assert CaseClass.objects.get(name="黑车拉客").provenance == "memory"

    with django_assert_num_queries(1):
        groups = class_groups()
    assert [group.major.name for group in groups][5:8] == ["市容环境类", "宣传广告类", "施工管理类"]
    assert sum(len(group.classes) for group in groups) == 250
    assert [each.name for group in class_groups("井盖 燃气") for each in group.classes] == ["燃气井盖异常"]
    assert [each.name for group in class_groups("09012") for each in group.classes] == ["占用消防通道"]
    assert class_choices()[5][1][0][1] == "06001 私搭乱建"


def test_a_component_and_an_event_may_bear_the_same_code(files):
    load_catalogue()
    same = CaseClass.objects.filter(major__standard=DEFAULT_STANDARD, full_code="01037")
    assert {(each.major.kind, each.name) for each in same} == {("component", "路灯"), ("event", "路灯异常")}


def test_the_newer_standard_is_offered_first_and_only_its_events(files):
    assert standard_in_use() == ""
    load_catalogue()
    assert names_in_use() == {"路灯异常", "暴露垃圾"}
    assert standard_in_use() == DEFAULT_STANDARD


def test_loading_again_changes_nothing(files):
    first = load_catalogue()
    again = load_catalogue()
    assert not again.new.total()
    assert not again.changed.total()
    assert not again.kept.total()
    assert again.unchanged == first.new


def test_the_other_standard_can_be_put_into_use_and_stays(files):
    load_catalogue()
    load_catalogue(OLDER)
    assert names_in_use() == {"路灯", "暴露垃圾"}
    assert load_catalogue().standard == OLDER
    assert load_catalogue(DEFAULT_STANDARD).new.total() == 0
    assert names_in_use() == {"路灯异常", "暴露垃圾"}


def test_a_class_that_staff_took_out_of_use_stays_out(files):
    load_catalogue()
    CaseClass.objects.filter(name="暴露垃圾").update(is_active=False)
    load_catalogue()
    assert names_in_use() == {"路灯异常"}


def test_what_staff_edited_wins_unless_overwritten(files):
    load_catalogue()
    limit = usual_limit("暴露垃圾")
    limit.amount = Decimal(9)
    with pghistory.context(user=1):
        limit.save(update_fields=["amount"])
    assert load_catalogue().kept.total() == 1
    limit.refresh_from_db()
    assert limit.amount == 9
    assert load_catalogue(overwrite=True).changed.total() == 1
    limit.refresh_from_db()
    assert limit.amount == 4


def test_what_was_entered_in_psql_wins_too(files):
    major = MajorClass.objects.create(standard=OLDER, kind=ClassKind.EVENT, code="01", name="市容")
    own = CaseClass.objects.create(major=major, code="10", name="乱扔垃圾", full_code="0110")
    assert load_catalogue().kept.total() == 1
    own.refresh_from_db()
    assert own.name == "乱扔垃圾"
    assert own.conditions.get().limits.count() == 1


def test_what_nobody_edited_follows_the_files(files):
    load_catalogue()
    conditions = files / "conditions.csv"
    conditions.write_text(conditions.read_text().replace("垃圾在地上", "没有入桶").replace(",2,w", ",3,w"))
    loaded = load_catalogue()
    assert loaded.changed.total() == 2 + 3
    assert loaded.new.total() == 0
    assert usual_limit("路灯", OLDER).amount == 3
    assert Condition.objects.filter(text="没有入桶").count() == 2


def test_conditions_and_limits_that_staff_added_stay(files):
    load_catalogue()
    case_class = CaseClass.objects.get(name="暴露垃圾", major__standard=DEFAULT_STANDARD)
    own = Condition.objects.create(case_class=case_class, text="节日期间", position=2)
    Limit.objects.create(condition=own, level=1, grade="A", amount=1, unit=Unit.URGENT_HOUR)
    load_catalogue(overwrite=True)
    assert own.limits.count() == 1


def test_the_command_says_what_it_did(files):
    out = StringIO()
    with translation.override("en"):
        call_command("load_catalogue", stdout=out)
        call_command("load_catalogue", standard=OLDER, stdout=out)
    assert "5 new, 0 changed, 0 unchanged, 0 kept" in out.getvalue()
    assert f"{OLDER} is in use." in out.getvalue()


def test_an_unknown_standard_is_refused_by_name(files):
    with pytest.raises(CommandError, match=r"ISO 1.*GB/T 47678\.5-2026"):
        call_command("load_catalogue", standard="ISO 1")
    assert not MajorClass.objects.exists()


def test_each_class_says_what_strangers_see_and_staff_win():
    load_catalogue()
    seen = dict(CaseClass.objects.filter(is_active=True).values_list("name", "publicity"))
    assert (seen["路灯异常"], seen["噪声扰民"], seen["流浪乞讨"]) == ("place", "street", "private")
    with pghistory.context(user=1):
        CaseClass.objects.filter(name="噪声扰民", is_active=True).update(publicity="private")
    load_catalogue()
    assert CaseClass.objects.get(name="噪声扰民", is_active=True).publicity == "private"
