// Reads of a wasm module what its size needs: its sections, and each function's name and bytes.

/** Identifiers of sections, as the binary format numbers them. */
const CUSTOM = 0;
const CODE = 10;
/** Within the section “name”: the names of functions. */
const FUNCTIONS = 1;

/** The module without its names, which only a developer reads. */
export function withoutNames(wasm) {
  const kept = sections(wasm).filter(({ id, content }) => id !== CUSTOM || content.text() !== "name");
  return Buffer.concat([wasm.subarray(0, 8), ...kept.map(({ bytes }) => bytes)]);
}

/** Name and size of each function of its own. */
export function functions(wasm) {
  const module = new WebAssembly.Module(wasm);
  const imported = WebAssembly.Module.imports(module).filter(({ kind }) => kind === "function").length;
  const names = functionNames(Buffer.from(WebAssembly.Module.customSections(module, "name")[0] ?? []));
  const { content } = sections(wasm).find(({ id }) => id === CODE);
  return Array.from({ length: content.number() }, (_, index) => ({
    name: names.get(imported + index) ?? "",
    size: content.bytes().length,
  }));
}

function functionNames(section) {
  const names = new Map();
  for (const part = new Reader(section); !part.ended; ) {
    const kind = part.byte();
    const content = new Reader(part.bytes());
    if (kind !== FUNCTIONS) continue;
    for (let left = content.number(); left > 0; left--) names.set(content.number(), content.text());
  }
  return names;
}

function sections(wasm) {
  const found = [];
  for (const module = new Reader(wasm, 8); !module.ended; ) {
    const start = module.at;
    const id = module.byte();
    const content = new Reader(module.bytes());
    found.push({ id, content, bytes: wasm.subarray(start, module.at) });
  }
  return found;
}

class Reader {
  constructor(buffer, at = 0) {
    this.buffer = buffer;
    this.at = at;
  }

  get ended() {
    return this.at >= this.buffer.length;
  }

  byte() {
    return this.buffer[this.at++];
  }

  number() {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }

  bytes() {
    const size = this.number();
    this.at += size;
    return this.buffer.subarray(this.at - size, this.at);
  }

  text() {
    return this.bytes().toString();
  }
}
