"""The verdicts of many people for one kind of request: one query per policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from eligibility.criteria.base import Ask
from eligibility.enums import POLICIES_OF_KIND
from eligibility.screening import ScreeningResult, screen_many, versions_in_force
from fwa.data import DraftData
from organization.models import Employee


def screen_people(employee_ids: Collection[int], draft: DraftData, *, on: date) -> dict[int, list[ScreeningResult]]:
    """Screen by every policy that the kind needs, as `screen_for` does one person.

    Raises ValidationError when a policy is not published. Source: criteria Arts 23-26 [Q].
    """
    codes = POLICIES_OF_KIND[draft.kind]
    versions = versions_in_force(on, codes)
    if len(versions) < len(codes):
        raise ValidationError(_("There is no published policy for this kind of flexibility yet."), "no_policy")
    ask = Ask(kind=draft.kind, place_kind=draft.place_kind, domicile_id=None)
    people = Employee.objects.filter(pk__in=employee_ids)
    found: dict[int, list[ScreeningResult]] = defaultdict(list)
    for version in versions:
        for result in screen_many(people, version, on=on, ask=ask):
            found[result.employee_id].append(result)
    return found
