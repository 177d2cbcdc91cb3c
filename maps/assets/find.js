/* The search for a place: a combobox with a list (WAI-ARIA 1.2). Names come from outside:
   they are only ever set as text. */
function chaidaenFind(map, keep) {
  const box = document.querySelector(".find");
  const [input, list, status] = box.querySelectorAll("input, ul, [role=status]");
  const spoken = JSON.parse(document.getElementById("spoken").textContent);
  const at = () => (document.documentElement.lang === "th" ? 1 : 0);
  const MOST = 8;
  const CLOSE = 12;

  /* As layers/places.py folds what a person types: no case, no accents, no dashes. */
  const plain = (text) => text.normalize("NFKD").toLowerCase()
    .replace(/[\u0300-\u036f]/g, "").replace(/[\s_\-\u2010\u2013'\u2019.()]+/g, " ").trim();

  /* The places of the area, important ones first, then what else is named on the map. */
  const places = [];
  const known = new Set();
  function add(en, th, lat, lon) {
    const folded = [plain(en), plain(th)];
    const name = `${folded[0]}|${lat.toFixed(2)}|${lon.toFixed(2)}`;
    if (!folded[0] || known.has(name)) return;
    known.add(name);
    places.push({ words: [en, th], folded, lat, lon });
  }
  for (const [en, th, lat, lon] of JSON.parse(document.getElementById("names").textContent)) {
    add(en, th || en, lat, lon);
  }
  map.eachLayer((layer) => {
    const element = layer instanceof L.Marker && layer.getElement();
    const name = element && element.querySelector(".name");
    if (!name) return;
    const text = (lang) => (name.querySelector(`[lang=${lang}]`) || name).textContent;
    const { lat, lng } = layer.getLatLng();
    add(text("en"), text("th"), lat, lng);
  });

  /* 0: begins so, 1: a word of it does, 2: it is somewhere in it. */
  function rank(name, typed) {
    const where = name.indexOf(typed);
    if (where < 1) return where < 0 ? Infinity : 0;
    return name.includes(` ${typed}`) ? 1 : 2;
  }
  function search(text) {
    const typed = plain(text);
    if (!typed) return [];
    return places
      .map((place) => [Math.min(...place.folded.map((name) => rank(name, typed))), place])
      .filter(([score]) => score < Infinity)
      .sort((a, b) => a[0] - b[0])
      .slice(0, MOST)
      .map(([, place]) => place);
  }

  let found = [];
  let active = -1;
  function span(lang, words, name) {
    const made = document.createElement("span");
    made.lang = lang;
    made.className = name;
    made.textContent = words;
    return made;
  }
  function show(open) {
    list.hidden = !open || !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) activate(-1);
  }
  function activate(index) {
    active = index;
    [...list.children].forEach((option, one) => {
      option.setAttribute("aria-selected", String(one === index));
      if (one === index) option.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `found-${index}`);
  }
  function update() {
    found = search(input.value);
    list.replaceChildren(...found.map(({ words }, one) => {
      const option = document.createElement("li");
      option.id = `found-${one}`;
      option.setAttribute("role", "option");
      option.append(span(["en", "th"][at()], words[at()], "keep"));
      if (words[0] !== words[1]) option.append(span(["th", "en"][at()], words[1 - at()], "keep aside"));
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => choose(one));
      return option;
    }));
    activate(-1);
    show(true);
    const typed = input.value.trim() !== "";
    box.classList.toggle("nothing", typed && !found.length);
    status.textContent = !typed ? "" : found.length
      ? spoken.find_count[at()].replace("#", String(found.length)) : spoken.find_none[at()];
  }

  let mark = null;
  const clear = () => { if (mark) mark.remove(); mark = null; };
  function choose(index) {
    const { words, lat, lon } = found[index];
    const name = document.createElement("div");
    const dot = document.createElement("i");
    dot.className = "dot";
    const label = span("", "", "label name");
    label.append(span("en", words[0], ""), span("th", words[1], ""));
    label.removeAttribute("lang");
    name.append(dot, label);
    clear();
    input.value = words[at()];
    show(false);
    status.textContent = words[at()];
    keep();
    map.setView([lat, lon], Math.max(map.getZoom(), CLOSE), { animate: false });
    mark = L.marker([lat, lon], {
      icon: L.divIcon({ className: "mark found", html: name, iconSize: [0, 0] }),
      interactive: false, keyboard: false, zIndexOffset: 4000,
    }).addTo(map);
  }

  input.addEventListener("input", update);
  input.addEventListener("focus", () => { if (input.value && !mark) update(); });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (list.hidden) update();
      if (found.length) {
        const step = key === "ArrowDown" ? 1 : -1;
        activate(active < 0 && step < 0 ? found.length - 1 : (active + step + found.length) % found.length);
      }
    } else if (key === "Enter" && !list.hidden) choose(Math.max(active, 0));
    else if (key === "Escape" && (input.value || !list.hidden)) {
      if (list.hidden) { input.value = ""; clear(); update(); }
      show(false);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  });
  const speak = () => { input.placeholder = input.getAttribute("aria-label"); };
  document.addEventListener("chaidaen-lang", speak);
  speak();
}
