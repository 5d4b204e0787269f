// In a box of a form with `data-handles`, "@" offers the handles of the group's members: arrows choose, Enter or Tab
// inserts, Escape closes. Without this a handle is typed as a whole.
const handles = new Map();
let open = null; // { box, list, start, chosen }

const known = async (address) => {
  if (!handles.has(address)) {
    handles.set(address, fetch(address, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : { handles: [] }))
      .then((found) => found.handles)
      .catch(() => { handles.delete(address); return []; }));
  }
  return handles.get(address);
};

const fold = (text) => text.normalize("NFKC").toLowerCase();

const bare = (handle) => handle.normalize("NFKD").replace(/\p{M}/gu, "");

const close = () => {
  if (!open) return;
  open.box.removeAttribute("aria-activedescendant");
  open.box.removeAttribute("aria-controls");
  open.list.remove();
  open = null;
};

const choose = (place) => {
  const rows = [...open.list.children];
  open.chosen = (place + rows.length) % rows.length;
  rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === open.chosen)));
  rows[open.chosen].scrollIntoView({ block: "nearest" });
  open.box.setAttribute("aria-activedescendant", rows[open.chosen].id);
};

const insert = () => {
  const { box, start, list, chosen } = open;
  const text = `@${list.children[chosen].dataset.handle} `;
  box.setRangeText(text, start, box.selectionStart, "end");
  close();
  box.dispatchEvent(new Event("input", { bubbles: true }));
};

const show = (box, start, found) => {
  close();
  const form = box.closest("form");
  const list = document.createElement("ul");
  list.className = "handles";
  list.id = `${box.id}-handles`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.names);
  found.forEach((each, at) => {
    const row = document.createElement("li");
    row.id = `${list.id}-${at}`;
    row.dataset.handle = each.handle;
    row.setAttribute("role", "option");
    const handle = document.createElement("b");
    handle.textContent = `@${each.handle}`;
    const name = document.createElement("bdi");
    name.textContent = each.name;
    row.append(handle, " ", name);
    list.append(row);
  });
  box.after(list);
  box.setAttribute("aria-controls", list.id);
  open = { box, list, start, chosen: 0 };
  choose(0);
  const said = document.getElementById("said");
  if (said && said.textContent !== form.dataset.found) said.textContent = form.dataset.found;
};

const look = async (box) => {
  const before = box.value.slice(0, box.selectionStart);
  const typed = before.match(/(?:^|[^\p{L}\p{N}_@/.-])@([\p{L}\p{N}_-]{0,30})$/u);
  if (!typed || box.selectionStart !== box.selectionEnd) return close();
  const value = box.value;
  const all = await known(box.closest("form").dataset.handles);
  if (box.value !== value || document.activeElement !== box) return;
  const part = fold(typed[1]);
  const found = all.filter((each) => each.handle.startsWith(part) || bare(each.handle).startsWith(part)
    || fold(each.name).split(/\s+/).some((word) => word.startsWith(part))).slice(0, 8);
  if (found.length) show(box, before.length - typed[1].length - 1, found);
  else close();
};

const mentions = (target) => target.matches?.("textarea") && target.closest("form[data-handles]");

document.addEventListener("focusin", ({ target }) => {
  if (!mentions(target)) return;
  target.setAttribute("aria-autocomplete", "list");
  target.setAttribute("aria-haspopup", "listbox");
});
document.addEventListener("input", ({ target }) => { if (mentions(target)) look(target); });
// A press of the mouse or a finger takes the focus before it is a click. What is pressed may not move from under it.
let isPressed = false;
document.addEventListener("mousedown", () => { isPressed = true; }, true);
document.addEventListener("mouseup", () => {
  isPressed = false;
  setTimeout(() => { if (open && document.activeElement !== open.box) close(); });
}, true);
document.addEventListener("focusout", ({ target }) => { if (open?.box === target && !isPressed) close(); });
document.addEventListener("keydown", (event) => {
  if (open?.box !== event.target || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown") choose(open.chosen + 1);
  else if (event.key === "ArrowUp") choose(open.chosen - 1);
  else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) insert();
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
// Under a preview: which handles in it are nobody's.
const MENTION = /(?<![\p{L}\p{N}_@/.-])@([\p{L}\p{N}_]+(?:-+[\p{L}\p{N}_]+)*)/gu;
const handlesIn = (prose) => {
  const found = new Set();
  const texts = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.parentElement.closest("a, code, math, pre, blockquote")) continue;
    for (const [, handle] of texts.currentNode.data.matchAll(MENTION)) if (handle.length <= 30) found.add(fold(handle));
  }
  return [...found];
};
document.addEventListener("htmx:afterSwap", async ({ target }) => {
  const form = target.matches?.(".look-ahead") && target.closest("form[data-handles]");
  const prose = form && target.querySelector(".prose");
  const typed = prose ? handlesIn(prose) : [];
  if (!typed.length) return;
  const all = (await known(form.dataset.handles)).map((each) => each.handle);
  if (!all.length || !prose.isConnected) return;
  const names = new Set([...all, ...all.map(bare)]);
  for (const handle of typed.filter((each) => !names.has(each) && !names.has(bare(each))).slice(0, 5)) {
    const line = document.createElement("p");
    line.className = "soft small";
    line.textContent = form.dataset.unknown.replace("{handle}", `@${handle}`);
    target.append(line);
  }
});
// Before the box loses the focus.
document.addEventListener("pointerdown", (event) => {
  const row = event.target.closest?.(".handles [role=option]");
  if (!row || !open) return;
  event.preventDefault();
  choose([...open.list.children].indexOf(row));
  insert();
});
