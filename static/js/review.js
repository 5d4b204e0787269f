// The page on which a review is written does without this. With it: no asking for a newer revision while nobody looks,
// and an answer at once when somebody looks again.

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.elt.id === "review-news" && document.hidden) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && document.getElementById("review-news")) htmx.trigger("#review-news", "look");
});

// Comments on words: the words that are selected in an answer go into fields of their own. The server says how they are
// written in the answer's Markdown. What is shown is counted in characters that are not white space.

const rows = (prompt) => document.querySelector(`[data-on-words="${prompt}"]`);
const FIELD = /(words|place|remark|instead)_([0-9]+)_/;

const addRow = (prompt, number) => {
  const template = rows(prompt)?.querySelector("template");
  if (!template) return null;
  template.insertAdjacentHTML("beforebegin", template.innerHTML.replace(new RegExp(`${FIELD.source}new`, "g"), `$1_$2_${number}`));
  return template.previousElementSibling;
};
const field = (row, name) => row.querySelector(`[name^="${name}_"]`);
const nextNumber = (prompt) => {
  const named = [...rows(prompt).querySelectorAll(`[name^="words_"]`)].map(({ name }) => Number(name.split("_")[2]));
  let number = 0;
  while (named.includes(number)) number += 1;
  return number;
};

// What of a passage is shown: in a text with changes not what is gone.
const shown = (range) => {
  const content = range.cloneContents();
  for (const gone of content.querySelectorAll("del")) gone.remove();
  return [...content.textContent.replace(/\s+/g, "")].join("");
};
const selectedWords = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const start = range.startContainer.parentElement?.closest("[data-words-of]") ?? range.startContainer.closest?.("[data-words-of]");
  if (!start || range.startContainer.parentElement?.closest("del")) return null;
  // A triple click selects up to the beginning of what follows.
  if (!start.contains(range.endContainer)) range.setEnd(start, start.childNodes.length);
  const before = document.createRange();
  before.setStart(start, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const words = shown(range);
  const from = [...shown(before)].length;
  return words && { prompt: start.dataset.wordsOf, start: from, stop: from + [...words].length, words: range.toString().trim() };
};

const buttons = [...document.querySelectorAll("[data-comments-on-words]")];
let selected = null;
document.addEventListener("selectionchange", () => {
  const found = selectedWords();
  // What a button itself takes away from the selection was selected when it was pressed.
  if (!found && buttons.includes(document.activeElement)) return;
  selected = found;
  for (const button of buttons) button.hidden = !found;
});
const comment = async (edits) => {
  if (!selected) return;
  const { prompt, ...sought } = selected;
  let found = { words: sought.words, place: "" };
  try {
    const answer = await fetch(`${rows(prompt).dataset.wordsFrom}?${new URLSearchParams(sought)}`);
    if (answer.ok && !answer.redirected) found = await answer.json();
  } catch { /* Then the words are found when the review is sent. */ }
  const row = addRow(prompt, nextNumber(prompt));
  field(row, "words").value = found.words;
  field(row, "place").value = found.place;
  getSelection().removeAllRanges();
  for (const button of buttons) button.hidden = true;
  if (edits) row.querySelector("[data-suggests]").open = true;
  startEdit(row);
  field(row, edits ? "instead" : "remark").focus();
  row.scrollIntoView({ block: "center" });
  row.dispatchEvent(new Event("input", { bubbles: true }));
};
for (const button of buttons) {
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => comment(button.dataset.commentsOnWords === "edit"));
}

// An edit begins with a copy of the words.
const startEdit = (row) => {
  const edit = field(row, "instead");
  if (row.querySelector("[data-suggests]").open && !edit.value) edit.value = field(row, "words").value;
};
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("[data-suggests]")) startEdit(target.closest(".words-row"));
}, true);

document.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-deletes-words]")?.closest(".words-row");
  if (!row) return;
  const { form } = field(row, "words");
  const next = row.closest("[data-on-words]").querySelector("summary");
  row.remove();
  next.focus();
  form.dispatchEvent(new Event("input", { bubbles: true }));
});
for (const each of document.querySelectorAll("[data-deletes-words]")) each.hidden = false;

// Text that is put back from this browser may be of more comments than the page has.
document.addEventListener("draft:restore", ({ detail }) => {
  for (const name of detail) {
    const [, , prompt] = name.match(new RegExp(`^${FIELD.source}`)) ?? [];
    if (prompt && !document.getElementsByName(name).length) addRow(prompt, name.split("_")[2]);
  }
});
