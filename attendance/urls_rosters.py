"""Addresses of shifts, rotations, rosters and swaps."""

from django.urls import path

from attendance.views import roster_days, roster_files, roster_people, rosters, shifts, swaps

roster_urls = [
    path("rosters/", rosters.roster_list, name="roster_list"),
    path("rosters/new/", rosters.roster_create, name="roster_create"),
    path("rosters/<int:pk>/", rosters.roster, name="roster"),
    path("rosters/<int:pk>/publish/", rosters.roster_publish, name="roster_publish"),
    path("rosters/<int:pk>/delete/", rosters.roster_delete, name="roster_delete"),
    path("rosters/<int:pk>/people/", roster_people.roster_people, name="roster_people"),
    path("rosters/<int:pk>/people/<int:employee_pk>/remove/", roster_people.roster_remove, name="roster_remove"),
    path("rosters/<int:pk>/people/<int:employee_pk>/join/", roster_people.roster_join, name="roster_join"),
    path("rosters/<int:pk>/people/<int:employee_pk>/leave/", roster_people.roster_leave, name="roster_leave"),
    path("rosters/<int:pk>/changes/", rosters.roster_changes, name="roster_changes"),
    path("rosters/<int:pk>/days/<str:day>/", roster_days.roster_day, name="roster_day"),
    path("rosters/<int:pk>/people/<int:employee_pk>/", roster_days.roster_person, name="roster_person"),
    path("rosters/<int:pk>/file/", roster_files.roster_file, name="roster_file"),
    path("rosters/<int:pk>/import/", roster_files.roster_import, name="roster_import"),
    path("units/<int:pk>/shifts/", shifts.unit_shifts, name="unit_shifts"),
    path("units/<int:pk>/shifts/new/", shifts.shift_create, name="shift_create"),
    path("units/<int:pk>/shifts/minimum/", shifts.shift_minimum, name="shift_minimum"),
    path("units/<int:pk>/rotations/new/", shifts.rotation_create, name="rotation_create"),
    path("shifts/<int:pk>/retire/", shifts.shift_retire, name="shift_retire"),
    path("rotations/<int:pk>/", shifts.rotation, name="rotation"),
    path("rotations/<int:pk>/retire/", shifts.rotation_retire, name="rotation_retire"),
    path("rotations/<int:pk>/members/new/", shifts.member_add, name="team_member_add"),
    path("rotations/<int:pk>/members/<int:member_pk>/end/", shifts.member_end, name="team_member_end"),
    path("my-shifts/", swaps.my_roster, name="my_roster"),
    path("swaps/", swaps.swap_list, name="swap_list"),
    path("swaps/new/", swaps.swap_create, name="swap_create"),
    path("swaps/<int:pk>/", swaps.swap, name="swap"),
    path("swaps/<int:pk>/answer/", swaps.swap_answer, name="swap_answer"),
    path("swaps/<int:pk>/withdraw/", swaps.swap_withdraw, name="swap_withdraw"),
    path("swaps/<int:pk>/decide/", swaps.swap_decide, name="swap_decide"),
]
