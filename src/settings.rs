//! System settings: what an account decides once, and what each decision changes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::Percent;
use crate::records::markup::plain;
use crate::records::product::Product;
use crate::records::reference::TIERS;

/// The type of the sales that confirming makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SalesType {
    /// At most one fulfilment and one invoice; receipts can be posted.
    Simple,
    /// Several fulfilments and invoices.
    Advanced,
}

/// How an order lands in Cin7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderStatus {
    /// Authorised: stock is allocated.
    #[serde(rename = "AUTHORISED")]
    Authorised,
    /// Draft: nothing is reserved.
    #[serde(rename = "DRAFT")]
    Draft,
}

/// Whether an order line's total contains its tax. Cin7's examples leave it out; some clients put it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineTotal {
    /// Without tax.
    Net,
    /// With tax.
    Gross,
}

/// What happens to a quote past its end date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpiredQuotes {
    /// Cannot be confirmed.
    Stop,
    /// Can, with a warning.
    Allow,
}

/// A field of the CRM's product that one of Cin7's descriptions goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DescriptionField {
    /// Plain text that a quote line begins with, and that the customer may see.
    ExtendedDescription,
    /// Plain text that never leaves the company.
    InternalNotes,
    /// Text that may keep its markup.
    Specification,
}

/// What happens to a quote with a line below the least margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LowMargins {
    /// It can be confirmed, with a warning.
    Warn,
    /// It cannot be confirmed.
    Stop,
}

/// What a quantity break counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuantityBreaks {
    /// All lines of the product together, as its one line of the order will be.
    Product,
    /// Each line by itself.
    Line,
}

/// A user of the CRM who sells: quotes name the code, Cin7 knows the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalesPerson {
    /// The CRM's code, usually of three letters.
    pub code: String,
    /// The full name, as Cin7's company contacts have it.
    pub name: String,
}

/// Every setting. Crosses JavaScript in camelCase; see `types.ts` for the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own that an administrator ticks")]
pub struct Settings {
    /// Type of the sales that confirming makes.
    pub sales_type: SalesType,
    /// Whether orders land authorised or as drafts.
    pub order_status: OrderStatus,
    /// Whether line totals contain tax.
    pub line_total: LineTotal,
    /// Ordinal of the tier that is the standard price.
    pub standard_tier: u8,
    /// Whether the quote's sales person is sent.
    pub send_sales_person: bool,
    /// Quotes past their end date.
    pub expired_quotes: ExpiredQuotes,
    /// Whether product pictures are synced.
    pub pictures: bool,
    /// The CRM's standard stock calculation: what is available less what waiting orders and reserving quotes want, and the
    /// next available date by purchases.
    pub standard_stock: bool,
    /// Where Cin7's long description goes.
    pub long_description: DescriptionField,
    /// Where Cin7's short description goes; the long one wins where both aim at one field.
    pub short_description: DescriptionField,
    /// The least margin of a line; `None` asks for none.
    pub minimum_margin: Option<Percent>,
    /// Quotes with a line below it.
    pub low_margins: LowMargins,
    /// What a quantity break counts.
    pub quantity_breaks: QuantityBreaks,
    /// Whether this user may see cost and margin.
    pub show_cost: bool,
    /// Code of the receivable account of new customer accounts.
    pub receivable_account: Option<String>,
    /// Code of the revenue account of new customer accounts.
    pub revenue_account: Option<String>,
    /// Code of the account that receipts are booked to.
    pub receipt_account: Option<String>,
    /// The CRM's users who sell.
    pub sales_people: Vec<SalesPerson>,
}

impl Settings {
    /// Reads settings from JSON text; those that are left out have their defaults.
    ///
    /// # Errors
    /// `invalid-options` with one detail for everything that is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let mut details = Vec::new();
        let mut settings = Self::default();
        match serde_json::from_str(text) {
            Ok(Value::Object(given)) => read_settings(&given, &mut settings, &mut details),
            _ => details.push(Detail::new("settings", "This is not a plain object.")),
        }
        if details.is_empty() {
            Ok(settings)
        } else {
            Err(Error::with_details(ErrorCode::InvalidOptions, "These settings cannot be used.", details))
        }
    }

    /// What is wrong with settings each of which is readable.
    fn contradictions(&self, details: &mut Vec<Detail>) {
        if let Some(margin) = &self.minimum_margin {
            let text = margin.to_string();
            if text.starts_with('-') || text.trim_start_matches('0').split('.').next().is_some_and(|whole| whole.len() > 2) {
                details.push(Detail::new("settings.minimumMargin", format!("{text} is not from 0 to under 100 per cent")));
            }
        }
        let accounts = [
            ("settings.receivableAccount", &self.receivable_account),
            ("settings.revenueAccount", &self.revenue_account),
            ("settings.receiptAccount", &self.receipt_account),
        ];
        for (field, account) in accounts {
            if account.as_ref().is_some_and(|code| code.trim().is_empty()) {
                details.push(Detail::new(field, "is blank: give a code or leave it out"));
            }
        }
        for (at, person) in self.sales_people.iter().enumerate() {
            let code = person.code.trim();
            if code.is_empty() || person.name.trim().is_empty() {
                details.push(Detail::new("settings.salesPeople", format!("person {} has no code or no name", at + 1)));
            } else if self.sales_people[..at].iter().any(|other| other.code.trim().eq_ignore_ascii_case(code)) {
                details.push(Detail::new("settings.salesPeople", format!("{code} is there twice")));
            }
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sales_type: SalesType::Advanced,
            order_status: OrderStatus::Authorised,
            line_total: LineTotal::Net,
            standard_tier: 1,
            send_sales_person: false,
            expired_quotes: ExpiredQuotes::Stop,
            pictures: false,
            standard_stock: true,
            long_description: DescriptionField::ExtendedDescription,
            short_description: DescriptionField::Specification,
            minimum_margin: None,
            low_margins: LowMargins::Warn,
            quantity_breaks: QuantityBreaks::Product,
            show_cost: false,
            receivable_account: None,
            revenue_account: None,
            receipt_account: None,
            sales_people: Vec::new(),
        }
    }
}

impl Settings {
    /// What goes to a field of the CRM's product: the description that is aimed at it, the long one where both are and it says
    /// something. Markup stays in the specification alone, where it is as untrusted as before; the other two are plain.
    pub fn description(&self, product: &Product, field: DescriptionField) -> String {
        let long = if self.long_description == field { product.long_description.trim() } else { "" };
        let short = if self.short_description == field { product.short_description.trim() } else { "" };
        let text = if long.is_empty() { short } else { long };
        if field == DescriptionField::Specification { text.to_owned() } else { plain(text) }
    }
}

/// What `open` is given, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where the proxy answers, with a trailing slash.
    pub proxy_url: String,
    /// Separates the databases of several accounts on one origin.
    pub database_name: String,
    /// The settings.
    pub settings: Settings,
}

impl Options {
    /// Reads options from JSON text.
    ///
    /// # Errors
    /// `invalid-options` with one detail for every unknown name, wrong type or value that is not one of the permitted.
    pub fn from_json(text: &str) -> Result<Self> {
        let mut details = Vec::new();
        let value: Value = serde_json::from_str(text)
            .map_err(|_| Error::new(ErrorCode::InvalidOptions, "The options are not a plain object."))?;
        let Value::Object(options) = value else {
            return Err(Error::new(ErrorCode::InvalidOptions, "The options are not a plain object."));
        };
        let mut proxy_url = None;
        let mut database_name = "default".to_owned();
        let mut settings = Settings::default();
        for (name, value) in &options {
            match (name.as_str(), value) {
                ("proxyUrl", Value::String(url)) if !url.trim().is_empty() => proxy_url = Some(url.trim().to_owned()),
                ("proxyUrl", other) => details.push(Detail::new("proxyUrl", format!("{other} is not an address"))),
                ("databaseName", Value::String(text)) if is_database_name(text) => database_name.clone_from(text),
                ("databaseName", other) => {
                    details.push(Detail::new("databaseName", format!("{other} is not 1 to 64 letters, digits, hyphens or dots")));
                }
                ("settings", Value::Object(given)) => read_settings(given, &mut settings, &mut details),
                ("settings", other) => details.push(Detail::new("settings", format!("{other} is not a plain object"))),
                (unknown, _) => details.push(Detail::new(unknown, "there is no such option")),
            }
        }
        if proxy_url.is_none() && !options.contains_key("proxyUrl") {
            details.push(Detail::new("proxyUrl", "is missing"));
        }
        match proxy_url {
            Some(mut proxy_url) if details.is_empty() => {
                if !proxy_url.ends_with('/') {
                    proxy_url.push('/');
                }
                Ok(Self { proxy_url, database_name, settings })
            }
            _ => Err(Error::with_details(ErrorCode::InvalidOptions, "The desk cannot be opened with these options.", details)),
        }
    }
}

fn is_database_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// Takes every setting that is right and reports every one that is not: each is read by itself, so that one mistake does
/// not hide the next.
fn read_settings(given: &Map<String, Value>, settings: &mut Settings, details: &mut Vec<Detail>) {
    let known = serde_json::to_value(Settings::default()).unwrap_or_default();
    let mut good = Map::new();
    for (name, value) in given {
        let alone = Value::Object([(name.clone(), value.clone())].into_iter().collect());
        let field = format!("settings.{name}");
        if known.get(name).is_none() {
            details.push(Detail::new(field, "there is no such setting"));
            continue;
        }
        match Settings::deserialize(&alone) {
            Ok(read) if name == "standardTier" && !(1..=TIERS).contains(&usize::from(read.standard_tier)) => {
                details.push(Detail::new(field, format!("{value} is not a tier from 1 to {TIERS}")));
            }
            Ok(_) => {
                good.insert(name.clone(), value.clone());
            }
            Err(error) => details.push(Detail::new(field, error.to_string())),
        }
    }
    if let Ok(read) = serde_json::from_value(Value::Object(good)) {
        *settings = read;
    }
    settings.contradictions(details);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::product::fixtures::chair;

    #[test]
    fn settings_that_contradict_themselves_are_refused_all_at_once() {
        let error = Settings::from_json(
            r#"{"minimumMargin":"100","receiptAccount":" ","salesPeople":[{"code":"ALE","name":"Ann"},{"code":"ale","name":"Al"},{"code":"","name":"Bo"}],"colour":1}"#,
        )
        .unwrap_err();
        let fields: Vec<&str> = error.details.iter().map(|detail| detail.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "settings.colour",
                "settings.minimumMargin",
                "settings.receiptAccount",
                "settings.salesPeople",
                "settings.salesPeople"
            ]
        );
        assert!(Settings::from_json(r#"{"minimumMargin":"99.5","receiptAccount":null}"#).is_ok());
        assert!(Settings::from_json(r#"{"minimumMargin":"-1"}"#).is_err());
        assert!(Settings::from_json("7").is_err());
    }

    #[test]
    fn p10_each_description_goes_to_its_field_and_the_long_one_wins() {
        use DescriptionField::{ExtendedDescription, InternalNotes, Specification};
        let both = Product {
            long_description: "<p>Solid <b>oak</b></p>".into(),
            short_description: "<b>New</b><img src=x onerror=alert(1)>".into(),
            ..chair()
        };
        let told = |long, short, product: &Product| {
            let settings = Settings { long_description: long, short_description: short, ..Settings::default() };
            [ExtendedDescription, InternalNotes, Specification].map(|field| settings.description(product, field))
        };
        let short = both.short_description.as_str();
        assert_eq!(told(ExtendedDescription, Specification, &both), ["Solid oak", "", short]);
        assert_eq!(told(InternalNotes, ExtendedDescription, &both), ["New", "Solid oak", ""]);
        assert_eq!(told(Specification, InternalNotes, &both), ["", "New", "<p>Solid <b>oak</b></p>"]);
        assert_eq!(told(ExtendedDescription, ExtendedDescription, &both), ["Solid oak", "", ""]);
        let only_short = Product { long_description: " ".into(), ..both.clone() };
        assert_eq!(told(ExtendedDescription, ExtendedDescription, &only_short), ["New", "", ""]);
    }

    #[test]
    fn an_address_is_enough() {
        let options = Options::from_json(r#"{"proxyUrl":"/cin7"}"#).unwrap();
        assert_eq!(options.proxy_url, "/cin7/");
        assert_eq!(options.settings, Settings::default());
    }

    #[test]
    fn settings_are_read_by_their_words() {
        let options = Options::from_json(
            r#"{"proxyUrl":"/cin7/","settings":{"salesType":"Simple","orderStatus":"DRAFT","lineTotal":"gross","standardTier":2}}"#,
        )
        .unwrap();
        assert_eq!(options.settings.sales_type, SalesType::Simple);
        assert_eq!(options.settings.order_status, OrderStatus::Draft);
        assert_eq!(options.settings.line_total, LineTotal::Gross);
        assert_eq!(options.settings.standard_tier, 2);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let error = Options::from_json(
            r#"{"proxyURL":"/cin7/","databaseName":"a b","settings":{"saleType":"Simple","orderStatus":"Draft","standardTier":11,"pictures":"yes"}}"#,
        )
        .unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidOptions);
        let fields: Vec<&str> = error.details.iter().map(|detail| detail.field.as_str()).collect();
        for field in [
            "proxyURL",
            "proxyUrl",
            "databaseName",
            "settings.saleType",
            "settings.orderStatus",
            "settings.standardTier",
            "settings.pictures",
        ] {
            assert!(fields.contains(&field), "{field} is not among {fields:?}");
        }
        assert_eq!(fields.len(), 7);
    }
}
