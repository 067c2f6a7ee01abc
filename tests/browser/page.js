// What tests look at inside a page: what Tab reaches and how it looks there; what can be read.
window.looking = (() => {
  const FOCUSABLE =
    "a[href], area[href], button, input:not([type=hidden]), select, textarea, details > summary:first-of-type, [tabindex], [contenteditable=true]";
  const SPOKEN = ["aria-label", "aria-description", "title", "placeholder", "alt", "data-l", "data-confirm", "data-unsaved", "data-pick", "data-later"];

  const name = (e) => `${e.tagName.toLowerCase()} ${(e.name || e.id || e.innerText || e.getAttribute("aria-label") || e.className).trim().slice(0, 60)}`;
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
  const reached = (e) => seen(e) && !e.disabled && e.tabIndex >= 0 && !e.closest("[inert]");
  // The buttons of one radio group are one stop.
  const stop = (e) => (e.type === "radio" ? [...document.getElementsByName(e.name)].filter((r) => r.form === e.form)[0] : e);
  const stops = () => [...new Set([...document.querySelectorAll(FOCUSABLE)].filter(reached).map(stop))];

  const dress = (e) => {
    const s = getComputedStyle(e);
    return [s.outlineStyle === "none" ? "" : s.outline, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecorationLine].join(" ");
  };
  // The focus of a hidden input is shown on its label or its row.
  const around = (e) => [e, ...(e.labels ?? []), e.parentElement, e.nextElementSibling, ...(e.parentElement.querySelectorAll?.(":scope > .btn") ?? [])].filter(Boolean);
  const look = (e) => around(e).map(dress).join(";");

  const bare = new Map();
  const passed = new Set();
  const faults = [];
  let again = 0;
  let folded = [];

  const points = (r) => {
    const left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth), top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
    if (right - left < 1 || bottom - top < 1) return [];
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return [[x, y], [left + 2, y], [right - 2, y], [x, top + 2], [x, bottom - 2]];
  };
  const shows = (e) => {
    const body = e.classList.contains("vh") ? (e.labels?.[0] ?? e.nextElementSibling) : e;
    return [...body.getClientRects()].flatMap(points).some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (body.contains(top) || [...(e.labels ?? [])].some((label) => label.contains(top)));
    });
  };

  const judge = () => {
    const e = document.activeElement;
    if (!e || e === document.body) return (again += 1);
    const first = stop(e);
    if (passed.has(first)) return (again += 1);
    passed.add(first);
    if (!bare.has(first)) faults.push(`gets focus but is not among what can be reached: ${name(e)}`);
    else if (look(e) === bare.get(e)) faults.push(`focus cannot be seen: ${name(e)}`);
    if (!shows(e)) faults.push(`focused but hidden or outside the window: ${name(e)}`);
  };

  return {
    // Ready to walk: nothing focused, the looks without focus noted. Gives how many stops there are.
    ready() {
      document.activeElement?.blur();
      scrollTo(0, 0);
      [...document.querySelectorAll(FOCUSABLE)].filter(reached).forEach((e) => bare.set(e, look(e)));
      addEventListener("keyup", judge, true); // by now the browser has scrolled to it
      const all = stops();
      all[0].focus();
      judge();
      return all.length;
    },
    done: () => again > 0,
    faults() {
      removeEventListener("keyup", judge, true);
      const missed = stops().filter((e) => !passed.has(e) && bare.has(e)).map((e) => `Tab does not reach: ${name(e)}`);
      return [...faults, ...missed];
    },
    // After the skip link was used and Tab pressed once more: whether the focus is past everything before the content.
    skipped() {
      const main = document.querySelector("main");
      const e = document.activeElement;
      return main.contains(e) || e === document.body || Boolean(main.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
    },
    // Rows say the same in other words: the first and the last few stand for all.
    thin() {
      for (const list of document.querySelectorAll("tbody, ul, ol")) [...list.children].slice(5, -2).forEach((e) => e.remove());
    },
    unfold: () => (folded = [...document.querySelectorAll("details:not([open])")]).forEach((e) => (e.open = true)),
    fold: () => folded.forEach((e) => (e.open = false)),
    words() {
      const found = new Set([document.title]);
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const e = walker.currentNode.parentElement;
        if (!e.closest("script, style, textarea, [lang=en]") && (e.closest("option") || e.checkVisibility({ visibilityProperty: true }))) found.add(walker.currentNode.data);
      }
      for (const e of document.querySelectorAll("*")) {
        if (e.closest("[lang=en]")) continue;
        SPOKEN.filter((a) => e.hasAttribute(a)).forEach((a) => found.add(e.getAttribute(a)));
        if (e.matches("input[type=submit], input[type=button], input[type=reset]")) found.add(e.value);
      }
      return [...found].map((t) => t.replace(/\s+/g, " ").trim()).filter(Boolean);
    },
  };
})();
