"""Pages of long lists: what is counted, and that every row is on exactly one page."""

from __future__ import annotations

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request

from config.api import Pagination
from config.paging import BoundedPaginator
from organization.models import Site
from organization.views.pages import paginate

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites():
    Site.objects.bulk_create([Site(code=f"s{n:03}", name=f"Site {n:03}") for n in range(47)])
    return Site.objects.order_by("name", "pk")


@pytest.mark.parametrize("limit", [5, 10, 46, 47, 48, 1000])
@pytest.mark.parametrize("size", [1, 7, 10, 25, 47, 50])
def test_every_row_is_on_one_page_in_order(sites, limit, size):
    seen = []
    for number in range(1, -(-47 // size) + 1):
        page = BoundedPaginator(sites, size, limit=limit).get_page(number)
        assert page.number == number
        assert page.has_next() == (number * size < 47)
        seen += [site.code for site in page]

    assert seen == [f"s{n:03}" for n in range(47)]


@pytest.mark.parametrize(
    ("limit", "number", "count", "is_exact"),
    [
        (100, 1, 47, True),
        (47, 1, 47, True),
        (46, 1, 46, False),
        (20, 1, 20, False),
        (20, 3, 30, False),
        (20, 5, 47, True),
    ],
)
def test_rows_are_counted_to_the_limit_or_to_the_page(sites, limit, number, count, is_exact):
    paginator = BoundedPaginator(sites, 10, limit=limit)
    page = paginator.get_page(number)

    assert (paginator.count, paginator.is_exact) == (count, is_exact)
    assert page.end_index() == min(number * 10, 47)


@pytest.mark.parametrize("number", ["99", "9" * 30, 4711])
def test_a_page_behind_the_end_is_the_last_one(sites, number):
    page = BoundedPaginator(sites, 10, limit=5).get_page(number)

    assert (page.number, [site.code for site in page]) == (5, [f"s{n:03}" for n in range(40, 47)])
    with pytest.raises(EmptyPage):
        BoundedPaginator(sites, 10, limit=5).page(number)


@pytest.mark.parametrize("number", ["-1", "0", "x", "", None, "²", "1.5"])
def test_what_is_no_page_is_one_that_exists(sites, number):
    assert BoundedPaginator(sites, 10, limit=20).get_page(number).number in (1, 3)


def test_counting_stops_at_the_limit_and_leaves_out_what_rows_show(sites):
    with CaptureQueriesContext(connection) as queries:
        assert BoundedPaginator(sites, 10, limit=20).num_pages == 3

    (counting,) = queries.captured_queries
    assert "LIMIT 21" in counting["sql"]
    assert "ORDER BY" not in counting["sql"]
    assert '"name"' not in counting["sql"]


def test_lists_and_unions_have_pages_too(sites):
    union = sites.filter(code="s001").union(sites.filter(code="s002")).order_by("code")

    assert BoundedPaginator([1, 2, 3], 2, limit=1).count == 3
    assert [site.code for site in BoundedPaginator(union, 1, limit=1).get_page(2)] == ["s002"]
    assert list(BoundedPaginator(Site.objects.none(), 10).get_page(1)) == []


def test_no_more_than_two_queries_a_page(sites, django_assert_num_queries):
    for asked in ({}, {"page": "3"}, {"page": "999999"}):
        with django_assert_num_queries(2):
            list(paginate(RequestFactory().get("/", asked), sites, 10))


def test_the_api_says_whether_it_counted_all(sites, monkeypatch):
    monkeypatch.setattr("config.paging.COUNT_LIMIT", 20)
    asked = {
        "": (20, False, 10, True),
        "5": (47, True, 7, False),
        "last": (47, True, 7, False),
    }
    for page, expected in asked.items():
        pagination = Pagination()
        request = Request(RequestFactory().get("/", {"page_size": "10"} | ({"page": page} if page else {})))
        rows = pagination.paginate_queryset(sites, request)
        data = pagination.get_paginated_response(rows).data
        found = (data["count"], data["count_is_exact"], len(data["results"]), data["next"] is not None)

        assert found == expected
