"""Between FFmpeg and a camera: one connection, to the number that was checked, and no answer that sends us elsewhere.

FFmpeg follows redirects of RTSP, which would lead it past the check. It does so until it has asked to play (libavformat, rtsp.c):
from then on bytes are passed as they come, for a camera sends some thirty pictures a second.
"""

import re
import socket
import ssl
import threading
from contextlib import suppress

WITHIN_S = 10.0
REDIRECT = re.compile(rb"RTSP/[^\r\n]*?\s[+0]*3")
"""As loosely as FFmpeg reads a status line."""
PLAYS = re.compile(rb"(?m)^PLAY ")
REMEMBERED = 4_096
CHUNK = 262_144


def begin(number: str, port: int, *, tls: bool) -> int:
    """Connect to the camera; returns the port on loopback where its stream is. Raises OSError when it cannot be reached."""
    camera = socket.create_connection((number, port), timeout=WITHIN_S)
    if tls:  # cameras sign their own certificates
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        camera = context.wrap_socket(camera)
    door = socket.create_server(("127.0.0.1", 0), backlog=1)
    door.settimeout(WITHIN_S)
    threading.Thread(target=_serve, args=(door, camera), daemon=True).start()
    return int(door.getsockname()[1])


def _serve(door: socket.socket, camera: socket.socket) -> None:
    with door, camera, suppress(OSError):
        ours, _ = door.accept()
        with ours:
            ours.settimeout(WITHIN_S)
            plays = threading.Event()
            up = threading.Thread(target=_up, args=(ours, camera, plays), daemon=True)
            up.start()
            try:
                _down(camera, ours, plays)
            finally:
                with suppress(OSError):  # closing alone would not be felt while the other thread reads
                    ours.shutdown(socket.SHUT_RDWR)


def _down(camera: socket.socket, ours: socket.socket, plays: threading.Event) -> None:
    before = b""
    while chunk := camera.recv(CHUNK):
        if not plays.is_set():
            before += chunk
            if REDIRECT.search(before):
                return
            before = before[-REMEMBERED:]
        ours.sendall(chunk)


def _up(ours: socket.socket, camera: socket.socket, plays: threading.Event) -> None:
    ours.settimeout(None)  # a player may be silent for as long as the picture lasts; that the camera is not is the other thread's matter
    with suppress(OSError):
        while chunk := ours.recv(CHUNK):
            if PLAYS.search(chunk):
                plays.set()
            camera.sendall(chunk)
        camera.shutdown(socket.SHUT_RDWR)
