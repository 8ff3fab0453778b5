"""Does a camera answer? One OPTIONS of RTSP 1.0 (RFC 2326, section 10.1): it needs no password and starts no stream."""

import asyncio
import re
import ssl

from safetyzone.senses.cameras.addresses import Checked

WITHIN_S = 5.0
LONGEST_ANSWER = 4_096
STATUS = re.compile(rb"RTSP/1\.\d (\d{3}) ")
ANSWERS = frozenset({200, 401, 403, 405, 455, 501})
"""It lives and speaks RTSP, whether or not it likes the question or asks for a password."""


async def answers(camera: Checked, *, within_s: float = WITHIN_S) -> str:
    """Empty when it answers, else why not, in a word or two for the ticket."""
    try:
        async with asyncio.timeout(within_s):
            return await _ask(camera)
    except TimeoutError:
        return "no answer"
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as wrong:
        return type(wrong).__name__


async def _ask(camera: Checked) -> str:
    context = None
    if camera.scheme == "rtsps":  # cameras sign their own certificates; which network it is in was checked, and nothing secret is said
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(camera.number, camera.port, ssl=context, limit=LONGEST_ANSWER)
    try:
        writer.write(f"OPTIONS {camera.url} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: safetyzone\r\n\r\n".encode())
        await writer.drain()
        status = STATUS.match(await reader.readline())
    finally:
        writer.close()
    if status is None:
        return "speaks no RTSP"
    return "" if int(status[1]) in ANSWERS else f"RTSP {status[1].decode()}"
