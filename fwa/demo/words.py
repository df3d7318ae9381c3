"""What the invented people write in their requests."""

from __future__ import annotations

REASONS = (
    "Menyusun kajian yang membutuhkan waktu tanpa gangguan.",
    "Mengolah data capaian yang seluruhnya tersedia di aplikasi.",
    "Menyelesaikan laporan berkala; rapat dijadwalkan pada hari di kantor.",
    "Pekerjaan dilakukan dengan aplikasi perkantoran bersama dan tidak memerlukan tatap muka.",
    "Menyusun rancangan dokumen; koordinasi dilakukan melalui rapat daring.",
)
WORK_PLANS = (
    "Menyusun bahan dan rancangan pada hari di luar kantor, membahasnya dengan atasan pada hari di kantor.",
    "Mengolah data mingguan, memeriksa kelengkapan, dan mengunggah hasil ke folder bersama sebelum pukul 15.00.",
    "Menulis per bagian sesuai kerangka, melapor kemajuan setiap akhir hari melalui aplikasi.",
)
# Title, measure, target.
OUTPUTS = (
    ("Naskah akademik rancangan peraturan daerah", "dokumen", 1),
    ("Kajian tarif retribusi", "bab", 4),
    ("Laporan capaian kinerja triwulan", "laporan", 1),
    ("Analisis data pelayanan", "laporan", 3),
    ("Rancangan standar operasional prosedur", "dokumen", 2),
    ("Pemutakhiran basis data", "ribu baris", 12),
    ("Telaahan staf", "dokumen", 5),
    ("Rancangan surat keputusan", "naskah", 3),
    ("Modul aplikasi layanan", "modul", 2),
    ("Bahan paparan pimpinan", "paparan", 2),
    ("Rekapitulasi hasil survei", "laporan", 1),
    ("Ringkasan peraturan baru", "ringkasan", 6),
)
