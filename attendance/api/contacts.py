"""Calls for a reply and recalls by REST; by the services of the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.enums import ContactKind
from attendance.filters_contacts import ContactFilter
from attendance.models import Contact
from attendance.services.contacts import (
    MESSAGE_LENGTH,
    NOTE_LENGTH,
    answer_contact,
    ask_reply,
    mark_delivered,
    note_attempt,
    withdraw_contact,
)
from attendance.services.recalls import recall_to_office, withdraw_recall
from config.viewsets import ReadViewSet
from organization.access import access_for
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.leading import led_by


class ContactSerializer(serializers.ModelSerializer):
    """A call for a reply, or a recall for `day`. `minutes` run from `delivered_at`."""

    employee = RefSerializer()
    asked_by = PersonSerializer()

    class Meta:
        model = Contact
        fields = [
            "id", "employee", "kind", "message", "day", "asked_by", "asked_at", "minutes", "delivered_at",
            "answered_at", "answer", "missed_at", "withdrawn_at",
        ]  # fmt: skip


class NewContactSerializer(serializers.Serializer):
    """`day` makes it a recall to the office for that day; `message` is then the reason."""

    employee = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    message = serializers.CharField(max_length=MESSAGE_LENGTH)
    day = serializers.DateField(required=False, allow_null=True, default=None)


class ContactAnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(max_length=MESSAGE_LENGTH)


class AttemptSerializer(serializers.Serializer):
    reached = serializers.BooleanField()
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")


class ContactViewSet(ReadViewSet):
    """Calls and recalls of the account's own employee and of people it oversees."""

    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Contact]:
        rows = Contact.objects.visible_to(actor(self.request)).select_related("employee", "asked_by")
        return rows.order_by("-asked_at", "-pk")

    def _shown(self, permission: str) -> Contact:
        contact: Contact = self.get_object()
        if not actor(self.request).has_perm(permission, contact):
            raise PermissionDenied
        return contact

    def _detail(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, status=code)

    @extend_schema(request=NewContactSerializer, responses={201: ContactSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Ask for a reply, or recall to the office for a day."""
        by = actor(request)
        access = access_for(by)
        if by.is_service or not (access.has_reports or access.headed_paths):
            raise PermissionDenied
        form = NewContactSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given: dict[str, Any] = form.validated_data
        if not led_by(by, with_hr=False).filter(pk=given["employee"]).exists():
            raise PermissionDenied
        if given["day"] is None:
            made = ask_reply(by=by, employee_id=given["employee"], message=given["message"])
        else:
            made = recall_to_office(by=by, employee_id=given["employee"], day=given["day"], reason=given["message"])
        return self._detail(made.pk, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def delivered(self, request: ApiRequest, pk: str) -> Response:
        """The employee was shown it; the time to answer begins."""
        contact = self._shown("attendance.answer_contact")
        mark_delivered(by=actor(request), contact_ids=[contact.pk])
        return self._detail(contact.pk)

    @extend_schema(request=ContactAnswerSerializer, responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: ApiRequest, pk: str) -> Response:
        """The employee answers, once."""
        contact = self._shown("attendance.answer_contact")
        form = ContactAnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        answer_contact(by=actor(request), contact_id=contact.pk, answer=form.validated_data["answer"])
        return self._detail(contact.pk)

    @extend_schema(request=AttemptSerializer, responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def attempt(self, request: ApiRequest, pk: str) -> Response:
        """Note a telephone call by hand."""
        contact = self._shown("attendance.follow_contact")
        form = AttemptSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        note_attempt(by=actor(request), contact_id=contact.pk, **form.validated_data)
        return self._detail(contact.pk)

    @extend_schema(request=None, responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: ApiRequest, pk: str) -> Response:
        """Take a question or a recall back; a recall only while the place is still free."""
        contact = self._shown("attendance.follow_contact")
        command = withdraw_recall if contact.kind == ContactKind.RECALL else withdraw_contact
        command(by=actor(request), contact_id=contact.pk)
        return self._detail(contact.pk)
