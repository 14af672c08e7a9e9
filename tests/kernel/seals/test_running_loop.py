"""Sealing where an event loop runs already: an asynchronous server, or a test's browser."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

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

    # In a thread of its own: a browser test before this one may have left its loop running in the main thread.
    with ThreadPoolExecutor(max_workers=1) as pool:
        verdict = pool.submit(lambda: asyncio.run(both())).result()
    assert verdict.verdict == SealVerdict.VALID
