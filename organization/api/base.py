"""Small things that the REST views of all apps use."""

from __future__ import annotations

from typing import Any, cast

from rest_framework import serializers
from rest_framework.request import Request

from organization.models import User


def actor(request: Request) -> User:
    """The account that asks; the views let nobody else in."""
    return cast(User, request.user)


class RefSerializer(serializers.Serializer):
    """Something else by id and name."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class PersonSerializer(serializers.Serializer):
    """An account by id and name."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="__str__")


def ref(pk: int | None, name: str | None) -> dict[str, Any] | None:
    """The members of a `RefSerializer` from two columns; None where there is no such row."""
    return None if pk is None else {"id": pk, "name": name or ""}
