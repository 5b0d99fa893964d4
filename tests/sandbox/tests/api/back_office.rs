//! Sales made, shipped, invoiced, paid and credited in Cin7 itself, asked for by `mutate` and by scenes.

use serde_json::{Value, json};

use super::{World, reply};

impl World {
    async fn sell(&self, sale: Value) -> Value {
        self.control("POST", "mutate", json!({ "collection": "sales", "add": sale })).await
    }

    /// Something done to a sale; the sale as it then stands.
    async fn act(&self, number: &str, action: &str, with: Value) -> Value {
        self.control("POST", "mutate", json!({ "collection": "sales", "id": number, "do": action, "with": with })).await
    }

    async fn refused(&self, number: &str, action: &str, with: Value) -> String {
        let body = json!({ "collection": "sales", "id": number, "do": action, "with": with });
        let reply = reply(self.request("POST", "/sandbox/mutate", Some(&body))).await.unwrap();
        assert_eq!(reply.status, 400, "{}", reply.text);
        reply.json()["error"].as_str().unwrap().to_owned()
    }

    async fn row(&self, number: &str) -> Value {
        self.get(&format!("/saleList?Search={number}")).await["SaleList"][0].clone()
    }

    /// On hand, allocated, available of a product in a location.
    async fn stock(&self, sku: &str, location: &str) -> (i64, i64, i64) {
        let rows = self.get(&format!("/ref/productavailability?Sku={sku}&Location={location}")).await;
        let sum = |key: &str| -> i64 {
            rows["ProductAvailabilityList"].as_array().unwrap().iter().map(|row| row[key].as_i64().unwrap()).sum()
        };
        (sum("OnHand"), sum("Allocated"), sum("Available"))
    }
}

fn chairs(quantity: i64) -> Value {
    json!({ "Customer": "Bayside Club", "Location": "Main Warehouse", "SaleType": "Simple", "Lines": [{ "SKU": "CHAIR-01",
        "Quantity": quantity }] })
}

#[tokio::test]
async fn a_sale_typed_into_cin7_has_prices_stock_and_a_number() {
    let world = World::fixture().await;
    let sale = world.sell(chairs(2)).await;
    let order = &sale["Order"];
    assert_eq!((order["SaleOrderNumber"].as_str(), order["Status"].as_str()), (Some("SO-00451"), Some("AUTHORISED")));
    assert_eq!((order["Lines"][0]["Price"].as_i64(), order["Total"].as_i64()), (Some(150), Some(360)));
    assert!(sale["ExternalID"].is_null());
    assert_eq!(world.stock("CHAIR-01", "Main%20Warehouse").await, (14, 4, 10));
    let changed = world.act("SO-00451", "change_line", json!({ "SKU": "CHAIR-01", "Quantity": 3 })).await;
    assert_eq!((changed["Order"]["Lines"][0]["Quantity"].as_i64(), changed["Order"]["Total"].as_i64()), (Some(3), Some(540)));
    assert_eq!(world.stock("CHAIR-01", "Main%20Warehouse").await, (14, 5, 9));
    let longer = world.act("SO-00451", "change_line", json!({ "SKU": "LAMP-02", "Quantity": 1, "Price": 41.25 })).await;
    assert_eq!(longer["Order"]["Lines"].as_array().unwrap().len(), 2);
    let shorter = world.act("SO-00451", "change_line", json!({ "SKU": "LAMP-02", "Quantity": 0 })).await;
    assert_eq!(shorter["Order"]["Lines"].as_array().unwrap().len(), 1);

    let given = world
        .sell(json!({ "Customer": "Corner Shop", "OrderNumber": "SO-00452", "OrderStatus": "DRAFT",
        "Lines": [{ "SKU": "LAMP-02" }] }))
        .await;
    assert_eq!((given["Order"]["SaleOrderNumber"].as_str(), given["Status"].as_str()), (Some("SO-00452"), Some("ORDERING")));
    assert_eq!(world.sell(chairs(1)).await["Order"]["SaleOrderNumber"], "SO-00453", "a taken number is passed over");
    let header = world.sell(json!({ "Customer": "Bayside Club", "OrderStatus": "NOT AVAILABLE" })).await;
    assert_eq!((header["Status"].as_str(), header["Order"]["Status"].as_str()), (Some("ESTIMATED"), Some("NOT AVAILABLE")));
}

#[tokio::test]
async fn goods_go_box_by_box_and_the_list_says_so() {
    let world = World::fixture().await;
    world.sell(chairs(4)).await;
    let number = "SO-00451";
    assert_eq!(world.row(number).await["CombinedShippingStatus"], "NOT SHIPPED");
    let part = json!({ "fulfilment": 1, "lines": [{ "SKU": "CHAIR-01", "Quantity": 3 }], "date": "2026-04-02",
        "boxes": [{ "carrier": "DHL", "trackingNumber": "JD0001", "trackingUrl": "https://track.example/JD0001" },
        { "trackingNumber": "JD0002" }] });
    let sale = world.act(number, "ship", part).await;
    let fulfilment = &sale["Fulfilments"][0];
    assert_eq!((&fulfilment["TaskID"], fulfilment["FulfillmentNumber"].as_i64()), (&sale["ID"], Some(1)));
    let line = &fulfilment["Ship"]["Lines"][0];
    assert_eq!(
        (line["Boxes"].as_str(), line["ShipmentDate"].as_str(), line["IsShipped"].as_bool()),
        (Some("Box 1"), Some("2026-04-02T00:00:00"), Some(true))
    );
    assert_eq!(fulfilment["Pack"]["Lines"][0]["Quantity"], 3);
    let row = world.row(number).await;
    assert_eq!(
        (row["CombinedShippingStatus"].as_str(), row["FulFilmentStatus"].as_str()),
        (Some("PARTIALLY SHIPPED"), Some("PARTIALLY FULFILLED"))
    );
    assert_eq!((row["CombinedTrackingNumbers"].as_str(), row["Type"].as_str()), (Some("JD0001, JD0002"), Some("Simple Sale")));
    assert_eq!(world.stock("CHAIR-01", "Main%20Warehouse").await, (11, 3, 8), "what has gone is neither on hand nor allocated");

    world
        .act(
            number,
            "ship",
            json!({ "fulfilment": 1, "boxes": [{ "trackingNumber": "JD0001" }, { "trackingNumber": "JD0003" }] }),
        )
        .await;
    world.act(number, "ship", json!({ "fulfilment": 2, "shipped": false, "boxes": [{ "trackingNumber": "JD0004" }] })).await;
    let row = world.row(number).await;
    assert_eq!(
        (row["CombinedTrackingNumbers"].as_str(), row["Type"].as_str()),
        (Some("JD0001, JD0003, JD0004"), Some("Advanced Sale"))
    );
    assert_eq!(row["CombinedShippingStatus"], "PARTIALLY SHIPPED");
    let sale = world.act(number, "ship", json!({ "fulfilment": 2, "date": "2026-04-09" })).await;
    assert_eq!(sale["Fulfilments"][1]["Pack"]["Lines"][0]["Quantity"], 1);
    assert_ne!(sale["Fulfilments"][1]["TaskID"], sale["ID"]);
    let row = world.row(number).await;
    assert_eq!((row["CombinedShippingStatus"].as_str(), row["FulFilmentStatus"].as_str()), (Some("SHIPPED"), Some("FULFILLED")));
    assert_eq!((row["CombinedPickingStatus"].as_str(), row["CombinedPackingStatus"].as_str()), (Some("PICKED"), Some("PACKED")));
    assert_eq!(world.stock("CHAIR-01", "Main%20Warehouse").await, (10, 2, 8));
    let half = json!({ "fulfilment": 2, "shipped": false });
    assert!(world.refused(number, "ship", half).await.contains("cannot be taken back"));
    assert!(world.refused(number, "ship", json!({ "lines": [{ "SKU": "LAMP-02" }] })).await.contains("no line `LAMP-02`"));

    let id = sale["ID"].as_str().unwrap();
    let void = world.call("DELETE", &format!("/sale?ID={id}&Void=true"), Value::Null).await;
    assert!(void.exception().contains("has been shipped"));
    world.switch("refuse_void_shipped", false).await;
    assert_eq!(world.act(number, "void", json!({})).await["CombinedShippingStatus"], "VOIDED");
}

#[tokio::test]
async fn one_box_of_two_may_go_and_a_task_may_be_voided() {
    let world = World::fixture().await;
    world.sell(chairs(4)).await;
    let lines = json!([{ "SKU": "CHAIR-01", "Quantity": 3, "Box": "A" }, { "SKU": "CHAIR-01", "Quantity": 1, "Box": "B" }]);
    let boxes = json!([{ "box": "A" }, { "box": "B", "shipped": false }]);
    let sale = world.act("SO-00451", "ship", json!({ "lines": lines, "boxes": boxes })).await;
    assert_eq!(sale["Fulfilments"][0]["Ship"]["Status"], "PARTIALLY AUTHORISED");
    assert_eq!(sale["Fulfilments"][0]["FulFilmentStatus"], "PARTIALLY FULFILLED");
    assert_eq!(world.stock("CHAIR-01", "Main%20Warehouse").await.0, 11);
    let second = world
        .act("SO-00451", "ship", json!({ "fulfilment": 2, "shipped": false, "lines": [{ "SKU": "CHAIR-01", "Quantity": 1 }] }))
        .await;
    assert_eq!(
        (second["Type"].as_str(), second["Fulfilments"][1]["Ship"]["Status"].as_str()),
        (Some("Advanced Sale"), Some("NOT AVAILABLE"))
    );
    let voided = world.act("SO-00451", "ship", json!({ "fulfilment": 2, "void": true })).await;
    assert_eq!(voided["Fulfilments"][1]["FulFilmentStatus"], "VOIDED");
    assert_eq!(voided["Type"], "Advanced Sale", "there is no way back to a simple sale");
}

#[tokio::test]
async fn invoices_payments_credits_and_refunds_add_up() {
    let world = World::fixture().await;
    world.sell(chairs(4)).await;
    let number = "SO-00451";
    let sale = world.act(number, "invoice", json!({ "number": "INV-00777", "status": "DRAFT", "date": "2026-03-31" })).await;
    assert_eq!(
        (sale["Invoices"][0]["Total"].as_i64(), sale["Invoices"][0]["InvoiceDueDate"].as_str()),
        (Some(720), Some("2026-04-30T00:00:00"))
    );
    assert_eq!((&sale["Invoices"][0]["TaskID"], sale["Status"].as_str()), (&sale["ID"], Some("INVOICING")));
    let row = world.row(number).await;
    assert_eq!(
        (row["InvoiceAmount"].as_i64(), row["CombinedInvoiceStatus"].as_str(), row["InvoiceNumber"].as_str()),
        (Some(0), Some("NOT INVOICED"), None)
    );
    assert!(world.refused(number, "pay", json!({ "invoice": "INV-00777", "amount": 1 })).await.contains("no authorised invoice"));

    world.act(number, "invoice", json!({ "number": "INV-00777", "status": "AUTHORISED" })).await;
    world.act(number, "pay", json!({ "amount": 200, "reference": "A", "date": "2026-04-01" })).await;
    let row = world.row(number).await;
    assert_eq!(
        (row["InvoiceAmount"].as_i64(), row["PaidAmount"].as_i64(), row["CombinedPaymentStatus"].as_str()),
        (Some(720), Some(200), Some("PARTIALLY PAID"))
    );
    assert_eq!((row["CombinedInvoiceStatus"].as_str(), row["Status"].as_str()), (Some("INVOICED"), Some("INVOICED")));
    let paid = world.act(number, "pay", json!({ "invoice": "INV-00777", "amount": 520, "reference": "B" })).await;
    assert_eq!((paid["Invoices"][0]["Status"].as_str(), paid["Invoices"][0]["Paid"].as_i64()), (Some("PAID"), Some(720)));
    assert_eq!(
        (paid["CombinedPaymentStatus"].as_str(), paid["Invoices"][0]["Payments"][1]["Reference"].as_str()),
        (Some("PAID"), Some("B"))
    );
    let payments = world.get(&format!("/sale/payment?SaleID={}", paid["ID"].as_str().unwrap())).await;
    assert_eq!((payments.as_array().unwrap().len(), payments[1]["Amount"].as_i64()), (2, Some(520)));

    let back = world.act(number, "unpay", json!({ "reference": "B" })).await;
    assert_eq!(
        (back["Invoices"][0]["Status"].as_str(), back["CombinedPaymentStatus"].as_str()),
        (Some("AUTHORISED"), Some("PARTIALLY PAID"))
    );
    assert!(world.refused(number, "unpay", json!({ "reference": "B" })).await.contains("no such payment"));

    let credited =
        world.act(number, "credit", json!({ "number": "CR-00020", "lines": [{ "SKU": "CHAIR-01", "Quantity": 3 }] })).await;
    assert_eq!(
        (credited["CreditNotes"][0]["Total"].as_i64(), credited["CreditNotes"][0]["CreditNoteInvoiceNumber"].as_str()),
        (Some(540), Some("INV-00777"))
    );
    let row = world.row(number).await;
    assert_eq!((row["InvoiceAmount"].as_i64(), row["SaleInvoicesTotalAmount"].as_i64()), (Some(180), Some(720)));
    assert_eq!(
        (row["CombinedInvoiceStatus"].as_str(), row["CombinedPaymentStatus"].as_str()),
        (Some("INVOICED / CREDITED"), Some("NOT REFUNDED"))
    );
    assert_eq!((row["CreditNoteNumber"].as_str(), row["CreditNoteStatus"].as_str()), (Some("CR-00020"), Some("AUTHORISED")));
    world.act(number, "refund", json!({ "amount": 20, "reference": "BACK" })).await;
    let row = world.row(number).await;
    assert_eq!((row["PaidAmount"].as_i64(), row["CombinedPaymentStatus"].as_str()), (Some(180), Some("PAID")));
    let more = world.act(number, "invoice", json!({ "amount": 24, "status": "AUTHORISED" })).await;
    assert_eq!(
        (more["Invoices"][1]["InvoiceNumber"].as_str(), more["Type"].as_str()),
        (Some("INV-00778"), Some("Advanced Sale"))
    );
    assert_eq!((more["Invoices"][1]["TotalBeforeTax"].as_i64(), more["Invoices"][1]["Tax"].as_i64()), (Some(20), Some(4)));
    assert_eq!(more["CombinedPaymentStatus"], "PARTIALLY PAID", "paid turns back with a further invoice");
}

#[tokio::test]
async fn a_prepayment_counts_for_the_invoice_and_words_follow_the_switch() {
    let world = World::fixture().await;
    world.sell(chairs(1)).await;
    let number = "SO-00451";
    let sale = world.act(number, "pay", json!({ "amount": 180, "reference": "CARD-77" })).await;
    assert_eq!(
        (sale["Quote"]["Prepayments"][0]["Amount"].as_i64(), sale["CombinedPaymentStatus"].as_str()),
        (Some(180), Some("PREPAID"))
    );
    world.switch("invoice_words", "statuses").await;
    let sale = world.act(number, "invoice", json!({ "status": "DRAFT", "number": "INV-00001" })).await;
    assert_eq!(sale["CombinedInvoiceStatus"], "DRAFT");
    let sale = world.act(number, "invoice", json!({ "status": "AUTHORISED", "number": "INV-00001" })).await;
    assert_eq!((sale["CombinedInvoiceStatus"].as_str(), sale["Invoices"][0]["Status"].as_str()), (Some("PAID"), Some("PAID")));
    let sale = world.act(number, "ship", json!({})).await;
    assert_eq!(
        (sale["Status"].as_str(), sale["Fulfilments"][0]["Ship"]["Lines"][0]["TrackingNumber"].as_str()),
        (Some("COMPLETED"), Some(""))
    );
    world.switch("tracking_separator", ";").await;
    let boxes = json!([{ "trackingNumber": "A" }, { "trackingNumber": "B" }]);
    assert_eq!(world.act(number, "ship", json!({ "fulfilment": 1, "boxes": boxes })).await["CombinedTrackingNumbers"], "A;B");
}

#[tokio::test]
async fn scenes_bring_the_sales_that_the_rows_speak_of() {
    let world = World::fixture().await;
    let before = world.get("/ref/productavailability").await;
    for name in ["bayside-invoices", "typed-orders", "part-shipped"] {
        world.control("POST", "scene", json!({ "name": name })).await;
    }
    assert_eq!(world.get("/ref/productavailability").await, before, "their goods are no part of the world's stock");
    let row = world.row("SO-00440").await;
    assert_eq!((row["InvoiceAmount"].as_i64(), row["PaidAmount"].as_i64()), (Some(3200), Some(1000)));
    assert_eq!(
        (row["InvoiceNumber"].as_str(), row["CombinedPaymentStatus"].as_str()),
        (Some("INV-00501"), Some("PARTIALLY PAID"))
    );
    let sale = world.get(&format!("/sale?ID={}", row["SaleID"].as_str().unwrap())).await;
    assert_eq!((sale["Order"]["Total"].as_i64(), sale["Invoices"][0]["Paid"].as_i64()), (Some(3200), Some(1000)));
    assert_eq!((sale["Invoices"][1]["Status"].as_str(), sale["Invoices"][1]["Total"].as_i64()), (Some("DRAFT"), Some(500)));
    let open = world.row("SO-00441").await;
    assert_eq!((open["OrderStatus"].as_str(), open["InvoiceAmount"].as_i64()), (Some("AUTHORISED"), Some(0)));
    let typed = world.row("SO-00460").await;
    assert_eq!((typed["Customer"].as_str(), typed["ExternalID"].as_str()), (Some("Bayside Club"), None));
    let sale = world.act("SO-00460", "change_line", json!({ "SKU": "CHAIR-01", "Quantity": 3 })).await;
    assert_eq!((sale["Order"]["Lines"][0]["Quantity"].as_i64(), sale["Status"].as_str()), (Some(3), Some("ORDERED")));
    assert!(world.row("SO-00452").await["ExternalID"].is_null());
    let part = world.row("SO-00448").await;
    assert_eq!(
        (part["CombinedShippingStatus"].as_str(), part["CombinedTrackingNumbers"].as_str()),
        (Some("PARTIALLY SHIPPED"), Some("JD0001"))
    );
    assert_eq!(world.header(json!({})).await.len(), 36);
    assert_eq!(world.get("/saleList?Search=SO-00451").await["Total"], 1, "the next number is still SO-00451");
    let unknown = reply(world.request("POST", "/sandbox/scene", Some(&json!({ "name": "opera" })))).await.unwrap();
    assert!(unknown.status == 400 && unknown.text.contains("bayside-invoices"), "{}", unknown.text);
}

#[tokio::test]
async fn a_void_can_be_taken_back_with_invoices_and_payments() {
    let world = World::fixture().await;
    world.sell(chairs(2)).await;
    world.act("SO-00451", "invoice", json!({})).await;
    let before = world.act("SO-00451", "pay", json!({ "amount": 100 })).await;
    let voided = world.act("SO-00451", "void", json!({})).await;
    assert_eq!(
        (voided["Invoices"][0]["Status"].as_str(), voided["CombinedPaymentStatus"].as_str()),
        (Some("VOIDED"), Some("VOIDED"))
    );
    assert_eq!(world.row("SO-00451").await["InvoiceAmount"], 0);
    let back = world.act("SO-00451", "undo", json!({})).await;
    for key in ["Status", "Invoices", "Order", "CombinedPaymentStatus", "CombinedInvoiceStatus"] {
        assert_eq!(back[key], before[key], "{key}");
    }
    assert_ne!(back["LastModifiedOn"], voided["LastModifiedOn"]);
}
