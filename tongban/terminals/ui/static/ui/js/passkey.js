// Passkeys: asks the site what to sign or make, lets the browser do it, and sends the answer with the form around the
// button. Where the browser cannot, or the site is open under another name, the form stays hidden: there are other ways in.

const can = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;

async function answer(form) {
  const token = form.querySelector('input[name="csrfmiddlewaretoken"]').value;
  const asked = await fetch(form.dataset.asked, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!asked.ok) throw new Error(String(asked.status));
  const { publicKey } = await asked.json();
  return form.dataset.passkey === "get"
    ? navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })
    : navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!can || form.dataset.origin !== location.origin) continue;
  form.hidden = false;
  document.querySelector("[data-passkey-off]")?.setAttribute("hidden", "");
  const error = form.querySelector("[data-passkey-error]");
  const field = form.querySelector('input[name="passkey"]');
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    error.hidden = true;
    try {
      field.value = JSON.stringify((await answer(form)).toJSON());
      form.requestSubmit(event.submitter);
    } catch {
      // The person said no, waited too long, or has no key here: all the same to the page.
      error.hidden = false;
    }
  });
}
