"""Sealing where an event loop runs already: an asynchronous server, or a test's browser."""

import asyncio

from tests.kernel.seals.test_seals import plain_pdf
from tongban.foundation import time
from tongban.kernel.seals import calc
from tongban.kernel.seals.states import SealVerdict


def test_seal_and_verify_inside_a_running_loop():
    authority = calc.make_authority("Root", time.now())
    agency = calc.make_seal("Agency", authority, time.now())

    async def both() -> calc.PdfVerdict:
        sealed = calc.sign_pdf(plain_pdf(), agency, authority.certificate, "test", "here")
        return calc.verify_pdf(sealed, authority.certificate)

    assert asyncio.run(both()).verdict == SealVerdict.VALID
