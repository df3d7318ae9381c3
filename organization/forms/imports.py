"""Forms of the imports: the upload, which column is which, and a reason for a row that is right after all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from organization.enums import ImportKind
from organization.forms.base import PlainForm
from organization.importing.base import general_kinds, importer_for
from organization.importing.files import RawRow, check_size
from organization.importing.layout import header_text, match_headers
from organization.importing.reasons import ImportFileError

SAMPLE_LENGTH = 24


class UploadForm(PlainForm):
    """A file to check; nothing is saved before a person has seen the result of the check."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        choices=lambda: [(kind, ImportKind(kind).label) for kind in general_kinds()],
        initial=ImportKind.EMPLOYEES,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label=gettext_lazy("File (CSV or XLSX)"), allow_empty_file=True, max_length=200)
    create_missing = forms.BooleanField(
        label=gettext_lazy("Create missing units and positions"),
        help_text=gettext_lazy("Also task types. Without this, rows that name something unknown are rejected."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx,.xlsm"
        self.fields["file"].help_text = _("At most %(size)s.") % {"size": filesizeformat(settings.IMPORT_MAX_BYTES)}

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            check_size(file.size or 0, settings.IMPORT_MAX_BYTES)
        except ImportFileError as error:
            raise ValidationError(str(error), code=error.code) from error
        return file


class HeaderForm(PlainForm):
    """Which row holds the headings; sent by GET."""

    sheet = forms.CharField(required=False, widget=forms.HiddenInput)
    header_row = forms.IntegerField(label=gettext_lazy("Row with the headings"), min_value=1, max_value=10)


class ColumnsForm(PlainForm):
    """One choice per column of the import: the column of the file that holds it."""

    def __init__(self, *args: Any, kind: str, header: RawRow, sample: RawRow | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = importer_for(kind).columns
        guessed = match_headers(header[1], columns)
        choices = [("", _("– not in the file –")), *_choices(header[1], sample[1] if sample else [])]
        for column in columns:
            self.fields[column.code] = forms.TypedChoiceField(
                label=column.label,
                help_text=str(column.help),
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=guessed.get(column.code, ""),
            )
            # Not refused by the field: another column may stand for this one, which the service knows.
            self.fields[column.code].is_needed = column.required  # type: ignore[attr-defined]
        self.fields["remember"] = forms.BooleanField(
            label=_("Remember this for files with the same headings"), required=False, initial=True
        )

    def columns(self) -> dict[str, int]:
        """Index per column code, for the columns that were chosen."""
        return {code: index for code, index in self.cleaned_data.items() if code != "remember" and index is not None}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen: dict[int, str] = {}
        for code, index in cleaned.items():
            if code == "remember" or index is None:
                continue
            if index in chosen:
                self.add_error(code, _("This column is chosen for %(other)s already.") % {"other": chosen[index]})
            chosen[index] = str(self.fields[code].label)
        return cleaned


def _choices(headings: list[Any], sample: list[Any]) -> list[tuple[str, str]]:
    """ "B · NIP BARU (19900717…)" for every column with a heading or a value."""
    found = []
    for index in range(max(len(headings), len(sample))):
        heading = header_text(headings[index]) if index < len(headings) else ""
        value = header_text(sample[index]) if index < len(sample) else ""
        if not heading and not value:
            continue
        if len(value) > SAMPLE_LENGTH:
            value = f"{value[:SAMPLE_LENGTH]}…"
        words = " ".join(part for part in (heading, f"({value})" if value else "") if part)
        found.append((str(index), f"{get_column_letter(index + 1)} · {words}"))
    return found


class AcceptRowForm(PlainForm):
    """Why a row is right although its NIP does not fit."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "For example: birth date corrected by court decision 12/Pdt.P/2019. It stays with the person."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
