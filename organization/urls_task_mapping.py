"""Addresses of the task mapping and of its proposals; included by `organization.urls`."""

from django.urls import path

from organization.views import task_mapping, task_proposals

urlpatterns = [
    path("task-mapping/", task_mapping.task_mapping, name="task_mapping"),
    path("task-mapping/edit/", task_mapping.task_mapping_edit, name="task_mapping_edit"),
    path("task-mapping/propose/", task_mapping.task_proposal_new, name="task_proposal_new"),
    path("task-mapping/mapping.xlsx", task_mapping.task_mapping_export, name="task_mapping_export"),
    path("task-mapping/proposals/", task_proposals.task_proposal_list, name="task_proposal_list"),
    path("task-mapping/proposals/decide/", task_proposals.task_proposal_bulk, name="task_proposal_bulk"),
    path("task-mapping/proposals/<int:pk>/", task_proposals.task_proposal, name="task_proposal"),
    path(
        "task-mapping/proposals/<int:pk>/confirm/", task_proposals.task_proposal_confirm, name="task_proposal_confirm"
    ),
    path(
        "task-mapping/proposals/<int:pk>/decline/", task_proposals.task_proposal_decline, name="task_proposal_decline"
    ),
    path(
        "task-mapping/proposals/<int:pk>/withdraw/",
        task_proposals.task_proposal_withdraw,
        name="task_proposal_withdraw",
    ),
]
