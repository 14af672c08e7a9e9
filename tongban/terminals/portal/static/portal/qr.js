// Finds a QR code in a picture and reads it, for browsers that have no reader of their own.

import { alignments, textOfGrid } from "./qrbits.js";

function greys({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i += 1) grey[i] = (data[i * 4] * 2 + data[i * 4 + 1] * 5 + data[i * 4 + 2]) >> 3;
  return { grey, width, height };
}

/** One threshold for the whole picture: the one that parts dark from light best (Otsu). */
function byOne({ grey, width, height }) {
  const counts = new Array(256).fill(0);
  for (const value of grey) counts[value] += 1;
  const sum = counts.reduce((total, count, value) => total + count * value, 0);
  let below = 0, sumBelow = 0, best = 0, threshold = 127;
  for (let value = 0; value < 256; value += 1) {
    below += counts[value];
    sumBelow += value * counts[value];
    const above = grey.length - below;
    if (!below || !above) continue;
    const apart = sumBelow / below - (sum - sumBelow) / above;
    const parted = below * above * apart * apart;
    if (parted > best) [best, threshold] = [parted, value];
  }
  return { dark: grey.map((value) => (value <= threshold ? 1 : 0)), width, height };
}

/** Each point against the mean around it, for photographs with a shadow across them. */
function byPlace({ grey, width, height }) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += grey[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const reach = Math.max(8, Math.round(Math.min(width, height) / 6));
  const dark = new Uint8Array(grey.length);
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - reach), bottom = Math.min(height, y + reach + 1);
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - reach), right = Math.min(width, x + reach + 1);
      const around = width + 1;
      const total = sums[bottom * around + right] - sums[top * around + right] - sums[bottom * around + left] + sums[top * around + left];
      dark[y * width + x] = grey[y * width + x] * (bottom - top) * (right - left) < total * 0.88 ? 1 : 0;
    }
  }
  return { dark, width, height };
}

/** Single points against all that is around them: dust, or a coarse camera. */
function calmed({ dark, width, height }) {
  const calm = dark.slice();
  for (let y = 1; y < height - 1; y += 1) for (let x = 1; x < width - 1; x += 1) {
    let around = 0;
    for (let dy = -width; dy <= width; dy += width) for (let dx = -1; dx <= 1; dx += 1) around += dark[y * width + x + dy + dx];
    calm[y * width + x] = around > 4 ? 1 : 0;
  }
  return { dark: calm, width, height };
}

// ------------------------------------------------------------------------------------------------- the three corners

const SHAPE = [1, 1, 3, 1, 1];

function fits(runs) {
  const unit = runs.reduce((sum, run) => sum + run, 0) / 7;
  return unit >= 0.8 && runs.every((run, i) => Math.abs(run - SHAPE[i] * unit) <= Math.max(0.8, SHAPE[i] * unit * 0.5));
}

/** From a dark point along a direction: the five runs around it and the middle of the third, or null. */
function across(picture, x, y, dx, dy) {
  const { dark, width, height } = picture;
  const at = (step) => {
    const px = x + dx * step, py = y + dy * step;
    return px < 0 || py < 0 || px >= width || py >= height ? -1 : dark[py * width + px];
  };
  if (at(0) !== 1) return null;
  const half = (sign) => {
    const runs = [];
    let step = 0;
    for (const colour of [1, 0, 1]) {
      const begun = step;
      while (at(sign * step) === colour) step += 1;
      runs.push(step - begun);
    }
    return runs;
  };
  const ahead = half(1), back = half(-1);
  const runs = [back[2], back[1], back[0] + ahead[0] - 1, ahead[1], ahead[2]];
  return fits(runs) ? { middle: (ahead[0] - back[0]) / 2, unit: runs.reduce((sum, run) => sum + run, 0) / 7 } : null;
}

function corners(picture) {
  const { dark, width, height } = picture;
  const found = [];
  for (let y = 0; y < height; y += 1) {
    let begun = 0, colour = dark[y * width];
    const runs = [];
    for (let x = 1; x <= width; x += 1) {
      const next = x < width ? dark[y * width + x] : 2;
      if (next === colour) continue;
      runs.push([colour, begun, x - begun]);
      [colour, begun] = [next, x];
    }
    for (let i = 2; i + 2 < runs.length; i += 1) {
      if (runs[i][0] !== 1 || !fits(runs.slice(i - 2, i + 3).map((run) => run[2]))) continue;
      const x = Math.floor(runs[i][1] + runs[i][2] / 2);
      const down = across(picture, x, y, 0, 1);
      if (!down) continue;
      const cy = Math.round(y + down.middle);
      const side = across(picture, x, cy, 1, 0);
      if (!side) continue;
      const point = { x: x + side.middle + 0.5, y: y + down.middle + 0.5, unit: (side.unit + down.unit) / 2, count: 1 };
      const known = found.find((one) => Math.hypot(one.x - point.x, one.y - point.y) < 2.5 * one.unit);
      if (!known) found.push(point);
      else {
        for (const name of ["x", "y", "unit"]) known[name] = (known[name] * known.count + point[name]) / (known.count + 1);
        known.count += 1;
      }
    }
  }
  return found.sort((a, b) => b.count - a.count).slice(0, 12);
}

/** Threes of corners that stand like those of one code, the most likely first: [top left, top right, bottom left]. */
function threes(found) {
  const sets = [];
  const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
  for (let i = 0; i < found.length; i += 1) for (let j = i + 1; j < found.length; j += 1) for (let k = j + 1; k < found.length; k += 1) {
    const three = [found[i], found[j], found[k]];
    const sides = [[0, 1, 2], [1, 0, 2], [2, 0, 1]].map(([a, b, c]) => ({ a, b, c, long: apart(three[b], three[c]) }));
    const { a, b, c, long } = sides.sort((one, other) => other.long - one.long)[0];
    const [one, two] = [apart(three[a], three[b]), apart(three[a], three[c])];
    const units = three.map((point) => point.unit);
    const off = Math.abs(one - two) / Math.max(one, two) + Math.abs(long / Math.hypot(one, two) - 1) + (Math.max(...units) / Math.min(...units) - 1) / 2;
    if (off > 0.9 || one < 10 * Math.min(...units)) continue;
    const cross = (three[b].x - three[a].x) * (three[c].y - three[a].y) - (three[b].y - three[a].y) * (three[c].x - three[a].x);
    sets.push({ off, three: cross > 0 ? [three[a], three[b], three[c]] : [three[a], three[c], three[b]] });
  }
  return sets.sort((a, b) => a.off - b.off).slice(0, 6).map((set) => set.three);
}

// ------------------------------------------------------------------------------------------------------- the grid

/** The projection that takes four points of the grid to four of the picture. */
function projection(from, to) {
  const rows = [];
  from.forEach(([u, v], i) => {
    const [x, y] = to[i];
    rows.push([u, v, 1, 0, 0, 0, -u * x, -v * x, x], [0, 0, 0, u, v, 1, -u * y, -v * y, y]);
  });
  for (let i = 0; i < 8; i += 1) {
    const pivot = rows.slice(i).reduce((best, row, n) => (Math.abs(row[i]) > Math.abs(rows[best][i]) ? n + i : best), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    if (Math.abs(rows[i][i]) < 1e-12) return null;
    for (let j = 0; j < 8; j += 1) {
      if (j === i) continue;
      const factor = rows[j][i] / rows[i][i];
      for (let k = i; k < 9; k += 1) rows[j][k] -= factor * rows[i][k];
    }
  }
  const h = rows.map((row, i) => row[8] / row[i]);
  return (u, v) => {
    const w = h[6] * u + h[7] * v + 1;
    return [(h[0] * u + h[1] * v + h[2]) / w, (h[3] * u + h[4] * v + h[5]) / w];
  };
}

const isDark = ({ dark, width, height }, [x, y]) => {
  const px = Math.floor(x), py = Math.floor(y);
  return px >= 0 && py >= 0 && px < width && py < height && dark[py * width + px] === 1;
};

/** Where the alignment pattern nearest the fourth corner really lies, in units of the grid; null when it is not to be seen. */
function aligned(picture, place, size, version) {
  const middle = alignments(version).at(-1) + 0.5;
  const reach = Math.max(3, size / 12);
  let best = null, most = 20;
  for (let dv = -reach; dv <= reach; dv += 0.25) for (let du = -reach; du <= reach; du += 0.25) {
    let score = 0;
    for (let y = -2; y <= 2; y += 1) for (let x = -2; x <= 2; x += 1) {
      const expected = Math.max(Math.abs(x), Math.abs(y)) !== 1;
      score += isDark(picture, place(middle + du + x, middle + dv + y)) === expected ? 1 : 0;
    }
    const near = score - (Math.abs(du) + Math.abs(dv)) / reach / 4;
    if (near > most) [most, best] = [near, [middle + du, middle + dv]];
  }
  return best && { grid: [middle, middle], seen: place(...best) };
}

function sampled(picture, place, size) {
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => isDark(picture, place(x + 0.5, y + 0.5))));
}

function readAt(picture, [a, b, c]) {
  const unit = (a.unit + b.unit + c.unit) / 3;
  const sides = (Math.hypot(b.x - a.x, b.y - a.y) + Math.hypot(c.x - a.x, c.y - a.y)) / 2;
  const guess = Math.round((sides / unit + 7 - 17) / 4);
  for (const off of [0, 1, -1, 2, -2, 3, -3]) {
    const version = guess + off;
    if (version < 1 || version > 40) continue;
    const size = version * 4 + 17, end = size - 3.5;
    const from = [[3.5, 3.5], [end, 3.5], [3.5, end], [end, end]];
    const to = [[a.x, a.y], [b.x, b.y], [c.x, c.y], [b.x + c.x - a.x, b.y + c.y - a.y]];
    const flat = projection(from, to);
    if (!flat) continue;
    const fourth = version > 1 ? aligned(picture, flat, size, version) : null;
    const bent = fourth && projection([...from.slice(0, 3), fourth.grid], [...to.slice(0, 3), fourth.seen]);
    for (const place of [bent, flat]) {
      const text = place && textOfGrid(sampled(picture, place, size));
      if (text) return text;
    }
  }
  return null;
}

/** The text of the code in a picture (ImageData), or null when none can be read. */
export function readCode(image) {
  const grey = greys(image);
  for (const make of [byOne, byPlace, (one) => calmed(byOne(one)), (one) => calmed(byPlace(one))]) {
    const picture = make(grey);
    for (const three of threes(corners(picture))) {
      const text = readAt(picture, three);
      if (text) return text;
    }
  }
  return null;
}
