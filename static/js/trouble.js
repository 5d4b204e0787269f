// An update in place that failed says so; parts that tell of it themselves are marked with data-tells-itself.
const trouble = document.getElementById("trouble");
const say = (words) => (event) => {
  if (event.detail.elt?.closest("[data-tells-itself]")) return;
  trouble.textContent = words;
};
document.addEventListener("htmx:sendError", say(trouble.dataset.unsent));
document.addEventListener("htmx:responseError", say(trouble.dataset.refused));
// Too much for now: the answer is a sentence, with nothing to swap.
document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
  if (xhr.status === 429 && xhr.getResponseHeader("HX-Reswap") === "none") trouble.textContent = xhr.responseText;
});
document.addEventListener("htmx:beforeRequest", say(""));
