"""Positions and selfies as they are kept: sealed; and keyed digests that tell "the same" without telling which.

The key is not in the database, so a copy of it tells neither a point nor a device (UU 27/2022; regulation 7.4).
"""

from __future__ import annotations

import hashlib
import hmac
import io
import warnings
from uuid import UUID

from django.conf import settings
from PIL import Image, ImageOps

from attendance.places import Position
from organization.sealing import seal, unseal

POINT_DECIMALS = 5  # about a metre
# All sealed positions are equally long, so that the length tells nothing.
POSITION_BYTES = 48
SELFIE_SIDE, SELFIE_QUALITY = 480, 75
SELFIE_MAX_BYTES = 2 * 1024 * 1024


def _digest(purpose: str, text: str) -> str:
    key = hmac.new(settings.EVIDENCE_KEY.encode(), purpose.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def device_digest(device_id: str) -> str:
    """32 characters that stand for a browser's random id; the id itself is not kept."""
    return _digest("presence-device", device_id) if device_id else ""


def point_digest(position: Position) -> str:
    """32 characters that are equal for the same point to the metre."""
    return _digest("presence-point", f"{position.latitude:.{POINT_DECIMALS}f},{position.longitude:.{POINT_DECIMALS}f}")


def queue_key(user_id: int) -> str:
    """What a browser writes on entries it keeps while offline, so that they are sent under that account only."""
    return _digest("presence-queue", str(user_id))


def entry_owner(client_id: UUID) -> str:
    """Whom the sealed bytes of an entry are bound to."""
    return f"presence:{client_id}"


def home_owner(employee_id: int) -> str:
    return f"home:{employee_id}"


def seal_position(position: Position, *, owner: str) -> bytes:
    accuracy = "" if position.accuracy_m is None else str(position.accuracy_m)
    text = f"{position.latitude:.6f},{position.longitude:.6f},{accuracy}"
    return seal(text.encode().ljust(POSITION_BYTES), owner=owner)


def open_position(sealed: bytes, *, owner: str) -> Position:
    """What `seal_position` sealed, to six decimals. Raises SealBroken."""
    latitude, longitude, accuracy = unseal(sealed, owner=owner).decode().strip().split(",")
    return Position(float(latitude), float(longitude), int(accuracy) if accuracy else None)


def seal_selfie(content: bytes, *, owner: str) -> bytes | None:
    """The picture made small, without what a camera writes into its file (a position, too), and sealed.

    None where the bytes are no JPEG picture: the entry is kept without it.
    """
    small = _small_jpeg(content)
    return None if small is None else seal(small, owner=owner)


def _small_jpeg(content: bytes) -> bytes | None:
    if len(content) > SELFIE_MAX_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
                turned = ImageOps.exif_transpose(image).convert("RGB")
        turned.thumbnail((SELFIE_SIDE, SELFIE_SIDE))
        clean = Image.new("RGB", turned.size)
        clean.paste(turned)
        out = io.BytesIO()
        clean.save(out, "JPEG", quality=SELFIE_QUALITY)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return out.getvalue()
