"""Taking areas over from a file: all of it, or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gridgov import clock
from gridgov.errors import NotPermitted
from grids.area_files import FileRow
from grids.models import Area, AreaLevel, AreaVersion, GridKind, ManagementGrade, User
from grids.models.area import CODE_DIGITS
from grids.permissions import can_change_areas
from grids.services.areas import PARENT_LEVELS, NewArea, add_areas, change_area, misfit, redraw_area
from grids.services.relocation import relocate_objects
from grids.splitting import same_outline

# The share of an area that may lie outside its parent: drawn borders never match to the metre.
OUTSIDE_SHARE = 0.01
_LONGEST_NAME = 80
_CHUNK = 500


class Outcome(models.TextChoices):
    ADDED = "added", gettext_lazy("added")
    REDRAWN = "redrawn", gettext_lazy("redrawn")
    CHANGED = "changed", gettext_lazy("changed")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    REFUSED = "refused", pgettext_lazy("row of a file", "refused")


@dataclass
class Planned:
    """A row of the file and what comes of it."""

    row: FileRow
    outcome: Outcome = Outcome.REFUSED
    existing: Area | None = None
    parent: Area | None = None
    current: AreaVersion | None = None
    parent_outline: MultiPolygon | None = None


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do, row by row."""

    planned: list[Planned] = field(default_factory=list)
    written: bool = False

    @property
    def refused(self) -> bool:
        return any(plan.outcome == Outcome.REFUSED for plan in self.planned)

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(plan.outcome for plan in self.planned)


@transaction.atomic
def import_areas(
    rows: list[FileRow],
    level: AreaLevel,
    *,
    from_date: date,
    actor: User | None,
    source: str,
    dry_run: bool = False,
    outside_share: float = OUTSIDE_SHARE,
    progress: Callable[[list[Planned]], Iterable[Planned]] = iter,
) -> ImportReport:
    """Add the areas of a file that are new, redraw those whose outline differs, rename those whose name does.

    One row with a problem refuses the whole file: nothing is written. `source` is noted on every new outline.
    Raises `NotPermitted`.
    """
    if not can_change_areas(actor):
        raise NotPermitted()
    report = ImportReport([Planned(row) for row in rows])
    _look_up(report.planned, level)
    _find_double_codes(report.planned)
    for plan in progress(report.planned):
        _judge(plan, level, outside_share, from_date)
    if not dry_run and not report.refused:
        _write(report.planned, level, from_date=from_date, actor=actor, source=source)
        report.written = True
    return report


def _look_up(planned: list[Planned], level: AreaLevel) -> None:
    for plan in planned:
        plan.row.parent_code = plan.row.parent_code or _parent_code_in(plan.row.code, level)
    codes = {code for plan in planned for code in (plan.row.code, plan.row.parent_code)}
    areas = {area.code: area for area in Area.objects.filter(code__in=codes).select_related("parent")}
    versions = {
        version.area_id: version
        for version in AreaVersion.objects.current().filter(area__in=[area.pk for area in areas.values()])
    }
    for plan in planned:
        plan.existing = areas.get(plan.row.code)
        plan.parent = areas.get(plan.row.parent_code)
        plan.current = versions.get(plan.existing.pk) if plan.existing else None
        if plan.parent and plan.parent.pk in versions:
            plan.parent_outline = versions[plan.parent.pk].outline


def _parent_code_in(code: str, level: AreaLevel) -> str:
    """The parent's code as the official code has it; empty for a district."""
    if level == AreaLevel.DISTRICT:
        return ""
    official = max((above for above in PARENT_LEVELS[level] if above != AreaLevel.SUBDISTRICT), default=None)
    return code[: CODE_DIGITS[official]] if official else ""


def _find_double_codes(planned: list[Planned]) -> None:
    seen = Counter(plan.row.code for plan in planned)
    for plan in planned:
        if plan.row.code and seen[plan.row.code] > 1:
            plan.row.problems.append(
                _("the code “%(code)s” is in the file more than once") % {"code": plan.row.code}
            )


def _judge(plan: Planned, level: AreaLevel, outside_share: float, from_date: date) -> None:
    row = plan.row
    row.problems += _problems_of_row(plan, level)
    if not row.problems and row.outline is not None:
        row.problems += _problems_of_outline(plan, outside_share, from_date)
    if row.problems:
        plan.outcome = Outcome.REFUSED
    elif plan.existing is None:
        plan.outcome = Outcome.ADDED
    elif row.outline is not None and (
        plan.current is None or not same_outline(row.outline, plan.current.outline)
    ):
        plan.outcome = Outcome.REDRAWN
    elif _changes_words(plan):
        plan.outcome = Outcome.CHANGED
    else:
        plan.outcome = Outcome.UNCHANGED


def _problems_of_row(plan: Planned, level: AreaLevel) -> list[str]:
    row, problems = plan.row, []
    if not row.code:
        # What is wrong was said when its code was looked up by name.
        if not row.problems:
            problems.append(_("it has no code"))
    elif row.parent_code and plan.parent is None and len(row.code) == CODE_DIGITS[level]:
        problems.append(_("there is no area “%(code)s” to be its parent") % {"code": row.parent_code})
    elif problem := misfit(row.code, level, plan.parent):
        problems.append(problem)
    if not row.name:
        problems.append(_("it has no name"))
    elif len(row.name) > _LONGEST_NAME:
        problems.append(_("its name is too long"))
    if row.kind and (level != AreaLevel.GRID or row.kind not in GridKind.values):
        problems.append(_("“%(kind)s” isn't a kind of grid") % {"kind": row.kind})
    if row.grade and row.grade not in ManagementGrade.values:
        problems.append(_("“%(grade)s” isn't a management grade") % {"grade": row.grade})
    if plan.existing is not None and plan.parent is not None:
        if plan.existing.level != level:
            problems.append(_("the code belongs to an area of another level"))
        elif plan.existing.parent_id != plan.parent.pk:
            problems.append(
                _("the area hangs under %(parent)s already") % {"parent": plan.existing.ancestor_codes[-2]}
            )
    return problems


def _problems_of_outline(plan: Planned, outside_share: float, from_date: date) -> list[str]:
    problems = []
    if from_date > clock.today():
        problems.append(_("an outline can't begin in the future"))
    if plan.current and from_date < plan.current.valid_from:
        problems.append(
            _("its present outline began later, on %(day)s") % {"day": plan.current.valid_from.isoformat()}
        )
    if plan.parent is None or plan.row.outline is None:
        return problems
    if plan.parent_outline is None:
        plan.row.notes.append(_("its parent has no outline to compare with"))
        return problems
    share = _share_outside(plan.row.outline, plan.parent_outline)
    if share > outside_share:
        problems.append(
            _("%(percent)s %% of it lie outside its parent %(parent)s")
            % {"percent": f"{share * 100:.1f}", "parent": plan.parent.code}
        )
    return problems


def _share_outside(outline: MultiPolygon, parent: MultiPolygon) -> float:
    if parent.contains(outline):
        return 0.0
    outside: GEOSGeometry = outline.difference(parent)
    return float(outside.area / outline.area)


def _changes_words(plan: Planned) -> bool:
    area, row = plan.existing, plan.row
    return area is not None and (
        row.name != area.name
        or bool(row.kind and row.kind != area.kind)
        or bool(row.grade and row.grade != area.grade)
    )


def _write(
    planned: list[Planned], level: AreaLevel, *, from_date: date, actor: User | None, source: str
) -> None:
    new = [plan for plan in planned if plan.outcome == Outcome.ADDED]
    drawn: list[Area] = []
    for start in range(0, len(new), _CHUNK):
        drawn += add_areas(
            [
                NewArea(
                    code=plan.row.code,
                    name=plan.row.name,
                    level=level,
                    parent=plan.parent,
                    kind=plan.row.kind,
                    grade=plan.row.grade or ManagementGrade.B,
                    outline=plan.row.outline,
                    source=source,
                )
                for plan in new[start : start + _CHUNK]
            ],
            from_date=from_date,
            actor=actor,
            relocate=False,
        )
    for plan in planned:
        row, area = plan.row, plan.existing
        if area is None:
            continue
        if plan.outcome == Outcome.REDRAWN and row.outline is not None:
            redraw_area(area, row.outline, from_date=from_date, actor=actor, source=source, relocate=False)
            drawn.append(area)
        if _changes_words(plan):
            change_area(area, actor=actor, name=row.name, kind=row.kind or None, grade=row.grade or None)
    # Once, when all are drawn: on the way from one grid to another an object would lie in neither.
    relocate_objects(drawn, actor=actor)
