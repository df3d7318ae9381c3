"""Rows of the access table: simulations."""

from __future__ import annotations

from tests.access_words import AUDITOR, HR, HR_ELSEWHERE, May, Row, act, form, mixed, page

READ = HR | AUDITOR

ROWS: dict[str, Row] = {
    # a simulation names people of the whole agency: its HR admins and auditors
    "eligibility:simulation_start": act(HR, at="policy draft"),
    "eligibility:simulation_list": page(READ | HR_ELSEWHERE),
    "eligibility:simulation": page(READ, at="simulation", hidden=HR_ELSEWHERE),
    "eligibility:simulation_state": page(READ, at="simulation", hidden=HR_ELSEWHERE),
    "eligibility:simulation_people": page(READ, at="simulation", hidden=HR_ELSEWHERE),
    "eligibility:simulation_export": page(HR, at="simulation export", hidden=HR_ELSEWHERE),
    # the second person
    "eligibility:publish": form(HR, at="policy draft"),
    "eligibility:send_back": form(HR, at="policy draft"),
    "api:simulation-list": mixed(GET=May(READ | HR_ELSEWHERE), POST=May(HR, body={"policy": "location", "version": 1})),
    "api:simulation-detail": page(READ, at="simulation", hidden=HR_ELSEWHERE),
    "api:simulation-rows": page(READ, at="simulation", hidden=HR_ELSEWHERE),
    "api:policy-publish": mixed("policy draft", POST=May(HR, body={"revision": 0})),
    "api:policy-send-back": mixed("policy draft", POST=May(HR, body={"note": "Periksa."})),
}
