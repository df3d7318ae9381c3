"""Ready letters and claims for the tests of letters, checks and sealed evidence."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from fwa.models import Letter, Request, Step
from fwa.services.decisions import approve_step
from fwa.services.letters import render_letter
from fwa.services.requests import save_draft, submit_request
from tests.world import World, draft


def sent(world: World, name: str = "emp", **changes: Any) -> Request:
    user = world.users[name]
    return submit_request(by=user, request_id=save_draft(by=user, data=draft(**changes)).pk)


def determined(world: World, name: str = "emp", **changes: Any) -> Request:
    """A request that every level agreed to."""
    fwa_request = sent(world, name, **changes)
    for decider in ("sup", "head", "hr", "boss"):
        approve_step(by=world.users[decider], step_id=Step.objects.current().get(request=fwa_request).pk)
    return Request.objects.get(pk=fwa_request.pk)


def rendered(world: World, name: str = "emp", **changes: Any) -> Letter:
    letter = determined(world, name, **changes).letter
    render_letter(letter.pk)
    return Letter.objects.get(pk=letter.pk)


def pdf_bytes(pages: int = 1, *, password: str = "") -> bytes:
    writer = PdfWriter()
    for _number in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def image_bytes(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, kind)
    return target.getvalue()


def upload(content: bytes, name: str = "surat.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
