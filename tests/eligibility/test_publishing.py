"""A second person publishes what was simulated; where facts moved, the names are shown and the answer is asked for."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from eligibility.enums import VersionStatus
from eligibility.errors import AlreadyPublished, FactsMoved, NotAskedFor, StaleDraft
from eligibility.models import PolicyVersion, SentBack, Simulation
from eligibility.screening import version_in_force
from eligibility.services import perform_run, publish_version, run_screening, send_back_version
from eligibility.services.drafts import request_publication
from organization import outbox
from organization.models import DisciplineCase, Employee, Notice, OutboxMessage, Placement, RoleGrant, User
from tests.eligibility.simulating import (
    DECREE,
    change,
    changes,
    draft_of,
    in_days,
    make_simulating_world,
    promote,
    simulate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_simulating_world()


def ask(world, draft):
    draft.refresh_from_db()
    return request_publication(
        by=world.users["hr"], version_id=draft.pk, revision=draft.revision, decree_no="2/2027",
        decree_date=timezone.localdate(),
    )  # fmt: skip


def publish(world, draft, name="boss2", **more):
    return publish_version(version_id=draft.pk, by=world.users[name], **(DECREE | more))


def moved(world, draft, **more):
    with translation.override("en"), pytest.raises(FactsMoved) as error:
        publish(world, draft, **more)
    draft.refresh_from_db()
    assert draft.status == VersionStatus.DRAFT
    assert not Simulation.objects.filter(at_publication=True).exists()
    return error.value


def run_of(world, version):
    """Everybody's verdict by the agency's own screening, as of the version's first day."""
    run = perform_run(
        run_screening(by=world.users["hr"], policy_code="location", as_of=version.valid_from, version=version.number).pk
    )
    return dict(run.screenings.values_list("employee__name", "verdict"))


def names(error):
    return {(item.name, item.simulated, item.found) for item in error.difference.people}


# The story that the work is judged by


def test_from_six_months_to_twelve_names_publisher_and_the_same_verdicts(
    client, world, django_capture_on_commit_callbacks
):
    hr, second = world.users["hr"], world.users["boss2"]
    draft = draft_of(world, valid_from=in_days(30), share=60)
    path = ("location", draft.number)

    client.force_login(hr)
    client.post(reverse("eligibility:simulation_start", args=path), {"as_of": ""})
    assert outbox.deliver(OutboxMessage.objects.get(topic="eligibility.simulate").pk)
    simulation = Simulation.objects.get()
    lost = client.get(reverse("eligibility:simulation_people", args=[simulation.pk]), {"change": "lost"})
    assert [line.row.employee.name for line in lost.context["page_obj"]] == ["emp"]
    ask(world, draft)
    own = client.post(reverse("eligibility:publish", args=path), DECREE | {"revision": draft.revision})
    assert own.status_code == 403

    client.force_login(second)
    shown = client.get(reverse("eligibility:publish", args=path))
    assert shown.context["form"]["decree_no"].value() == "2/2027"
    values = {"revision": shown.context["form"]["revision"].value(), "decree_no": "2/2027"}
    done = client.post(reverse("eligibility:publish", args=path), values | {"decree_date": timezone.localdate()})

    assert done.status_code == 302
    version = version_in_force("location", in_days(30))
    assert version.number == draft.number
    assert version.published_by == second
    simulated = dict(simulation.rows.values_list("employee__name", "verdict_after"))
    assert run_of(world, version) == simulated == {
        "emp": "not_eligible", "col1": "not_eligible", "head": "eligible", "sup": "eligible", "col2": "eligible",
    }  # fmt: skip
    assert version_in_force("location", in_days(29)).number == 1
    assert Notice.objects.filter(user=hr, code="eligibility.published").count() == 1


@pytest.mark.parametrize("days", [0, 1, 200])
def test_what_publishing_does_equals_the_simulation(world, days):
    promote(world.employees["col2"], in_days(15))  # new in the post on some of these days
    draft = draft_of(world, valid_from=in_days(days))
    simulation = simulate(world, draft)

    version = publish(world, draft)

    assert run_of(world, version) == dict(simulation.rows.values_list("employee__name", "verdict_after"))
    kept = Simulation.objects.get(at_publication=True)
    assert kept.rows_digest == simulation.rows_digest
    assert kept.base == simulation.base


# Facts that move


def test_facts_that_moved_are_named_and_asked_about(world):
    draft = draft_of(world)
    simulate(world, draft)
    DisciplineCase.objects.create(
        employee=world.employees["col1"], reference="P-1", status="examination", opened_on=in_days(0)
    )

    error = moved(world, draft)

    assert names(error) == {("col1", "gained", "same")}
    assert "1 person comes out otherwise than simulated" in str(error)

    version = publish(world, draft, confirm=error.difference.digest)
    assert run_of(world, version)["col1"] == "not_eligible"
    kept = Simulation.objects.get(at_publication=True)
    assert run_of(world, version) == dict(kept.rows.values_list("employee__name", "verdict_after"))


def test_a_difference_that_moved_again_is_asked_about_again(world):
    draft = draft_of(world)
    simulate(world, draft)
    promote(world.employees["col2"], in_days(-240))
    first = moved(world, draft)
    promote(world.employees["sup"], in_days(-240))

    second = moved(world, draft, confirm=first.difference.digest)

    assert names(second) == {("col2", "same", "lost"), ("sup", "same", "lost")}
    assert publish(world, draft, confirm=second.difference.digest).status == VersionStatus.PUBLISHED


def test_a_verdict_that_moves_by_both_versions_alike_is_told_too(world):
    draft = draft_of(world)
    simulate(world, draft)
    DisciplineCase.objects.create(
        employee=world.employees["col2"], reference="P-1", status="examination", opened_on=in_days(0)
    )

    error = moved(world, draft)

    assert names(error) == {("col2", "same", "same")}
    with translation.override("en"):
        (person,) = error.difference.people
        assert (person.simulated_words, person.found_words) == ("Eligible (unchanged)", "Not eligible (unchanged)")


def test_facts_that_moved_back_need_no_answer(world):
    draft = draft_of(world)
    simulate(world, draft)
    case = DisciplineCase.objects.create(
        employee=world.employees["emp"], reference="P-1", status="examination", opened_on=in_days(0)
    )
    moved(world, draft)
    case.delete()

    assert publish(world, draft).status == VersionStatus.PUBLISHED


def test_who_came_or_left_counts_where_they_gain_or_lose(world):
    draft = draft_of(world)
    simulate(world, draft)
    Placement.objects.filter(employee=world.employees["emp"], valid_to=None).update(valid_to=in_days(-1))
    Placement.objects.filter(employee=world.employees["col2"]).update(valid_to=in_days(-1))  # was unchanged
    new = Employee.objects.create(
        nip="199001012011001199", name="new", kind="pns", sex="2", birth_date=in_days(-12000), grade="III/a"
    )
    post = Placement.objects.filter(employee=world.employees["head"]).get()
    Placement.objects.create(
        employee=new, unit=world.law, position=post.position, entry_reason="recruitment", valid_from=in_days(-240)
    )

    error = moved(world, draft)

    assert names(error) == {("emp", "lost", "same")}  # `new` lacks a registered home by both versions
    gone = next(item for item in error.difference.people if item.name == "emp")
    assert gone.verdict == ""


def test_without_a_simulation_everybody_who_gains_or_loses_is_asked_about(world):
    draft = draft_of(world)

    error = moved(world, draft)

    assert names(error) == {("emp", "same", "lost"), ("col1", "same", "gained")}
    assert not error.was_simulated
    assert publish(world, draft, confirm=error.difference.digest).status == VersionStatus.PUBLISHED


def test_a_simulation_of_an_older_edit_or_of_another_day_does_not_stand_for_this_one(world):
    draft = draft_of(world)
    simulate(world, draft, as_of=in_days(3))
    assert not moved(world, draft).was_simulated

    simulate(world, draft)
    change(world, draft, "location_tasks", {"min_share_pct": 45})

    assert not moved(world, draft).was_simulated


def test_a_draft_without_effect_needs_no_answer(world):
    draft = draft_of(world, months=6, share=60)

    assert publish(world, draft).status == VersionStatus.PUBLISHED
    assert changes(Simulation.objects.get(at_publication=True)) == {}


# Who, when and what


def test_the_last_editor_does_not_publish(world):
    draft = draft_of(world)
    with pytest.raises(PermissionDenied):
        publish(world, draft, name="hr")


@pytest.mark.parametrize("name", ["emp", "head", "boss"])
def test_who_is_no_hr_of_the_agency_neither_publishes_nor_sends_back(world, name):
    draft = draft_of(world)
    ask(world, draft)
    with pytest.raises(PermissionDenied):
        publish(world, draft, name=name)
    with pytest.raises(PermissionDenied):
        send_back_version(version_id=draft.pk, by=world.users[name], note="Periksa lagi.")


def test_a_first_day_that_is_over_is_refused(world):
    draft = draft_of(world)
    PolicyVersion.objects.filter(pk=draft.pk).update(valid_from=in_days(-1))
    with pytest.raises(ValidationError) as error:
        publish(world, draft)
    assert "valid_from" in error.value.message_dict


def test_a_decree_of_later_than_the_first_day_is_refused(world):
    draft = draft_of(world)
    with pytest.raises(ValidationError) as error:
        publish(world, draft, decree_date=in_days(1))
    assert "decree_date" in error.value.message_dict


def test_an_edit_that_the_publisher_has_not_seen_is_not_published(world):
    draft = draft_of(world)
    simulate(world, draft)
    change(world, draft, "location_tasks", {"min_share_pct": 45})
    with pytest.raises(StaleDraft):
        publish(world, draft, revision=draft.revision - 1)


def test_published_twice_is_told_by_whom(world):
    draft = draft_of(world, months=6, share=60)
    publish(world, draft)
    with translation.override("en"), pytest.raises(AlreadyPublished, match="Dewi published this version"):
        publish(world, draft)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_wins_and_the_other_reads_why(world):
    third = User.objects.create(username="hr3", name="Rudi", is_active=True)
    RoleGrant.objects.create(user=third, role="hr_admin", valid_from=in_days(-9))
    draft = draft_of(world)
    simulate(world, draft)
    told = []

    def run(user):
        try:
            publish_version(version_id=draft.pk, by=user, **DECREE)
        except AlreadyPublished as error:
            told.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[user]) for user in (world.users["boss2"], third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    draft.refresh_from_db()
    assert draft.status == VersionStatus.PUBLISHED
    assert len(told) == 1
    assert str(draft.published_by) in told[0]
    assert Simulation.objects.filter(at_publication=True).count() == 1


# Sending back


def test_a_draft_sent_back_tells_the_editor_and_waits_for_a_new_request(client, world):
    draft = draft_of(world)
    ask(world, draft)

    send_back_version(version_id=draft.pk, by=world.users["boss2"], note="Alasan 12 bulan belum jelas.")

    draft.refresh_from_db()
    assert (draft.status, draft.submitted_at, draft.submitted_by) == ("draft", None, None)
    (notice,) = Notice.objects.filter(code="eligibility.sent_back")
    assert (notice.user, notice.context["note"]) == (world.users["hr"], "Alasan 12 bulan belum jelas.")
    client.force_login(world.users["hr"])
    page = reverse("eligibility:draft", args=["location", draft.number])
    assert "Alasan 12 bulan belum jelas." in client.get(page).content.decode()

    with pytest.raises(NotAskedFor):
        send_back_version(version_id=draft.pk, by=world.users["boss2"], note="Lagi.")
    ask(world, draft)
    assert (
        "Alasan 12 bulan"
        not in client.get(reverse("eligibility:draft", args=["location", draft.number])).content.decode()
    )


def test_sending_back_says_what_to_look_at(world):
    draft = draft_of(world)
    ask(world, draft)
    with pytest.raises(ValidationError):
        send_back_version(version_id=draft.pk, by=world.users["boss2"], note="  ")
    assert not SentBack.objects.exists()


def test_what_is_published_is_not_sent_back(world):
    draft = draft_of(world, months=6, share=60)
    ask(world, draft)
    publish(world, draft)
    with pytest.raises(AlreadyPublished):
        send_back_version(version_id=draft.pk, by=world.users["boss2"], note="Terlambat.")
