"""Between FFmpeg and a camera: one connection, to the number that was checked, and no answer that sends us elsewhere.

FFmpeg follows redirects of RTSP, which would lead it past the check.
"""

import re
import socket
import ssl
import threading
from contextlib import suppress

WITHIN_S = 10.0
REDIRECT = re.compile(rb"RTSP/[^\r\n]*?\s[+0]*3")
"""As loosely as FFmpeg reads a status line."""
REMEMBERED = 4_096
CHUNK = 65_536


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
            up = threading.Thread(target=_up, args=(ours, camera), daemon=True)
            up.start()
            before = b""
            while chunk := camera.recv(CHUNK):
                before += chunk
                if REDIRECT.search(before):
                    return
                before = before[-REMEMBERED:]
                ours.sendall(chunk)


def _up(ours: socket.socket, camera: socket.socket) -> None:
    with suppress(OSError):
        while chunk := ours.recv(CHUNK):
            camera.sendall(chunk)
        camera.shutdown(socket.SHUT_RDWR)
