// Images in a text: chosen by a click on "Add image", pasted or dropped into the box. The server stores them and answers
// with the Markdown, which is inserted where the caret is.

{
  const MOST = 5_000_000;
  const KINDS = "image/png,image/jpeg,image/webp,image/gif";
  const offerOf = (box) => document.querySelector(`[data-adds-image-to="${CSS.escape(box.id)}"]`);
  const boxOf = (node) => node?.closest?.("textarea[data-takes-images]");
  const images = (data) => [...data?.files ?? []].filter((file) => file.type.startsWith("image/"));

  const insert = (box, markdown) => {
    box.focus();
    const before = box.value.slice(0, box.selectionStart);
    const text = (before && !before.endsWith("\n") ? "\n" : "") + markdown;
    const start = box.selectionStart + text.indexOf("![") + 2;
    if (!document.execCommand("insertText", false, text)) {
      box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    box.setSelectionRange(start, start);
  };

  // Answers with what is wrong, or "".
  const upload = async (box, file, offer, status) => {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", session.token ?? box.form.elements.csrfmiddlewaretoken.value);
    form.append("file", file);
    const sent = { method: "POST", body: form, redirect: "manual", headers: { "X-Requested-With": "fetch" } };
    const answer = await fetch(offer.href, sent);
    if (session.hasEnded(answer)) return status.dataset.ended;
    const said = (answer.headers.get("Content-Type") ?? "").startsWith("text/plain") ? await answer.text() : "";
    if (!answer.ok || !said.startsWith("![")) return said || status.dataset.failed;
    insert(box, said);
    return "";
  };

  const add = async (box, files) => {
    const offer = offerOf(box);
    const status = offer?.parentElement.querySelector("[role=status]");
    if (!offer) return;
    const refused = [];
    for (const file of files) {
      status.classList.remove("refused");
      status.textContent = status.dataset.uploading;
      const wrong = file.size > MOST ? status.dataset.tooLarge
        : await upload(box, file, offer, status).catch(() => status.dataset.failed);
      if (wrong) refused.push(files.length > 1 ? `${file.name}: ${wrong}` : wrong);
    }
    status.classList.toggle("refused", refused.length > 0);
    status.textContent = refused.join(" ") || status.dataset.added;
  };

  document.addEventListener("click", (event) => {
    const offer = event.target.closest?.("[data-adds-image-to]");
    const box = offer && document.getElementById(offer.dataset.addsImageTo);
    if (!box || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const chooser = Object.assign(document.createElement("input"), { type: "file", accept: KINDS, multiple: true });
    chooser.addEventListener("change", () => add(box, chooser.files));
    chooser.click();
  });

  // What is copied from documents and tables has a picture of itself beside its text: the text is meant.
  document.addEventListener("paste", (event) => {
    const box = boxOf(event.target);
    const files = box ? images(event.clipboardData) : [];
    if (!files.length || event.clipboardData.getData("text/plain").trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    add(box, files);
  }, true);

  document.addEventListener("dragover", (event) => {
    if (boxOf(event.target) && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const box = boxOf(event.target);
    const files = box ? images(event.dataTransfer) : [];
    if (!files.length) return;
    event.preventDefault();
    add(box, files);
  });
}
