// Sends files piece by piece (tus 1.0) and goes on after a break, also when the page was closed in between.
// Without this file the same forms post their files plainly.

const MOST = 256 * 1024; // a piece that is lost costs little, and a phone does not wait long for its answer
const LEAST = 32 * 1024;
const WAITS = [1, 2, 4, 8, 15, 30]; // seconds before a further try
const PATIENCE = 60_000; // milliseconds for one piece
const DAYS = 7; // for which an address is remembered; how long it is good for is said by the server
const MOST_FAULTS = 8; // answers that say the server is in trouble, in a row
const TUS = { "Tus-Resumable": "1.0.0" };
const words = document.getElementById("upload-words")?.dataset ?? {};
const KEPT = `tongban.upload.${words.device}.`;

/** What ends the sending of a file, with the sentence for the person; `page` is an answer to show instead. */
class Stopped extends Error {
  constructor(sentence, { page = null, plain = false } = {}) {
    super(sentence);
    Object.assign(this, { page, plain });
  }
}

const token = () => document.querySelector('input[name="csrfmiddlewaretoken"]')?.value ?? "";
const fill = (text, holes) => text.replace(/\{(\w+)\}/g, (_all, name) => holes[name]);

// ------------------------------------------------------------------------------------------------ what is remembered

/** Under which name an upload is remembered: a digest of the file's marks, because names of files are personal. */
function mark(form, file) {
  let hash = 0x811c9dc5;
  for (const sign of `${form.dataset.resume}|${file.name}`) {
    hash = Math.imul(hash ^ sign.codePointAt(0), 0x01000193) >>> 0;
  }
  return `${KEPT}${hash.toString(36)}.${file.size}.${file.lastModified}`;
}

function remember(key, form, url, percent) {
  if (!words.device) return; // a computer that others use too keeps nothing
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), form: form.dataset.resume, url, percent }));
  } catch {
    // A full or closed store only means that a closed page begins anew.
  }
}

function remembered(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// --------------------------------------------------------------------------------------------------------- one request

async function ask(url, how) {
  const headers = { "X-CSRFToken": token(), ...TUS, ...how.headers };
  const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...how, headers });
  if (answer.type === "opaqueredirect") throw new Stopped(words.signedOut);
  if (answer.status >= 500) throw new TypeError(`the server answered ${answer.status}`);
  return answer;
}

/** Until the network is back, or for the next try. */
function pause(seconds) {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener("online", over);
      resolve();
    };
    const timer = setTimeout(over, seconds * 1000);
    addEventListener("online", over);
  });
}

/** Ask until there is an answer; `job` learns of every break. */
async function patiently(job, url, how) {
  let faults = 0;
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask(url, how());
    } catch (error) {
      if (error instanceof Stopped) throw error;
      faults += navigator.onLine ? 1 : 0;
      // Without a network we wait as long as the page is open; with one, somebody has to look at it.
      if (faults > MOST_FAULTS) throw new Stopped(words.failed);
      job.piece = Math.max(LEAST, job.piece / 2);
      job.broken();
      await pause(WAITS[Math.min(tries, WAITS.length - 1)]);
    }
  }
}

/** The server's own sentence for a refusal. */
async function sentence(answer) {
  const told = await answer.json().catch(() => null);
  return told ? `${told.error.sentence} ${told.error.todo}`.trim() : words.failed;
}

// ------------------------------------------------------------------------------------------------------------ one file

/** Whether what has arrived is the beginning of this very file. */
async function isSame(file, offset, wanted) {
  if (!wanted || !crypto.subtle) return true;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.slice(0, offset).arrayBuffer()));
  return wanted === [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The address of an upload of this file that was begun earlier, and where it stands; nothing when there is none. */
async function takeUp(job, file, key) {
  const before = remembered(key);
  if (!before) return null;
  const answer = await patiently(job, before.url, () => ({ method: "HEAD", redirect: "manual" }));
  const offset = Number(answer.headers.get("Upload-Offset"));
  if (answer.ok && (await isSame(file, offset, answer.headers.get("Upload-Sha256")))) {
    job.goesOn(offset / file.size);
    return { url: before.url, offset };
  }
  localStorage.removeItem(key);
  return null;
}

async function begin(job, form, file) {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
  const headers = { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name}` };
  const answer = await patiently(job, form.dataset.resume, () => ({ method: "POST", redirect: "manual", headers }));
  // Too many are half sent, perhaps from another phone: this one can still go the plain way.
  if (answer.status !== 201) throw new Stopped(await sentence(answer), { plain: answer.status === 429 });
  job.piece = Math.min(job.piece, Number(answer.headers.get("Upload-Piece")) || MOST);
  return { url: answer.headers.get("Location"), offset: 0 };
}

/** Send one file and have it attached; returns the page that says so. */
async function send(job, form, file) {
  const key = mark(form, file);
  let at = (await takeUp(job, file, key)) ?? (await begin(job, form, file));
  for (let lost = 0; ; ) {
    remember(key, form, at.url, Math.floor((at.offset / file.size) * 100));
    job.arrived(at.offset / file.size);
    const answer =
      at.offset < file.size ? await piece(job, at, file) : await patiently(job, `${at.url}done/`, () => ({ method: "POST" }));
    const where = answer.headers.get("Upload-Offset");
    if ((answer.ok || answer.status === 409) && where !== null) {
      at.offset = Number(where);
    } else if ([404, 410].includes(answer.status) && (lost += 1) < 2) {
      at = await begin(job, form, file);
    } else {
      // What only has to wait for the virus scanner lies on the server whole, and is asked for again without being sent.
      if (!answer.headers.get("Retry-After")) localStorage.removeItem(key);
      if (!answer.headers.get("Content-Type")?.startsWith("text/html")) throw new Stopped(await sentence(answer));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok) throw new Stopped("", { page });
      return page;
    }
  }
}

function piece(job, at, file) {
  const headers = { "Upload-Offset": String(at.offset), "Content-Type": "application/offset+octet-stream" };
  return patiently(job, at.url, () => {
    const body = file.slice(at.offset, at.offset + job.piece);
    return { method: "PATCH", redirect: "manual", headers, body };
  });
}

// ------------------------------------------------------------------------------------------------------------ the form

/** What a form shows of the file that is on its way. */
function watch(form, at, count) {
  const bar = form.querySelector("progress");
  const status = form.querySelector("[data-upload-status]");
  let spoken = -1;
  const percent = () => Math.floor(bar.value);
  const say = (text) => {
    status.textContent = fill(text, { at, count, percent: percent() });
  };
  bar.hidden = false;
  bar.value = 0;
  return {
    piece: MOST,
    say,
    arrived(share) {
      bar.value = share * 100;
      const quarter = Math.floor(share * 4);
      // Not on every step: a live region that speaks a hundred times is noise.
      if (quarter !== spoken) say(share < 1 ? words.sending : words.checking);
      spoken = quarter;
    },
    goesOn(share) {
      bar.value = share * 100;
      spoken = Math.floor(share * 4);
      say(words.resumed);
    },
    broken() {
      spoken = -1;
      say(words.broken);
    },
  };
}

/** Our element in the answer takes the place of the one on the page. */
function swap(form, page, good) {
  const fresh = page.getElementById(form.dataset.upload);
  if (!fresh) {
    location.reload(); // signed out meanwhile, or nothing is left to hand in: the page itself says so
    return;
  }
  document.getElementById(form.dataset.upload).replaceWith(fresh);
  start(fresh);
  const said = fresh.querySelector("[data-upload-status]");
  if (said && good) said.textContent = words.done;
  fresh.querySelector('input[type="file"]')?.focus();
}

async function sendAll(form, files) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  let page = null;
  try {
    for (const [index, file] of files.entries()) page = await send(watch(form, index + 1, files.length), form, file);
    swap(form, page, true);
  } catch (error) {
    delete form.dataset.busy;
    form.querySelector("progress").hidden = true;
    if (!(error instanceof Stopped)) throw error;
    if (error.plain && chosen(form).length) form.submit();
    else if (error.page) swap(form, error.page, false);
    else form.querySelector("[data-upload-status]").textContent = error.message;
  }
}

/** Files that a closed page left half sent: choosing the same again goes on. */
function tellUnfinished(form) {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEPT));
  const rows = keys.map((key) => [key, remembered(key)]);
  for (const [key, row] of rows) if (!row || Date.now() - row.at > DAYS * 86_400_000) localStorage.removeItem(key);
  const left = rows.map(([, row]) => row).find((row) => row?.form === form.dataset.resume && row.percent > 0);
  if (left) form.querySelector("[data-upload-status]").textContent = fill(words.left, { percent: left.percent });
}

const chosen = (form) => [...form.querySelectorAll('input[type="file"]')].flatMap((input) => [...input.files]);

function begun(form) {
  form.classList.add("is-live");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (chosen(form).length) sendAll(form, chosen(form));
    else form.querySelector('input[type="file"]').focus();
  });
  form.addEventListener("change", () => {
    if (chosen(form).length) sendAll(form, chosen(form));
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    if (event.dataTransfer.files.length) sendAll(form, [...event.dataTransfer.files]);
  });
  if (words.device) tellUnfinished(form);
}

function start(root) {
  root.querySelectorAll("form[data-resume]").forEach(begun);
}

start(document);
