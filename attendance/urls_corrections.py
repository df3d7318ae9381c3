"""Addresses of corrections."""

from django.urls import path

from attendance.views import corrections

correction_urls = [
    path("attendance/corrections/", corrections.correction_list, name="correction_list"),
    path("attendance/corrections/new/", corrections.correction_create, name="correction_create"),
    path("attendance/corrections/approve/", corrections.correction_approve_many, name="correction_approve_many"),
    path("attendance/corrections/<int:pk>/", corrections.correction, name="correction"),
    path("attendance/corrections/<int:pk>/decide/", corrections.correction_decide, name="correction_decide"),
    path("attendance/corrections/<int:pk>/withdraw/", corrections.correction_withdraw, name="correction_withdraw"),
]
