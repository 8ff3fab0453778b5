"""Which stream is the large one, which the small one, and what a technician should change, in a plain sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safetyzone.senses.cameras.finding.onvif import Profile

SMALL_FROM, SMALL_TO = 320, 1280
"""Pixels of width that suit a tile of the wall."""
RARE_S = 2.0
"""Seconds between key frames: so long a tile stays empty after it is opened, and so coarse is every cut of a recording."""
SLACK = 1.05
"""A camera's clock is none of the best: 2.05 seconds are two."""
GOOD_S = 1.0
"""What is set where the officer says yes."""
USUAL_FPS = 25.0
"""For a camera that does not say how many pictures a second it sends."""
VIDEO = frozenset({"h264", "hevc"})
FACTORY = frozenset({
    ("admin", ""), ("admin", "admin"), ("admin", "12345"), ("admin", "123456"), ("admin", "1234"), ("admin", "888888"),
    ("admin", "password"), ("admin", "9999"), ("admin", "4321"), ("admin", "tlJwpbo6"), ("root", "root"), ("root", "pass"),
    ("root", "admin"), ("root", ""), ("666666", "666666"), ("888888", "888888"), ("user", "user"), ("supervisor", "supervisor"),
    ("service", "service"), ("ubnt", "ubnt"),
})  # fmt: skip
"""Passwords that cameras leave the factory with: printed in manuals, tried by every worm."""

PATHS = (
    ("/Streaming/Channels/101", "/Streaming/Channels/102"),
    ("/cam/realmonitor?channel=1&subtype=0", "/cam/realmonitor?channel=1&subtype=1"),
    ("/h264Preview_01_main", "/h264Preview_01_sub"), ("/stream1", "/stream2"),
    ("/axis-media/media.amp", "/axis-media/media.amp?resolution=640x360"),
    ("/profile1/media.smp", "/profile2/media.smp"), ("/live/ch00_0", "/live/ch00_1"), ("/live.sdp", "/live2.sdp"),
    ("/media/video1", "/media/video2"), ("/unicast/c1/s0/live", "/unicast/c1/s1/live"), ("/videoMain", "/videoSub"), ("/11", "/12"),
    ("/live/main", "/live/sub"), ("/", ""),
)  # fmt: skip
"""Large and small stream of makers whose cameras are common and often speak no ONVIF; as printed in their manuals."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream as it was opened. ``key_every_s`` None: no second key frame came while we watched."""

    address: str
    codec: str
    width: int
    height: int
    fps: float
    key_every_s: float | None
    seen: bool
    """Whether a picture came."""

    def as_facts(self) -> dict[str, Any]:
        """As a row keeps it."""
        key = None if self.key_every_s is None else round(self.key_every_s, 1)
        return {
            "address": self.address, "codec": self.codec, "width": self.width, "height": self.height, "fps": round(self.fps, 1),
            "key_every_s": key, "seen": self.seen,
        }  # fmt: skip


def choose(profiles: Sequence[Profile]) -> tuple[Profile | None, Profile | None]:
    """The large stream, and the small one if there is another: the largest of those that suit a tile, else the smallest."""
    if not profiles:
        return None, None
    main = max(profiles, key=lambda p: (p.codec in VIDEO, p.width * p.height))
    others = [p for p in profiles if p.width * p.height < main.width * main.height and p.path != main.path and p.codec in VIDEO]
    fit = [p for p in others if SMALL_FROM <= p.width <= SMALL_TO]
    if fit:
        return main, max(fit, key=lambda p: p.width * p.height)
    return main, min(others, key=lambda p: p.width * p.height, default=None)


def frames_between_keys(profile: Profile) -> int:
    """What to set at the camera for a key frame every ``GOOD_S``."""
    return max(1, round((profile.fps or USUAL_FPS) * GOOD_S))


def advice(main: Stream, sub: Stream | None, *, user: str, password: str, elsewhere: bool = False) -> list[tuple[str, float]]:
    """What should be changed at the camera: a code of ``SENTENCES`` and the number in it."""
    said: list[tuple[str, float]] = []
    if (user.lower(), password) in FACTORY:
        said.append(("factory_password", 0))
    if elsewhere:
        said.append(("elsewhere", 0))
    if not main.seen:
        said.append(("no_picture", 0))
    if sub is None:
        said.append(("no_small", SMALL_TO))
    else:
        if not sub.seen:
            said.append(("no_small_picture", 0))
        if sub.width > SMALL_TO:
            said.append(("small_is_large", sub.width))
    for name, stream in (("large", main), ("small", sub)):
        if stream is None or not stream.seen:
            continue
        said += _of_codec_and_keys(name, stream)
    if main.address.startswith("rtsp://"):
        said.append(("no_tls", 0))
    return said


def _of_codec_and_keys(name: str, stream: Stream) -> list[tuple[str, float]]:
    if stream.codec not in VIDEO:
        return [(f"{name}_is_old", 0)]
    said: list[tuple[str, float]] = [(f"{name}_is_hevc", 0)] if stream.codec == "hevc" else []
    if stream.key_every_s is None:
        said.append((f"{name}_key_never", 0))
    elif stream.key_every_s > RARE_S * SLACK:
        said.append((f"{name}_key_rare", stream.key_every_s))
    return said


_SMALL, _LARGE = ("ภาพย่อ", "The small stream"), ("ภาพหลัก", "The main stream")
SENTENCES: dict[str, tuple[str, str]] = {
    "factory_password": (
        "กล้องยังใช้รหัสผ่านจากโรงงาน ใครก็เปิดได้ เปลี่ยนที่กล้องก่อน",
        "The camera still has the password it left the factory with: anybody can open it. Change it at the camera first.",
    ),
    "elsewhere": (
        "กล้องบอกที่อยู่ภาพเป็นเครื่องอื่น ซึ่งไม่เปิดให้ เปิดที่ตัวกล้องเองแทน",
        "The camera named another machine for its pictures. That one is not opened; the camera itself was asked in its place.",
    ),
    "no_tls": (
        "ภาพเดินทางโดยไม่เข้ารหัส (RTSP) ใช้ได้เฉพาะในเครือข่ายกล้องที่แยกไว้",
        "Its pictures travel unencrypted (RTSP): only inside a network of cameras alone.",
    ),
    "no_picture": ("เปิดภาพหลักไม่ได้", "No picture came from the main stream."),
    "no_small_picture": ("เปิดภาพย่อไม่ได้", "No picture came from the small stream."),
    "no_small": (
        "กล้องนี้ไม่มีภาพย่อ เปิดสตรีมที่สองที่กล้อง กว้างไม่เกิน {n:.0f} พิกเซล เพื่อให้เปิดหลายกล้องพร้อมกันได้",
        "This camera has no small stream. Switch one on at the camera, at most {n:.0f} pixels wide, so that many can be open at once.",
    ),
    "small_is_large": (
        "ภาพย่อกว้าง {n:.0f} พิกเซล ใหญ่เกินไป ตั้งที่กล้องให้ไม่เกิน 1280",
        "The small stream is {n:.0f} pixels wide: set it to 1280 or less at the camera.",
    ),
    **{
        f"{name}_{what}": (f"{th}{said_th}", f"{en} {said_en}")
        for name, (th, en) in {"large": _LARGE, "small": _SMALL}.items()
        for what, said_th, said_en in (
            ("is_hevc", "เป็น H.265 ซึ่งเบราว์เซอร์บางตัวเปิดไม่ได้ ตั้งที่กล้องเป็น H.264",
             "is H.265, which some browsers cannot show: set it to H.264 at the camera."),
            ("is_old", "ไม่ใช่ H.264 หรือ H.265 ตั้งที่กล้องเป็น H.264", "is neither H.264 nor H.265: set it to H.264 at the camera."),
            ("key_never", "ไม่มีเฟรมหลัก (I-frame) เลยตลอดเวลาที่ดู ตั้งที่กล้องให้มีทุก 1–2 วินาที",
             "sent no second key frame (I-frame) while we watched: set one every 1 to 2 seconds at the camera."),
            ("key_rare", "มีเฟรมหลัก (I-frame) ทุก {n:.0f} วินาที นานเกินไป ตั้งที่กล้องให้ทุก 1–2 วินาที",
             "sends a key frame (I-frame) only every {n:.0f} seconds: set one every 1 to 2 seconds at the camera."),
        )
    },
}  # fmt: skip


def sentence(code: str, number: float) -> tuple[str, str]:
    """Thai and English."""
    th, en = SENTENCES[code]
    return th.format(n=number), en.format(n=number)
