"""What rows of an employee share: who may see them."""

from __future__ import annotations

from typing import Self

from django.db import models

from organization.models import User


class OfEmployeeQuerySet(models.QuerySet):
    """Rows with an `employee`: seen by whoever may see the person."""

    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))
