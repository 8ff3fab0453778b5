"""The peer: what simple Python servers do. Every camera is decoded, each frame encoded as JPEG and sent in a multipart answer.

Run as ``python -m benchmarks.wall.mjpeg PORT ADDRESS…``: ``GET /N`` is camera N as MJPEG (RFC 2046 multipart, as Motion and many Flask
tutorials serve it). A thread a camera, PyAV to decode (the fastest decoder here) and its own MJPEG encoder at quality 5 of FFmpeg's scale.
"""

import contextlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import av


class Camera(threading.Thread):
    """The newest JPEG of one camera."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.fresh = threading.Condition()
        self.jpeg, self.number = b"", 0

    def run(self) -> None:
        while True:  # a machine that cannot follow breaks the connection: opened again, as such servers do
            with contextlib.suppress(av.FFmpegError):
                self._play()

    def _play(self) -> None:
        options = {"rtsp_transport": "tcp", "allowed_media_types": "video", "analyzeduration": "0", "probesize": "32"}
        with av.open(self.address, options=options, timeout=(10, 10)) as stream:
            stream.streams.video[0].thread_count = 1
            coder: Any = None
            for frame in stream.decode(video=0):
                if coder is None:
                    coder = av.CodecContext.create("mjpeg", "w")
                    coder.width, coder.height, coder.pix_fmt, coder.time_base = (
                        frame.width,
                        frame.height,
                        "yuvj420p",
                        stream.streams.video[0].time_base,
                    )
                    coder.options = {"q": "5"}
                frame.pts = None
                picture = b"".join(bytes(packet) for packet in coder.encode(frame.reformat(format="yuvj420p")))
                with self.fresh:
                    self.jpeg, self.number = picture, self.number + 1
                    self.fresh.notify_all()


class Answer(BaseHTTPRequestHandler):
    """One viewer of one camera."""

    cameras: list[Camera] = []  # noqa: RUF012 - one list a process, filled before the first answer

    def do_GET(self) -> None:
        camera = self.cameras[int(self.path.strip("/") or 0)]
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=f")
        self.end_headers()
        last = 0
        while True:
            with camera.fresh:
                while camera.number == last:
                    camera.fresh.wait(timeout=10)
                jpeg, last = camera.jpeg, camera.number
            self.wfile.write(b"--f\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg) + jpeg + b"\r\n")

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until killed."""
    Answer.cameras = [Camera(address) for address in sys.argv[2:]]
    for camera in Answer.cameras:
        camera.start()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()


if __name__ == "__main__":
    main()
