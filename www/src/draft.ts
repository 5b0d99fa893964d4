/**
 * What was typed into a form and not sent yet. It is kept for this tab under the form's name, so that it is there again
 * when the form is: after another page, and after a reload. Leaving the device wipes it.
 */

const DRAFT = "quote-desk-draft/";

/** What of a form was kept; `null` when nothing was. A draft of an earlier version may lack parts. */
export function draftOf<Form extends object>(name: string): Partial<Form> | null {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT + name) ?? "null") as Partial<Form> | null;
  } catch {
    return null;
  }
}

/** Keeps what is typed; nothing typed is no draft. */
export function keepDraft(name: string, form: object): void {
  if (Object.keys(form).length === 0) {
    dropDraft(name);
    return;
  }
  try {
    sessionStorage.setItem(DRAFT + name, JSON.stringify(form));
  } catch {
    // A full storage must not stop anyone from typing: the form itself has it all.
  }
}

/** The form was sent or given up. */
export function dropDraft(name: string): void {
  sessionStorage.removeItem(DRAFT + name);
}
