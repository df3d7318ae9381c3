"""Addresses of group determinations, named by random ids."""

from django.urls import path

from fwa.views import determination_decision as decision
from fwa.views import determination_people as people
from fwa.views import determinations as views
from fwa.views.collisions import collision_list

AT = "determinations/<uuid:public_id>/"

determination_urls = [
    path("collisions/", collision_list, name="collision_list"),
    path("determinations/", views.determination_list, name="determination_list"),
    path("determinations/new/", views.determination_new, name="determination_new"),
    path(AT, views.determination_detail, name="determination_detail"),
    path(f"{AT}edit/", views.determination_edit, name="determination_edit"),
    path(f"{AT}people/", people.determination_people, name="determination_people"),
    path(f"{AT}members/", people.determination_members, name="determination_members"),
    path(f"{AT}plan/", views.determination_plan, name="determination_plan"),
    path(f"{AT}coverage/", views.determination_coverage, name="determination_coverage"),
    path(f"{AT}leave-out/", views.determination_leave_out, name="determination_leave_out"),
    path(f"{AT}discard/", views.determination_discard, name="determination_discard"),
    path(f"{AT}state/", views.determination_state, name="determination_state"),
    path(f"{AT}decide/", decision.determination_decide, name="determination_decide"),
    path(f"{AT}amend/", people.determination_amend, name="determination_amend"),
    path(f"{AT}decree.pdf", decision.decree_download, name="decree_download"),
    path(f"{AT}decree/signed/", decision.decree_sign, name="decree_sign"),
    path(f"{AT}excerpts/", decision.bundle_ask, name="bundle_ask"),
    path(f"{AT}excerpts.pdf", decision.bundle_download, name="bundle_download"),
]
