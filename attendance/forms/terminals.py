"""Terminals, whom their PINs mean, and files of either."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import Terminal
from organization.enums import ImportKind
from organization.forms.base import DateField, EmployeeField, PlainForm, PlainModelForm
from organization.importing.files import check_size
from organization.importing.reasons import ImportFileError
from organization.models import Employee


class TerminalForm(PlainModelForm):
    class Meta:
        model = Terminal
        fields = ["code", "name", "site", "zone", "is_active"]
        help_texts = {
            "code": gettext_lazy("Names the terminal in imports; it cannot change once entries came."),
            "zone": gettext_lazy("The clock of the terminal runs in this zone."),
        }


class PinForm(PlainForm):
    pin = forms.CharField(
        label="PIN", max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"})
    )
    employee = EmployeeField(label=gettext_lazy("Employee"))
    valid_from = DateField(
        label=gettext_lazy("from"),
        help_text=gettext_lazy("Whom the PIN meant before, it means until the day before."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["employee"].queryset = Employee.objects.serving_on(today)  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = today


class TerminalFileForm(PlainForm):
    """A file of entries or of PINs; nothing is saved before a person has seen the result of the check."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        choices=[
            (ImportKind.PRESENCE, gettext_lazy("entries")),
            (ImportKind.TERMINAL_PINS, gettext_lazy("whom the PINs mean")),
        ],
        initial=ImportKind.PRESENCE,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label=gettext_lazy("File (.dat, CSV or XLSX)"), allow_empty_file=True, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".dat,.csv,.txt,.tsv,.xlsx,.xlsm"
        self.fields["file"].help_text = _("At most %(size)s.") % {"size": filesizeformat(settings.IMPORT_MAX_BYTES)}

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            check_size(file.size or 0, settings.IMPORT_MAX_BYTES)
        except ImportFileError as error:
            raise ValidationError(str(error), code=error.code) from error
        return file
