"""The columns of a file of objects, by the names that people give them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from gridgov.language import in_language, listed
from grids.attributes import headings_of, name_of
from grids.models import ObjectState, ObjectType, RiskGrade

ATTRIBUTE = "attr:"

# In the order in which they are written; the Chinese names are those that departments' own lists have.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "代码", "对象编码", "标识码", "部件标识码"),
    "type": ("类型", "对象类型", "类型编码"),
    "name": ("名称", "对象名称", "单位名称", "企业名称"),
    "state": ("状态", "对象状态"),
    "address": ("地址", "详细地址", "住所"),
    "longitude": ("经度", "lng", "lon", "x"),
    "latitude": ("纬度", "lat", "y"),
    "owner": ("权属单位", "权属单位编码", "主管单位", "owner unit"),
    "risk": ("风险等级", "risk grade"),
    "credit_code": ("统一社会信用代码", "信用代码", "credit code", "unified social credit code"),
    "business_scope": ("经营范围", "business scope"),
    "part_of": ("所属对象", "所属对象编码", "所属建筑", "part of"),
    "as_of": ("数据日期", "截止日期", "as of"),
    "source": ("来源", "数据来源"),
}
LICENCE_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": COLUMNS["code"],
    "kind": ("证照名称", "证照", "证照类型"),
    "department": ("发证部门", "发证机关"),
    "number": ("证号", "证照编号"),
    "valid_from": ("有效期自", "发证日期", "from"),
    "valid_to": ("有效期至", "to"),
}
# A cell that says so empties a field; an empty one says nothing.
EMPTIED = frozenset({"—", "——", "[空]", "[empty]"})
# Words besides those of the pages; the colours of the four grades (国务院安委办 2016 红橙黄蓝四级).
_STATE_WORDS = {
    "在用": "in_use", "正常": "in_use", "完好": "in_use", "破损": "damaged", "损坏": "damaged", "丢失": "missing",
    "停用": "closed", "关闭": "closed", "废弃": "closed", "歇业": "closed", "注销": "closed", "移除": "removed", "拆除": "removed",
    "open": "in_use", "closed": "closed",
}  # fmt: skip
_RISK_WORDS = {
    "低": "low", "低风险": "low", "蓝": "low", "一般": "general", "一般风险": "general", "黄": "general",
    "较大": "larger", "较大风险": "larger", "橙": "larger", "重大": "major", "重大风险": "major", "红": "major",
    "general": "general", "larger": "larger", "major": "major", "low": "low",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Which place in a row holds which column, and what nobody understands."""

    places: dict[str, int] = field(default_factory=dict)
    # Attributes of types, by the key or the name that the header has.
    attributes: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def read_header(
    header: Iterable[str],
    types: Iterable[ObjectType] = (),
    columns: Mapping[str, tuple[str, ...]] = COLUMNS,
) -> Known:
    """What the columns of a file mean: "attr:floors" is an attribute, and so is a name of one."""
    known, by_name = Known(), _by_name(columns)
    attributes = {word for each in types for field in each.attributes for word in headings_of(field)}
    for place, title in enumerate(header):
        name = title.strip().lower()
        column = by_name.get(name)
        attribute = name.removeprefix(ATTRIBUTE) if name.startswith(ATTRIBUTE) or not column else ""
        if (column and column in known.places) or attribute in known.attributes:
            known.twice.append(title)
        elif column:
            known.places[column] = place
        elif attribute in attributes:
            known.attributes[attribute] = place
        elif name:
            known.unknown.append(title)
    return known


def _by_name(columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {name.lower(): column for column, names in columns.items() for name in (column, *names)}


def titles_of(names: Iterable[str]) -> str:
    """Columns as the reader calls them, in a sentence."""
    return listed(in_language({**LICENCE_COLUMNS, **COLUMNS}[name][0], name) for name in names)


def column_headings(columns: Mapping[str, tuple[str, ...]] = COLUMNS) -> list[str]:
    """What the columns that all rows have are called in a file, as the reader calls them."""
    return [in_language(chinese[0], column) for column, chinese in columns.items()]


def attribute_headings(types: Iterable[ObjectType]) -> dict[str, str]:
    """What the attributes of such objects are called in a file, by key.

    In the reader's words; by the key where the name means something else, too.
    """
    names: dict[str, set[str]] = {}
    for each in types:
        for attribute in each.attributes:
            names.setdefault(attribute["key"], set()).add(name_of(attribute))
    words = [{word.lower() for word in (key, *found)} for key, found in names.items()]
    meant = Counter(word for each in words for word in each) + Counter(list(_by_name(COLUMNS)))
    return {
        key: name if len(found) == 1 and meant[name.lower()] == 1 else f"{ATTRIBUTE}{key}"
        for key, found in names.items()
        for name in sorted(found)[:1]
    }


def words_of_types(types: Sequence[ObjectType]) -> dict[str, ObjectType]:
    """Type by its code or its name in either language, small letters; of the same word the first type's, codes first."""
    return {
        getattr(each, by).lower(): each
        for by in ("name_en", "name", "code")
        for each in reversed(types)
        if getattr(each, by)
    }


def words_of_states() -> dict[str, str]:
    """State by any word for it, small letters."""
    return {**_labels(ObjectState), **_STATE_WORDS}


def words_of_risks() -> dict[str, str]:
    return {**_labels(RiskGrade), **_RISK_WORDS}


def _labels(choices: type[TextChoices]) -> dict[str, str]:
    words: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words |= {str(choice.label).lower(): str(choice.value) for choice in choices}
    return words | {str(choice.value): str(choice.value) for choice in choices}
