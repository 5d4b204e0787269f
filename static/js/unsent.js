// Text in boxes of forms that keep no draft: leaving the page, also by another of its forms, is asked about first.

{
  let sent = null;
  const isTyped = (form) => [...form.querySelectorAll("textarea")].some(
    (box) => box.value.trim() && (form.dataset.unsaved !== undefined || box.value !== box.defaultValue));

  document.addEventListener("submit", (event) => { sent = event.defaultPrevented ? null : event.target; });
  addEventListener("beforeunload", (event) => {
    const forms = [...document.querySelectorAll("form:not([data-draft])")].filter((form) => form !== sent);
    if (forms.some(isTyped)) event.preventDefault();
    // Who stays may leave in another way.
    sent = null;
  });
}
