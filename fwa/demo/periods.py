"""A national Friday that runs, and an emergency that is over. Numbers and dates of the agency are fictional."""

from __future__ import annotations

from datetime import date, timedelta

from fwa.demo.clock import moment
from fwa.demo.staff import Agency
from organization.models import NationalPeriod

FRIDAY = 5
WEEKS_OF_FRIDAYS = 8
FLOOD_AGO, FLOOD_DAYS = timedelta(weeks=5), 5


def save_periods(agency: Agency, as_of: date) -> None:
    """Work from elsewhere every Friday for two months now; and a flood five weeks ago, ended after two days."""
    monday = as_of - timedelta(days=as_of.weekday())
    fridays = monday - timedelta(weeks=WEEKS_OF_FRIDAYS) + timedelta(days=FRIDAY - 1)
    flood = monday - FLOOD_AGO
    hr = agency.users["kepegawaian"]
    NationalPeriod.objects.create(
        kind="national",
        name="Bekerja dari rumah setiap Jumat",
        instrument_no="SE Menteri PANRB 31 Maret 2026",
        decree_no=f"800.1.6/204/BKPSDM/{fridays.year}",
        valid_from=fridays,
        weekdays=[FRIDAY],
        excluded_kinds=["jpt_madya", "jpt_pratama"],
        entered_by=hr,
        entered_at=moment(fridays - timedelta(days=7), 9),
    )
    NationalPeriod.objects.create(
        kind="emergency",
        name="Banjir di pusat kota",
        valid_from=flood,
        valid_to=flood + timedelta(days=FLOOD_DAYS - 1),
        share_pct=100,
        reason="Banjir di pusat kota; jalan menuju Balai Kota tidak dapat dilalui.",
        entered_by=hr,
        entered_at=moment(flood, 6),
        ended_on=flood + timedelta(days=2),
        ended_reason="Air sudah surut dan jalan dibuka kembali.",
        ended_by=hr,
        ended_at=moment(flood + timedelta(days=1), 15),
    )
