"""The agency itself: its profile and letterhead, and the decree that switches flexible work on."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models.base import Dated, period_in_order


@pghistory.track()
class AgencyProfile(models.Model):
    """One row: how the agency calls itself, and the wording of its decision letters."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    name = models.CharField(_("name of the agency"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    letterhead_1 = models.CharField(_("letterhead, first line"), max_length=200, blank=True)
    letterhead_2 = models.CharField(_("letterhead, second line"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    contact = models.CharField(_("phone, e-mail and website"), max_length=300, blank=True)
    city = models.CharField(_("place of signing"), max_length=100, blank=True)
    logo = models.FileField(_("coat of arms (PNG)"), upload_to="agency/", blank=True)
    number_pattern = models.CharField(
        _("pattern of the letter number"),
        max_length=80,
        default="800.1.6/{seq}/FWA/{year}",
        help_text=_("{seq} running number, {year} year, {month} month in Roman numerals."),
    )
    letter_title = models.CharField(
        _("title of the letter"),
        max_length=200,
        default="PENETAPAN PELAKSANAAN TUGAS KEDINASAN SECARA FLEKSIBEL",
    )
    considering = models.TextField(
        _("Menimbang, one consideration per line"),
        default=(
            "bahwa pelaksanaan tugas kedinasan secara fleksibel bertujuan mendukung pencapaian kinerja organisasi "
            "dan kinerja individu serta kualitas kehidupan pegawai secara terukur;\n"
            # True also where a criterion was waived for a special circumstance, of which a letter never speaks.
            "bahwa berdasarkan hasil penapisan dan persetujuan berjenjang, pegawai yang tercantum dalam keputusan ini "
            "dapat melaksanakan tugas kedinasan secara fleksibel;"
        ),
    )
    recalling = models.TextField(
        _("Mengingat, one legal basis per line"),
        default=(
            "Undang-Undang Nomor 20 Tahun 2023 tentang Aparatur Sipil Negara;\n"
            "Peraturan Presiden Nomor 21 Tahun 2023 tentang Hari Kerja dan Jam Kerja Instansi Pemerintah dan "
            "Pegawai Aparatur Sipil Negara;\n"
            "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 4 Tahun 2025 tentang "
            "Pelaksanaan Tugas Kedinasan Pegawai Aparatur Sipil Negara secara Fleksibel pada Instansi Pemerintah;"
        ),
    )
    obligations = models.TextField(
        _("obligations of the employee, one per line"),
        default=(
            "memenuhi hari kerja dan jam kerja serta menaati kode etik dan kode perilaku;\n"
            "menyelesaikan keluaran yang dijanjikan tepat waktu dan melaporkannya;\n"
            "dapat dihubungi selama jam kerja dan datang ke kantor bila dipanggil untuk kepentingan dinas;\n"
            "menjaga kerahasiaan dan keamanan data;"
        ),
    )
    signatory_title = models.CharField(
        _("title of the signing authority"), max_length=200, default="Pejabat Pembina Kepegawaian", blank=True
    )
    on_behalf_of = models.CharField(
        _("signs on behalf of (a.n.)"), max_length=200, blank=True, help_text=_("For example: WALI KOTA NUSA BAKTI.")
    )
    setup_completed_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)  # only such an agency may be replaced by `demo`

    class Meta:
        constraints = [
            models.CheckConstraint(name="agency_profile_is_one_row", condition=models.Q(singleton=True)),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class AgencyDecree(Dated):
    """The decree by which the appointing authority (PPK) lets flexible work happen; without one nobody is eligible.

    Optional policy of the agency: regulation 1.1 [S], `fwa.enabled`.
    """

    number = models.CharField(_("decree number"), max_length=120)
    decided_on = models.DateField(_("date of the decree"))
    title = models.CharField(_("about"), max_length=300, blank=True)

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [period_in_order("agency_decree_period_in_order")]

    def __str__(self) -> str:
        return self.number
