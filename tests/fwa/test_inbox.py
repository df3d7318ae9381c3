"""The inbox and the decision page: what waits, what a decision rests on, and what becomes of it."""

from dataclasses import replace
from datetime import time, timedelta
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from eligibility.models import ArrangementTerms, CircumstanceKind
from fwa.models import Request
from fwa.services.circumstances import claim_circumstance
from fwa.services.decisions import approve_step, reject_step
from fwa.services.requests import save_draft, submit_request
from organization.models import Delegation, StaffingMinimum, User
from tests.fwa.letters_kit import pdf_bytes, sent, upload
from tests.world import draft, make_world, next_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def current(fwa_request):
    return fwa_request.steps.current().get()


def act(client, fwa_request, **values):
    url = reverse("fwa:step_act", args=[fwa_request.public_id])
    return client.post(url, {"step": current(fwa_request).pk, "action": "approve", **values})


def page(client, user, fwa_request, status=200):
    client.force_login(user)
    answer = client.get(reverse("fwa:step_decide", args=[fwa_request.public_id]))
    assert answer.status_code == status
    return answer.content.decode()


def forward(world, fwa_request, *names):
    for name in names:
        approve_step(by=world.users[name], step_id=current(fwa_request).pk)


@pytest.mark.parametrize(("name", "sees"), [("sup", True), ("head", False), ("hr", False), ("boss", False)])
def test_only_the_present_level_finds_it_in_the_inbox(client, world, name, sees):
    fwa_request = sent(world)
    client.force_login(world.users[name])

    assert (fwa_request.number in client.get(reverse("fwa:inbox")).content.decode()) is sees


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("name=emp", True), ("name=zzz", False), ("kind=shift", False), ("role=supervisor", True),
     ("role=hr", False), ("late=on", False)],
)  # fmt: skip
def test_the_inbox_is_filtered(client, world, query, found):
    fwa_request = sent(world)
    client.force_login(world.users["sup"])

    answer = client.get(reverse("fwa:inbox") + "?" + query, headers={"HX-Request": "true"})

    assert (fwa_request.number in answer.content.decode()) is found
    assert "<html" not in answer.content.decode()


def test_the_inbox_counts_beside_its_name_in_the_navigation(client, world):
    sent(world)
    client.force_login(world.users["sup"])

    assert '<span class="n">1</span>' in client.get(reverse("fwa:request_list")).content.decode()


def test_the_decision_page_shows_coverage_record_verdict_and_outputs(client, world):
    StaffingMinimum.objects.create(unit=world.law, count=4, valid_from=next_monday() - timedelta(days=30))
    fwa_request = sent(world)

    text = page(client, world.users["head"], fwa_request, 302) or page(client, world.users["sup"], fwa_request)

    assert "Naskah akademik" in text
    assert text.count('<span class="cov') >= 16
    assert "1/1" in text
    assert f"{fwa_request.dates.count()} " in text


def test_figures_on_the_page_are_those_that_the_approval_takes(client, world):
    forward(world, sent(world, "col1", weekdays=(2,)), "sup", "head")
    fwa_request = sent(world)
    forward(world, fwa_request, "sup")
    text = page(client, world.users["head"], fwa_request)
    assert text.count("2/1") == 8  # the section and the agency, four Tuesdays each
    assert text.count("rule stop") == 4

    assert act(client, fwa_request).status_code == 302

    assert fwa_request.dates.filter(status="held").count() == 4
    assert set(fwa_request.dates.filter(status="refused").values_list("problem", flat=True)) == {"unit_full"}


def test_when_no_date_is_left_the_head_reads_why_and_the_request_waits(client, world):
    fwa_request = sent(world)
    forward(world, fwa_request, "sup")
    StaffingMinimum.objects.create(unit=world.law, count=5, valid_from=next_monday())
    text = page(client, world.users["head"], fwa_request)
    assert 'value="approve"' not in text

    assert act(client, fwa_request).status_code == 422
    assert current(fwa_request).role == "unit_head"


def test_every_level_agrees_by_its_page_until_the_letter(client, world):
    fwa_request = sent(world)
    for name in ("sup", "head", "hr", "boss"):
        client.force_login(world.users[name])
        assert client.get(reverse("fwa:step_decide", args=[fwa_request.public_id])).status_code == 200
        assert act(client, fwa_request, note=f"Setuju, {name}.").url == reverse("fwa:inbox")

    fwa_request.refresh_from_db()
    assert fwa_request.status == "approved"
    assert fwa_request.letter.number


def test_the_head_agrees_to_part_of_the_dates_and_says_why(client, world):
    fwa_request = sent(world)
    forward(world, fwa_request, "sup")
    day = fwa_request.dates.first().day
    client.force_login(world.users["head"])

    refused = act(client, fwa_request, leave_out=day.isoformat())
    assert refused.status_code == 422
    act(client, fwa_request, leave_out=day.isoformat(), note="Rapat paripurna.")

    assert fwa_request.dates.get(day=day).status == "refused"
    assert fwa_request.dates.filter(status="held").count() == 7


def test_a_request_is_returned_with_a_note_and_sent_again(client, world):
    fwa_request = sent(world)
    client.force_login(world.users["sup"])

    assert act(client, fwa_request, action="return").status_code == 422
    assert act(client, fwa_request, action="return", note="Tambah keluaran.").status_code == 302

    client.force_login(world.users["emp"])
    text = client.get(reverse("fwa:request_detail", args=[fwa_request.public_id])).content.decode()
    assert "Tambah keluaran." in text
    assert reverse("fwa:request_edit", args=[fwa_request.public_id]) in text


def test_a_refusal_needs_all_three(client, world):
    fwa_request = sent(world)
    client.force_login(world.users["sup"])
    url = reverse("fwa:step_reject", args=[fwa_request.public_id])
    assert client.get(url).status_code == 200

    half = client.post(url, {"step": current(fwa_request).pk, "ground": "task", "reason": "Tatap muka."})
    assert half.status_code == 422
    assert "Tatap muka." in half.content.decode()
    client.post(
        url, {"step": current(fwa_request).pk, "ground": "task", "reason": "Tatap muka.", "alternative": "Satu hari."}
    )

    fwa_request.refresh_from_db()
    assert (fwa_request.status, fwa_request.refusal_alternative) == ("rejected", "Satu hari.")


def test_what_a_colleague_decided_a_second_ago_is_not_decided_twice(client, world):
    fwa_request = sent(world)
    forward(world, fwa_request, "sup", "head")
    step = current(fwa_request)
    approve_step(by=world.users["hr"], step_id=step.pk)
    client.force_login(world.users["hr"])

    for name, values in (("step_act", {"action": "approve"}), ("step_act", {"action": "return", "note": "x"}),
                         ("step_reject", {"ground": "task", "reason": "x", "alternative": "y"})):  # fmt: skip
        answer = client.post(reverse(f"fwa:{name}", args=[fwa_request.public_id]), {"step": step.pk, **values})
        assert answer.status_code == 409
        words = gettext("Somebody decided this step a moment ago. The page shows how it stands now.")
        assert words in unescape(answer.content.decode())

    assert fwa_request.decisions.filter(step=step).count() == 1


@pytest.mark.parametrize(("name", "status"), [("emp", 302), ("head", 302), ("col1", 404), ("boss", 302)])
def test_who_may_not_decide_gets_no_decision_page(client, world, name, status):
    fwa_request = sent(world)

    page(client, world.users[name], fwa_request, status)


@pytest.mark.parametrize(("name", "status"), [("emp", 403), ("head", 403), ("col1", 404)])
def test_who_may_not_decide_cannot_by_hand_either(client, world, name, status):
    fwa_request = sent(world)
    client.force_login(world.users[name])

    assert act(client, fwa_request).status_code == status
    assert current(fwa_request).role == "supervisor"


def test_a_stand_in_decides_in_the_name_of_the_officer(client, world):
    today = timezone.localdate()
    Delegation.objects.create(
        principal=world.users["sup"], delegate=world.users["col2"], kind="plh", valid_from=today,
        valid_to=today + timedelta(days=5), created_by=world.users["hr"],
    )  # fmt: skip
    fwa_request = sent(world)

    assert "notice info" in page(client, world.users["col2"], fwa_request)
    act(client, fwa_request)

    step = fwa_request.steps.order_by("order").first()
    assert (step.decided_by, step.acting_for) == (world.users["col2"], world.users["sup"])


class TestBulk:
    def post(self, client, user, ids, **values):
        client.force_login(user)
        answer = client.post(reverse("fwa:inbox_bulk"), {"ids": ids, **values})
        return client.get(answer.url) if answer.url == reverse("fwa:inbox_bulk") else answer

    def test_each_row_says_what_became_of_it(self, client, world):
        requests = [sent(world, name) for name in ("emp", "col1")]
        for fwa_request in requests:
            forward(world, fwa_request, "sup")

        text = self.post(client, world.users["head"], [current(row).pk for row in requests]).content.decode()

        assert all(row.number in text for row in requests)
        assert text.count("rule ok") == 1
        assert text.count("rule stop") == 1
        assert Request.objects.exclude(assignment=None).count() == 1

    def test_a_guessed_id_tells_nothing(self, client, world):
        fwa_request = sent(world)

        text = self.post(client, world.users["col1"], [current(fwa_request).pk, 999999]).content.decode()

        assert fwa_request.number not in text
        assert current(fwa_request).status == "current"

    def test_loading_the_result_again_decides_nothing(self, client, world):
        fwa_request = sent(world)
        self.post(client, world.users["sup"], [current(fwa_request).pk])

        again = client.get(reverse("fwa:inbox_bulk")).content.decode()

        assert again.count("rule ok") == 1
        assert current(fwa_request).role == "unit_head"

    def test_without_a_result_the_inbox_is_shown(self, client, world):
        client.force_login(world.users["sup"])
        assert client.get(reverse("fwa:inbox_bulk")).url == reverse("fwa:inbox")

    @pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["²"], ["9" * 30]])
    def test_nothing_chosen_is_said(self, client, world, ids):
        assert self.post(client, world.users["sup"], ids).url == reverse("fwa:inbox")


BEFORE = {"sup": (), "head": ("sup",), "hr": ("sup", "head"), "boss": ("sup", "head", "hr")}


def questions_of_inbox_and_decision(client, user, django_assert_num_queries):
    client.force_login(user)
    with django_assert_num_queries(7):
        waiting = client.get(reverse("fwa:inbox")).context["page_obj"].object_list
    with django_assert_num_queries(15):
        answer = client.get(reverse("fwa:step_decide", args=[waiting[0].request.public_id]))
    assert answer.context["verdicts"]
    return len(waiting)


@pytest.mark.parametrize("names", [("emp",), ("emp", "col1", "col2")], ids=["one", "three"])
@pytest.mark.parametrize("name", list(BEFORE))
@pytest.mark.parametrize("stands_in", [False, True], ids=["self", "stand-in"])
def test_the_number_of_queries_does_not_grow(client, world, name, names, stands_in, django_assert_num_queries):
    for weekday, one in enumerate(names, start=1):
        forward(world, sent(world, one, weekdays=(weekday,)), *BEFORE[name])
    decider = User.objects.create(username="plh", is_active=True) if stands_in else world.users[name]
    if stands_in:
        Delegation.objects.create(principal=world.users[name], delegate=decider, valid_from=timezone.localdate())

    assert questions_of_inbox_and_decision(client, decider, django_assert_num_queries) == len(names)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_sealed_circumstance_hours_and_groups_ask_no_more(client, world, rows, django_assert_num_queries):
    CircumstanceKind.objects.create(code="hamil", name="Hamil", lifts_weekly_cap=True)
    ArrangementTerms.objects.update(quota_basis="holders")
    for number in range(rows):
        StaffingMinimum.objects.create(
            unit=world.law, count=1, position_group=f"g{number}", valid_from=timezone.localdate()
        )
    user = world.users["emp"]
    hours = {"kind": "location_time", "starts_at": time(7), "ends_at": time(15)}
    data = draft(basis="special_circumstance", **hours)
    data = replace(data, outputs=data.outputs * rows)
    kept = save_draft(by=user, data=data)
    claim_circumstance(
        by=user, request_id=kept.pk, kind_code="hamil", valid_from=data.valid_from, valid_to=data.valid_to,
        files=[upload(pdf_bytes())],
    )  # fmt: skip
    submit_request(by=user, request_id=kept.pk)

    assert questions_of_inbox_and_decision(client, world.users["sup"], django_assert_num_queries) == 1


def test_outside_the_demo_a_second_factor_asks_no_more(client, world, settings, django_assert_num_queries):
    settings.DEMO = False
    hr = world.users["hr"]
    forward(world, sent(world), *BEFORE["hr"])
    client.force_login(hr)
    assert client.get(reverse("fwa:inbox")).url == reverse("mfa_activate_totp")

    Authenticator.objects.create(user=hr, type="totp", data={})

    assert questions_of_inbox_and_decision(client, hr, django_assert_num_queries) == 1


def test_home_leads_to_the_decision(client, world):
    fwa_request = sent(world)
    client.force_login(world.users["sup"])

    assert reverse("fwa:step_decide", args=[fwa_request.public_id]) in client.get("/").content.decode()


class TestEndEarly:
    @pytest.fixture
    def running(self, world):
        fwa_request = sent(world)
        forward(world, fwa_request, "sup", "head", "hr", "boss")
        fwa_request.refresh_from_db()
        return fwa_request

    def end(self, client, user, fwa_request, **values):
        client.force_login(user)
        values = {"ended_on": next_monday() + timedelta(days=7), "reason": "Mutasi.", **values}
        return client.post(reverse("fwa:arrangement_end", args=[fwa_request.public_id]), values)

    @pytest.mark.parametrize(
        ("name", "status"), [("emp", 302), ("head", 302), ("hr", 302), ("sup", 403), ("col1", 404)]
    )
    def test_applicant_head_and_hr_may(self, client, world, running, name, status):
        assert self.end(client, world.users[name], running).status_code == status

    def test_later_days_are_given_back_once(self, client, world, running):
        self.end(client, world.users["emp"], running)

        assert running.dates.filter(status="dropped").count() == 6
        assert self.end(client, world.users["emp"], running).status_code == 409

    @pytest.mark.parametrize("values", [{"reason": " "}, {"ended_on": "2020-01-01"}, {"ended_on": ""}])
    def test_bad_input_is_told(self, client, world, running, values):
        assert self.end(client, world.users["emp"], running, **values).status_code == 422


def test_the_page_that_rejects_asks_three_things_only(client, world):
    client.force_login(world.users["sup"])
    page = client.get(reverse("fwa:step_reject", args=[sent(world).public_id])).content.decode()
    assert 'type="hidden" name="step"' in page
    assert 'for="id_step"' not in page


def test_a_rejected_request_is_not_decided_again(client, world):
    fwa_request = sent(world)
    step = current(fwa_request)
    reject_step(by=world.users["sup"], step_id=step.pk, ground="task", reason="a", alternative="b")
    client.force_login(world.users["sup"])

    url = reverse("fwa:step_act", args=[fwa_request.public_id])
    assert client.post(url, {"step": step.pk, "action": "approve"}).status_code == 409


class TestLetterNumber:
    """The authority may type a number from the mail register; else the agency's pattern gives the next."""

    def last(self, client, world, name="emp", **values):
        fwa_request = sent(world, name, **values)
        forward(world, fwa_request, "sup", "head", "hr")
        client.force_login(world.users["boss"])
        return fwa_request

    def test_it_is_asked_for_at_the_last_level_only(self, client, world):
        fwa_request = sent(world)
        assert "letter_number" not in page(client, world.users["sup"], fwa_request)
        forward(world, fwa_request, "sup", "head", "hr")

        assert 'name="letter_number"' in page(client, world.users["boss"], fwa_request)

    def test_a_typed_number_is_that_of_the_letter(self, client, world):
        fwa_request = self.last(client, world)

        act(client, fwa_request, letter_number="  800/17/BKPSDM ")

        fwa_request.refresh_from_db()
        assert fwa_request.letter.number == "800/17/BKPSDM"

    def test_a_number_in_use_is_refused_and_nothing_is_decided(self, client, world):
        act(client, self.last(client, world, weekdays=(2,)), letter_number="800/17")
        second = self.last(client, world, "col1", weekdays=(4,))

        assert act(client, second, letter_number="800/17").status_code == 422

        second.refresh_from_db()
        assert second.status == "submitted"
        assert current(second).role == "authority"

    @pytest.mark.parametrize("number", ["<b>12/x</b>", "12 😀"])
    def test_signs_no_mail_register_uses_are_refused(self, client, world, number):
        assert act(client, self.last(client, world), letter_number=number).status_code == 422

    def test_by_hand_at_an_earlier_level_it_is_refused(self, world):
        fwa_request = sent(world)
        with pytest.raises(ValidationError):
            approve_step(by=world.users["sup"], step_id=current(fwa_request).pk, letter_number="800/17")
        assert current(fwa_request).role == "supervisor"


def test_without_terms_for_its_time_a_request_can_still_be_returned(client, world):
    fwa_request = sent(world)
    ArrangementTerms.objects.update(valid_to=timezone.localdate() - timedelta(days=1))

    assert 'value="approve"' not in page(client, world.users["sup"], fwa_request)
    assert act(client, fwa_request, action="return", note="Tunggu ketentuan baru.").status_code == 302


def test_of_two_minimums_of_a_day_the_page_shows_the_one_that_binds(client, world):
    since = next_monday() - timedelta(days=30)
    StaffingMinimum.objects.create(unit=world.law, weekday=2, count=5, valid_from=since)
    StaffingMinimum.objects.create(unit=world.law, count=1, valid_from=since)
    fwa_request = sent(world)

    text = page(client, world.users["sup"], fwa_request)

    assert text.count('<span class="cov stop">4') == 4  # the Tuesdays, with four left of five needed
    assert text.count('<span class="cov ok">4') == 4
