"""Input of the commands: one serializer each. What a request must hold to be sent is the service's to check."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from eligibility.enums import FlexKind, PlaceKind
from fwa.data import DraftData, OutputData
from fwa.enums import Basis, RefusalGround
from fwa.forms.decisions import NOTE_LENGTH
from fwa.forms.requests import MAX_OUTPUTS, MAX_SINGLE_DATES, TEXT_LENGTH
from fwa.services.circumstances import MAX_FILES, PURPOSE_LENGTH
from organization.models import Site
from performance.models import WorkResult

DAYS_A_WEEK = 7
MAX_LEFT_OUT = 400
BULK = 100


class OutputDataSerializer(serializers.Serializer):
    """A promised output: what, measured how, how much, by when."""

    title = serializers.CharField(max_length=200)
    measure = serializers.CharField(max_length=60)
    target = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
    due_on = serializers.DateField()


class ServingOutputSerializer(OutputDataSerializer):
    """With the result of the person's plan that it serves, by public id."""

    work_result = serializers.UUIDField(required=False, allow_null=True)


class DraftSerializer(serializers.Serializer):
    """A draft. Nothing is required: it may be incomplete, and sending says what is missing."""

    kind = serializers.ChoiceField(choices=FlexKind.choices, required=False)
    basis = serializers.ChoiceField(choices=Basis.choices, required=False)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_to = serializers.DateField(required=False, allow_null=True)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=DAYS_A_WEEK),
        max_length=DAYS_A_WEEK,
        required=False,
        help_text="ISO: 1 is Monday",
    )
    single_dates = serializers.ListField(child=serializers.DateField(), max_length=MAX_SINGLE_DATES, required=False)
    left_out = serializers.ListField(
        child=serializers.DateField(),
        max_length=MAX_LEFT_OUT,
        required=False,
        help_text="dates of the weekly pattern that are not asked for",
    )
    place_kind = serializers.ChoiceField(choices=PlaceKind.choices, required=False, allow_blank=True)
    site_id = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    place_address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    starts_at = serializers.TimeField(required=False, allow_null=True)
    ends_at = serializers.TimeField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True)
    work_plan = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True)
    outputs = serializers.ListField(child=ServingOutputSerializer(), max_length=MAX_OUTPUTS, required=False)

    def validate_site_id(self, value: int | None) -> int | None:
        """An office in use, as in the form."""
        if value is not None and not Site.objects.filter(pk=value, is_active=True).exists():
            raise serializers.ValidationError(_("Choose the office."))
        return value

    def draft(self, before: DraftData | None = None) -> DraftData:
        """What was sent, on top of `before` (an empty draft without it)."""
        values = {name: self.validated_data[name] for name in self._declared_fields if name in self.validated_data}
        for name in ("weekdays", "single_dates", "left_out"):
            if name in values:
                values[name] = tuple(sorted(set(values[name])))
        if "outputs" in values:
            values["outputs"] = _outputs(values["outputs"])
        values.pop("request_id", None)
        values.pop("employee_id", None)
        return replace(before or DraftData(), **values)


def _key(known: dict[UUID, int], row: dict[str, Any]) -> int | None:
    named = row.get("work_result")
    return known[named] if named else None


def _outputs(rows: list[dict[str, Any]]) -> tuple[OutputData, ...]:
    """The outputs with the keys of the results they serve; whether those are the person's own is asked on keeping."""
    named = {row["work_result"] for row in rows if row.get("work_result")}
    known = dict(WorkResult.objects.filter(public_id__in=named).values_list("public_id", "pk")) if named else {}
    if len(known) < len(named):
        raise serializers.ValidationError({"outputs": _("Choose a work result of your own plan.")})
    return tuple(
        OutputData(row["title"], row["measure"], row["target"], row["due_on"], _key(known, row)) for row in rows
    )


class NewDraftSerializer(DraftSerializer):
    """A new draft. `employee_id` is for systems, which keep drafts for employees; people leave it out."""

    employee_id = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class PreviewOrderSerializer(NewDraftSerializer):
    """A draft to check; `request_id` names the request that it changes, whose own dates then count as free."""

    request_id = serializers.UUIDField(required=False, allow_null=True)


class WithdrawSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")


class EndSerializer(serializers.Serializer):
    ended_on = serializers.DateField(help_text="first day without the arrangement")
    reason = serializers.CharField(max_length=NOTE_LENGTH)


class CircumstanceClaimSerializer(serializers.Serializer):
    """A special circumstance (Art 30). It is sealed with the request, and so is its evidence."""

    kind = serializers.SlugField(help_text="code of a kind in use")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    evidence = serializers.ListField(
        child=serializers.FileField(), max_length=MAX_FILES, required=False, help_text="PDF, JPG or PNG"
    )


class PurposeSerializer(serializers.Serializer):
    purpose = serializers.CharField(max_length=PURPOSE_LENGTH, help_text="what for; the applicant reads it")


class ApproveSerializer(serializers.Serializer):
    """`leave_out`: dates not agreed to, only where places are taken, with a note; `letter_number`: last level only."""

    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")
    leave_out = serializers.ListField(child=serializers.DateField(), max_length=MAX_LEFT_OUT, required=False)
    letter_number = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class ReturnSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=NOTE_LENGTH)


class RejectSerializer(serializers.Serializer):
    """A refusal has a ground, a reason and an alternative."""

    ground = serializers.ChoiceField(choices=RefusalGround.choices)
    reason = serializers.CharField(max_length=NOTE_LENGTH)
    alternative = serializers.CharField(max_length=NOTE_LENGTH)


class ApproveManySerializer(serializers.Serializer):
    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=BULK)
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")


class DigestSerializer(serializers.Serializer):
    sha256 = serializers.RegexField(r"^[0-9a-fA-F]{64}$", help_text="SHA-256 of a file, in hexadecimal digits")
