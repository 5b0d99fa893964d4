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

const longest = (words) => words.toSorted((one, other) => other.length - one.length)[0];

/** What is typed, and what the name or SKU of a right hit must hold. */
const KINDS = {
  prefix: ({ words }) => ({ text: words[0], wants: [words[0]] }),
  infix: ({ words }) => ({ text: longest(words).slice(1, 6), wants: [longest(words).slice(1, 6)] }),
  "two words": ({ words }) => ({
    text: `${words[0].slice(0, 4)} ${words.at(-1).slice(0, 3)}`,
    wants: [words[0].slice(0, 4), words.at(-1).slice(0, 3)],
  }),
  sku: ({ sku }) => ({ text: sku, wants: [sku.toLowerCase()] }),
  typo: ({ words }) => {
    const word = longest(words);
    const at = Math.max(1, Math.floor(word.length / 2) - 1);
    return { text: word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2), wants: [word] };
  },
};

/** @param {{ SKU: string, Name: string }[]} products */
export function makeQueries(products, perKind = 40) {
  const random = generator(20261123);
  const usable = products.filter(({ Name }) => /[a-z]{5}/i.test(Name));
  return Object.entries(KINDS).flatMap(([kind, make]) =>
    Array.from({ length: perKind }, () => {
      const { SKU, Name } = usable[Math.floor(random() * usable.length)];
      const words = Name.toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .filter((word) => word.length > 2);
      return { kind, ...make({ sku: SKU, words }) };
    }),
  );
}

/** SKUs spread over the whole catalogue. */
export function spread(products, count) {
  return Array.from({ length: count }, (_, index) => products[Math.floor((index * products.length) / count)].SKU);
}
