"""Requests by REST: read in scope; draft, preview, send, withdraw and end by the same services as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import Conflict, ListViewSet, ReadViewSet, needs
from eligibility.api.serializers import verdict_in_words
from fwa.api import commands, serializers
from fwa.data import draft_of
from fwa.errors import AlreadyDecided
from fwa.filters import RequestFilter
from fwa.ledger import entries_of
from fwa.models import LedgerEntry, Request, SpecialCircumstance
from fwa.selectors import Preview, preview_request
from fwa.services.circumstances import claim_circumstance, open_circumstance
from fwa.services.decisions import end_arrangement
from fwa.services.requests import delete_draft, employee_for, save_draft, submit_request, withdraw_request
from organization.api.base import actor
from organization.models import User
from organization.sealing import SealBroken

REQUEST_ID = "[0-9a-f-]{36}"


def visible_request(user: User, public_id: str) -> Request:
    """The request in scope with what permissions look at; 404 for all others."""
    rows = Request.objects.visible_to(user).select_related("employee__user", "unit")
    return get_object_or_404(rows, public_id=public_id)


def broken_seal() -> Conflict:
    return Conflict(
        _("The sealed data does not fit its request any more and is not shown. Tell the administrator."), "seal_broken"
    )


class RequestViewSet(ReadViewSet):
    """Own requests, those of people in reach, and those whose chain names the account."""

    queryset = Request.objects.all()
    serializer_class = serializers.RequestSerializer
    filterset_class = RequestFilter
    lookup_field = "public_id"
    lookup_value_regex = REQUEST_ID

    def get_queryset(self) -> QuerySet[Request]:
        return Request.objects.visible_to(actor(self.request)).for_list()

    def _found(self) -> Request:
        return visible_request(actor(self.request), self.kwargs["public_id"])

    def _whole(self, public_id: Any, code: int = status.HTTP_200_OK) -> Response:
        rows = Request.objects.visible_to(actor(self.request)).for_detail()
        found = get_object_or_404(rows, public_id=public_id)
        words = serializers.RequestDetailSerializer(found, context={"request": self.request})
        return Response(words.data, status=code)

    def _form(self, kind: type[Any], **options: Any) -> Any:
        form = kind(data=self.request.data, **options)
        form.is_valid(raise_exception=True)
        return form

    @extend_schema(responses=serializers.RequestDetailSerializer)
    def retrieve(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        return self._whole(kwargs["public_id"])

    @extend_schema(request=commands.NewDraftSerializer, responses={201: serializers.RequestDetailSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Keep a new draft, however incomplete."""
        form = self._form(commands.NewDraftSerializer)
        made = save_draft(by=actor(request), data=form.draft(), employee_id=form.validated_data.get("employee_id"))
        return self._whole(made.public_id, status.HTTP_201_CREATED)

    @extend_schema(request=commands.DraftSerializer, responses=serializers.RequestDetailSerializer)
    def update(self, request: ApiRequest, public_id: str) -> Response:
        """Replace a draft, or a request that was returned; what is left out becomes empty."""
        found = self._found()
        save_draft(by=actor(request), data=self._form(commands.DraftSerializer).draft(), request_id=found.pk)
        return self._whole(public_id)

    @extend_schema(request=commands.DraftSerializer, responses=serializers.RequestDetailSerializer)
    def partial_update(self, request: ApiRequest, public_id: str) -> Response:
        """Change some fields of a draft, or of a request that was returned."""
        found = self._found()
        data = self._form(commands.DraftSerializer, partial=True).draft(draft_of(found))
        save_draft(by=actor(request), data=data, request_id=found.pk)
        return self._whole(public_id)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, public_id: str) -> Response:
        """Throw a draft away."""
        delete_draft(by=actor(request), request_id=self._found().pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        request=commands.PreviewOrderSerializer,
        responses=serializers.PreviewSerializer,
        operation_id="requests_preview",
    )
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def preview(self, request: ApiRequest) -> Response:
        """Check every date and every rule for a draft, kept or not. Nothing is written."""
        form = self._form(commands.PreviewOrderSerializer)
        own = self._own_editable(form.validated_data.get("request_id"))
        before = draft_of(own) if own else None
        employee = own.employee if own else employee_for(actor(request), form.validated_data.get("employee_id"))
        preview = preview_request(employee=employee, data=form.draft(before), on=timezone.localdate(), own_request=own)
        return Response(serializers.PreviewSerializer(_preview_in_words(preview)).data)

    def _own_editable(self, public_id: Any) -> Request | None:
        if public_id is None:
            return None
        user = actor(self.request)
        rows = Request.objects.filter(entered_by=user) if user.is_service else Request.objects.of_user(user)
        rows = rows.visible_to(user).select_related("employee__user")
        found = get_object_or_404(rows, public_id=public_id)
        if not found.is_editable:
            raise AlreadyDecided(_("This request was sent already; withdraw it to change it."))
        return found

    @extend_schema(request=None, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: ApiRequest, public_id: str) -> Response:
        """Send a draft. Sending twice is one sending."""
        submit_request(by=actor(request), request_id=self._found().pk)
        return self._whole(public_id)

    @extend_schema(request=commands.WithdrawSerializer, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: ApiRequest, public_id: str) -> Response:
        """Take a request back before it is decided."""
        found = self._found()
        withdraw_request(
            by=actor(request), request_id=found.pk, **self._form(commands.WithdrawSerializer).validated_data
        )
        return self._whole(public_id)

    @extend_schema(request=commands.EndSerializer, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: ApiRequest, public_id: str) -> Response:
        """End a running arrangement early; past days stay."""
        found = self._found()
        end_arrangement(by=actor(request), request_id=found.pk, **self._form(commands.EndSerializer).validated_data)
        return self._whole(public_id)


def _preview_in_words(preview: Preview) -> dict[str, Any]:
    return {
        "problem": preview.problem,
        "is_eligible": preview.is_eligible,
        "passing": preview.passing,
        "total": len(preview.worked),
        "days": preview.checks,
        "verdicts": [verdict_in_words(result) for result in preview.results],
    }


@method_decorator(never_cache, "dispatch")
class CircumstanceViewSet(viewsets.GenericViewSet):
    """Sealed special circumstances (Art 30): the applicant's own, and those the evidence officer may open."""

    queryset = SpecialCircumstance.objects.all()
    serializer_class = serializers.CircumstanceSerializer

    def get_queryset(self) -> QuerySet[SpecialCircumstance]:
        return SpecialCircumstance.objects.visible_to(actor(self.request)).for_list()

    def _found(self) -> SpecialCircumstance:
        return get_object_or_404(self.get_queryset(), request__public_id=self.kwargs["public_id"])

    def _from_outside(self, code: int = status.HTTP_200_OK) -> Response:
        found = self._found()
        data = {
            "valid_from": found.valid_from,
            "valid_to": found.valid_to,
            "may_open": actor(self.request).has_perm("fwa.open_evidence", found.request),
            "files": found.evidence.defer("sealed_name", "sealed_content"),
            "accesses": found.accesses.select_related("user"),
        }
        return Response(serializers.CircumstanceSerializer(data).data, status=code)

    @extend_schema(operation_id="requests_circumstance", responses=serializers.CircumstanceSerializer)
    def retrieve(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        """The closed circumstance: period, files and who looked."""
        return self._from_outside()

    @extend_schema(
        operation_id="requests_circumstance_claim",
        request={"multipart/form-data": commands.CircumstanceClaimSerializer},
        responses=serializers.CircumstanceSerializer,
    )
    def create(self, request: ApiRequest, public_id: str) -> Response:
        """State the circumstance of one's draft; a second claim replaces kind and dates, files stay."""
        found = visible_request(actor(request), public_id)
        form = commands.CircumstanceClaimSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        claim_circumstance(
            by=actor(request),
            request_id=found.pk,
            kind_code=asked["kind"],
            valid_from=asked["valid_from"],
            valid_to=asked["valid_to"],
            files=asked.get("evidence", ()),
        )
        return self._from_outside()

    @extend_schema(
        operation_id="requests_circumstance_open",
        request=commands.PurposeSerializer,
        responses=serializers.OpenedCircumstanceSerializer,
    )
    def open(self, request: ApiRequest, public_id: str) -> Response:
        """Kind and file names, for this answer only; the look is on record first."""
        found = self._found()
        form = commands.PurposeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            opened = open_circumstance(by=actor(request), request_id=found.request_id, **form.validated_data)
        except SealBroken as error:
            raise broken_seal() from error
        return Response(serializers.OpenedCircumstanceSerializer(opened).data)


class LedgerViewSet(ListViewSet):
    """The entries of one request, for auditors."""

    queryset = LedgerEntry.objects.none()
    permission_classes = [needs("fwa.verify_ledger")]
    serializer_class = serializers.LedgerEntrySerializer
    filterset_class = None
    filter_backends = []

    @extend_schema(operation_id="requests_ledger")
    def list(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        """What was done to a request, in order; who did it, and for whom."""
        entries = entries_of(visible_request(actor(request), kwargs["public_id"]))
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(entries), many=True).data)
