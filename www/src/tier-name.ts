import type { ReferenceView } from "cin7-quote-desk";

/** What a price tier is called in a list: where others have its name, its ordinal tells it from them. */
export function tierName({ ordinal, name }: { ordinal: number; name: string }, all: ReferenceView["priceTiers"]): string {
  const same = all.filter((other) => other.name.trim() === name.trim());
  return name !== "" && same.length > 1 ? `${name} (tier ${ordinal})` : name;
}

/** What the tier with this ordinal is called in a list of all ten. */
export function tierNamed(ordinal: number, all: ReferenceView["priceTiers"]): string {
  const tier = all.find((one) => one.ordinal === ordinal);
  return (tier === undefined ? "" : tierName(tier, all)) || `Tier ${ordinal}`;
}
