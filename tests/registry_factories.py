"""Plain functions that make what stands in a grid."""

from typing import Any

from django.contrib.gis.geos import Point

from grids.models import Area, ChangeSource, GridObject, Licence, ObjectKind, ObjectType, Organisation
from grids.services.registry import write_object
from tests.factories import inside, make_area, make_organisation


def make_type(code: str = "shop", kind: str = ObjectKind.PREMISES, **fields: Any) -> ObjectType:
    """A type of objects; premises without attributes by default."""
    return ObjectType.objects.create(**{"code": code, "kind": kind, "name": code, "name_en": code, **fields})


def make_object(area: Area | None = None, type: ObjectType | None = None, **fields: Any) -> GridObject:
    """An object in the middle of an area, as an import would write it."""
    area = area or make_area()
    number = GridObject.objects.count() + 1
    point: Point | None = fields.pop("point", inside(area))
    defaults = {"code": f"OBJ-{number:04d}", "name": f"演示商铺{number}", "source": "test"}
    return write_object(
        None,
        ChangeSource.IMPORT,
        type=type or ObjectType.objects.filter(code="shop").first() or make_type(),
        point=point,
        **{**defaults, **fields},
    )


def make_licence(
    object: GridObject | None = None, department: Organisation | None = None, **fields: Any
) -> Licence:
    """A licence of an object by a department of its district."""
    object = object or make_object()
    defaults = {"kind": "消防安全检查合格证", "number": f"L-{Licence.objects.count() + 1:04d}"}
    return Licence.objects.create(
        object=object,
        department=department or make_organisation(object.district, "department"),
        **{**defaults, **fields},
    )
