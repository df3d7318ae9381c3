"""A proposal for the privacy notice: purpose, basis, what, who, how long, rights (UU 27/2022; regulation 7.4)."""

from __future__ import annotations

from attendance.models import AttendanceTerms

_TEXTS = {
    "id": """\
Untuk apa: presensi mencatat kapan dan dari tempat sah mana Anda bekerja, agar jam kerja terhitung (Perpres 21/2023) \
dan kerja fleksibel dapat dipertanggungjawabkan (PermenPANRB 4/2025). Dasarnya pelaksanaan tugas kedinasan.
Apa: arah (masuk atau pulang), waktu, tempat sah yang cocok, jarak dalam golongan, dan ketelitian. Posisi diminta \
hanya saat Anda menekan tombol, tidak pernah di antaranya.
Berapa lama: posisi disegel dan dihapus setelah {location} hari{selfie}.
Siapa: hanya petugas bukti yang ditunjuk dapat membuka posisi. Setiap pembukaan dicatat lebih dahulu beserta \
alasannya, dan Anda melihatnya pada "Data lokasi saya".
Hak Anda: melihat data Anda, meminta perbaikan, dan menjawab setiap penanda. Sistem tidak menjatuhkan sanksi.""",
    "en": """\
What for: attendance records when and from which valid place you work, so that working hours are counted (Perpres \
21/2023) and flexible work can be accounted for (PermenPANRB 4/2025). The basis is the performance of official duty.
What: direction (in or out), time, the valid place that fits, the distance as a band, and the accuracy. The position \
is asked for only when you press a button, never in between.
How long: the position is sealed and deleted after {location} days{selfie}.
Who: only the named evidence officer can open a position. Every opening is recorded first with its reason, and you \
see it under "My location data".
Your rights: to see your data, to ask for correction, and to answer every flag. The system imposes no sanction.""",
}
_SELFIE = {"id": ", foto setelah {days} hari", "en": ", a photo after {days} days"}


def proposed_notice(language: str, terms: AttendanceTerms) -> str:
    """The proposal in one language, with the periods of the terms in force."""
    selfie = _SELFIE[language].format(days=terms.selfie_retention_days) if terms.selfie else ""
    return _TEXTS[language].format(location=terms.location_retention_days, selfie=selfie)
