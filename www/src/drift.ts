/** What each field is called that does not travel, and what is said of it when Cin7 has another. */
const SAYS: Record<string, { name: string; says: string }> = {
  name: { name: "the name", says: "Cin7 now calls this" },
  phone: { name: "the phone number", says: "Cin7 now has the phone number" },
  mainAddress: { name: "the main address", says: "Cin7 now has the main address" },
  contacts: { name: "the contacts", says: "Cin7 now lists the contacts" },
};

/** `"Cin7 now calls this"`: the beginning of a sentence that Cin7's word completes. */
export function driftSays(field: string): string {
  return SAYS[field]?.says ?? `Cin7 now has another ${field}:`;
}

/** `"the name"`, for a button that takes it over. */
export function driftName(field: string): string {
  return SAYS[field]?.name ?? field;
}
