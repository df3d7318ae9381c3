"""Addresses of national and emergency periods; included by `organization.urls`."""

from django.urls import path

from organization.views import national_periods as views

urlpatterns = [
    path("national-periods/", views.national_period_list, name="national_period_list"),
    path("national-periods/new/", views.national_period_create, name="national_period_create"),
    path("national-periods/emergency/", views.emergency_create, name="emergency_create"),
    path("national-periods/<int:pk>/", views.national_period, name="national_period"),
    path("national-periods/<int:pk>/edit/", views.national_period_edit, name="national_period_edit"),
    path("national-periods/<int:pk>/end/", views.national_period_end, name="national_period_end"),
    path("national-periods/<int:pk>/people/", views.national_period_people, name="national_period_people"),
    path("national-periods/<int:pk>/people.csv", views.national_period_export, name="national_period_export"),
]
