"""chaidaen from Python: open an area as a study, and ask it.

Every answer is a value of tables with `from_id`, `to_id` and units in the names of columns,
and `notes` that say what a reader must know. Nothing here prints or chooses a file.

>>> import chaidaen as ch
>>> study = ch.open_study("mae_hong_son")
>>> found = ch.access(study, to="hospital")
>>> found.people.columns.tolist()
['season', 'group', 'settlements', 'people', 'share']
"""

from __future__ import annotations

from geo.access.access import Access, access
from geo.access.measures import cumulative, enhanced_two_step, gravity, two_step
from geo.access.rural_access import rural_access
from geo.batch.batch import Batch, batch
from geo.batch.plan import Plan, read_plan
from geo.compare.compare import Comparison, Comparisons, compare
from geo.economics.appraisal import Appraisal, appraise
from geo.freight.collection_points import CollectionPoints, collection_points
from geo.freight.corridors import Freight, freight
from geo.freight.departures import departure_times
from geo.freight.matrix import freight_matrix
from geo.freight.product_flows import ProductFlows, product_flows
from geo.freight.terms import freight_terms
from geo.risk.failure import Failure, link_failure
from geo.risk.risk import Criticality, Reliability, criticality, reliability
from geo.routes import routes
from geo.routing.route import Route
from geo.routing.stretch import Stretch, read_stretch
from geo.routing.travel_times import od_times as travel_time_matrix
from geo.routing.trip import Trip
from geo.rules.reading import Rules, read_rules
from geo.study import Study, open_study
from geo.surface.isochrones import isochrones
from geo.surface.surface import Surface
from geo.surface.to_facilities import travel_time_surface
from geo.traffic.estimate import estimate_traffic
from layers.osm.gmns import from_gmns
from layers.osm.osmnx_graph import from_osmnx, to_osmnx
from layers.roads.network import RoadNetwork

__all__ = [
    "Access",
    "Appraisal",
    "Batch",
    "CollectionPoints",
    "Comparison",
    "Comparisons",
    "Criticality",
    "Failure",
    "Freight",
    "Plan",
    "ProductFlows",
    "Reliability",
    "RoadNetwork",
    "Route",
    "Rules",
    "Stretch",
    "Study",
    "Surface",
    "Trip",
    "access",
    "appraise",
    "batch",
    "collection_points",
    "compare",
    "criticality",
    "cumulative",
    "departure_times",
    "enhanced_two_step",
    "estimate_traffic",
    "freight",
    "freight_matrix",
    "freight_terms",
    "from_gmns",
    "from_osmnx",
    "gravity",
    "isochrones",
    "link_failure",
    "open_study",
    "product_flows",
    "read_plan",
    "read_rules",
    "read_stretch",
    "reliability",
    "routes",
    "rural_access",
    "to_osmnx",
    "travel_time_matrix",
    "travel_time_surface",
    "two_step",
]
