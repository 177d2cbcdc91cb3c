"""Where data come from: the shipped table, a user's own, and what either may not say."""

from __future__ import annotations

import pytest

from layers.errors import DataError, MissingFileError
from layers.fetch.sources import SHIPPED, dem_url, load_sources, population_url


def test_the_shipped_addresses(home):
    sources = load_sources()
    assert not home.exists()
    assert dem_url(sources.dem, 97, 18) == (
        "https://copernicus-dem-30m.s3.amazonaws.com/Copernicus_DSM_COG_10_N18_00_E097_00_DEM/"
        "Copernicus_DSM_COG_10_N18_00_E097_00_DEM.tif"
    )
    assert population_url(sources.population, "TH") == (
        "https://data.worldpop.org/GIS/Population/Global_2015_2030/R2025A/2025/THA/v1/100m/"
        "constrained/tha_pop_2025_CN_100m_R2025A_v1.tif"
    )
    for source in (sources.overpass, sources.nominatim, sources.dem, sources.population):
        assert source.name
        assert source.licence
        assert source.attribution
        assert source.page.startswith("https://")


def test_what_is_not_given_anew_stays(home):
    home.mkdir()
    (home / "sources.toml").write_text(
        '[overpass]\nurl = "https://my.server/api"\n[population]\nyear = 2020\n', encoding="utf-8"
    )
    own, shipped = load_sources(), load_sources(SHIPPED)
    assert own.overpass.url == "https://my.server/api"
    assert own.overpass.tile_km == shipped.overpass.tile_km
    assert "/2020/LAO/" in population_url(own.population, "LA")
    assert own.dem == shipped.dem
    assert load_sources(overpass="http://other/api").overpass.url == "http://other/api"


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[overpas]\nurl = "x"', "key 'overpas': unknown; did you mean 'overpass'?"),
        ('[overpass]\nurl = "ftp://x"', "key 'overpass.url': 'ftp://x' is no address of http"),
        ('[dem]\nurl = "/etc/{ns}"', "key 'dem.url': '/etc/{ns}' is no address of http"),
        (
            '[dem]\nurl = "http://x/{tile}"',
            "{tile} is unknown; there are: {ns}, {lat}, {ew}, {lon}",
        ),
        ('[dem]\nurl = "http://x/{lat.__class__}"', "{lat.__class__} is unknown"),
        ('[dem]\nurl = "http://x/{"', "key 'dem.url': 'http://x/{':"),
        ("[connection]\ntries = 0", "key 'connection.tries': 0 is not within 1 to 20"),
        ('[population]\nyear = "2020"', "key 'population.year': must be a whole number"),
        ("overpass = 3", "key 'overpass': must be a table, not 3"),
    ],
)
def test_what_cannot_be_is_told(tmp_path, text, said):
    path = tmp_path / "ของฉัน.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_sources(path)
    assert str(error.value).startswith(f"{path}: ")
    assert said in str(error.value)


@pytest.mark.usefixtures("home")
def test_a_file_of_sources_that_is_not_there(tmp_path):
    with pytest.raises(MissingFileError, match="a file of sources was expected"):
        load_sources(tmp_path / "no.toml")
