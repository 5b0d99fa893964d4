//! A world: the company and its records, from a folder, from the built-in fixture, or generated.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use crate::allocation::Allocation;
use crate::clock::parse_instant;
use crate::collection::{Collection, Kind};
use crate::error::StartError;
use crate::fields::{Fields, object};

/// Everything a Cin7 account holds, as far as it is simulated.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) name: String,
    pub(crate) company: Fields,
    /// Where the clock starts; the real time without one.
    pub(crate) start: Option<DateTime<Utc>>,
    /// The number of the next sale, 451 for `SO-00451`.
    pub(crate) next_sale: u64,
    /// What each authorised sale holds, by sale id.
    pub(crate) allocations: HashMap<String, Vec<Allocation>>,
    /// Sales as they were before they were voided, by sale id.
    pub(crate) voided: HashMap<String, Fields>,
    /// Sales whose goods are outside the world's stock figures: they hold none and take none.
    pub(crate) stockless: HashSet<String>,
    collections: Vec<Arc<Collection>>,
}

/// The files of the fixture world, built into the binary so that it runs from any folder.
const FIXTURE: [(&str, &str); 15] = [
    ("world", include_str!("../worlds/fixture/world.json")),
    ("company", include_str!("../worlds/fixture/company.json")),
    ("priceTiers", include_str!("../worlds/fixture/priceTiers.json")),
    ("taxRules", include_str!("../worlds/fixture/taxRules.json")),
    ("locations", include_str!("../worlds/fixture/locations.json")),
    ("paymentTerms", include_str!("../worlds/fixture/paymentTerms.json")),
    ("contacts", include_str!("../worlds/fixture/contacts.json")),
    ("accounts", include_str!("../worlds/fixture/accounts.json")),
    ("discountRules", include_str!("../worlds/fixture/discountRules.json")),
    ("customers", include_str!("../worlds/fixture/customers.json")),
    ("suppliers", include_str!("../worlds/fixture/suppliers.json")),
    ("products", include_str!("../worlds/fixture/products.json")),
    ("availability", include_str!("../worlds/fixture/availability.json")),
    ("sales", include_str!("../worlds/fixture/sales.json")),
    ("purchases", include_str!("../worlds/fixture/purchases.json")),
];

impl World {
    /// A world without records.
    pub(crate) fn empty(name: &str, company: Fields) -> Self {
        let collections = Kind::ALL.into_iter().map(|kind| Arc::new(Collection::new(kind, []))).collect();
        World {
            name: name.to_owned(),
            company,
            start: None,
            next_sale: 1,
            allocations: HashMap::new(),
            voided: HashMap::new(),
            stockless: HashSet::new(),
            collections,
        }
    }

    pub(crate) fn fixture() -> Result<Self, StartError> {
        Self::assemble("fixture", |name| Ok(FIXTURE.iter().find(|(own, _)| *own == name).map(|(_, text)| (*text).to_owned())))
    }

    /// Reads `company.json`, `products.json` and so on from a folder; a missing file is an empty collection.
    pub(crate) fn folder(path: &Path) -> Result<Self, StartError> {
        if !path.is_dir() {
            return Err(StartError::World { file: path.display().to_string(), reason: "is not a folder".to_owned() });
        }
        let name = path.file_name().map_or_else(|| "folder".to_owned(), |name| name.to_string_lossy().into_owned());
        Self::assemble(&name, |file| {
            let path = path.join(format!("{file}.json"));
            match std::fs::read_to_string(&path) {
                Ok(text) => Ok(Some(text)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(StartError::World { file: path.display().to_string(), reason: error.to_string() }),
            }
        })
    }

    fn assemble(name: &str, read: impl Fn(&str) -> Result<Option<String>, StartError>) -> Result<Self, StartError> {
        let object = |file: &str| -> Result<Fields, StartError> {
            let text = read(file)?.unwrap_or_else(|| "{}".to_owned());
            Fields::parse(&text).map_err(|error| bad(file, &error))
        };
        let mut company = object("company")?;
        if company.get("Currency").is_none() {
            company.set("Currency", "GBP");
        }
        let settings = object("world")?;
        let mut world = Self::empty(name, company);
        for kind in Kind::ALL {
            if let Some(text) = read(kind.name())? {
                world.put(Collection::from_fields(kind, records(kind, &text)?));
            }
        }
        world.start = settings.text("clock").and_then(|text| parse_instant(&text));
        world.next_sale = settings
            .text("nextSaleNumber")
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| highest_number(world.of(Kind::Sales)) + 1);
        Ok(world)
    }

    pub(crate) fn of(&self, kind: Kind) -> &Collection {
        &self.collections[kind as usize]
    }

    pub(crate) fn of_mut(&mut self, kind: Kind) -> &mut Collection {
        Arc::make_mut(&mut self.collections[kind as usize])
    }

    pub(crate) fn put(&mut self, collection: Collection) {
        let kind = collection.kind();
        self.collections[kind as usize] = Arc::new(collection);
    }

    /// The whole world as one JSON object.
    pub(crate) fn render(&self) -> Fields {
        let mut state = object! { "company" => self.company };
        for kind in Kind::ALL {
            state.set(kind.name(), &self.of(kind).render());
        }
        state
    }
}

fn bad(file: &str, error: &serde_json::Error) -> StartError {
    StartError::World { file: format!("{file}.json"), reason: error.to_string() }
}

/// The records of a world file: a bare array, or the list answer that Cin7 gave.
fn records(kind: Kind, text: &str) -> Result<Vec<Fields>, StartError> {
    let fail = |error: &serde_json::Error| bad(kind.name(), error);
    let value: &RawValue = serde_json::from_str(text).map_err(|error| fail(&error))?;
    if value.get().starts_with('{') {
        let envelope = Fields::parse(value.get()).map_err(|error| fail(&error))?;
        return Ok(envelope.list(kind.list_key()));
    }
    serde_json::from_str(value.get()).map_err(|error| fail(&error))
}

fn highest_number(sales: &Collection) -> u64 {
    sales.iter().filter_map(|sale| sale.keys.code.rsplit('-').next()?.parse().ok()).max().unwrap_or(0)
}
