"""Putting a draft in force, as a second person: recompute, ask about what moved since the simulation, publish."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from eligibility import notifications
from eligibility.differences import difference_between
from eligibility.enums import VersionStatus
from eligibility.errors import AlreadyPublished, FactsMoved, NotAskedFor, StaleDraft
from eligibility.models import PolicyVersion, SentBack, Simulation
from eligibility.services.policies import put_in_force
from eligibility.services.simulations import carry_out
from eligibility.simulation import base_of, rules_digest
from organization.changes import facts_changed
from organization.enums import ChangeCause
from organization.guards import refuse_past, require
from organization.models import User


def _locked(version_id: int) -> PolicyVersion:
    """People are read when they are asked for: joined to a row that was waited for, they would be those of before."""
    rows = PolicyVersion.objects.select_for_update(of=("self",))
    version: PolicyVersion = rows.select_related("policy").get(pk=version_id)
    return version


@transaction.atomic
def publish_version(
    *,
    version_id: int,
    by: User,
    decree_no: str,
    decree_date: date,
    revision: int | None = None,
    confirm: str = "",
) -> PolicyVersion:
    """Put a draft in force from its `valid_from`; the version before it ends the day before, and one that was to begin
    on that day or later and has not begun is replaced: it is never in force.

    Everybody is judged again in this transaction, and that simulation is kept. Where somebody comes out otherwise than
    simulated (or gains or loses at all, where nobody simulated), FactsMoved names them; giving its digest as `confirm`
    publishes, as long as the difference is still the same. `revision`: the edit that the publisher looked at.

    Raises PermissionDenied (no right, or the last editor publishes: two people), ValidationError (no decree, a first
    day that is over, a rule of the law missing or softened, no coordination letter: Art 26 [Q]), and with 409
    AlreadyPublished, StaleDraft and FactsMoved.
    """
    version = _locked(version_id)
    require(by, "eligibility.publish_policy")
    if version.status != VersionStatus.DRAFT:
        raise AlreadyPublished(version)
    if version.number > 1 and version.edited_by_id == by.pk:
        raise PermissionDenied(_("Somebody else must publish what you edited last."))
    if revision is not None and revision != version.revision:
        raise StaleDraft(version.edited_by, revision=version.revision)
    _check_days(version, decree_date)
    simulated = simulation_to_hold(version)
    made = _simulate_now(version, by)
    difference = difference_between(simulated, made)
    put_in_force(version, by=by, decree_no=decree_no, decree_date=decree_date)
    if difference.total and confirm != difference.digest:
        raise FactsMoved(difference, was_simulated=simulated is not None)
    notifications.version_published(version, by=by)
    facts_changed(
        cause=ChangeCause.POLICY,
        employee_ids=None,
        on=version.valid_from,
        key=f"version:{version.pk}",
        detail={"policy": version.policy.code},
    )
    return version


def _check_days(version: PolicyVersion, decree_date: date | None) -> None:
    """What already happened keeps the version it was judged by."""
    refuse_past(version.valid_from)
    if decree_date and decree_date > version.valid_from:
        raise ValidationError({"decree_date": _("A decree does not apply before its own date.")})


def simulation_to_hold(version: PolicyVersion) -> Simulation | None:
    """The latest simulation of the rules as they stand, as of the version's first day, if there is one."""
    done = Simulation.objects.done().filter(version=version, as_of=version.valid_from, at_publication=False)
    return done.filter(rules_digest=rules_digest(version)).order_by("-cut_off_at", "-pk").first()


def _simulate_now(version: PolicyVersion, by: User) -> Simulation:
    simulation = Simulation.objects.create(
        version=version,
        base=base_of(version, version.valid_from),
        as_of=version.valid_from,
        rules_digest=rules_digest(version),
        at_publication=True,
        created_by=by,
    )
    return carry_out(simulation, version)


@transaction.atomic
def send_back_version(*, version_id: int, by: User, note: str) -> SentBack:
    """Do not publish: the draft goes back to its editor, with what has to be looked at again.

    Raises PermissionDenied, ValidationError (no note), AlreadyPublished and NotAskedFor (both 409).
    """
    version = _locked(version_id)
    require(by, "eligibility.publish_policy")
    if version.status != VersionStatus.DRAFT:
        raise AlreadyPublished(version)
    if version.submitted_at is None:
        raise NotAskedFor
    if not note.strip():
        raise ValidationError({"note": _("Say what has to be looked at again.")})
    sent_back = SentBack(version=version, revision=version.revision, note=note.strip(), sent_by=by)
    sent_back.full_clean()
    sent_back.save()
    told = {version.submitted_by_id, version.edited_by_id} - {by.pk, None}
    version.submitted_by, version.submitted_at = None, None
    version.save(update_fields=["submitted_by", "submitted_at"])
    notifications.sent_back(sent_back, user_ids=[pk for pk in told if pk is not None])
    return sent_back
