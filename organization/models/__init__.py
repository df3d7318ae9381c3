"""Everything the organisation owns; one file per subject."""

from organization.models.agency import AgencyDecree, AgencyProfile
from organization.models.calendar import Holiday, RamadanPeriod
from organization.models.connections import ApiClient, Webhook, WebhookDelivery
from organization.models.discipline import DisciplineCase
from organization.models.exchange import ColumnMapping, ImportRun, Notice, NumberSeries, OutboxMessage
from organization.models.excluded_posts import ExcludedPost
from organization.models.mail import DigestItem, MailPreference
from organization.models.national_periods import NationalPeriod
from organization.models.people import Domicile, Employee, Placement
from organization.models.posts import Position, PositionTask, TaskType
from organization.models.task_proposals import TaskMappingProposal, TaskMappingProposalLine
from organization.models.units import Site, StaffingMinimum, Unit, UnitReadiness, UnitVersion
from organization.models.users import AccountToken, Delegation, RoleGrant, User

__all__ = [
    "AccountToken",
    "AgencyDecree",
    "AgencyProfile",
    "ApiClient",
    "ColumnMapping",
    "Delegation",
    "DigestItem",
    "DisciplineCase",
    "Domicile",
    "Employee",
    "ExcludedPost",
    "Holiday",
    "ImportRun",
    "MailPreference",
    "NationalPeriod",
    "Notice",
    "NumberSeries",
    "OutboxMessage",
    "Placement",
    "Position",
    "PositionTask",
    "RamadanPeriod",
    "RoleGrant",
    "Site",
    "StaffingMinimum",
    "TaskMappingProposal",
    "TaskMappingProposalLine",
    "TaskType",
    "Unit",
    "UnitReadiness",
    "UnitVersion",
    "User",
    "Webhook",
    "WebhookDelivery",
]
