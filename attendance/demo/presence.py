"""What the demo shows of checking in: a notice that everybody has read, points of offices, and one employee's confirmed
home with sealed positions of their latest entries."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection

from attendance import evidence
from attendance.models import HomePoint, PresenceEvent, PresenceEvidence, PrivacyNotice
from attendance.places import Position
from attendance.privacy_text import proposed_notice
from attendance.terms import attendance_terms_on
from organization.models import Domicile, Employee, Site, User

CITY = (-1.265400, 116.831200)  # invented offices around the middle of a real bay
APART = 0.0041
HOME = Position(-1.240120, 116.850460, 14)
SHOWN = 40
_READ = """
INSERT INTO attendance_privacyacknowledgement (notice_id, user_id, acknowledged_at)
SELECT %(notice)s, u.id, %(at)s FROM organization_user u JOIN organization_employee e ON e.user_id = u.id
 WHERE u.is_active ON CONFLICT DO NOTHING
"""


def save_presence(*, as_of: date, at: datetime, employee: User, hr: User) -> None:
    """Call it when the entries are there. `at` is the moment at which the demo stands."""
    since = at - timedelta(days=75)
    terms = attendance_terms_on(as_of)
    texts = {f"text_{language}": proposed_notice(language, terms) for language in ("id", "en")}
    notice = PrivacyNotice.objects.create(version=1, published_at=since, published_by=hr, **texts)
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"notice": notice.pk, "at": since})
    _points_of_offices()
    person = Employee.objects.get(user=employee)
    domicile = Domicile.objects.active_on(as_of).filter(employee=person, verified_at__isnull=False).first()
    if domicile is not None:
        HomePoint.objects.create(
            employee=person,
            domicile=domicile,
            position=evidence.seal_position(HOME, owner=evidence.home_owner(person.pk)),
            accuracy_m=HOME.accuracy_m,
            set_at=since,
            confirmed_by=hr,
            confirmed_at=since + timedelta(days=1),
            valid_from=since.date(),
        )
    _seal_latest(person, terms.location_retention_days)


def _points_of_offices() -> None:
    sites = list(Site.objects.filter(latitude__isnull=True).order_by("pk"))
    for number, site in enumerate(sites):
        site.latitude = round(CITY[0] + number // 8 * APART, 6)
        site.longitude = round(CITY[1] + number % 8 * APART, 6)
    Site.objects.bulk_update(sites, ["latitude", "longitude"], batch_size=500)


def _seal_latest(person: Employee, days: int) -> None:
    """Sealed positions of the newest entries, at home or at the office."""
    events = PresenceEvent.objects.filter(employee=person).select_related("site").order_by("-occurred_at")[:SHOWN]
    rows = []
    for event in events:
        point = HOME
        if event.site and event.site.latitude is not None and event.site.longitude is not None:
            point = Position(float(event.site.latitude), float(event.site.longitude), 18)
        owner = evidence.entry_owner(event.client_id)
        rows.append(
            PresenceEvidence(
                event=event,
                position=evidence.seal_position(point, owner=owner),
                position_until=event.occurred_at.date() + timedelta(days=days),
                point=evidence.point_digest(point),
            )
        )
    PresenceEvidence.objects.bulk_create(rows)
