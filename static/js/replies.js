// The editor does without this. With it, the page counts along as the author answers one comment after the other.
document.addEventListener("change", (event) => {
  const count = document.querySelector("[data-answered]");
  if (count && event.target.closest(".answering")) {
    count.textContent = document.querySelectorAll(".answering :checked").length;
  }
});
