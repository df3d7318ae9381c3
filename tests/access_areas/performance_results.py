"""Rows of the access table: work results, evaluations by REST, first reviews, and what HR looks at."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
    EMPLOYEE,
    EVERYBODY,
    HEAD,
    HR,
    HR_ELSEWHERE,
    STAFF,
    STRANGERS,
    SUPERVISOR,
    May,
    Row,
    act,
    form,
    mixed,
    page,
)

LEAD = SUPERVISOR | HEAD
READ = EMPLOYEE | LEAD | HR | AUDITOR
MANAGE = EMPLOYEE | LEAD | HR
# Who has no say in it, or decides about the arrangement only.
OTHERS = STRANGERS | AUTHORITY

DATA = {
    "title": "Kajian tarif", "indicator": "Jumlah kajian", "kind": "main", "approach": "quantitative", "target": "12",
    "unit_of_measure": "dokumen",
}  # fmt: skip
JUDGED = {"results_rating": "meets"}
ACHIEVED = {"year": 2024, "quarter": 1, "achievement": "baik", "source_document": "LKjIP 2024"}
LOOKS = ANY_HR | AUDITOR

ROWS: dict[str, Row] = {
    "performance:my_results": page(STAFF),
    "performance:result_list": page(LEAD | HR | AUDITOR | HR_ELSEWHERE),
    "performance:person_results": page(READ, hidden=STRANGERS, at="person"),
    "performance:result_create": form(MANAGE, hidden=STRANGERS, at="person", body=DATA),
    "performance:result": form(MANAGE, hidden=STRANGERS, at="work result", body=DATA),
    "performance:result_withdraw": form(MANAGE, hidden=STRANGERS, at="work result"),
    "performance:first_review_list": page(EVERYBODY),
    "performance:first_review_open": act(LEAD, hidden=STRANGERS, at="first review"),
    "api:work-result-list": mixed(
        GET=May(EVERYBODY), POST=May(MANAGE, hidden=STRANGERS, body=DATA | {"employee": "@person", "year": 2026})
    ),
    "api:work-result-detail": mixed(
        GET=May(READ, hidden=OTHERS), PUT=May(MANAGE, hidden=OTHERS, body=DATA), at="work result"
    ),
    "api:work-result-withdraw": act(MANAGE, hidden=OTHERS, at="work result"),
    "api:evaluation-list": page(EVERYBODY),
    "api:evaluation-detail": page(READ, hidden=OTHERS, at="evaluation"),
    "api:evaluation-open-period": act(LEAD, body={"employees": [], "kind": "year", "on": "2026-01-01"}),
    "api:evaluation-open-first": act(LEAD, hidden=STRANGERS, body={"contract": "@first review"}),
    "api:evaluation-save": act(LEAD, hidden=OTHERS, at="evaluation", body=JUDGED),
    "api:evaluation-share": act(LEAD, hidden=OTHERS, at="evaluation", body=JUDGED),
    "api:evaluation-acknowledge": act(EMPLOYEE, hidden=OTHERS, at="evaluation"),
    "api:evaluation-object-to": act(EMPLOYEE, hidden=OTHERS, at="evaluation", body={"reason": "Tidak sesuai."}),
    "api:evaluation-settle": act(
        HEAD | HR, hidden=OTHERS, at="evaluation objected", body={"send_back": False, "answer": "Sudah benar."}
    ),
    "api:evaluation-close": act(LEAD, hidden=OTHERS, at="evaluation"),
    "api:evaluation-notes": mixed(
        GET=May(READ, hidden=OTHERS),
        POST=May(EMPLOYEE | LEAD, hidden=OTHERS, body={"text": "Dialog."}),
        at="evaluation",
    ),
    "performance:predicate_differences": page(LOOKS),
    "performance:distribution": page(LOOKS | HEAD),
    "performance:achievement_list": page(LOOKS),
    "performance:achievement_set": form(ANY_HR, body=ACHIEVED),
    "performance:expected_shares": page(LOOKS),
    "performance:expected_shares_set": form(HR, at="achievement", body={"valid_from": "2020-01-01"}),
    "api:predicate-difference-list": page(LOOKS),
    "api:unit-achievement-list": mixed(
        GET=May(LOOKS), POST=May(HR, hidden=HR_ELSEWHERE, body=ACHIEVED | {"unit": "@unit"})
    ),
    "api:unit-achievement-detail": page(HR | AUDITOR, hidden=HR_ELSEWHERE, at="unit achievement"),
    "api:expected-shares": mixed(
        GET=May(LOOKS), POST=May(HR, body={"achievement": "baik", "shares": {}, "valid_from": "2020-01-01"})
    ),
    "api:unit-predicates": page(HR | AUDITOR | HEAD, hidden=HR_ELSEWHERE, at="unit", status=400),
}
