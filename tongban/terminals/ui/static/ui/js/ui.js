// Islands: every page works without this file. Each part looks for its own data attribute and does nothing without it.

/** The value of Django's CSRF token: from the page, because the cookie may be closed to scripts. */
function csrfToken() {
  const field = document.querySelector('input[name="csrfmiddlewaretoken"]');
  return field ? field.value : "";
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

/** After a refused form the summary takes the focus, so that it is read first (WCAG 3.3.1). */
function focusErrorSummary(root) {
  root.querySelector("[data-error-summary]")?.focus();
}

/** A link in the summary moves the focus into the control, not only the view. */
function followErrorLinks(event) {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  if (!link) return;
  const target = document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const control = target.matches("fieldset, div") ? target.querySelector("input, select, textarea") : target;
  (control ?? target).focus();
  target.scrollIntoView({ block: "center" });
}

/**
 * Search suggestions as a combobox: the focus stays in the box, arrows choose an option, Enter follows it, Escape closes.
 * The roles are set here, because without script the box is a plain search field.
 */
function startSuggestions(box) {
  const form = box.closest("form");
  const input = form.querySelector('input[name="q"]');
  const options = () => [...box.querySelectorAll('[role="option"]')];
  let at = -1;

  function choose(index) {
    at = index;
    options().forEach((option, number) => option.setAttribute("aria-selected", String(number === index)));
    const chosen = options()[index];
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function close() {
    box.replaceChildren();
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", box.id);
  input.setAttribute("aria-expanded", "false");
  new MutationObserver(() => {
    input.setAttribute("aria-expanded", String(options().length > 0));
    choose(-1);
  }).observe(box, { childList: true });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (!count || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(at < 0 && step < 0 ? count - 1 : (at + step + count + 1) % (count + 1) === count ? -1 : at + step);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      options()[at].click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });
  form.addEventListener("submit", close);
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
}

/** <a data-dialog="id"> opens that dialog; without script the link leads to a page that does the same. */
function openDialogs(event) {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  if (event.target.closest("[data-close]")) {
    const open = event.target.closest("dialog");
    if (open) {
      event.preventDefault();
      open.close();
    }
  }
}

/** A filter form sends itself when a select changes; its button stays for those without script. */
function startAutoSubmit(form) {
  form.addEventListener("change", () => form.requestSubmit());
}

/**
 * Upload with progress. The same form posts plainly without script.
 * Success and refusal both answer with a page (after a redirect, or 422); our element in it replaces this one.
 */
function startUpload(form) {
  const input = form.querySelector('input[type="file"]');
  const bar = form.querySelector("progress");
  const status = form.querySelector("[data-upload-status]");

  function finish(request) {
    bar.hidden = true;
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = page.getElementById(form.dataset.upload);
    if (!fresh) {
      status.textContent = status.dataset.failed;
      return;
    }
    document.getElementById(form.dataset.upload).replaceWith(fresh);
    start(fresh);
    window.htmx?.process(fresh);
    const said = fresh.querySelector("[data-upload-status]");
    if (said && request.status < 400) said.textContent = said.dataset.done;
    fresh.querySelector('input[type="file"]')?.focus();
  }

  function send() {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = Math.round((event.loaded / event.total) * 100);
      // Not on every step: a live region that speaks a hundred times is noise.
      if (bar.value % 25 === 0) status.textContent = `${bar.value}%`;
    });
    request.addEventListener("load", () => finish(request));
    request.addEventListener("error", () => {
      bar.hidden = true;
      status.textContent = status.dataset.failed;
    });
    bar.value = 0;
    bar.hidden = false;
    request.send(new FormData(form));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.classList.add("is-live");
  form.addEventListener("change", (event) => {
    if (event.target.files?.length) form.requestSubmit();
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

/**
 * The queue by keyboard: J and K walk, Enter follows the link.
 * Only while the focus is inside the queue: single letters must not act elsewhere (WCAG 2.1.4).
 */
function startQueue(table) {
  table.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...table.querySelectorAll("tbody tr td a")];
    const at = links.indexOf(document.activeElement);
    const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
    if (!next || next === document.activeElement) return;
    next.focus();
    if (next.hasAttribute("hx-get")) window.htmx?.trigger(next, "click");
  });
  // A row already in the preview, or one without a preview beside it, is opened: htmx must not see that click.
  table.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[hx-get]");
      if (!link) return;
      const pane = document.querySelector(link.getAttribute("hx-target"));
      const shown = link.closest("tr").hasAttribute("aria-current");
      if (shown || !pane?.checkVisibility()) event.stopPropagation();
    },
    true,
  );
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row || !event.target.closest("a[hx-get]")) return;
    table.querySelector("tr[aria-current]")?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
  });
}

/** Ctrl+K (or ⌘K) goes to the search of the workbench. */
function focusSearch(event) {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
}

/** Where the browser is, turned into the nearest town right here: the coordinates leave nothing but a choice. */
function startLocate(button) {
  if (!navigator.geolocation) return;
  const select = document.getElementById(button.dataset.locate);
  const said = button.querySelector("[data-locate-said]");
  const [west, north, east, south] = button.dataset.geo.split(" ").map(Number);
  const [left, top, width, height] = button.dataset.box.split(" ").map(Number);
  const found = ({ coords }) => {
    const across = (coords.longitude - west) / (east - west);
    const down = (north - coords.latitude) / (north - south);
    if (across < 0 || across > 1 || down < 0 || down > 1) {
      said.textContent = button.dataset.outside;
      return;
    }
    const away = (one) => Math.hypot(one.dataset.x - (left + across * width), one.dataset.y - (top + down * height));
    const towns = [...select.options].filter((one) => one.dataset.x);
    select.value = towns.reduce((best, one) => (away(one) < away(best) ? one : best)).value;
    select.form.requestSubmit();
  };
  button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(found, () => select.focus()));
}

/** A slider and the box beside it say the same: data-pair names the other one. */
function followPair(event) {
  const other = document.getElementById(event.target.dataset?.pair ?? "");
  if (other) other.value = event.target.value;
}

/** Identity numbers with a check digit that fits, and mobile numbers, as people type them. */
const NUMBERS = /(?<![0-9A-Za-z])(?:\d{6}[\s-]?\d{4}[\s-]?\d{4}[\s-]?\d{3}[\dXx]|(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?![0-9A-Za-z])/g;

function isNotIdentity(digits) {
  if (digits.length !== 18) return false;
  const sum = [...digits.slice(0, 17)].reduce((held, digit) => (held + Number(digit)) * 2 % 11, 0);
  return "10X98765432"[sum] !== digits[17].toUpperCase();
}

function withoutNumbers(text) {
  const plain = text.normalize("NFKC");
  const kept = plain.replace(NUMBERS, (found) => (isNotIdentity(found.replace(/[\s-]/g, "")) ? found : ""));
  return kept === plain ? text : kept;
}

/** The server cuts numbers of people off addresses; here they are cut before they are in one. The page after says why. */
function cutNumbers(event) {
  const form = event.target;
  if (form.method !== "get") return;
  form.querySelector("[data-numbers]")?.remove();
  let cut = false;
  for (const field of form.elements) {
    if (!field.name || typeof field.value !== "string") continue;
    const kept = withoutNumbers(field.value);
    cut ||= kept !== field.value;
    if (kept !== field.value) field.value = kept;
  }
  if (!cut) return;
  const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "numbers", value: "cut" });
  mark.dataset.numbers = "";
  form.append(mark);
}

document.addEventListener("submit", cutNumbers, true);
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const [name, value] of Object.entries(detail.parameters)) {
    if (typeof value !== "string") continue;
    // What looks things up while somebody types is not sent the beginning of a number either.
    const begun = detail.elt.type === "search" ? value.replace(/\d(?:[\s-]?\d){6,}/g, "") : value;
    detail.parameters[name] = withoutNumbers(begun);
  }
});

/** Start the islands under `root`: the page, or what htmx has just put into it. */
function start(root) {
  root.querySelectorAll("[data-suggestions]").forEach(startSuggestions);
  root.querySelectorAll("[data-auto-submit]").forEach(startAutoSubmit);
  // A form that can go on after a break has a program of its own.
  root.querySelectorAll("[data-upload]:not([data-resume])").forEach(startUpload);
  root.querySelectorAll("[data-queue]").forEach(startQueue);
  root.querySelectorAll("[data-locate]").forEach(startLocate);
  focusErrorSummary(root);
}

/** Whoever signs out leaves nothing of theirs in the browser. */
function forgetAll(event) {
  if (!event.target.matches("[data-sign-out]")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith("tongban.")) localStorage.removeItem(key);
}

document.addEventListener("submit", forgetAll);
document.addEventListener("click", followErrorLinks);
document.addEventListener("click", openDialogs);
document.addEventListener("keydown", focusSearch);
document.addEventListener("input", followPair);
/** What somebody typed while an answer was on its way survives the swap of the fields around it. */
let typed = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  const controls = event.detail.target.querySelectorAll("input[id]:not([type=file]), textarea[id], select[id]");
  typed = event.detail.target.id === "fields" ? [...controls].map((one) => [one.id, one.value, one.checked]) : [];
});
function putBack() {
  for (const [id, value, checked] of typed.splice(0)) {
    const control = document.getElementById(id);
    if (control) Object.assign(control, control.type === "radio" || control.type === "checkbox" ? { checked } : { value });
  }
}

document.addEventListener("htmx:afterSwap", (event) => {
  putBack();
  start(event.detail.elt);
});
start(document);

/** The worker that shows a page of our own without a network. A browser that refuses it goes on as before. */
const app = document.querySelector('link[rel="manifest"][data-worker]');
if (app && "serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register(app.dataset.worker).catch(() => {}));
}
