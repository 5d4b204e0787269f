// Forms that save themselves. `data-draft` names the address that takes what stands in the form; the server's answer
// never touches the boxes. What could not be saved stays in this browser, by person, and is offered back.

const WAIT = 2000;
const AGAIN = 8000;
const COPY = "readlist draft|";
const LASTS = 30 * 24 * 60 * 60 * 1000;
const OURS = new Set(["csrfmiddlewaretoken", "seen", "tab", "over", "choice", "confirmed", "idempotency_key"]);
const person = document.body.dataset.person;
const tab = ([...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"))).join("");
const storage = (act) => { try { return act(localStorage); } catch { return null; } };
const parsed = (text) => { try { return JSON.parse(text); } catch { return null; } };

const typedIn = (form) => {
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (!OURS.has(name) && typeof value === "string") typed.append(name, value);
  return typed.toString();
};

class Keeper {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.draft;
    this.place = `${COPY}${person}|${this.url}|`;
    this.mark = document.querySelector(`[data-draft-mark="${form.id}"]`);
    this.words = document.querySelector(`[data-draft-says="${form.id}"]`)?.content;
    for (const field of form.querySelectorAll("[data-value]")) field.value = field.dataset.value;
    form.elements.tab.value = tab;
    // A page that came back with what was refused holds text that no draft has.
    this.kept = form.dataset.unsaved === undefined ? typedIn(form) : null;
    this.stopped = Boolean(document.getElementById("conflict"));
    this.offer();
    this.remember();
  }

  get alive() { return this.form.isConnected; }
  get dirty() { return this.alive && typedIn(this.form) !== this.kept; }

  typed() {
    // Who types on has not left: what was sent led nowhere, and is not the last word.
    this.sent = false;
    this.remember();
    // What stood there while nothing was typed ("Same as revision 2") isn't so any more.
    if (this.dirty && this.mark && !this.mark.dataset.state) this.mark.textContent = "";
    this.wait(WAIT);
  }

  wait(time) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), time);
  }

  async save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (this.stopped || this.sent || !this.dirty) return this.dirty || this.forget();
    if (this.busy && !leaving) return this.wait(300);
    const typed = typedIn(this.form);
    session.renewToken(this.form);
    this.busy = true;
    this.say("saving");
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        headers: { "X-Requested-With": "fetch" },
        redirect: "manual",
        keepalive: leaving,
      });
      await this.hear(answer, typed);
    } catch {
      this.fail(navigator.onLine ? "failed" : "offline");
    }
    this.busy = false;
  }

  async hear(answer, typed) {
    if (!this.alive || this.sent) return;
    if (session.hasEnded(answer)) return this.fail("signed-out");
    if (answer.status === 409) return this.showConflict(await answer.text());
    const seconds = session.restOf(answer.status, answer.headers.get("Retry-After"));
    if (seconds) return this.rest(seconds);
    if (answer.status === 400 || answer.status === 422 || answer.status === 413) return this.fail("refused");
    if (answer.status === 404) return this.fail("gone");
    if (!answer.ok) return this.fail("failed");
    const said = await answer.json();
    // What could not be reached before may have left more than this behind: a preview follows what is typed.
    if (this.unsaved) this.form.dispatchEvent(new Event("input", { bubbles: true }));
    this.kept = typed;
    this.form.elements.seen.value = said.seen;
    if (this.mark) this.mark.dataset.saved = said.saved || this.mark.dataset.saved;
    this.say(said.saved ? "saved" : "", said.says);
    if (said.has_updates) this.form.dispatchEvent(new CustomEvent("draft:updates", { bubbles: true, detail: said }));
    if (this.dirty) this.wait(WAIT);
    else this.forget();
  }

  fail(how, wait = AGAIN) {
    this.unsaved = true;
    this.remember();
    this.say(how);
    this.wait(wait);
  }

  // It was too much for now. What is typed is saved when the server says so, whatever was sent.
  rest(seconds) {
    this.sent = false;
    this.fail("resting", 1000 * seconds);
  }

  showConflict(html) {
    this.stopped = true;
    this.remember();
    document.getElementById("conflict")?.remove();
    this.form.insertAdjacentHTML("beforebegin", html);
    // Who is typing keeps the focus; the mark says so, and leads to the two texts.
    this.say("conflict");
  }

  say(state, words = "") {
    if (state !== "saving") this.unsaved = !["saved", ""].includes(state);
    if (!this.mark) return;
    const part = state ? this.words?.querySelector(`[data-is="${state}"]`).cloneNode(true) : null;
    const since = part?.querySelector("[data-since]");
    if (this.mark.dataset.saved) since?.querySelector("b").replaceWith(this.mark.dataset.saved);
    else since?.remove();
    if (words) part?.append(words);
    const html = part ? part.innerHTML : words;
    this.mark.dataset.state = ["signed-out", "refused", "resting", "gone"].includes(state) ? "failed" : state;
    if (this.mark.innerHTML !== html) this.mark.innerHTML = html;
  }

  // What the server does not have yet

  remember() {
    if (!this.dirty) return this.forget();
    const copy = { typed: typedIn(this.form), seen: this.form.elements.seen.value, at: Date.now(), sent: this.sent };
    storage((store) => store.setItem(this.place + tab, JSON.stringify(copy)));
  }

  forget() { storage((store) => store.removeItem(this.place + tab)); }

  copies() {
    return storage((store) => Object.keys(store).filter((key) => key.startsWith(this.place) && !key.endsWith(tab))
      .map((key) => ({ key, ...parsed(store.getItem(key)) }))) ?? [];
  }

  offer() {
    const template = document.querySelector(`[data-draft-offer="${this.form.id}"]`);
    for (const copy of this.copies()) {
      if (copy.typed === typedIn(this.form)) storage((store) => store.removeItem(copy.key));
      // Beside a conflict the choice comes first; what this browser holds is offered on the page that follows.
      else if (this.stopped) continue;
      else if (template) this.show(template.content.firstElementChild.cloneNode(true), copy);
    }
  }

  show(notice, copy) {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    notice.querySelector("[data-typed-at]").textContent = format.format(copy.at);
    notice.addEventListener("click", ({ target }) => {
      const act = target.closest("[data-do]")?.dataset.do;
      if (!act) return;
      notice.remove();
      storage((store) => store.removeItem(copy.key));
      if (act === "put-back") this.putBack(copy);
    });
    this.form.before(notice);
  }

  putBack({ typed, seen }) {
    const values = new URLSearchParams(typed);
    // Fields that are added as one types are added again first.
    this.form.dispatchEvent(new CustomEvent("draft:restore", { bubbles: true, detail: [...values.keys()] }));
    for (const field of this.form.elements) {
      if (!field.name || OURS.has(field.name) || field.type === "hidden" || field.tagName === "BUTTON") continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.getAll(field.name).includes(field.value);
      else if (values.has(field.name)) field.value = values.get(field.name);
    }
    // What was saved since by another tab is then not overwritten unseen.
    this.form.elements.seen.value = seen;
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
    this.save();
  }
}

const keepers = new Map();
const alive = () => [...keepers.values()].filter((keeper) => keeper.alive);
const adopt = () => {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (!keepers.has(form)) keepers.set(form, new Keeper(form));
  }
  for (const form of keepers.keys()) if (!form.isConnected) keepers.delete(form);
};
const of = (event) => keepers.get(event.target.form ?? event.target);

const send = (keeper) => {
  session.renewToken(keeper.form);
  keeper.sent = true;
  keeper.remember();
};

// A copy goes when the server says, by a cookie named after the page that sent it, that it has arrived: an error on the
// way says nothing. Or when nobody has come back for it in a month, whoever it was.
const tidy = () => {
  const arrived = [...document.cookie.matchAll(/(?:^|; )arrived_([0-9a-f]{32})=/g)].map(([, sender]) => sender);
  storage((store) => {
    for (const key of Object.keys(store).filter((each) => each.startsWith(COPY))) {
      const copy = parsed(store.getItem(key));
      const hasArrived = copy?.sent && arrived.some((sender) => key.endsWith(sender));
      if (hasArrived || !(Date.now() - copy?.at < LASTS)) store.removeItem(key);
    }
  });
  for (const sender of arrived) document.cookie = `arrived_${sender}=; path=/; max-age=0; samesite=lax`;
};

if (person) {
  tidy();
  adopt();
  document.addEventListener("htmx:load", adopt);
  for (const happens of ["input", "change"]) document.addEventListener(happens, (event) => of(event)?.typed());
  document.addEventListener("submit", (event) => {
    const keeper = of(event);
    if (!keeper || event.defaultPrevented) return;
    if (event.submitter?.dataset.draftSave !== undefined && !keeper.stopped) {
      event.preventDefault();
      keeper.save();
      return;
    }
    send(keeper);
  });
  // A choice between two texts leads to the page anew, whatever else the form does when it is sent.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#conflict button[name=choice]");
    const keeper = keepers.get(button?.form);
    if (!keeper) return;
    event.preventDefault();
    send(keeper);
    const choice = Object.assign(document.createElement("input"), { type: "hidden", name: "choice", value: button.value });
    keeper.form.append(choice);
    keeper.form.action = button.formAction;
    keeper.form.submit();
  });
  // An answer in place: the form is gone, sent. (Its event comes from what took its place, so it is asked for by name.)
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const keeper = keepers.get(detail.elt);
    if (keeper && detail.successful && !keeper.alive) keeper.forget();
    const seconds = session.restOf(detail.xhr.status, detail.xhr.getResponseHeader("Retry-After"));
    // With something to swap it is the form anew, or a preview.
    if (keeper?.alive && seconds && detail.xhr.getResponseHeader("HX-Reswap") === "none") keeper.rest(seconds);
  });
  document.addEventListener("session:ended", (event) => {
    const asked = keepers.get(event.target.closest("form"));
    asked?.fail("signed-out");
    if (asked || alive().some((keeper) => keeper.dirty)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) for (const keeper of alive()) keeper.save({ leaving: true });
  });
  addEventListener("pagehide", () => { for (const keeper of alive()) keeper.save({ leaving: true }); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) for (const keeper of alive()) keeper.sent = false; });
  addEventListener("online", () => { for (const keeper of alive()) keeper.save(); });
  addEventListener("focus", () => { for (const keeper of alive()) if (keeper.unsaved) keeper.save(); });
  addEventListener("beforeunload", (event) => {
    if (alive().some((keeper) => keeper.unsaved && keeper.dirty && !keeper.sent)) event.preventDefault();
  });
}
