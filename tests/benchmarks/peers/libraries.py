"""Libraries of graphs and rasters on the same arcs and ground.

    python libraries.py FOLDER networkx|igraph|scipy|skimage|xrspatial

Writes `NAME.json` into FOLDER.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sheet import Clock, Sheet

FOLDER, TOOL = Path(sys.argv[1]), sys.argv[2]
SHEET = Sheet(FOLDER, TOOL)
told = SHEET.told
SIDE, FEW = 300, 4


def simple_arcs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return arcs without parallels: of several the quickest."""
    graph = np.load(FOLDER / "graph.npz")
    tail, head, weight = graph["tail"], graph["head"], graph["weight"]
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)]
    return tail[first], head[first], weight[first]


def networkx() -> None:
    """Matrix, as OSMnx routes, and the loop that loses one link after the other."""
    import networkx as nx

    graph = np.load(FOLDER / "graph.npz")
    made = nx.MultiDiGraph()
    made.add_nodes_from(range(int(graph["nodes"])))
    made.add_edges_from(
        (int(a), int(b), int(s), {"w": float(w)})
        for a, b, s, w in zip(
            graph["tail"], graph["head"], graph["segment"], graph["weight"], strict=True
        )
    )
    places = graph["places"].tolist()
    clock = Clock()
    for node in places[:FEW]:
        nx.single_source_dijkstra_path_length(made, node, weight="w")
    told("matrix", clock.spent(), f"{FEW} of {SIDE} origins measured", SIDE / FEW)
    lost = np.load(FOLDER / "closed.npz")
    origins, goals = lost["origins"].tolist(), lost["goals"].tolist()
    back = made.reverse(copy=True)

    def times() -> np.ndarray:
        every = [nx.single_source_dijkstra_path_length(back, goal, weight="w") for goal in goals]
        return np.array([[one.get(node, np.inf) for one in every] for node in origins])

    before = times()
    extra, spent = [], np.zeros(2)
    by_segment: dict[int, list[tuple[int, int, float]]] = {}
    for a, b, s, w in zip(
        graph["tail"], graph["head"], graph["segment"], graph["weight"], strict=True
    ):
        by_segment.setdefault(int(s), []).append((int(a), int(b), float(w)))
    for segment in lost["lost"].tolist():
        clock = Clock()
        for a, b, _ in by_segment[segment]:
            back.remove_edge(b, a, segment)
        after = times()
        for a, b, w in by_segment[segment]:
            back.add_edge(b, a, segment, w=w)
        spent += clock.spent()
        more = after - before
        extra.append(float(np.where(np.isfinite(more), more, 0.0).sum()))
    many = len(extra)
    links = int(lost["links"])
    told("criticality", tuple(spent), f"{many} of {links:,} links measured", links / many)
    # Ours counts in milliseconds, as the contraction hierarchy does.
    SHEET.about["criticality: worst difference of a link, s"] = float(
        np.abs(np.array(extra) - lost["extra"]).max()
    )
    SHEET.about["criticality: extra of those links, s"] = [round(one, 3) for one in extra]


def igraph() -> None:
    """Matrix."""
    import igraph as ig

    tail, head, weight = simple_arcs()
    graph = np.load(FOLDER / "graph.npz")
    made = ig.Graph(n=int(graph["nodes"]), edges=np.column_stack([tail, head]), directed=True)
    places, some = graph["places"].tolist(), 30
    clock = Clock()
    made.distances(places[:some], places, weights=weight)
    told("matrix", clock.spent(), f"{some} of {SIDE} origins measured", SIDE / some)


def scipy() -> None:
    """Matrix."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    tail, head, weight = simple_arcs()
    graph = np.load(FOLDER / "graph.npz")
    count = int(graph["nodes"])
    made = csr_matrix((weight, (tail, head)), (count, count))
    places, some = graph["places"], 30
    clock = Clock()
    dijkstra(made, indices=places[:some])
    told("matrix", clock.spent(), f"{some} of {SIDE} origins measured", SIDE / some)


def _ground() -> tuple[np.ndarray, np.ndarray]:
    """Return seconds per metre without direction, and the cells to walk to."""
    import rasterio

    with rasterio.open(FOLDER / "dem.tif") as raster:
        dem = raster.read(1).astype(float)
    starts = np.load(FOLDER / "starts.npz")
    steep = np.hypot(*np.gradient(dem, float(starts["cell_m"])))
    return 3.6 / 5.0 * np.exp(3.5 * steep), starts["cells"]


def skimage() -> None:
    """Walk over the ground in 8 directions, slope being a friction without direction."""
    from skimage.graph import MCP_Geometric

    friction, cells = _ground()
    friction = np.where(np.isnan(friction), -1.0, friction)
    clock = Clock()
    MCP_Geometric(friction).find_costs([tuple(cell) for cell in cells])
    told("surface", clock.spent(), "8 directions, isotropic")


def xrspatial() -> None:
    """Walk over the ground in 8 directions, slope being a friction without direction."""
    import xarray as xr
    from xrspatial import cost_distance

    friction, cells = _ground()
    starts = np.load(FOLDER / "starts.npz")
    size = float(starts["cell_m"])
    rows, columns = friction.shape
    where = {"y": -np.arange(rows) * size, "x": np.arange(columns) * size}
    goals = np.zeros(friction.shape)
    goals[tuple(cells.T)] = 1
    source = xr.DataArray(goals, dims=("y", "x"), coords=where)
    ground = xr.DataArray(friction, dims=("y", "x"), coords=where)
    cost_distance(source[:50, :50], ground[:50, :50])  # It compiles at first.
    clock = Clock()
    cost_distance(source, ground)
    told("surface", clock.spent(), "8 directions, isotropic")


if __name__ == "__main__":
    {
        "networkx": networkx,
        "igraph": igraph,
        "scipy": scipy,
        "skimage": skimage,
        "xrspatial": xrspatial,
    }[TOOL]()
    SHEET.keep()
