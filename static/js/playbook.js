// The playbook does without this. With it: its menu prints, and closes when something else is pressed, and answers whose
// formulas fit a third of a sheet stand in three columns on paper.

const PAPER = 16; // A column's width on paper in em of its formulas: css/print.css.

const fits = (formula) => {
  const shown = formula.querySelector("math > *");
  return !shown || shown.getBoundingClientRect().width / parseFloat(getComputedStyle(shown).fontSize) < PAPER;
};
const measure = () => {
  for (const answers of document.querySelectorAll(".entry dl")) {
    answers.toggleAttribute("data-fits", [...answers.querySelectorAll(".formula[tabindex]")].every(fits));
  }
};
addEventListener("beforeprint", measure);

const reveal = () => { for (const each of document.querySelectorAll("[data-needs-script]")) each.hidden = false; };

document.addEventListener("click", (event) => {
  const menu = event.target.closest("details.menu");
  for (const other of document.querySelectorAll("details.menu[open]")) if (other !== menu) other.open = false;
  if (event.target.closest("details.menu li")) menu.open = false;
  if (event.target.closest("[data-print]")) print();
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("htmx:afterSwap", reveal);
reveal();
