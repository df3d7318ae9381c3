"""Names of invented people and streets."""

from __future__ import annotations

MEN = (
    "Agus", "Ahmad", "Aditya", "Andi", "Arif", "Bagus", "Bambang", "Budi", "Dedi", "Dimas", "Eko", "Fajar", "Faisal",
    "Galih", "Hadi", "Hamzah", "Hendra", "Heru", "Ilham", "Imam", "Indra", "Irfan", "Irwan", "Joko", "Kurnia", "Lukman",
    "Made", "Muhammad", "Nugroho", "Oki", "Putu", "Rahmat", "Rizky", "Roni", "Rudi", "Satria", "Sigit", "Surya",
    "Syamsul", "Taufik", "Teguh", "Tri", "Umar", "Wahyu", "Wawan", "Yoga", "Yusuf", "Zainal",
)  # fmt: skip
WOMEN = (
    "Anisa", "Ayu", "Citra", "Desi", "Dewi", "Diah", "Dian", "Dwi", "Eka", "Endang", "Erna", "Fatimah", "Fitri",
    "Hasnah", "Hesti", "Ika", "Indah", "Intan", "Kartika", "Ketut", "Laila", "Lestari", "Lilis", "Linda", "Maria",
    "Maya", "Mega", "Nadia", "Nani", "Nita", "Novi", "Nur", "Nurhayati", "Puspita", "Putri", "Rahma", "Ratih", "Ratna",
    "Rina", "Rini", "Rosmini", "Sari", "Sinta", "Siti", "Sri", "Tuti", "Wulan", "Yanti", "Yuliana", "Zahra",
)  # fmt: skip
FAMILIES = (
    "Abdullah", "Adnan", "Amin", "Anwar", "Arifin", "Aritonang", "Azis", "Basri", "Darmawan", "Effendi", "Fauzi",
    "Firmansyah", "Gunawan", "Hakim", "Halim", "Hamid", "Handayani", "Harahap", "Hasan", "Hasibuan", "Hidayat",
    "Ibrahim", "Ismail", "Iskandar", "Jafar", "Kadir", "Kurniawan", "Kusuma", "Latif", "Lubis", "Mahmud", "Manurung",
    "Maulana", "Mulyadi", "Nasution", "Nasir", "Nugraha", "Pangaribuan", "Permana", "Pratama", "Prasetyo", "Purnomo",
    "Rahman", "Ramadhan", "Rasyid", "Ritonga", "Saleh", "Santoso", "Saputra", "Setiawan", "Sihombing", "Simanjuntak",
    "Siregar", "Situmorang", "Sudirman", "Suharto", "Sulaiman", "Suryadi", "Susanto", "Syahputra", "Tanjung",
    "Usman", "Utami", "Wibowo", "Widodo", "Wijaya", "Winarto", "Yunus", "Yusuf", "Zulkarnain",
)  # fmt: skip
STREETS = (
    "Jl. Mulawarman", "Jl. Ahmad Yani", "Jl. Diponegoro", "Jl. Sudirman", "Jl. Gatot Subroto", "Jl. Pattimura",
    "Jl. Hasanuddin", "Jl. Cendrawasih", "Jl. Kenanga", "Jl. Melati", "Jl. Pahlawan", "Jl. Veteran", "Jl. Pantai Timur",
    "Jl. Bukit Indah", "Jl. Teratai", "Jl. Merdeka", "Jl. Pelabuhan", "Jl. Kampung Baru",
)  # fmt: skip
TOWNS = ("Nusa Bakti", "Makassar", "Balikpapan", "Samarinda", "Denpasar", "Manado", "Palu", "Kendari", "Mataram")
