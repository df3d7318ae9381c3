"""The law section: `pegawai` and ten colleagues under `atasan`, with one full day and one day below the minimum."""

from __future__ import annotations

from datetime import date, time, timedelta

from eligibility.enums import FlexKind, PlaceKind
from fwa.demo.clock import Case, Days, moment
from fwa.demo.facts import COURSE_WEEK
from fwa.demo.story import Story
from fwa.enums import Basis, RefusalGround
from fwa.services.decisions import end_arrangement
from fwa.services.requests import withdraw_request
from organization.services.domiciles import request_domicile_change

FULL_WEEK, FULL_WEEKDAY = COURSE_WEEK + 1, 3  # the Wednesday on which the section's three places are taken
CHAIN = ("lestari", "kepegawaian", "pimpinan")


def friday(days: Days, week: int) -> date:
    return days.monday(week) + timedelta(days=4)


def cases(story: Story) -> list[Case]:
    return [
        ratna_now(story),
        ratna_refused(story),
        ratna_returned(story),
        ratna_later(story),
        ratna_draft(story),
        hamzah_now(story),
        hamzah_again(story),
        indah_in_part(story),
        indah_hours(story),
        siti_ends(story),
        siti_withdraws(story),
        agus_special(story),
        tri_takes_the_last_place(story),
        tri_both(story),
        eko_waits_too_long(story),
        dewi_waits(story),
        wahyu_may_not(story),
    ]


def ratna_now(story: Story) -> Case:
    """What runs this week and ends with it: the next request is free to be made."""
    start = story.days.monday(-5)
    yield moment(story.days.before(start, 10), 9, 12)
    sent = story.send("ratna", story.home((2, 4), start, friday(story.days, 0)))
    for count, decider in zip((9, 7, 4), CHAIN, strict=True):
        yield moment(story.days.before(start, count), 10, 30)
        story.agree(sent, decider)


def ratna_refused(story: Story) -> Case:
    yield moment(story.days.back(28), 13, 5)
    draft = story.draft(
        kind=FlexKind.DYNAMIC,
        weekdays=(1, 2, 3, 4, 5),
        valid_from=story.days.monday(-3),
        valid_to=friday(story.days, 1),
        starts_at=time(10),
        ends_at=time(18, 30),
    )
    sent = story.send("ratna", draft)
    yield moment(story.days.back(27), 9, 40)
    story.agree(sent, "lestari")
    yield moment(story.days.back(26), 11, 15)
    story.agree(sent, "kepegawaian")
    yield moment(story.days.back(24), 15, 50)
    story.refuse(
        sent,
        "pimpinan",
        ground=RefusalGround.SERVICE_MINIMUM,
        reason="Konsultasi hukum perangkat daerah berlangsung setiap pagi mulai pukul 07.30.",
        alternative="Ajukan waktu dinamis pada dua hari saja, atau mulai paling lambat pukul 08.30.",
    )


def ratna_returned(story: Story) -> Case:
    yield moment(story.days.back(5), 10, 20)
    draft = story.draft(
        kind=FlexKind.LOCATION,
        place_kind=PlaceKind.OTHER_OFFICE,
        site_id=story.sites["GEDUNG-DIGITAL"].pk,
        single_dates=(story.days.weekday(4, 3),),
    )
    sent = story.send("ratna", draft)
    yield moment(story.days.back(3), 8, 45)
    story.turn_back(sent, "lestari", "Tambahkan keluaran yang terukur untuk hari itu, lalu kirim kembali.")


def ratna_later(story: Story) -> Case:
    """Far enough ahead to leave the next weeks free."""
    yield moment(story.days.back(2), 14, 10)
    dates = (story.days.weekday(10, 2), story.days.weekday(11, 2))
    draft = story.draft(kind=FlexKind.LOCATION, place_kind=PlaceKind.HOME, single_dates=dates)
    story.send("ratna", draft)


def ratna_draft(story: Story) -> Case:
    yield moment(story.days.back(1), 15, 20)
    story.keep("ratna", story.home((2, 4), story.days.monday(2), friday(story.days, 9)))


def hamzah_now(story: Story) -> Case:
    start = story.days.monday(-4)
    yield moment(story.days.before(start, 10), 8, 30)
    sent = story.send("hamzah", story.home((1, 3), start, friday(story.days, 6)))
    for count, decider in zip((9, 7, 3), CHAIN, strict=True):
        yield moment(story.days.before(start, count), 11)
        story.agree(sent, decider)


def hamzah_again(story: Story) -> Case:
    """The renewal waits for the unit head and authority, with the track record of the first."""
    yield moment(story.days.back(7), 9, 25)
    sent = story.send("hamzah", story.home((1, 3), story.days.monday(7), friday(story.days, 12)))
    yield moment(story.days.back(6), 10, 15)
    story.agree(sent, "lestari")
    yield moment(story.days.back(3), 14, 40)
    story.agree(sent, "kepegawaian")


def indah_in_part(story: Story) -> Case:
    """Two of the dates were not agreed to."""
    start = story.days.monday(-3)
    yield moment(story.days.before(start, 9), 13, 30)
    draft = story.draft(
        kind=FlexKind.LOCATION,
        place_kind=PlaceKind.OTHER_OFFICE,
        site_id=story.sites["GEDUNG-DIGITAL"].pk,
        weekdays=(3,),
        valid_from=start,
        valid_to=friday(story.days, 7),
    )
    sent = story.send("indah", draft)
    for count, decider in ((8, "lestari"), (6, "kepegawaian")):
        yield moment(story.days.before(start, count), 9, 50)
        story.agree(sent, decider)
    yield moment(story.days.before(start, 3), 16)
    wednesdays = story.days.working(start, friday(story.days, 7), (FULL_WEEKDAY,))
    full = story.days.weekday(FULL_WEEK, FULL_WEEKDAY)
    left_out = [day for day in wednesdays if day != full][-2:]
    story.agree(sent, "pimpinan", leave_out=left_out, note="Rapat paripurna DPRD; seluruh perancang hadir di kantor.")


def indah_hours(story: Story) -> Case:
    yield moment(story.days.back(9), 8, 50)
    draft = story.draft(
        kind=FlexKind.DYNAMIC,
        weekdays=(1, 5),
        valid_from=story.days.monday(1),
        valid_to=friday(story.days, 8),
        starts_at=time(9),
        ends_at=time(17, 30),
    )
    sent = story.send("indah", draft)
    yield moment(story.days.back(8), 9, 5)
    story.agree(sent, "lestari")
    yield moment(story.days.back(5), 13, 20)
    story.agree(sent, "kepegawaian")


def siti_ends(story: Story) -> Case:
    """An arrangement that its holder ends early."""
    start = story.days.monday(-4)
    yield moment(story.days.before(start, 8), 10)
    sent = story.send("siti", story.home((2, 5), start, friday(story.days, 8)))
    for count, decider in zip((7, 5, 2), CHAIN, strict=True):
        yield moment(story.days.before(start, count), 14)
        story.agree(sent, decider)
    yield moment(story.days.back(1), 9, 30)
    reason = "Tugas pendampingan sengketa mengharuskan hadir di kantor setiap hari."
    end_arrangement(by=story.user("siti"), request_id=sent.pk, ended_on=story.days.monday(1), reason=reason)


def siti_withdraws(story: Story) -> Case:
    yield moment(story.days.back(12), 11, 35)
    draft = story.draft(
        kind=FlexKind.DYNAMIC,
        weekdays=(3,),
        valid_from=story.days.monday(0),
        valid_to=friday(story.days, 4),
        starts_at=time(9),
        ends_at=time(17, 30),
    )
    sent = story.send("siti", draft)
    yield moment(story.days.back(11), 8, 15)
    withdraw_request(by=story.user("siti"), request_id=sent.pk, note="Jadwal pendampingan berubah.")


def agus_special(story: Story) -> Case:
    """A special circumstance lifts the weekly cap; nobody in the chain reads which one it is."""
    start = story.days.monday(-2)
    yield moment(story.days.before(start, 8), 9)
    sent = story.send(
        "agus",
        story.home((1, 2, 4), start, friday(story.days, 4), basis=Basis.SPECIAL),
        circumstance="illness",
    )
    for count, decider in zip((7, 5, 2), CHAIN, strict=True):
        yield moment(story.days.before(start, count), 13)
        story.agree(sent, decider)


def tri_takes_the_last_place(story: Story) -> Case:
    yield moment(story.days.back(10), 10, 5)
    full = story.days.weekday(FULL_WEEK, FULL_WEEKDAY)
    draft = story.draft(kind=FlexKind.LOCATION, place_kind=PlaceKind.HOME, single_dates=(full,))
    sent = story.send("tri", draft)
    for count, decider in zip((9, 7, 4), CHAIN, strict=True):
        yield moment(story.days.back(count), 15)
        story.agree(sent, decider)


def tri_both(story: Story) -> Case:
    yield moment(story.days.back(1), 10, 55)
    draft = story.draft(
        kind=FlexKind.LOCATION_TIME,
        place_kind=PlaceKind.HOME,
        weekdays=(5,),
        valid_from=story.days.monday(2),
        valid_to=friday(story.days, 6),
        starts_at=time(6, 30),
        ends_at=time(15, 30),
    )
    story.send("tri", draft)


def eko_waits_too_long(story: Story) -> Case:
    """Overdue at the direct supervisor; his new address waits for HR."""
    yield moment(story.days.back(6), 9, 10)
    story.send("eko", story.home((2, 4), story.days.monday(2), friday(story.days, 9)))
    yield moment(story.days.back(4), 16)
    address = "Jl. Teratai RT 5 No. 21, Nusa Bakti"
    request_domicile_change(by=story.user("eko"), address=address, valid_from=story.days.monday(3))


def dewi_waits(story: Story) -> Case:
    yield moment(story.days.back(2), 11, 25)
    story.send("dewi", story.home((5,), story.days.monday(2), friday(story.days, 7)))


def wahyu_may_not(story: Story) -> Case:
    """Under examination: the draft shows which condition is not met, by which article, and until when."""
    yield moment(story.days.back(1), 13, 40)
    story.keep("wahyu", story.home((1,), story.days.monday(1), friday(story.days, 4)))
