"""The first version of each policy, as regulation 8 lists its parameters: articles, marks and defaults as data.

A rule marked L stands on the law itself and must be in every version; its parameters are still the agency's (mark P).
What blocks beyond the articles is an added criterion and needs the Minister's coordination letter (Art 26 [Q]).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from eligibility.enums import Mark, PlaceKind, PolicyCode, Severity

REGULATION = "PermenPANRB 4/2025"


@dataclass(frozen=True)
class RuleSpec:
    """A rule before it stands in a version. `waivable`: any kind of special circumstance may waive it."""

    criterion: str
    legal_basis: str
    mark: str
    params: dict[str, Any] = field(default_factory=dict)
    severity: str = Severity.BLOCK
    waivable: bool = False
    coordination_no: str = ""


@dataclass(frozen=True)
class CircumstanceSpec:
    code: str
    name: str
    name_en: str
    evidence_hint: str
    lifts_weekly_cap: bool = True


_DECREE = RuleSpec("agency_decree", "Perpres 21/2023 Ps. 8(3)", Mark.DECREE)
_BODY = RuleSpec("excluded_body", f"{REGULATION} Ps. 38", Mark.LAW)
_POST = RuleSpec("excluded_post", "Perpres 21/2023 Ps. 8(3)", Mark.DECREE, {"kinds": []})
_SANCTION = RuleSpec("not_sanctioned", f"{REGULATION} Ps. 25(1)", Mark.LAW)
_EXAMINATION = RuleSpec("not_examined", f"{REGULATION} Ps. 25(1)", Mark.LAW)
_NEW = RuleSpec(
    "not_new_in_post",
    f"{REGULATION} Ps. 25(1)",
    Mark.LAW,
    {"months": 6, "triggers": ["recruitment", "promotion", "transfer", "rotation"]},
)
_KIND = RuleSpec("employee_kind", f"{REGULATION} Ps. 25(1)", Mark.DECREE, {"kinds": ["pns", "pppk", "pppk_part_time"]})
_PREDICATE = RuleSpec("min_predicate", f"{REGULATION} Ps. 26", Mark.DECREE, waivable=True)
_OUTPUTS = RuleSpec(
    "outputs_delivered", f"{REGULATION} Ps. 26", Mark.DECREE, {"min_pct": 80, "months": 12}, waivable=True
)
_SERVICE = RuleSpec("unit_service", "Perpres 21/2023 Ps. 7", Mark.DECREE)
_READY = RuleSpec("unit_ready", f"{REGULATION} Ps. 7", Mark.DECREE)
_PLACE = RuleSpec("place_allowed", f"{REGULATION} Ps. 12", Mark.DECREE, {"kinds": list(PlaceKind.values)})
_HOME = RuleSpec("home_registered", f"{REGULATION} Ps. 12(3)", Mark.LAW)


def _tasks(criterion: str, article: str) -> RuleSpec:
    return RuleSpec(criterion, f"{REGULATION} Ps. {article}", Mark.LAW, {"min_share_pct": 60})


_PERSON = (_DECREE, _BODY, _POST, _SANCTION, _EXAMINATION, _NEW, _KIND, _PREDICATE, _OUTPUTS)

# In the order in which eligibility is checked (regulation 8). Direct service and round-the-clock duty block another
# place, not other hours; shifts need no technology at home, so readiness is only noted there (DESIGN).
DEFAULT_RULES: dict[str, tuple[RuleSpec, ...]] = {
    PolicyCode.LOCATION: (*_PERSON, _tasks("location_tasks", "23"), _SERVICE, _READY, _PLACE, _HOME),
    PolicyCode.SHIFT: (*_PERSON, _tasks("shift_tasks", "24"), replace(_READY, severity=Severity.WARN)),
    PolicyCode.DYNAMIC: (*_PERSON, _tasks("dynamic_tasks", "24"), _READY),
}


def default_rules(policy_code: str, *, min_predicate: str | None, coordination_no: str) -> list[RuleSpec]:
    """The rules of version 1: without a lowest predicate its rule is left out.

    Without a coordination letter the share of delivered outputs is only a note for the person who decides.
    """
    chosen = []
    for spec in DEFAULT_RULES[policy_code]:
        if spec is _PREDICATE:
            if min_predicate is None:
                continue
            spec = replace(spec, params={"minimum": min_predicate}, coordination_no=coordination_no)
        elif spec is _OUTPUTS:
            severity = Severity.BLOCK if coordination_no else Severity.WARN
            spec = replace(spec, severity=severity, coordination_no=coordination_no)
        chosen.append(spec)
    return chosen


def required_by_law(policy_code: str) -> set[str]:
    """Criteria that no version of the policy may lack, soften or waive (mark L)."""
    return {spec.criterion for spec in DEFAULT_RULES[policy_code] if spec.mark == Mark.LAW}


# Neither the kinds nor a longest period were found in the regulation (1.6): the list is the agency's own.
CIRCUMSTANCE_KINDS: tuple[CircumstanceSpec, ...] = (
    CircumstanceSpec("pregnancy", "Kehamilan", "Pregnancy", "Surat keterangan dokter atau bidan"),
    CircumstanceSpec("breastfeeding", "Menyusui bayi", "Breastfeeding", "Akta kelahiran anak"),
    CircumstanceSpec("illness", "Sakit atau masa pemulihan", "Illness or recovery", "Surat keterangan dokter"),
    CircumstanceSpec("disability", "Disabilitas", "Disability", "Kartu atau surat keterangan disabilitas"),
    CircumstanceSpec(
        "family_care",
        "Merawat anggota keluarga yang sakit",
        "Caring for a sick family member",
        "Surat keterangan dokter dan kartu keluarga",
    ),
    CircumstanceSpec(
        "disaster", "Terdampak bencana", "Affected by a disaster", "Surat keterangan dari kelurahan atau BPBD"
    ),
    CircumstanceSpec(
        "other",
        "Keadaan khusus lain",
        "Another special circumstance",
        "Dokumen yang menjelaskan keadaan",
        lifts_weekly_cap=False,
    ),
)
