// The page on which a review is written does without this. With it: no asking for a newer revision while nobody looks,
// and an answer at once when somebody looks again.

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.elt.id === "review-news" && document.hidden) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && document.getElementById("review-news")) htmx.trigger("#review-news", "look");
});
