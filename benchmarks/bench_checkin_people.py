"""People of the check-in benchmark: accounts with a session, an office, and a read notice. Prints the session keys."""

from __future__ import annotations

import sys
from datetime import date

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402

from attendance.models import PrivacyAcknowledgement, PrivacyNotice  # noqa: E402
from organization.models import Employee, Placement, Position, Site, Unit, UnitVersion, User  # noqa: E402

SINCE = date(2020, 1, 1)


def make(count: int) -> list[str]:
    """Everything in a handful of statements."""
    sites = Site.objects.bulk_create(
        Site(code=f"S{n}", name=f"Kantor {n}", latitude=round(-1.2 - n * 0.01, 6), longitude=116.8)
        for n in range(1, 21)
    )
    unit = Unit.objects.create(code="R", name="Kota", path="1/")
    Unit.objects.filter(pk=unit.pk).update(path=f"{unit.pk}/")
    UnitVersion.objects.create(unit=unit, name="Kota", valid_from=SINCE)
    position = Position.objects.create(code="P", name="Analis", kind="fungsional")
    users = User.objects.bulk_create(
        User(username=f"u{n}", name=f"Pegawai {n}", is_active=True, password="!bench") for n in range(count)
    )
    employees = Employee.objects.bulk_create(
        Employee(
            nip=f"{199001012010011000 + n:018d}", name=f"Pegawai {n}", kind="pns", sex="1",
            birth_date=date(1990, 1, 1), user=user,
        )
        for n, user in enumerate(users)
    )  # fmt: skip
    Placement.objects.bulk_create(
        Placement(
            employee=employee, unit=unit, position=position, site=sites[n % 20], entry_reason="recruitment",
            valid_from=SINCE,
        )
        for n, employee in enumerate(employees)
    )  # fmt: skip
    now = timezone.now()
    notice = PrivacyNotice.objects.create(version=1, text_id="Pemberitahuan", text_en="Notice", published_at=now)
    PrivacyAcknowledgement.objects.bulk_create(
        PrivacyAcknowledgement(notice=notice, user=user, acknowledged_at=now) for user in users
    )
    return [row.session_key for row in Session.objects.bulk_create(map(_session, users))]


def _session(user: User) -> Session:
    store = SessionStore()
    key: str = store._get_new_session_key()  # type: ignore[attr-defined]
    values = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "organization.auth.AgencyBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return Session(session_key=key, session_data=store.encode(values), expire_date=store.get_expiry_date())


if __name__ == "__main__":
    print("\n".join(make(int(sys.argv[1]))))
