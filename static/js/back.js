// Going back shows a page as it was fetched, though something was changed on it, or on another page, since: then it is
// fetched again. Each entry of the tab's history knows when its page was fetched; the tab knows when it last changed
// something without leaving the page.
{
  const CHANGED = "changed-at";
  const [navigation] = performance.getEntriesByType("navigation");
  let fetchedAt = (navigation?.type === "back_forward" && history.state?.fetchedAt) || Date.now();
  const note = () => history.replaceState({ ...history.state, fetchedAt }, "");

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful && detail.requestConfig.verb !== "get") sessionStorage.setItem(CHANGED, Date.now());
  });

  window.addEventListener("pageshow", (event) => {
    if (Number(sessionStorage.getItem(CHANGED)) > fetchedAt) {
      fetchedAt = Date.now();
      note();
      // A page from memory shows its own changes, and may hold what is typed: only a fresh answer can tell of others'.
      location.reload();
    } else if (!event.persisted) note();
  });
}
