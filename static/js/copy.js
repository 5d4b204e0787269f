// A button that names a box by data-copies puts the box's text on the clipboard, and says so.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const box = document.getElementById(button.dataset.copies);
    box.select();
    await navigator.clipboard.writeText(box.value);
    button.textContent = button.dataset.copied;
  });
}
