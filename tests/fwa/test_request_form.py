"""The request form in a browser's words: keeping, previewing, mending, sending, stating a circumstance."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter

from attendance.models import Absence
from eligibility.models import CircumstanceKind
from fwa.models import Evidence, Request, RequestDate, SpecialCircumstance, Step
from fwa.services.decisions import return_step
from fwa.views.request_form import first_draft
from organization.models import Domicile, Site
from tests.fwa.letters_kit import sent
from tests.world import make_world, next_monday

pytestmark = pytest.mark.django_db


def blank_pdf():
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.write(out)
    return out.getvalue()


PDF = blank_pdf()


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def applicant(client, world):
    client.force_login(world.users["emp"])
    return client


def fields(**changes):
    """What a browser sends for four weeks of Tuesdays and Thursdays at home with one output."""
    monday = next_monday()
    values = {
        "kind": "location",
        "basis": "task",
        "valid_from": monday.isoformat(),
        "valid_to": (monday + timedelta(days=27)).isoformat(),
        "weekdays": ["2", "4"],
        "place_kind": "home",
        "reason": "Menyusun naskah akademik.",
        "work_plan": "Menulis bab satu sampai empat.",
        "dates-TOTAL_FORMS": "3",
        "dates-INITIAL_FORMS": "0",
        "outputs-TOTAL_FORMS": "3",
        "outputs-INITIAL_FORMS": "0",
        "outputs-0-title": "Naskah akademik",
        "outputs-0-measure": "bab",
        "outputs-0-target": "4,5",
        "outputs-0-due_on": (monday + timedelta(days=20)).isoformat(),
        "action": "draft",
    }
    return {key: value for key, value in (values | changes).items() if value is not None}


def new(client, **changes):
    """The answer that a browser shows: it sends the form again where the server asks it to."""
    answer = client.post(reverse("fwa:request_new"), fields(**changes))
    return client.post(answer.url, fields(**changes)) if answer.status_code == 307 else answer


def test_the_empty_form_proposes_a_period_and_the_registered_home(applicant):
    page = applicant.get(reverse("fwa:request_new")).content.decode()

    assert "Jl. Mulawarman RT 16" in page
    assert f'value="{first_draft(timezone.localdate()).valid_to}"' in page


def test_a_draft_is_kept_however_incomplete(applicant):
    blank = {f"outputs-0-{name}": "" for name in ("title", "measure", "target", "due_on")}

    answer = new(applicant, weekdays=None, reason=None, work_plan=None, **blank)

    kept = Request.objects.get()
    assert answer.url == reverse("fwa:request_edit", args=[kept.public_id])
    assert (kept.status, kept.weekdays, kept.number) == ("draft", [], None)


def test_a_draft_comes_back_as_it_was_typed(applicant):
    new(applicant)
    kept = Request.objects.get()

    page = applicant.get(reverse("fwa:request_edit", args=[kept.public_id])).content.decode()

    assert "Menyusun naskah akademik." in page
    assert 'value="Naskah akademik"' in page
    assert kept.outputs.get().target == 4.5
    assert 'value="4,5' in page


def test_sending_goes_to_the_request_and_tells_its_number(applicant):
    answer = new(applicant, action="submit")

    sent_request = Request.objects.get()
    assert answer.url == reverse("fwa:request_detail", args=[sent_request.public_id])
    assert sent_request.status == "submitted"
    assert sent_request.number in applicant.get(answer.url).content.decode()


def test_sending_in_two_tabs_is_one_request(applicant):
    new(applicant)
    kept = Request.objects.get()
    edit = reverse("fwa:request_edit", args=[kept.public_id])

    first = applicant.post(edit, fields(action="submit"))
    second = applicant.post(edit, fields(action="submit"), headers={"Referer": f"http://testserver{edit}"})

    assert first.status_code == 302
    assert second.status_code == 409
    assert f'href="{edit}"' in second.content.decode()
    assert Request.objects.count() == 1
    assert applicant.get(edit).url == reverse("fwa:request_detail", args=[kept.public_id])


def test_a_refused_sending_makes_one_draft_however_often_it_is_loaded_again(applicant):
    first = applicant.post(reverse("fwa:request_new"), fields(action="submit", reason=""))
    assert first.status_code == 307

    for _load in range(2):
        assert applicant.post(first.url, fields(action="submit", reason="")).status_code == 422

    assert Request.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "reason"),
        ({"work_plan": ""}, "work_plan"),
        ({"weekdays": None}, "weekdays"),
        ({"valid_to": ""}, "valid_to"),
        ({"place_kind": "other_office"}, "site"),
        ({"place_kind": "other"}, "place_address"),
        ({"kind": "location_time"}, "starts_at"),
    ],
)
def test_sending_says_what_is_missing_and_keeps_the_draft(applicant, changes, words):
    answer = new(applicant, action="submit", **changes)

    assert answer.status_code == 422
    assert f'href="#id_{words}' in answer.content.decode()
    assert Request.objects.get().status == "draft"


def test_a_reversed_period_is_named_and_nothing_is_kept(applicant):
    answer = new(applicant, valid_to=(next_monday() - timedelta(days=30)).isoformat())

    assert answer.status_code == 422
    assert 'href="#id_valid_to"' in answer.content.decode()
    assert "Menyusun naskah akademik." in answer.content.decode()
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": "31-02-2027"},
        {"kind": "telepathy"},
        {"weekdays": ["9"]},
        {"outputs-0-target": "many"},
        {"outputs-0-title": ""},
        {"outputs-TOTAL_FORMS": "x"},
        {"starts_at": "25.00"},
        {"site": "0"},
        {"dates-0-day": "soon"},
    ],
)
def test_what_cannot_be_read_is_named_and_the_text_stays(applicant, changes):
    answer = new(applicant, **changes)

    assert answer.status_code == 422
    assert "Menyusun naskah akademik." in answer.content.decode()
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"valid_to": "2199-12-31"}, {"valid_from": "2190-01-01", "valid_to": "2199-12-31"}]
)
def test_an_endless_period_is_named_and_counts_no_days(applicant, changes):
    answer = new(applicant, **changes)
    assert answer.status_code == 422
    assert "dua tahun" in answer.content.decode()
    assert not Request.objects.exists()
    preview = applicant.post(reverse("fwa:request_preview"), fields(**changes))
    assert "dua tahun" in preview.content.decode()


def test_a_start_beyond_all_calendars_has_an_answer(applicant):
    assert new(applicant, valid_from="9999-12-31", valid_to="").status_code == 422


def test_the_form_of_a_returned_request_shows_what_to_change(applicant, world):
    fwa_request = sent(world)
    return_step(by=world.users["sup"], step_id=Step.objects.current().get().pk, note="Targetnya belum terukur.")
    page = applicant.get(reverse("fwa:request_edit", args=[fwa_request.public_id])).content.decode()
    assert "Targetnya belum terukur." in page


def test_a_refused_sending_says_that_the_draft_is_kept(applicant):
    page = new(applicant, action="submit", reason="").content.decode()
    assert "Tersimpan sebagai draf" in page
    assert "Belum tersimpan" not in page


def test_past_dates_are_refused_by_date(applicant):
    monday = next_monday() - timedelta(days=28)
    answer = new(applicant, action="submit", valid_from=monday.isoformat())

    assert answer.status_code == 422
    assert Request.objects.get().status == "draft"


def test_the_preview_answers_for_each_date_and_keeps_nothing(applicant, world):
    monday = next_monday()
    Absence.objects.create(
        employee=world.employees["emp"], kind="leave", valid_from=monday + timedelta(days=1),
        valid_to=monday + timedelta(days=1), reference="C-1",
    )  # fmt: skip

    page = applicant.post(reverse("fwa:request_preview"), fields(), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in page
    assert f'name="without" value="{monday + timedelta(days=1)}"' in page
    assert f'value="{monday + timedelta(days=1)}:{monday}' in page
    assert page.count("day ok") + page.count("day exact") == 7
    assert not Request.objects.exists()


def test_a_third_day_of_the_week_is_over_the_cap(applicant):
    page = applicant.post(reverse("fwa:request_preview"), fields(weekdays=["2", "3", "4"])).content.decode()

    assert page.count("day stop") == 4


def test_the_preview_lives_with_half_a_form(applicant):
    answer = applicant.post(reverse("fwa:request_preview"), {"kind": "location", "valid_from": "nonsense"})

    assert answer.status_code == 200


def test_a_button_of_the_preview_swaps_a_date(applicant):
    tuesday, wednesday = next_monday() + timedelta(days=1), next_monday() + timedelta(days=2)

    answer = new(applicant, action=None, swap=f"{tuesday}:{wednesday}")

    kept = Request.objects.get()
    assert answer.url.endswith("#preview")
    assert kept.left_out == [tuesday]
    assert kept.single_dates == [wednesday]


def test_dates_left_out_can_be_asked_for_again(applicant):
    tuesday, thursday = next_monday() + timedelta(days=1), next_monday() + timedelta(days=3)
    new(applicant, action=None, without=f"{tuesday},{thursday}")
    kept = Request.objects.get()
    assert kept.left_out == [tuesday, thursday]

    applicant.post(reverse("fwa:request_edit", args=[kept.public_id]), fields(left_out=[thursday.isoformat()]))

    kept.refresh_from_db()
    assert kept.left_out == [thursday]


def test_single_dates_alone_make_their_own_period(applicant):
    days = [next_monday() + timedelta(days=offset) for offset in (0, 9)]

    new(applicant, action="submit", weekdays=None, **{f"dates-{i}-day": day.isoformat() for i, day in enumerate(days)},
        **{"outputs-0-due_on": days[1].isoformat()})  # fmt: skip

    kept = Request.objects.get()
    assert (kept.status, kept.valid_from, kept.valid_to) == ("submitted", days[0], days[1])
    assert list(RequestDate.objects.values_list("day", flat=True)) == days


def test_another_office_is_chosen_from_the_list(applicant):
    site = Site.objects.create(name="Kantor Kecamatan", address="Jl. A")

    new(applicant, action="submit", place_kind="other_office", site=str(site.pk))

    assert Request.objects.get().site == site


def test_who_is_not_eligible_reads_each_article(applicant, world):
    Domicile.objects.update(verified_at=None, verified_by=None)
    answer = new(applicant, action="submit")

    assert answer.status_code == 422
    assert Request.objects.get().status == "draft"


def test_an_expired_login_leads_to_the_login_page(client, world):
    answer = client.post(reverse("fwa:request_new"), fields())

    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


@pytest.mark.parametrize(("name", "status"), [("hr", 403), ("boss", 403), ("sup", 200)])
def test_only_people_with_a_personnel_record_ask(client, world, name, status):
    client.force_login(world.users[name])

    assert client.get(reverse("fwa:request_new")).status_code == status


@pytest.mark.parametrize("page", ["request_edit", "request_preview_of", "request_circumstance", "request_delete"])
def test_another_persons_draft_does_not_exist(client, world, applicant, page):
    new(applicant)
    kept = Request.objects.get()
    client.force_login(world.users["sup"])

    assert client.post(reverse(f"fwa:{page}", args=[kept.public_id]), fields()).status_code == 404
    assert Request.objects.filter(pk=kept.pk).exists()


def test_a_draft_is_deleted_after_a_question(applicant):
    new(applicant)
    url = reverse("fwa:request_delete", args=[Request.objects.get().public_id])

    assert applicant.get(url).status_code == 200
    assert applicant.post(url).url == reverse("fwa:request_list")
    assert not Request.objects.exists()


def test_a_sent_request_is_withdrawn_not_deleted(applicant, world):
    fwa_request = sent(world)

    assert applicant.post(reverse("fwa:request_delete", args=[fwa_request.public_id])).status_code == 409
    applicant.post(reverse("fwa:request_withdraw", args=[fwa_request.public_id]), {"note": "Berubah rencana."})

    fwa_request.refresh_from_db()
    assert fwa_request.status == "withdrawn"
    assert applicant.post(reverse("fwa:request_withdraw", args=[fwa_request.public_id])).status_code == 409


def test_the_supervisor_may_not_withdraw(client, world):
    fwa_request = sent(world)
    client.force_login(world.users["sup"])

    assert client.post(reverse("fwa:request_withdraw", args=[fwa_request.public_id])).status_code == 403


class TestCircumstance:
    @pytest.fixture
    def kind(self, world):
        return CircumstanceKind.objects.create(code="hamil", name="Hamil", max_days=90, lifts_weekly_cap=True)

    @pytest.fixture
    def kept(self, applicant, kind):
        new(applicant, basis="special_circumstance")
        return Request.objects.get()

    def claim(self, client, kept, *files, **changes):
        values = {"kind": "hamil", "valid_from": kept.valid_from, "valid_to": kept.valid_to, "evidence": files}
        return client.post(reverse("fwa:request_circumstance", args=[kept.public_id]), values | changes)

    def file(self, content=PDF, name="surat.pdf"):
        upload = BytesIO(content)
        upload.name = name
        return upload

    def test_sending_without_it_leads_to_its_page(self, applicant, kept):
        answer = applicant.post(
            reverse("fwa:request_edit", args=[kept.public_id]), fields(basis="special_circumstance", action="submit")
        )

        assert answer.url == reverse("fwa:request_circumstance", args=[kept.public_id])

    def test_it_is_sealed_and_lifts_the_cap(self, applicant, kept):
        assert self.claim(applicant, kept, self.file(), self.file(name="dua.pdf")).status_code == 302
        page = applicant.get(reverse("fwa:request_circumstance", args=[kept.public_id])).content.decode()

        assert Evidence.objects.count() == 2
        assert "surat.pdf" not in page
        preview = applicant.post(
            reverse("fwa:request_preview_of", args=[kept.public_id]),
            fields(basis="special_circumstance", weekdays=["2", "3", "4"]),
        ).content.decode()
        assert "day stop" not in preview
        on_task = applicant.post(
            reverse("fwa:request_preview_of", args=[kept.public_id]), fields(weekdays=["2", "3", "4"])
        ).content.decode()
        assert "day stop" in on_task

    @pytest.mark.parametrize(("content", "name"), [(b"MZ\x90", "virus.pdf"), (PDF, "surat.exe"), (b"", "kosong.pdf")])
    def test_a_disguised_file_is_named_and_nothing_is_kept(self, applicant, kept, content, name):
        answer = self.claim(applicant, kept, self.file(content, name))

        assert answer.status_code in (302, 422)
        assert not Evidence.objects.exists()

    def test_too_long_a_period_is_refused(self, applicant, kept):
        answer = self.claim(applicant, kept, valid_to=kept.valid_from + timedelta(days=200))

        assert answer.status_code == 422
        assert not SpecialCircumstance.objects.exists()

    def test_a_file_can_be_taken_back_by_its_owner_only(self, client, world, applicant, kept):
        self.claim(applicant, kept, self.file())
        url = reverse("fwa:evidence_remove", args=[Evidence.objects.get().public_id])
        client.force_login(world.users["sup"])
        assert client.post(url).status_code == 404

        client.force_login(world.users["emp"])
        client.post(url)

        assert not Evidence.objects.exists()


def filled(rows, **changes):
    """The form with so many outputs and single dates."""
    names = ("title", "measure", "target", "due_on")
    many = {f"outputs-{row}-{name}": fields()[f"outputs-0-{name}"] for row in range(rows) for name in names}
    days = {f"dates-{row}-day": (next_monday() + timedelta(days=7 * row)).isoformat() for row in range(rows)}
    return fields(**many, **days, **changes)


def other_requests(world, rows):
    for name in ("sup", "col1", "col2")[:rows]:
        sent(world, name)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="place"),
        pytest.param({"kind": "location_time", "starts_at": "07:00", "ends_at": "15:00"}, id="place-and-hours"),
        pytest.param({"kind": "shift", "starts_at": "22:00", "ends_at": "06:00"}, id="hours"),
        pytest.param({"basis": "special_circumstance"}, id="special"),
    ],
)
def test_the_number_of_queries_does_not_grow(applicant, world, rows, changes, django_assert_num_queries):
    CircumstanceKind.objects.create(code="hamil", name="Hamil", lifts_weekly_cap=True)
    other_requests(world, rows)
    applicant.post(reverse("fwa:request_new"), filled(rows, **changes))
    kept = Request.objects.get(status="draft")
    if kept.basis == "special_circumstance":
        period = {"valid_from": kept.valid_from, "valid_to": kept.valid_to}
        applicant.post(reverse("fwa:request_circumstance", args=[kept.public_id]), {"kind": "hamil", **period})
    fewer = 1 if kept.kind == "shift" else 0  # nobody leaves the office, so no loads of units

    with django_assert_num_queries(14 - fewer):
        assert applicant.get(reverse("fwa:request_edit", args=[kept.public_id])).status_code == 200
    with django_assert_num_queries(12 - fewer):
        preview = applicant.post(reverse("fwa:request_preview_of", args=[kept.public_id]), filled(rows, **changes))
    assert preview.context["preview"].results
    assert len(kept.outputs.all()) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_an_empty_form_asks_few_questions(applicant, world, rows, django_assert_num_queries):
    other_requests(world, rows)

    with django_assert_num_queries(14):
        assert applicant.get(reverse("fwa:request_new")).status_code == 200
    with django_assert_num_queries(11):
        applicant.post(reverse("fwa:request_preview"), filled(rows))
