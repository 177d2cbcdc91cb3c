/* ?embed=1: only the map, its title, legend and sources remain and fill the frame that a
   page gives them. The page around is told {type: "chaidaen-ready", height} and may send
   {type: "chaidaen-lang", lang: "th" | "en"}. */
function chaidaenEmbed(speak) {
  const root = document.documentElement;
  if (!chaidaenEmbedded()) return;
  root.classList.add("embed");
  const figure = document.querySelector("figure.map");
  const make = (tag, name) => Object.assign(document.createElement(tag), { className: name });
  const bilingual = (box, words) => {
    ["en", "th"].forEach((lang, at) => {
      const span = document.createElement("span");
      span.lang = lang;
      span.textContent = words[at];
      box.append(span);
    });
    return box;
  };

  const { en, th } = document.querySelector("title").dataset;
  figure.prepend(bilingual(make("h1", "title"), [en, th]));

  /* The legend lies on the map, folded where it would cover most of it. */
  const words = JSON.parse(document.getElementById("spoken").textContent).legend;
  const key = make("details", "map-key");
  key.append(bilingual(document.createElement("summary"), words));
  const parts = document.querySelectorAll("main :is(.legend, .steps, .departures, .tabs:has([data-scenario]))");
  for (const part of parts) {
    const heading = part.previousElementSibling;
    if (heading && heading.matches("h2, h3") && heading.textContent !== words.join("")) key.append(heading);
    key.append(part);
  }
  let folded = false;
  const unfold = () => { if (!folded) key.open = innerWidth >= 720; };
  key.firstChild.addEventListener("click", () => { folded = true; });
  addEventListener("resize", unfold);
  unfold();
  if (parts.length) figure.querySelector(".stage").append(key);
  const frame = make("div", "frame");
  frame.setAttribute("role", "main");
  frame.append(figure);
  document.body.prepend(frame);

  /* The height depends on the width alone, so that a page may simply take it over. */
  const caption = (name) => figure.querySelector(name).offsetHeight;
  function ready() {
    if (parent === window) return;
    const map = Math.min(640, Math.max(340, Math.round(root.clientWidth * 0.7)));
    const height = map + caption(".title") + caption("figcaption");
    parent.postMessage({ type: "chaidaen-ready", height }, "*");
  }
  addEventListener("load", ready);
  addEventListener("resize", ready);
  document.addEventListener("chaidaen-lang", ready);
  addEventListener("message", ({ source, data }) => {
    if (source === parent && data && data.type === "chaidaen-lang") speak(data.lang);
  });
}
