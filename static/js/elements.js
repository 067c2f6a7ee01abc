/** Parts of pages as forms/parts.py makes them. */

const SVG = "http://www.w3.org/2000/svg";

/** A new element. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

/** An icon of the sprite. */
export function icon(name, small = false) {
  const [drawn, use] = [document.createElementNS(SVG, "svg"), document.createElementNS(SVG, "use")];
  drawn.setAttribute("class", small ? "i i-s" : "i");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/static/ikon.svg#i-${name}`);
  drawn.append(use);
  return drawn;
}
