"use strict";
/* Language, sorting and printing of a page. */
function chaidaenEmbedded() {
  return new URLSearchParams(location.search).get("embed") === "1";
}
function chaidaenPage() {
  const root = document.documentElement;
  const stored = {
    get() { try { return localStorage.getItem("chaidaen-lang"); } catch { return null; } },
    set(value) { try { localStorage.setItem("chaidaen-lang", value); } catch { /* private window */ } },
  };
  const known = (value) => (value === "th" || value === "en" ? value : null);

  function speak(lang) {
    if (!known(lang)) return;
    root.lang = lang;
    for (const element of document.querySelectorAll("[data-en]")) {
      const words = element.dataset[lang];
      if (element.tagName === "TITLE") document.title = words;
      else element.setAttribute("aria-label", words);
    }
    for (const button of document.querySelectorAll("button[data-lang]")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    }
    document.dispatchEvent(new CustomEvent("chaidaen-lang", { detail: lang }));
  }
  for (const button of document.querySelectorAll("button[data-lang]")) {
    button.addEventListener("click", () => { stored.set(button.dataset.lang); speak(button.dataset.lang); });
  }
  /* Within another page it is that page which chooses the language. */
  const asked = known(new URLSearchParams(location.search).get("lang"));
  speak(asked || (!chaidaenEmbedded() && known(stored.get())) || root.lang);

  for (const button of document.querySelectorAll("table.sortable button.sort")) {
    button.addEventListener("click", () => {
      const header = button.closest("th");
      const body = header.closest("table").tBodies[0];
      const down = header.getAttribute("aria-sort") === "ascending";
      for (const other of header.parentElement.children) other.setAttribute("aria-sort", "none");
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => {
        const cell = row.cells[header.cellIndex];
        return cell.dataset.v ?? cell.textContent.trim();
      };
      const numeric = header.classList.contains("n");
      const rows = [...body.rows].sort((a, b) => (numeric
        ? Number(value(a)) - Number(value(b))
        : value(a).localeCompare(value(b), root.lang, { numeric: true })));
      body.append(...(down ? rows.reverse() : rows));
    });
  }
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not(.brief, [open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of folded) details.open = false; });
  return speak;
}
