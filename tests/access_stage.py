"""One of everything that has an address, around the employee of the test world, and everybody who may ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from attendance.models import (
    Absence,
    AttendanceTerms,
    IntegrityFlag,
    LadderStep,
    OutageWindow,
    PresencePrompt,
    RecapExport,
    RecapMonth,
    RosterProposal,
    Terminal,
    TerminalPin,
    ThresholdFlag,
    UnitPattern,
    WorkPattern,
)
from attendance.services import suspend_assignment
from attendance.services.contacts import ask_reply
from attendance.services.corrections import CorrectionData, submit_correction
from attendance.services.feeds import make_feed
from eligibility.models import ArrangementTerms, CircumstanceKind, PolicyVersion
from eligibility.services import perform_run, perform_simulation, run_screening, start_simulation
from eligibility.services.drafts import start_draft
from fwa.models import ArrangementReview, Request
from fwa.services.chain import set_chain
from fwa.services.circumstances import claim_circumstance
from fwa.services.determination_decision import ask_decision, perform_decision
from fwa.services.determination_plan import prepare_determination
from fwa.services.determinations import add_from_list, save_determination
from fwa.services.exports import make_grant_export
from fwa.services.requests import save_draft, submit_request
from organization.models import (
    AgencyDecree,
    AgencyProfile,
    Delegation,
    DisciplineCase,
    Domicile,
    Employee,
    ExcludedPost,
    Holiday,
    NationalPeriod,
    Placement,
    Position,
    RamadanPeriod,
    RoleGrant,
    Site,
    StaffingMinimum,
    TaskMappingProposal,
    TaskType,
    UnitReadiness,
    User,
    WebhookDelivery,
)
from organization.services.imports import create_run, run_import
from organization.services.notices import notify
from organization.services.webhooks import create_webhook
from tests.attendance.presence_kit import OFFICE_AT, acknowledge, check, near, set_home
from tests.attendance.roster_kit import stage_rosters
from tests.fwa.determinations_kit import data as group_of
from tests.fwa.letters_kit import pdf_bytes, rendered, upload
from tests.organization.cast import Cast, days, make_cast, make_user
from tests.organization.importing import csv_bytes, staff
from tests.performance.contract_kit import stage_contracts
from tests.performance.evaluation_kit import stage_evaluations
from tests.performance.report_kit import stage_reports
from tests.performance.results_kit import stage_results
from tests.performance.review_kit import stage_reviews
from tests.systems import connect
from tests.world import SINCE, draft

#: Who asks, by the account of the cast that asks.
ROLES = {
    "nobody": None,
    "employee": "emp",
    "colleague": "col1",
    "outsider": "out",
    "supervisor": "sup",
    "head": "head",
    "hr": "hr",
    "hr elsewhere": "elsehr",
    "auditor": "audit",
    "authority": "boss",
    "evidence officer": "seal",
}


@dataclass
class Stage:
    """`users` by role; `places` are the arguments of addresses, by what they lead to."""

    users: dict[str, User | None]
    places: dict[str, tuple[Any, ...]] = field(default_factory=dict)


def make_stage() -> Stage:
    cast = make_cast()
    cast.users["elsehr"] = make_user("elsehr")
    RoleGrant.objects.create(user=cast.users["elsehr"], role="hr_admin", unit=cast.health, valid_from=SINCE)
    stage = Stage({role: cast.users[name] if name else None for role, name in ROLES.items()})
    _requests(cast, stage.places)
    _eligibility(cast, stage.places)
    _organization(cast, stage.places)
    _agency(cast, stage.places)
    _determinations(cast, stage.places)
    _reviews(cast, stage.places)
    _boards(cast, stage.places)
    _corrections(cast, stage.places)
    stage.places |= stage_rosters(cast)
    stage.places |= stage_reviews(cast)
    stage.places |= stage_contracts(cast)
    _proposals(cast, stage.places)
    _devices(cast, stage.places)
    _presence(cast, stage.places)
    stage.places |= stage_evaluations(cast)
    stage.places |= stage_results(cast)
    stage.places |= stage_reports(cast)
    return stage


def _recaps(cast: Cast) -> dict[str, tuple[Any, ...]]:
    """A locked month, and a workbook that HR asked for."""
    month = (days(0).replace(day=1) - timedelta(days=1)).replace(day=1)
    hr = cast.users["hr"]
    recap = RecapMonth.objects.create(month=month, locked_by=hr, locked_at=timezone.now())
    book = RecapExport.objects.create(month=month, asked_by=hr, asked_at=timezone.now(), status="done")
    book.file.save("rekap.xlsx", ContentFile(b"PK"))
    return {"recap": (recap.pk,), "recap month": (f"{month:%Y-%m}",), "recap file": (book.pk,)}


def _corrections(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    """A correction that waits, a step of the ladder reached, and a step of the agency's own."""
    asked = CorrectionData(day=days(-3), reason="forgotten", explanation="Lupa.", check_in=time(7, 30))
    flag = ThresholdFlag.objects.create(
        employee=cast.employees["emp"], year=days(0).year, days=3, label="ringan", raised_at=timezone.now()
    )
    step = LadderStep.objects.create(days=5, label="teguran", decree_no="1", valid_from=SINCE)
    contact = ask_reply(by=cast.users["sup"], employee_id=cast.employees["emp"].pk, message="Mohon dijawab.")
    places |= {
        "correction": (submit_correction(by=cast.users["emp"], data=asked).pk,),
        "threshold": (flag.pk,),
        "ladder step": (step.pk,),
        "contact": (contact.pk,),
        **_recaps(cast),
    }


def _proposals(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    """A proposal for the draft roster that came to nothing, and a day to look for people."""
    asked = RosterProposal.objects.create(
        roster_id=places["draft roster"][0], status="failed", asked_by=cast.users["head"], asked_at=timezone.now()
    )
    places["roster proposal"] = (asked.pk,)
    places["short day"] = (cast.law.pk, days(3).isoformat())


def _presence(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    """An entry of the employee with its sealed position, and the point of their home, which waits for HR."""
    emp = cast.employees["emp"]
    acknowledge(emp)
    event = check(emp, position=near(OFFICE_AT))
    prompt = PresencePrompt.objects.create(employee=emp, day=days(0), asked_at=timezone.now())
    places |= {"prompt": (prompt.pk,)}
    places |= {"presence event": (event.pk,), "home point": (set_home(emp, confirmed=False).pk,), "language": ("id",)}


def _devices(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    """A terminal with one PIN, and an outage of its office."""
    site = Site.objects.create(code="T", name="Kantor Terminal")
    terminal = Terminal.objects.create(code="T-1", name="Sidik jari", site=site, zone="Asia/Makassar")
    pin = TerminalPin.objects.create(terminal=terminal, pin="1", employee=cast.employees["emp"], valid_from=SINCE)
    now = timezone.now()
    outage = OutageWindow.objects.create(
        cause="site", site=site, starts_at=now - timedelta(hours=9), ends_at=now - timedelta(hours=8),
        reason="Listrik.", entered_by=cast.users["hr"], entered_at=now,
    )  # fmt: skip
    pattern = WorkPattern.objects.create(code="stage", name="Stage", kind="five_day")
    given = UnitPattern.objects.create(unit=cast.law, pattern=pattern, valid_from=days(900))
    terms = AttendanceTerms.objects.create(valid_from=days(-9000), valid_to=days(-8000))
    places |= {"work pattern": (pattern.pk,), "unit pattern": (given.pk,), "attendance terms": (terms.pk,)}
    flag = IntegrityFlag.objects.create(
        employee=cast.employees["emp"], day=days(-2), kind="clock", detail={"minutes": 30}, raised_at=now
    )
    places |= {"flag": (flag.pk,)}
    places |= {"terminal": (terminal.pk,), "terminal pin": (terminal.pk, pin.pk), "outage": (outage.pk,)}


def _boards(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    """A calendar address of the employee, with what is secret of it, and an absence."""
    row, token = make_feed(by=cast.users["emp"], scope="person")
    absence = Absence.objects.create(
        employee=cast.employees["emp"], kind="leave", reference="A/1", valid_from=days(70), valid_to=days(71)
    )
    places |= {"feed": (row.pk,), "feed address": (token,), "absence": (absence.pk,)}


def _reviews(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    """Two of the employee's running arrangement: one under way, and one that suspended it for later."""
    running = Request.objects.get(public_id=places["arrangement"][0])
    assignment = running.assignment
    assert assignment
    later = assignment.valid_from + timedelta(days=14)
    suspend_assignment(assignment=assignment, first=later, last=None)
    shared: dict[str, Any] = {
        "request": running,
        "assignment": assignment,
        "employee": running.employee,
        "unit": cast.law,
        "holder": cast.users["head"],
        "cause": "unit",
        "as_of": days(0),
        "opened_at": timezone.now(),
        "respond_by": days(5),
    }
    decided = {
        "status": "decided",
        "outcome": "suspended",
        "ground": "other",
        "reason": "Layanan.",
        "effective_from": later,
    }
    decided |= {"decided_by": cast.users["head"], "closed_at": timezone.now()}
    places |= {
        "review": (ArrangementReview.objects.create(**shared).public_id,),
        "suspended review": (ArrangementReview.objects.create(**shared, **decided).public_id,),
    }


def _determinations(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    """One decided and one prepared, both about two colleagues of the legal section."""
    for place, weekday in (("decided", 3), ("determination", 5)):
        made = save_determination(by=cast.users["hr"], data=group_of(cast.world.law, weekdays=(weekday,)))
        names = f"{cast.employees['col1'].nip}\n{cast.employees['col2'].nip}"
        add_from_list(by=cast.users["hr"], determination_id=made.pk, text=names)
        made = prepare_determination(by=cast.users["hr"], determination_id=made.pk)
        if place == "decided":
            asked = ask_decision(by=cast.users["boss"], determination_id=made.pk, digest=made.plan_digest)
            perform_decision(asked.pk, asked.asked_at.isoformat() if asked.asked_at else "")
        places[place] = (made.public_id,)


def _claim(user: User, fwa_request: Request) -> None:
    start = fwa_request.valid_from
    claim_circumstance(
        by=user,
        request_id=fwa_request.pk,
        kind_code="sick-family",
        valid_from=start,
        valid_to=start + timedelta(days=27),
        files=[upload(pdf_bytes(), "Surat Dokter.pdf")],
    )


def _requests(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    """A letter with its arrangement, a request of special circumstance at the supervisor, and a draft of one."""
    CircumstanceKind.objects.update_or_create(
        code="sick-family", defaults={"name": "Merawat keluarga sakit", "lifts_weekly_cap": True, "max_days": 60}
    )
    emp = cast.users["emp"]
    letter = rendered(cast.world)
    saved = {}
    for name, weekday in (("sent", 1), ("draft", 3)):
        saved[name] = save_draft(by=emp, data=draft(basis="special_circumstance", weekdays=(weekday,)))
        _claim(emp, saved[name])
    sent = submit_request(by=emp, request_id=saved["sent"].pk)
    own = saved["draft"]
    places |= {
        "letter": (letter.request.public_id,),
        "check": (letter.token,),
        "arrangement": (letter.request.public_id,),
        "assignment": (letter.request.assignment.pk,),
        "sent": (sent.public_id,),
        "step": (sent.steps.current().get().pk,),
        "evidence": (sent.circumstance.evidence.get().public_id,),
        "draft": (own.public_id,),
        "draft evidence": (own.circumstance.evidence.get().public_id,),
    }


def _eligibility(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    run = perform_run(run_screening(by=cast.users["hr"], policy_code="location", as_of=timezone.localdate()).pk)
    version = PolicyVersion.objects.published().get(policy__code="location")
    policy_draft = start_draft(by=cast.users["hr"], policy_code="location", valid_from=days(60))
    places |= {
        "policy": ("location",),
        "policy draft": ("location", policy_draft.number),
        "policy draft rule": ("location", policy_draft.number, "unit_ready"),
        "api draft": (policy_draft.pk,),
        "api draft rule": (policy_draft.pk, "unit_ready"),
        **_simulation(cast),
        "terms": (ArrangementTerms.objects.get().pk,),
        "kind": ("sick-family",),
        "exclusion": (_exclusion().pk,),
        "later chain": ("location", str(_later_chain(cast))),
        "policy version": ("location", version.number),
        "run": (run.pk,),
        "run export": (run.pk, "csv"),
        "screening": (run.screenings.get(employee=cast.employees["emp"]).pk,),
    }


def _later_chain(cast: Cast) -> date:
    """The first day of a chain of the policy that does not apply yet."""
    levels = [("unit_head", 3), ("authority", 3)]
    set_chain(by=cast.users["hr"], policy_code="location", levels=levels, valid_from=days(30), decree_no="3/2026")
    return days(30)


def _exclusion() -> ExcludedPost:
    """A post that nobody of the stage holds."""
    post = Position.objects.create(code="AJ", name="Ajudan", kind="pelaksana")
    return ExcludedPost.objects.create(position=post, valid_from=days(0), decree_no="7/2026")


def _simulation(cast: Cast) -> dict[str, tuple[Any, ...]]:
    """That draft, simulated for everybody."""
    made = start_simulation(by=cast.users["hr"], policy_code="location", number=2)
    perform_simulation(made.pk)
    return {"simulation": (made.pk,), "simulation export": (made.pk, "xlsx")}


def _organization(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    emp = cast.employees["emp"]
    case = DisciplineCase.objects.create(
        employee=cast.employees["col2"], reference="K-1", status="examination", opened_on=days(-3)
    )
    address = Domicile.objects.create(
        employee=emp, address="Jl. Baru 1", valid_from=days(0), requested_by=cast.users["emp"]
    )
    StaffingMinimum.objects.create(unit=cast.law, count=1, valid_from=SINCE)
    declared = UnitReadiness.objects.create(
        unit=cast.law, technology=True, declared_by=cast.users["head"], declared_at=timezone.now(), valid_from=days(9)
    )
    notify(
        user_ids=[emp.user_id or 0],
        code="domicile.verified",
        context={},
        url="/profile/",
        key="stage",
    )
    standing_in = Delegation.objects.create(
        principal=cast.users["head"], delegate=cast.users["col2"], valid_from=days(20), valid_to=days(30)
    )
    places |= {
        "person": (emp.pk,),
        "placement": (emp.pk, Placement.objects.get(employee=emp).pk),
        "case": (case.employee_id, case.pk),
        "address": (address.pk,),
        "unit": (cast.law.pk,),
        "unit day": (cast.law.pk, days(0).isoformat()),
        "readiness": (cast.law.pk, declared.pk),
        "notice": (_notice(emp),),
        "account": (emp.user_id,),
        "delegation": (standing_in.pk,),
        "grant": (RoleGrant.objects.get(user=cast.users["boss"]).pk,),
    }


def _notice(employee: Employee) -> int:
    assert employee.user
    return employee.user.notices.get(key__startswith="stage").pk


def _agency(cast: Cast, places: dict[str, tuple[Any, ...]]) -> None:
    rows = SimpleUploadedFile("pegawai.csv", csv_bytes(staff(**{"TGL LAHIR": "02-01-1990"})))
    run = create_run(by=cast.users["hr"], kind="employees", file=rows, name="pegawai.csv", create_missing=True)
    run_import(run_id=run.pk)
    proposal = TaskMappingProposal.objects.create(
        position=Position.objects.get(code="AK"),
        unit=cast.law,
        valid_from=days(0),
        proposed_by=cast.users["head"],
        proposed_at=timezone.now(),
    )
    proposal.lines.create(task_type=TaskType.objects.get(), share_pct=100)
    period = NationalPeriod.objects.create(
        kind="national",
        name="Nataru",
        instrument_no="SE 9/2026",
        decree_no="9/2026",
        valid_from=days(40),
        valid_to=days(42),
        entered_by=cast.users["hr"],
        entered_at=timezone.now(),
    )
    profile = AgencyProfile.objects.get()
    profile.logo.save("logo.png", ContentFile(b"PNG"))
    places |= {
        "decree": (AgencyDecree.objects.get().pk,),
        "site": (Site.objects.create(code="BK", name="Balai Kota").pk,),
        "position": (Position.objects.get(code="AK").pk,),
        "task type": (TaskType.objects.get().pk,),
        "proposal": (proposal.pk,),
        "holiday": (Holiday.objects.create(day=days(90), name="Libur", kind="public").pk,),
        "ramadan": (RamadanPeriod.objects.create(year_hijri=1450, valid_from=days(90), valid_to=days(100)).pk,),
        "national period": (period.pk,),
        "import": (run.pk,),
        "import row": (run.pk, 4),
        **_connection(cast),
        "import template": ("employees", "csv"),
        "no link": ("x" * 43,),
        "no key": ("x-y",),
        "no reset": ("1", "x-y"),
    }


def _connection(cast: Cast) -> dict[str, tuple[Any, ...]]:
    client, _secret = connect(cast.users["hr"])
    hook, _secret = create_webhook(
        by=cast.users["hr"], client_id=client.pk, name="Arsip", url="https://arsip.go.id/", events=["request.approved"]
    )
    delivery = WebhookDelivery.objects.create(webhook=hook, event_id=uuid4(), event="request.approved", payload={})
    export = make_grant_export(on=timezone.localdate())
    return {
        "provider": ("instansi",),
        "connection": (client.pk,),
        "webhook": (hook.pk,),
        "webhook delivery": (hook.pk, delivery.pk),
        "grant export": (export.pk,),
        "grant export file": (export.pk, "csv"),
    }
