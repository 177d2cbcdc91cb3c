"""Let OSRM read a folder that `chaidaen export --format osrm` wrote, as its README.txt says.

    python osrm_table.py FOLDER PLACES

PLACES is a file of `[[lon, lat], …]`; prints `{"durations": …, "distances": …}`, place by place.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import osrm

FOLDER, PLACES = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
TOOLS = Path(osrm.__file__).parent / "bin"


def main() -> None:
    """Run the commands one after the other, then ask."""
    for words in (
        ("extract", "-p", "chaidaen.lua", "roads.osm"),
        ("partition", "roads.osrm"),
        ("customize", "roads.osrm", "--segment-speed-file", "speeds.csv"),
    ):
        subprocess.run(
            [str(TOOLS / f"osrm-{words[0]}"), *words[1:]],
            cwd=FOLDER,
            check=True,
            stdout=sys.stderr,
        )
    engine = osrm.OSRM(
        storage_config=str(FOLDER / "roads.osrm"), algorithm="MLD", use_shared_memory=False
    )
    asked = osrm.TableParameters(
        coordinates=[tuple(place) for place in PLACES], annotations=["duration", "distance"]
    )
    found = engine.Table(asked)
    told = {key: [list(row) for row in found[key]] for key in ("durations", "distances")}
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
