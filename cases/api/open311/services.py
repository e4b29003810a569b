"""What can be asked for: the classes in use, and the questions of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.open311.base import Open311View, jurisdiction_of
from cases.models import CaseClass, ClassKeyword, ClassKind, Condition
from grids.models import ObjectKind, ObjectType

# What stands in a list of services; the definition holds them all.
_MOST_DESCRIBED = 3
_LIST, _TEXT = "singlevaluelist", "string"
# The codes of the two questions that a class may have.
CONDITION, OBJECT = "CONDITION", "OBJECT"
# The names of the types of components in the registry, by the class number of their standard.
Plates = dict[str, list[str]]


@dataclass(frozen=True)
class Question:
    """One attribute of a service; `values` are the keys and names to choose from."""

    code: str
    datatype: str
    description: str
    hint: str
    values: tuple[tuple[str, str], ...] = ()


class ServiceList(Open311View):
    def get(self, request: Request, format: str | None = None) -> Response:
        """All services; four queries."""
        jurisdiction_of(request)
        plates = _types_with_plates()
        return Response({"services": [_service(each, plates) for each in _in_use()]})


class ServiceDefinition(Open311View):
    def get(self, request: Request, code: str, format: str | None = None) -> Response:
        """The questions of one service, none of which needs an answer: whoever takes the report asks on."""
        jurisdiction_of(request)
        case_class = service_named(code)
        attributes = [
            {
                "variable": True,
                "code": question.code,
                "datatype": question.datatype,
                "required": False,
                "datatype_description": question.hint,
                "order": order,
                "description": question.description,
                "values": [{"key": key, "name": name} for key, name in question.values],
            }
            for order, question in enumerate(questions_of(case_class), 1)
        ]
        return Response(
            {"service_definition": {"service_code": service_code(case_class), "attributes": attributes}}
        )


def service_code(case_class: CaseClass) -> str:
    """The code of a class as a service, such as event-01003: components and events share the numbers."""
    return f"{case_class.major.kind}-{case_class.full_code}"


def services_named(codes: Sequence[str]) -> QuerySet[CaseClass]:
    """The classes with these codes, in use or not."""
    numbers: dict[str, list[str]] = {}
    for kind, _dash, number in (code.partition("-") for code in codes if code.isprintable()):
        numbers.setdefault(kind, []).append(number)
    kinds = [
        Q(major__kind=kind, full_code__in=of_kind) for kind, of_kind in numbers.items() if kind in ClassKind
    ]
    return CaseClass.objects.filter(reduce(or_, kinds)) if kinds else CaseClass.objects.none()


def service_named(code: str) -> CaseClass:
    """The class in use with this code. Raises `NotFound`."""
    found = _with_questions(services_named([code]).filter(is_active=True)).first()
    if found is None:
        raise NotFound(_("service_code: there is no such service."))
    return found


def questions_of(case_class: CaseClass, plates: Plates | None = None) -> list[Question]:
    """What may be asked besides what the specification asks of every report; `plates` where they were read already."""
    conditions = [(str(condition.pk), condition.text) for condition in _conditions(case_class)]
    questions = []
    if conditions:
        questions.append(
            Question(CONDITION, _LIST, _("What is wrong?"), _("Choose what fits best."), tuple(conditions))
        )
    if _has_plate(case_class, _types_with_plates() if plates is None else plates):
        hint = _("Letters and digits, as they stand on the plate.")
        questions.append(Question(OBJECT, _TEXT, _("The code on its plate, if it has one"), hint))
    return questions


def _has_plate(case_class: CaseClass, plates: Plates) -> bool:
    """Whether it is about something that stands in the registry: a component, or what befell one (路灯, 路灯异常).

    GB/T 47678.5 gives what befalls a component the component's own number; other standards number them apart.
    """
    of_number = plates.get(case_class.full_code, [])
    return case_class.major.kind == ClassKind.COMPONENT or any(map(case_class.name.startswith, of_number))


def _types_with_plates() -> Plates:
    types = ObjectType.objects.filter(kind=ObjectKind.COMPONENT, is_active=True, is_private=False)
    found: Plates = {}
    for digits, name in types.exclude(class_digits="").values_list("class_digits", "name"):
        found.setdefault(digits, []).append(name)
    return found


def _service(case_class: CaseClass, plates: Plates) -> dict[str, Any]:
    conditions = _conditions(case_class)
    return {
        "service_code": service_code(case_class),
        "service_name": case_class.name,
        "description": "; ".join(condition.text for condition in conditions[:_MOST_DESCRIBED]),
        "metadata": bool(questions_of(case_class, plates)),
        "type": "realtime",
        "keywords": ", ".join(keyword.word for keyword in vars(case_class)["words"]),
        "group": case_class.major.name,
    }


def _in_use() -> QuerySet[CaseClass]:
    words = ClassKeyword.objects.filter(is_active=True)
    classes = _with_questions(CaseClass.objects.filter(is_active=True))
    return classes.prefetch_related(Prefetch("keywords", words, to_attr="words"))


def _with_questions(classes: QuerySet[CaseClass]) -> QuerySet[CaseClass]:
    conditions = Prefetch("conditions", Condition.objects.filter(is_active=True), to_attr="asked")
    return classes.select_related("major").prefetch_related(conditions)


def _conditions(case_class: CaseClass) -> list[Condition]:
    found: list[Condition] = vars(case_class)["asked"]
    return found
