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

/** Search suggestions: arrows walk, Escape closes, a click elsewhere closes. */
function startSuggestions(box) {
  const form = box.closest("form");
  const input = form.querySelector('input[name="q"]');
  form.addEventListener("keydown", (event) => {
    const links = [...box.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape" && links.length) {
      box.replaceChildren();
      input.focus();
    } else if (event.key === "ArrowDown" && links.length) {
      event.preventDefault();
      links[Math.min(at + 1, links.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (links[at - 1] ?? input).focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) box.replaceChildren();
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
  input.addEventListener("change", () => {
    if (input.files.length) form.requestSubmit();
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

/** Start the islands under `root`: the page, or what htmx has just put into it. */
function start(root) {
  root.querySelectorAll("[data-suggestions]").forEach(startSuggestions);
  root.querySelectorAll("[data-auto-submit]").forEach(startAutoSubmit);
  root.querySelectorAll("[data-upload]").forEach(startUpload);
  root.querySelectorAll("[data-queue]").forEach(startQueue);
  focusErrorSummary(root);
}

document.addEventListener("click", followErrorLinks);
document.addEventListener("click", openDialogs);
document.addEventListener("keydown", focusSearch);
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
