"""Why a row or a file is refused: one sentence per code that says what is wrong and what to do.

Codes and parameters are stored with the run; the sentence is made in the reader's language. Parameters whose name ends
in `date` are ISO dates and are written out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A row that HR may accept with a reason: births and sexes are corrected by court, the NIP is not (regulation 7.1).
ACCEPTABLE = frozenset({"nip_birth_impossible", "nip_birth_differs", "nip_sex_differs"})

REASONS: dict[str, Promise] = {
    # Cells
    "empty": _("The cell is empty. Fill it in."),
    "formula": _("The cell holds a formula. Formulas are never calculated here: type the value itself as text."),
    "spreadsheet_error": _("The spreadsheet shows an error in this cell. Correct it there, or type the value."),
    "too_long": _("The text has %(length)s characters, at most %(limit)s fit. Shorten it."),
    "not_a_name": _("This is not a name: it holds no letter. Type the name of the person."),
    "number_wrong": _("This is not a whole number from %(low)s to %(high)s. Correct it."),
    "yes_no_wrong": _("Only ya or tidak can stand here. Correct it."),
    "choice_wrong": _("This value is not known. Use one of: %(choices)s."),
    "email_wrong": _("This is not an e-mail address. Correct it or leave the cell empty."),
    # Dates
    "date_impossible": _("There is no such date in the calendar. Correct it."),
    "date_wrong": _("This is not a date. Write it as dd-mm-yyyy."),
    "date_is_number": _("The cell holds a number, not a date. Format it as a date, or write dd-mm-yyyy as text."),
    "date_in_future": _("The date %(date)s lies in the future. Import the row from that day on, or correct the date."),
    "date_before_birth": _("The date lies before the date of birth, %(birth_date)s. Correct one of them."),
    "date_order": _("The end lies before the start, %(start_date)s. Correct one of them."),
    # NIP
    "nip_is_number": _(
        "The cell is a number, and 18 digits do not fit into a spreadsheet number: the last digits are lost."
        " Format the column as text and type the NIP again."
    ),
    "nip_not_digits": _("A NIP holds digits only. Correct it."),
    "nip_length": _("A NIP has 18 digits, this one has %(length)s. Correct it."),
    "nip_truncated": _(
        "The NIP ends in 000: a spreadsheet has rounded it. Format the column as text and type the NIP again."
    ),
    "nip_birth_impossible": _(
        "The first eight digits of the NIP, %(digits)s, are not a date. Correct the NIP, or accept the row with"
        " a reason."
    ),
    "nip_birth_differs": _(
        "The NIP says born on %(nip_date)s, this row says %(row_date)s. Correct one of them, or accept the row with a"
        " reason."
    ),
    "nip_sex_differs": _(
        "The 15th digit of the NIP, %(digit)s, stands for the other sex. Correct one of them, or accept the row with a"
        " reason."
    ),
    "nip_twice": _("Row %(row)s has the same NIP. Keep one of the two rows."),
    "nip_belongs_to_other_row": _(
        "This is the NIP of row %(row)s, whose date of birth and sex it fits; it does not fit this row. Type the NIP of"
        " this person."
    ),
    "employee_unknown": _("No employee has this NIP. Import the employee first, or correct the NIP."),
    "employee_left": _(
        "This employee left on %(left_date)s. Correct the NIP, or give a TMT JABATAN after that day if they came back."
    ),
    # Employee facts
    "sex_wrong": _("Only L (male) or P (female) can stand here. Correct it."),
    "kind_wrong": _("This is no kind of civil servant. Use PNS, CPNS, PPPK or PPPK paruh waktu."),
    "grade_pns_wrong": _("PNS and CPNS have no such grade. Use I/a to IV/e."),
    "grade_pppk_wrong": _("PPPK have no such grade. Use I to XVII."),
    "entry_reason_wrong": _(
        "This is not a known reason for entering a post. Use Pengadaan, Promosi, Mutasi, Rotasi or Pengukuhan."
    ),
    "position_kind_wrong": _(
        "This group of posts is not known. Use JPT Utama, JPT Madya, JPT Pratama, Administrator, Pengawas,"
        " Fungsional or"
        " Pelaksana."
    ),
    "service_body_wrong": _("This assignment is not known. Use Instansi, TNI, Polri or Misi luar negeri."),
    # Organisation
    "unit_unknown": _(
        "The unit %(unit)s is not known. Correct its name, or import with “create missing units and positions”."
    ),
    "unit_elsewhere": _(
        "There is no unit %(unit)s below %(parent)s, but there is one elsewhere. Correct the parent, or import with"
        " “create missing units and positions”."
    ),
    "unit_ambiguous": _("Several units are called %(unit)s. Fill in the parent unit, or write the unit's code."),
    "parent_unknown": _(
        "The parent unit %(parent)s is not known. Correct its name, or import with “create missing units and"
        " positions”."
    ),
    "parent_ambiguous": _("Several units are called %(parent)s. Write the code of the parent unit instead."),
    "unit_circle": _("The units of this file stand above each other in a circle. Correct the parent unit."),
    "position_unknown": _(
        "The position %(position)s is not known. Correct its name, or import with “create missing units and positions”."
    ),
    "position_not_listed": _("The position %(position)s is not known. Correct its name, or import its holders first."),
    "position_needs_kind": _(
        "The position %(position)s is new, and its group is not given. Fill in JENIS JABATAN (Pelaksana,"
        " Fungsional, …)."
    ),
    "site_unknown": _("The office %(site)s is not known. Add it to the offices first, or correct the name."),
    # Supervisors and heads
    "supervisor_is_self": _("Nobody is their own supervisor. Type the NIP of the supervisor, or leave the cell empty."),
    "supervisor_unknown": _(
        "The supervisor is neither in this file nor in the system. Add their row, or correct the NIP."
    ),
    "supervisor_rejected": _("The supervisor's own row %(row)s is rejected. Correct that row first."),
    "supervisor_left": _("The supervisor left on %(left_date)s. Type the NIP of the present supervisor."),
    "supervisor_circle": _("These people are each other's supervisors in a circle: %(names)s. Correct one of them."),
    "head_taken": _("%(name)s heads this unit already. Set only one head, or end the other's placement first."),
    # Placements
    "placement_newer": _(
        "A placement that began on %(known_date)s is on record already. Correct TMT JABATAN, or change the placement on"
        " the person's page."
    ),
    "placement_ended": _("The last placement ended on %(ended_date)s. Give a TMT JABATAN after that day."),
    "placement_before": _(
        "The post began on %(known_date)s; an earlier start would overlap the placement before it. Correct TMT JABATAN."
    ),
    # Task types
    "task_type_unknown": _(
        "The task type is not known. Correct the name, or import with “create missing” and the columns of its criteria."
    ),
    "task_twice": _("Row %(row)s names the same position, task type and day. Keep one of the two rows."),
    "task_newer": _("A share that begins on %(known_date)s is on record already. Give a later day."),
    "task_over_100": _(
        "From %(date)s the shares of this position add up to %(total)s percent: %(parts)s. Lower one, or end a"
        " task with"
        " 0 percent."
    ),
    "task_nothing_to_end": _("0 percent ends a task, but the position has no such task on that day."),
    # Discipline
    "case_twice": _("Row %(row)s is the same case of the same person. Keep one of the two rows."),
    "discipline_status_wrong": _("This state is not known. Use pemeriksaan, hukuman or ditutup."),
    "discipline_level_wrong": _("This level is not known. Use ringan, sedang or berat."),
    "discipline_needs": _("A case in this state needs this date or level. Fill it in."),
    "discipline_needs_not": _(
        "A case in this state has no such date or level yet. Empty the cell, or correct the state."
    ),
    # Absences
    "absence_kind_wrong": _("This kind of absence is not known. Use cuti, sakit, dinas luar or pelatihan."),
    "absence_part_wrong": _("This part of the day is not known. Use penuh, paruh pertama or paruh kedua."),
    "absence_twice": _("Row %(row)s has the same letter number for the same person. Keep one of the two rows."),
    "absence_overlaps_row": _("The days overlap those of row %(row)s. Correct one of them."),
    "absence_overlaps": _("Absence %(reference)s covers %(known_date)s already. Correct the days, or that absence."),
    "absence_on_flexible_day": _(
        "The employee has flexible days there: %(days)s (request %(reference)s). Have those days ended or left"
        " out first."
    ),
    "absence_over_arrangement": _(
        "The employee has granted flexible days there: %(days)s (request %(reference)s). The absence goes first on"
        " them; unit head and HR see the collision."
    ),
    "absence_too_long": _("The absence runs over %(days)s days, more than two years. Correct a date."),
    # Terminals
    "line_unreadable": _("This line is no entry of a terminal: PIN, time, device and key between tabs."),
    "pin_wrong": _("A PIN holds digits only. Correct it."),
    "pin_unknown": _(
        "Nobody has this PIN on the terminal. Say on the terminal's page whom it means, and import again."
    ),
    "pin_not_then": _("The PIN meant nobody on that day. Correct from when to when it means whom, and import again."),
    "pin_twice": _("Row %(row)s has the same PIN. Keep one of the two rows."),
    "pin_newer": _("The PIN means somebody from %(known_date)s on. Give a later day."),
    "key_wrong": _("This key is neither check-in (0) nor check-out (1). Breaks and overtime are not counted here."),
    "moment_wrong": _("This is not a date with a time. Write it as yyyy-mm-dd hh:mm:ss."),
    "time_impossible": _("There is no such time of day. Correct it."),
    "clock_reset": _(
        "The terminal's clock was reset: nobody can tell when this was. Enter a correction for the person."
    ),
    "entry_in_future": _("The time lies in the future: the terminal's clock is wrong. Set it, and enter a correction."),
    "entry_of_other": _(
        "This entry is on record for somebody else, whom the PIN meant at the first import. Enter a correction."
    ),
    # Ratings
    "period_wrong": _("This period is not known. Use tahunan or triwulan 1 to 4."),
    "period_not_begun": _("This period begins on %(date)s. A predicate exists only afterwards."),
    "predicate_wrong": _(
        "This predicate is not known. Use Sangat Baik, Baik, Butuh Perbaikan, Kurang or Sangat Kurang."
    ),
    "rating_twice": _("Row %(row)s rates the same person in the same period. Keep one of the two rows."),
    # Work results
    "result_kind_wrong": _("This kind is not known. Use utama or tambahan."),
    "perspective_wrong": _(
        "This perspective is not known. Use penerima layanan, proses bisnis, penguatan internal or anggaran."
    ),
    "measure_missing": _("A target in figures needs its measure, such as dokumen or persen."),
    "result_twice": _("Row %(row)s has the same number for the same person and period. Keep one of the two rows."),
    "supports_self": _("A result cannot support a result of the same person. Give the supervisor's NIP."),
    "supported_missing": _("The supervisor has no result number %(number)s in that period, here or on record."),
}

WARNINGS: dict[str, Promise] = {
    "nip_middle": _("The middle of the NIP, %(digits)s, is not a year and month. The row is accepted."),
    "nip_accepted": _("The NIP does not fit; accepted with the reason: %(reason)s"),
    "email_taken": _("Another account has this e-mail address. The person's own account is made without one."),
    "position_kind_differs": _("The position %(position)s stays in the group it has; this row names another."),
    "placement_corrected": _("Unit or position changed without a new TMT JABATAN: corrected from %(start_date)s on."),
    "parent_differs": _("The unit stays where it is; this row names another parent."),
    "head_several": _("Unit %(unit)s: several people could be its head (%(names)s). Set the head on the unit's page."),
    "head_kept": _("Unit %(unit)s: the file points to %(other)s as its head, but %(name)s stays head."),
    "head_missing": _("Unit %(unit)s has no head. Set one on the unit's page."),
    "key_meant_out_day": _(
        "Check-in pressed; understood as check-out: the day's last entry, near the end, and no other."
    ),
    "key_meant_in_day": _(
        "Check-out pressed; understood as check-in: the day's first entry, near the start, and no other."
    ),
    "key_meant_out_schedule": _(
        "Check-in pressed after the end of work, the day's only entry; understood as check-out."
    ),
    "key_meant_in_schedule": _(
        "Check-out pressed before the start of work, the day's only entry; understood as check-in."
    ),
    "rows_skipped": _("Rows without NIP and with hardly any cell filled were passed over: %(rows)s."),
    "columns_missing": _("Not in the file and taken from the NIP: %(columns)s."),
}

FILE_REASONS: dict[str, Promise] = {
    "terminal_unknown": _("No terminal has the code %(terminal)s. Add the terminal first."),
    "too_big": _("The file has %(size)s MB; at most %(limit)s MB can be read. Split it."),
    "empty_file": _("The file is empty."),
    "old_excel": _(
        "This is an old or password-protected Excel file. Save it as .xlsx without a password, or as CSV, and"
        " try again."
    ),
    "other_office": _("This is a LibreOffice or Word file, not a list. Save it as .xlsx or CSV and try again."),
    "web_page": _("This is a web page with another ending. Open it in the spreadsheet and save it as .xlsx or CSV."),
    "not_a_list": _("This is neither a CSV nor an XLSX file, whatever its name says. Save the list as one of them."),
    "broken_workbook": _("The workbook is damaged and cannot be read. Save it again as .xlsx and try again."),
    "bomb": _("The workbook unpacks to %(size)s MB; at most %(limit)s MB are read. Save it as CSV, or split it."),
    "too_many_rows": _("The file has more than %(limit)s rows. Split it."),
    "no_rows": _("There is no row below the header. Check that the right file and sheet were chosen."),
    "columns_unknown": _("These columns were not found: %(columns)s. The file has: %(found)s."),
    "no_header": _("No header was found in the first ten rows. These columns are needed: %(columns)s."),
    "changed_meanwhile": _("Somebody changed the same records at the same moment. Nothing was saved; start again."),
    "stopped": _("An unexpected error stopped the import. Nothing was saved; the administrator finds it in the log."),
    "file_gone": _("The uploaded file is no longer there. Upload it again."),
}


def reason_text(code: str, params: dict[str, Any]) -> str:
    """The sentence for a reject or a warning in the active language."""
    return _render({**REASONS, **WARNINGS}[code], params)


class ImportFileError(Exception):
    """The file as a whole cannot be read; `str()` says why and what to do, in the active language."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return _render(FILE_REASONS[self.code], self.params)


def _render(text: Promise, params: dict[str, Any]) -> str:
    return str(text) % {name: _written(name, value) for name, value in params.items()} if params else str(text)


def _written(name: str, value: Any) -> Any:
    if name.endswith("date") and isinstance(value, str):
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return value
