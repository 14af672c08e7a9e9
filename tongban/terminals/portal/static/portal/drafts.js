// Keeps what is typed into a page of an application on this device until the server has it, and saves it by the page's
// own address once there is a network again. Without this file the form saves as ever, and a lost network loses the page.

const frame = document.querySelector("[data-way]");
const form = document.querySelector("form[data-draft]");
const KEPT = "tongban.draft.";
const OURS = `${KEPT}${frame?.dataset.device}.`;
const DAYS = 7;
const WAITS = [3, 6, 12, 30, 60]; // seconds before the network is looked for again
const PATIENCE = 15_000; // milliseconds for an answer
const key = (path) => `${OURS}${path}`;

// ------------------------------------------------------------------------------------------------------------ the store

function kept(path) {
  try {
    return JSON.parse(localStorage.getItem(key(path)));
  } catch {
    return null;
  }
}

function forget(path) {
  localStorage.removeItem(key(path));
}

/** What is too old, and what another account left on this device. */
function tidy() {
  const old = Date.now() - DAYS * 86_400_000;
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(KEPT))) {
    let at = 0;
    try {
      at = JSON.parse(localStorage.getItem(name)).at;
    } catch {
      // What cannot be read is of no use to anybody.
    }
    if (!name.startsWith(OURS) || !(at > old)) localStorage.removeItem(name);
  }
}

/** The server says by a cookie which page it has just saved, because the answer to a saved page is the next page. */
function takeReceipt() {
  const found = document.cookie.match(/(?:^|; )((?:__Host-)?tb_saved)="?([^;"]+)/);
  if (!found) return;
  forget(decodeURIComponent(found[2]));
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${found[1]}=; Max-Age=0; Path=/; SameSite=Lax${secure}`;
}

// ------------------------------------------------------------------------------------------------------------- the form

const isTyped = (one) => one.name && one.name !== "csrfmiddlewaretoken" && !["password", "file", "submit"].includes(one.type);
const controls = (root) => [...root.elements].filter((one) => isTyped(one) && one.tagName !== "BUTTON");

/** Name to values of all that can be answered on a page; an answer that is not given is an empty list. */
function read(root) {
  const values = {};
  for (const one of controls(root)) {
    values[one.name] ??= [];
    const off = ["radio", "checkbox"].includes(one.type) && !one.checked;
    if (!off && !one.disabled && one.value !== "") values[one.name].push(one.value);
  }
  return values;
}

function write(fields) {
  for (const one of controls(form)) {
    const wanted = fields[one.name];
    if (!wanted) continue;
    if (["radio", "checkbox"].includes(one.type)) one.checked = wanted.includes(one.value);
    else one.value = wanted[0] ?? "";
  }
}

const same = (one = [], other = []) => one.length === other.length && one.every((value, index) => value === other[index]);
const pick = (fields, which) => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field[which]]));

/** A question and its answer in words. */
function question(name) {
  const one = controls(form).find((control) => control.name === name);
  const group = one?.closest("fieldset")?.querySelector("legend");
  const label = one && !["radio", "checkbox"].includes(one.type) ? form.querySelector(`label[for="${CSS.escape(one.id)}"]`) : group;
  return label?.textContent.trim() ?? name;
}

function answer(name, values) {
  const said = values.map((value) => {
    const box = controls(form).find((one) => one.name === name && one.value === value && one.type !== "text");
    const option = controls(form).find((one) => one.name === name && one.options);
    if (option) return [...option.options].find((one) => one.value === value)?.textContent ?? value;
    return ["radio", "checkbox"].includes(box?.type) ? box.closest("label").textContent.trim() : value;
  });
  return said.join("、") || form.dataset.nothing;
}

// ---------------------------------------------------------------------------------------------------------- keeping

let saved = form ? read(form) : {}; // what the server has
let cut = false; // whether we know that there is no network
let tries = 0;
let timer = 0;
let busy = false;

function say(text) {
  form.querySelector("[data-draft-said]").textContent = text;
}

/** Keep what differs from what the server has: nothing else, because phones are lost. */
function keep() {
  const now = read(form);
  const fields = {};
  for (const name of new Set([...Object.keys(now), ...Object.keys(saved)])) {
    if (!same(now[name], saved[name])) fields[name] = { from: saved[name] ?? [], to: now[name] ?? [] };
  }
  if (!Object.keys(fields).length) forget(location.pathname);
  else {
    try {
      localStorage.setItem(key(location.pathname), JSON.stringify({ at: Date.now(), fields }));
    } catch {
      return; // a closed or full store: the page works as it does without this file
    }
  }
  if (cut) say(kept(location.pathname) ? form.dataset.kept : form.dataset.cut);
}

/** The network is gone: say so, and look for it again and again. */
function lost() {
  cut = true;
  keep();
  clearTimeout(timer);
  timer = setTimeout(sync, WAITS[Math.min(tries, WAITS.length - 1)] * 1000);
  tries += 1;
}

// ----------------------------------------------------------------------------------------------------------- saving

async function page(how) {
  const answered = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...how });
  // What is wrong in the answers is saved like what is right, and said with 422.
  if (!answered.ok && answered.status !== 422) return null;
  return new DOMParser().parseFromString(await answered.text(), "text/html").querySelector("form[data-draft]");
}

/** Save the kept fields over what the server has now; answers may bring further fields, so once more for those. */
async function save(theirs, fields) {
  for (let round = 0; round < 3; round += 1) {
    const body = new URLSearchParams();
    for (const [name, values] of Object.entries({ ...read(theirs), ...pick(fields, "to") })) {
      for (const value of values) body.append(name, value);
    }
    body.set("csrfmiddlewaretoken", theirs.elements.csrfmiddlewaretoken.value);
    body.set("then", "look");
    const known = new Set(Object.keys(read(theirs)));
    theirs = await page({ method: "POST", body });
    if (!theirs || !Object.keys(read(theirs)).some((name) => name in fields && !known.has(name))) return theirs;
  }
  return theirs;
}

/** Save what is kept, now that there may be a network. A field that was changed elsewhere meanwhile is for the person. */
async function sync({ mine = false } = {}) {
  const left = kept(location.pathname);
  if (busy) return;
  busy = true;
  try {
    let theirs = await page({});
    cut = false;
    tries = 0;
    if (!theirs) return say(form.dataset.signedOut);
    if (!left) return say("");
    const now = read(theirs);
    const torn = Object.entries(left.fields).filter(
      ([name, field]) => name in now && !same(now[name], field.from) && !same(now[name], field.to),
    );
    if (torn.length && !mine) return choose(torn, now);
    theirs = await save(theirs, left.fields);
    if (!theirs) return say(form.dataset.signedOut);
    forget(location.pathname);
    saved = read(theirs);
    const shown = new Set(Object.keys(read(form)));
    if (Object.keys(saved).some((name) => !shown.has(name))) {
      const fresh = theirs.querySelector("#fields");
      form.querySelector("#fields").replaceWith(fresh);
      window.htmx?.process(fresh);
    } else keep(); // what was typed while it was being saved
    say(form.dataset.saved);
  } catch {
    lost();
  } finally {
    busy = false;
  }
}

/** Both answers side by side; the person says which is right. */
function choose(torn, now) {
  const box = form.querySelector("[data-draft-choice]");
  const rows = torn.map(([name, field]) => {
    const row = box.querySelector("template").content.cloneNode(true);
    row.querySelector("[data-question]").textContent = question(name);
    row.querySelector("[data-mine]").textContent = answer(name, field.to);
    row.querySelector("[data-theirs]").textContent = answer(name, now[name]);
    return row;
  });
  box.querySelector("dl").replaceChildren(...rows);
  box.hidden = false;
  say("");
  const chosen = (then) => () => {
    box.hidden = true;
    then();
    form.querySelector("[data-draft-said]").focus();
  };
  box.querySelector("[data-use-mine]").onclick = chosen(() => sync({ mine: true }));
  box.querySelector("[data-use-theirs]").onclick = chosen(() => {
    const left = kept(location.pathname);
    for (const [name] of torn) delete left.fields[name];
    write(Object.fromEntries(torn.map(([name]) => [name, now[name]])));
    saved = { ...saved, ...now };
    keep();
    if (kept(location.pathname)) sync();
    else say("");
  });
}

// ------------------------------------------------------------------------------------------------------------- the page

/** Whether the server answers at all: what the browser knows of the network is only its own end of it. */
async function reached() {
  if (!navigator.onLine) return false;
  const how = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
  return fetch(import.meta.url, how).then(
    () => true,
    () => false,
  );
}

function begin() {
  const left = kept(location.pathname);
  if (left && form.hasAttribute("data-draft-saved")) forget(location.pathname);
  else if (left) {
    write(pick(left.fields, "to")); // first on the page, so that a failing network changes nothing about it
    sync();
  }
  let passing = false;
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 300);
  });
  form.addEventListener("submit", async (event) => {
    if (passing) return;
    event.preventDefault();
    clearTimeout(waiting);
    keep();
    if (busy) return;
    busy = true;
    const there = await reached();
    busy = false;
    if (!there) return lost();
    passing = true;
    form.requestSubmit(event.submitter);
    passing = false;
  });
  addEventListener("offline", lost);
  addEventListener("online", () => sync());
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "fields") return;
    saved = read(form); // asking which fields are called for has saved those that are there
    forget(location.pathname);
  });
  if (!navigator.onLine) lost();
}

if (frame?.dataset.device) {
  tidy();
  takeReceipt();
  if (form) begin();
}
