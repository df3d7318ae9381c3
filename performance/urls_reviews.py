"""Addresses of reviews of reports and outputs, of feedback and of what a leader's own figures say."""

from django.urls import path

from performance.views import output_reviews, review_figures, reviews

review_urls = [
    path("performance/reviews/", reviews.review_list, name="review_list"),
    path("performance/reviews/accept/", reviews.review_accept_many, name="review_accept_many"),
    path("performance/reports/<uuid:public_id>/", reviews.report, name="report"),
    path("performance/reports/<uuid:public_id>/accept/", reviews.report_accept, name="report_accept"),
    path("performance/reports/<uuid:public_id>/return/", reviews.report_return, name="report_return"),
    path("performance/reports/<uuid:public_id>/reopen/", reviews.report_reopen, name="report_reopen"),
    path("performance/reports/<uuid:public_id>/comment/", reviews.report_comment, name="report_comment"),
    path("performance/reviews/figures/", review_figures.review_figures, name="review_figures"),
    path("performance/reviews/outputs/", output_reviews.output_list, name="output_review_list"),
    path("performance/outputs/<uuid:public_id>/", output_reviews.output, name="output"),
    path("performance/outputs/<uuid:public_id>/rate/", output_reviews.output_rate, name="output_rate"),
    path("performance/outputs/<uuid:public_id>/record/", output_reviews.output_record, name="output_record"),
    path("performance/outputs/<uuid:public_id>/comment/", output_reviews.output_comment, name="output_comment"),
]
