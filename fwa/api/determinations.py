"""Group determinations by REST: prepare, plan, decide and amend by the same services as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ListViewSet, needs
from fwa.api import determination_serializers as words
from fwa.determination_words import difference_lines
from fwa.enums import MemberChange
from fwa.filters_determinations import DeterminationFilter, MemberFilter
from fwa.models import Determination, DeterminationMember
from fwa.services import determinations as drafts
from fwa.services.amendments import change_annex, start_amendment
from fwa.services.determination_decision import ask_decision, progress_of
from fwa.services.determination_plan import prepare_determination
from organization.api.base import actor
from organization.guards import require

DETERMINATION_ID = "[0-9a-f-]{36}"
LEAN = {"filterset_class": None, "pagination_class": None}


class _OfDetermination(ListViewSet):
    """What views about one determination share."""

    permission_classes = [needs("fwa.list_determinations")]

    def _found(self) -> Determination:
        rows = Determination.objects.visible_to(actor(self.request)).for_detail()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def _allowed(self, permission: str, found: Determination | None = None) -> None:
        """403 before the input is looked at."""
        require(actor(self.request), permission, found)

    def _preparable(self) -> Determination:
        found = self._found()
        self._allowed("fwa.prepare_determination", found)
        return found

    def _form(self, kind: type[Any]) -> Any:
        form = kind(data=self.request.data)
        form.is_valid(raise_exception=True)
        return form


class DeterminationViewSet(mixins.RetrieveModelMixin, _OfDetermination):
    """Determinations about units that the account heads or oversees."""

    queryset = Determination.objects.all()
    serializer_class = words.DeterminationSerializer
    filterset_class = DeterminationFilter
    lookup_field = "public_id"
    lookup_value_regex = DETERMINATION_ID

    def get_queryset(self) -> QuerySet[Determination]:
        return Determination.objects.visible_to(actor(self.request)).for_list()

    def _whole(self, public_id: Any, code: int = status.HTTP_200_OK) -> Response:
        self.kwargs["public_id"] = public_id
        found = self._found()
        context = {
            "counts": dict(found.members.order_by().values_list("outcome").annotate(number=Count("pk"))),
            "difference": difference_lines(found),
            "request": self.request,
        }
        return Response(words.DeterminationDetailSerializer(found, context=context).data, status=code)

    @extend_schema(responses=words.DeterminationDetailSerializer)
    def retrieve(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        return self._whole(kwargs["public_id"])

    @extend_schema(request=words.DeterminationDataSerializer, responses={201: words.DeterminationDetailSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Begin a determination; people are added next."""
        self._allowed("fwa.prepare_determination")
        made = drafts.save_determination(
            by=actor(request), data=self._form(words.DeterminationDataSerializer).data_of()
        )
        return self._whole(made.public_id, status.HTTP_201_CREATED)

    @extend_schema(request=words.DeterminationDataSerializer, responses=words.DeterminationDetailSerializer)
    def update(self, request: ApiRequest, public_id: str) -> Response:
        """Replace what it gives; the plan has to be computed again."""
        found = self._preparable()
        data = self._form(words.DeterminationDataSerializer).data_of()
        drafts.save_determination(by=actor(request), data=data, determination_id=found.pk)
        return self._whole(public_id)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, public_id: str) -> Response:
        """Discard a determination that is not decided."""
        drafts.discard_determination(by=actor(request), determination_id=self._found().pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=words.DeterminationDetailSerializer)
    @action(detail=True, methods=["post"], **LEAN)
    def plan(self, request: ApiRequest, public_id: str) -> Response:
        """Compute the plan; nothing is granted."""
        prepare_determination(by=actor(request), determination_id=self._found().pk)
        return self._whole(public_id)

    @extend_schema(responses=words.CoverageLimitSerializer(many=True), filters=False)
    @action(detail=True, **LEAN)
    def coverage(self, request: ApiRequest, public_id: str) -> Response:
        """What the plan leaves, limit by limit and day by day."""
        return Response(words.CoverageLimitSerializer(self._found().coverage, many=True).data)

    @extend_schema(request=words.DecideSerializer, responses={202: words.ProgressSerializer})
    @action(detail=True, methods=["post"], **LEAN)
    def decide(self, request: ApiRequest, public_id: str) -> Response:
        """Determine everybody of the plan or nobody; ask for the progress afterwards."""
        found = self._found()
        self._allowed("fwa.determine_group", found)
        asked = self._form(words.DecideSerializer).validated_data
        ask_decision(
            by=actor(request),
            determination_id=found.pk,
            digest=asked["plan"],
            number=asked["number"],
            decided_on=asked["decided_on"],
        )
        return self._progress(status.HTTP_202_ACCEPTED)

    @extend_schema(responses=words.ProgressSerializer, filters=False)
    @action(detail=True, **LEAN)
    def progress(self, request: ApiRequest, public_id: str) -> Response:
        """How far the decision is."""
        return self._progress()

    def _progress(self, code: int = status.HTTP_200_OK) -> Response:
        found = self._found()
        now = progress_of(found.pk)
        data = {**now, "status": found.status, "message": found.message}
        return Response(words.ProgressSerializer(data).data, status=code)

    @extend_schema(request=words.AmendSerializer, responses={201: words.DeterminationDetailSerializer}, filters=False)
    @action(detail=True, methods=["post"], **LEAN)
    def amendments(self, request: ApiRequest, public_id: str) -> Response:
        """Begin a numbered amendment of a decided determination; it is prepared and decided like the first."""
        found = self._preparable()
        asked = self._form(words.AmendSerializer).validated_data
        made = start_amendment(by=actor(request), determination_id=found.pk, **asked)
        return self._whole(made.public_id, status.HTTP_201_CREATED)


class DeterminationMemberViewSet(_OfDetermination):
    """The annex of one determination: everybody looked at, with the plan for them."""

    queryset = DeterminationMember.objects.all()
    serializer_class = words.DeterminationMemberSerializer
    filterset_class = MemberFilter

    def get_queryset(self) -> QuerySet[DeterminationMember]:
        return self._found().members.for_list()

    @extend_schema(operation_id="determinations_members_list")
    def list(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        """People with verdict, days, and why not more."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request=words.AddMembersSerializer,
        responses=words.AddedSerializer,
        operation_id="determinations_members_add",
        filters=False,
    )
    def create(self, request: ApiRequest, public_id: str) -> Response:
        """Add people by criteria or by names. Names that mean nobody are answered; the others are taken."""
        found, by = self._preparable(), actor(request)
        asked = self._form(words.AddMembersSerializer).validated_data
        if asked.get("names"):
            text = "\n".join(" ".join(name.split()) for name in asked["names"])
            added = drafts.add_from_list(by=by, determination_id=found.pk, text=text)
        else:
            criteria = drafts.Criteria(
                unit_id=asked.get("unit_id", found.unit_id),
                position_kinds=tuple(sorted(asked.get("position_kinds", ()))),
                position=asked.get("position", ""),
                eligible_only=asked["eligible_only"],
            )
            added = drafts.add_by_criteria(by=by, determination_id=found.pk, criteria=criteria)
        return Response(words.AddedSerializer(added).data)

    @extend_schema(
        request=words.ChangeMembersSerializer,
        responses=words.ChangedSerializer,
        operation_id="determinations_members_change",
        filters=False,
    )
    def change(self, request: ApiRequest, public_id: str) -> Response:
        """Leave people out, take them in again or off the list; for amendments: out of the annex, or other days."""
        found, by = self._preparable(), actor(request)
        asked = self._form(words.ChangeMembersSerializer).validated_data
        ids, act = asked["ids"], asked["action"]
        if act in (MemberChange.REMOVE, MemberChange.CHANGE):
            changed = change_annex(by=by, determination_id=found.pk, member_ids=ids, change=act)
        elif act == "off":
            changed = drafts.remove_members(by=by, determination_id=found.pk, member_ids=ids)
        else:
            changed = drafts.include_members(
                by=by, determination_id=found.pk, member_ids=ids, included=act == "include"
            )
        return Response(words.ChangedSerializer({"changed": changed}).data)
