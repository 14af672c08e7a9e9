// Counts the seconds of a code down and takes it off the screen when they are over. The page works without this file.

const box = document.querySelector("[data-present]");
if (box) {
  // Counted from when the page came, so that a phone with a wrong clock counts right.
  const begun = performance.now();
  const lasts = Number(box.dataset.seconds);
  const left = box.querySelector("[data-present-left]");
  const plain = box.querySelector("[data-present-plain]");
  const over = box.querySelector("[data-present-over]");
  plain.hidden = true;
  left.hidden = false;
  const tick = () => {
    const seconds = Math.ceil(lasts - (performance.now() - begun) / 1000);
    left.querySelector("b").textContent = String(Math.max(0, seconds));
    if (seconds > 0) return;
    clearInterval(timer);
    left.hidden = true;
    over.hidden = false;
    box.querySelector("[data-present-code]").hidden = true;
  };
  const timer = setInterval(tick, 250);
  tick();
}
