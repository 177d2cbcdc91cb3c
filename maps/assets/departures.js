/* The hour of leaving: what every crossing is like when one gets there, in the list and on
   the map. */
function chaidaenDepartures(map) {
  const element = document.getElementById("departures");
  if (!element) return;
  const { gates, said } = JSON.parse(element.textContent);
  const box = document.querySelector(".departures");
  const [range, hour, count] = box.querySelectorAll("input, output, [role=status]");
  const items = [...box.querySelectorAll("li")];
  const clock = (minutes) => `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const hours = (minutes) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  function tell(place, key, values) {
    place.replaceChildren(...["en", "th"].map((lang, at) => {
      const span = document.createElement("span");
      span.lang = lang;
      span.textContent = fill(said[key][at], values);
      return span;
    }));
  }
  function show() {
    const leave = Number(range.value);
    let open = 0;
    hour.textContent = clock(leave * 60);
    range.setAttribute("aria-valuetext", clock(leave * 60));
    gates.forEach(([id, before, waits, shares], one) => {
      const share = shares[leave];
      const state = share === 100 ? "open" : share ? "some" : "wait";
      if (state === "open") open += 1;
      const values = { at: clock(leave * 60 + before), wait: hours(waits[leave]), percent: share };
      tell(items[one].querySelector(".said"), `leave_${state}`, values);
      items[one].dataset.state = state;
      const badge = document.querySelector(`.mark.crossing [data-gate="${CSS.escape(id)}"]`);
      if (!badge) return;
      badge.dataset.state = state;
      badge.textContent = state === "open" ? "" : `+${hours(waits[leave])}`;
    });
    tell(count, "leave_count", { open, all: gates.length });
  }
  range.addEventListener("input", show);
  map.on("overlayadd", show);
  show();
}
