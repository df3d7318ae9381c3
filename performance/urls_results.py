"""Addresses of work results and of first reviews; both are named by a random id, a person by row number."""

from django.urls import path

from performance.views import first_reviews, predicates, results

result_urls = [
    path("work-results/", results.my_results, name="my_results"),
    path("work-results/people/", results.result_list, name="result_list"),
    path("work-results/people/<int:pk>/", results.person_results, name="person_results"),
    path("work-results/people/<int:pk>/new/", results.result_create, name="result_create"),
    path("work-results/<uuid:public_id>/", results.result, name="result"),
    path("work-results/<uuid:public_id>/withdraw/", results.result_withdraw, name="result_withdraw"),
    path("evaluations/first/", first_reviews.first_review_list, name="first_review_list"),
    path("contracts/<uuid:public_id>/first-review/", first_reviews.first_review_open, name="first_review_open"),
    path("evaluations/differences/", predicates.predicate_differences, name="predicate_differences"),
    path("evaluations/distribution/", predicates.distribution, name="distribution"),
    path("unit-achievements/", predicates.achievement_list, name="achievement_list"),
    path("unit-achievements/enter/", predicates.achievement_set, name="achievement_set"),
    path("expected-shares/", predicates.expected_shares, name="expected_shares"),
    path("expected-shares/<str:achievement>/", predicates.expected_shares_set, name="expected_shares_set"),
]
