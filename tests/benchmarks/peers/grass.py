"""GRASS `r.walk` over the same ground; needs `grass` on the PATH.

    python grass.py FOLDER

Writes `grass.json` into FOLDER. `r.walk -k` goes out from the starts by Langmuir's rule in 16
directions; ours comes in to them by Tobler's. So minutes differ by the rule, the work does not.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import rasterio

FOLDER = Path(sys.argv[1])
SCRIPT = """
set -e
r.in.gdal -o --quiet input={dem} output=dem
g.region raster=dem
r.mapcalc --quiet expression="friction = 0 * dem"
v.in.ascii --quiet input={starts} output=starts separator=comma x=1 y=2
python3 - <<'END'
import os, subprocess, time
began = time.perf_counter(), sum(os.times()[:4])
subprocess.run(
    ["r.walk", "-k", "--quiet", "elevation=dem", "friction=friction", "output=walked",
     "start_points=starts", "memory=4000"], check=True)
print("TOOK", time.perf_counter() - began[0], sum(os.times()[:4]) - began[1])
END
r.out.gdal --quiet --overwrite -c -m -f input=walked output={walked} type=Float32
"""


def main() -> None:
    """Run it, and set its minutes beside ours."""
    starts = np.load(FOLDER / "starts.npz")
    listed = FOLDER / "starts.csv"
    np.savetxt(listed, np.column_stack([starts["x"], starts["y"]]), delimiter=",", fmt="%.3f")
    walked = FOLDER / "grass_walked.tif"
    script = FOLDER / "walk.sh"
    script.write_text(SCRIPT.format(dem=FOLDER / "dem.tif", starts=listed, walked=walked))
    with rasterio.open(FOLDER / "dem.tif") as raster:
        crs = raster.crs.to_string()
    ended = subprocess.run(
        ["grass", "--tmp-location", crs, "--exec", "bash", str(script)],
        check=True,
        capture_output=True,
        text=True,
    )
    line = next(one for one in ended.stdout.splitlines() if one.startswith("TOOK"))
    wall, cpu = (float(one) for one in line.split()[1:])
    about = subprocess.run(["grass", "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"GRASS GIS (\S+)", about.stdout + about.stderr)
    with rasterio.open(walked) as theirs, rasterio.open(FOLDER / "walked.tif") as ours:
        one, other = theirs.read(1).astype(float), ours.read(1).astype(float)
    both = np.isfinite(one) & np.isfinite(other) & (one > 600) & (other > 600)
    ratio = float(np.median(other[both] / one[both]))
    order = float(np.corrcoef(one[both], other[both])[0, 1])
    note = f"r.walk -k, 16 directions; ours / its minutes {ratio:.2f}, correlation {order:.3f}"
    rows = {"surface": {"seconds": wall, "cpu": cpu, "note": note}}
    made = {"rows": rows, "version": version[1] if version else "?"}
    (FOLDER / "grass.json").write_text(json.dumps(made))


if __name__ == "__main__":
    main()
