"""Single posts that a decree leaves out, by REST: everybody reads them, HR of the agency adds one and lets it end."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from config.viewsets import ReadViewSet, needs
from organization.api.base import RefSerializer, actor
from organization.filters_posts import ExcludedPostFilter
from organization.models import ExcludedPost, Position
from organization.services.excluded_posts import end_exclusion, exclude_post


class ExcludedPostSerializer(serializers.ModelSerializer):
    """A post without flexible work in a period; no `valid_to`: until further notice."""

    position = RefSerializer()

    class Meta:
        model = ExcludedPost
        fields = ["id", "position", "valid_from", "valid_to", "decree_no"]
        read_only_fields = fields


class ExcludePostSerializer(serializers.Serializer):
    """A post to leave out; `position` is an id."""

    position = serializers.PrimaryKeyRelatedField(queryset=Position.objects.all())
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, default=None)
    decree_no = serializers.CharField(max_length=120)


class EndExclusionSerializer(serializers.Serializer):
    """The last day; yesterday ends it at once."""

    last_day = serializers.DateField()


class ExcludedPostViewSet(ReadViewSet):
    """Posts that a decree leaves out, those of the past at the end."""

    queryset = ExcludedPost.objects.none()
    serializer_class = ExcludedPostSerializer
    filterset_class = ExcludedPostFilter

    def get_permissions(self) -> list[BasePermission]:
        return [needs("organization.manage_posts")() if self.action in ("create", "end") else IsAuthenticated()]

    def get_queryset(self) -> QuerySet[ExcludedPost]:
        return ExcludedPost.objects.select_related("position").order_by("-valid_from", "position__name", "pk")

    @extend_schema(request=ExcludePostSerializer, responses={201: ExcludedPostSerializer})
    def create(self, request: Request) -> Response:
        """Leave a post out from a day on; running arrangements of its holders come under review."""
        form = ExcludePostSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        sent = dict(form.validated_data)
        made = exclude_post(by=actor(request), position_id=sent.pop("position").pk, **sent)
        return Response(ExcludedPostSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EndExclusionSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Let it end; one that never applied is removed with it."""
        row: ExcludedPost = self.get_object()
        form = EndExclusionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        end_exclusion(by=actor(request), exclusion_id=row.pk, last_day=form.validated_data["last_day"])
        return Response(status=status.HTTP_204_NO_CONTENT)
