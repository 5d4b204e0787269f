// The page "Arrange" does without this. With it: rows are dragged, and every act answers in place. The server draws the
// row anew and says where it stands; what it refuses is put back where it was, with the reason beside it.

const tree = () => document.getElementById("arrange");
const said = document.getElementById("arrange-said");

const say = (words, failed) => {
  said.textContent = words;
  said.dataset.state = failed ? "failed" : "";
};

const refuse = (row, words) => {
  const place = row?.querySelector(":scope > form > .arrange-refused");
  if (place) place.textContent = words;
  say(place ? "" : words, true);
};

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

const list = (kind, under) => tree().querySelector(`[data-${kind}="${under}"]`);

// Which control had the focus, so that its like in the new row gets it.
const focused = (row) => {
  const active = document.activeElement;
  if (active.closest("li") !== row) return "";
  if (active.matches("button")) return `button[value="${active.value}"]`;
  return active.name ? `[name="${active.name}"]` : "summary";
};

const refocus = (row, control) => {
  const form = row.querySelector(":scope > form");
  const found = form.querySelector(control);
  (found?.checkVisibility() ? found : form.querySelector("summary")).focus();
  row.scrollIntoView({ block: "nearest" });
};

const put = (row, html, control) => {
  const answer = parsed(html).querySelector("[data-version]");
  const drawn = document.adoptNode(answer.querySelector("li"));
  const kind = drawn.classList.contains("arrange-entry") ? "entries" : "headings";
  row.remove();
  list(kind, answer.dataset.under).insertBefore(drawn, document.getElementById(answer.dataset.before || "-"));
  tree().dataset.version = answer.dataset.version;
  makeSortable(drawn);
  say(answer.querySelector("p").textContent);
  if (control) refocus(drawn, control);
};

const replaceTree = (row, html) => {
  const fresh = parsed(html).getElementById("arrange");
  tree().replaceWith(document.adoptNode(fresh));
  makeSortable(tree());
  say(fresh.dataset.said ?? "");
  const again = row && document.getElementById(row.id);
  (again?.querySelector("form button") ?? tree().querySelector("a")).focus();
};

const send = async (row, values, undo) => {
  const control = focused(row);
  const body = new URLSearchParams({ ...values, row: row.id, seen: tree().dataset.version });
  body.set("csrfmiddlewaretoken", tree().querySelector("[name=csrfmiddlewaretoken]").value);
  tree().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(tree().dataset.url, { method: "POST", body, headers: { "HX-Request": "true" } });
    const html = await answer.text();
    if (answer.status === 409 || html.includes('id="arrange"')) return replaceTree(row, html);
    if (answer.status === 200) return put(row, html, control);
    undo?.();
    if (answer.status === 422) return refuse(row, parsed(html).body.textContent.trim());
    if (answer.headers.has("HX-Redirect")) return refuse(row, "You are signed out, so nothing was done. Sign in again.");
    return refuse(row, "That did not work, so nothing was done. Load the page anew.");
  } catch {
    undo?.();
    return refuse(row, "The server can’t be reached, so nothing was done.");
  } finally {
    tree().removeAttribute("aria-busy");
  }
};

const dropped = ({ item, from, to, oldIndex, newIndex }) => {
  tree().classList.remove("is-dragging-entries", "is-dragging-headings");
  if (from === to && oldIndex === newIndex) return;
  const under = to.dataset.entries ?? to.dataset.headings;
  const values = { do: "move", to: under && `section-${under}`, before: item.nextElementSibling?.id ?? "" };
  const rest = [...from.children].filter((each) => each !== item);
  send(item, values, () => from.insertBefore(item, rest[oldIndex] ?? null));
};

const makeSortable = (root) => {
  const options = {
    handle: ".arrange-grip",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    forceFallback: true,
    fallbackOnBody: true,
    swapThreshold: 0.6,
    ghostClass: "is-ghost",
    onStart: ({ from }) => tree().classList.add(from.dataset.entries ? "is-dragging-entries" : "is-dragging-headings"),
    onEnd: dropped,
  };
  for (const group of ["entries", "headings"]) {
    for (const each of root.querySelectorAll(`[data-${group}]`)) new Sortable(each, { ...options, group });
  }
};

const ask = (form, values) => {
  form.querySelector(".arrange-refused").textContent = "";
  const row = form.closest("li");
  send(row, values, () => {
    for (const select of form.querySelectorAll("select")) {
      const was = [...select.options].findIndex((option) => option.defaultSelected);
      select.selectedIndex = Math.max(was, 0);
    }
  });
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".arrange-row") || !event.submitter?.name) return;
  event.preventDefault();
  ask(event.target, { ...Object.fromEntries(new FormData(event.target)), do: event.submitter.value });
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.(".arrange-row");
  if (form && event.target.matches("select")) ask(form, { ...Object.fromEntries(new FormData(form)), do: "label" });
});

// One menu at a time; Escape closes it.
document.addEventListener("toggle", (event) => {
  if (!event.target.open || !event.target.matches?.(".arrange details")) return;
  for (const other of tree().querySelectorAll("details[open]")) if (other !== event.target) other.open = false;
}, true);

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.(".arrange details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

makeSortable(tree());
