// The page for checking a code without a network: reads a code by camera, from a picture or from text, and says what it is.

import { check } from "./licence.js";
import { readCode } from "./qr.js";

const page = document.querySelector("[data-offline]");
const keys = JSON.parse(page.dataset.keys);
const result = page.querySelector("[data-result]");
const MOST_PIXELS = 1600; // a side; a larger photograph says no more and takes long

function say(word, { body, signer } = {}) {
  const today = new Date().toISOString().slice(0, 10);
  const over = word === "genuine" && body.until && body.until < today;
  const made = page.querySelector(`template[data-say="${over ? "over" : word}"]`).content.cloneNode(true);
  const fill = (name, text) => made.querySelectorAll(`[data-f="${name}"]`).forEach((at) => (at.textContent = text));
  if (body) {
    for (const name of ["name", "holder", "number", "identifier"]) fill(name, body[name]);
    fill("signer", signer);
    fill("validity", `${body.from} – ${body.until || "∞"}`);
    made.querySelectorAll('[data-f="sample"]').forEach((at) => (at.hidden = !body.sample));
    made.querySelectorAll('[data-f="online"]').forEach((at) => (at.href = `${page.dataset.online}${encodeURIComponent(body.code)}/`));
  }
  result.replaceChildren(made);
  result.focus();
}

async function judge(text) {
  const found = await check(text, keys);
  say(found.said, found);
}

async function pixelsOf(source, width, height) {
  const shrink = Math.min(1, MOST_PIXELS / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * shrink)), Math.max(1, Math.round(height * shrink)));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

const detector = "BarcodeDetector" in window ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;

async function textIn(bitmap) {
  if (detector) {
    const [seen] = await detector.detect(bitmap).catch(() => []);
    if (seen) return seen.rawValue;
  }
  return readCode(await pixelsOf(bitmap, bitmap.width, bitmap.height));
}

page.querySelector("[data-paste]").addEventListener("submit", (event) => {
  event.preventDefault();
  judge(event.target.querySelector("textarea").value);
});

page.querySelector("#picture").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  const bitmap = await createImageBitmap(file).catch(() => null);
  const text = bitmap ? await textIn(bitmap) : null;
  if (text === null) say("no_code");
  else judge(text);
});

const camera = page.querySelector("[data-camera]");
if (detector && navigator.mediaDevices?.getUserMedia) {
  camera.hidden = false;
  camera.querySelector("button").addEventListener("click", async () => {
    const video = camera.querySelector("video");
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
    if (!stream) return;
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    const look = async () => {
      const [seen] = await detector.detect(video).catch(() => []);
      if (!seen) return void setTimeout(look, 200);
      stream.getTracks().forEach((track) => track.stop());
      video.hidden = true;
      judge(seen.rawValue);
    };
    look();
  });
}

// A link may carry the body of a code; then it is judged at once.
if (location.hash.length > 1) judge(location.hash.slice(1));

async function keepThisPage() {
  await navigator.serviceWorker.register(page.dataset.worker);
  const ready = await navigator.serviceWorker.ready;
  const named = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src], use")];
  const urls = named.map((one) => (one.href?.baseVal ?? one.href ?? one.src).split("#")[0]);
  const parts = performance.getEntriesByType("resource").map((one) => one.name);
  const own = [...urls, ...parts].map((url) => new URL(url, location)).filter((url) => url.origin === location.origin);
  const wanted = own.map((url) => url.pathname).filter((path) => path !== page.dataset.worker);
  ready.active.postMessage({ urls: [location.pathname, ...new Set(wanted)] });
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", () => (page.querySelector("[data-kept]").hidden = false));
  // Without a network the page came from what was kept before, by this worker or by the portal's: that stays.
  keepThisPage().catch(() => {});
}
