"""Rating outputs and putting deliveries on record: who, when, and two at once."""

import threading
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from organization.models import Notice
from performance.errors import StateChanged
from performance.models import Output, Review
from performance.services.output_reviews import rate_output, record_delivery
from performance.services.reviews import accept
from tests.organization.cast import body, days, make_cast
from tests.performance.review_kit import fresh, make_output, make_report, stands_in

pytestmark = pytest.mark.django_db

EVERYBODY = ("emp", "col1", "sup", "head", "hr", "lawhr", "audit", "boss", "seal", "ohead", "out")
# State of the output, and whether it can be rated in it.
STATES: dict[str, tuple[dict[str, Any], bool]] = {
    "due and missing": ({"due_on": -1}, True),
    "due today": ({"due_on": 0}, True),
    "delivered early": ({"due_on": 9, "delivered": Decimal(4), "delivered_on": -1}, True),
    "still to come": ({"due_on": 9}, False),
    "no longer due": ({"due_on": -1, "dropped": True}, False),
}


@pytest.fixture
def cast():
    return make_cast()


def output_in(cast, state: str) -> Output:
    values = dict(STATES[state][0])
    values["due_on"] = days(values["due_on"])
    if "delivered_on" in values:
        values["delivered_on"] = days(values["delivered_on"])
    if values.pop("dropped", False):
        values["dropped_at"] = timezone.now()
    return make_output(cast.employees["emp"], **values)


def test_rating_in_every_state_by_every_role(cast):
    for state, who in product(STATES, EVERYBODY):
        output, by = output_in(cast, state), cast.users[who]
        is_right = who in ("sup", "head") and STATES[state][1]

        if is_right:
            rate_output(output=output, by=by, rating="above", reason="Melampaui.")
        else:
            with pytest.raises(StateChanged if who in ("sup", "head") else PermissionDenied):
                rate_output(output=output, by=by, rating="above", reason="Melampaui.")

        output.refresh_from_db()
        assert (output.rating, output.rated_by) == (("above", by) if is_right else ("", None)), (state, who)
        assert Review.objects.filter(output=output).count() == int(is_right)


def test_a_rating_is_replaced_only_by_whoever_saw_it(cast):
    output = make_output(cast.employees["emp"])
    rate_output(output=output, by=cast.users["sup"], rating="meets", reason="Sesuai.")
    with pytest.raises(StateChanged):
        rate_output(output=output, by=cast.users["head"], rating="below", reason="Kurang.")

    rate_output(
        output=output, by=cast.users["head"], rating="below", reason="Kurang.", replaces=output.reviews.get().pk
    )

    output.refresh_from_db()
    assert output.rating == "below"
    assert list(output.reviews.values_list("rating", flat=True)) == ["meets", "below"], "the first one stays"
    assert Notice.objects.filter(code="performance.output_rated", user=cast.users["emp"]).count() == 2


def test_a_rating_needs_a_reason_and_a_known_word(cast):
    output = make_output(cast.employees["emp"])
    for rating, reason in (("above", " "), ("great", "x"), ("above", "x" * 1001)):
        with pytest.raises(ValidationError):
            rate_output(output=output, by=cast.users["sup"], rating=rating, reason=reason)


def test_nobody_rates_their_own_output_through_a_delegation(cast):
    output = make_output(cast.employees["emp"])
    by = stands_in(cast.users["emp"], cast.users["sup"])
    with pytest.raises(PermissionDenied):
        rate_output(output=output, by=by, rating="above", reason="x")
    with pytest.raises(PermissionDenied):
        record_delivery(output=output, by=by, amount=Decimal(1), on=days(-1))


def test_what_is_put_on_record_and_what_reports_deliver_are_added(cast):
    output = make_output(cast.employees["emp"], due_on=days(-1))
    report = make_report(cast.employees["emp"], day=days(-3), output=output, amount=Decimal(3))
    accept(report_ids=[report.pk], by=cast.users["sup"])

    record_delivery(output=output, by=cast.users["sup"], amount=Decimal(1), on=days(-2))
    output.refresh_from_db()
    assert (output.delivered, output.delivered_on) == (Decimal(4), days(-2))

    record_delivery(output=output, by=cast.users["sup"], amount=Decimal(0), on=days(-2))
    output.refresh_from_db()
    assert (output.delivered, output.delivered_on, output.recorded_on) == (Decimal(3), None, None)


@pytest.mark.parametrize(
    ("amount", "on", "field"), [("-1", -1, "amount"), ("100000000", -1, "amount"), ("1", 1, "on"), ("1", -90, "on")]
)
def test_wrong_deliveries_are_told_at_their_field(cast, amount, on, field):
    output = make_output(cast.employees["emp"])
    with pytest.raises(ValidationError) as error:
        record_delivery(output=output, by=cast.users["sup"], amount=Decimal(amount), on=days(on))
    assert list(error.value.message_dict) == [field]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_rate_at_once_one_wins_and_the_other_is_told():
    cast = make_cast()
    for _round in range(6):
        output = make_output(cast.employees["emp"])
        told: list[str] = []
        start = threading.Barrier(2)

        def rate(name, rating, output=output, told=told, start=start):
            start.wait(10)
            try:
                rate_output(output=output, by=fresh(cast.users[name]), rating=rating, reason="Alasan.")
                told.append("won")
            except StateChanged as error:
                told.append(str(error))
            connection.close()

        threads = [threading.Thread(target=rate, args=pair) for pair in (("sup", "above"), ("head", "below"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        assert sorted(word == "won" for word in told) == [False, True]
        output.refresh_from_db()
        assert output.rating == output.reviews.get().rating


def test_the_page_rates_records_and_comments(cast, client):
    output = make_output(cast.employees["emp"])
    address = f"/performance/outputs/{output.public_id}/"
    client.force_login(cast.users["sup"])

    assert client.post(f"{address}rate/", {"rating": "above", "reason": ""}).status_code == 422
    answer = client.post(f"{address}rate/", {"rating": "above", "reason": "Rapi."}, follow=True)
    assert "Rapi." in body(answer)
    assert client.post(f"{address}rate/", {"rating": "below", "reason": "Lain."}).status_code == 409
    assert client.post(f"{address}record/", {"amount": "x", "on": "besok"}).status_code == 422
    answer = client.post(f"{address}record/", {"amount": "4", "on": str(days(-2))}, follow=True)
    assert "tepat waktu" in body(answer)
    answer = client.post(f"{address}comment/", {"text": "Lanjutkan."}, follow=True)
    assert "Lanjutkan." in body(answer)
