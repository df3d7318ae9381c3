"""Addresses of calls for a reply and recalls to the office."""

from django.urls import path

from attendance.views import contacts

contact_urls = [
    path("attendance/contacts/", contacts.contact_list, name="contact_list"),
    path("attendance/contacts/new/", contacts.contact_create, name="contact_create"),
    path("attendance/contacts/recall/", contacts.recall_create, name="recall_create"),
    path("attendance/contacts/<int:pk>/", contacts.contact, name="contact"),
    path("attendance/contacts/<int:pk>/delivered/", contacts.contact_delivered, name="contact_delivered"),
    path("attendance/contacts/<int:pk>/answer/", contacts.contact_answer, name="contact_answer"),
    path("attendance/contacts/<int:pk>/attempt/", contacts.contact_attempt, name="contact_attempt"),
    path("attendance/contacts/<int:pk>/withdraw/", contacts.contact_withdraw, name="contact_withdraw"),
]
