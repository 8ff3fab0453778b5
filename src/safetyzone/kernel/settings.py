"""Every setting of a station: one typed module, each explained in both languages, wrong ones refused at start.

Set by environment (``SAFETYZONE_STATE=/var/lib/safetyzone``) or by a TOML file named in ``SAFETYZONE_SETTINGS_FILE``.
"""

import contextlib
import os
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from safetyzone.kernel.refusals import Refused

PATH = re.compile(r"/[!-~]{0,199}")
Port = Annotated[int, Field(ge=0, le=65535)]


def described(default: Any, *, th: str, en: str) -> Any:
    """A setting with its explanation in Thai and English, which the settings page and the docs show."""
    return Field(default=default, title=th, description=en)


class Settings(BaseSettings):
    """What differs from one station to the next."""

    model_config = SettingsConfigDict(env_prefix="SAFETYZONE_", extra="forbid", validate_default=True)

    state: Path = described(
        Path(".safetyzone"), th="โฟลเดอร์ข้อมูลทั้งหมดของสถานี", en="Folder that holds all of this station's data."
    )
    station: str = described("lumphini", th="รหัสสถานีนี้", en="Code of this station (see: safetyzone ground list).")
    database_url: SecretStr | None = described(
        None, th="ฐานข้อมูล PostgreSQL ภายนอก (16 ขึ้นไป)", en="External PostgreSQL (16 or newer); empty: our own is started."
    )
    pg_bin: Path | None = described(
        None, th="โฟลเดอร์โปรแกรม PostgreSQL", en="Folder of other PostgreSQL binaries to run (Debian's, another wheel's)."
    )
    nats_url: str | None = described(
        None, th="เซิร์ฟเวอร์ NATS ภายนอก", en="External NATS server; empty: our own is started."
    )
    nats_user: str = described("app", th="ชื่อผู้ใช้ NATS", en="User of the bus for our own programs.")
    nats_password: SecretStr | None = described(None, th="รหัสผ่าน NATS", en="Password of that user; empty: derived.")
    web_host: str = described("127.0.0.1", th="ที่อยู่ที่เว็บเปิดรับ", en="Address the web listens on.")
    web_port: Port = described(8000, th="พอร์ตเว็บ", en="Port of the web.")
    web_workers: int = Field(default=1, ge=1, le=64, title="จำนวนโปรเซสเว็บ", description="Web processes.")
    intake_host: str = described("127.0.0.1", th="ที่อยู่ที่รับ SOS จากโทรศัพท์", en="Address the SOS intake listens on.")
    intake_port: Port = described(8001, th="พอร์ตหน้า SOS", en="Port of the SOS page and of phone presses.")
    nats_port: Port = described(4222, th="พอร์ต NATS", en="Port of our own NATS server.")
    mqtt_host: str = described("127.0.0.1", th="ที่อยู่ที่รับ MQTT จากเสา", en="Address on which poles reach MQTT.")
    mqtt_port: Port = described(1883, th="พอร์ต MQTT ของเสา", en="Port on which poles speak MQTT 3.1.1 without TLS.")
    mqtt_tls_cert: Path | None = described(
        None, th="ไฟล์ใบรับรอง TLS ของ MQTT (PEM)",
        en="Certificate of the MQTT server with its chain (PEM). With it MQTT is spoken over TLS only, and the port without TLS is closed.",
    )  # fmt: skip
    mqtt_tls_key: Path | None = described(
        None, th="ไฟล์กุญแจลับของใบรับรองนั้น (PEM)", en="Private key of that certificate (PEM, without a passphrase)."
    )
    mqtt_tls_port: Port = described(8883, th="พอร์ต MQTT ที่เข้ารหัส", en="Port of MQTT over TLS, when there is a certificate.")
    public_url: str = described(
        "http://127.0.0.1:8000", th="ที่อยู่ที่ผู้ใช้เปิด", en="Address that people open (decides secure cookies and links)."
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, title="จำนวนพร็อกซีของสถานีที่อยู่หน้าเว็บ",
        description="Reverse proxies of the station's own in front of the web, whose word on the caller's address we take.",
    )
    sos_url: str = described("http://127.0.0.1:8001", th="ที่อยู่หน้า SOS", en="Address of the SOS page for citizens.")
    camera_networks: list[str] = Field(
        default=["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"], title="เครือข่ายที่กล้องอยู่",
        description="Networks (CIDR) in which cameras may be opened; an address anywhere else is refused.",
    )
    pretend_cameras_port: int = Field(
        default=0, ge=0, le=65535, title="พอร์ตกล้องจำลองบนเครื่องนี้ (สาธิต)",
        description="Port of pretend cameras on this machine, set by the demo: the one address outside the networks to be opened. 0: none.",
    )  # fmt: skip
    probe_every_s: float = Field(
        default=20.0, ge=0.2, le=600, title="ถามกล้องทุกกี่วินาที", description="How often a camera is asked whether it answers."
    )
    picture_every_s: float = Field(
        default=300.0, ge=0.2, le=3600, title="ตรวจภาพกล้องทุกกี่วินาที",
        description="How often a camera's picture is compared with its reference view.",
    )
    video_host: str = described("127.0.0.1", th="ที่อยู่ที่โปรแกรมวิดีโอเปิดรับ", en="Address the video program listens on.")
    video_port: Port = described(8002, th="พอร์ตวิดีโอ", en="Port of live and recorded pictures.")
    video_url: str = described(
        "http://127.0.0.1:8002", th="ที่อยู่ที่เบราว์เซอร์เปิดภาพ", en="Address at which browsers open pictures (the same host as the web)."
    )
    recording_hours: dict[str, float] = Field(
        default={"police": 72.0, "municipality": 72.0, "agency": 72.0}, title="เก็บภาพกี่ชั่วโมง ตามประเภทเจ้าของกล้อง",
        description="Hours of recording by kind of owner, as JSON; a kind not named keeps only the half minute an incident looks back.",
    )
    recording_quota_gb: dict[str, float] = Field(
        default={"police": 200.0, "municipality": 200.0, "agency": 100.0}, title="พื้นที่เก็บภาพ (GB) ตามประเภทเจ้าของกล้อง",
        description="Disk for recordings by kind of owner, in GB, as JSON; when it is full the oldest are given up first.",
    )
    vision_cameras: int = Field(
        default=64, ge=0, le=4096, title="โปรแกรมอ่านภาพหนึ่งตัวดูแลกล้องได้กี่ตัว",
        description="Cameras that one vision program reads at most; a further program (safetyzone vision --number 1) takes its share.",
    )  # fmt: skip
    vision_cluster: str = described(
        "", th="ที่อยู่ของคลัสเตอร์ Ray ที่ช่วยกันอ่านภาพ (ว่าง = เครื่องนี้เครื่องเดียว)",
        en="Address of a Ray cluster whose nodes read the cameras together: host:6379; empty: this machine alone. Needs the extra cluster.",
    )  # fmt: skip
    ai_mqtt_url: SecretStr | None = described(
        None, th="เซิร์ฟเวอร์ MQTT ของกล้องที่อ่านป้ายเองหรือของ Frigate",
        en="MQTT broker of Frigate, or of cameras with ONVIF Profile M, that read plates themselves: mqtt://user:password@host:1883.",
    )  # fmt: skip
    ai_cameras: dict[str, str] = Field(
        default={}, title="ชื่อกล้องเหล่านั้น และรหัสกล้องของสถานี",
        description="Their names and our codes, as JSON: frigate:front_gate for Frigate's, onvif:TOPIC for what a camera publishes to.",
    )  # fmt: skip
    ai_metadata: dict[str, str] = Field(
        default={}, title="กล้องที่ส่งป้ายที่อ่านเองมากับสตรีม (ONVIF Profile M) รหัสกล้อง และเส้นทางของสตรีมนั้น",
        description="Cameras that send plates they read in the metadata of their own stream (ONVIF Profile M over RTSP), as JSON: our code "
        "and the stream's path; an empty path: that of the camera's main stream.",
    )  # fmt: skip
    media_server: str = described(
        "", th="เซิร์ฟเวอร์สื่อที่มีอยู่แล้ว (MediaMTX, go2rtc)",
        en="A media server that already holds the cameras: rtsp://host:8554/{code}; empty: cameras are opened directly.",
    )
    smtp_url: SecretStr | None = described(
        None, th="เซิร์ฟเวอร์อีเมล", en="Mail server for letters to camera owners: smtp://user:password@host:587 or smtps://…; empty: none."
    )
    mail_from: str = described("safetyzone@localhost", th="ผู้ส่งอีเมล", en="Sender of letters.")
    line_channel_token: SecretStr | None = described(
        None, th="โทเคนช่อง LINE (Messaging API)", en="Channel access token of the station's LINE official account; empty: no LINE."
    )
    line_channel_secret: SecretStr | None = described(
        None, th="รหัสลับของช่อง LINE", en="Channel secret: with it owners who send their link to the LINE account are written to there."
    )
    sms_url: str = described(
        "https://api-v2.thaibulksms.com/sms", th="เกตเวย์ SMS", en="SMS gateway that speaks version 2 of ThaiBulkSMS's API."
    )
    sms_key: SecretStr | None = described(None, th="คีย์ของเกตเวย์ SMS", en="API key of the SMS gateway; empty: no SMS is sent.")
    sms_secret: SecretStr | None = described(None, th="รหัสลับของเกตเวย์ SMS", en="API secret of the SMS gateway.")
    sms_sender: str = described("", th="ชื่อผู้ส่ง SMS", en="Sender name registered with the SMS gateway.")
    survey_photo_days: int = Field(
        default=400, ge=30, le=3650, title="เก็บภาพสำรวจกี่วัน",
        description="Days that photos of a survey are kept; those of the newest survey of a camera in service stay longer.",
    )
    secret_key: SecretStr | None = described(
        None, th="กุญแจหลักของสถานี", en="Station master key; empty: made on first start and kept in the state folder."
    )
    mfa_required: bool = described(
        True, th="บังคับยืนยันตัวตนสองชั้น", en="Officers must sign in with a passkey or TOTP besides the password."
    )
    demo: bool = described(False, th="โหมดสาธิต (ข้อมูลจำลอง)", en="Demo: simulated data, marked on every page.")
    drill: bool = described(
        False, th="โหมดฝึก (เหตุทุกเหตุเป็นการฝึก)", en="Drill: every incident opened is marked a drill and kept out of the figures."
    )
    language: str = described("th", th="ภาษาเริ่มต้น", en="First language: th or en.")
    osm_extract: Path | None = described(
        None, th="ไฟล์ OSM ของพื้นที่", en="OSM extract (.osm.pbf) for streets, travel times and the base map."
    )
    commit_mode: str = Field(
        default="group", pattern="^(group|single)$", title="วิธีบันทึกการกด SOS",
        description="group: one commit for all that arrived; single: one a press (kept to measure against).",
    )

    @field_validator("mqtt_tls_cert", "mqtt_tls_key", mode="before")
    @classmethod
    def _empty_is_none(cls, given: Any) -> Any:
        return given or None  # an empty line in a file of settings means "no", not the folder we stand in

    @field_validator("media_server")
    @classmethod
    def _a_media_server_is_asked_by_code(cls, pattern: str) -> str:
        if pattern and not (pattern.startswith(("rtsp://", "rtsps://")) and "{code}" in pattern):
            raise ValueError("an address as rtsp://host:8554/{code}: without {code} every camera would show the same picture")
        return pattern

    @field_validator("ai_metadata")
    @classmethod
    def _a_path_stays_at_its_camera(cls, paths: dict[str, str]) -> dict[str, str]:
        for path in paths.values():
            if path and not PATH.fullmatch(path):
                raise ValueError("a path as /onvif/stream?profile=2, or nothing: the camera's address itself stands in its register")
        return paths

    @field_validator("mqtt_tls_key")
    @classmethod
    def _a_certificate_has_its_key(cls, key: Path | None, others: ValidationInfo) -> Path | None:
        if (key is None) != (others.data.get("mqtt_tls_cert") is None):
            raise ValueError("SAFETYZONE_MQTT_TLS_CERT and SAFETYZONE_MQTT_TLS_KEY are set together or not at all")
        return key

    @classmethod
    def settings_customise_sources(  # the order: what is given, the environment, the file
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        named = os.environ.get("SAFETYZONE_SETTINGS_FILE")
        file = (TomlConfigSettingsSource(settings_cls, toml_file=Path(named)),) if named else ()
        return (init_settings, env_settings, *file)

    def master_key_cached(self) -> bytes:
        """The master key, read from disk once in a process: the press path asks for it at every press."""
        return _master_key_of(self.state, self.secret_key.get_secret_value() if self.secret_key else None)

    def master_key(self) -> bytes:
        """The station's master key (32 bytes or more), made once and readable by its owner alone."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        kept = self.state / "secrets" / "master.key"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = kept.with_name(f"master.{secrets.token_hex(4)}.draft")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_hex(32).encode())
            with contextlib.suppress(FileExistsError):  # another of our programs was first: its key stands
                kept.hardlink_to(draft)
            draft.unlink()
        return kept.read_bytes()


@lru_cache(maxsize=8)
def _master_key_of(state: Path, given: str | None) -> bytes:
    return Settings(state=state, secret_key=SecretStr(given) if given else None).master_key()


class WrongSettings(Refused):
    """A setting is wrong; says which, where it is set and what would be right."""

    code = "wrong_settings"
    th = "ค่าตั้งไม่ถูกต้อง: {what}"
    en = "Wrong settings: {what}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    try:
        return Settings()
    except ValidationError as wrong:
        what = "; ".join(
            f"SAFETYZONE_{'_'.join(str(part) for part in error['loc']).upper()}: {error['msg']}" for error in wrong.errors()
        )
        raise WrongSettings(what=what) from wrong
