/* The way that is looked at: coloured by what limits its speed, with a cursor that chart and map share. */
function chaidaenLimits(map, { lines, choose }) {
  const data = JSON.parse(document.getElementById("ways").textContent);
  const summed = (steps) => { let sum = 0; return steps.map((step) => (sum += step)); };
  /* Position of the last value that is not above `value`, within the array. */
  const below = (values, value) => {
    let low = 0;
    let high = values.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (values[middle] <= value) low = middle; else high = middle - 1;
    }
    return low;
  };
  const ways = data.ways.map((way, name) => ({
    ...way,
    at: summed(way.at),
    up: summed(way.up),
    along: summed(way.along),
    runs: way.runs.map(summed),
    points: lines.get(String(name)).line.getLatLngs(),
    parts: document.querySelectorAll(`[data-way="${name}"]`),
    figure: document.querySelector(`.way[data-way="${name}"]`),
  }));
  let shown = 0;
  let cursor = -1;
  let painted = [];

  function place(way, metres) {
    const from = Math.min(below(way.along, metres), way.points.length - 2);
    const step = way.along[from + 1] - way.along[from];
    const share = step > 0 ? Math.min(Math.max((metres - way.along[from]) / step, 0), 1) : 0;
    const [one, other] = [way.points[from], way.points[from + 1]];
    return L.latLng(one.lat + (other.lat - one.lat) * share, one.lng + (other.lng - one.lng) * share);
  }
  function nearest(way, where) {
    const shrink = Math.cos(where.lat * Math.PI / 180);
    let best = Infinity;
    let metres = 0;
    for (let at = 1; at < way.points.length; at += 1) {
      const [one, other] = [way.points[at - 1], way.points[at]];
      const [x, y] = [(other.lng - one.lng) * shrink, other.lat - one.lat];
      const [dx, dy] = [(where.lng - one.lng) * shrink, where.lat - one.lat];
      const share = Math.min(Math.max((dx * x + dy * y) / (x * x + y * y || 1), 0), 1);
      const away = (dx - x * share) ** 2 + (dy - y * share) ** 2;
      if (away < best) { best = away; metres = way.along[at - 1] + (way.along[at] - way.along[at - 1]) * share; }
    }
    return metres;
  }

  /* From afar, where a pixel is a good part of the shortest run, longer runs are drawn. */
  let level = 0;
  function levelNow() {
    const { lat } = map.getCenter();
    const pixel = 40_075_017 * Math.cos(lat * Math.PI / 180) / 256 / 2 ** map.getZoom();
    const { at } = ways[shown];
    return pixel * 3 > at[at.length - 1] / 800 ? 1 : 0;
  }
  map.on("zoomend", () => { if (levelNow() !== level) paint(); });

  /* One multi-line per limit; the plain line below still takes the pointer. */
  function paint() {
    const way = ways[shown];
    const { group } = lines.get(String(shown));
    for (const line of painted) group.removeLayer(line);
    level = levelNow();
    const [ends, limits] = [way.runs[level], way.holds[level]];
    const pieces = new Map();
    ends.forEach((end, at) => {
      const start = at ? ends[at - 1] : 0;
      const inside = way.points.filter((_, vertex) => way.along[vertex] > start && way.along[vertex] < end);
      const holds = limits[at];
      if (!pieces.has(holds)) pieces.set(holds, []);
      pieces.get(holds).push([place(way, start), ...inside, place(way, end)]);
    });
    painted = [...pieces].map(([holds, parts]) => L.polyline(parts, {
      color: data.limits[holds][2], weight: 6, lineCap: "butt", interactive: false, smoothFactor: 0.5, className: "limit",
    }));
    for (const line of painted) group.addLayer(line);
  }

  const here = L.marker([0, 0], {
    icon: L.divIcon({ className: "mark here", iconSize: [0, 0], html: '<i class="dot"></i>' }),
    interactive: false, keyboard: false, zIndexOffset: 5000,
  }).bindTooltip(document.createElement("span"), { permanent: true, className: "here-note" });
  /* The note stays within the map, and clear of what lies along its upper edge. */
  function note(words) {
    const { x, y } = map.latLngToContainerPoint(here.getLatLng());
    const side = x < 130 ? "right" : x > map.getSize().x - 130 ? "left" : y < 120 ? "bottom" : "top";
    const tooltip = here.getTooltip();
    tooltip.options.direction = side;
    tooltip.options.offset = { right: [12, 0], left: [-12, 0], bottom: [0, 12], top: [0, -12] }[side];
    tooltip.getContent().textContent = words;
    tooltip.update();
  }

  function words(way, sample, phrase) {
    const at = document.documentElement.lang === "th" ? 1 : 0;
    const grade = way.grade[sample] / 10;
    const values = {
      km: (way.at[sample] / 1000).toFixed(1),
      up: way.up[sample].toLocaleString("en"),
      grade: `${grade > 0 ? "+" : grade < 0 ? "\u2212" : ""}${Math.abs(grade).toFixed(1)}`,
      kph: way.kph[sample],
      limit: data.limits[way.limit[sample]][at],
    };
    return phrase[at].replace(/{(\w+)}/g, (_, name) => values[name]);
  }
  let speaking = 0;
  function move(sample, follow) {
    const way = ways[shown];
    const { figure } = way;
    cursor = Math.min(Math.max(sample, 0), way.at.length - 1);
    const said = words(way, cursor, data.here);
    const line = figure.querySelector(".cursor");
    const read = figure.querySelector(".readout");
    line.style.left = `${way.at[cursor] / way.at[way.at.length - 1] * 100}%`;
    line.setAttribute("aria-valuenow", (way.at[cursor] / 1000).toFixed(1));
    read.style.setProperty("--way", data.limits[way.limit[cursor]][2]);
    read.querySelector(".value").textContent = said;
    figure.classList.add("used");
    clearTimeout(speaking);
    speaking = setTimeout(() => { figure.querySelector(".spoken").textContent = said; }, 400);
    const where = place(way, way.at[cursor]);
    if (follow && !map.getBounds().contains(where)) map.panTo(where, { animate: false });
    here.setLatLng(where).addTo(map);
    note(words(way, cursor, data.note));
  }
  function leave() {
    cursor = -1;
    clearTimeout(speaking);
    here.remove();
    for (const { figure } of ways) {
      figure.classList.remove("used");
      figure.querySelector(".spoken").textContent = "";
      figure.querySelector(".value").textContent = "";
    }
  }
  /* The sample next to a distance. */
  function sampleAt(way, metres) {
    const at = below(way.at, metres);
    return at + 1 < way.at.length && way.at[at + 1] - metres < metres - way.at[at] ? at + 1 : at;
  }

  function show(name) {
    leave();
    shown = name;
    ways.forEach((way, at) => { for (const part of way.parts) { part.classList.toggle("off", at !== name); part.classList.toggle("lit", at === name); } });
    for (const button of document.querySelectorAll("[data-route]")) {
      button.classList.toggle("lit", Number(button.dataset.route) === name);
    }
    for (const button of document.querySelectorAll("[data-show]")) {
      button.classList.toggle("lit", Number(button.dataset.show) === name);
      button.setAttribute("aria-pressed", String(Number(button.dataset.show) === name));
    }
    paint();
  }
  document.addEventListener("chaidaen-route", ({ detail }) => {
    const name = Number(detail ?? 0);
    if (name !== shown) show(name); else for (const line of painted) line.bringToFront();
  });
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => choose(button.dataset.show));
  }

  ways.forEach((way, name) => {
    const { line } = lines.get(String(name));
    line.on("mousemove click", ({ latlng }) => { if (name === shown) move(sampleAt(way, nearest(way, latlng))); });
    const plot = way.figure.querySelector(".plot");
    const handle = plot.querySelector(".cursor");
    const length = way.at[way.at.length - 1];
    const point = (event) => {
      const box = plot.getBoundingClientRect();
      const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
      move(sampleAt(way, share * length), event.type === "pointerdown");
    };
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerdown", (event) => { point(event); handle.focus({ preventScroll: true }); event.preventDefault(); });
    handle.addEventListener("focus", () => { if (cursor < 0) move(0); });
    handle.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
      const ends = { Home: 0, End: way.at.length - 1 };
      if (event.key in ends) move(ends[event.key], true);
      else if (event.key in steps) {
        const from = Math.max(cursor, 0);
        const next = sampleAt(way, way.at[from] + steps[event.key] * length / 200);
        move(event.shiftKey || next === from ? from + Math.sign(steps[event.key]) : next, true);
      } else return;
      event.preventDefault();
    });
  });
  document.addEventListener("chaidaen-lang", () => { if (cursor >= 0) move(cursor); });
  addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
  show(0);
}
