// What a rep types: 200 texts of five kinds, each made from a product that is there.

/** A small generator with a seed, so that every run asks the same. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const KINDS = {
  prefix: ({ words }) => words[0],
  infix: ({ words }) => {
    const longest = words.toSorted((one, other) => other.length - one.length)[0];
    return longest.slice(1, 6);
  },
  "two words": ({ words }) => `${words[0].slice(0, 4)} ${words.at(-1).slice(0, 3)}`,
  sku: ({ sku }) => sku,
  typo: ({ words }) => {
    const longest = words.toSorted((one, other) => other.length - one.length)[0];
    const at = Math.max(1, Math.floor(longest.length / 2) - 1);
    return longest.slice(0, at) + longest[at + 1] + longest[at] + longest.slice(at + 2);
  },
};

/** @param {{ SKU: string, Name: string }[]} products */
export function makeQueries(products, perKind = 40) {
  const random = generator(20261123);
  const usable = products.filter(({ Name }) => /[a-z]{5}/i.test(Name));
  return Object.entries(KINDS).flatMap(([kind, make]) =>
    Array.from({ length: perKind }, () => {
      const { SKU, Name } = usable[Math.floor(random() * usable.length)];
      const words = Name.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);
      return { kind, sku: SKU, text: make({ sku: SKU, words }).slice(0, 14) };
    }),
  );
}

/** SKUs spread over the whole catalogue. */
export function spread(products, count) {
  return Array.from({ length: count }, (_, index) => products[Math.floor((index * products.length) / count)].SKU);
}
