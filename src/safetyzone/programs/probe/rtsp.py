"""Does a camera answer? One OPTIONS of RTSP 1.0 (RFC 2326, section 10.1): it needs no password and starts no stream.

And, for a camera that speaks no ONVIF: is there a stream at this path? One DESCRIBE (10.2), which starts none either.
"""

import asyncio
import hashlib
import re
import secrets
import ssl

from safetyzone.senses.cameras.addresses import Checked

WITHIN_S = 5.0
LONGEST_ANSWER = 4_096
STATUS = re.compile(rb"RTSP/1\.\d (\d{3}) ")
UNAUTHORIZED = 401
MOST_LINES, LONGEST_BODY = 64, 65_536
_PARTS = re.compile(r'(\w+)=(?:"([^"\\]*)"|([^\s,"]+))')
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


async def _open(camera: Checked) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    context = None
    if camera.scheme == "rtsps":  # cameras sign their own certificates; which network it is in was checked
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return await asyncio.open_connection(camera.number, camera.port, ssl=context, limit=LONGEST_ANSWER)


async def _ask(camera: Checked) -> str:
    reader, writer = await _open(camera)
    try:
        writer.write(f"OPTIONS {camera.url} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: safetyzone\r\n\r\n".encode())
        await writer.drain()
        status = STATUS.match(await reader.readline())
    finally:
        writer.close()
    if status is None:
        return "speaks no RTSP"
    return "" if int(status[1]) in ANSWERS else f"RTSP {status[1].decode()}"


async def described(camera: Checked, *, user: str, password: str, within_s: float = WITHIN_S) -> int:
    """The status of one DESCRIBE, answering a challenge once: 200 a stream, 401 a wrong password, 404 no such path, 0 no answer."""
    try:
        async with asyncio.timeout(within_s):
            return await _describe(camera, user, password)
    except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        return 0


async def _describe(camera: Checked, user: str, password: str) -> int:
    reader, writer = await _open(camera)
    try:
        status, challenge = await _one(reader, writer, camera, 1, "")
        if status == UNAUTHORIZED and user and (answer := digest(challenge, camera.url, user, password)):
            if reader.at_eof():
                writer.close()
                reader, writer = await _open(camera)
            status, _ = await _one(reader, writer, camera, 2, answer)
        return status
    finally:
        writer.close()


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, camera: Checked, number: int, answer: str) -> tuple[int, str]:
    """One DESCRIBE: its status, and the challenge in it."""
    sent = f"Authorization: {answer}\r\n" if answer else ""
    ask = f"DESCRIBE {camera.url} RTSP/1.0\r\nCSeq: {number}\r\nAccept: application/sdp\r\n{sent}User-Agent: safetyzone\r\n\r\n"
    writer.write(ask.encode())
    await writer.drain()
    status = STATUS.match(await reader.readline())
    if status is None:
        return 0, ""
    challenges, body = [], 0
    for _ in range(MOST_LINES):
        line = (await reader.readline()).decode("latin-1").strip()
        name, _, said = line.partition(":")
        if name.lower() == "www-authenticate":
            challenges.append(said.strip())
        elif name.lower() == "content-length" and said.strip().isdigit():
            body = int(said)
        elif not line:
            break
    if 0 < body <= LONGEST_BODY:
        await reader.readexactly(body)
    return int(status[1]), next((c for c in challenges if c.lower().startswith("digest ")), "")


def digest(challenge: str, url: str, user: str, password: str) -> str:
    """The answer to a Digest challenge with MD5 (RFC 2617, 3.2.2), which is what cameras speak; empty where it is none.

    Basic is not answered: it would hand the password to whoever stands at that number.
    """
    said = {name.lower(): (quoted or plain) for name, quoted, plain in _PARTS.findall(challenge)}
    if not challenge.lower().startswith("digest ") or "nonce" not in said or said.get("algorithm", "md5").lower() != "md5":
        return ""
    realm, nonce = said.get("realm", ""), said["nonce"]
    start, end = _md5(f"{user}:{realm}:{password}"), _md5(f"DESCRIBE:{url}")
    common = f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{url}"'
    if "auth" in [qop.strip() for qop in said.get("qop", "").split(",")]:
        own = secrets.token_hex(8)
        return f'{common}, qop=auth, nc=00000001, cnonce="{own}", response="{_md5(f"{start}:{nonce}:00000001:{own}:auth:{end}")}"'
    return f'{common}, response="{_md5(f"{start}:{nonce}:{end}")}"'


def _md5(words: str) -> str:
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()  # the cameras' choice, not ours
