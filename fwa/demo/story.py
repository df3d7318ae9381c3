"""The hands of the story: people keep, send and decide requests through the services, each in their own right."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from eligibility.enums import FlexKind, PlaceKind
from fwa.data import DraftData, OutputData
from fwa.demo.clock import Days
from fwa.demo.staff import Agency
from fwa.demo.words import OUTPUTS, REASONS, WORK_PLANS
from fwa.enums import Basis, StepStatus
from fwa.models import Request
from fwa.services.circumstances import claim_circumstance
from fwa.services.decisions import approve_step, reject_step, return_step
from fwa.services.requests import save_draft, submit_request
from organization.models import Site, User

EVIDENCE_SIZE = (900, 320)


@dataclass
class Story:
    """Who and when; every method happens at the moment that the clock tells."""

    agency: Agency
    days: Days
    sites: dict[str, Site]
    _files: int = field(default=0)

    def user(self, key: str) -> User:
        return self.agency.users[key]

    def home(self, weekdays: Iterable[int], start: date, end: date, **changes: Any) -> DraftData:
        """Days at home; outputs, reason and work plan are filled in."""
        return self.draft(
            kind=FlexKind.LOCATION,
            place_kind=PlaceKind.HOME,
            weekdays=tuple(weekdays),
            valid_from=start,
            valid_to=end,
            **changes,
        )

    def draft(self, **values: Any) -> DraftData:
        start, end = self._period(values)
        title, measure, target = OUTPUTS[start.toordinal() % len(OUTPUTS)]
        second = OUTPUTS[(start.toordinal() + 5) % len(OUTPUTS)]
        middle = start + timedelta(days=(end - start).days // 2)
        filled: dict[str, Any] = {
            "reason": REASONS[start.toordinal() % len(REASONS)],
            "work_plan": WORK_PLANS[start.toordinal() % len(WORK_PLANS)],
            "outputs": (
                OutputData(title, measure, Decimal(target), middle),
                OutputData(second[0], second[1], Decimal(second[2]), end),
            ),
        }
        return DraftData(**(filled | values))

    @staticmethod
    def _period(values: dict[str, Any]) -> tuple[date, date]:
        single = values.get("single_dates")
        return (min(single), max(single)) if single else (values["valid_from"], values["valid_to"])

    def keep(self, key: str, draft: DraftData) -> Request:
        return save_draft(by=self.user(key), data=draft)

    def send(self, key: str, draft: DraftData, *, circumstance: str = "") -> Request:
        """Keep and send; a special circumstance is sealed with its evidence in between."""
        kept = self.keep(key, draft)
        if draft.basis == Basis.SPECIAL:
            start, end = self._period({"valid_from": draft.valid_from, "valid_to": draft.valid_to})
            claim_circumstance(
                by=self.user(key),
                request_id=kept.pk,
                kind_code=circumstance,
                valid_from=start,
                valid_to=end,
                files=[self._evidence()],
            )
        return submit_request(by=self.user(key), request_id=kept.pk)

    def _evidence(self) -> SimpleUploadedFile:
        """A picture that says itself that it is invented."""
        self._files += 1
        picture = Image.new("L", EVIDENCE_SIZE, 255)
        drawing = ImageDraw.Draw(picture)
        drawing.rectangle((10, 10, EVIDENCE_SIZE[0] - 10, EVIDENCE_SIZE[1] - 10), outline=0, width=3)
        drawing.text((60, 120), f"SURAT KETERANGAN (CONTOH PERAGAAN NO. {self._files})", fill=0, font_size=30)
        drawing.text((60, 180), "Dokumen ini rekaan dan tidak menyangkut siapa pun.", fill=0, font_size=24)
        content = io.BytesIO()
        picture.save(content, "PNG")
        return SimpleUploadedFile(f"surat-keterangan-{self._files}.png", content.getvalue(), "image/png")

    def agree(self, fwa_request: Request, key: str, *, leave_out: Iterable[date] = (), note: str = "") -> None:
        approve_step(by=self.user(key), step_id=self._step(fwa_request), note=note, leave_out=leave_out)

    def turn_back(self, fwa_request: Request, key: str, note: str) -> None:
        return_step(by=self.user(key), step_id=self._step(fwa_request), note=note)

    def refuse(self, fwa_request: Request, key: str, *, ground: str, reason: str, alternative: str) -> None:
        reject_step(
            by=self.user(key),
            step_id=self._step(fwa_request),
            ground=ground,
            reason=reason,
            alternative=alternative,
        )

    @staticmethod
    def _step(fwa_request: Request) -> int:
        step_id: int = fwa_request.steps.filter(status=StepStatus.CURRENT).values_list("pk", flat=True).get()
        return step_id
