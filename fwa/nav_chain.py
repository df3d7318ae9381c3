"""The way from the policies to the approval chain."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from organization.extensions import PageLink, register_page_link

register_page_link("policies", PageLink(_("Approval chain"), "fwa:chain_list", "diagram-3"))
