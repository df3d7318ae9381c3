"""The rest of the city: requests at every level, one decided by a stand-in, shifts in the hospital."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from eligibility.enums import FlexKind, PlaceKind, PolicyCode
from eligibility.services import perform_run, run_screening
from fwa.data import DraftData
from fwa.demo.agency import numbers
from fwa.demo.cases_law import friday
from fwa.demo.clock import Case, moment
from fwa.demo.story import Story
from fwa.enums import Basis, RefusalGround
from organization.enums import DelegationKind
from organization.services.delegations import delegate

DIGITAL, WARD = ("kabid-app", "kadis", "kepegawaian", "pimpinan"), ("karu", "direktur", "kepegawaian", "pimpinan")


def cases(story: Story) -> list[Case]:
    return [
        stand_in(story),
        screening_run(story),
        held_by_the_stand_in(story),
        waits_for_the_stand_in(story),
        *_digital(story),
        special_waits_for_hr(story),
        waits_for_the_supervisor(story),
        *_ward(story),
    ]


def _walk(story: Story, key: str, draft: DraftData, steps: Sequence[tuple[int, str]]) -> Case:
    """Sent by the first of `steps`, then agreed to by each of the others: (working days ago, who)."""
    yield moment(story.days.back(steps[0][0]), 9, 20)
    sent = story.send(key, draft)
    for ago, decider in steps[1:]:
        yield moment(story.days.back(ago), 11, 10)
        story.agree(sent, decider)


def stand_in(story: Story) -> Case:
    """The head of personnel is on leave; the secretary of the city stands in (Plh.)."""
    yield moment(story.days.back(7), 8)
    delegate(
        by=story.user("kepegawaian"),
        principal=story.user("kaban"),
        delegate=story.user("pimpinan"),
        kind=DelegationKind.PLH,
        valid_from=story.days.back(6),
        valid_to=story.days.forward(8),
        order_no=numbers(story.days.as_of.year).delegation,
    )


def screening_run(story: Story) -> Case:
    yield moment(story.days.back(8), 8, 5)
    day = story.days.back(8)
    perform_run(run_screening(by=story.user("kepegawaian"), policy_code=PolicyCode.LOCATION, as_of=day).pk)


def held_by_the_stand_in(story: Story) -> Case:
    draft = story.home((4,), story.days.monday(1), friday(story.days, 8))
    return _walk(story, "sdm-2", draft, ((6, ""), (5, "kabid-sdm"), (3, "pimpinan")))


def waits_for_the_stand_in(story: Story) -> Case:
    draft = story.home((2,), story.days.monday(1), friday(story.days, 6))
    return _walk(story, "sdm-1", draft, ((4, ""), (2, "kabid-sdm")))


def _digital(story: Story) -> list[Case]:
    days = story.days
    ago = {count: (count, "") for count in (3, 6, 8, 26)}
    hours = {"weekdays": (1, 2, 3, 4, 5), "starts_at": time(10), "ends_at": time(18, 30)}
    granted = story.home((1,), days.monday(-3), friday(days, 6))
    at_head = story.draft(kind=FlexKind.DYNAMIC, valid_from=days.monday(1), valid_to=friday(days, 6), **hours)
    at_hr = story.draft(kind=FlexKind.DYNAMIC, valid_from=days.monday(1), valid_to=friday(days, 9), **hours)
    at_authority = story.home((4,), days.monday(1), friday(days, 10))
    return [
        _walk(story, "kom-1", granted, (ago[26], *zip((25, 24, 22, 20), DIGITAL, strict=True))),
        _walk(story, "kom-1", at_head, (ago[3], (2, "kabid-app"))),
        _walk(story, "kom-2", at_hr, (ago[6], (5, "kabid-app"), (3, "kadis"))),
        _walk(story, "kom-5", at_authority, (ago[8], (7, "kabid-app"), (6, "kadis"), (3, "kepegawaian"))),
        refused_by_the_head(story),
        sanctioned_draft(story),
        new_in_post_draft(story),
    ]


def refused_by_the_head(story: Story) -> Case:
    yield moment(story.days.back(15), 9)
    draft = story.draft(
        kind=FlexKind.LOCATION,
        place_kind=PlaceKind.OTHER,
        place_address="Ruang kerja bersama, Jl. Pelabuhan No. 30",
        weekdays=(1, 5),
        valid_from=story.days.monday(0),
        valid_to=friday(story.days, 8),
    )
    sent = story.send("kom-2", draft)
    yield moment(story.days.back(14), 10)
    story.agree(sent, "kabid-app")
    yield moment(story.days.back(13), 13)
    story.refuse(
        sent,
        "kadis",
        ground=RefusalGround.READINESS,
        reason="Akses ke pusat data dari jaringan umum belum diizinkan.",
        alternative="Ajukan dari rumah dengan jaringan privat, atau dari Gedung Layanan Digital.",
    )


def sanctioned_draft(story: Story) -> Case:
    yield moment(story.days.back(2), 15)
    story.keep("kom-3", story.home((2,), story.days.monday(2), friday(story.days, 5)))


def new_in_post_draft(story: Story) -> Case:
    yield moment(story.days.back(4), 15)
    story.keep("kom-4", story.home((3,), story.days.monday(2), friday(story.days, 5)))


def special_waits_for_hr(story: Story) -> Case:
    """Sealed evidence for the evidence officer to open."""
    draft = story.home((1, 2, 3), story.days.monday(1), friday(story.days, 4), basis=Basis.SPECIAL)
    yield moment(story.days.back(5), 8, 40)
    sent = story.send("auditor-1", draft, circumstance="family_care")
    yield moment(story.days.back(4), 9, 30)
    story.agree(sent, "inspektur")


def waits_for_the_supervisor(story: Story) -> Case:
    return _walk(story, "org-1", story.home((3,), story.days.monday(1), friday(story.days, 7)), ((1, ""),))


def _ward(story: Story) -> list[Case]:
    def shift(first_week: int, starts: int, ends: int) -> DraftData:
        return story.draft(
            kind=FlexKind.SHIFT,
            weekdays=(1, 2, 3, 4, 5),
            valid_from=story.days.monday(first_week),
            valid_to=friday(story.days, first_week + 7),
            starts_at=time(starts),
            ends_at=time(ends),
        )

    return [
        _walk(story, "perawat-1", shift(-1, 14, 21), ((18, ""), *zip((17, 15, 13, 11), WARD, strict=True))),
        _walk(story, "perawat-2", shift(2, 14, 21), ((4, ""), (3, "karu"))),
        _walk(story, "perawat-3", shift(2, 7, 14), ((7, ""), (6, "karu"), (4, "direktur"))),
    ]
