/* What the map does beyond Leaflet: choosing a route, labels that do not overlap, printing. */
function chaidaenMap(map, control) {
  const spoken = JSON.parse(document.getElementById("spoken").textContent);
  const stage = map.getContainer();
  /* Nothing that matters lies under the search box, the notice below it, or the legend. */
  /* In a frame that is hidden there is no room at all: nothing to fit into. */
  const room = () => stage.clientWidth > 0 && stage.clientHeight > 0;
  function fit(bounds) {
    if (!room()) return;
    const key = stage.parentElement.querySelector(".map-key[open]");
    const left = key && stage.clientWidth >= 640 ? key.offsetLeft + key.offsetWidth + 12 : 28;
    /* What is tall stands beside the search box, not below it. */
    const [[south, west], [north, east]] = bounds;
    const tall = north - south > 1.5 * (east - west) && stage.clientWidth >= 640;
    const top = stage.clientWidth < 640 ? 100 : tall ? 20 : 64;
    /* Where there is hardly any room, such as while a page is laid out, none goes to the edges. */
    const edges = stage.clientWidth > left + 28 && stage.clientHeight > top + 36;
    const padding = edges ? { paddingTopLeft: [left, top], paddingBottomRight: [28, tall ? 20 : 36] } : {};
    map.fitBounds(bounds, { ...padding, animate: false });
  }
  /* Until somebody moves the map it shows the same in a frame of any size. */
  let moved = false;
  for (const act of ["pointerdown", "wheel", "keydown"]) {
    stage.addEventListener(act, () => { moved = true; }, { passive: true });
  }
  map.invalidateSize({ animate: false });
  fit(map.options.first);
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);

  /* A card lies where the legend of an embedded map may be. */
  map.on("popupopen", () => {
    const key = stage.parentElement.querySelector(".map-key");
    if (key) key.open = false;
  });

  /* Routes: a white casing under each; one may be chosen. */
  const lines = new Map();
  map.eachLayer((group) => {
    if (!(group instanceof L.FeatureGroup)) return;
    const found = group.getLayers().filter((line) => /^route /.test(line.options.className || ""));
    for (const line of found) {
      const { className, color, weight, smoothFactor } = line.options;
      const quiet = /\bquiet\b/.test(className);
      const casing = L.polyline(line.getLatLngs(), {
        color: "#ffffff", weight: weight + 4, opacity: quiet ? 0 : 1, interactive: false, smoothFactor,
      });
      group.addLayer(casing);
      lines.set(className.match(/route-(\d+)/)[1], { line, casing, group, color, weight, quiet });
    }
    for (const line of found) line.bringToFront();
  });
  /* Other ways of a route: dashed, strong while their route is chosen. */
  const others = [];
  map.eachLayer((line) => {
    const name = line instanceof L.Polyline && (line.options.className || "").match(/^other other-(\d+)/);
    if (name) others.push({ line, route: name[1], weight: line.options.weight, opacity: line.options.opacity });
  });
  /* Places stay above lines. */
  const dots = [];
  map.eachLayer((layer) => { if (layer instanceof L.CircleMarker) dots.push(layer); });
  const raise = () => { for (const dot of dots) if (map.hasLayer(dot)) dot.bringToFront(); };
  raise();
  const buttons = [...document.querySelectorAll("button[data-route]")];
  let chosen = null;
  /* Where a page compares ways, one that is not chosen keeps its colour. */
  const ways = document.getElementById("ways") !== null;

  function choose(route) {
    moved = true;
    chosen = route === chosen ? null : route;
    for (const [name, { line, casing, color, weight, quiet }] of lines) {
      const on = name === chosen;
      const off = chosen !== null && !on;
      line.setStyle({
        color: off && !ways ? "#b3aca0" : color,
        weight: on ? weight + 2 : off ? Math.min(weight, 2.5) : weight,
        opacity: quiet && !on ? 0 : off ? 0.7 : 1,
      });
      casing.setStyle({
        color: on ? "#1b2530" : "#ffffff",
        weight: weight + (on ? 5.5 : 4),
        opacity: off || (quiet && !on) ? 0 : 1,
      });
      if (on) { casing.bringToFront(); line.bringToFront(); }
    }
    for (const { line, route, weight, opacity } of others) {
      const on = route === chosen;
      line.setStyle({ weight: on ? 3.5 : weight, opacity: on ? 1 : chosen === null ? opacity : 0 });
      if (on) line.bringToFront();
    }
    raise();
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.route === chosen));
    }
    document.dispatchEvent(new CustomEvent("chaidaen-route", { detail: chosen }));
    if (chosen === null) return;
    const bounds = lines.get(chosen).line.getBounds();
    const view = map.getBounds();
    const small = view.getNorth() - view.getSouth() > 4 * (bounds.getNorth() - bounds.getSouth())
      && view.getEast() - view.getWest() > 4 * (bounds.getEast() - bounds.getWest());
    if (small || !view.contains(bounds)) map.fitBounds(bounds.pad(0.15), { maxZoom: 12, animate: false });
  }
  for (const button of buttons) {
    button.addEventListener("click", () => {
      choose(button.dataset.route);
      if (chosen !== null && button.classList.contains("show")) {
        stage.closest("figure").scrollIntoView({ block: "center", behavior: "smooth" });
      }
    });
  }
  for (const { line, route } of others) line.on("click", () => { if (route !== chosen) choose(route); });
  for (const [name, entry] of lines) {
    const { line, quiet } = entry;
    if (quiet) continue;
    line.on("click", () => {
      if (name !== chosen || !ways) choose(name);
      const row = document.querySelector(`.panel [data-route="${name}"]`);
      const panel = row && row.closest(".panel");
      for (let box = row && row.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
      if (panel) panel.scrollTop = row.offsetTop - panel.clientHeight / 2;
    });
    line.on("mouseover", () => { if (chosen === null) line.setStyle({ weight: entry.weight + 2 }); });
    line.on("mouseout", () => { if (chosen === null) line.setStyle({ weight: entry.weight }); });
  }
  /* Another colour and width, such as of another measure; nothing is chosen then. */
  function paint(name, color, weight) {
    const entry = lines.get(name);
    if (!entry) return;
    if (chosen !== null) choose(chosen);
    Object.assign(entry, { color, weight });
    entry.line.setStyle({ color, weight });
    entry.casing.setStyle({ weight: weight + 4 });
  }
  map.on("click", () => { if (chosen !== null) choose(chosen); });
  const all = document.querySelector("button.all");
  if (all) all.addEventListener("click", () => { if (chosen !== null) choose(chosen); fit(map.options.whole); });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen !== null) choose(chosen);
  });

  /* Names: the important ones first, to the right or the left of their dot, or not at all. */
  function place() {
    const frame = stage.getBoundingClientRect();
    const zoom = map.getZoom();
    stage.classList.toggle("far", zoom < 8);
    stage.classList.toggle("farther", zoom < 7);
    stage.classList.toggle("wide", zoom < 9);
    const taken = [
      ...stage.querySelectorAll(".mark.home .dot, .mark.found .dot, .mark.province_capital .dot, .mark.crossing svg, .mark.end .dot, .mark.facility svg, .mark.hub svg, .mark.market svg, .mark.site svg"),
      ...stage.parentElement.querySelectorAll(".strategic, .leaflet-control, .find, .north, .map-key")]
      .map((symbol) => symbol.getBoundingClientRect());
    const free = (box) => !taken.some((other) => box.left < other.right + 2 && box.right > other.left - 2
      && box.top < other.bottom && box.bottom > other.top);
    const rank = [".found", ".zone", ".isochrone-mark", ".home", ".end", ".via", ".province_capital", ".facility", ".site", ".market", ".hub", ".crossing.open", ".corridor", ".shield-icon", ".crossing", ".town", ".city", ".district", ".spot", ".neighbour-mark"];
    const labels = [...new Set(rank.flatMap((kind) => [...stage.querySelectorAll(`.mark${kind} .label`)]))];
    for (const label of labels) label.classList.remove("left", "hidden");
    const boxes = labels.map((label) => [label.getBoundingClientRect(), label.parentElement.getBoundingClientRect().left]);
    labels.forEach((label, at) => {
      const [box, anchor] = boxes[at];
      if (!box.width || box.right < frame.left || box.left > frame.right) return;
      const mirrored = { left: 2 * anchor - box.right, right: 2 * anchor - box.left, top: box.top, bottom: box.bottom };
      if (free(box) && box.right <= frame.right) taken.push(box);
      else if (label.classList.contains("name") && free(mirrored) && mirrored.left >= frame.left) {
        label.classList.add("left");
        taken.push(mirrored);
      } else if (label.matches(".found .label, .home .label, .zone .label")) taken.push(box);
      else label.classList.add("hidden");
    });
  }
  let waiting = 0;
  place();
  const placeSoon = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(place); };
  map.on("zoomend moveend resize layeradd", placeSoon);
  addEventListener("load", placeSoon);

  chaidaenOnline(map, control, spoken);
  const panel = chaidaenLayers(control);
  const label = stage.closest("figure").dataset;
  stage.setAttribute("role", "region");
  Object.assign(stage.dataset, { en: label.en, th: label.th });

  function speak(lang) {
    const at = lang === "th" ? 1 : 0;
    for (const [part, key] of [["zoom-in", "zoom_in"], ["zoom-out", "zoom_out"], ["layers-toggle", "layers"]]) {
      const button = stage.querySelector(`.leaflet-control-${part}`);
      if (button) { button.title = spoken[key][at]; button.setAttribute("aria-label", spoken[key][at]); }
    }
    stage.setAttribute("aria-label", stage.dataset[lang]);
    panel.setAttribute("aria-label", spoken.layers[at]);
    placeSoon();
  }
  document.addEventListener("chaidaen-lang", (event) => speak(event.detail));
  speak(document.documentElement.lang);

  /* Paper has another size than the screen. */
  let printed = false;
  matchMedia("print").addEventListener("change", ({ matches }) => {
    /* A report prints pictures, and hides the frame that this map may be in. */
    if (matches ? !room() : !printed) return;
    printed = matches;
    chaidaenPaper(map, matches);
    map.invalidateSize({ animate: false });
    if (!moved) fit(map.options.first);
    place();
  });
  new ResizeObserver(() => {
    if (!room()) return;
    map.invalidateSize({ animate: false });
    if (!moved) fit(map.options.first);
  }).observe(stage);
  return { lines, paint, keep: () => { moved = true; }, choose: (name) => { if (name !== chosen) choose(name); } };
}

/* On paper lines and circles are SVG: a canvas that is drawn while Chromium prints is white where
   it should be clear, and hides all below it. They keep their order. */
function chaidaenPaper(map, paper) {
  const { preferCanvas, renderer } = map.options;
  const kept = map.chaidaenScreen || { preferCanvas, renderer };
  map.chaidaenScreen = kept;
  const order = [];
  map.eachLayer((layer) => {
    if (!(layer instanceof L.Canvas) && !(layer instanceof L.SVG)) return;
    if (layer instanceof L.Canvas) for (let one = layer._drawFirst; one; one = one.next) order.push(one.layer);
    else for (const node of layer._rootGroup.children) if (node.chaidaen) order.push(node.chaidaen);
  });
  for (const path of order) map.removeLayer(path);
  for (const old of Object.values(map._paneRenderers || {})) map.removeLayer(old);
  if (map._renderer) map.removeLayer(map._renderer);
  if (map.options.renderer) map.removeLayer(map.options.renderer);
  map._paneRenderers = {};
  map._renderer = undefined;
  map.options.preferCanvas = paper ? false : kept.preferCanvas;
  map.options.renderer = paper ? L.svg({ padding: 0.1 }) : kept.renderer;
  for (const path of order) {
    map.addLayer(path);
    if (path._path) path._path.chaidaen = path;
  }
}

/* Leaflet 1.9 forgets a drawing it asked for when it draws at once, and one it called off counts as
   asked for: the one would draw on a canvas that is gone, the other would keep a canvas that comes
   back from being drawn. */
(() => {
  const { _redraw, _destroyContainer } = L.Canvas.prototype;
  L.Canvas.include({
    _redraw() { if (this._ctx) _redraw.call(this); },
    _destroyContainer() { _destroyContainer.call(this); this._redrawRequest = null; },
  });
})();

/* Online maps below ours: offered while there is a network, and nothing is asked of a server
   until a reader chooses one. */
function chaidaenOnline(map, control, spoken) {
  const OSM = '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors';
  const EOX = '<a href="https://s2maps.eu">Sentinel-2 cloudless 2016</a> by EOX IT Services GmbH'
    + " (contains modified Copernicus Sentinel data 2016), CC BY 4.0";
  const layers = [
    ["online_map", L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { maxZoom: 19, attribution: OSM })],
    ["online_photo", L.tileLayer(
      "https://tiles.maps.eox.at/wmts/1.0.0/s2cloudless_3857/default/g/{z}/{y}/{x}.jpg",
      { maxZoom: 19, maxNativeZoom: 14, attribution: EOX, className: "photo" },
    )],
  ];
  const shown = () => layers.some(([, layer]) => map.hasLayer(layer));
  /* The area's own fill would hide what is below it. */
  const fill = () => map.eachLayer((layer) => {
    if (layer.options.className === "area") layer.setStyle({ fillOpacity: shown() ? 0 : 1 });
  });
  /* One at a time. The list of layers is made anew by it, and must not lose the focus. */
  const inputs = () => [...control.getContainer().querySelectorAll("input")];
  function only(layer) {
    const focus = inputs().indexOf(document.activeElement);
    for (const [, other] of layers) if (other !== layer) map.removeLayer(other);
    if (focus >= 0) inputs()[focus].focus();
  }
  for (const [, layer] of layers) {
    layer.on("add", () => { fill(); setTimeout(only, 0, layer); });
    layer.on("remove", fill);
  }
  function offer() {
    for (const [key, layer] of layers) {
      control.removeLayer(layer);
      if (navigator.onLine) {
        control.addOverlay(layer, `<span lang="en">${spoken[key][0]}</span><span lang="th">${spoken[key][1]}</span>`);
      } else map.removeLayer(layer);
    }
  }
  addEventListener("online", offer);
  addEventListener("offline", offer);
  offer();
}

/* The list of layers, for keyboards and screen readers: opened it has the focus, Escape closes it. */
function chaidaenLayers(control) {
  const box = control.getContainer();
  const toggle = box.querySelector(".leaflet-control-layers-toggle");
  const list = box.querySelector("section");
  const isOpen = () => box.classList.contains("leaflet-control-layers-expanded");
  list.id = "layers";
  list.setAttribute("role", "group");
  toggle.setAttribute("aria-controls", list.id);
  const say = () => toggle.setAttribute("aria-expanded", String(isOpen()));
  new MutationObserver(say).observe(box, { attributeFilter: ["class"] });
  say();
  toggle.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    control.expand();
    list.querySelector("input").focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    event.stopPropagation();
    control.collapse();
    toggle.focus();
  });
  return list;
}
