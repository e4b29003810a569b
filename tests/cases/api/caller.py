"""Somebody who uses the API over HTTP; every answer they get must be as the schema says."""

import re
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from grids.models import User

V1 = "/api/v1/"


class Caller(APIClient):
    """A client that is logged in as a person (or nobody), and reads each answer against the schema."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        if user:
            self.force_login(user)

    def request(self, **kwargs: Any) -> Any:
        response = super().request(**kwargs)
        assert_as_documented(kwargs["REQUEST_METHOD"], kwargs["PATH_INFO"], response)
        return response

    def step(self, case: Any, step: str, body: dict[str, Any] | None = None, **more: Any) -> Any:
        """POST a step of a case."""
        return self.post(f"{V1}cases/{case.number}/{step}/", body or {}, **more)


def codes(response: Any) -> list[str]:
    """The codes of an error answer."""
    return [error["code"] for error in response.json()["errors"]]


def assert_as_documented(method: str, path: str, response: Any) -> None:
    if response.status_code == 405:
        return
    operation = _operation(method, path)
    answer = operation["responses"].get(str(response.status_code))
    assert answer, f"{method} {path} answers {response.status_code}, which the schema doesn't know"
    content = answer.get("content", {})
    if "application/json" in content:
        wanted = {**content["application/json"]["schema"], "components": schema()["components"]}
        Draft202012Validator(wanted).validate(response.json())


@cache
def schema() -> dict[str, Any]:
    """The schema, in which objects have no other properties than those described."""
    found: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    for component in found["components"]["schemas"].values():
        if "properties" in component:
            component["additionalProperties"] = False
    return found


def _operation(method: str, path: str) -> dict[str, Any]:
    # A fixed path before one with parameters.
    for template in sorted(schema()["paths"], key=lambda template: template.count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return schema()["paths"][template][method.lower()]
    raise AssertionError(f"{path} is not in the schema")
