"""The daily export of who is granted what, for HR of the agency and its auditors."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from fwa.models import GrantExport
from organization.http import UserRequest
from organization.views.pages import paginate, render_list, require_permission

PERMISSION = "fwa.view_grant_exports"
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


@require_safe
def grant_exports(request: UserRequest) -> HttpResponse:
    """One line a day, the newest first."""
    require_permission(request, PERMISSION)
    context = {
        "page_obj": paginate(request, GrantExport.objects.order_by("-day")),
        "crumbs": [(_("Daily export"), "")],
    }
    return render_list(request, "fwa/exports/grants.html", "fwa/exports/grants_table.html", context)


@require_safe
@never_cache
def grant_export_file(request: UserRequest, pk: int, form: str) -> FileResponse:
    require_permission(request, PERMISSION)
    return export_file(get_object_or_404(GrantExport, pk=pk), form)


def export_file(export: GrantExport, form: str) -> FileResponse:
    """One of the two files of an export. Raises Http404 for another form, and when the file is gone."""
    if form not in TYPES:
        raise Http404
    field = export.csv_file if form == "csv" else export.jsonl_file
    try:
        opened = field.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        opened, as_attachment=True, filename=f"penetapan-{export.day.isoformat()}.{form}", content_type=TYPES[form]
    )
