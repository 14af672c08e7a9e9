// The bits of a QR code into its text: ISO/IEC 18004 with Reed–Solomon correction. `modules[y][x]` is true where it is dark.

// For versions 1 to 40 and each level: codewords of correction in a block, and the number of blocks (tables 7 and 9).
const CORRECTION = {
  L: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, ...Array(14).fill(30)],
  M: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, ...Array(19).fill(28)],
  Q: [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, ...Array(14).fill(30)],
  H: [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, ...Array(18).fill(30)],
};
const BLOCKS = {
  L: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
  M: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
  Q: [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
  H: [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
};
const LEVELS = ["M", "L", "H", "Q"]; // by the two bits of the format

const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

// ---------------------------------------------------------------------------------------------- arithmetic of GF(256)

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power += 1) {
  EXP[power] = EXP[power + 255] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);
const over = (a, b) => (a ? EXP[LOG[a] + 255 - LOG[b]] : 0);
const at = (polynomial, x) => polynomial.reduceRight((sum, factor) => times(sum, x) ^ factor, 0); // lowest power first

/** Corrects one block in place; null when it has more errors than can be found. */
function corrected(block, count) {
  const backwards = Array.from(block).reverse();
  const syndromes = Array.from({ length: count }, (_, power) => at(backwards, EXP[power]));
  if (syndromes.every((one) => one === 0)) return block;
  // Berlekamp and Massey: the shortest recurrence that the syndromes follow.
  let locator = [1], before = [1], length = 0, gap = 1, last = 1;
  for (let n = 0; n < count; n += 1) {
    let wrong = syndromes[n];
    for (let i = 1; i <= length; i += 1) wrong ^= times(locator[i] ?? 0, syndromes[n - i]);
    if (wrong === 0) { gap += 1; continue; }
    const kept = locator.slice();
    const factor = over(wrong, last);
    for (let i = 0; i < before.length; i += 1) locator[i + gap] = (locator[i + gap] ?? 0) ^ times(factor, before[i]);
    locator = Array.from(locator, (one) => one ?? 0);
    if (2 * length <= n) { length = n + 1 - length; before = kept; last = wrong; gap = 1; } else gap += 1;
  }
  while (locator.length > 1 && locator.at(-1) === 0) locator.pop();
  if (locator.length - 1 !== length || 2 * length > count) return null;
  const places = [];
  for (let power = 0; power < block.length; power += 1) if (at(locator, EXP[(255 - power) % 255]) === 0) places.push(power);
  if (places.length !== length) return null;
  // Forney: how far off each of them is.
  const product = Array(count).fill(0);
  for (let i = 0; i < count; i += 1) for (let j = 0; j <= i; j += 1) product[i] ^= times(syndromes[i - j], locator[j] ?? 0);
  const slope = locator.map((factor, power) => (power % 2 ? factor : 0)).slice(1);
  for (const power of places) {
    const inverse = EXP[(255 - power) % 255];
    const off = times(EXP[power % 255], over(at(product, inverse), at(slope, inverse)));
    block[block.length - 1 - power] ^= off;
  }
  const again = Array.from(block).reverse();
  return Array.from({ length: count }, (_, power) => at(again, EXP[power])).every((one) => one === 0) ? block : null;
}

// --------------------------------------------------------------------------------------------------- the grid

function formatOf(modules) {
  const size = modules.length;
  const first = [], second = [];
  for (let i = 0; i <= 5; i += 1) first.push(modules[i][8]);
  first.push(modules[7][8], modules[8][8], modules[8][7]);
  for (let i = 5; i >= 0; i -= 1) first.push(modules[8][i]);
  for (let i = 0; i < 8; i += 1) second.push(modules[8][size - 1 - i]);
  for (let i = 7; i >= 1; i -= 1) second.push(modules[size - i][8]);
  const read = [first, second].map((bits) => bits.reduce((sum, bit, place) => sum | (Number(bit) << place), 0));
  let best = null, least = 4;
  for (let data = 0; data < 32; data += 1) {
    let rest = data << 10;
    for (let bit = 14; bit >= 10; bit -= 1) if (rest & (1 << bit)) rest ^= 0x537 << (bit - 10);
    const word = ((data << 10) | rest) ^ 0x5412;
    for (const seen of read) {
      let apart = 0;
      for (let off = word ^ seen; off; off &= off - 1) apart += 1;
      if (apart < least) [least, best] = [apart, data];
    }
  }
  return best === null ? null : { level: LEVELS[best >> 3], mask: MASKS[best & 7] };
}

/** Where the middles of the alignment patterns lie, along either side. */
export function alignments(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, i) => version * 4 + 10 - i * step).reverse()];
}

function isFunction(version) {
  const size = version * 4 + 17;
  const taken = Array.from({ length: size }, () => Array(size).fill(false));
  const block = (left, top, width, height) => {
    for (let y = top; y < top + height; y += 1) for (let x = left; x < left + width; x += 1) taken[y][x] = true;
  };
  block(0, 0, 9, 9);
  block(size - 8, 0, 8, 9);
  block(0, size - 8, 9, 8);
  block(6, 0, 1, size);
  block(0, 6, size, 1);
  const middles = alignments(version);
  for (const y of middles) for (const x of middles) {
    const corner = (x === 6 && y === 6) || (x === 6 && y === middles.at(-1)) || (x === middles.at(-1) && y === 6);
    if (!corner) block(x - 2, y - 2, 5, 5);
  }
  if (version >= 7) {
    block(size - 11, 0, 3, 6);
    block(0, size - 11, 6, 3);
  }
  return taken;
}

function codewords(modules, version, mask) {
  const size = modules.length, taken = isFunction(version), words = [];
  let word = 0, bits = 0;
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (taken[y][x]) continue;
        word = (word << 1) | (modules[y][x] !== mask(x, y) ? 1 : 0);
        bits += 1;
        if (bits === 8) { words.push(word); word = bits = 0; }
      }
    }
  }
  return words;
}

function dataOf(words, version, level) {
  const count = BLOCKS[level][version - 1], repair = CORRECTION[level][version - 1];
  const short = Math.floor(words.length / count) - repair, longer = words.length % count;
  const blocks = Array.from({ length: count }, (_, i) => new Uint8Array(short + (i >= count - longer ? 1 : 0) + repair));
  let next = 0;
  for (let i = 0; i <= short; i += 1) for (const block of blocks) if (i < block.length - repair) block[i] = words[next++];
  for (let i = 0; i < repair; i += 1) for (const block of blocks) block[block.length - repair + i] = words[next++];
  const data = [];
  for (const block of blocks) {
    if (!corrected(block, repair)) return null;
    data.push(...block.subarray(0, block.length - repair));
  }
  return data;
}

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function textOf(data, version) {
  let place = 0;
  const take = (bits) => {
    let value = 0;
    for (let i = 0; i < bits; i += 1, place += 1) value = value * 2 + ((data[place >> 3] >> (7 - (place & 7))) & 1);
    return value;
  };
  const wide = version < 10 ? 0 : version < 27 ? 1 : 2;
  const out = [];
  while (place + 4 <= data.length * 8) {
    const mode = take(4);
    if (mode === 0) break;
    if (mode === 7) { take(take(1) ? 15 : 7); continue; } // which alphabet: ours is always UTF-8
    if (mode === 4) {
      for (let left = take(wide ? 16 : 8); left > 0; left -= 1) out.push(take(8));
    } else if (mode === 2) {
      let left = take([9, 11, 13][wide]);
      for (; left > 1; left -= 2) {
        const pair = take(11);
        out.push(SIGNS.charCodeAt(Math.floor(pair / 45)), SIGNS.charCodeAt(pair % 45));
      }
      if (left) out.push(SIGNS.charCodeAt(take(6)));
    } else if (mode === 1) {
      let left = take([10, 12, 14][wide]);
      for (; left > 0; left -= 3) {
        const digits = Math.min(3, left);
        for (const sign of String(take([0, 4, 7, 10][digits])).padStart(digits, "0")) out.push(sign.charCodeAt(0));
      }
    } else return null;
  }
  return new TextDecoder().decode(Uint8Array.from(out));
}

/** The text of a grid, or null when it is none. */
export function textOfGrid(modules) {
  const version = (modules.length - 17) / 4;
  const format = formatOf(modules);
  if (!format || version < 1 || version > 40 || !Number.isInteger(version)) return null;
  const data = dataOf(codewords(modules, version, format.mask), version, format.level);
  return data && textOf(data, version);
}
