//! The records of a Cin7 and what it makes of calls: enough of the API for a desk, as bytes.
//!
//! It is written from Cin7's documentation and shares no shape with the crate.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use cin7_quote_desk::records::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) const BAYSIDE: &str = "7a8f439b-fa87-4795-a085-385ce8b133f9";

/// A call as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The machine's time.
    pub(crate) at: Timestamp,
    /// Such as `POST sale/order`.
    pub(crate) what: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Call {
    /// Whether the proxy answers it without a call to Cin7.
    pub(crate) fn is_the_proxys(&self) -> bool {
        self.what == "GET status" || self.what.contains(" custody/")
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// A record of a list: its JSON and when it was changed by Cin7's clock.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) modified: Timestamp,
    pub(crate) json: String,
}

/// A sale.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sale {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) external_id: String,
    pub(crate) customer: String,
    pub(crate) status: String,
    pub(crate) lines: Vec<String>,
    /// When it was changed last by Cin7's clock; one that never was is found by no time.
    pub(crate) updated: Option<Timestamp>,
    /// What the list and the whole sale say besides, as JSON members with a comma before each.
    pub(crate) more: String,
}

/// A payment on a sale.
#[derive(Clone)]
pub(crate) struct Payment {
    pub(crate) sale: String,
    pub(crate) reference: String,
    /// As it was sent.
    pub(crate) body: String,
}

impl Payment {
    fn row(&self) -> String {
        let Self { sale, reference, body } = self;
        let amount = figure(body, "Amount");
        format!(
            r#"{{"SaleID":"{sale}","TaskID":"{sale}","ID":"9a7d0000-{reference}","Type":"Prepayment",
            "Reference":"{reference}","Amount":{amount},"DatePaid":"2026-03-30T00:00:00","CreditNoteNumber":null}}"#
        )
    }
}

/// An advanced purchase of one product into the depot, as it stands in Cin7.
#[derive(Clone)]
pub(crate) struct Purchase {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) required_by: String,
    /// Its product, by number.
    pub(crate) product: u32,
    pub(crate) ordered: u32,
    pub(crate) received: u32,
    pub(crate) updated: Timestamp,
}

impl Purchase {
    fn row(&self) -> String {
        let Self { id, number, required_by, updated, .. } = self;
        let receiving = match self.received {
            0 => "NOT RECEIVED",
            some if some < self.ordered => "PARTIALLY RECEIVED",
            _ => "FULLY RECEIVED",
        };
        format!(
            r#"{{"ID":"{id}","OrderNumber":"{number}","Status":"ORDERED","OrderStatus":"AUTHORISED","CombinedReceivingStatus":"{receiving}",
            "Type":"Advanced Purchase","IsServiceOnly":false,"DropShipTaskID":null,"RequiredBy":"{required_by}T00:00:00","LastUpdatedDate":"{updated}"}}"#
        )
    }

    fn whole(&self) -> String {
        let Self { id, number, required_by, ordered, received, .. } = self;
        let product = product_id(self.product);
        let line = |quantity: &u32| format!(r#"{{"ProductID":"{product}","SKU":"X","Quantity":{quantity},"Received":true}}"#);
        let (ordered, received) = (line(ordered), line(received));
        format!(
            r#"{{"ID":"{id}","OrderNumber":"{number}","Status":"ORDERED","Type":"Advanced Purchase","IsServiceOnly":false,
            "RelatedDropShipSaleTask":null,"Location":"North Depot","RequiredBy":"{required_by}T00:00:00",
            "Order":{{"Status":"AUTHORISED","Lines":[{ordered}]}},"StockReceived":[],"PutAway":[{{"Status":"AUTHORISED","Lines":[{received}]}}]}}"#
        )
    }
}

/// Everything that a Cin7 holds.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) customers: RefCell<Vec<Row>>,
    pub(crate) suppliers: RefCell<Vec<Row>>,
    pub(crate) products: RefCell<Vec<Row>>,
    pub(crate) stock: RefCell<Vec<String>>,
    pub(crate) sales: RefCell<Vec<Sale>>,
    pub(crate) payments: RefCell<Vec<Payment>>,
    /// Whether sales are found by a key in any letter case.
    pub(crate) any_case: Cell<bool>,
    pub(crate) purchases: RefCell<Vec<Purchase>>,
    /// The names of the price tiers, from the first on.
    pub(crate) tiers: RefCell<Vec<String>>,
    /// Its warehouses have the ids of another account's.
    pub(crate) other_warehouses: Cell<bool>,
    pub(crate) next_sale: Cell<u32>,
    /// What `/me` says besides, as JSON members with a comma before each.
    pub(crate) account: RefCell<String>,
}

/// The time of records that nobody has touched lately.
fn long_ago() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

pub(crate) fn product_id(number: u32) -> String {
    format!("00000000-0000-0000-0000-{number:012x}")
}

pub(crate) fn product(number: u32, sku: &str, name: &str, prices: [&str; 3]) -> Row {
    let mut tiers = String::new();
    for tier in 1..=10 {
        let _ = write!(tiers, r#""PriceTier{tier}":{},"#, prices.get(tier - 1).unwrap_or(&"0.0000"));
    }
    let json = format!(
        r#"{{"ID":"{}","SKU":"{sku}","Name":"{name}","Category":"Seating","Brand":null,"Type":"Stock","Barcode":"",{tiers}
        "DropShipMode":"No Drop Ship","Sellable":true,"Status":"Active","SaleTaxRule":null,"LastModifiedOn":"2026-01-05T09:00:00Z"}}"#,
        product_id(number)
    );
    Row { modified: long_ago(), json }
}

pub(crate) fn customer(id: &str, name: &str) -> Row {
    let json = format!(
        r#"{{"ID":"{id}","Name":"{name}","Currency":"GBP","PaymentTerm":"30 days","TaxRule":"20% (VAT on Income)","PriceTier":"Wholesale",
        "Location":"North Depot","Discount":0.00,"CreditLimit":5000.0000,"IsOnCreditHold":false,"Status":"Active","Tags":null,
        "LastModifiedOn":"2026-01-05T09:00:00Z","Contacts":[{{"Name":"Bob Partridge","Phone":"020 7946 0100","Default":true}}],
        "Addresses":[{{"ID":"adadadad-adad-adad-adad-adadadadad01","Line1":"1 Quay","City":"London","Postcode":"E1 1AA",
        "Country":"United Kingdom","Type":"Billing","DefaultForType":true}}],
        "ProductPrices":[{{"ProductID":"{}","Price":41.2500}}]}}"#,
        product_id(2)
    );
    Row { modified: long_ago(), json }
}

pub(crate) fn stock(number: u32, sku: &str, location: &str, available: &str) -> String {
    format!(
        r#"{{"ID":"{}","SKU":"{sku}","Location":"{location}","Bin":"","OnHand":{available},"Allocated":0,"Available":{available},
        "OnOrder":0.0,"StockOnHand":99999.5,"InTransit":0,"NextDeliveryDate":null}}"#,
        product_id(number)
    )
}

impl Records {
    /// Bayside Club, the oak chair, the desk lamp, and their stock.
    pub(crate) fn fixture() -> Self {
        let cin7 = Self::default();
        cin7.tiers.replace(["Retail", "Wholesale", "Distributor"].map(str::to_owned).into());
        cin7.customers.replace(vec![customer(BAYSIDE, "Bayside Club")]);
        cin7.products.replace(vec![
            product(1, "CHAIR-01", "Oak Chair", ["200.0000", "150.0000", "135.5555"]),
            product(2, "LAMP-02", "Desk Lamp", ["60.0000", "45.0000", "0"]),
        ]);
        cin7.stock.replace(vec![
            stock(1, "CHAIR-01", "Main Warehouse", "12.0000"),
            stock(1, "CHAIR-01", "North Depot", "3"),
            stock(2, "LAMP-02", "Main Warehouse", "8"),
        ]);
        cin7
    }

    /// What Cin7 does and answers: JSON, or the words of a refusal.
    pub(crate) fn answer(&self, call: &Call, now: Timestamp) -> Result<String, String> {
        let since = |row: &&Row| {
            call.query("ModifiedSince").is_none_or(|since| row.modified >= format!("{since}Z").parse::<Timestamp>().unwrap())
        };
        let rows = |rows: &[Row]| -> Vec<String> { rows.iter().filter(since).map(|row| row.json.clone()).collect() };
        let fixed = |rows: &[&str]| -> Vec<String> { rows.iter().map(|row| (*row).to_owned()).collect() };
        match call.what.as_str() {
            "GET me" => Ok(format!(
                r#"{{"Company":"Fixture","Currency":"GBP","TaxCalculationMethod":"Total","LockDate":null,
                "DefaultSaleTaxRuleName":"20% (VAT on Income)","MaximumDecimalPlacesInQuantity":"N2","DefaultWeightUnits":"kg"{}}}"#,
                self.account.borrow()
            )),
            "GET ref/priceTier" => {
                let names = self.tiers.borrow();
                let tiers: Vec<String> =
                    names.iter().enumerate().map(|(at, name)| format!(r#"{{"Code":{},"Name":"{name}"}}"#, at + 1)).collect();
                Ok(format!(r#"{{"PriceTiers":[{}]}}"#, tiers.join(",")))
            }
            "GET ref/tax" => Ok(paged(
                call,
                "TaxRuleList",
                &fixed(&[
                    r#"{"ID":"11111111-0000-0000-0000-000000000001","Name":"20% (VAT on Income)","IsActive":true,"TaxInclusive":false,"TaxPercent":20.0000,"IsTaxForSale":true}"#,
                    r#"{"ID":"11111111-0000-0000-0000-000000000002","Name":"Zero Rated Income","IsActive":true,"TaxInclusive":false,"TaxPercent":0,"IsTaxForSale":true}"#,
                ]),
            )),
            "GET ref/location" => {
                let warehouses = fixed(&[
                    r#"{"ID":"22222222-0000-0000-0000-000000000001","Name":"Main Warehouse","IsDefault":true,"IsDeprecated":false,"ParentID":null}"#,
                    r#"{"ID":"22222222-0000-0000-0000-000000000002","Name":"North Depot","IsDefault":false,"IsDeprecated":false,"ParentID":null}"#,
                ]);
                let own = if self.other_warehouses.get() { "33333333" } else { "22222222" };
                let warehouses: Vec<String> = warehouses.iter().map(|row| row.replace("22222222", own)).collect();
                Ok(paged(call, "LocationList", &warehouses))
            }
            "GET ref/paymentterm" => {
                Ok(paged(call, "PaymentTermList", &fixed(&[r#"{"Name":"30 days","IsActive":true,"IsDefault":true}"#])))
            }
            "GET me/contacts" => Ok(paged(call, "MeContactsList", &fixed(&[r#"{"Name":"Ann Lee","Type":"Sale"}"#]))),
            "GET reference/discount" => Ok(paged(call, "DiscountRules", &[])),
            "GET customer" => {
                let mut rows = rows(&self.customers.borrow());
                if let Some(name) = call.query("Name") {
                    rows.retain(|row| row.contains(&format!(r#""Name":"{name}"#)));
                }
                Ok(paged(call, "CustomerList", &rows))
            }
            "POST customer" => Ok(self.make_customer(&call.body, now)),
            "GET supplier" => Ok(paged(call, "SupplierList", &rows(&self.suppliers.borrow()))),
            "GET product" => Ok(paged(call, "Products", &rows(&self.products.borrow()))),
            "GET ref/productavailability" => {
                let mut rows = self.stock.borrow().clone();
                if let Some(sku) = call.query("Sku") {
                    rows.retain(|row| row.contains(&format!(r#""SKU":"{sku}"#)));
                }
                Ok(paged(call, "ProductAvailabilityList", &rows))
            }
            "GET saleList" => {
                let moment = |name| call.query(name).map(|time| format!("{time}Z").parse::<Timestamp>().unwrap());
                let (since, until, key) = (moment("UpdatedSince"), moment("UpdatedUntil"), call.query("ExternalID"));
                let sales = self.sales.borrow();
                let listed = |sale: &&Sale| {
                    key.is_none_or(|key| {
                        sale.external_id == key || (self.any_case.get() && sale.external_id.eq_ignore_ascii_case(key))
                    }) && call.query("Search").is_none_or(|text| sale.number.contains(text))
                        && since.is_none_or(|since| sale.updated.is_some_and(|at| at >= since))
                        && until.is_none_or(|until| sale.updated.is_none_or(|at| at <= until))
                };
                let rows: Vec<String> = sales.iter().filter(listed).map(Sale::row).collect();
                Ok(paged(call, "SaleList", &rows))
            }
            "GET purchaseList" => {
                let since = call.query("UpdatedSince").map(|time| format!("{time}Z").parse::<Timestamp>().unwrap());
                let purchases = self.purchases.borrow();
                let listed = purchases.iter().filter(|purchase| since.is_none_or(|since| purchase.updated >= since));
                Ok(paged(call, "PurchaseList", &listed.map(Purchase::row).collect::<Vec<_>>()))
            }
            "GET advanced-purchase" => {
                let purchases = self.purchases.borrow();
                let found = purchases.iter().find(|purchase| Some(purchase.id.as_str()) == call.query("ID"));
                found.map(Purchase::whole).ok_or_else(|| "Purchase with specified ID not found".to_owned())
            }
            "GET sale" => {
                let sales = self.sales.borrow();
                let found = sales.iter().find(|sale| Some(sale.id.as_str()) == call.query("ID"));
                found.map(Sale::whole).ok_or_else(|| "Sale not found".to_owned())
            }
            "GET sale/payment" => {
                let payments = self.payments.borrow();
                let its = payments.iter().filter(|payment| Some(payment.sale.as_str()) == call.query("SaleID"));
                Ok(format!("[{}]", its.map(Payment::row).collect::<Vec<_>>().join(",")))
            }
            "POST sale/payment" => self.make_payment(&call.body),
            "POST sale" => Ok(self.make_header(&call.body, now)),
            "POST sale/order" => self.make_lines(&call.body, now),
            other => Err(format!("{other} at {now} is not an endpoint")),
        }
    }

    fn make_customer(&self, body: &str, now: Timestamp) -> String {
        let number = self.next_sale.get() + 1;
        self.next_sale.set(number);
        let json = format!(r#"{{"ID":"7a8f439b-0000-4000-8000-{number:012x}",{}"#, body.strip_prefix('{').unwrap());
        self.customers.borrow_mut().push(Row { modified: now, json: json.clone() });
        format!(r#"{{"Total":1,"Page":1,"CustomerList":[{json}]}}"#)
    }

    fn make_header(&self, body: &str, now: Timestamp) -> String {
        #[derive(Deserialize)]
        struct Header {
            #[serde(rename = "CustomerID")]
            customer: String,
            #[serde(rename = "ExternalID")]
            external_id: String,
        }
        let header: Header = serde_json::from_str(body).unwrap();
        let number = self.next_sale.get() + 1;
        self.next_sale.set(number);
        let sale = Sale {
            id: format!("6222cb47-0000-4000-8000-{number:012x}"),
            number: format!("SO-{:05}", 450 + number),
            external_id: header.external_id,
            customer: header.customer,
            status: "ORDERING".into(),
            updated: Some(now),
            ..Sale::default()
        };
        let answer = sale.whole();
        self.sales.borrow_mut().push(sale);
        answer
    }

    fn make_payment(&self, body: &str) -> Result<String, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Posted {
            #[serde(rename = "TaskID")]
            task: String,
            reference: String,
        }
        let posted: Posted = serde_json::from_str(body).unwrap();
        match self.sales.borrow().iter().find(|sale| sale.id == posted.task) {
            None => return Err("Task with specified TaskID not found".into()),
            Some(sale) if sale.status == "VOIDED" => return Err("The sale is VOIDED and cannot be changed".into()),
            Some(_) => {}
        }
        let payment = Payment { sale: posted.task, reference: posted.reference, body: body.to_owned() };
        let answer = payment.row();
        self.payments.borrow_mut().push(payment);
        Ok(answer)
    }

    fn make_lines(&self, body: &str, now: Timestamp) -> Result<String, String> {
        #[derive(Deserialize)]
        struct Order<'a> {
            #[serde(rename = "SaleID")]
            sale: &'a str,
            #[serde(rename = "Lines", borrow)]
            lines: Vec<&'a RawValue>,
        }
        let order: Order<'_> = serde_json::from_str(body).unwrap();
        let mut sales = self.sales.borrow_mut();
        let sale = sales.iter_mut().find(|sale| sale.id == order.sale).ok_or("Sale not found")?;
        if sale.status != "ORDERING" {
            return Err("The order is already authorised.".into());
        }
        sale.lines = order.lines.iter().map(|line| line.get().to_owned()).collect();
        sale.status = "ORDERED".into();
        sale.updated = Some(now);
        Ok(sale.order())
    }
}

fn paged(call: &Call, key: &str, rows: &[String]) -> String {
    let number = |name, usual| call.query(name).map_or(usual, |text| text.parse::<usize>().unwrap());
    let (page, limit) = (number("Page", 1), number("Limit", 100));
    let shown: Vec<&str> = rows.iter().skip((page - 1) * limit).take(limit).map(String::as_str).collect();
    format!(r#"{{"Total":{},"Page":{page},"{key}":[{}]}}"#, rows.len(), shown.join(","))
}

impl Sale {
    fn row(&self) -> String {
        let Self { id, number, external_id, customer, status, more, .. } = self;
        let order_status = self.order_status();
        let updated = self.updated.map(|updated| format!(r#","Updated":"{updated}""#)).unwrap_or_default();
        format!(
            r#"{{"SaleID":"{id}","OrderNumber":"{number}","Status":"{status}","OrderStatus":"{order_status}","CustomerID":"{customer}","ExternalID":"{external_id}"{updated}{more}}}"#
        )
    }

    fn whole(&self) -> String {
        let Self { id, external_id, customer, status, more, .. } = self;
        format!(
            r#"{{"ID":"{id}","CustomerID":"{customer}","Status":"{status}","Type":"Advanced Sale","ExternalID":"{external_id}","Order":{}{more}}}"#,
            self.order()
        )
    }

    fn order_status(&self) -> &'static str {
        match (self.status.as_str(), self.lines.is_empty()) {
            ("VOIDED", _) => "VOIDED",
            (_, true) => "NOT AVAILABLE",
            (_, false) => "AUTHORISED",
        }
    }

    fn order(&self) -> String {
        let status = self.order_status();
        let sum = |name: &str| -> Decimal { self.lines.iter().map(|line| figure(line, name)).sum() };
        let (net, tax) = (sum("Total"), sum("Tax"));
        format!(
            r#"{{"SaleID":"{}","SaleOrderNumber":"{}","Status":"{status}","Lines":[{}],"AdditionalCharges":[],"TotalBeforeTax":{net},"Tax":{tax},"Total":{}}}"#,
            self.id,
            self.number,
            self.lines.join(","),
            net + tax
        )
    }
}

/// A number of a line, by its exact text.
fn figure(line: &str, name: &str) -> Decimal {
    let fields: std::collections::BTreeMap<&str, &RawValue> = serde_json::from_str(line).unwrap();
    fields[name].get().parse().unwrap()
}
