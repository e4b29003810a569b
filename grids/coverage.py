"""Whether areas fill their parents without gap or overlap, and which of them hang loose."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from grids.models import Area, AreaVersion, Post

# What is smaller comes from rounding where a border meets another in the middle of an edge.
TOLERANCE_M2 = 1.0

# Square degrees become m² by the parent's own ratio: measured on the spheroid, a line with a vertex in its
# middle and the same line without would enclose an area of their own.
_PROBLEMS = """
WITH parent AS (
    SELECT outline, area_m2 / ST_Area(outline) AS m2 FROM grids_areaversion
    WHERE area_id = %(parent)s AND valid_to IS NULL
), children AS MATERIALIZED (
    SELECT area.code, version.outline, version.area_m2 / ST_Area(version.outline) AS m2
    FROM grids_area area JOIN grids_areaversion version ON version.area_id = area.id AND version.valid_to IS NULL
    WHERE area.parent_id = %(parent)s AND area.retired_on IS NULL
), problems AS (
    SELECT 'gap' AS kind, '' AS code, '' AS other,
           ST_Area(ST_Difference(parent.outline, (SELECT ST_Union(outline) FROM children))) * parent.m2 AS m2
    FROM parent WHERE EXISTS (SELECT FROM children)
    UNION ALL
    SELECT 'outside', code, '', ST_Area(ST_Difference(children.outline, parent.outline)) * children.m2
    FROM children, parent
    UNION ALL
    SELECT 'overlap', one.code, other.code, ST_Area(ST_Intersection(one.outline, other.outline)) * one.m2
    FROM children one JOIN children other ON one.code < other.code AND one.outline && other.outline
    WHERE NOT ST_Touches(one.outline, other.outline)
)
SELECT kind, code, other, m2 FROM problems WHERE m2 > %(tolerance)s ORDER BY kind, code, other
"""


class Kind(models.TextChoices):
    GAP = "gap", gettext_lazy("gap")
    OUTSIDE = "outside", gettext_lazy("outside")
    OVERLAP = "overlap", gettext_lazy("overlap")
    NO_OUTLINE = "no outline", gettext_lazy("no outline")
    ORPHAN = "orphan", gettext_lazy("orphan")
    NOBODY = "nobody", pgettext_lazy("answers for it", "nobody")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with an area; `m2` where it has a size."""

    kind: Kind
    code: str
    text: str
    m2: float | None = None


def check_coverage(parent: Area, *, tolerance_m2: float = TOLERANCE_M2) -> Iterator[Finding]:
    """Gaps, overlaps between siblings and parts outside the parent above a tolerance; one query.

    Areas without an outline are left out here: `check_orphans` names them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROBLEMS, {"parent": parent.pk, "tolerance": tolerance_m2})
        rows = cursor.fetchall()
    for kind, code, other, m2 in rows:
        text = {
            "gap": _("no area under it covers this part"),
            "outside": _("outside its parent %(other)s") % {"other": parent.code},
            "overlap": _("also belongs to %(other)s") % {"other": other},
        }[kind]
        yield Finding(Kind(kind), code or parent.code, text, m2)


def check_orphans(areas: QuerySet[Area]) -> Iterator[Finding]:
    """Areas in use that hang loose: without outline, under a parent that is retired or has none, or with
    nobody who answers for them; one query."""
    outlines = AreaVersion.objects.current()
    loose = (
        areas.filter(retired_on=None)
        .select_related("parent")
        .annotate(
            has_outline=Exists(outlines.filter(area=OuterRef("pk"))),
            parent_has_outline=Exists(outlines.filter(area=OuterRef("parent"))),
            has_people=Exists(Post.objects.current().filter(area=OuterRef("pk"), is_responsible=True)),
        )
    )
    for area in loose.order_by("code"):
        if not area.has_outline:
            yield Finding(Kind.NO_OUTLINE, area.code, area.name)
        if area.parent and area.parent.retired_on:
            yield Finding(
                Kind.ORPHAN, area.code, _("its parent %(parent)s is retired") % {"parent": area.parent.code}
            )
        elif area.parent and not area.parent_has_outline:
            yield Finding(
                Kind.ORPHAN,
                area.code,
                _("its parent %(parent)s has no outline") % {"parent": area.parent.code},
            )
        if not area.has_people:
            yield Finding(Kind.NOBODY, area.code, _("nobody answers for %(area)s") % {"area": area.name})
