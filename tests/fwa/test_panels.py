"""What a person's page tells about flexible work and performance."""

from datetime import date

import pytest
from django.urls import reverse

from performance.enums import PREDICATE_RANK, Predicate
from performance.models import OfficialPredicate
from tests.fwa.letters_kit import determined, sent
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_world()


def person(client, user, employee):
    client.force_login(user)
    answer = client.get(reverse("organization:person", args=[employee.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", ["head", "hr"])
def test_head_and_hr_read_requests_outputs_and_predicates(client, world, name):
    fwa_request = determined(world)
    OfficialPredicate.objects.create(
        employee=world.employees["emp"],
        year=2025,
        period_end=date(2025, 12, 31),
        predicate=Predicate.GOOD,
        rank=PREDICATE_RANK[Predicate.GOOD],
    )

    page = person(client, world.users[name], world.employees["emp"])

    assert fwa_request.number in page
    assert "Naskah akademik" in page
    assert OfficialPredicate.objects.get().get_predicate_display() in page


def test_an_empty_record_says_so(client, world):
    assert person(client, world.users["hr"], world.employees["col1"]).count('<li class="dim">') >= 3


def test_the_number_of_queries_does_not_grow(client, world, django_assert_max_num_queries):
    client.force_login(world.users["hr"])
    url = reverse("organization:person", args=[world.employees["emp"].pk])
    counts = []
    for weekdays in ((2,), (4,)):
        sent(world, weekdays=weekdays)
        with django_assert_max_num_queries(13) as found:
            client.get(url)
        counts.append(len(found.captured_queries))

    assert len(set(counts)) == 1
