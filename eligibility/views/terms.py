"""General terms from a day on, kinds of special circumstance, and single posts that a decree leaves out."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eligibility.defaults import REGULATION
from eligibility.enums import PlaceKind, article
from eligibility.forms_terms import CircumstanceKindForm, ExcludePostForm, TermsForm
from eligibility.models import ArrangementTerms, CircumstanceKind
from eligibility.selectors import terms_on
from eligibility.services.terms import save_kind, set_terms, withdraw_terms
from organization.forms.base import LastDayForm
from organization.http import UserRequest
from organization.models import ExcludedPost
from organization.services.excluded_posts import end_exclusion, exclude_post
from organization.views.pages import Crumbs, FormPage, do, handle_form, paginate, require_permission

EDIT = "eligibility.edit_policy"


def _crumbs(*more: tuple[str, str]) -> Crumbs:
    return [(_("Policies"), reverse("eligibility:policy_list")), *more]


@require_safe
def terms(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Cap, quota, places and terms of time with their articles: today's, or those of one row of the history."""
    today = timezone.localdate()
    rows = ArrangementTerms.objects.order_by("-valid_from")
    current: ArrangementTerms | None
    if pk is not None:
        current = get_object_or_404(rows, pk=pk)
    else:
        current = terms_on(today) or rows.filter(valid_from__gt=today).last()
    kinds = current.place_kinds if current else []
    own = (_("General terms"), "") if pk is None else (_("General terms"), reverse("eligibility:terms"))
    context = {
        "terms": current,
        "today": today,
        "places": [PlaceKind(kind).label for kind in kinds],
        "counted": [PlaceKind(kind).label for kind in kinds if current and current.counts_toward_cap(kind)],
        "article_cap": article(f"{REGULATION} Ps. 13(1)"),
        "article_quota": article(f"{REGULATION} Ps. 13"),
        "article_places": article(f"{REGULATION} Ps. 12"),
        "page_obj": paginate(request, rows),
        "may_edit": request.user.has_perm(EDIT),
        "crumbs": _crumbs(own) if pk is None or not current else _crumbs(own, (_("One period"), "")),
    }
    return render(request, "eligibility/terms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def terms_new(request: UserRequest) -> HttpResponse:
    """New general terms from a day on, starting from the latest."""
    require_permission(request, EDIT)
    form = TermsForm(request.POST or None, terms=ArrangementTerms.objects.order_by("-valid_from").first())
    page = FormPage(
        title=_("New general terms"),
        intro=_("The terms before end the day before. Days granted already keep what they were granted under."),
        submit=_("Set the terms"),
        cancel_url=reverse("eligibility:terms"),
        crumbs=_crumbs((_("General terms"), reverse("eligibility:terms")), (_("New general terms"), "")),
        template="eligibility/terms_form.html",
    )
    return handle_form(
        request,
        form,
        page,
        lambda: set_terms(
            by=request.user,
            valid_from=form.cleaned_data["valid_from"],
            decree_no=form.cleaned_data["decree_no"],
            values=form.values(),
        ),
        done=_("The general terms are set."),
        done_url=reverse("eligibility:terms"),
    )


@require_POST
def terms_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Take back terms that do not apply yet."""
    require_permission(request, EDIT)
    get_object_or_404(ArrangementTerms, pk=pk)
    return do(
        request,
        lambda: withdraw_terms(by=request.user, terms_id=pk),
        done=_("The terms are withdrawn; those before them run on."),
        back=reverse("eligibility:terms"),
    )


@require_safe
def kind_list(request: UserRequest) -> HttpResponse:
    """The agency's list of special circumstances (Art 30)."""
    context = {
        "page_obj": paginate(request, CircumstanceKind.objects.order_by("-is_active", "name", "pk")),
        "may_edit": request.user.has_perm(EDIT),
        "crumbs": _crumbs((_("Special circumstances"), "")),
    }
    return render(request, "eligibility/kind_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kind_edit(request: UserRequest, code: str | None = None) -> HttpResponse:
    """Add a kind, change it, or switch it off."""
    require_permission(request, EDIT)
    kind = get_object_or_404(CircumstanceKind, code=code) if code else None
    form = CircumstanceKindForm(request.POST or None, instance=kind)
    back = reverse("eligibility:kind_list")
    title = kind.label if kind else _("New kind of special circumstance")
    page = FormPage(
        title=title,
        intro=_("Requests under way keep what they were sent with.")
        if kind
        else _("It waives no rule before a version of a policy says so."),
        submit=_("Save"),
        cancel_url=back,
        crumbs=_crumbs((_("Special circumstances"), back), (title, "")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: save_kind(by=request.user, code=code, values=form.cleaned_data),
        done=_("Saved."),
        done_url=back,
    )


@require_safe
def excluded_posts(request: UserRequest) -> HttpResponse:
    """Single posts that a decree leaves out, those of the past at the end."""
    rows = ExcludedPost.objects.select_related("position").order_by("-valid_from", "position__name", "pk")
    context = {
        "page_obj": paginate(request, rows),
        "today": timezone.localdate(),
        "may_edit": request.user.has_perm("organization.manage_posts"),
        "crumbs": _crumbs((_("Excluded posts"), "")),
    }
    return render(request, "eligibility/excluded_posts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def excluded_post_new(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.manage_posts")
    form = ExcludePostForm(request.POST or None)
    back = reverse("eligibility:excluded_posts")
    page = FormPage(
        title=_("Exclude a post"),
        intro=_("Who holds it is not eligible from that day. Kinds of post are excluded by a rule of the policy."),
        submit=_("Exclude the post"),
        cancel_url=back,
        crumbs=_crumbs((_("Excluded posts"), back), (_("Exclude a post"), "")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: exclude_post(
            by=request.user,
            position_id=form.cleaned_data["position"].pk,
            valid_from=form.cleaned_data["valid_from"],
            valid_to=form.cleaned_data["valid_to"],
            decree_no=form.cleaned_data["decree_no"],
        ),
        done=_("The post is excluded."),
        done_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def excluded_post_end(request: UserRequest, pk: int) -> HttpResponse:
    require_permission(request, "organization.manage_posts")
    row = ExcludedPost.objects.select_related("position").filter(pk=pk).first()
    if row is None:
        raise Http404
    form = LastDayForm(request.POST or None)
    back = reverse("eligibility:excluded_posts")
    page = FormPage(
        title=_("End the exclusion"),
        intro=str(row.position),
        submit=_("End the exclusion"),
        cancel_url=back,
        crumbs=_crumbs((_("Excluded posts"), back), (_("End the exclusion"), "")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: end_exclusion(by=request.user, exclusion_id=pk, last_day=form.cleaned_data["last_day"]),
        done=_("The exclusion ends."),
        done_url=back,
    )
