import { html, nothing, type TemplateResult } from "lit";
import type { ContactView, Detail } from "cin7-quote-desk";
import { icon } from "./icon.js";
import { problemOf, textField } from "./form-field.js";

/** A contact with nothing in it; the first of a company is its default. */
export function blankContact(others: readonly ContactView[]): ContactView {
  return { name: "", email: "", phone: "", jobTitle: "", default: others.every((contact) => !contact.default) };
}

/** Draws the people of a company for editing: each with a name, exactly one of them the default. */
export function contactsForm(
  contacts: readonly ContactView[],
  details: readonly Detail[],
  change: (contacts: ContactView[]) => void,
): TemplateResult {
  const set = (at: number, part: Partial<ContactView>) =>
    change(contacts.map((contact, index) => (index === at ? { ...contact, ...part } : contact)));
  const choose = (at: number) => change(contacts.map((contact, index) => ({ ...contact, default: index === at })));
  const remove = (at: number) => {
    const left = contacts.filter((_, index) => index !== at);
    const [first, ...others] = left;
    change(first !== undefined && left.every((contact) => !contact.default) ? [{ ...first, default: true }, ...others] : left);
  };
  const problem = problemOf(details, "contacts");
  return html`<div class="contacts-form">
    ${contacts.map((contact, index) => {
      const who = contact.name.trim() === "" ? `contact ${index + 1}` : contact.name.trim();
      return html`<fieldset class="contact-form"><legend class="unseen">${who}</legend>
        ${textField(
          {
            name: `contacts[${index}].name`,
            label: "Contact name",
            value: contact.name,
            required: true,
            complete: "name",
            take: (name) => set(index, { name }),
          },
          details,
        )}
        ${textField(
          {
            name: `contacts[${index}].jobTitle`,
            label: "Job title",
            value: contact.jobTitle,
            complete: "organization-title",
            take: (jobTitle) => set(index, { jobTitle }),
          },
          details,
        )}
        ${textField(
          {
            name: `contacts[${index}].email`,
            label: "E-mail",
            value: contact.email,
            type: "email",
            complete: "email",
            take: (email) => set(index, { email }),
          },
          details,
        )}
        ${textField(
          {
            name: `contacts[${index}].phone`,
            label: "Contact phone",
            value: contact.phone,
            type: "tel",
            complete: "tel",
            take: (phone) => set(index, { phone }),
          },
          details,
        )}
        <div class="contact-tools"><label class="choice"><input type="radio" name="default-contact" .checked=${contact.default}
          @change=${() => choose(index)} /> Default</label>
          <button class="icon-button" type="button" aria-label=${`Remove ${who}`} title="Remove"
            @click=${() => remove(index)}>${icon("bin")}</button></div>
      </fieldset>`;
    })}
    ${problem === "" ? nothing : html`<p class="field-error" role="alert">${problem}</p>`}
    <p><button class="button small" type="button" @click=${() =>
      change([...contacts, blankContact(contacts)])}>${icon("plus")} Add a contact</button></p>
  </div>`;
}
