/** The menu of a row: one for all tables, opened beside the button that was pressed. */

import { element, icon } from "../elements.js";

const ACTIONS = [["insert", "plus"], ["copy", "copy"], ["up", "up"], ["down", "dn"], ["delete", "trash"]];
const menu = element("div", "rowmenu");

/** Each line of it names in `data-do` what it does. */
export function openMenu(button, words) {
  const lines = ACTIONS.map(([name, drawn]) => {
    const item = element("button", "rowdo", icon(drawn), words[name]);
    item.type = "button";
    item.dataset.do = name;
    return item;
  });
  menu.replaceChildren(...lines);
  button.after(menu);
  menu.popover = "auto"; // where there is none yet it stands in the line itself
  menu.showPopover?.();
  placeMenu();
  lines[0].focus();
}

/** Below its button, above it where there is no room. */
export function placeMenu() {
  if (!menu.isConnected) return;
  const { bottom, top, right } = menu.previousElementSibling.getBoundingClientRect();
  const below = bottom + menu.offsetHeight < window.innerHeight;
  menu.style.setProperty("--top", `${below ? bottom : Math.max(0, top - menu.offsetHeight)}px`);
  menu.style.setProperty("--right", `${document.documentElement.clientWidth - right}px`);
}

export function closeMenu() {
  if (menu.isConnected) menu.hidePopover?.();
  menu.remove();
}
