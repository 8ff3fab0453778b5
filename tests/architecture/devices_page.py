"""Writes docs/devices.md, what a maker of poles builds against. ``python -m tests.architecture.devices_page --write``."""

import sys

from pydantic import BaseModel

from safetyzone.contracts import health, press
from tests.architecture.source import PACKAGE, ROOT

PAGE = ROOT / "docs" / "devices.md"
EXAMPLES = PACKAGE / "contracts" / "examples"
SHAPES: tuple[tuple[type[BaseModel], str], ...] = (
    (press.PolePress, "pole_press"),
    (press.PhonePress, "phone_press"),
    (press.PressAnswer, "press_answer"),
    (press.PressRefused, "press_refused"),
    (health.PoleHealth, "pole_health"),
    (health.PoleSelfTest, "pole_selftest"),
    (health.PoleStatus, "pole_status"),
)
MEANT_FOR_MIN = round(health.COMMAND_MEANT_FOR.total_seconds() / 60)
HEAD = f"""# What poles and phones say · ข้อความของอุปกรณ์

Written from `safetyzone.contracts` by `make docs`; a test compares. JSON in UTF-8; an unknown field is refused, so that a
misspelt one is found on the bench and not in the street. More examples: `src/safetyzone/contracts/examples/`.

1. **Connect** by MQTT 3.1.1 with the user name and password that `safetyzone poles add` printed; publish and subscribe with
   QoS 1. A pole may publish only under `sos/<its code>/` and hear only `cmd/<its code>/`.
2. **Say a press** on `sos/<pole>/press` with a `press_id` that is new for each press. PUBACK means only that the
   station's server has the message; a power cut may still take it. **Light the lamp only on `cmd/<pole>/ack`.**
3. **Say it again**, with the same `press_id`, until the answer comes: after 1, 2, 4 … at most 30 seconds, for hours if need be.
   A repeat gets the first answer, byte for byte, and is never a second call.
4. **Sign it**: `sig` is HMAC-SHA256, hexadecimal, with the signing key, over these lines joined by a line feed: the word
   `press`, `v`, `pole`, `press_id`, the moment as whole microseconds since 1970, `seq`, `hold_ms`, and the position as
   `lon,lat` with six decimals (or nothing). A wrong signature or clock does not lose the call; it makes it a technical one.
5. **Say how you are** every {health.HEARTBEAT_EVERY_S} seconds on `sos/<pole>/health`.
6. **Commands** (`cmd/<pole>/status`, `cmd/<pole>/selftest`) that you missed while you were cut off are said again after your next
   heartbeats: a few times, the last one of each kind only, and never when their time is over ({MEANT_FOR_MIN} minutes).
   Subscribe before the first heartbeat. The same command may reach you twice: a lamp that shows it already does nothing, and a
   self-test that runs or ended within the last minute is not begun anew.

## Encrypted: MQTT over TLS
When `safetyzone poles add` prints `mqtt_tls yes`, connect to the printed port (8883 unless the station chose another) by TLS 1.2 or
newer; there is then no port without TLS. The pole must **check the certificate**: trust the authority whose certificate the station gives
you (a public one or the station's own) and no other, check that the name you connect to is among the certificate's names, and refuse
the connection otherwise. A pole that skips the check gives its password to whoever answers. Keep two authorities in the pole, the present
one and the next, so that a change needs no visit, and a clock that is right to the day (a battery behind it, or NTP before TLS). The
station renews its certificate without a break: connections that stand stay, new ones see the new certificate. Handshake within 10
seconds, else the station hangs up. No client certificate is asked for: the pole is known by its user name and password, inside the TLS.

A pole that is cut off **keeps its press and says it again** (3): TLS that fails is a cut line like any other. To try it from a desk:
`mosquitto_pub --cafile authority.pem -h <host> -p 8883 -u LPN-P017 -P <password> -q 1 -t sos/LPN-P017/health -m '{{…}}'`.

"""


def kind_of(field: dict[str, object]) -> str:
    """A field's type and limits as one reads them."""
    if "anyOf" in field:
        options = field["anyOf"]
        assert isinstance(options, list)
        return " or ".join("nothing" if option.get("type") == "null" else kind_of(option) for option in options)
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1].lower()
    if "const" in field:
        return f"always {field['const']}"
    if "enum" in field:
        options = field["enum"]
        assert isinstance(options, list)
        return ", ".join(f"`{option}`" for option in options)
    limits = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below", "maxLength": "at most"}
    said = [f"{word} {field[key]}{' signs' if key == 'maxLength' else ''}" for key, word in limits.items() if key in field]
    pattern = f"`{field['pattern']}`" if "pattern" in field else ""
    return " ".join(part for part in (str(field.get("format") or field.get("type")), pattern, *said) if part)


def table(schema: dict[str, object]) -> str:
    """The fields of a shape."""
    fields, required = schema["properties"], schema.get("required", [])
    assert isinstance(fields, dict)
    assert isinstance(required, list)
    rows = [f"| `{name}` | {kind_of(field)} | {'yes' if name in required else ''} |" for name, field in fields.items()]
    return "\n".join(["| field | what | must |", "|---|---|---|", *rows])


def section(shape: type[BaseModel], example: str) -> str:
    """One shape: where it travels, its fields, its golden example."""
    words = " ".join((shape.__doc__ or "").split()).replace("``", "`")
    golden = (EXAMPLES / f"{example}.json").read_text(encoding="utf-8").strip()
    return f"## {shape.__name__}\n\n{words}\n\n{table(shape.model_json_schema())}\n\n```json\n{golden}\n```\n"


def page() -> str:
    """The whole page."""
    place = f"## Position\n\n{(press.Position.__doc__ or '').strip()}\n\n{table(press.Position.model_json_schema())}\n"
    return HEAD + "\n".join([*(section(shape, example) for shape, example in SHAPES), place])


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page())
