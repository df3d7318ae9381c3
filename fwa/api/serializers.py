"""Requests, steps, circumstances, letters and ledger entries as the REST API reads them out."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from eligibility.api.serializers import VerdictSerializer, stored_verdict_in_words
from eligibility.screening import stored_results
from fwa.enums import Basis, DateProblem, DecisionKind, RequestStatus, StepRole, StepStatus
from fwa.letter_pdf import check_url
from fwa.letter_state import LetterNow, LetterState, letter_status_now
from fwa.models import Letter, Request, RequestDate, RequestOutput, Step
from organization.api.base import PersonSerializer, RefSerializer


class RequestSerializer(serializers.ModelSerializer):
    """A request in short, with the level where it waits."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    status = serializers.ChoiceField(choices=RequestStatus.choices, read_only=True)
    employee = RefSerializer()
    unit = RefSerializer(allow_null=True)
    current_role = serializers.ChoiceField(choices=StepRole.choices, allow_null=True, read_only=True)
    current_due_on = serializers.DateField(allow_null=True, read_only=True)
    current_holder = serializers.CharField(allow_null=True, read_only=True)

    class Meta:
        model = Request
        fields = [
            "id", "number", "status", "kind", "employee", "unit", "valid_from", "valid_to", "submitted_at",
            "decided_at", "current_role", "current_due_on", "current_holder",
        ]  # fmt: skip


class RequestDateSerializer(serializers.ModelSerializer):
    """One date and facet with its fate; `alternatives` are dates that would have passed."""

    class Meta:
        model = RequestDate
        fields = ["day", "facet", "status", "problem", "alternatives"]


class RequestOutputSerializer(serializers.ModelSerializer):
    """`work_result`: public id of the result of the person's plan that the output serves."""

    work_result = serializers.UUIDField(source="work_result.public_id", allow_null=True, default=None)

    class Meta:
        model = RequestOutput
        fields = ["title", "measure", "target", "due_on", "work_result"]


class StepSerializer(serializers.ModelSerializer):
    """One level; `roles` are all levels that it stands for."""

    roles = serializers.ListField(child=serializers.ChoiceField(choices=StepRole.choices))
    holder = PersonSerializer(allow_null=True)
    decided_by = PersonSerializer(allow_null=True)
    acting_for = PersonSerializer(allow_null=True)

    class Meta:
        model = Step
        fields = [
            "id", "round", "order", "role", "roles", "status", "holder", "due_on", "decided_by", "acting_for",
            "decided_at", "note",
        ]  # fmt: skip


class LetterRefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Letter
        fields = ["number", "status", "decided_on"]


class RequestDetailSerializer(serializers.ModelSerializer):
    """One request whole. Reason (of a special circumstance) and address are null for all but the applicant."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    status = serializers.ChoiceField(choices=RequestStatus.choices, read_only=True)
    employee = RefSerializer()
    unit = RefSerializer(allow_null=True)
    position = RefSerializer(allow_null=True)
    supervisor = RefSerializer(allow_null=True)
    site = RefSerializer(allow_null=True)
    place_address = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    outputs = RequestOutputSerializer(many=True)
    dates = RequestDateSerializer(many=True)
    steps = StepSerializer(many=True)
    verdicts = serializers.SerializerMethodField()
    letter = serializers.SerializerMethodField()
    ended_on = serializers.SerializerMethodField()

    class Meta:
        model = Request
        fields = [
            "id", "number", "status", "kind", "basis", "employee", "unit", "position", "supervisor",
            "valid_from", "valid_to", "weekdays", "single_dates", "left_out", "place_kind", "site", "place_address",
            "starts_at", "ends_at", "reason", "work_plan", "outputs", "dates", "steps", "verdicts", "letter",
            "held_until", "ended_on", "created_at", "updated_at", "submitted_at", "decided_at",
            "refusal_ground", "refusal_reason", "refusal_alternative",
        ]  # fmt: skip

    def _is_own(self, fwa_request: Request) -> bool:
        return fwa_request.employee.user_id == self.context["request"].user.pk

    def get_place_address(self, fwa_request: Request) -> str | None:
        return fwa_request.place_address if self._is_own(fwa_request) else None

    def get_reason(self, fwa_request: Request) -> str | None:
        # The reason for a special circumstance may speak of health: only the applicant reads it.
        shown = fwa_request.basis == Basis.TASK or self._is_own(fwa_request)
        return fwa_request.reason if shown else None

    @extend_schema_field(VerdictSerializer(many=True))
    def get_verdicts(self, fwa_request: Request) -> list[dict[str, Any]]:
        """The last stored verdict of each policy."""
        rows = fwa_request.screenings.select_related("version__policy")
        rows = rows.prefetch_related("version__rules__waivable_by").order_by("-created_at", "-pk")
        last: dict[int, Any] = {}
        for row in rows:
            last.setdefault(row.version.policy_id, row)
        return [stored_verdict_in_words(row, stored_results(row)) for _policy, row in sorted(last.items())]

    @extend_schema_field(LetterRefSerializer(allow_null=True))
    def get_letter(self, fwa_request: Request) -> Any:
        letter = getattr(fwa_request, "letter", None)
        return LetterRefSerializer(letter).data if letter else None

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_ended_on(self, fwa_request: Request) -> Any:
        return fwa_request.assignment.ended_on if fwa_request.assignment else None


class DayCheckSerializer(serializers.Serializer):
    """One date: passes (`problem` empty) or not and why; `exact`: with not one person to spare."""

    day = serializers.DateField()
    problem = serializers.ChoiceField(choices=DateProblem.choices, allow_blank=True)
    exact = serializers.BooleanField()
    alternatives = serializers.ListField(child=serializers.DateField())


class PreviewSerializer(serializers.Serializer):
    """What a draft would come to if it were sent now. `problem`: why nothing could be checked at all."""

    problem = serializers.CharField(allow_blank=True)
    is_eligible = serializers.BooleanField()
    passing = serializers.IntegerField(help_text="dates that pass")
    total = serializers.IntegerField(help_text="working days asked for")
    days = DayCheckSerializer(many=True)
    verdicts = VerdictSerializer(many=True)


class InboxRequestSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    employee = RefSerializer()
    unit = RefSerializer(allow_null=True)
    position = RefSerializer(allow_null=True)
    site = RefSerializer(allow_null=True)

    class Meta:
        model = Request
        fields = [
            "id", "number", "kind", "employee", "unit", "position", "place_kind", "site", "valid_from", "valid_to",
        ]  # fmt: skip


class InboxStepSerializer(serializers.ModelSerializer):
    """A step with its request; `day_count` are the dates asked for."""

    request = InboxRequestSerializer()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=StepRole.choices))
    status = serializers.ChoiceField(choices=StepStatus.choices)
    holder = PersonSerializer(allow_null=True)
    day_count = serializers.IntegerField(allow_null=True, read_only=True)

    class Meta:
        model = Step
        fields = ["id", "request", "role", "roles", "status", "holder", "opened_at", "due_on", "day_count"]


class LimitValueSerializer(serializers.Serializer):
    """`people` away (of a quota) or on site (of a minimum) if the request is agreed to, and the limit."""

    people = serializers.IntegerField()
    limit = serializers.IntegerField()


class LimitSerializer(serializers.Serializer):
    """One quota or minimum over the days, in their order; null where it does not bind that day."""

    unit = serializers.CharField()
    group = serializers.CharField(allow_blank=True)
    is_quota = serializers.BooleanField()
    values = serializers.ListField(child=LimitValueSerializer(allow_null=True))


class CoverageSerializer(serializers.Serializer):
    """What agreeing would do on each date, for the unit and those above it with a limit."""

    takes_places = serializers.BooleanField(help_text="whether agreeing at this step takes the places")
    days = DayCheckSerializer(many=True)
    limits = LimitSerializer(many=True)


class DecisionSerializer(serializers.Serializer):
    """What was decided, and how the request stands now."""

    kind = serializers.ChoiceField(choices=DecisionKind.choices)
    decided_at = serializers.DateTimeField()
    dates_granted = serializers.IntegerField(allow_null=True)
    dates_refused = serializers.IntegerField(allow_null=True)
    request_id = serializers.UUIDField(source="request.public_id")
    request_status = serializers.ChoiceField(source="request.status", choices=RequestStatus.choices)


class BulkRowSerializer(serializers.Serializer):
    step_id = serializers.IntegerField()
    number = serializers.CharField()
    name = serializers.CharField()
    ok = serializers.BooleanField()
    message = serializers.CharField()


class BulkSerializer(serializers.Serializer):
    rows = BulkRowSerializer(many=True)


class AccessSerializer(serializers.Serializer):
    """A look at something sealed."""

    user = serializers.CharField()
    purpose = serializers.CharField()
    at = serializers.DateTimeField()


class EvidenceSerializer(serializers.Serializer):
    """A sealed file: its name is sealed too."""

    id = serializers.UUIDField(source="public_id")
    size = serializers.IntegerField(help_text="bytes")


class CircumstanceSerializer(serializers.Serializer):
    """A sealed circumstance from outside: its period, its files, and who looked."""

    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    may_open = serializers.BooleanField()
    files = EvidenceSerializer(many=True)
    accesses = AccessSerializer(many=True)


class OpenedFileSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")


class OpenedCircumstanceSerializer(serializers.Serializer):
    kind = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    files = OpenedFileSerializer(many=True)


class LetterSerializer(serializers.ModelSerializer):
    """A letter and how it stands today. It has the id of its request."""

    id = serializers.UUIDField(source="request.public_id", read_only=True)
    request_number = serializers.CharField(source="request.number")
    employee = RefSerializer(source="request.employee")
    unit = RefSerializer(source="request.unit", allow_null=True)
    now = serializers.SerializerMethodField()
    ends_on = serializers.SerializerMethodField()
    sha256 = serializers.CharField(source="final_sha256", allow_blank=True)
    check_url = serializers.SerializerMethodField()

    class Meta:
        model = Letter
        fields = [
            "id", "number", "decided_on", "status", "request_number", "employee", "unit", "now", "ends_on",
            "sha256", "check_url",
        ]  # fmt: skip

    def _state(self, letter: Letter) -> LetterState:
        return letter_status_now(letter, timezone.localdate())

    @extend_schema_field(serializers.ChoiceField(choices=LetterNow.choices))
    def get_now(self, letter: Letter) -> str:
        return str(self._state(letter).now)

    @extend_schema_field(serializers.DateField())
    def get_ends_on(self, letter: Letter) -> Any:
        return self._state(letter).ends_on

    def get_check_url(self, letter: Letter) -> str:
        return check_url(letter.token)


class LetterCheckSerializer(serializers.Serializer):
    """What anybody with the code on a letter may know: how it stands today, and nothing about the person."""

    number = serializers.CharField()
    decided_on = serializers.DateField()
    issuer = serializers.CharField()
    initials = serializers.CharField(allow_blank=True, help_text="empty for the decree about many people")
    now = serializers.ChoiceField(choices=LetterNow.choices)
    ends_on = serializers.DateField()
    awaits_signature = serializers.BooleanField()


class LetterMatchSerializer(serializers.Serializer):
    """`yes`: it is the letter; `unsigned`: the copy before the signature; `no`: it is neither."""

    match = serializers.ChoiceField(choices=["yes", "unsigned", "no"])


class LedgerEntrySerializer(serializers.Serializer):
    """An entry of a request's chain; `mac` is the beginning of its seal, for comparing."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    code = serializers.CharField()
    actor = serializers.CharField(allow_blank=True)
    acting_for = serializers.CharField(allow_blank=True)
    mac = serializers.CharField()
