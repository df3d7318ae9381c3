"""The policy editor by REST: drafts and their rules, general terms, kinds of special circumstance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.viewsets import ListViewSet, ReadViewSet
from eligibility.api import serializers_drafts as serializers
from eligibility.api.filters import DraftFilter, TermsFilter
from eligibility.api.serializers import TermsSerializer
from eligibility.enums import VersionStatus
from eligibility.models import ArrangementTerms, PolicyVersion, Rule
from eligibility.registry import all_criteria
from eligibility.rule_changes import rule_changes
from eligibility.screening import rules_of
from eligibility.services import drafts
from organization.api.base import actor
from organization.guards import require
from organization.models import User

REVISION = OpenApiParameter("revision", int, OpenApiParameter.QUERY, required=True)
_PARTS = {"severity", "legal_basis", "coordination_no", "criterion", "mark"}


def visible_drafts(user: User) -> QuerySet[PolicyVersion]:
    """Drafts that the user may see, newest edit of a policy each."""
    rows = PolicyVersion.objects.visible_to(user).filter(status=VersionStatus.DRAFT)
    return rows.select_related("policy", "base", "edited_by", "submitted_by").order_by("policy", "pk")


def _draft_or_404(user: User, pk: int) -> PolicyVersion:
    found: PolicyVersion = get_object_or_404(visible_drafts(user), pk=pk)
    return found


def _whole(user: User, pk: int, code: int = status.HTTP_200_OK) -> Response:
    draft = get_object_or_404(visible_drafts(user).with_rules(), pk=pk)  # type: ignore[attr-defined]
    base = PolicyVersion.objects.with_rules().filter(pk=draft.base_id).first()
    return Response(serializers.draft_in_words(draft, list(rules_of(draft)), rule_changes(draft, base)), status=code)


@contextmanager
def _fields_of_the_api() -> Iterator[None]:
    """Name the fields of a refusal as they were sent: parameters lie in `params`, waivers are `waivable_by`."""
    try:
        yield
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            error.error_dict = {_field(name): found for name, found in error.error_dict.items()}
        raise


def _field(name: str) -> str:
    if name == "waivers":
        return "waivable_by"
    return name if name in _PARTS else f"params.{name}"


def _sent(kind: type[Any], request: Request, **options: Any) -> Any:
    form = kind(data=request.data, **options)
    form.is_valid(raise_exception=True)
    return form


def _revision_of(request: Request) -> int:
    form = serializers.RevisionSerializer(data=request.query_params)
    form.is_valid(raise_exception=True)
    revision: int = form.validated_data["revision"]
    return revision


class DraftViewSet(ReadViewSet):
    """Drafts of policies: for HR admins of the agency and its auditors. Publishing is an act of its own."""

    queryset = PolicyVersion.objects.none()
    serializer_class = serializers.DraftSerializer
    filterset_class = DraftFilter
    lookup_value_regex = "[0-9]{1,9}"

    def get_queryset(self) -> QuerySet[PolicyVersion]:
        return visible_drafts(actor(self.request))

    @extend_schema(responses=serializers.DraftDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One draft with its rules and what they change."""
        return _whole(actor(request), kwargs["pk"])

    @extend_schema(request=serializers.StartDraftSerializer, responses={201: serializers.DraftDetailSerializer})
    def create(self, request: Request) -> Response:
        """Start a draft; a policy has one at most."""
        require(actor(request), drafts.EDIT)
        sent = _sent(serializers.StartDraftSerializer, request).validated_data
        made = drafts.start_draft(
            by=actor(request),
            policy_code=sent["policy"],
            valid_from=sent["valid_from"],
            base_number=sent.get("base"),
            note=sent["note"],
        )
        return _whole(actor(request), made.pk, status.HTTP_201_CREATED)

    @extend_schema(request=serializers.PeriodSerializer, responses=serializers.DraftDetailSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change the day it applies from, or why."""
        found = _editable(request, pk)
        sent = _sent(serializers.PeriodSerializer, request).validated_data
        drafts.set_period(
            by=actor(request),
            version_id=found.pk,
            revision=sent["revision"],
            valid_from=sent.get("valid_from", found.valid_from),
            note=sent.get("note", found.note),
        )
        return _whole(actor(request), found.pk)

    @extend_schema(parameters=[REVISION], responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Discard the draft."""
        found = _editable(request, pk)
        drafts.discard_draft(by=actor(request), version_id=found.pk, revision=_revision_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _editable(request: Request, pk: int) -> PolicyVersion:
    """The draft, for those who may change it: 404 where it is not there, 403 where it is only read."""
    found = _draft_or_404(actor(request), pk)
    require(actor(request), drafts.EDIT)
    return found


def _rule_or_404(draft: PolicyVersion, criterion: str) -> str:
    if criterion not in all_criteria() or not Rule.objects.filter(version=draft, criterion=criterion).exists():
        raise Http404
    return criterion


class DraftRulesView(APIView):
    """The rules of a draft."""

    @extend_schema(
        operation_id="policy_drafts_add_rule",
        request=serializers.AddRuleSerializer,
        responses={201: serializers.DraftDetailSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a rule that the draft lacks; it comes last."""
        found = _editable(request, pk)
        form = _sent(serializers.AddRuleSerializer, request)
        with _fields_of_the_api():
            drafts.add_rule(
                by=actor(request),
                version_id=found.pk,
                revision=form.validated_data["revision"],
                criterion=form.validated_data["criterion"],
                change=form.change(),
            )
        return _whole(actor(request), found.pk, status.HTTP_201_CREATED)


class DraftRuleView(APIView):
    """One rule of a draft, by the code of its criterion."""

    @extend_schema(
        operation_id="policy_drafts_change_rule",
        request=serializers.ChangeRuleSerializer,
        responses=serializers.DraftDetailSerializer,
    )
    def patch(self, request: Request, pk: int, criterion: str) -> Response:
        """Change a rule. What would loosen the law is refused with the field and the article (400, fixed_by_law)."""
        found = _editable(request, pk)
        _rule_or_404(found, criterion)
        form = _sent(serializers.ChangeRuleSerializer, request)
        with _fields_of_the_api():
            drafts.edit_rule(
                by=actor(request),
                version_id=found.pk,
                revision=form.validated_data["revision"],
                criterion=criterion,
                change=form.change(),
            )
        return _whole(actor(request), found.pk)

    @extend_schema(
        operation_id="policy_drafts_remove_rule", parameters=[REVISION], responses=serializers.DraftDetailSerializer
    )
    def delete(self, request: Request, pk: int, criterion: str) -> Response:
        """Remove a rule; one that the law fixes stays (400, fixed_by_law)."""
        found = _editable(request, pk)
        _rule_or_404(found, criterion)
        revision = _revision_of(request)
        drafts.remove_rule(by=actor(request), version_id=found.pk, revision=revision, criterion=criterion)
        return _whole(actor(request), found.pk)


class DraftRuleMoveView(APIView):
    """The order of the rules."""

    @extend_schema(
        operation_id="policy_drafts_move_rule",
        request=serializers.MoveRuleSerializer,
        responses=serializers.DraftDetailSerializer,
    )
    def post(self, request: Request, pk: int, criterion: str) -> Response:
        """Move a rule one place up or down."""
        found = _editable(request, pk)
        _rule_or_404(found, criterion)
        sent = _sent(serializers.MoveRuleSerializer, request).validated_data
        drafts.move_rule(by=actor(request), version_id=found.pk, criterion=criterion, **sent)
        return _whole(actor(request), found.pk)


class DraftPublicationView(APIView):
    """The request for publication."""

    @extend_schema(
        operation_id="policy_drafts_request_publication",
        request=serializers.PublicationSerializer,
        responses=serializers.DraftDetailSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Ask a second person to publish, with the number and date of the decree."""
        found = _editable(request, pk)
        sent = _sent(serializers.PublicationSerializer, request).validated_data
        drafts.request_publication(by=actor(request), version_id=found.pk, **sent)
        return _whole(actor(request), found.pk)


class TermsHistoryViewSet(ListViewSet):
    """General terms of all periods, the newest first."""

    queryset = ArrangementTerms.objects.order_by("-valid_from", "pk")
    serializer_class = TermsSerializer
    filterset_class = TermsFilter
