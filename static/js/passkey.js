// Passkeys: a form with data-passkey="create" or "get" asks the browser for one, and is then sent with its answer. The
// page holds what the server asks for; where it doesn't, as on the sign-in page, it is fetched from data-options-url.
//
// A form that is hidden appears where the browser knows passkeys.

// What the page says of the browser's errors.
const messageOf = (error, problem) => ({
  NotAllowedError: problem.dataset.notAllowed,
  InvalidStateError: problem.dataset.invalidState,
  SecurityError: problem.dataset.security.replace("{host}", location.hostname),
}[error.name] ?? error.message);

async function passkeyOptions(form, problem) {
  const url = form.dataset.optionsUrl;
  if (!url) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) throw new Error(answer.status === 429 ? await answer.text() : problem.dataset.unreachable);
  return answer.json();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-passkey-missing]")?.removeAttribute("hidden");
    continue;
  }
  form.hidden = false;
  const problem = form.querySelector("[data-passkey-problem]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const answer = await webauthnJSON[form.dataset.passkey](await passkeyOptions(form, problem));
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      problem.textContent = messageOf(error, problem);
      problem.hidden = false;
    }
  });
}
