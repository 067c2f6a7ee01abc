// Small conveniences; every page works without them.
for (const button of document.querySelectorAll("[data-show]")) {
  const input = document.getElementById(button.dataset.show);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    source.select();
    // Outside https there is no clipboard API; the old command still copies what is selected.
    const copied = navigator.clipboard ? await navigator.clipboard.writeText(source.value).then(() => true, () => false) : document.execCommand("copy");
    if (copied) button.querySelector("span").textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

document.addEventListener(
  "submit",
  (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  },
  { capture: true },
);

const summary = document.querySelector(".summary");
if (summary && !document.querySelector("[autofocus]")) summary.focus();

for (const menu of document.querySelectorAll("details.account, details.tab-more, details.filterbox, details.steps-now")) {
  document.addEventListener("click", (event) => {
    if (menu.open && (!menu.contains(event.target) || event.target.closest("a"))) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// What was typed but not saved: said, and asked about before leaving.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let unsaved = false;
  const tell = () => {
    if (unsaved) return;
    unsaved = true;
    const line = document.querySelector(".fillbar .save");
    if (line && form.dataset.ready === undefined) {
      line.className = "save is-warn";
      line.querySelector("span").textContent = form.dataset.unsaved;
    }
  };
  form.addEventListener("input", ({ target }) => target.name && tell());
  form.addEventListener("rows", tell);
  form.addEventListener("submit", (event) => {
    unsaved = event.defaultPrevented;
  });
  form.addEventListener("kept", () => {
    unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

// File inputs speak the language of the page and show what was chosen.
function dressFile(input) {
  const button = document.createElement("label");
  button.className = "btn file-pick";
  button.htmlFor = input.id;
  button.textContent = input.dataset.pick;
  const chosen = document.createElement("span");
  chosen.className = "small quiet";
  chosen.setAttribute("role", "status");
  input.className = "vh";
  input.after(button, chosen);
  input.addEventListener("change", () => {
    const names = Array.from(input.files, (file) => `${file.name} (${Math.max(1, Math.round(file.size / 1000))} kB)`);
    chosen.textContent = names.length ? `${names.join(", ")} – ${input.dataset.later}` : "";
  });
}
const dressFiles = (place) => place.querySelectorAll("input[type=file][data-pick]").forEach(dressFile);
dressFiles(document);
document.addEventListener("replaced", ({ target }) => dressFiles(target));
