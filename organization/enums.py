"""Kinds and states of the organisation, in the field's own terms (glossary: regulation 9)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """Roles that are granted; heads and supervisors follow from placements and need no grant."""

    HR_ADMIN = "hr_admin", _("HR admin")
    EVIDENCE_OFFICER = "evidence_officer", _("Evidence officer")
    AUTHORITY = "authority", _("Determining authority")
    AUDITOR = "auditor", _("Internal auditor")


# Roles that may look at people beyond their own team, inside the unit subtree of the grant.
OVERSIGHT_ROLES = (Role.HR_ADMIN, Role.AUTHORITY, Role.AUDITOR)
# Roles that must log in with a second factor outside the demo (design 6).
TWO_FACTOR_ROLES = (Role.HR_ADMIN, Role.AUDITOR)


class EmployeeKind(models.TextChoices):
    """Kinds of civil servant (pegawai ASN)."""

    PNS = "pns", "PNS"
    CPNS = "cpns", "CPNS"
    PPPK = "pppk", "PPPK"
    PPPK_PART_TIME = "pppk_part_time", _("PPPK part-time")


class Sex(models.TextChoices):
    MALE = "1", _("male")
    FEMALE = "2", _("female")


class PositionKind(models.TextChoices):
    """Groups of posts (jabatan); JPT = senior leadership."""

    JPT_UTAMA = "jpt_utama", "JPT Utama"
    JPT_MADYA = "jpt_madya", "JPT Madya"
    JPT_PRATAMA = "jpt_pratama", "JPT Pratama"
    ADMINISTRATOR = "administrator", "Administrator"
    PENGAWAS = "pengawas", "Pengawas"
    FUNGSIONAL = "fungsional", "Fungsional"
    PELAKSANA = "pelaksana", "Pelaksana"


class EntryReason(models.TextChoices):
    """Why a placement began. Only the first four make an employee "new" (PermenPANRB 4/2025 Art 25(1) [Q])."""

    RECRUITMENT = "recruitment", _("recruitment")
    PROMOTION = "promotion", _("promotion")
    TRANSFER = "transfer", _("transfer")
    ROTATION = "rotation", _("rotation")
    RENAMING = "renaming", _("confirmation after a renaming")
    ADMINISTRATIVE = "administrative", _("change of supervisor or office only")


class ServiceBody(models.TextChoices):
    """Where the employee is assigned; the last three are outside the regulation (Art 38 [Q])."""

    AGENCY = "agency", _("this agency")
    TNI = "tni", _("assigned in TNI")
    POLRI = "polri", _("assigned in Polri")
    MISSION_ABROAD = "mission_abroad", _("mission abroad")


class DelegationKind(models.TextChoices):
    """Who signs in whose place: Plh. for a short absence, Plt. for a vacant post."""

    PLH = "plh", "Plh."
    PLT = "plt", "Plt."


class DisciplineStatus(models.TextChoices):
    EXAMINATION = "examination", _("under examination")
    SANCTIONED = "sanctioned", _("sanctioned")
    CLOSED = "closed", _("closed without sanction")


class SanctionLevel(models.TextChoices):
    """Levels of disciplinary sanction (PP 94/2021)."""

    LIGHT = "light", _("light")
    MEDIUM = "medium", _("medium")
    SEVERE = "severe", _("severe")


class HolidayKind(models.TextChoices):
    PUBLIC = "public", _("public holiday")
    JOINT_LEAVE = "joint_leave", _("joint leave")


class ReadinessStatus(models.TextChoices):
    DECLARED = "declared", _("declared, waits for HR")
    CONFIRMED = "confirmed", _("confirmed by HR")


class ProposalStatus(models.TextChoices):
    """States of a proposal for the task mapping."""

    WAITING = "waiting", _("waits for HR")
    CONFIRMED = "confirmed", pgettext_lazy("proposal", "confirmed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "withdrawn")


class LimitSetter(models.TextChoices):
    """Who set a limit (marks of regulation 8): the agency by decree or HR, or a unit head who tightens."""

    AGENCY = "P", _("decree or HR")
    UNIT = "U", _("unit head")


class ChangeCause(models.TextChoices):
    """What changed so that running arrangements are looked at again (design 3)."""

    DISCIPLINE = "discipline_case", _("discipline case")
    PLACEMENT = "placement", _("placement")
    RATING = "rating", _("official rating")
    POLICY = "policy_version", _("new version of the rules")
    DECREE = "agency_decree", _("the agency's decree")
    UNIT = "unit", _("the unit's duties or readiness")
    TASKS = "task_mapping", _("task mapping")
    DOMICILE = "domicile", _("registered address")
    OUTPUTS = "outputs", _("promised outputs")
    TIME = "time", _("a date passed")


class ImportStatus(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    CHECKED = "checked", _("checked, nothing saved")
    DONE = "done", _("imported")
    REJECTED = "rejected", _("rejected, nothing saved")
    FAILED = "failed", _("stopped by an error")


class ImportKind(models.TextChoices):
    EMPLOYEES = "employees", _("employees")
    POSITION_TASKS = "position_tasks", _("task types per position")
    DISCIPLINE = "discipline", _("discipline cases")
    ABSENCES = "absences", _("absences")
    RATINGS = "ratings", _("official predicates")
    WORK_RESULTS = "work_results", _("work results")
    PRESENCE = "presence", _("entries of a terminal")
    TERMINAL_PINS = "terminal_pins", _("PINs of a terminal")


class DeliveryState(models.TextChoices):
    """How far the message to a webhook is."""

    WAITING = "waiting", _("on its way")
    SENT = "sent", _("delivered")
    FAILED = "failed", _("given up")


# What a service user may be: a system reads and prepares, it never decides and never opens sealed evidence.
SERVICE_ROLES = (Role.HR_ADMIN, Role.AUDITOR)
