"""Everything attendance owns; one file per subject."""

from attendance.models.absences import Absence
from attendance.models.assignments import Assignment, AssignmentDay
from attendance.models.judgements import (
    Contact,
    ContactAttempt,
    Correction,
    Heartbeat,
    IntegrityFlag,
    OutageWindow,
    ThresholdFlag,
)
from attendance.models.patterns import (
    PatternHours,
    RotationPattern,
    RotationStep,
    RotationTeam,
    Shift,
    ShiftMinimum,
    TeamMember,
    UnitPattern,
    WorkPattern,
)
from attendance.models.presence import (
    HomePoint,
    LocationAccess,
    PresenceEvent,
    PresenceEvidence,
    PresencePrompt,
    Terminal,
    TerminalPin,
)
from attendance.models.recaps import AttendanceRecap, FeedAddress, RecapExport, RecapMonth
from attendance.models.rosters import Roster, RosterChange, RosterEntry, RosterProposal, ShiftSwap
from attendance.models.terms import AttendanceTerms, LadderStep, PrivacyAcknowledgement, PrivacyNotice
from attendance.models.workdays import StaleDay, WorkDay

__all__ = [
    "Absence",
    "Assignment",
    "AssignmentDay",
    "AttendanceRecap",
    "AttendanceTerms",
    "Contact",
    "ContactAttempt",
    "Correction",
    "FeedAddress",
    "Heartbeat",
    "HomePoint",
    "IntegrityFlag",
    "LadderStep",
    "LocationAccess",
    "OutageWindow",
    "PatternHours",
    "PresenceEvent",
    "PresenceEvidence",
    "PresencePrompt",
    "PrivacyAcknowledgement",
    "PrivacyNotice",
    "RecapExport",
    "RecapMonth",
    "Roster",
    "RosterChange",
    "RosterEntry",
    "RosterProposal",
    "RotationPattern",
    "RotationStep",
    "RotationTeam",
    "Shift",
    "ShiftMinimum",
    "ShiftSwap",
    "StaleDay",
    "TeamMember",
    "Terminal",
    "TerminalPin",
    "ThresholdFlag",
    "UnitPattern",
    "WorkDay",
    "WorkPattern",
]
