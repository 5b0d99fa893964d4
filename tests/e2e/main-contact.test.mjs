// Who a quote is for: a real person, and never Cin7's stand-in for nobody.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const LINK = "https://crm.prospect365.com/view/Quote/40001";
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";

/** A contact as Cin7 lists it. */
const person = (Name, Email, Phone, Default) => ({
  ID: null,
  Name,
  Email,
  Phone,
  MobilePhone: "",
  JobTitle: "",
  Fax: "",
  Website: "",
  Comment: "",
  IncludeInEmail: false,
  Default,
});
const contacts =
  (...Contacts) =>
  (sandbox) =>
    sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { Contacts } });

scene(
  "the order is for Rosa Lind and not for “No Name”, both defaults in Cin7",
  {
    link: LINK,
    world: contacts(person("No Name", "", "020 7946 0100", true), person("Rosa Lind", "rosa@bayside.test", "", true)),
  },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.more();
    await desk.shows(desk.control("Contact"), "Rosa Lind");
    await desk.add("CHAIR-01", { quantity: "1" });
    await desk.ordered(LINK);
    const [header] = await sandbox.posted("/sale");
    const { Contact, Phone, ShippingAddress } = typeof header === "string" ? JSON.parse(header) : header;
    assert.deepEqual([Contact, ShippingAddress?.Contact, Phone], ["Rosa Lind", "Rosa Lind", "020 7946 0100"]);

    // The phone alone is edited, on the screen, beside two defaults.
    await desk.goTo(`/company/${BAYSIDE}`);
    await desk.button("Edit").click();
    await desk.fill("Phone", "020 7946 0555");
    await desk.button("Save").click();
    await desk.page.getByText("020 7946 0555").first().waitFor();
    const view = await desk.page.evaluate((id) => window.quoteDesk.companies.get(id), BAYSIDE);
    assert.deepEqual(
      view.contacts.map((contact) => [contact.name, contact.default]),
      [
        ["No Name", false],
        ["Rosa Lind", true],
      ],
    );
    assert.deepEqual(
      view.drift.map(({ field }) => field),
      ["phone"],
      "only the phone is the CRM's own",
    );
  },
);
