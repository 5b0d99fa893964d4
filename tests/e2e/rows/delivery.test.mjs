// S07: where the goods go, and that no address is left behind on the customer.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";
const D1 = "add40000-0000-4000-8000-000000000002";

async function chair(desk) {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
}

const savedAddresses = (desk) =>
  desk.page.evaluate(
    async (id) => (await window.quoteDesk.customers.get(id)).deliveryAddresses.map(({ line1 }) => line1),
    BAYSIDE,
  );

row("S07_the_companys_address_is_sent_and_not_saved_again", { link: LINK }, async ({ desk, sandbox }) => {
  await chair(desk);
  await desk.shows(desk.control("Delivery"), "1 Quay");
  await desk.ordered(LINK);
  const [{ ShippingAddress }] = await sandbox.posted("/sale");
  assert.equal(ShippingAddress.Line1, "1 Quay");
  await desk.sync();
  assert.deepEqual(await savedAddresses(desk), ["9 Dock", "Unit 4"]);
});

row("S07_a_saved_address_travels_by_its_id", { link: LINK }, async ({ desk, sandbox }) => {
  await chair(desk);
  await desk.control("Delivery").selectOption({ label: "9 Dock, Whitby, YO21 3PU" });
  await desk.ordered(LINK);
  const [{ ShippingAddress }] = await sandbox.posted("/sale");
  assert.deepEqual([ShippingAddress.ID, ShippingAddress.ShipToOther], [D1, false]);
});

row("S07_a_typed_address_is_for_this_order_only_and_names_a_country", { link: LINK }, async ({ desk, sandbox }) => {
  await chair(desk);
  const type = async (parts) => {
    for (const [name, value] of Object.entries(parts)) await desk.control(name).fill(value);
    await desk.button("Use this address").click();
  };
  await desk.control("Delivery").selectOption("typed");
  await type({ "Deliver to": "Summer Fair", Address: "5 Festival Site", City: "Leeds", Postcode: "LS1 1AA", Country: "" });
  await desk.page.getByText("Cin7 needs Country.").waitFor();
  await type({ Country: "United Kingdom" });
  await desk.ordered(LINK);
  const [{ ShippingAddress }] = await sandbox.posted("/sale");
  assert.deepEqual(
    [ShippingAddress.Line1, ShippingAddress.ShipToOther, ShippingAddress.Company],
    ["5 Festival Site", true, "Summer Fair"],
  );
  await desk.sync();
  assert.deepEqual(await savedAddresses(desk), ["9 Dock", "Unit 4"]);
});

const countryless = (sandbox) =>
  sandbox.mutate({
    collection: "customers",
    id: BAYSIDE,
    set: {
      Addresses: [
        {
          ID: "add40000-0000-4000-8000-000000000001",
          Line1: "1 Quay",
          Line2: "",
          City: "Whitby",
          State: "",
          Postcode: "YO21 3PU",
          Country: "",
          Type: "Billing",
          DefaultForType: true,
        },
      ],
    },
  });

row("S07_a_blank_country_stops_the_order", { link: LINK, world: countryless }, async ({ desk, sandbox }) => {
  await chair(desk);
  await desk.isStopped(sandbox, "The delivery address has no country. Cin7 needs one.");
});
