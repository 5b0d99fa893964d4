//! The demo company and its reference books.

use rust_decimal::Decimal;

use crate::collection::{Collection, Kind};
use crate::demo::chance::Chance;
use crate::demo::products::TIERS;
use crate::fields::{Fields, object};
use crate::world::World;

/// Base units for one unit of a foreign currency, for the purchases of the world.
pub(super) fn rate(currency: &str) -> Decimal {
    match currency {
        "EUR" => Decimal::new(86, 2),
        "USD" => Decimal::new(79, 2),
        _ => Decimal::ONE,
    }
}

/// Warehouses: name, town, postcode, country, number of bins, deprecated.
pub(super) const WAREHOUSES: [(&str, &str, &str, &str, u32, bool); 5] = [
    ("Park Royal", "London", "NW10 7HQ", "United Kingdom", 12, false),
    ("Leeds Depot", "Leeds", "LS10 1RT", "United Kingdom", 8, false),
    ("Bristol Depot", "Bristol", "BS11 9FD", "United Kingdom", 0, false),
    ("Dublin Depot", "Dublin", "D12 XE71", "Ireland", 0, false),
    ("Old Kent Road", "London", "SE15 1JZ", "United Kingdom", 0, true),
];

pub(super) const REPS: [&str; 6] =
    ["Alice Moreton", "Dev Patel", "Fiona Gallagher", "George Adeyemi", "Hannah Schmidt", "Owen Pritchard"];

pub(super) const TERMS: [(&str, u32, bool); 5] =
    [("30 days", 30, true), ("14 days", 14, true), ("7 days", 7, true), ("Payment in advance", 0, true), ("60 days", 60, false)];

/// The name of a bin: `A-03`.
pub(super) fn bin(number: u32) -> String {
    format!("{}-{:02}", char::from(b'A' + u8::try_from(number / 4).unwrap_or(0)), number % 4 + 1)
}

/// A demo world with its books filled and no trade yet.
pub(super) fn world(chance: &mut Chance) -> World {
    let rule_id = chance.id();
    let company = object! {
        "Company" => "Marlowe & Finch Wholesale Ltd", "Currency" => "GBP", "TimeZone" => "Europe/London",
        "DefaultWeightUnits" => "kg",
        "DefaultDimensionsUnits" => "cm", "LockDate" => None::<&str>, "OpeningBalanceDate" => "2023-04-01T00:00:00",
        "TaxCalculationMethod" => "Total",
        "DefaultSaleTaxRuleId" => rule_id, "DefaultSaleTaxRuleName" => "20% (VAT on Income)",
        "MaximumDecimalPlacesInQuantity" => "N2",
        "ApplyCustomerDiscountsAfterOtherDiscounts" => false, "DiscountRule" => "Discount",
        "AutomaticallyApplyDiscounts" => false, "RoundingTable" => [(); 0],
    };
    let mut world = World::empty("demo", company);
    world.next_sale = 1201;
    world.put(Collection::from_fields(Kind::PriceTiers, price_tiers(&TIERS.map(str::to_owned))));
    world.put(Collection::from_fields(Kind::TaxRules, tax_rules(chance, &rule_id)));
    world.put(Collection::from_fields(Kind::Locations, locations(chance)));
    world.put(Collection::from_fields(Kind::PaymentTerms, payment_terms(chance)));
    world.put(Collection::from_fields(Kind::Contacts, contacts(chance)));
    world.put(Collection::from_fields(Kind::Accounts, accounts()));
    world
}

pub(crate) fn price_tiers(names: &[String; 10]) -> Vec<Fields> {
    names.iter().enumerate().map(|(at, name)| object! { "Code" => at + 1, "Name" => name }).collect()
}

fn tax_rules(chance: &mut Chance, default: &str) -> Vec<Fields> {
    let rules = [
        ("20% (VAT on Income)", 20, false, true),
        ("Zero Rated Income", 0, false, true),
        ("5% (VAT on Income)", 5, false, true),
        ("20% Inclusive", 20, true, true),
        ("Exempt Income", 0, false, true),
        ("Old VAT 15%", 15, false, false),
    ];
    rules
        .into_iter()
        .enumerate()
        .map(|(at, rule)| {
            let id = if at == 0 { default.to_owned() } else { chance.id() };
            tax_rule(&id, chance, rule)
        })
        .collect()
}

pub(crate) fn tax_rule(id: &str, chance: &mut Chance, (name, percent, inclusive, active): (&str, u32, bool, bool)) -> Fields {
    let component = object! {
        "ID" => chance.id().to_uppercase(), "Name" => "VAT", "Percent" => format!("{percent}.0000000000"), "AccountCode" => "820",
        "Compound" => "0", "ComponentOrder" => "1",
    };
    object! {
        "ID" => id, "Name" => name, "Account" => "820", "IsActive" => active, "TaxInclusive" => inclusive,
        "TaxPercent" => percent,
        "IsTaxForSale" => true, "IsTaxForPurchase" => false, "Components" => [component],
    }
}

fn locations(chance: &mut Chance) -> Vec<Fields> {
    let mut rows = Vec::new();
    let mut bins = Vec::new();
    for (at, (name, town, postcode, country, count, deprecated)) in WAREHOUSES.into_iter().enumerate() {
        let id = chance.id();
        let own: Vec<Fields> = (0..count).map(|number| object! { "ID" => chance.id(), "Name" => bin(number) }).collect();
        for entry in &own {
            bins.push(location(
                &entry.text_or_empty("ID"),
                &entry.text_or_empty("Name"),
                Some((&id, name)),
                None,
                false,
                deprecated,
            ));
        }
        let mut row = location(&id, name, None, (count > 0).then_some(&own), at == 0, deprecated);
        row.set("AddressLine1", &format!("Unit {}, Trade Park", at + 3));
        row.set("AddressCitySuburb", town);
        row.set("AddressZipPostCode", postcode);
        row.set("AddressCountry", country);
        rows.push(row);
    }
    rows.extend(bins);
    rows
}

pub(crate) fn location(
    id: &str,
    name: &str,
    parent: Option<(&str, &str)>,
    bins: Option<&Vec<Fields>>,
    default: bool,
    deprecated: bool,
) -> Fields {
    let none = None::<&str>;
    object! {
        "ID" => id, "Name" => name, "IsDefault" => default, "IsDeprecated" => deprecated, "Bins" => bins,
        "FixedAssetsLocation" => false,
        "ParentID" => parent.map(|(id, _)| id), "ParentName" => parent.map(|(_, name)| name), "ReferenceCount" => 0,
        "AddressLine1" => none,
        "AddressLine2" => none, "AddressCitySuburb" => none, "AddressStateProvince" => none, "AddressZipPostCode" => none,
        "AddressCountry" => none,
        "PickZones" => none, "IsShopfloor" => false, "IsCoMan" => false, "IsStaging" => false,
    }
}

fn payment_terms(chance: &mut Chance) -> Vec<Fields> {
    TERMS
        .into_iter()
        .enumerate()
        .map(|(at, (name, days, active))| {
            object! { "ID" => chance.id(), "Name" => name, "Duration" => days, "Method" => "number of days",
            "IsActive" => active, "IsDefault" => at == 0 }
        })
        .collect()
}

fn contacts(chance: &mut Chance) -> Vec<Fields> {
    let others = [("Ruth Okafor", "Employee"), ("Accounts Department", "Billing"), ("Tomasz Nowak", "Shipping")];
    let people = REPS.iter().map(|name| (*name, "Sale")).chain(others);
    people
        .enumerate()
        .map(|(at, (name, kind))| {
            let email = format!("{}@marlowefinch.example", name.to_lowercase().replace(' ', "."));
            object! {
                "ContactID" => chance.id(), "Name" => name, "Phone" => format!("020 7946 {:04}", 510 + at),
                "Fax" => None::<&str>, "Email" => email,
                "Website" => None::<&str>, "Comment" => None::<&str>, "Type" => kind,
                "DefaultForType" => at == 0 || at >= REPS.len(),
            }
        })
        .collect()
}

pub(crate) fn accounts() -> Vec<Fields> {
    let books = [
        ("090", "Business Current Account", "BANK", "ASSET", "", "", true),
        ("091", "Card Takings", "BANK", "ASSET", "", "", true),
        ("200", "Sales", "REVENUE", "REVENUE", "Sales revenue", "SALES", false),
        ("205", "Service Income", "REVENUE", "REVENUE", "", "", false),
        ("310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", "Cost of goods sold", "COGS", false),
        ("610", "Accounts Receivable", "CURRENT", "ASSET", "Accounts receivable", "DEBTORS", false),
        ("630", "Inventory", "INVENTORY", "ASSET", "Inventory", "STOCK", false),
        ("800", "Accounts Payable", "CURRLIAB", "LIABILITY", "Accounts payable", "CREDITORS", false),
        ("820", "VAT", "CURRLIAB", "LIABILITY", "Tax", "TAX", false),
    ];
    let record = |(code, name, kind, class, system, system_code, payments): (&str, &str, &str, &str, &str, &str, bool)| {
        object! {
            "Code" => code, "Name" => name, "Type" => kind, "Status" => "ACTIVE", "Description" => "", "Class" => class,
            "SystemAccount" => system,
            "SystemAccountCode" => system_code, "ForPayments" => payments, "DisplayName" => format!("{code}: {name}"),
            "OldCode" => None::<&str>,
            "BankAccountNumber" => None::<&str>, "BankAccountId" => None::<&str>, "Currency" => (kind == "BANK").then_some("GBP"),
        }
    };
    books.into_iter().map(record).collect()
}
