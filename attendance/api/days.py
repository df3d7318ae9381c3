"""Work days and who is where by REST; each row shows no more than the page would."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, FilteredRelation, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.board import Line, lines_of, people_of, scope_for, sight_of
from attendance.day_words import AT_WORK, Sight
from attendance.enums import DayPart, DayState, Source, Whereabouts
from attendance.models import WorkDay
from config.viewsets import ListViewSet
from organization.access import access_for
from organization.api.base import RefSerializer, actor
from organization.filters import PlainFilterForm, UnitFilter
from organization.models import Unit
from organization.querysets import active_on_q

ABSENT = "absent"
_HIDDEN_SOURCES = (Source.LEAVE, Source.SICK, Source.TRAVEL, Source.TRAINING)


class WorkDayFilter(django_filters.FilterSet):
    start = django_filters.DateFilter(label=_("From"), field_name="day", lookup_expr="gte")
    end = django_filters.DateFilter(label=_("Until"), field_name="day", lookup_expr="lte")
    employee = django_filters.NumberFilter(label=_("Employee"), field_name="employee_id", min_value=1)
    unit = UnitFilter(path="unit__path")
    state = django_filters.ChoiceFilter(label=_("State"), choices=DayState.choices)

    class Meta:
        model = WorkDay
        fields: list[str] = []
        form = PlainFilterForm


class WorkDaySerializer(serializers.ModelSerializer):
    """A day of an employee: expected, happened, verdict. Minutes are whole minutes, times are instants.

    What kind an absence is of is for the person, those who lead them and their HR; to others it is `absent`.
    """

    employee = RefSerializer()
    unit = RefSerializer()
    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # the field's own source is not used here
    whereabouts = serializers.SerializerMethodField()
    absence = serializers.SerializerMethodField()
    absence_part = serializers.ChoiceField(choices=DayPart.choices, allow_blank=True)
    first_shift = serializers.CharField(source="first_shift_code", allow_null=True)
    second_shift = serializers.CharField(source="second_shift_code", allow_null=True)

    class Meta:
        model = WorkDay
        fields = [
            "employee", "day", "unit", "zone", "source", "whereabouts", "absence", "absence_part", "is_dynamic",
            "first_shift", "first_start", "first_end", "second_shift", "second_start", "second_end", "expected_min",
            "first_in", "first_out", "second_in", "second_out", "place", "is_corrected", "worked_min", "state",
            "late_min", "early_min", "short_min", "missing_in", "missing_out", "is_unexcused", "is_excused",
        ]  # fmt: skip

    def _sees_all(self, row: Any) -> bool:
        return sight_of(row, self.context["access"]) == Sight.ALL

    def get_source(self, row: WorkDay) -> str:
        return row.source if self._sees_all(row) or row.source not in _HIDDEN_SOURCES else ABSENT

    def get_whereabouts(self, row: WorkDay) -> str:
        is_open = self._sees_all(row) or row.whereabouts in AT_WORK or row.whereabouts == Whereabouts.OFF
        return row.whereabouts if is_open else ABSENT

    def get_absence(self, row: WorkDay) -> str:
        return row.absence if self._sees_all(row) or not row.absence else ABSENT


class WorkDayViewSet(ListViewSet):
    """Days of the people in reach, by date. Ask for a period, an employee or a unit."""

    queryset = WorkDay.objects.all()
    serializer_class = WorkDaySerializer
    filterset_class = WorkDayFilter

    def get_queryset(self) -> QuerySet[WorkDay]:
        user = actor(self.request)
        today = active_on_q(access_for(user).on, "employee__placements__")
        rows = WorkDay.objects.visible_to(user).select_related("employee", "unit")
        rows = rows.annotate(
            now=FilteredRelation("employee__placements", condition=today),
            user_id=F("employee__user_id"),
            now_path=F("now__unit__path"),
            supervisor_user=F("now__supervisor__user_id"),
            first_shift_code=F("first_shift__code"),
            second_shift_code=F("second_shift__code"),
        )
        return rows.order_by("day", "unit_id", "pk")

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if self.request and self.request.user.is_authenticated:
            context["access"] = access_for(actor(self.request))
        return context


class WhereSerializer(serializers.Serializer):
    """Somebody on a day. `place` and what follows are null for colleagues, who learn only whether one is available."""

    employee = serializers.SerializerMethodField()
    unit = serializers.CharField()
    is_available = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()
    hours = serializers.SerializerMethodField()
    entries = serializers.SerializerMethodField()

    @extend_schema_field(RefSerializer)
    def get_employee(self, line: Line) -> dict[str, Any]:
        return {"id": line.pk, "name": line.name}

    def get_is_available(self, line: Line) -> bool | None:
        """Null where the day is not built yet."""
        cell = line.cells[0]
        return None if cell is None else cell.is_there

    def get_place(self, line: Line) -> str | None:
        """The letter of the board: K, R, KL, L, S, C, or empty for a day off."""
        cell = line.cells[0]
        return cell.letter if cell and line.sight > Sight.AVAILABILITY else None

    def get_words(self, line: Line) -> str | None:
        cell = line.cells[0]
        return cell.word if cell else None

    def get_hours(self, line: Line) -> str | None:
        return line.hours if line.sight > Sight.AVAILABILITY else None

    def get_entries(self, line: Line) -> str | None:
        return line.live if line.sight > Sight.AVAILABILITY else None


class BoardQuery(serializers.Serializer):
    """What the board is asked for."""

    day = serializers.DateField(required=False)
    unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.none(), required=False)
    level = serializers.ChoiceField(choices=["only"], required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # declared above


class WhereaboutsViewSet(ListViewSet):
    """Who is where on a day: of a unit in reach, or of one's own unit and team."""

    queryset = WorkDay.objects.none()
    serializer_class = WhereSerializer
    filter_backends: list[Any] = []

    @extend_schema(
        parameters=[
            OpenApiParameter("day", OpenApiTypes.DATE, description="today unless given"),
            OpenApiParameter("unit", int, description="id of a unit in reach; left out: one's own unit"),
            OpenApiParameter("level", str, enum=["only"], description="only: without the units below"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user, today = actor(request), timezone.localdate()
        access = access_for(user)
        query = BoardQuery(data=request.query_params, units=Unit.objects.visible_to(user))
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        day = asked.get("day") or today
        scope = scope_for(user, access, asked.get("unit"), only="level" in asked)
        page = self.paginate_queryset(people_of(scope, access, on=day)) or []
        lines = lines_of(page, [day], access, today=today, focus=day)
        return self.get_paginated_response(WhereSerializer(lines, many=True).data)
