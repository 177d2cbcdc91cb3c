"""Tracks of drives: what is read, what is refused."""

import pytest

from layers.errors import DataError, MissingFileError
from layers.io.gpx import read_gpx

HEAD = (
    '<?xml version="1.0"?>\n'
    '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk><trkseg>'
)
TAIL = "</trkseg></trk></gpx>"


def point(lat, lon, time):
    return f'<trkpt lat="{lat}" lon="{lon}"><ele>300</ele><time>{time}</time></trkpt>'


def track(folder, *points, head=HEAD, tail=TAIL):
    path = folder / "drive.gpx"
    path.write_text(head + "".join(points) + tail, "utf-8")
    return path


def test_points_come_in_the_order_of_time_and_a_second_counts_once(tmp_path):
    read = read_gpx(
        track(
            tmp_path,
            point(19.31, 97.97, "2026-01-31T08:00:10Z"),
            point(19.30, 97.96, "2026-01-31T15:00:00+07:00"),
            point(19.32, 97.98, "2026-01-31T08:00:10Z"),
            "<trkpt lat='19.4' lon='98.0'><ele>1</ele></trkpt>",
            point(19.33, 97.99, "2026-01-31T08:01:00.500Z"),
        )
    )
    assert read.time_s.tolist() == [0.0, 10.0, 60.5]
    assert read.lat.tolist() == [19.30, 19.31, 19.33]
    assert read.name == "drive.gpx"


def test_a_waypoint_with_a_time_is_no_point_of_the_track(tmp_path):
    aside = '<wpt lat="1" lon="1"><time>2020-01-01T00:00:00Z</time></wpt>'
    head = HEAD.replace("<trk>", aside + "<trk>")
    points = [point(19, 98, f"2026-01-31T08:00:0{at}Z") for at in (1, 2)]
    assert read_gpx(track(tmp_path, *points, head=head)).lat.tolist() == [19, 19]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><gpx><trk><trkseg>'
)


@pytest.mark.parametrize(
    ("head", "points", "tail", "says"),
    [
        (HEAD, [point(91, 98, "2026-01-31T08:00:00Z")], TAIL, "point 1: .*does not lie on Earth"),
        (HEAD, [point("nan", 98, "2026-01-31T08:00:00Z")], TAIL, "does not lie on Earth"),
        (HEAD, ['<trkpt lat="19"><time/></trkpt>'], TAIL, "needs lat and lon"),
        (HEAD, [point(19, 98, "yesterday")], TAIL, "time 'yesterday'"),
        (HEAD, [point(19, 98, "2026-01-31T08:00:00Z")], TAIL, "fewer than two points"),
        (HEAD, [], "</gpx>", "not valid XML"),
        (BOMB, [point(19, 98, "&b;")], TAIL, "document type"),
        ('<!DOCTYPE gpx SYSTEM "file:///etc/passwd"><gpx><trk><trkseg>', [], TAIL, "document type"),
        (HEAD + "<a>" * 60, [], "</a>" * 60 + TAIL, "deep"),
    ],
)
def test_what_is_no_track_is_refused_by_name(tmp_path, head, points, tail, says):
    with pytest.raises(DataError, match=says) as caught:
        read_gpx(track(tmp_path, *points, head=head, tail=tail))
    assert "drive.gpx" in str(caught.value)


def test_no_file(tmp_path):
    with pytest.raises(MissingFileError):
        read_gpx(tmp_path / "none.gpx")
