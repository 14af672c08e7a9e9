// The check of a licence's code: the same rules as tongban/kernel/credentials/calc/signed.py, with WebCrypto.

const MOST_SIGNS = 1500;
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

function unpack(text) {
  if (!/^[\w-]*$/.test(text)) throw new Error("signs");
  const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  // Several texts decode to the same bytes; only one of them is ours.
  const again = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (again !== text) throw new Error("form");
  return bytes;
}

const json = (bytes) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));

function bodyOf(data) {
  const texts = [..."tnihacde"].map((name) => data[name]);
  if (data.v !== 1 || texts.some((text) => typeof text !== "string")) throw new Error("body");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(data.d) || !/^(\d{4}-\d{2}-\d{2})?$/.test(data.e)) throw new Error("days");
  const [name, number, identifier, holder, issuer, code, from, until] = texts;
  return { name, number, identifier, holder, issuer, code, from, until, sample: Boolean(data.s) };
}

function partsOf(text) {
  const trimmed = text.trim();
  const mark = trimmed.lastIndexOf("#");
  if (mark < 0) return ["", trimmed];
  const steps = trimmed.slice(0, mark).split("?")[0].split("/").filter(Boolean);
  return [steps.at(-1) ?? "", trimmed.slice(mark + 1)];
}

const number = (bytes) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

async function signedBy(key, content, signature) {
  const s = number(signature.slice(32));
  if (signature.length !== 64 || s === 0n || s > HALF_ORDER) return false;
  const jwk = { kty: "EC", crv: "P-256", x: key.x, y: key.y };
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const imported = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, signature, content);
}

/** What can be said of a code: {said, body, signer}, where `said` is genuine or the word of why not. */
export async function check(text, keys) {
  const [code, jws] = partsOf(text);
  const pieces = jws.split(".");
  if (jws.length > MOST_SIGNS || pieces.length !== 3) return { said: "unreadable" };
  let header, body, signature;
  try {
    header = json(unpack(pieces[0]));
    body = bodyOf(json(unpack(pieces[1])));
    signature = unpack(pieces[2]);
  } catch {
    return { said: "unreadable" };
  }
  if (header?.alg !== "ES256") return { said: "unreadable" };
  const key = keys.find((one) => one.kid === header.kid);
  if (!key) return { said: "unknown_key" };
  const content = new TextEncoder().encode(`${pieces[0]}.${pieces[1]}`);
  if (key.agency !== body.issuer || !(await signedBy(key, content, signature))) return { said: "wrong_signature" };
  if (code && code !== body.code) return { said: "wrong_address", body, signer: key.name };
  return { said: "genuine", body, signer: key.name };
}
