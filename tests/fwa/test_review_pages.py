"""The pages of a review: who reads what of it, the forms, and as many queries for three rows as for one."""

import pytest
from django.urls import reverse

from fwa.models import ArrangementReview
from tests.fwa.letters_kit import determined
from tests.fwa.reviews_kit import deliver, open_case, reviewed, time_is_up, today
from tests.organization.cast import body, make_cast
from tests.world import next_monday

pytestmark = pytest.mark.django_db
SANCTION = {"status": "sanctioned", "level": "medium"}
SECRET = "Saya keberatan."


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def review(cast):
    return reviewed(cast.world)


def page(client, user, review) -> str:
    client.force_login(user)
    return body(client.get(reverse("fwa:review", args=[review.public_id])))


def send(client, user, review, name: str, **values):
    client.force_login(user)
    return client.post(reverse(f"fwa:{name}", args=[review.public_id]), values)


def test_the_supervisor_and_head_read_the_rule_and_nothing_behind_it(client, cast):
    determined(cast.world)
    open_case(cast.world, **SANCTION, decided_on=today(), sanction_from=today())
    deliver()
    review = ArrangementReview.objects.get()
    own = page(client, cast.users["emp"], review)
    assert "tanpa tanggal akhir" in own
    for name in ("sup", "head"):
        text = page(client, cast.users[name], review)
        assert "25" in text
        assert "tanpa tanggal akhir" not in text
        assert "Isi di balik syarat disiplin" in text


def test_answer_and_reason_are_not_for_the_supervisor(client, cast, review):
    assert send(client, cast.users["emp"], review, "review_respond", response=SECRET).status_code == 302
    assert SECRET in page(client, cast.users["head"], review)
    assert SECRET in page(client, cast.users["audit"], review)
    assert SECRET not in page(client, cast.users["sup"], review)


def test_an_empty_answer_is_complained_of_and_a_second_one_is_a_conflict(client, cast, review):
    assert send(client, cast.users["emp"], review, "review_respond", response=" ").status_code == 422
    send(client, cast.users["emp"], review, "review_respond", response=SECRET)
    assert send(client, cast.users["emp"], review, "review_respond", response="Lagi.").status_code == 409


def test_the_head_decides_once(client, cast, review):
    head = cast.users["head"]
    values = {"outcome": "continued", "reason": "Tetap dapat berjalan."}
    assert send(client, head, review, "review_decide", outcome="continued", reason="").status_code == 422
    assert send(client, head, review, "review_decide", outcome="ended", reason="x").status_code == 422
    assert send(client, head, review, "review_decide", **values).status_code == 302
    assert send(client, head, review, "review_decide", **values).status_code == 409


def test_suspending_and_lifting_by_the_pages(client, cast, review):
    head, first = cast.users["head"], next_monday()
    time_is_up(review)
    values = {"outcome": "suspended", "reason": "Menunggu.", "ground": "discipline", "effective_from": first}
    assert send(client, head, review, "review_decide", **values).status_code == 302
    assert "Cabut penangguhan" in page(client, head, review)
    assert send(client, head, review, "suspension_lift", first=first).status_code == 302
    assert "berlaku lagi" in page(client, head, review)
    assert send(client, head, review, "suspension_lift", first=first).status_code == 409


@pytest.mark.parametrize("name", ["fwa:review_list", "fwa:home", "fwa:inbox", "api:review-list"])
def test_as_many_queries_for_three_as_for_one(client, cast, review, name, django_assert_max_num_queries):
    client.force_login(cast.users["head"])
    with django_assert_max_num_queries(15) as one:
        assert "emp" in body(client.get(reverse(name)))
    for other, weekday in (("col1", 1), ("col2", 3)):
        determined(cast.world, other, weekdays=(weekday,))
        open_case(cast.world, other, reference=f"K-{other}")
    deliver()
    assert ArrangementReview.objects.count() == 3
    with django_assert_max_num_queries(len(one)):
        text = body(client.get(reverse(name)))
    assert "col2" in text


def test_filters_of_the_list(client, cast, review):
    client.force_login(cast.users["hr"])
    address = reverse("fwa:review_list")
    assert "emp" in body(client.get(address, {"cause": "discipline_case", "status": "open"}))
    empty = body(client.get(address, {"status": "moot"}))
    assert "Tidak ada pengaturan yang perlu ditinjau" in empty
    assert "emp</a>" not in body(client.get(address, {"late": "on"}))
