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
  row?.querySelector(":scope > form > .arrange-asked")?.remove();
  if (place) place.textContent = words;
  row?.scrollIntoView({ block: "nearest" });
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
  const warned = fresh.querySelector(".arrange-warned");
  // It stands above the list; who is far below is told where the answers stand.
  warned?.removeAttribute("role");
  say(warned?.textContent ?? fresh.dataset.said ?? "", warned);
  const again = row && document.getElementById(row.id);
  (again?.querySelector("form button") ?? tree().querySelector("a")).focus();
};

// What a row is asked stands below it, for one row at a time.
const leave = (question) => {
  const form = question.closest("form");
  question.remove();
  form.querySelector("summary").focus();
};

const putQuestion = (row, question) => {
  tree().querySelector(".arrange-asked")?.remove();
  row.querySelector("details").open = false;
  row.querySelector(".arrange-refused").before(document.adoptNode(question));
  say("");
  question.querySelector("a").focus();
  question.scrollIntoView({ block: "nearest" });
};

let acted = null;

const send = async (row, values, undo) => {
  acted = row.id;
  const control = focused(row);
  const body = new URLSearchParams({ ...values, row: row.id, seen: tree().dataset.version });
  body.set("csrfmiddlewaretoken", tree().querySelector("[name=csrfmiddlewaretoken]").value);
  tree().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(tree().dataset.url, { method: "POST", body, headers: { "HX-Request": "true" } });
    const html = await answer.text();
    if (answer.status === 409 || html.includes('id="arrange"')) return replaceTree(row, html);
    const question = answer.status === 200 && parsed(html).querySelector(".arrange-asked");
    if (question) return putQuestion(row, question);
    if (answer.status === 200) return put(row, html, control);
    undo?.();
    if (answer.status === 422) return refuse(row, parsed(html).body.textContent.trim());
    if (answer.headers.has("HX-Redirect")) return refuse(row, tree().dataset.signedOut);
    return refuse(row, tree().dataset.failed);
  } catch {
    undo?.();
    return refuse(row, tree().dataset.unreachable);
  } finally {
    tree().removeAttribute("aria-busy");
  }
};

// Whether rows may be dropped there: a topic that keeps its entries on shelves does not catch one in passing.
const takes = (list) =>
  Boolean(list.querySelector(":scope > li")) || !list.matches(":has(+ .arrange-headings > .is-shelf)");

let cancelled = false;

const dragging = () => tree().matches(".is-dragging-entries, .is-dragging-headings");

const started = ({ from }) => {
  cancelled = false;
  tree().classList.add(from.dataset.entries ? "is-dragging-entries" : "is-dragging-headings");
};

const dropped = ({ item, from, to, oldIndex, newIndex }) => {
  tree().classList.remove("is-dragging-entries", "is-dragging-headings");
  const rest = [...from.children].filter((each) => each !== item);
  const back = () => from.insertBefore(item, rest[oldIndex] ?? null);
  if (cancelled) return back();
  if (from === to && oldIndex === newIndex) return;
  const under = to.dataset.entries ?? to.dataset.headings;
  const values = { do: "move", to: under && `section-${under}`, before: item.nextElementSibling?.id ?? "" };
  send(item, values, back);
};

const makeSortable = (root) => {
  const options = {
    handle: ".arrange-grip",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    forceFallback: true,
    fallbackOnBody: true,
    swapThreshold: 0.6,
    ghostClass: "is-ghost",
    onStart: started,
    onEnd: dropped,
  };
  for (const name of ["entries", "headings"]) {
    const group = { name, put: ({ el }) => takes(el) && name };
    for (const each of root.querySelectorAll(`[data-${name}]`)) new Sortable(each, { ...options, group });
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

// What a place on the screen shows, while an entry hangs at the hand.
const shownAt = ({ clientX, clientY }, what) =>
  tree().matches(".is-dragging-entries") ? document.elementFromPoint(clientX, clientY)?.closest(what) : null;

// From a heading an entry comes to the first place below it.
const putBelowHeading = (event) => {
  const below = shownAt(event, ".arrange-heading > form")?.parentElement.querySelector(":scope > .arrange-entries");
  if (below && takes(below) && below.firstElementChild !== Sortable.dragged) below.prepend(Sortable.dragged);
};

// Who is fast lets go of it before the rows have made way.
const putBesideRow = (event) => {
  const row = shownAt(event, ".arrange-entry");
  if (!row || row === Sortable.dragged) return;
  const { top, height } = row.getBoundingClientRect();
  row[event.clientY < top + height / 2 ? "before" : "after"](Sortable.dragged);
};

document.addEventListener("pointermove", putBelowHeading);
for (const put of [putBelowHeading, putBesideRow]) document.addEventListener("pointerup", put, true);

document.addEventListener("click", (event) => {
  const answer = event.target.closest(".arrange-asked a");
  if (answer) {
    event.preventDefault();
    leave(answer.closest(".arrange-asked"));
  } else if (event.target.closest(".arrange-close")) {
    say("");
    document.getElementById(acted)?.querySelector("summary").focus({ preventScroll: true });
  }
});

// Escape puts back what hangs at the hand.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !dragging()) return;
  cancelled = true;
  for (const letGo of ["pointerup", "mouseup"]) document.dispatchEvent(new MouseEvent(letGo));
});

document.addEventListener("keydown", (event) => {
  const question = event.key === "Escape" && event.target.closest?.(".arrange-asked");
  if (question) return leave(question);
  const open = event.key === "Escape" && event.target.closest?.(".arrange details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

makeSortable(tree());
