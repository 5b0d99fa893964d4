// Puts functions that look alike side by side in the wasm: gzip sees repeats no further than 32 kB back, so the order alone
// decides about 4 % of the download.

/** Functions that keep their place: wasm-opt puts the most called first, where a call names its target in one byte. */
const KEPT = 128;
/** How many bytes in a row are a trait of a function. */
const TRAIT = 4;
/** A trait of more functions than this tells nothing about any. */
const COMMON = 1500;
/** How much a likeness to an earlier function still counts, for each function that came after that one. */
const FADE = 0.85;

const NAME_SECTION = "name";
/** Identifiers of the sections, and of the kinds of what is imported, as the binary format numbers them. */
const SECTION = { custom: 0, import: 2, code: 10 };
const IMPORT = { function: 0, table: 1, memory: 2, global: 3 };

/**
 * The module with a name section that names each function by its new place, six digits long, so that wasm-opt's
 * `--reorder-functions-by-name` moves them there and mends every reference.
 *
 * @param {Buffer} wasm a module without exceptions (tags).
 * @throws Error on an import of a kind that it does not know.
 */
export function namedByPlace(wasm) {
  const { sections, imports, bodies } = read(wasm);
  const places = placesOf(bodies);
  const names = Array.from({ length: imports + bodies.length }, (_, index) => {
    const place = index < imports ? index : imports + places[index - imports];
    return [...leb(index), ...text(String(place).padStart(6, "0"))];
  });
  const functions = [...leb(names.length), ...names.flat()];
  const content = [...text(NAME_SECTION), 1, ...leb(functions.length), ...functions];
  return Buffer.concat([wasm.subarray(0, 8), ...sections, Buffer.from([SECTION.custom, ...leb(content.length), ...content])]);
}

/** For each function its place: after the last one comes always the one most like those just before. */
function placesOf(bodies) {
  const traits = bodies.map(traitsOf);
  const holders = new Map();
  traits.forEach((list, index) => {
    for (const trait of list) {
      if (!holders.has(trait)) holders.set(trait, []);
      holders.get(trait).push(index);
    }
  });
  const weights = new Map();
  for (const [trait, held] of holders) {
    if (held.length > 1 && held.length <= COMMON) weights.set(trait, Math.log((bodies.length + 1) / held.length));
  }
  const lengths = traits.map((list) => Math.sqrt(list.reduce((sum, trait) => sum + (weights.get(trait) ?? 0), 0)) || 1);
  const order = Array.from({ length: Math.min(KEPT, bodies.length) }, (_, index) => index);
  const placed = new Uint8Array(bodies.length).fill(1, 0, KEPT);
  const likeness = new Float64Array(bodies.length);
  for (let last = order.length - 1; order.length < bodies.length; last = order.at(-1)) {
    for (let index = 0; index < likeness.length; index++) likeness[index] *= FADE;
    for (const trait of traits[last]) {
      const weight = weights.get(trait);
      if (weight === undefined) continue;
      for (const index of holders.get(trait)) likeness[index] += weight / (lengths[index] * lengths[last]);
    }
    let next = -1;
    for (let index = 0; index < likeness.length; index++) {
      if (!placed[index] && (next < 0 || likeness[index] > likeness[next])) next = index;
    }
    placed[next] = 1;
    order.push(next);
  }
  const places = new Array(bodies.length);
  for (const [place, index] of order.entries()) places[index] = place;
  return places;
}

function traitsOf(body) {
  const traits = new Set();
  for (let at = 0; at + TRAIT <= body.length; at++) traits.add(body.readUInt32LE(at));
  return [...traits];
}

/** Every section but the names, as it stands; how many functions are imported; the bytes of each of the module's own. */
function read(wasm) {
  let at = 8;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  const bytes = () => {
    const size = number();
    at += size;
    return wasm.subarray(at - size, at);
  };
  const limits = () => {
    const bounded = wasm[at++] & 1;
    number();
    if (bounded) number();
  };
  const sections = [];
  const bodies = [];
  let imports = 0;
  while (at < wasm.length) {
    const start = at;
    const id = wasm[at++];
    const size = number();
    const end = at + size;
    let keep = true;
    if (id === SECTION.custom) keep = bytes().toString() !== NAME_SECTION;
    if (id === SECTION.code) {
      for (let left = number(); left > 0; left--) bodies.push(bytes());
    }
    if (id === SECTION.import) {
      for (let left = number(); left > 0; left--) {
        bytes();
        bytes();
        const kind = wasm[at++];
        if (kind === IMPORT.function) {
          imports++;
          number();
        } else if (kind === IMPORT.table) {
          at++;
          limits();
        } else if (kind === IMPORT.memory) limits();
        else if (kind === IMPORT.global) at += 2;
        else throw new Error(`The wasm imports something of kind ${kind}, which nobody here can read.`);
      }
    }
    if (keep) sections.push(wasm.subarray(start, end));
    at = end;
  }
  return { sections, imports, bodies };
}

function text(value) {
  const bytes = Buffer.from(value);
  return [...leb(bytes.length), ...bytes];
}

/** A number as the binary format writes it. */
function leb(value) {
  const bytes = [];
  let left = value;
  do {
    const rest = left >>> 7;
    bytes.push((left & 127) | (rest ? 128 : 0));
    left = rest;
  } while (left);
  return bytes;
}
