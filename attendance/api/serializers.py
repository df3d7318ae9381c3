"""Arrangements and their days; addresses stay in the personnel record."""

from rest_framework import serializers

from attendance.models import Assignment, AssignmentDay
from organization.api.base import RefSerializer


class AssignmentSerializer(serializers.ModelSerializer):
    """What was granted (or is held) for one employee. `reference` is the number of the request."""

    employee = RefSerializer()
    unit = RefSerializer()
    site = RefSerializer(allow_null=True)

    class Meta:
        model = Assignment
        fields = [
            "id", "reference", "employee", "unit", "kind", "place_kind", "site", "weekdays", "starts_at", "ends_at",
            "status", "valid_from", "valid_to", "ended_on",
        ]  # fmt: skip


class AssignmentDaySerializer(serializers.ModelSerializer):
    """One date and facet of an arrangement."""

    employee = RefSerializer()
    unit = RefSerializer()
    reference = serializers.CharField(source="assignment.reference")
    place_kind = serializers.CharField(source="assignment.place_kind", allow_blank=True)

    class Meta:
        model = AssignmentDay
        fields = [
            "day", "facet", "status", "employee", "unit", "reference", "place_kind", "is_away", "counts_toward_cap",
        ]  # fmt: skip
