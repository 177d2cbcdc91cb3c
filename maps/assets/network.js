/* Words in both languages are written between three signs in what a map is made of, and become
   spans when a card or a mark is made: maps/base/leaflet.py. */
{
  const both = (html) => (typeof html !== "string" ? html : html.replace(
    /\ue000([^\ue001]*)\ue001([^\ue002]*)\ue002/g, '<span lang="en">$1</span><span lang="th">$2</span>',
  ));
  const { bindPopup } = L.Layer.prototype;
  L.Layer.include({ bindPopup(content, options) { return bindPopup.call(this, both(content), options); } });
  const { divIcon } = L;
  L.divIcon = (options) => divIcon({ ...options, html: both(options.html) });
}

/* L.network: thousands of lines on one canvas. maps/polylines.py says how they are written.
   All are decoded once; a view draws the lines that touch it, with the points that its zoom
   can show. Between two views the canvas is only moved, as Leaflet moves all that it draws. */
L.Network = L.Renderer.extend({
  options: { padding: 0.4, interactive: false },

  batch: 1000,

  initialize(data) {
    L.Renderer.prototype.initialize.call(this, { pane: data.pane });
    this.from = data.from;
    this.grid = data.grid;
    this._decode(atob(data.lines));
    let line = 0;
    this.classes = data.classes.map(([count, color, width, zoom, casing]) => {
      const first = line;
      line += count;
      return { first, end: line, color, width, zoom, casing };
    });
  },

  _decode(bytes) {
    let at = 0;
    const next = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes.charCodeAt(at);
        at += 1;
        value += (byte & 127) * 2 ** shift;
        if (byte < 128) return value;
      }
    };
    const signed = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);
    /* A point takes two bytes at the least. */
    const most = bytes.length >> 1;
    const xs = new Int32Array(most);
    const ys = new Int32Array(most);
    const ranks = new Uint8Array(most);
    const starts = [0];
    const boxes = [];
    let count = 0;
    let x = 0;
    let y = 0;
    while (at < bytes.length) {
      let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (let left = next(); left > 0; left -= 1) {
        x += signed(next());
        const value = next();
        y += signed(Math.floor(value / 8));
        xs[count] = x;
        ys[count] = y;
        ranks[count] = value & 7;
        count += 1;
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < north) north = y;
        if (y > south) south = y;
      }
      starts.push(count);
      boxes.push(west, north, east, south);
    }
    Object.assign(this, { xs, ys, ranks, starts, boxes: Int32Array.from(boxes) });
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
    /* Below whatever else lies on the same sheet. */
    this._container.style.zIndex = 90;
  },
  _destroyContainer() {
    this._container.remove();
    if (this._paper) this._paper.remove();
    delete this._container;
    delete this._paper;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const canvas = this._container;
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    const size = this._bounds.getSize();
    const [width, height] = [Math.round(size.x * sharp), Math.round(size.y * sharp)];
    /* Giving a canvas a size throws its memory away, so only where it is another one. */
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    L.DomUtil.setPosition(canvas, this._bounds.min);
    const paper = matchMedia("print").matches;
    canvas.style.display = paper ? "none" : "";
    if (this._paper) this._paper.remove();
    delete this._paper;
    if (paper) this._onPaper(size);
    else this._draw(canvas.getContext("2d"), sharp, size);
  },

  /* A canvas that is drawn while Chromium prints is white where it should be clear. */
  _onPaper(size) {
    const svg = L.SVG.create("svg");
    for (const [name, value] of Object.entries({ width: size.x, height: size.y, "aria-hidden": "true" })) svg.setAttribute(name, value);
    const line = { d: [], moveTo(x, y) { this.d.push(`M${x.toFixed(1)} ${y.toFixed(1)}`); }, lineTo(x, y) { this.d.push(`L${x.toFixed(1)} ${y.toFixed(1)}`); } };
    const context = {
      setTransform() {}, clearRect() {},
      stroke: (path) => {
        const drawn = L.SVG.create("path");
        const looks = { d: path.d.join(""), fill: "none", stroke: context.strokeStyle, "stroke-width": context.lineWidth, "stroke-linejoin": context.lineJoin };
        for (const [name, value] of Object.entries(looks)) drawn.setAttribute(name, value);
        svg.append(drawn);
      },
    };
    this._draw(context, 1, size, () => ({ ...line, d: [] }));
    L.DomUtil.setPosition(svg, this._bounds.min);
    svg.style.zIndex = 90;
    this._container.after(svg);
    this._paper = svg;
  },

  _draw(context, sharp, size, empty = () => new Path2D()) {
    const zoom = this._map.getZoom();
    const scale = 256 * 2 ** zoom / this.grid;
    const origin = this._map.getPixelOrigin().add(this._bounds.min);
    const rank = this.from.filter((least) => least <= zoom).length - 1;
    const growth = Math.min(2.4, Math.max(0.7, 1 + (zoom - 9) * 0.16));
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, size.x, size.y);
    const view = [origin.x / scale, origin.y / scale, (origin.x + size.x) / scale, (origin.y + size.y) / scale];
    const seen = this.classes.filter((one) => one.zoom <= zoom).reverse()
      .map((one) => [one, this._paths(one, view, rank, scale, origin, empty)]);
    const stroke = (paths, color, width) => {
      context.strokeStyle = color;
      context.lineWidth = width;
      /* Round joins cost much, and nobody sees them on a thin line. */
      context.lineJoin = context.lineCap = width > 3 ? "round" : "butt";
      if (width <= 3) context.lineJoin = "bevel";
      for (const path of paths) context.stroke(path);
    };
    if (zoom >= 11) {
      for (const [one, paths] of seen) if (one.casing) stroke(paths, "#ffffff", one.width * growth + 2.4);
    }
    for (const [one, paths] of seen) stroke(paths, one.color, one.width * growth);
  },

  /* The lines of a class that touch the view, in pixels of the canvas. Many short paths are
     drawn several times faster than one long one. */
  _paths({ first, end }, [west, north, east, south], rank, scale, origin, empty) {
    const { xs, ys, ranks, starts, boxes } = this;
    const paths = [];
    let path = null;
    let points = this.batch;
    for (let line = first; line < end; line += 1) {
      const box = line * 4;
      if (boxes[box] > east || boxes[box + 2] < west || boxes[box + 1] > south || boxes[box + 3] < north) continue;
      const start = starts[line];
      if (points >= this.batch) {
        path = empty();
        paths.push(path);
        points = 0;
      }
      path.moveTo(xs[start] * scale - origin.x, ys[start] * scale - origin.y);
      for (let at = start + 1; at < starts[line + 1]; at += 1) {
        if (ranks[at] <= rank) {
          path.lineTo(xs[at] * scale - origin.x, ys[at] * scale - origin.y);
          points += 1;
        }
      }
    }
    return paths;
  },
});
L.network = (data) => new L.Network(data);
