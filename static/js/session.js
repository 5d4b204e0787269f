// What a page that stays open knows of its session, for every script that sends something. Signed out in another window:
// the server answers with the way to the sign-in page, and going there would lose what is typed. Signed in again there:
// the page's own CSRF token is stale.
//
// Each answer to HTMX is told to its element as an event, "session:ended" or "session:alive". Who holds text that is not
// saved prevents the first, and the page stays.

const session = {
  // The cookie holds the token of the session that is; the page holds the one of when it was made.
  get token() { return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]; },

  renewToken(form) {
    if (this.token) form.elements.csrfmiddlewaretoken.value = this.token;
  },

  // In how many seconds to go on, of an answer that said it was too much for now; NaN or 0 of any other.
  restOf: (status, retryAfter) => status === 429 ? Number(retryAfter) : 0,

  // Of an answer to `fetch` with `redirect: "manual"`.
  hasEnded: (answer) => answer.type === "opaqueredirect" || answer.status === 401,
};

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (session.token && detail.verb === "post") detail.parameters.csrfmiddlewaretoken = session.token;
});

// What was asked for while somebody typed, and refused because it was too much for now, is asked for again by itself.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const typed = detail.requestConfig.triggeringEvent;
  const seconds = session.restOf(detail.xhr.status, detail.xhr.getResponseHeader("Retry-After"));
  if (!seconds || typed?.type !== "input") return;
  setTimeout(() => typed.target.dispatchEvent(new Event("input", { bubbles: true })), 1000 * seconds);
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const hasEnded = Boolean(event.detail.xhr.getResponseHeader("HX-Redirect")?.includes("/login/"));
  const told = new Event(hasEnded ? "session:ended" : "session:alive", { bubbles: true, cancelable: true });
  if (!event.target.dispatchEvent(told)) event.preventDefault();
});
