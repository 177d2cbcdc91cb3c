/* L.spots: places by the hundred as circles, on one sheet or several. A place is told once;
   a sheet says which it shows, in what colours, and what else its card tells. */
L.spots = ({ looks, places, sheets }) => {
  const made = [];
  for (const [pane, [card, spots]] of Object.entries(sheets)) {
    const parts = card.split("\ue003");
    for (const [place, look, ...more] of spots) {
      const [lat, lng, radius, ...told] = places[place];
      const [fillColor, color, weight] = looks[look];
      const words = [...told, ...more];
      const html = parts.map((part, at) => part + (at < parts.length - 1 ? words[at] : "")).join("");
      const options = { pane, radius, color, weight, fillColor, fillOpacity: 1, fill: true, className: "spot-circle" };
      made.push(L.circleMarker([lat, lng], options).bindPopup(html, { maxWidth: 280 }));
    }
  }
  return L.layerGroup(made);
};
