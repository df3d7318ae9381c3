"""Commands over what policies share: the general terms from a day on, and the kinds of special circumstance."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from eligibility.defaults import REGULATION
from eligibility.enums import article
from eligibility.errors import FixedByLaw
from eligibility.models import ArrangementTerms, CircumstanceKind
from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, refuse_past, require
from organization.models import User

EDIT = "eligibility.edit_policy"
MOST_DAYS_A_WEEK = 2


@transaction.atomic
def set_terms(*, by: User, valid_from: date, decree_no: str, values: dict[str, Any]) -> ArrangementTerms:
    """General terms from a day on; the running ones end the day before. `values`: further fields of ArrangementTerms.

    What `values` leaves out stays as in the terms before. Days granted already keep what they were granted under.
    Raises PermissionDenied, FixedByLaw (above the cap of Art 13(1) [Q]) and ValidationError (a day of the past, no
    decree, later terms exist).
    """
    require(by, EDIT)
    refuse_past(valid_from)
    running = _locked_running(valid_from)
    terms = _copy(running)
    for name, value in values.items():
        setattr(terms, name, value)
    terms.valid_from, terms.valid_to, terms.decree_no = valid_from, None, decree_no.strip()
    _check_terms(terms)
    if running:
        end_after(running, valid_from - ONE_DAY)
    return save_checked(terms)


def _locked_running(day: date) -> ArrangementTerms | None:
    """The terms of the day, locked. Two that begin at once meet at the constraint; later ones are never overtaken."""
    rows = list(ArrangementTerms.objects.select_for_update().order_by("valid_from"))
    later = next((row for row in rows if row.valid_from > day), None)
    if later:
        start = date_format(later.valid_from, "DATE_FORMAT")
        words = _("Terms from %(date)s are set already. Withdraw them first, or choose a later day.")
        raise ValidationError({"valid_from": words % {"date": start}})
    return next((row for row in reversed(rows) if row.valid_to is None or row.valid_to >= day), None)


def _copy(terms: ArrangementTerms | None) -> ArrangementTerms:
    if terms is None:
        return ArrangementTerms()
    skipped = {"id", "valid_from", "valid_to", "decree_no"}
    names = [field.name for field in ArrangementTerms._meta.concrete_fields if field.name not in skipped]
    return ArrangementTerms(**{name: getattr(terms, name) for name in names})


def _check_terms(terms: ArrangementTerms) -> None:
    if terms.max_days_per_week > MOST_DAYS_A_WEEK:
        why = _("At most two working days a week; the agency may only lower it.")
        raise FixedByLaw({"max_days_per_week": why}, article=article(f"{REGULATION} Ps. 13(1)"))
    problems = {}
    if terms.max_days_per_week < 1:
        problems["max_days_per_week"] = _("At least one. To stop flexible work, end the agency's decree.")
    if not terms.quota_pct:
        problems["quota_pct"] = _("Art 13 asks for a percentage of employees.")
    if not terms.place_kinds:
        problems["place_kinds"] = _("Choose at least one place.")
    if not terms.decree_no:
        problems["decree_no"] = _("The number of the decree is required.")
    if problems:
        raise ValidationError(problems)


@transaction.atomic
def withdraw_terms(*, by: User, terms_id: int) -> None:
    """Take back terms that do not apply yet; those before them run on. Raises ValidationError once they apply."""
    require(by, EDIT)
    rows = {row.pk: row for row in ArrangementTerms.objects.select_for_update().order_by("valid_from")}
    terms = rows.get(terms_id)
    if terms is None:
        raise ArrangementTerms.DoesNotExist
    if terms.valid_from <= timezone.localdate():
        raise ValidationError(_("These terms apply already. Set new ones from a later day."))
    before = next((row for row in rows.values() if row.valid_to == terms.valid_from - ONE_DAY), None)
    end = terms.valid_to
    terms.delete()
    if before:
        before.valid_to = end
        save_checked(before, update_fields=["valid_to"])


@transaction.atomic
def save_kind(*, by: User, code: str | None, values: dict[str, Any]) -> CircumstanceKind:
    """Add a kind of special circumstance (`code` None: made from the name), or change one. None is ever deleted.

    A new kind waives no rule before a version of a policy says so.
    """
    require(by, EDIT)
    if code is None:
        kind = CircumstanceKind(code=_new_code(values["name"]))
    else:
        kind = CircumstanceKind.objects.select_for_update().get(code=code)
    for name, value in values.items():
        setattr(kind, name, value)
    if not kind.name.strip():
        raise ValidationError({"name": _("Give it a name.")})
    return save_checked(kind)


def _new_code(name: str) -> str:
    """A code from the name that is not taken: "disaster", "disaster-2", …"""
    stem = slugify(name)[:36] or "kind"
    taken = set(CircumstanceKind.objects.filter(code__startswith=stem).values_list("code", flat=True))
    numbers = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(code for code in numbers if code not in taken)
