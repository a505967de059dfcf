"use strict";

const form = document.getElementById("passkey");
const problem = document.getElementById("passkey-problem");

function toBytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function readOptions() {
  const given = JSON.parse(form.dataset.options);
  const options = given.publicKey ?? given;
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    for (const entry of options[list] ?? []) entry.id = toBytes(entry.id);
  }
  return options;
}

function describe(credential) {
  const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function usePasskey(event) {
  event.preventDefault();
  problem.hidden = true;
  try {
    const publicKey = readOptions();
    const isNew = form.dataset.ceremony === "create";
    const credential = await (isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    form.elements.credential.value = describe(credential);
    form.submit();
  } catch {
    problem.hidden = false;
  }
}

form.addEventListener("submit", usePasskey);
