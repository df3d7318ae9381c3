"""Entries of presence over REST: the own list, and an address for one entry or a burst that waited offline."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.enums import Channel, Direction
from attendance.evidence import SELFIE_MAX_BYTES, queue_key
from attendance.filters_presence import PresenceFilter
from attendance.models import PresenceEvent
from attendance.places import Position
from attendance.services.presence import MOST_AT_ONCE, Entry, record_events, taken_words
from config.prepared import select
from config.viewsets import Conflict, ListViewSet
from organization.api.base import RefSerializer, actor
from organization.models import Employee

RECORDED, REPEATED, REFUSED = "recorded", "repeated", "refused"


class PositionSerializer(serializers.Serializer):
    """Where the device says it is; sealed, and deleted when its retention ends."""

    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    accuracy_m = serializers.IntegerField(min_value=0, max_value=100_000_000, required=False, allow_null=True)


class EntrySerializer(serializers.Serializer):
    """One entry. `client_id` makes it one row however often it is sent; `queued`: it waited for a connection."""

    client_id = serializers.UUIDField()
    direction = serializers.ChoiceField(choices=Direction.choices)
    client_at = serializers.DateTimeField(required=False, allow_null=True, help_text="The device's clock at the entry.")
    queued = serializers.BooleanField(default=False)
    position = PositionSerializer(required=False, allow_null=True)
    selfie = serializers.CharField(
        required=False, allow_null=True, max_length=SELFIE_MAX_BYTES * 4 // 3 + 4, help_text="JPEG, base64."
    )


class SenderSerializer(serializers.Serializer):
    """Who sends and from what."""

    device = serializers.CharField(
        default="", allow_blank=True, max_length=100, help_text="Random id of the browser; only its digest is kept."
    )
    sent_at = serializers.DateTimeField(required=False, allow_null=True, help_text="The device's clock at sending.")
    owner = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=64,
        help_text="Key of the account that made the entries; with another login nothing is recorded (409).",
    )


class SingleSerializer(EntrySerializer, SenderSerializer):
    """One entry with its sender."""


class BurstSerializer(SenderSerializer):
    """Up to 100 entries that waited. Each is answered for itself."""

    entries = EntrySerializer(many=True, allow_empty=False)


class PresenceEventSerializer(serializers.ModelSerializer):
    """An entry as it is kept: which place fits, never where it was."""

    site = RefSerializer(allow_null=True)

    class Meta:
        model = PresenceEvent
        fields = [
            "id", "client_id", "direction", "channel", "occurred_at", "client_at", "received_at", "is_late_sync",
            "place", "site", "band", "accuracy_m", "confidence",
        ]  # fmt: skip


class EntryResultSerializer(serializers.Serializer):
    """What became of one entry. `refused`: it could not be read; `errors` names the fields."""

    client_id = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[RECORDED, REPEATED, REFUSED])
    id = serializers.IntegerField(allow_null=True)
    occurred_at = serializers.DateTimeField(allow_null=True)
    is_late_sync = serializers.BooleanField(allow_null=True)
    place = serializers.CharField(allow_null=True)
    errors = serializers.DictField(  # type: ignore[assignment]  # the field of the answer, not the property
        child=serializers.ListField(child=serializers.CharField())
    )


class ResultsSerializer(serializers.Serializer):
    results = EntryResultSerializer(many=True)


class PresenceEventViewSet(ListViewSet):
    """The own entries, the newest first; and recording."""

    queryset = PresenceEvent.objects.all()
    serializer_class = PresenceEventSerializer
    filterset_class = PresenceFilter

    def get_queryset(self) -> QuerySet[PresenceEvent]:
        rows = PresenceEvent.objects.filter(employee__user=actor(self.request)).select_related("site")
        return rows.order_by("-occurred_at", "-pk")

    @extend_schema(
        operation_id="presence_events_record",
        request=PolymorphicProxySerializer(
            component_name="PresenceEntries",
            serializers=[SingleSerializer, BurstSerializer],
            resource_type_field_name=None,
        ),
        responses={200: ResultsSerializer},
    )
    def create(self, request: Request) -> Response:
        """Record one entry, or up to 100 that waited. Never refused for place or time; sent again, it is one row."""
        employee = _employee(request)
        body = request.data if isinstance(request.data, dict) else {}
        reads = _readers()
        refused: dict[int, dict[str, Any]] = {}
        if "entries" not in body:  # the body itself is the only entry, which must be right then
            sender = reads.single.run_validation(body)
            _require_owner(sender, employee)
            raw, read = [body], {0: _entry(sender, sender.get("sent_at"))}
        else:
            sender = reads.sender.run_validation(body)
            _require_owner(sender, employee)
            raw = _entries_of(body)
            read, refused = _read(raw, sender.get("sent_at"))
        events = _record(employee, read, sender["device"], refused)
        results = [refused.get(number) or _result(events[number]) for number in range(len(raw))]
        return Response({"results": results})


@dataclass(frozen=True)
class _Readers:
    """Serializers that only check: they keep nothing of what they are given, so that one of each serves all calls."""

    single: SingleSerializer
    sender: SenderSerializer
    entry: EntrySerializer


@cache
def _readers() -> _Readers:
    return _Readers(SingleSerializer(), SenderSerializer(), EntrySerializer())


def _employee(request: Request) -> Employee:
    found = select(Employee, "user_id = %s", [actor(request).pk])
    if not found:
        raise PermissionDenied(_("This account belongs to no employee."))
    return found[0]


def _require_owner(sender: dict[str, Any], employee: Employee) -> None:
    if sender["owner"] not in ("", queue_key(employee.user_id or 0)):
        raise Conflict(_("These entries were made under another account and wait for its login."))


def _entries_of(body: dict[str, Any]) -> list[Any]:
    """The raw entries of a burst."""
    raw = body["entries"]
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST_AT_ONCE:
        text = _("Send a list of 1 to %(count)s entries.") % {"count": MOST_AT_ONCE}
        raise serializers.ValidationError({"entries": [text]})
    return raw


def _read(raw: list[Any], sent_at: Any) -> tuple[dict[int, Entry], dict[int, dict[str, Any]]]:
    """Entries by their place in the list, and the answers for those that cannot be read."""
    read: dict[int, Entry] = {}
    refused: dict[int, dict[str, Any]] = {}
    for number, values in enumerate(raw):
        try:
            read[number] = _entry(_readers().entry.run_validation(values), sent_at)
        except serializers.ValidationError as error:
            given = values.get("client_id", "") if isinstance(values, dict) else ""
            refused[number] = _refusal(str(given), error.detail)
    return read, refused


def _entry(values: dict[str, Any], sent_at: Any) -> Entry:
    position = values.get("position")
    return Entry(
        direction=values["direction"],
        client_id=values["client_id"],
        client_at=values.get("client_at"),
        sent_at=sent_at,
        was_queued=values["queued"],
        position=Position(position["latitude"], position["longitude"], position.get("accuracy_m"))
        if position
        else None,
        selfie=_decoded(values.get("selfie")),
    )


def _decoded(text: str | None) -> bytes | None:
    """The picture's bytes; what is no base64 is left out, the entry stays."""
    try:
        return base64.b64decode(text, validate=True) if text else None
    except (ValueError, binascii.Error):
        return None


def _record(
    employee: Employee, read: dict[int, Entry], device: str, refused: dict[int, dict[str, Any]]
) -> dict[int, PresenceEvent]:
    """Events by place in the list. An id that belongs to somebody else's entry is refused alone."""
    if not read:
        return {}
    events = record_events(employee=employee, entries=list(read.values()), channel=Channel.APP, device=device)
    found: dict[int, PresenceEvent] = {}
    for (number, entry), event in zip(read.items(), events, strict=True):
        if event is None:
            refused[number] = _refusal(str(entry.client_id), {"client_id": [taken_words()]})
        else:
            found[number] = event
    return found


def _refusal(client_id: str, errors: Any) -> dict[str, Any]:
    return {
        "client_id": client_id[:64],
        "outcome": REFUSED,
        "id": None,
        "occurred_at": None,
        "is_late_sync": None,
        "place": None,
        "errors": {name: [str(text) for text in _flat(texts)] for name, texts in errors.items()},
    }


def _flat(texts: Any) -> list[Any]:
    """Texts of a field, also of the fields inside it."""
    if isinstance(texts, dict):
        return [text for inner in texts.values() for text in _flat(inner)]
    return list(texts)


def _result(event: PresenceEvent) -> dict[str, Any]:
    return {
        "client_id": str(event.client_id),
        "outcome": REPEATED if event.is_repeat else RECORDED,
        "id": event.pk,
        "occurred_at": event.occurred_at,
        "is_late_sync": event.is_late_sync,
        "place": str(event.place),
        "errors": {},
    }
