"""Letters in scope, their public check, and sealed evidence, by REST."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import Throttled
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from config.viewsets import AnyForm, Conflict, ReadViewSet
from fwa.api import commands, serializers
from fwa.api.requests import REQUEST_ID, broken_seal
from fwa.checked_papers import paper_of, state_of
from fwa.letter_filters import LetterFilter
from fwa.models import Decree, Evidence, Letter, SpecialCircumstance
from fwa.services.circumstances import open_evidence, remove_evidence
from fwa.views.check import FILES_PER_MINUTE, LOOKS_PER_MINUTE, match_of, too_often
from organization.api.base import actor
from organization.sealing import SealBroken

MINUTE = 60
PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}
ANY_FILE = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


class LetterViewSet(ReadViewSet):
    """Letters of the requests in scope; the id is that of the request."""

    queryset = Letter.objects.all()
    serializer_class = serializers.LetterSerializer
    filterset_class = LetterFilter
    lookup_field = "request__public_id"
    lookup_url_kwarg = "public_id"
    lookup_value_regex = REQUEST_ID

    def get_queryset(self) -> QuerySet[Letter]:
        return Letter.objects.visible_to(actor(self.request)).for_list().select_related("request__assignment")

    @extend_schema(responses=PDF, filters=False)
    @method_decorator(never_cache)
    @action(detail=True, filterset_class=None, pagination_class=None, content_negotiation_class=AnyForm)
    def file(self, request: ApiRequest, public_id: str) -> FileResponse:
        """The letter as it counts: the signed copy where there is one. 409 while it is being made."""
        letter = get_object_or_404(self.get_queryset(), request__public_id=public_id)
        file = letter.final_file
        if not file or not file.name:
            raise Conflict(_("The letter is being made. Ask again in a moment."), "letter_not_made")
        try:
            opened = default_storage.open(file.name)
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(opened, filename=f"surat-{letter.request.number}.pdf", content_type="application/pdf")


@method_decorator(never_cache, "dispatch")
class LetterCheckView(APIView):
    """What anybody who holds a letter may ask. No login, no cookie."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def _letter(self, request: ApiRequest, token: str, what: str, limit: int) -> Letter | Decree:
        if too_often(request._request, what, limit):
            raise Throttled(MINUTE)
        paper = paper_of(token)
        if paper is None:
            raise Http404
        return paper

    @extend_schema(operation_id="check", auth=[], responses=serializers.LetterCheckSerializer)
    def get(self, request: ApiRequest, token: str) -> Response:
        """How the letter stands today."""
        letter = self._letter(request, token, "look", LOOKS_PER_MINUTE)
        state = state_of(letter, timezone.localdate())
        data = {
            "number": letter.number,
            "decided_on": letter.decided_on,
            "issuer": letter.content["issuer"],
            "initials": letter.content.get("initials", ""),
            "now": str(state.now),
            "ends_on": state.ends_on,
            "awaits_signature": state.awaits_signature,
        }
        return Response(serializers.LetterCheckSerializer(data).data)

    @extend_schema(
        operation_id="check_file",
        auth=[],
        request=commands.DigestSerializer,
        responses=serializers.LetterMatchSerializer,
    )
    def post(self, request: ApiRequest, token: str) -> Response:
        """Compare a file with the letter by its digest; the file itself stays where it is."""
        letter = self._letter(request, token, "file", FILES_PER_MINUTE)
        form = commands.DigestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        match = match_of(letter, form.validated_data["sha256"].lower())
        return Response(serializers.LetterMatchSerializer({"match": match}).data)


@method_decorator(never_cache, "dispatch")
class EvidenceView(APIView):
    """One sealed file."""

    content_negotiation_class = AnyForm

    def _found(self, request: ApiRequest, public_id: Any) -> Evidence:
        rows = Evidence.objects.filter(circumstance__in=SpecialCircumstance.objects.visible_to(actor(request)))
        return get_object_or_404(rows.only("pk", "circumstance_id"), public_id=public_id)

    @extend_schema(operation_id="evidence_open", request=commands.PurposeSerializer, responses=ANY_FILE)
    def post(self, request: ApiRequest, public_id: Any) -> HttpResponse:
        """The file in the clear; the look is on record before it is unsealed."""
        evidence = self._found(request, public_id)
        form = commands.PurposeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            opened = open_evidence(by=actor(request), evidence_id=evidence.pk, **form.validated_data)
        except SealBroken as error:
            raise broken_seal() from error
        return HttpResponse(
            opened.content,
            content_type=opened.content_type,
            headers={
                "Content-Disposition": content_disposition_header(True, opened.name) or "attachment",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            },
        )

    @extend_schema(operation_id="evidence_remove", responses={204: None})
    def delete(self, request: ApiRequest, public_id: Any) -> Response:
        """Take one's file back while the request is still a draft."""
        remove_evidence(by=actor(request), evidence_id=self._found(request, public_id).pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
