//! Purchases that are made, received and voided in Cin7, and attachments of products.

use serde_json::{Value, json};

use super::{CHAIR, World, reply};

const PICTURES: &str = "chair-pictures";

impl World {
    async fn purchase(&self, number: &str, action: &str, with: Value) -> Value {
        self.control("POST", "mutate", json!({ "collection": "purchases", "id": number, "do": action, "with": with })).await
    }

    async fn listed(&self, number: &str) -> Value {
        self.get(&format!("/purchaseList?Search={number}")).await["PurchaseList"][0].clone()
    }

    async fn stock_row(&self, sku: &str, location: &str) -> Value {
        self.get(&format!("/ref/productavailability?Sku={sku}&Location={location}")).await["ProductAvailabilityList"][0].clone()
    }

    /// Status and content type of a file.
    async fn file(&self, url: &str) -> (u16, String) {
        let path = url.split_once("//").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| format!("/{path}")).unwrap();
        let reply = reply(self.request("GET", &path, None)).await.unwrap();
        (reply.status, reply.header("content-type").unwrap_or_default().to_owned())
    }
}

#[tokio::test]
async fn a_purchase_is_received_in_parts_and_stock_follows() {
    let world = World::fixture().await;
    assert_eq!(world.stock_row("CHAIR-01", "North%20Depot").await["NextDeliveryDate"], "2026-04-17T00:00:00");
    let part = json!({ "lines": [{ "SKU": "CHAIR-01", "Quantity": 5 }], "date": "2026-04-16" });
    let purchase = world.purchase("PO-00101", "receive", part).await;
    assert_eq!(
        (purchase["Status"].as_str(), purchase["StockReceived"][0]["Status"].as_str()),
        (Some("RECEIVING"), Some("AUTHORISED"))
    );
    let line = &purchase["PutAway"][0]["Lines"][0];
    assert_eq!(
        (line["Quantity"].as_i64(), line["Date"].as_str(), line["Received"].as_bool()),
        (Some(5), Some("2026-04-16T00:00:00"), Some(true))
    );
    assert_eq!(world.listed("PO-00101").await["CombinedReceivingStatus"], "PARTIALLY RECEIVED");
    let row = world.stock_row("CHAIR-01", "North%20Depot").await;
    assert_eq!((row["OnHand"].as_i64(), row["Available"].as_i64(), row["OnOrder"].as_i64()), (Some(8), Some(8), Some(35)));
    assert_eq!(row["NextDeliveryDate"], "2026-04-17T00:00:00");

    let purchase = world.purchase("PO-00101", "receive", json!({})).await;
    assert_eq!(
        (purchase["Status"].as_str(), purchase["PutAway"][1]["Lines"][0]["Quantity"].as_i64()),
        (Some("RECEIVED"), Some(15))
    );
    let listed = world.listed("PO-00101").await;
    assert_eq!(
        (listed["CombinedReceivingStatus"].as_str(), listed["StockReceivedStatus"].as_str()),
        (Some("FULLY RECEIVED"), Some("AUTHORISED"))
    );
    let row = world.stock_row("CHAIR-01", "North%20Depot").await;
    assert_eq!(
        (row["OnHand"].as_i64(), row["OnOrder"].as_i64(), row["NextDeliveryDate"].as_str()),
        (Some(23), Some(20), Some("2026-04-24T00:00:00"))
    );
    world.purchase("PO-00102", "void", json!({})).await;
    let row = world.stock_row("CHAIR-01", "North%20Depot").await;
    assert_eq!((row["OnOrder"].as_i64(), row["NextDeliveryDate"].as_str()), (Some(0), None));
    let listed = world.listed("PO-00102").await;
    assert_eq!((listed["OrderStatus"].as_str(), listed["CombinedReceivingStatus"].as_str()), (Some("VOIDED"), Some("VOIDED")));

    let simple = world.purchase("PO-00103", "receive", json!({})).await;
    assert!(simple["StockReceived"].as_array().unwrap().is_empty() && simple["PutAway"].as_array().unwrap().len() == 1);
    let again = json!({ "collection": "purchases", "id": "PO-00103", "do": "receive" });
    let refused = reply(world.request("POST", "/sandbox/mutate", Some(&again))).await.unwrap();
    assert!(refused.status == 400 && refused.text.contains("nothing is outstanding"), "{}", refused.text);
}

#[tokio::test]
async fn a_purchase_can_be_made_in_one_step() {
    let world = World::fixture().await;
    let lines = json!([{ "SKU": "LAMP-02", "Quantity": 10, "Price": 27.5 }]);
    let order = json!({ "Supplier": "Nordic Timber", "Location": "North Depot", "RequiredBy": "2026-05-02", "Lines": lines });
    let made = world.control("POST", "mutate", json!({ "collection": "purchases", "add": order })).await;
    assert_eq!(
        (made["OrderNumber"].as_str(), made["Type"].as_str(), made["Order"]["Total"].as_i64()),
        (Some("PO-00104"), Some("Advanced Purchase"), Some(275))
    );
    let listed = world.listed("PO-00104").await;
    assert_eq!(
        (listed["OrderStatus"].as_str(), listed["RequiredBy"].as_str()),
        (Some("AUTHORISED"), Some("2026-05-02T00:00:00"))
    );
    let row = world.stock_row("LAMP-02", "North%20Depot").await;
    assert_eq!(
        (row["OnHand"].as_i64(), row["OnOrder"].as_i64(), row["NextDeliveryDate"].as_str()),
        (Some(0), Some(10), Some("2026-05-02T00:00:00"))
    );
}

#[tokio::test]
async fn attachments_are_served_and_the_default_moves() {
    let world = World::fixture().await;
    world.control("POST", "scene", json!({ "name": PICTURES })).await;
    let attachments = async || world.get(&format!("/product/attachments?ProductID={CHAIR}")).await.as_array().unwrap().clone();
    let all = attachments().await;
    let told: Vec<_> = all
        .iter()
        .map(|own| (own["FileName"].as_str().unwrap(), own["ContentType"].as_str().unwrap(), own["IsDefault"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("spec.pdf", "application/pdf", "false"), ("side.jpg", "image/jpeg", "false"), ("front.jpg", "image/jpeg", "true")]
    );
    assert_eq!(world.file(all[0]["DownloadUrl"].as_str().unwrap()).await, (200, "application/pdf".to_owned()));
    assert_eq!(world.file(all[2]["DownloadUrl"].as_str().unwrap()).await, (200, "image/svg+xml".to_owned()));
    let change = async |action: &str, with: Value| {
        world.control("POST", "mutate", json!({ "collection": "products", "id": "CHAIR-01", "do": action, "with": with })).await
    };
    world.control("POST", "clock", json!({ "now": "2026-03-30T16:00:00Z", "frozen": true })).await;
    change("set_default", json!({ "file": "side.jpg" })).await;
    let defaults: Vec<_> = attachments().await.iter().map(|own| own["IsDefault"] == "true").collect();
    assert_eq!(defaults, [false, true, false]);
    assert_eq!(world.get("/product?ModifiedSince=2026-03-30T16:00:00").await["Total"], 1);
    change("attach", json!({ "file": "new.png", "default": true, "broken": true })).await;
    let all = attachments().await;
    assert_eq!(all[3]["IsDefault"], "true");
    assert_eq!(world.file(all[3]["DownloadUrl"].as_str().unwrap()).await.0, 404);
    change("detach", json!({ "file": "front.jpg" })).await;
    assert_eq!(world.file(all[2]["DownloadUrl"].as_str().unwrap()).await.0, 404);
    let nested = &world.get("/product?Sku=CHAIR-01&IncludeAttachments=true").await["Products"][0]["Attachments"];
    assert_eq!((nested.as_array().unwrap().len(), nested[0].get("IsDefault")), (3, None));
}
