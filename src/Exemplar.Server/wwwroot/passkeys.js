"use strict";
// Passkeys: asks the server what to ask the browser for, and sends back what the browser made of it. The forms work only with it.
(() => {
  const supported = typeof PublicKeyCredential !== "undefined" && typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function";

  function mark() {
    document.documentElement.classList.toggle("no-passkeys", !supported);
    for (const note of document.querySelectorAll(".passkey-none")) note.hidden = supported;
  }

  mark();
  document.addEventListener("DOMContentLoaded", mark);

  async function credentialFor(form) {
    const creating = form.dataset.passkey === "create";
    const answer = await fetch(creating ? "/passkeys/creation-options" : "/passkeys/request-options", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(answer.headers.get("content-type")?.startsWith("text/plain") ? text : "The server does not answer. Load the page again.");
    const options = JSON.parse(text);
    return creating
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-passkey]");
    const field = form?.querySelector("input[name$='.Credential']");
    if (!field || field.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const refusal = form.querySelector("[data-passkey-refusal]");
    refusal.hidden = true;
    try {
      field.value = JSON.stringify((await credentialFor(form)).toJSON());
      for (const secret of form.querySelectorAll("input[type=password]")) secret.value = "";
      form.submit();
    } catch (error) {
      field.value = "";
      refusal.textContent = error.name === "NotAllowedError" ? "The browser was not allowed to use a passkey, or there is none for this address."
        : error.name === "InvalidStateError" ? "This device has a passkey for your account already." : error.message;
      refusal.hidden = false;
    }
  }, true);
})();
