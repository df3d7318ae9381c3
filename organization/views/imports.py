"""Imports in the browser: upload, say which column is which, look at the check, import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from organization.changes import Impact, Planned, impact_of
from organization.enums import ChangeCause, ImportKind, ImportStatus
from organization.filters_imports import ImportRunFilter
from organization.forms.imports import AcceptRowForm, ColumnsForm, HeaderForm, UploadForm
from organization.http import UserRequest
from organization.importing.base import importer_for, registered_kinds
from organization.importing.files import Source
from organization.importing.layout import HEADER_ROWS, find_layout, guess_header, header_text
from organization.importing.reasons import ACCEPTABLE, ImportFileError
from organization.importing.reports import rejects_csv, template_csv, template_xlsx
from organization.importing.rows import Reject
from organization.importing.stored import StoredRejects
from organization.models import Employee, ImportRun, User
from organization.services import imports as services

PAGE = 25
UNPROCESSABLE = 422
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Kinds whose import can create what is missing.
CREATES = (ImportKind.EMPLOYEES, ImportKind.POSITION_TASKS)

may_import = permission_required(services.PERMISSION, raise_exception=True)


def _crumbs(*tail: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Imports"), reverse("organization:import_list")), *tail]


def _run(pk: int) -> ImportRun:
    """The run without its rejects, which can be many megabytes."""
    return get_object_or_404(ImportRun.objects.defer("rejects").select_related("created_by"), pk=pk)


@require_safe
@may_import
@vary_on_headers("HX-Request")
def import_list(request: UserRequest) -> HttpResponse:
    runs = ImportRun.objects.defer("rejects").select_related("created_by")
    filtered = ImportRunFilter(request.GET, queryset=runs)
    page = Paginator(filtered.qs, PAGE).get_page(request.GET.get("page"))
    context = {"filter": filtered, "page_obj": page, "crumbs": [(_("Imports"), "")]}
    is_part = bool(request.htmx)
    name = "partials/import_table.html" if is_part else "imports/list.html"
    return render(request, f"organization/{name}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def import_new(request: UserRequest) -> HttpResponse:
    form = UploadForm(
        request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "employees")}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.create_run(
                by=request.user,
                kind=form.cleaned_data["kind"],
                file=file,
                name=file.name,
                create_missing=form.cleaned_data["create_missing"],
            )
        except ImportFileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("organization:import_detail" if run.mapping else "organization:import_columns", run.pk)
    kinds = [(kind, ImportKind(kind).label) for kind in registered_kinds()]
    context = {"form": form, "kinds": kinds, "elsewhere": _elsewhere(), "crumbs": _crumbs((_("New import"), ""))}
    return render(request, "organization/imports/new.html", context, status=UNPROCESSABLE if form.errors else 200)


def _elsewhere() -> list[tuple[str, str]]:
    """Kinds that belong to one thing, with the page where their files are uploaded."""
    pages = [(kind, importer_for(kind).upload_url_name) for kind in registered_kinds()]
    return [(str(ImportKind(kind).label), reverse(name)) for kind, name in pages if name]


@require_safe
@may_import
def import_detail(request: UserRequest, pk: int) -> HttpResponse:
    run = _run(pk)
    if run.status == ImportStatus.QUEUED and not run.mapping:
        return redirect("organization:import_columns", pk)
    # StoredRejects counts and slices, which is all that a paginator asks for.
    page: Page[Reject] = Paginator(StoredRejects(run.pk), PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    context = {
        "run": run,
        "page_obj": page,
        "lines": [_line(run, item) for item in page.object_list],
        "warnings": [Reject.from_json(item) for item in run.counts.get("warnings", [])],
        "progress": _progress(run),
        "further": _further(run),
        "can_create": run.kind in CREATES,
        "can_restart": run.status in services.RESTARTABLE and bool(run.mapping and run.file),
        "import_action": _import_action(run),
        "impact": _impact(request.user, run),
        "crumbs": _crumbs((run.file_name, "")),
    }
    return render(request, "organization/imports/detail.html", context)


def _further(run: ImportRun) -> list[tuple[str, int]]:
    """Numbers that only this kind of file has, in words."""
    labels = importer_for(run.kind).further_labels
    return [(str(labels[name]), number) for name, number in run.counts.get("further", {}).items() if number]


def _impact(user: User, run: ImportRun) -> Impact:
    """What importing would hit, while nothing is imported yet; a change of home is counted with one of post."""
    affected = run.counts.get("affected", {}) if run.status in services.RESTARTABLE else {}
    ids = {pk for found in affected.values() for pk in found}
    if not ids:
        return Impact()
    cause = ChangeCause(next(iter(affected)))
    return impact_of(user, Planned(cause, Employee.objects.filter(pk__in=ids), timezone.localdate()))


def _line(run: ImportRun, item: Reject) -> dict[str, Any]:
    return {
        "item": item,
        "can_accept": item.code in ACCEPTABLE and run.status in services.RESTARTABLE,
        "accepted": run.accepted_exceptions.get(str(item.row), "") if item.code in ACCEPTABLE else "",
    }


def _import_action(run: ImportRun) -> tuple[str, str] | None:
    """Value and words of the button that imports; None where there is nothing to import or nothing to wait for."""
    if run.status not in (ImportStatus.CHECKED, ImportStatus.REJECTED) or not run.done_rows:
        return None
    if not run.counts.get("rejected"):
        return "import", _("Import now")
    words = ngettext("Import only the %(count)s valid row", "Import only the %(count)s valid rows", run.done_rows)
    return "import_valid", words % {"count": run.done_rows}


def _progress(run: ImportRun) -> dict[str, Any] | None:
    """What the bar shows while the worker has the run; None when it is at rest."""
    if run.status not in (ImportStatus.QUEUED, ImportStatus.RUNNING):
        return None
    found = services.progress_of_run(run.pk)
    labels = {
        "reading": _("Reading the file"),
        "checking": _("Checking the rows"),
        "saving": _("Saving"),
    }
    if found is None:
        return {"label": _("Waiting for the worker"), "value": 0, "max": 1, "text": ""}
    text = ""
    if found["phase"] == "checking":
        text = _("%(done)s of %(total)s rows") % {"done": found["done"], "total": found["total"]}
    elif found["phase"] == "saving":
        text = _("step %(done)s of %(total)s") % {"done": found["done"], "total": found["total"]}
    return {"label": labels[found["phase"]], "value": found["done"], "max": found["total"] or 1, "text": text}


@require_safe
@may_import
def import_progress(request: UserRequest, pk: int) -> HttpResponse:
    """Asked every two seconds by the bar; once the run is at rest the whole page loads again."""
    run = _run(pk)
    progress = _progress(run)
    if progress is None:
        if not request.htmx:
            return redirect("organization:import_detail", pk)
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {**progress, "poll_url": reverse("organization:import_progress", args=[pk])}
    return render(request, "partials/progress.html", context)


# Columns by hand -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def import_columns(request: UserRequest, pk: int) -> HttpResponse:
    run = _run(pk)
    if run.status == ImportStatus.DONE or not run.file:
        return redirect("organization:import_detail", pk)
    try:
        with run.file.open("rb") as stream:
            source = importer_for(run.kind).open(stream)
            given = HeaderForm(request.POST or request.GET or None)
            sheet, number = _header_place(run, source, given)
            rows = source.rows(sheet, HEADER_ROWS + 5)
    except (ImportFileError, FileNotFoundError) as error:
        messages.error(request, str(error))
        return redirect("organization:import_detail", pk)
    header = next((row for row in rows if row[0] == number), (number, []))
    sample = next((row for row in rows if row[0] > number and any(header_text(value) for value in row[1])), None)
    form = ColumnsForm(request.POST or None, kind=run.kind, header=header, sample=sample)
    if request.method == "POST" and form.is_valid() and _map(request, run, sheet, number, form):
        return redirect("organization:import_detail", pk)
    context = {
        "run": run,
        "form": form,
        "sheet": sheet,
        "header_row": number,
        "preview": [(row[0], [header_text(value)[:40] for value in row[1][:12]]) for row in rows[:HEADER_ROWS]],
        "crumbs": _crumbs((run.file_name, reverse("organization:import_detail", args=[pk])), (_("Columns"), "")),
    }
    return render(request, "organization/imports/columns.html", context, status=UNPROCESSABLE if form.errors else 200)


def _header_place(run: ImportRun, source: Source, given: HeaderForm) -> tuple[str, int]:
    """Sheet and row of the headings: as chosen, as kept, as found, or the fullest of the first rows."""
    sheets = source.sheets()
    if given.is_bound and given.is_valid():
        sheet = given.cleaned_data["sheet"]
        return sheet if sheet in sheets else sheets[0], given.cleaned_data["header_row"]
    if run.mapping:
        return run.mapping["sheet"], int(run.mapping["header_row"])
    found = find_layout(source, importer_for(run.kind).columns) or guess_header(source)
    return (found.sheet, found.header_row) if found else (sheets[0], 1)


def _map(request: UserRequest, run: ImportRun, sheet: str, number: int, form: ColumnsForm) -> bool:
    try:
        services.map_columns(
            by=request.user,
            run_id=run.pk,
            sheet=sheet,
            header_row=number,
            columns=form.columns(),
            remember=form.cleaned_data["remember"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


# Acts ------------------------------------------------------------------------------------------------------------


@require_POST
@may_import
def import_start(request: UserRequest, pk: int) -> HttpResponse:
    """Check again, import, or import only the valid rows."""
    run = _run(pk)
    action = request.POST.get("action", "check")
    services.start_run(
        by=request.user,
        run_id=run.pk,
        dry_run=action not in ("import", "import_valid"),
        create_missing="create_missing" in request.POST,
        accept_valid=action == "import_valid",
    )
    return redirect("organization:import_detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def import_accept(request: UserRequest, pk: int, row: int) -> HttpResponse:
    """Let a row pass whose NIP does not fit birth date or sex."""
    run = get_object_or_404(ImportRun, pk=pk)
    items = [Reject.from_json(item) for item in run.rejects if item["row"] == row]
    if not any(item.code in ACCEPTABLE for item in items):
        raise Http404
    form = AcceptRowForm(request.POST or None, initial={"reason": run.accepted_exceptions.get(str(row), "")})
    detail = reverse("organization:import_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        services.accept_exception(by=request.user, run_id=pk, row=row, reason=form.cleaned_data["reason"])
        messages.success(request, _("Row %(row)s will pass the next check.") % {"row": row})
        return redirect(detail)
    title = _("Accept row %(row)s with a reason") % {"row": row}
    context = {
        "title": title,
        "text": _("The NIP stays as it is, and the reason is kept with the person."),
        "facts": [{"label": f"{item.column} [{item.value}]", "value": item.reason} for item in items],
        "form": form,
        "button": _("Accept the row"),
        "cancel_url": detail,
        "crumbs": _crumbs((run.file_name, detail), (title, "")),
    }
    return render(request, "organization/imports/confirm.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def import_discard(request: UserRequest, pk: int) -> HttpResponse:
    """Throw the uploaded file and what the check found away."""
    run = _run(pk)
    if request.method == "POST":
        services.discard_run(by=request.user, run_id=pk)
        messages.success(request, _("The file was deleted."))
        return redirect("organization:import_list")
    detail = reverse("organization:import_detail", args=[pk])
    context = {
        "title": _("Discard this import"),
        "text": _("The uploaded file and the result of its check are deleted. Nothing was saved from it."),
        "facts": [{"label": _("File"), "value": run.file_name}],
        "button": _("Discard"),
        "danger": True,
        "cancel_url": detail,
        "crumbs": _crumbs((run.file_name, detail), (_("Discard"), "")),
    }
    return render(request, "organization/imports/confirm.html", context)


# Downloads -------------------------------------------------------------------------------------------------------


@require_safe
@may_import
def import_rejects(request: UserRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun.objects.only("pk"), pk=pk)
    return _download(rejects_csv(StoredRejects(run.pk)), f"rejects-{run.pk}.csv", "text/csv; charset=utf-8")


@require_safe
@may_import
def import_template(request: UserRequest, kind: str, ending: str) -> HttpResponse:
    """An empty list with the usual headings."""
    if kind not in registered_kinds() or ending not in ("csv", "xlsx"):
        raise Http404
    importer = importer_for(kind)
    if ending == "csv":
        return _download(template_csv(importer), f"{kind}.csv", "text/csv; charset=utf-8")
    return _download(template_xlsx(importer), f"{kind}.xlsx", XLSX_TYPE)


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)
