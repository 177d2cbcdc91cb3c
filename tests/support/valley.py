"""A small area of its own, all tables drawn by hand, for the command line.

Town ---- Hub ------ City      Town to Hub bears 12 m (no semi-trailers), 30 km; Hub to
  |                   |        City 150 km; from City to the gate North 40 km, from Town
Village            North       to the gate West 20 km; behind each a foreign city.
  |                   |
West                 Far
  |
Near
"""

from __future__ import annotations

import re
from pathlib import Path

from geo.rules.economics import SHIPPED

PLACES = """id,name_en,name_th,kind,lon,lat,elevation_m,population,code,province,source,date,quality
town,Town,เมือง,district,98.00,19.00,300,,5801,,drawn,,E
village,Village,หมู่บ้าน,tambon,98.00,18.90,500,4000,580101,,drawn,,E
upland,Upland,ดอย,tambon,98.05,19.05,900,1000,580102,,drawn,,E
hub,Hub,ชุมทาง,town,98.20,19.00,350,,,,drawn,,E
city,City,นคร,province_capital,99.30,19.00,400,,,,drawn,,E
far,Far,ไกล,foreign_city,99.30,18.50,300,,,,drawn,,E
near,Near,ใกล้,foreign_city,98.00,18.70,300,,,,drawn,,E
"""
CROSSINGS = """id,name_en,name_th,province,neighbour,other_side,lon,lat,elevation_m,type,status,\
status_date,hours,goods,persons,vehicles,classes,max_gross_t,transload,transload_min,\
transload_thb_per_t,fee_thb,beyond,note,source,date,quality
north,North Gate,ด่านเหนือ,,Laos,,99.30,18.70,400,permanent,open,2026-01,Mo-Su 06:00-18:00,yes,yes,\
yes,,,no,,,,far,,drawn,,E
west,West Gate,ด่านตะวันตก,,Myanmar,,98.00,18.80,400,permanent,closed,2025-08-18,,yes,yes,yes,,,yes,\
45,60,,near,,drawn,,E
"""
HIGHWAYS = """id,ref,name_en,name_th,from_id,to_id,length_km,highway,terrain,surface,lanes,width_m,\
maxspeed_kph,summits,hgv,maxweight_t,maxlength_m,toll,source,date,quality
th,1095,Road to the hub,,town,hub,30,primary,very_winding,asphalt,2,7,,,,,12,,drawn,,E
hc,11,Road to the city,,hub,city,150,trunk,rolling,asphalt,4,14,,,,,,,drawn,,E
cn,12,Road north,,city,north,40,primary,hilly,asphalt,2,7,,,,,,,drawn,,E
nf,R3,Abroad north,,north,far,30,primary,flat,asphalt,2,7,,,,,,,drawn,,E
tv,,Road to the village,,town,village,12,unclassified,hilly,unpaved,2,5,,,,,,,drawn,,E
tu,,Road to the upland,,town,upland,12,unclassified,mountainous,asphalt,2,5,,,,,,,drawn,,E
vw,,Road west,,village,west,12,tertiary,hilly,asphalt,2,6,,,,,,,drawn,,E
wn,,Abroad west,,west,near,12,tertiary,flat,asphalt,2,6,,,,,,,drawn,,E
"""
WAYPOINTS = "section,seq,lon,lat,node,source\n"
HUBS = """id,transload_min,transload_thb_per_t,candidate,note,source,date,quality
town,90,60,yes,,drawn,,E
hub,60,20,yes,,drawn,,E
village,90,60,yes,,drawn,,E
"""
DWELL = """id,crossing_id,vehicle_class,median_min,p90_min,note,source,date,quality
n,north,truck,60,120,,drawn,,E
"""
PRODUCTS = """id,name_en,name_th,months,perish_h,farmgate_thb_per_kg,vehicle,note,source,date,\
quality
cabbage,Cabbage,กะหล่ำปลี,8;9;12,96,5,truck_6w,,drawn,,M
rice,Rice,ข้าว,,,,pickup,,drawn,,M
"""
HARVESTS = """id,product,place_id,tonnes_per_year,area_rai,year,note,source,date,quality
a,cabbage,town,1000,,2021,,drawn,,B
b,cabbage,upland,,,2021,,drawn,,B
c,rice,village,,,2021,,drawn,,B
"""
MARKETS = """id,product,place_id,price_thb_per_kg,share,note,source,date,quality
a,cabbage,city,8,,,drawn,,M
b,cabbage,north,,,,drawn,,M
c,cabbage,west,,,,drawn,,M
d,rice,city,12,,,drawn,,M
"""
TABLES = {
    "places": PLACES,
    "crossings": CROSSINGS,
    "highways": HIGHWAYS,
    "waypoints": WAYPOINTS,
    "hubs": HUBS,
    "dwell": DWELL,
    "products": PRODUCTS,
    "harvests": HARVESTS,
    "markets": MARKETS,
}
BOUNDARY = (
    '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":'
    "[[[97.8,18.6],[99.5,18.6],[99.5,19.2],[97.8,19.2],[97.8,18.6]]]}}"
)


def write_valley(home: Path, **changes: str) -> Path:
    """Write the area into a data folder; `changes` are whole tables by name."""
    folder = home / "areas" / "valley"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (TABLES | changes).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "boundary.geojson").write_text(BOUNDARY, encoding="utf-8")
    layers = "\n".join(f'{name} = "{name}.csv"' for name in TABLES)
    (folder / "area.toml").write_text(
        'title_en = "Valley"\ntitle_th = "หุบเขา"\ncrs = "EPSG:32647"\nhome = "town"\n'
        f'[layers]\nboundary = "boundary.geojson"\n{layers}\n'
        '[[sources]]\nname = "drawn"\nlicence = "none"\nattribution = "drawn"\n',
        encoding="utf-8",
    )
    return folder


def few_classes(path: Path, classes: tuple[str, ...] = ("car",)) -> Path:
    """Write the shipped assumptions with few classes of vehicles, so that it is quick."""
    head, *blocks = SHIPPED.read_text(encoding="utf-8").split("[classes.")
    kept = [block for block in blocks if block.split("]")[0] in {*classes, "truck_10w"}]
    kept = [re.sub(r"(share|load) = [\d.]+", r"\1 = 1.0", block) for block in kept]
    path.write_text(head + "".join(f"[classes.{block}" for block in kept), encoding="utf-8")
    return path


TRAFFIC = (
    "id,ref,km,section,lon,lat,vehicles_per_day,heavy_percent,scales,note,source,date,quality\n"
    "a,1095,15,,98.10,19.00,1000,20,yes,,drawn,,E\n"
)
HEAD = 'title_en = "{0}"\ntitle_th = "ทดลอง"\nsource = "drawn"\nquality = "E"\n'
FASTER = HEAD.format("Faster") + (
    '[[changes]]\nkind = "change-roads"\nwhere = { ref = "1095" }\nhighway = "trunk"\n'
    "width_m = 12\nmin_radius_m = 120\nmaxlength_m = 20\n"
)
SHUT = HEAD.format("Shut") + '[[changes]]\nkind = "close-roads"\nwhere = { ref = "1095" }\n'


def write_busy_valley(home: Path, *, places: str = PLACES) -> Path:
    """Write the area with a city where people live, a count of traffic and two scenarios."""
    folder = write_valley(home, places=places.replace("19.00,400,,", "19.00,400,90000,"))
    (folder / "traffic.csv").write_text(TRAFFIC, encoding="utf-8")
    few_classes(folder / "economics.toml")
    toml = (folder / "area.toml").read_text(encoding="utf-8")
    more = 'traffic = "traffic.csv"\neconomics = "economics.toml"\n[[sources]]'
    (folder / "area.toml").write_text(toml.replace("[[sources]]", more), encoding="utf-8")
    (folder / "scenarios").mkdir()
    for name, text in (("faster", FASTER), ("shut", SHUT)):
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder
