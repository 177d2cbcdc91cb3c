/* Maps of the report: each is a page beside it. A frame takes the place of its picture once
   the page in it says that it is there; where the file is missing the picture stays. */
function chaidaenReport() {
  const frames = new Map();
  const lang = () => document.documentElement.lang;
  const open = (figure) => {
    const frame = document.createElement("iframe");
    frame.src = `${figure.dataset.page}?embed=1&lang=${lang()}`;
    frame.title = figure.querySelector("figcaption strong").innerText;
    frame.className = "waiting";
    figure.prepend(frame);
    frames.set(frame, figure);
  };
  addEventListener("message", (event) => {
    for (const [frame, figure] of frames) {
      if (event.source !== frame.contentWindow || !event.data || event.data.type !== "chaidaen-ready") continue;
      frame.classList.remove("waiting");
      figure.classList.add("live");
      const height = Number(event.data.height);
      if (height > 0) frame.style.height = `${Math.min(Math.max(height, 320), 1200)}px`;
      frame.contentWindow.postMessage({ type: "chaidaen-lang", lang: lang() }, "*");
    }
  });
  document.addEventListener("chaidaen-lang", (event) => {
    for (const frame of frames.keys()) frame.contentWindow.postMessage({ type: "chaidaen-lang", lang: event.detail }, "*");
  });
  /* One map of a chapter at a time; without this code, and on paper, all of them. */
  for (const views of document.querySelectorAll(".views")) {
    const figures = [...views.querySelectorAll("figure.view")];
    const tabs = [...views.querySelectorAll("button[data-view]")];
    tabs.forEach((tab, at) => tab.addEventListener("click", () => {
      figures.forEach((figure, own) => { figure.toggleAttribute("data-later", own !== at); });
      for (const other of tabs) other.setAttribute("aria-pressed", String(other === tab));
    }));
  }
  document.documentElement.classList.add("tabbed");

  const watch = new IntersectionObserver((seen) => {
    for (const one of seen) {
      if (!one.isIntersecting) continue;
      watch.unobserve(one.target);
      open(one.target);
    }
  }, { rootMargin: "300px" });
  for (const figure of document.querySelectorAll("figure.view")) watch.observe(figure);
}
