"""Copy what browsers need of the npm packages into ``static/vendor``, with their licences.

Run after ``npm ci`` as ``python -m safetyzone.programs.web.vendor``; the wheel carries the result, so its users need no
Node. The file names carry no hash: MapLibre finds its worker beside itself.
"""

import json
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
MODULES = PACKAGE.parents[1] / "node_modules"
VENDOR = PACKAGE / "static" / "vendor"

ICONS = (
    "badge-check", "ban", "battery-low", "bell-ring", "bike", "car", "cctv", "check", "circle-help", "clock", "combine",
    "external-link", "file-text", "footprints", "heart-pulse", "history", "keyboard", "languages", "layers", "list",
    "locate", "lock", "log-out", "map", "map-pin", "megaphone", "minus", "moon", "pencil", "phone", "phone-incoming",
    "plus", "printer", "radio", "radio-tower", "rotate-ccw", "search", "send", "settings", "shield", "siren", "star",
    "sun", "triangle-alert", "undo-2", "user", "users", "volume-2", "volume-x", "wifi-off", "x",
)  # fmt: skip
"""Every icon the screens may show: ``<svg><use href="/static/vendor/lucide/sprite.svg#siren"/></svg>``."""

BSD_3_CLAUSE = """Copyright {holder}

Redistribution and use in source and binary forms, with or without modification, are permitted provided that
the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the
following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the
following disclaimer in the documentation and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or
promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED
WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A
PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY
DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO,
PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR
OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH
DAMAGE.
"""


@dataclass(frozen=True)
class Library:
    """One npm package: its files (``from`` -> ``to``, both relative) and the file of its licence, where it has one."""

    name: str
    folder: str
    files: dict[str, str]
    licence: str = ""
    rewrites: dict[str, str] = field(default_factory=dict)
    """Bare imports that a browser cannot resolve, and the address to put instead; each must occur."""


LIBRARIES = (
    Library(
        "maplibre-gl", "maplibre-gl",
        {f"dist/{name}": name for name in
         ("maplibre-gl.mjs", "maplibre-gl-shared.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css")},
        licence="LICENSE.txt",
    ),
    # The npm package of pmtiles has no licence file: its package.json names BSD-3-Clause.
    Library("pmtiles", "pmtiles", {"dist/esm/index.js": "pmtiles.mjs"}, rewrites={'"fflate"': '"../fflate/fflate.mjs"'}),
    Library("fflate", "fflate", {"esm/browser.js": "fflate.mjs"}, licence="LICENSE"),
    Library(
        "@ibm/plex-sans-thai", "ibm-plex-sans-thai",
        {f"fonts/complete/woff2/IBMPlexSansThai-{weight}.woff2": f"IBMPlexSansThai-{weight}.woff2"
         for weight in ("Regular", "SemiBold")},
        licence="LICENSE.txt",
    ),
    Library("lucide-static", "lucide", {}, licence="LICENSE"),
)  # fmt: skip


def sprite(icons: Path) -> str:
    """One SVG file with a ``symbol`` for each of our icons, coloured by ``currentColor``."""
    symbols = []
    for name in ICONS:
        drawing = (icons / f"{name}.svg").read_text()
        inside = " ".join(re.sub(r"(?s).*?<svg[^>]*>(.*)</svg>.*", r"\1", drawing).split())
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{inside}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def copied(library: Library, modules: Path, vendor: Path) -> str:
    """Copy one library and return its entry for the notices.

    Raises:
        FileNotFoundError: the package is not installed, or no longer has a file that we name.
        ValueError: an import that we must rewrite is no longer there.
    """
    source, target = modules / library.name, vendor / library.folder
    target.mkdir(parents=True)
    about = json.loads((source / "package.json").read_text())
    for origin, name in library.files.items():
        content = (source / origin).read_bytes()
        if name.endswith((".js", ".mjs")):
            text = re.sub(r"\n?//# sourceMappingURL=\S*\s*$", "\n", content.decode())
            for bare, address in library.rewrites.items():
                if bare not in text:
                    raise ValueError(f"{library.name} no longer imports {bare}: look at {origin}")
                text = text.replace(bare, address)
            content = text.encode()
        (target / name).write_bytes(content)
    terms = (source / library.licence).read_text() if library.licence else BSD_3_CLAUSE.format(holder=about["author"])
    (target / "LICENSE").write_text(terms)
    return f"{library.name} {about['version']} ({about['license']})\n\n{terms.strip()}\n"


def build(modules: Path = MODULES, vendor: Path = VENDOR) -> None:
    """Make ``static/vendor`` anew, whole or not at all: a half-copied folder never takes the place of a good one."""
    draft = vendor.with_name(f"{vendor.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    notices = [copied(library, modules, draft) for library in LIBRARIES]
    (draft / "lucide" / "sprite.svg").write_text(sprite(modules / "lucide-static" / "icons"))
    rule = "\n" + "-" * 100 + "\n\n"
    (draft / "THIRD_PARTY_NOTICES").write_text(
        "Libraries and fonts that Safety Zone carries for browsers, and their terms.\n" + rule + rule.join(notices)
    )
    shutil.rmtree(vendor, ignore_errors=True)
    draft.rename(vendor)


def main() -> int:
    """The command line: no arguments."""
    if not MODULES.is_dir():
        print("There is no node_modules folder here. Type first: npm ci", file=sys.stderr)
        return 1
    build()
    size = sum(file.stat().st_size for file in VENDOR.rglob("*") if file.is_file())
    print(f"static/vendor: {len(LIBRARIES)} libraries, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
