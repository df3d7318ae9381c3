"""The frame around every page. Apps above register their navigation here, so that it never looks up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.access import WHOLE_AGENCY, Access, access_for
from organization.enums import DelegationKind, Role
from organization.models import AgencyProfile
from organization.waiting import Asked, WaitingLine, asked_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from organization.models import User

Text = str | Promise
NOTICES, AGENCY = "notices", "agency"
ONLY_IF, ASKED = "if ", "asked "


@dataclass(frozen=True)
class NavItem:
    """One entry of the side navigation; `tab` puts it among the four tabs of a phone.

    `rows`: what waits behind the entry; the shell counts the rows of all entries in one query and fills in `count`.
    `only_if`: the entry is there only while there are such rows; they are looked for in the same query.
    """

    group: str
    label: Text
    url_name: str
    icon: str
    order: int = 50
    rows: QuerySet[Any] | None = None
    only_if: QuerySet[Any] | None = None
    count: int | None = None
    tab: bool = False
    tab_label: Text = ""
    url: str = ""
    active: bool = False


@dataclass(frozen=True)
class NavGroup:
    title: Text
    items: tuple[NavItem, ...]


Provider = Callable[["User", Access], Iterable[NavItem]]
_providers: list[Provider] = []

GROUP_TITLES: dict[str, Text] = {
    "work": "",
    "attendance": gettext_lazy("Attendance"),
    "performance": gettext_lazy("Performance"),
    "personal": gettext_lazy("Personal"),
    "hr": gettext_lazy("Administration"),
}
DEMO_USERS: tuple[tuple[str, Text, Text], ...] = (
    ("pegawai", gettext_lazy("Employee"), gettext_lazy("asks for days at home")),
    ("perawat", gettext_lazy("Nurse"), gettext_lazy("works shifts around the clock")),
    ("atasan", gettext_lazy("Supervisor"), gettext_lazy("recommends or returns requests")),
    ("pimpinan", gettext_lazy("Unit head and authority"), gettext_lazy("determines arrangements")),
    ("kepegawaian", gettext_lazy("HR admin"), gettext_lazy("verifies, imports and sets up")),
    ("penerbit", gettext_lazy("Second HR admin"), gettext_lazy("publishes the policies that the first one drafts")),
    ("pengawas", gettext_lazy("Internal auditor"), gettext_lazy("reads everything, verifies the ledger")),
)


def register_nav(provider: Provider) -> Provider:
    """Decorator for an app's nav.py: a function (user, access) -> items."""
    _providers.append(provider)
    return provider


class Shell:
    """Computed only as far as a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user: User | None = (
            request.user if getattr(request, "user", None) and request.user.is_authenticated else None
        )

    @cached_property
    def access(self) -> Access | None:
        return access_for(self._user) if self._user else None

    @cached_property
    def _entries(self) -> list[NavItem]:
        """Every entry of the user's navigation, in order, not yet counted."""
        if self._user is None or self.access is None:
            return []
        path = self._request.path
        items = []
        for provider in _providers:
            for item in provider(self._user, self.access):
                url = reverse(item.url_name)
                active = path == url or (url != "/" and path.startswith(url))
                items.append(replace(item, url=url, active=active))
        items.sort(key=lambda item: item.order)
        return _only_longest_active(items)

    @cached_property
    def _asked(self) -> list[Asked]:
        return asked_of(self._user, self.access) if self._user and self.access else []

    @cached_property
    def _figures(self) -> dict[str, tuple[int, str]]:
        """Rows that wait behind each entry, the unread notices, what is asked of the user, and the agency: 1 while it
        is being set up, its name.

        One query.
        """
        if self._user is None:
            return {}
        asked = {NOTICES: self._user.notices.filter(read_at__isnull=True)}
        asked |= {item.url_name: item.rows for item in self._entries if item.rows is not None}
        asked |= {ONLY_IF + item.url_name: item.only_if for item in self._entries if item.only_if is not None}
        parts = [
            rows.order_by().values_list(_text(name)).annotate(number=Count("pk"), text=_text(""))
            for name, rows in asked.items()
        ]
        parts += [
            item.rows.order_by().values_list(_text(ASKED + item.code)).annotate(number=Count("pk"), text=item.text)
            for item in self._asked
        ]
        is_open = Case(When(setup_completed_at=None, then=Value(1)), default=Value(0))
        agency = AgencyProfile.objects.values_list(_text(AGENCY), is_open, "name")
        return {what: (number, text) for what, number, text in agency.union(*parts, all=True)}

    def _count(self, name: str) -> int | None:
        return self._figures[name][0] if name in self._figures else None

    @cached_property
    def _items(self) -> list[NavItem]:
        return [
            replace(item, count=self._count(item.url_name))
            for item in self._entries
            if item.only_if is None or self._count(ONLY_IF + item.url_name)
        ]

    @cached_property
    def waiting(self) -> list[WaitingLine]:
        """What is asked of the user and still open."""
        lines = []
        for item in self._asked:
            number, text = self._figures.get(ASKED + item.code, (0, ""))
            if number:
                lines.append(item.line(number, text))
        return lines

    @property
    def waiting_elsewhere(self) -> list[WaitingLine]:
        """The same for the bar above a page: without what the page itself shows."""
        return [line for line in self.waiting if line.url != self._request.path]

    @cached_property
    def nav(self) -> list[NavGroup]:
        groups = []
        for code, title in GROUP_TITLES.items():
            members = tuple(item for item in self._items if item.group == code)
            if members:
                groups.append(NavGroup(title=title, items=members))
        return groups

    @cached_property
    def tabs(self) -> list[NavItem]:
        tabs = [item for item in self._items if item.tab][:4]
        return [replace(item, label=item.tab_label or item.label) for item in tabs]

    @cached_property
    def agency_name(self) -> str:
        if self._user is None:
            return AgencyProfile.objects.values_list("name", flat=True).first() or ""
        return self._figures[AGENCY][1] if AGENCY in self._figures else ""

    @cached_property
    def setup_url(self) -> str:
        """Back to the checklist from every page of whoever sets the agency up; empty afterwards, and on the list."""
        url = reverse("organization:setup")
        has_way = self._request.path in (url, reverse("mfa_activate_totp"), "/")
        return url if self.is_set_up_open and not has_way else ""

    @cached_property
    def is_set_up_open(self) -> bool:
        """Whether the user sets the agency up and that is not done yet."""
        is_agency_hr = self.access is not None and WHOLE_AGENCY in self.access.paths_of_role(Role.HR_ADMIN)
        return is_agency_hr and bool(self._count(AGENCY))

    @property
    def user_label(self) -> str:
        return str(self._user) if self._user else ""

    @cached_property
    def role_label(self) -> Text:
        """The most telling of the user's roles."""
        access = self.access
        if access is None:
            return ""
        for role in (Role.HR_ADMIN, Role.AUDITOR, Role.AUTHORITY, Role.EVIDENCE_OFFICER):
            if access.has_role(role):
                return role.label
        if access.own_headed_paths:
            return _("Unit head")
        return _("Supervisor") if access.has_reports else _("Employee")

    @cached_property
    def delegations(self) -> list[str]:
        if self.access is None:
            return []
        return [
            _("You act as %(kind)s for %(name)s%(until)s.")
            % {
                "kind": DelegationKind(item.kind).label,
                "name": item.name,
                "until": _(" until %(date)s") % {"date": date_format(item.valid_to, "DATE_FORMAT")}
                if item.valid_to
                else "",
            }
            for item in self.access.acting_for
        ]

    @property
    def notices_count(self) -> int:
        return self._count(NOTICES) or 0

    @property
    def notices_url(self) -> str:
        return reverse("organization:notice_list") if self._user else ""

    @property
    def profile_url(self) -> str:
        return reverse("organization:profile") if self._user else ""

    @property
    def theme(self) -> str:
        return self._user.theme if self._user else "auto"

    @property
    def oidc_name(self) -> str:
        """How the agency's identity provider is called; empty where none is configured."""
        return settings.OIDC_NAME if settings.OIDC_ISSUER else ""

    @property
    def oidc_url(self) -> str:
        return reverse("openid_connect_login", args=[settings.OIDC_PROVIDER])

    @property
    def demo(self) -> str:
        return _("Demo with invented people") if settings.DEMO else ""

    @property
    def demo_users(self) -> list[dict[str, Any]]:
        if not settings.DEMO:
            return []
        return [{"username": name, "label": label, "description": text} for name, label, text in DEMO_USERS]

    @property
    def demo_password(self) -> str:
        return settings.DEMO_PASSWORD if settings.DEMO else ""


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _only_longest_active(items: list[NavItem]) -> list[NavItem]:
    """/people/roles/ marks "roles", not also "people"."""
    active = [item for item in items if item.active]
    if len(active) < 2:
        return items
    longest = max(active, key=lambda item: len(item.url))
    return [replace(item, active=item is longest) if item.active else item for item in items]


def build_shell(request: HttpRequest) -> Shell:
    return Shell(request)
