"""A truth kept by the database reaches people as the message written beside its constraint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

Row = TypeVar("Row", bound=models.Model)


def constraint_message(error: IntegrityError, model: type[models.Model]) -> str | None:
    """The words for the violated constraint of `model`, or nothing when the error is about something else."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return _words(constraint, model)
    for field in model._meta.concrete_fields:
        if field.unique and f"_{field.column}_" in f"{name}_":
            return str(field.error_messages["unique"]) % {
                "model_name": model._meta.verbose_name,
                "field_label": field.verbose_name,
            }
    return None


def _words(constraint: models.BaseConstraint, model: type[models.Model]) -> str:
    """The message written beside the constraint; for fields that are unique together Django's own words."""
    if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not _has_own_words(constraint):
        return str(model().unique_error_message(model, tuple(constraint.fields)).messages[0])
    return str(constraint.get_violation_error_message())


def _has_own_words(constraint: models.BaseConstraint) -> bool:
    return constraint.violation_error_message != constraint.default_violation_error_message


@contextmanager
def explained(model: type[models.Model]) -> Iterator[None]:
    """Turn a violated constraint of `model` into a ValidationError; the transaction around it stays usable."""
    try:
        with transaction.atomic():
            yield
    except ProtectedError as error:
        raise ValidationError(_("Other records still refer to this, so it cannot be removed.")) from error
    except IntegrityError as error:
        message = constraint_message(error, model)
        if message is None:
            raise
        raise ValidationError(message) from error


def save_checked(row: Row, *, update_fields: Iterable[str] | None = None) -> Row:
    """Validate fields and constraints, then save; raises ValidationError in the words of field or constraint."""
    check_period(row)
    excluded = {
        field.name
        for field in row._meta.concrete_fields
        if (update_fields is not None and field.name not in set(update_fields))
        or (field.null and not field.blank and getattr(row, field.attname) is None)
    }
    row.full_clean(exclude=excluded, validate_constraints=False)
    with explained(type(row)):
        row.save(update_fields=update_fields)
    return row


def check_period(row: models.Model) -> None:
    """A reversed period is refused before the database meets it: a range of it cannot even be written down."""
    start, end = getattr(row, "valid_from", None), getattr(row, "valid_to", None)
    if start and end and end < start:
        raise ValidationError({"valid_to": _("The end date must not be before the start date.")})
