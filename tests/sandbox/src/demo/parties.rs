//! Customers and suppliers of the demo world.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::books::{REPS, WAREHOUSES};
use super::chance::Chance;
use crate::clock::instant_text;
use crate::fields::{Fields, Number, object};

const CUSTOMERS: usize = 300;

/// A country's towns with postcodes, streets, first names, surnames and kinds of business.
struct Region {
    country: &'static str,
    currency: &'static str,
    dial: &'static str,
    towns: &'static [(&'static str, &'static str)],
    streets: &'static [&'static str],
    first: &'static [&'static str],
    last: &'static [&'static str],
    /// `{place}`, `{name}` and `{other}` are filled in.
    firms: &'static [&'static str],
    /// How many of a hundred customers.
    share: u32,
}

const REGIONS: [Region; 5] = [
    Region {
        country: "United Kingdom",
        currency: "GBP",
        dial: "01632 960",
        towns: &[
            ("Harrogate", "HG1 2"),
            ("Whitby", "YO21 3"),
            ("Bath", "BA1 1"),
            ("Ludlow", "SY8 1"),
            ("Keswick", "CA12 5"),
            ("Brighton", "BN1 4"),
            ("Edinburgh", "EH3 6"),
            ("Cardiff", "CF10 2"),
            ("Norwich", "NR2 1"),
            ("Falmouth", "TR11 3"),
            ("Chester", "CH1 1"),
            ("Oban", "PA34 4"),
            ("Margate", "CT9 1"),
            ("Sheffield", "S1 2"),
            ("Hexham", "NE46 1"),
            ("Totnes", "TQ9 5"),
        ],
        streets: &[
            "High Street",
            "Market Place",
            "Station Road",
            "Mill Lane",
            "Church Street",
            "Quayside",
            "Bridge Street",
            "Castle Yard",
        ],
        first: &[
            "Amelia",
            "Ben",
            "Charlotte",
            "Daniel",
            "Esme",
            "Farah",
            "Gareth",
            "Harriet",
            "Imran",
            "Jess",
            "Kofi",
            "Lucy",
            "Morag",
            "Nathan",
            "Priya",
            "Rhys",
        ],
        last: &[
            "Thornton",
            "Hale",
            "Bradshaw",
            "Winterbourne",
            "Pemberton",
            "Okoro",
            "Lister",
            "Ashworth",
            "Kaur",
            "Davies",
            "McLeod",
            "Penrose",
            "Fairfax",
            "Sutcliffe",
            "Marsh",
            "Beaumont",
        ],
        firms: &[
            "{place} Spa Hotel",
            "The {place} Arms",
            "{name} & {other} Interiors",
            "{name}'s Kitchens",
            "{place} Coffee Roasters",
            "{name} Contract Furnishing Ltd",
            "The Old Mill, {place}",
            "{place} Arts Centre",
            "{name} & Sons Builders",
            "The {name} Hotel",
            "{place} Golf Club",
            "{name} Fit-out Ltd",
            "{place} Wedding Barn",
            "{other} Bar Company",
        ],
        share: 74,
    },
    Region {
        country: "Ireland",
        currency: "EUR",
        dial: "+353 1 555",
        towns: &[("Galway", "H91 T"), ("Cork", "T12 R"), ("Dublin", "D02 X"), ("Kilkenny", "R95 K"), ("Westport", "F28 V")],
        streets: &["Shop Street", "Patrick Street", "The Quays", "Main Street", "Bridge Street"],
        first: &["Aoife", "Cian", "Niamh", "Declan", "Orla", "Ronan"],
        last: &["O'Sullivan", "Gallagher", "Byrne", "Kavanagh", "Doyle", "Brennan"],
        firms: &[
            "{name}'s Bar",
            "{place} Bay Hotel",
            "{name} & {other} Joinery",
            "The {place} Bistro",
            "{name} Hospitality Supplies Ltd",
        ],
        share: 9,
    },
    Region {
        country: "Germany",
        currency: "EUR",
        dial: "+49 30 5550",
        towns: &[("Hamburg", "2045"), ("Berlin", "1011"), ("Freiburg", "7909"), ("Leipzig", "0410")],
        streets: &["Hafenstraße", "Lindenallee", "Marktplatz", "Gartenweg"],
        first: &["Anja", "Jonas", "Katrin", "Matthias"],
        last: &["Brandt", "Vogel", "Köhler", "Seidel"],
        firms: &["Hotel {name} GmbH", "Gasthaus zur Linde {place}", "{name} & {other} Innenausbau GmbH", "Café {name}"],
        share: 7,
    },
    Region {
        country: "France",
        currency: "EUR",
        dial: "+33 1 99 00",
        towns: &[("Lille", "5900"), ("Lyon", "6900"), ("Rennes", "3500"), ("Calais", "6210")],
        streets: &["rue du Port", "avenue de la Gare", "place du Marché", "quai Voltaire"],
        first: &["Claire", "Étienne", "Margaux", "Luc"],
        last: &["Lefèvre", "Moreau", "Garnier", "Chevalier"],
        firms: &["Hôtel {name}", "Bistro du Canal, {place}", "Maison {name} et {other}", "Brasserie {name} SARL"],
        share: 6,
    },
    Region {
        country: "United States",
        currency: "USD",
        dial: "+1 617 555 0",
        towns: &[("Boston", "0211"), ("Portland", "0410"), ("Savannah", "3140")],
        streets: &["Commercial Street", "Harbor Avenue", "Congress Street"],
        first: &["Walter", "Grace", "Dolores"],
        last: &["Hayes", "Whitfield", "Navarro"],
        firms: &["{place} Harbor Inn", "{name} & {other} Imports LLC", "{name} Restaurant Group"],
        share: 4,
    },
];

/// A customer record in Cin7's shape, apart from its addresses and contacts.
pub(crate) struct Party {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) currency: String,
    pub(crate) term: String,
    pub(crate) tier: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) rep: Option<String>,
    pub(crate) tax_rule: String,
    pub(crate) discount: u32,
    pub(crate) credit_limit: u32,
    pub(crate) on_hold: bool,
    pub(crate) deprecated: bool,
    pub(crate) modified: String,
}

impl Party {
    pub(crate) fn fields(&self, addresses: &[Fields], contacts: &[Fields]) -> Fields {
        let none = None::<&str>;
        object! {
            "ID" => self.id, "Name" => self.name, "DisplayName" => none, "Currency" => self.currency, "PaymentTerm" => self.term,
            "Discount" => self.discount, "TaxRule" => self.tax_rule, "Carrier" => none, "SalesRepresentative" => self.rep,
            "Location" => self.location,
            "Comments" => "", "AccountReceivable" => "610", "RevenueAccount" => "200", "PriceTier" => self.tier,
            "TaxNumber" => "", "AttributeSet" => none,
            "Tags" => "", "Status" => if self.deprecated { "Deprecated" } else { "Active" }, "CreditLimit" => self.credit_limit,
            "IsOnCreditHold" => self.on_hold, "IsLegalEntity" => false, "CustomerParentID" => none,
            "CustomerParentName" => none, "IsBillParent" => false,
            "LastModifiedOn" => self.modified, "Addresses" => addresses, "Contacts" => contacts, "ChildCustomers" => [(); 0],
        }
    }
}

pub(crate) fn contact(id: &str, name: &str, phone: &str, email: &str, job: Option<&str>, default: bool) -> Fields {
    let none = None::<&str>;
    object! {
        "ID" => id, "Name" => name, "JobTitle" => job, "Phone" => phone, "MobilePhone" => none, "Fax" => none, "Email" => email,
        "Website" => none,
        "Default" => default, "Comment" => none, "IncludeInEmail" => default, "MarketingConsent" => 1,
    }
}

/// Line, town, postcode, country.
pub(crate) fn address(id: &str, (line, town, postcode, country): (&str, &str, &str, &str), kind: &str, default: bool) -> Fields {
    object! {
        "ID" => id, "Line1" => line, "Line2" => "", "City" => town, "State" => "", "Postcode" => postcode, "Country" => country,
        "Type" => kind, "DefaultForType" => default,
    }
}

/// Customers of the demo world; some have special prices on some of `products`.
pub(super) fn customers(chance: &mut Chance, products: &[Fields], now: DateTime<Utc>) -> Vec<Fields> {
    let mut taken: Vec<String> = Vec::new();
    let mut customers = Vec::new();
    while customers.len() < CUSTOMERS {
        let region = region(chance);
        let (town, postcode) = *chance.pick(region.towns);
        let (first, second) = (*chance.pick(region.last), *chance.pick(region.last));
        let name = chance.pick(region.firms).replace("{place}", town).replace("{name}", first).replace("{other}", second);
        if taken.contains(&name) || first == second {
            continue;
        }
        taken.push(name.clone());
        customers.push(customer(chance, region, (name, town, postcode), products, now));
    }
    customers
}

fn region(chance: &mut Chance) -> &'static Region {
    let mut at = chance.below(100);
    for region in &REGIONS {
        if at < region.share {
            return region;
        }
        at -= region.share;
    }
    &REGIONS[0]
}

fn postcode(chance: &mut Chance, region: &Region, stem: &str) -> String {
    if matches!(region.country, "United Kingdom" | "Ireland") {
        let letters = b"ABDEFGHJLNPQRSTUWXYZ";
        let letter = |chance: &mut Chance| char::from(*chance.pick(letters));
        format!("{stem}{}{}", letter(chance), letter(chance))
    } else {
        format!("{stem}{}", chance.below(10))
    }
}

fn customer(
    chance: &mut Chance,
    region: &Region,
    (name, town, stem): (String, &str, &str),
    products: &[Fields],
    now: DateTime<Utc>,
) -> Fields {
    let tier = match chance.below(20) {
        0 => None,
        1..=3 => Some("Retail"),
        4..=11 => Some("Trade"),
        12..=16 => Some("Wholesale"),
        _ => Some("Contract"),
    };
    let home = match region.country {
        "Ireland" => WAREHOUSES[3].0,
        _ => WAREHOUSES[chance.below(3) as usize].0,
    };
    let is_abroad = region.currency != "GBP";
    let term = match chance.below(10) {
        0..=5 => "30 days",
        6 | 7 => "14 days",
        8 => "7 days",
        _ => "Payment in advance",
    };
    let on_hold = chance.is(3);
    let no_location = chance.is(6);
    let no_rep = chance.is(25);
    let no_limit = chance.is(35);
    let discounted = chance.is(10);
    let party = Party {
        id: chance.id(),
        currency: region.currency.to_owned(),
        term: term.to_owned(),
        tier: tier.map(str::to_owned),
        location: (!no_location).then(|| home.to_owned()),
        rep: (!no_rep).then(|| (*chance.pick(&REPS)).to_owned()),
        tax_rule: if is_abroad { "Zero Rated Income" } else { "20% (VAT on Income)" }.to_owned(),
        discount: if discounted { chance.between(1, 4) * 5 / 2 } else { 0 },
        credit_limit: if no_limit { 0 } else { chance.between(2, 60) * 500 },
        on_hold,
        deprecated: chance.is(2),
        modified: instant_text(now - TimeDelta::minutes(i64::from(chance.between(90, 500_000)))),
        name,
    };
    let street = |chance: &mut Chance| format!("{} {}", chance.between(1, 120), chance.pick(region.streets));
    let main = street(chance);
    let main_code = postcode(chance, region, stem);
    let mut addresses = vec![
        address(&chance.id(), (&main, town, &main_code, region.country), "Billing", true),
        address(&chance.id(), (&main, town, &main_code, region.country), "Shipping", true),
    ];
    for _ in 0..chance.below(3) {
        let (other, other_stem) = *chance.pick(region.towns);
        let (line, code) = (street(chance), postcode(chance, region, other_stem));
        addresses.push(address(&chance.id(), (&line, other, &code, region.country), "Shipping", false));
    }
    let domain: String = party.name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(18).collect();
    let mut contacts = Vec::new();
    for at in 0..chance.between(1, 3) {
        let (first, last) = (chance.pick(region.first), chance.pick(region.last));
        let job = chance.pick(&["Owner", "Buyer", "General Manager", "Head Chef", "Project Manager", "Accounts"]);
        let email = format!("{}@{domain}.example", first.to_lowercase());
        let phone = format!("{}{:03}", region.dial, chance.below(1000));
        contacts.push(contact(&chance.id(), &format!("{first} {last}"), &phone, &email, Some(job), at == 0));
    }
    let mut fields = party.fields(&addresses, &contacts);
    let prices = special_prices(chance, products);
    if !prices.is_empty() {
        fields.set("ProductPrices", &prices);
    }
    fields
}

/// One customer in eight has agreed prices on a handful of products.
fn special_prices(chance: &mut Chance, products: &[Fields]) -> Vec<Fields> {
    if !chance.is(12) {
        return Vec::new();
    }
    let mut prices: Vec<Fields> = Vec::new();
    for _ in 0..chance.between(1, 6) {
        let product = chance.pick(products);
        let id = product.text_or_empty("ID");
        let retail = product.number_or_zero("PriceTier1");
        if prices.iter().any(|own| own.text_or_empty("ProductID") == id) || retail.is_zero() {
            continue;
        }
        let price = (retail * Decimal::new(i64::from(chance.between(58, 72)), 2)).trunc_with_scale(4);
        prices.push(object! {
            "ProductID" => id, "ProductSKU" => product.text_or_empty("SKU"), "ProductName" => product.text_or_empty("Name"),
            "Price" => Number(price),
        });
    }
    prices
}

/// Suppliers: name, currency, and street, town, postcode and country.
type Supplier = (&'static str, &'static str, (&'static str, &'static str, &'static str, &'static str));
const SUPPLIERS: [Supplier; 8] = [
    ("Fenland Joinery Ltd", "GBP", ("4 Wherry Lane", "Ely", "CB7 4AF", "United Kingdom")),
    ("Calder Seating Ltd", "GBP", ("Bridge Mill, Canal Road", "Sowerby Bridge", "HX6 2AG", "United Kingdom")),
    ("Mobiliário Vale S.A.", "EUR", ("Rua da Indústria 118", "Paredes", "4580-565", "Portugal")),
    ("Baltic Timber UAB", "EUR", ("Pramonės g. 15", "Šiauliai", "78136", "Lithuania")),
    ("Lumen & Lark Ltd", "GBP", ("22 Lamp Street", "Birmingham", "B18 6DF", "United Kingdom")),
    ("Ironbridge Castings Ltd", "GBP", ("Furnace Works", "Telford", "TF8 7DX", "United Kingdom")),
    ("Whitcombe Tableware Ltd", "GBP", ("7 Bottle Kiln Row", "Stoke-on-Trent", "ST6 4BH", "United Kingdom")),
    ("Ningbo Brightside Lighting", "USD", ("88 Canghai Road", "Ningbo", "315040", "China")),
];

pub(super) fn suppliers(chance: &mut Chance, now: DateTime<Utc>) -> Vec<Fields> {
    SUPPLIERS
        .into_iter()
        .map(|(name, currency, place)| {
            object! {
                "ID" => chance.id(), "Name" => name, "Currency" => currency, "PaymentTerm" => "30 days",
                "TaxRule" => "Zero Rated Income", "Discount" => 0,
                "Comments" => None::<&str>, "AccountPayable" => "800", "TaxNumber" => None::<&str>,
                "AttributeSet" => None::<&str>, "Status" => "Active",
                "LastModifiedOn" => instant_text(now - TimeDelta::days(90)), "Addresses" => [address(&chance.id(), place,
                "Billing", true)],
                "Contacts" => [(); 0],
            }
        })
        .collect()
}
