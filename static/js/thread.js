// A thread's page does without this. With it: the page begins at the first new post, no asking for new posts while
// nobody looks, a quotation joins what is already typed, and a reply that could not be sent says so and stays in its box.

const arrived = performance.getEntriesByType("navigation")[0];
if (!location.hash && arrived?.type === "navigate") document.getElementById("unread")?.scrollIntoView();

const asker = (event) => event.detail.requestConfig.elt.id;
const ofReply = (event) => asker(event) === "reply";
const reply = (sent) => {
  const state = document.getElementById("reply-state");
  state.dataset.state = sent ? "" : "failed";
  state.textContent = sent ? "" : state.dataset.unsent;
};

document.addEventListener("htmx:beforeRequest", (event) => {
  if (asker(event) === "poll" && (document.hidden || !document.getElementById("removed").hidden)) event.preventDefault();
  else if (ofReply(event)) reply(true);
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && document.getElementById("poll")) htmx.trigger("#poll", "look");
});

document.addEventListener("session:ended", (event) => {
  event.preventDefault();
  document.getElementById("signed-out").hidden = false;
  if (event.target.id === "reply") reply(false);
});
document.addEventListener("session:alive", () => { document.getElementById("signed-out").hidden = true; });

for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    if (ofReply(event)) reply(false);
    // For who is no member any more there is no such thread. The page asks no more.
    if (event.detail.xhr?.status === 404 && ["poll", "reply"].includes(asker(event))) {
      document.getElementById("removed").hidden = false;
      document.querySelector("[data-draft-mark=reply]")?.replaceChildren();
    }
  });
}

// Edited in another window meanwhile: the answer holds both texts.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 409) Object.assign(event.detail, { shouldSwap: true, isError: false });
});

// A post that was changed meanwhile takes its place, but not where its author is editing it: saving says what happened.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const post = event.detail.target;
  if (!post.matches(".post")) return;
  if (post.querySelector(".writing")) event.detail.shouldSwap = false;
  else if (post.contains(document.activeElement)) {
    Object.assign(event.detail.fragment.querySelector(".post"), { tabIndex: -1, autofocus: true });
  }
});

// New posts that came in place below what is being read, until any of them has been on the screen.
const below = document.getElementById("new-below");
const shownPosts = new Set([...document.querySelectorAll(".posts > .post")].map(({ id }) => id));
const unseen = new Set();
const seen = (id) => {
  // With it those before it, which somebody may have jumped over.
  if (unseen.has(id)) for (const each of [...unseen].slice(0, [...unseen].indexOf(id) + 1)) unseen.delete(each);
};
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) seen(target.id);
    else if (target.dataset.state === "removed") unseen.delete(target.id);
    if (!unseen.has(target.id)) watcher.unobserve(target);
  }
  below.hidden = !unseen.size;
  const said = unseen.size === 1 ? below.dataset.one : below.dataset.many.replace("{number}", unseen.size);
  if (unseen.size) below.firstElementChild.textContent = said;
});
if (below) {
  document.addEventListener("htmx:load", () => {
    for (const post of document.querySelectorAll(".posts > .post")) {
      const isOwn = post.querySelector("header [data-full-name]");
      if (!shownPosts.has(post.id) && !isOwn) unseen.add(post.id);
      shownPosts.add(post.id);
      if (unseen.has(post.id)) watcher.observe(post);
    }
  });
  below.addEventListener("click", () => {
    const post = document.getElementById([...unseen][0]);
    if (!post) return;
    post.tabIndex = -1;
    post.focus({ preventScroll: true });
    (post.previousElementSibling?.matches(".unread-line") ? post.previousElementSibling : post).scrollIntoView();
  });
}

// Where words of a post are selected, "Quote" takes these alone. A press on the link ends the selection.
const passage = () => {
  const selection = getSelection();
  if (selection.isCollapsed) return null;
  const prose = selection.anchorNode.parentElement?.closest(".post .prose");
  return prose?.contains(selection.focusNode) ? { post: prose.closest(".post"), text: selection.toString() } : null;
};
let pressed = null;
document.addEventListener("pointerdown", ({ target }) => { pressed = target.closest?.("[data-quotes]") && passage(); }, true);
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.hasAttribute("data-quotes")) return;
  const found = passage() ?? pressed;
  if (found && found.post === event.detail.elt.closest(".post")) event.detail.parameters.passage = found.text.slice(0, 2000);
  pressed = null;
});

// A quotation joins what is typed.
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !event.detail.elt.hasAttribute("data-quotes")) return;
  const box = document.getElementById("reply-body");
  box.value = [box.value.trimEnd(), event.detail.xhr.responseText].filter(Boolean).join("\n\n");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
});
