//! Records as rendered text with the few keys that filters need beside them.
//!
//! A page of 1,000 products out of 100,000 is a scan over the keys and a copy of 1,000 texts: nothing is parsed,
//! sorted or cloned for a list.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use crate::clock::parse_instant;
use crate::fields::{Fields, raw};

/// One kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    PriceTiers,
    TaxRules,
    Locations,
    PaymentTerms,
    Contacts,
    Accounts,
    DiscountRules,
    Customers,
    Suppliers,
    Products,
    Availability,
    Sales,
    Purchases,
}

/// What filters compare; texts are lower case, missing ones empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    pub(crate) id: Box<str>,
    /// SKU, order number, or nothing.
    pub(crate) code: Box<str>,
    pub(crate) name: Box<str>,
    /// Location of an availability row; `ExternalID` (as written) of a sale.
    pub(crate) place: Box<str>,
    pub(crate) modified: Option<DateTime<Utc>>,
    pub(crate) deprecated: bool,
}

/// One record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) keys: Keys,
    /// The whole object without its flagged arrays.
    pub(crate) text: Box<str>,
    /// Arrays that are shown only under an `Include...` flag.
    pub(crate) extras: Vec<(&'static str, Box<RawValue>)>,
    /// The list row of a sale or purchase; empty for others.
    pub(crate) row: Box<str>,
}

/// The records of one kind, in the order they arrived, found by id.
#[derive(Clone, Debug)]
pub(crate) struct Collection {
    kind: Kind,
    records: Vec<Arc<Record>>,
    by_id: HashMap<Box<str>, Vec<usize>>,
    deprecated: usize,
}

impl Kind {
    pub(crate) const ALL: [Kind; 13] = [
        Kind::PriceTiers,
        Kind::TaxRules,
        Kind::Locations,
        Kind::PaymentTerms,
        Kind::Contacts,
        Kind::Accounts,
        Kind::DiscountRules,
        Kind::Customers,
        Kind::Suppliers,
        Kind::Products,
        Kind::Availability,
        Kind::Sales,
        Kind::Purchases,
    ];

    /// The name used by world files and control endpoints.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::PriceTiers => "priceTiers",
            Kind::TaxRules => "taxRules",
            Kind::Locations => "locations",
            Kind::PaymentTerms => "paymentTerms",
            Kind::Contacts => "contacts",
            Kind::Accounts => "accounts",
            Kind::DiscountRules => "discountRules",
            Kind::Customers => "customers",
            Kind::Suppliers => "suppliers",
            Kind::Products => "products",
            Kind::Availability => "availability",
            Kind::Sales => "sales",
            Kind::Purchases => "purchases",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// The key of the array in Cin7's list answers.
    pub(crate) fn list_key(self) -> &'static str {
        match self {
            Kind::PriceTiers => "PriceTiers",
            Kind::TaxRules => "TaxRuleList",
            Kind::Locations => "LocationList",
            Kind::PaymentTerms => "PaymentTermList",
            Kind::Contacts => "MeContactsList",
            Kind::Accounts => "AccountsList",
            Kind::DiscountRules => "DiscountRules",
            Kind::Customers => "CustomerList",
            Kind::Suppliers => "SupplierList",
            Kind::Products => "Products",
            Kind::Availability => "ProductAvailabilityList",
            Kind::Sales => "SaleList",
            Kind::Purchases => "PurchaseList",
        }
    }

    pub(crate) fn id_field(self) -> &'static str {
        match self {
            Kind::PriceTiers | Kind::Accounts => "Code",
            Kind::Contacts => "ContactID",
            _ => "ID",
        }
    }

    /// The field that moves when the record changes.
    pub(crate) fn modified_field(self) -> Option<&'static str> {
        match self {
            Kind::Customers | Kind::Suppliers | Kind::Products | Kind::Sales => Some("LastModifiedOn"),
            Kind::Purchases => Some("LastUpdatedDate"),
            _ => None,
        }
    }

    pub(crate) fn flagged_arrays(self) -> &'static [&'static str] {
        match self {
            Kind::Products => &[
                "Suppliers",
                "ReorderLevels",
                "Movements",
                "BillOfMaterialsProducts",
                "BillOfMaterialsServices",
                "Attachments",
                "CustomPrices",
            ],
            Kind::Customers => &["ProductPrices"],
            _ => &[],
        }
    }
}

impl Keys {
    fn of(kind: Kind, fields: &Fields) -> Self {
        let lower = |key: &str| fields.text_or_empty(key).to_lowercase().into_boxed_str();
        let mut keys = Keys {
            id: lower(kind.id_field()),
            name: lower("Name"),
            modified: kind.modified_field().and_then(|key| parse_instant(&fields.text(key)?)),
            ..Keys::default()
        };
        match kind {
            Kind::Customers | Kind::Suppliers => keys.deprecated = &*lower("Status") == "deprecated",
            Kind::Locations => keys.deprecated = fields.flag("IsDeprecated").unwrap_or(false),
            Kind::Products => {
                keys.code = lower("SKU");
                keys.deprecated = &*lower("Status") == "deprecated";
            }
            Kind::Availability => {
                keys.code = lower("SKU");
                keys.place = lower("Location");
            }
            Kind::Sales => {
                keys.code = fields
                    .object("Order")
                    .map(|order| order.text_or_empty("SaleOrderNumber").to_lowercase())
                    .unwrap_or_default()
                    .into();
                keys.name = lower("Customer");
                keys.place = fields.text_or_empty("ExternalID").into();
            }
            Kind::Purchases => {
                keys.code = lower("OrderNumber");
                keys.name = lower("Supplier");
            }
            _ => {}
        }
        keys
    }
}

impl Record {
    pub(crate) fn of(kind: Kind, mut fields: Fields) -> Self {
        let keys = Keys::of(kind, &fields);
        let mut extras = Vec::new();
        for name in kind.flagged_arrays() {
            if let Some(value) = fields.take(name) {
                extras.push((*name, value));
            }
        }
        let row = match kind {
            Kind::Sales => crate::rows::sale(&fields).to_text(),
            Kind::Purchases => crate::rows::purchase(&fields).to_text(),
            _ => String::new(),
        };
        Record { keys, text: fields.to_text().into(), extras, row: row.into() }
    }

    /// The record without its flagged arrays.
    pub(crate) fn fields(&self) -> Fields {
        Fields::parse(&self.text).expect("the text was rendered from an object")
    }

    /// The record with its flagged arrays.
    pub(crate) fn whole(&self) -> Fields {
        let mut fields = self.fields();
        for (name, value) in &self.extras {
            fields.set(name, value);
        }
        fields
    }

    pub(crate) fn extra(&self, name: &str) -> Option<&RawValue> {
        self.extras.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_ref())
    }
}

impl Collection {
    pub(crate) fn new(kind: Kind, records: impl IntoIterator<Item = Record>) -> Self {
        let mut collection = Collection { kind, records: Vec::new(), by_id: HashMap::new(), deprecated: 0 };
        for record in records {
            collection.push(record);
        }
        collection
    }

    pub(crate) fn from_fields(kind: Kind, records: impl IntoIterator<Item = Fields>) -> Self {
        Self::new(kind, records.into_iter().map(|fields| Record::of(kind, fields)))
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.records.iter().map(AsRef::as_ref)
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The first record with this id, whatever its letter case.
    pub(crate) fn find(&self, id: &str) -> Option<&Record> {
        self.positions(id).first().map(|at| &*self.records[*at])
    }

    /// Where the records with this id stand; several only for availability.
    pub(crate) fn positions(&self, id: &str) -> &[usize] {
        self.by_id.get(id.trim().to_lowercase().as_str()).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn at(&self, position: usize) -> &Record {
        &self.records[position]
    }

    /// The first record whose name is exactly this, letter case aside.
    pub(crate) fn named(&self, name: &str) -> Option<&Record> {
        let name = name.trim().to_lowercase();
        self.iter().find(|record| *record.keys.name == *name)
    }

    /// Positions by id, else by SKU or order number, else by name.
    pub(crate) fn addressed(&self, id: &str) -> Vec<usize> {
        let by_id = self.positions(id);
        if !by_id.is_empty() {
            return by_id.to_vec();
        }
        let wanted = id.trim().to_lowercase();
        let matching = |key: fn(&Keys) -> &str| -> Vec<usize> {
            self.records.iter().enumerate().filter(|(_, record)| key(&record.keys) == wanted).map(|(at, _)| at).collect()
        };
        let by_code = matching(|keys| &keys.code);
        if by_code.is_empty() { matching(|keys| &keys.name) } else { by_code }
    }

    /// Whether a default list, which leaves out what is deprecated, shows every record.
    pub(crate) fn is_all_current(&self) -> bool {
        self.deprecated == 0
    }

    pub(crate) fn push(&mut self, record: Record) {
        self.deprecated += usize::from(record.keys.deprecated);
        self.by_id.entry(record.keys.id.clone()).or_default().push(self.records.len());
        self.records.push(Arc::new(record));
    }

    pub(crate) fn add(&mut self, fields: Fields) {
        self.push(Record::of(self.kind, fields));
    }

    pub(crate) fn replace(&mut self, position: usize, fields: Fields) {
        let record = Record::of(self.kind, fields);
        self.deprecated += usize::from(record.keys.deprecated);
        self.deprecated -= usize::from(self.records[position].keys.deprecated);
        let moved = record.keys.id != self.records[position].keys.id;
        self.records[position] = Arc::new(record);
        if moved {
            self.index();
        }
    }

    pub(crate) fn remove(&mut self, positions: &[usize]) {
        let mut at = 0;
        self.records.retain(|_| {
            at += 1;
            !positions.contains(&(at - 1))
        });
        self.index();
    }

    fn index(&mut self) {
        self.deprecated = self.iter().filter(|record| record.keys.deprecated).count();
        self.by_id.clear();
        for (at, record) in self.records.iter().enumerate() {
            self.by_id.entry(record.keys.id.clone()).or_default().push(at);
        }
    }

    /// The whole collection as one JSON array.
    pub(crate) fn render(&self) -> Box<RawValue> {
        let mut text = String::from("[");
        for (at, record) in self.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            if record.extras.is_empty() {
                text.push_str(&record.text);
            } else {
                text.push_str(&record.whole().to_text());
            }
        }
        text.push(']');
        RawValue::from_string(text).unwrap_or_else(|_| raw(&[(); 0]))
    }
}
