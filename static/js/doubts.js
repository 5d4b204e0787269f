// A settled link issue hands the focus on to the next one that waits.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (!target.matches?.("[data-settled]")) return;
  let next = target.nextElementSibling;
  while (next?.matches("[data-settled]")) next = next.nextElementSibling;
  (next?.querySelector("h2") ?? document.querySelector(".link-issues-head a")).focus();
});
