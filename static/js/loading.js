// The place of an image that isn't there yet is no bright box in a dark page. Without this it is.
const markLoading = () => {
  for (const image of document.querySelectorAll(".prose img")) if (!image.complete) image.dataset.loading = "";
};
const arrivedOf = ({ target }) => { if (target.matches?.("img[data-loading]")) delete target.dataset.loading; };
for (const happens of ["load", "error"]) document.addEventListener(happens, arrivedOf, true);
markLoading();
document.addEventListener("htmx:load", markLoading);
