/* The swipe: today left of the handle, the chosen scenario right of it. */
function chaidaenSwipe(map) {
  const stage = map.getContainer().parentElement;
  const box = document.getElementById("swipe");
  stage.append(box);
  L.DomEvent.disableScrollPropagation(box);
  const range = box.querySelector("input");
  const line = box.querySelector(".divider");
  const sides = [...box.querySelectorAll(".side")];
  const pane = (name) => map.getPane(name);
  const count = Number(box.dataset.count);
  let chosen = 0;
  /* Roads of a scenario that nobody sees are not drawn. */
  const roads = [];
  map.eachLayer((layer) => { if (/^after-/.test(layer.options.pane || "") && layer instanceof L.Network) roads.push(layer); });

  function clip() {
    const size = map.getSize();
    const x = size.x * range.value / 100;
    const nw = map.containerPointToLayerPoint([0, 0]);
    const se = map.containerPointToLayerPoint(size);
    const at = nw.x + x;
    pane("before").style.clip = `rect(${nw.y}px,${at}px,${se.y}px,${nw.x}px)`;
    for (let one = 0; one < count; one += 1) {
      const own = pane(`after-${one}`);
      own.style.display = one === chosen ? "" : "none";
      own.style.clip = `rect(${nw.y}px,${se.x}px,${se.y}px,${at}px)`;
    }
    line.style.left = `${range.value}%`;
    sides[0].style.opacity = range.value < 8 ? 0 : 1;
    sides[1].style.opacity = range.value > 92 ? 0 : 1;
    range.setAttribute("aria-valuetext", `${range.value} %`);
  }
  function choose(at) {
    chosen = at;
    map.closePopup();
    for (const layer of roads) {
      if (layer.options.pane === `after-${at}`) map.addLayer(layer);
      else map.removeLayer(layer);
    }
    for (const part of document.querySelectorAll("[data-of]")) {
      part.hidden = Number(part.dataset.of) !== at;
    }
    for (const button of document.querySelectorAll("button[data-scenario]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.scenario) === at));
    }
    clip();
  }
  for (const button of document.querySelectorAll("button[data-scenario]")) {
    button.addEventListener("click", () => choose(Number(button.dataset.scenario)));
  }
  range.addEventListener("input", clip);
  map.on("move zoom resize viewreset zoomend moveend", clip);
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("section [data-of]")) part.hidden = false; });
  addEventListener("afterprint", () => choose(chosen));
  choose(0);
  return { choose, clip };
}
