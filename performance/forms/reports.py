"""The page of a day as forms: its lines, what is taken over from earlier days, and a note."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.forms.base import PlainForm
from performance.enums import LineStatus
from performance.models import LineEvidence, Output, ReportLine, WorkResult
from performance.report_lines import DONE_LENGTH, MOST_AMOUNT, MOST_LINES, NOTE_LENGTH, PLAN_LENGTH
from performance.services.evidence import CheckedFile
from performance.services.reports import LineInput

OUTPUT, RESULT = "o", "r"
ACCEPT = ".pdf,.jpg,.jpeg,.png"
NAMESPACE = uuid.UUID("6d1f6c0e-8f0b-4b0e-9a5e-6b3b7a1f2c11")
PREFIX = "lines"


class LineForm(PlainForm):
    """A line. Nothing is required: a row that says nothing is no line."""

    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    plan = forms.CharField(
        label=gettext_lazy("Planned"), max_length=PLAN_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    status = forms.ChoiceField(
        label=gettext_lazy("How far"),
        choices=LineStatus.choices,
        initial=LineStatus.OPEN,
        required=False,
        widget=forms.RadioSelect,
    )
    done = forms.CharField(
        label=gettext_lazy("Done"),
        max_length=DONE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Leave it empty when it went as planned."),
    )
    serves = forms.ChoiceField(label=gettext_lazy("Serves"), required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("Delivered"),
        required=False,
        min_value=0,
        max_value=MOST_AMOUNT - 1,
        max_digits=10,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
        help_text=gettext_lazy("In the measure of the output."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    link = forms.CharField(
        label=gettext_lazy("Link"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    remove = forms.MultipleChoiceField(
        label=gettext_lazy("Take away"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        choices: Sequence[Any] = (),
        plan_only: bool = False,
        plan_is_fixed: bool = False,
        evidence: Collection[LineEvidence] = (),
        max_mb: int = 5,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["serves"].choices = choices  # type: ignore[attr-defined]
        self.fields["file"].help_text = _("PDF, JPG or PNG, at most %(limit)d MB.") % {"limit": max_mb}
        self.evidence = list(evidence)
        self.checked_file: CheckedFile | None = None
        self.fields["remove"].choices = [(str(one.public_id), str(one.link or one.name)) for one in self.evidence]  # type: ignore[attr-defined]
        if not self.evidence:
            del self.fields["remove"]
        if plan_only:
            for name in ("status", "done", "amount", "file", "link", "remove"):
                self.fields.pop(name, None)
        if plan_is_fixed:
            self.fields["plan"].widget.attrs["readonly"] = True
        self.shows_plan = not plan_is_fixed or bool(self.initial.get("plan") or self.data.get(self.add_prefix("plan")))
        if not self.shows_plan and "done" in self.fields:
            self.fields["done"].help_text = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        says = str(cleaned.get("plan") or "").strip() or str(cleaned.get("done") or "").strip()
        if not says and (cleaned.get("file") or cleaned.get("link")) and not cleaned.get("DELETE"):
            raise ValidationError(_("Write what this is evidence of."))
        return cleaned

    def line(self, fallback: uuid.UUID) -> LineInput:
        """What was typed; a part that cannot be read counts as empty, so that nothing else is lost."""
        clean = self.cleaned_data
        kind, _separator, pk = str(clean.get("serves") or "").partition(":")
        return LineInput(
            client_id=clean.get("client_id") or fallback,
            plan=clean.get("plan") or "",
            done=clean.get("done") or "",
            status=clean.get("status") or LineStatus.OPEN,
            output_id=int(pk) if kind == OUTPUT else None,
            work_result_id=int(pk) if kind == RESULT else None,
            amount=clean.get("amount"),
        )


Lines = formset_factory(LineForm, extra=3, can_delete=True, max_num=MOST_LINES, absolute_max=100)


class DayForm(PlainForm):
    """What belongs to the day as a whole. `version`: the page's when it was shown, 0 for a new one."""

    version = forms.IntegerField(min_value=0, required=False, initial=0, widget=forms.HiddenInput)
    is_extra = forms.BooleanField(
        label=gettext_lazy("I worked on this day"),
        required=False,
        help_text=gettext_lazy("No work was expected of you; say so when you worked all the same."),
    )
    carry = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Left over from earlier days"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "column"}),
        help_text=gettext_lazy("What is ticked is added to your plan when you save."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For your supervisor: obstacles, help you need. Write nothing about health."),
    )

    def __init__(self, *args: Any, offered: Iterable[ReportLine] = (), asks_extra: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(line.pk, _carry_label(line)) for line in offered]
        self.fields["carry"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["carry"]
        if not asks_extra:
            del self.fields["is_extra"]


def _carry_label(line: ReportLine) -> str:
    day = date_format(line.report.day, "D j M")
    return f"{line.plan or line.done} ({day}, {line.get_status_display()})"


def serves_choices(outputs: Iterable[Output], results: Iterable[WorkResult], stored: Iterable[ReportLine]) -> list[Any]:
    """Outputs and work results in two groups; what a stored line points to stays choosable."""
    promised = {output.pk: output for output in outputs}
    planned = {result.pk: result for result in results}
    for line in stored:
        if line.output is not None:
            promised.setdefault(line.output.pk, line.output)
        if line.work_result is not None:
            planned.setdefault(line.work_result.pk, line.work_result)
    groups: list[Any] = [("", _("Nothing in particular"))]
    if promised:
        groups.append((_("Promised outputs"), [(f"{OUTPUT}:{pk}", _output_label(row)) for pk, row in promised.items()]))
    if planned:
        groups.append((_("Work results"), [(f"{RESULT}:{pk}", str(row)) for pk, row in planned.items()]))
    return groups


def _output_label(output: Output) -> str:
    return _("%(title)s: %(delivered)s of %(target)s %(measure)s") % {
        "title": output.title,
        "delivered": floatformat(output.delivered, "-2"),
        "target": floatformat(output.target, "-2"),
        "measure": output.measure,
    }


class DayForms:
    """The day and its lines as one. Unbound it shows what is stored; bound it reads what was typed."""

    def __init__(
        self,
        *,
        request: HttpRequest | None,
        employee_id: int,
        day: date,
        stored: Sequence[ReportLine],
        evidence: dict[int, list[LineEvidence]],
        day_options: dict[str, Any],
        line_options: dict[str, Any],
        initial: dict[str, Any],
    ) -> None:
        typed = request.POST if request is not None else None
        files = request.FILES if request is not None else None
        self._seed = f"{employee_id}:{day}"
        self.day = DayForm(typed, initial=initial, **day_options)
        by_client = {str(line.client_id): evidence.get(line.pk, []) for line in stored}
        self.lines: BaseFormSet[LineForm] = _LinesOf(by_client)(
            typed,
            files,
            prefix=PREFIX,
            initial=[_initial(line) for line in stored] if typed is None else None,
            form_kwargs={"use_required_attribute": False, **line_options},
        )

    def is_valid(self) -> bool:
        return all([self.day.is_valid(), self.lines.is_valid()])

    def rows(self) -> list[tuple[LineForm, LineInput]]:
        """Rows that say something, each with its line. A new row is named by its place on the page it was typed on,
        so that the page sent twice names it alike."""
        version = self.day.cleaned_data.get("version") or 0
        found = []
        for index, form in enumerate(self.lines.forms):
            clean = getattr(form, "cleaned_data", {})
            if clean.get("DELETE"):
                continue
            line = form.line(uuid.uuid5(NAMESPACE, f"{self._seed}:{version}:{index}"))
            if line.plan.strip() or line.done.strip():
                found.append((form, line))
        return found

    def show_again(self, *, version: int) -> None:
        """For a page that was changed elsewhere: what was typed stays, and the next save is meant for what stands."""
        data = QueryDict(mutable=True)
        data.update(self.day.data)  # a QueryDict once it is bound
        data["version"] = str(version)
        self.day.data = data

    def uploads(self) -> list[tuple[LineForm, uuid.UUID, UploadedFile | None, str]]:
        rows = [
            (form, line.client_id, form.cleaned_data.get("file"), form.cleaned_data.get("link") or "")
            for form, line in self.rows()
        ]
        return [row for row in rows if row[2] or row[3].strip()]

    def removed(self) -> list[uuid.UUID]:
        chosen = [value for form in self.lines.forms for value in getattr(form, "cleaned_data", {}).get("remove") or ()]
        return [uuid.UUID(value) for value in chosen]


def _LinesOf(by_client: dict[str, list[LineEvidence]]) -> type[BaseFormSet[LineForm]]:
    """The formset that gives each row the evidence of its stored line."""

    class WithEvidence(Lines):  # type: ignore[misc,valid-type]
        def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
            kwargs: dict[str, Any] = super().get_form_kwargs(index)
            if index is None:
                return kwargs
            if self.is_bound:
                key = self.data.get(f"{self.prefix}-{index}-client_id", "")
            else:
                key = str(self.initial[index]["client_id"]) if index < len(self.initial or ()) else ""
            return {**kwargs, "evidence": by_client.get(key, [])}

    return WithEvidence


def _initial(line: ReportLine) -> dict[str, Any]:
    serves = f"{OUTPUT}:{line.output_id}" if line.output_id else ""
    serves = f"{RESULT}:{line.work_result_id}" if line.work_result_id else serves
    return {
        "client_id": line.client_id,
        "plan": line.plan,
        "done": line.done,
        "status": line.status,
        "serves": serves,
        "amount": line.amount,
    }
