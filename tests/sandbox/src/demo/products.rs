//! Products of the demo world.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::catalogue::{CATEGORIES, Category, SERVICES};
use super::chance::Chance;
use crate::clock::instant_text;
use crate::fields::{Fields, Number, object};

/// Products of one category.
const PER_CATEGORY: usize = 66;

/// The names of the ten tiers; the last six are as Cin7 makes them.
pub(crate) const TIERS: [&str; 10] =
    ["Retail", "Trade", "Wholesale", "Contract", "Tier 5", "Tier 6", "Tier 7", "Tier 8", "Tier 9", "Tier 10"];

/// What a product record is made of.
pub(crate) struct Draft<'a> {
    pub(crate) id: String,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) category: &'a str,
    pub(crate) brand: Option<&'a str>,
    pub(crate) kind: &'a str,
    pub(crate) weight: Decimal,
    pub(crate) weight_units: &'a str,
    pub(crate) barcode: String,
    pub(crate) prices: [Decimal; 10],
    pub(crate) tiers: &'a [String; 10],
    pub(crate) cost: Decimal,
    pub(crate) short: String,
    pub(crate) long: String,
    pub(crate) tags: String,
    pub(crate) status: &'a str,
    pub(crate) sellable: bool,
    pub(crate) tax_rule: Option<&'a str>,
    pub(crate) modified: String,
    pub(crate) attachments: Vec<Fields>,
}

impl Draft<'_> {
    /// The record in Cin7's shape.
    pub(crate) fn fields(&self) -> Fields {
        let none = None::<&str>;
        let mut product = object! {
            "ID" => self.id, "SKU" => self.sku, "Name" => self.name, "Category" => self.category, "Brand" => self.brand,
            "Type" => self.kind,
            "CostingMethod" => "FIFO", "DropShipMode" => "No Drop Ship", "DefaultLocation" => none, "Length" => 0, "Width" => 0,
            "Height" => 0,
            "Weight" => Number(self.weight), "UOM" => "Each", "WeightUnits" => self.weight_units, "DimensionsUnits" => "cm",
            "Barcode" => self.barcode,
            "MinimumBeforeReorder" => 0, "ReorderQuantity" => 0,
        };
        let mut named = Fields::default();
        for (at, price) in self.prices.iter().enumerate() {
            product.push(&format!("PriceTier{}", at + 1), &Number(*price));
            named.push(&self.tiers[at], &Number(*price));
        }
        product.append(object! {
            "PriceTiers" => named, "AverageCost" => Number(self.cost), "ShortDescription" => self.short,
            "Description" => self.long, "InternalNote" => "",
            "AdditionalAttribute1" => none, "AttributeSet" => none, "DiscountRule" => none, "Tags" => self.tags,
            "Status" => self.status, "StockLocator" => "",
            "COGSAccount" => none, "RevenueAccount" => none, "InventoryAccount" => none, "PurchaseTaxRule" => none,
            "SaleTaxRule" => self.tax_rule,
            "LastModifiedOn" => self.modified, "Sellable" => self.sellable, "BillOfMaterial" => false, "AutoAssembly" => false,
            "AutoDisassembly" => false,
            "BOMType" => "None", "HSCode" => none, "CountryOfOrigin" => none, "CountryOfOriginCode" => none,
        });
        if !self.attachments.is_empty() {
            product.set("Attachments", &self.attachments);
        }
        product
    }
}

fn pence(amount: u32) -> Decimal {
    Decimal::new(i64::from(amount), 2)
}

/// A retail price that ends as shop prices do.
fn shop_price(pence: u32) -> u32 {
    match pence {
        0..=99 => pence.max(1),
        100..=999 => pence / 10 * 10 + 5,
        1000..=9999 => pence / 50 * 50 + 45,
        _ => pence / 500 * 500 + 495,
    }
}

/// All products of the demo world, services last.
pub(super) fn all(chance: &mut Chance, now: DateTime<Utc>) -> Vec<Fields> {
    let tiers = TIERS.map(str::to_owned);
    let mut products = Vec::new();
    for (index, category) in CATEGORIES.iter().enumerate() {
        let mut kinds: Vec<(usize, usize, usize)> = Vec::new();
        for noun in 0..category.nouns.len() {
            for material in 0..category.materials.len() {
                kinds.extend((0..category.variants.len()).map(|variant| (noun, material, variant)));
            }
        }
        chance.shuffle(&mut kinds);
        kinds.truncate(PER_CATEGORY);
        kinds.sort_unstable();
        for (number, kind) in kinds.into_iter().enumerate() {
            let barcode = index * 1000 + number;
            products.push(product(chance, category, kind, barcode, &tiers, now).fields());
        }
    }
    for (number, (name, sku, price)) in SERVICES.iter().enumerate() {
        products.push(service(chance, (name, sku, *price), number, &tiers, now).fields());
    }
    products
}

fn product<'a>(
    chance: &mut Chance,
    category: &'a Category,
    (noun, material, variant): (usize, usize, usize),
    number: usize,
    tiers: &'a [String; 10],
    now: DateTime<Utc>,
) -> Draft<'a> {
    let (noun_text, base, grams) = category.nouns[noun];
    let (material_text, variant_text) = (category.materials[material], category.variants[variant]);
    let name = format!("{material_text} {noun_text}, {variant_text}");
    let letters: String = material_text.chars().filter(char::is_ascii_alphanumeric).take(3).collect::<String>().to_uppercase();
    let id = chance.id();
    // Materials and sizes cost more one after the other; cost carries four places as average costs do.
    let share = 85 + 9 * u32::try_from(variant).unwrap_or(0) + 5 * u32::try_from(material).unwrap_or(0);
    let cost = Decimal::new(i64::from(base) * i64::from(share) + i64::from(chance.below(90)), 4);
    let retail = shop_price(base * share / 100 * chance.between(205, 240) / 100);
    let mut prices = [Decimal::ZERO; 10];
    prices[0] = pence(retail);
    if !chance.is(3) {
        prices[1] = pence(retail * 80 / 100);
    }
    if !chance.is(6) {
        prices[2] = Decimal::new(i64::from(retail) * 6950, 6);
    }
    if chance.is(70) {
        prices[3] = Decimal::new(i64::from(retail) * 6275 + i64::from(chance.below(100)) * 10, 6);
    }
    for price in &mut prices {
        // Tier prices have at most four places; truncation is enough here.
        *price = price.trunc_with_scale(4).normalize();
    }
    let is_new = chance.is(8);
    let sale = chance.is(10);
    let mut tags = category.tags.join(", ");
    for (tag, wanted) in [("new", is_new), ("sale-2026", sale), ("contract", chance.is(15))] {
        if wanted {
            tags = format!("{tags}, {tag}");
        }
    }
    let short = if chance.is(25) {
        format!("<b>{material_text}</b> {}, made for {}.", noun_text.to_lowercase(), category.use_for)
    } else {
        format!("{material_text} {} for {}.", noun_text.to_lowercase(), category.use_for)
    };
    let long = description(chance, category, material_text, noun_text, variant_text);
    let heavy = grams + grams * u32::try_from(variant).unwrap_or(0) / 8;
    let in_grams = heavy < 1000 && chance.is(50);
    let attachments = pictures(chance, &id, noun_text);
    Draft {
        sku: format!("{}-{letters}-{}{:02}", category.prefix, noun + 1, material * 5 + variant + 1),
        id,
        name,
        category: category.name,
        brand: Some(*chance.pick(category.brands)),
        kind: "Stock",
        weight: if chance.is(3) {
            Decimal::ZERO
        } else if in_grams {
            Decimal::from(heavy)
        } else {
            Decimal::new(i64::from(heavy), 3)
        },
        weight_units: if in_grams { "g" } else { "kg" },
        barcode: barcode(number),
        prices,
        tiers,
        cost: if is_new && chance.is(40) { Decimal::ZERO } else { cost },
        short,
        long,
        tags,
        status: if chance.is(2) { "Deprecated" } else { "Active" },
        sellable: !chance.is(2),
        tax_rule: None,
        modified: instant_text(now - TimeDelta::minutes(i64::from(chance.between(60, 400_000)))),
        attachments,
    }
}

fn service<'a>(
    chance: &mut Chance,
    (name, sku, price): (&str, &str, u32),
    number: usize,
    tiers: &'a [String; 10],
    now: DateTime<Utc>,
) -> Draft<'a> {
    let mut prices = [Decimal::ZERO; 10];
    prices[..4].fill(pence(price));
    Draft {
        id: chance.id(),
        sku: sku.to_owned(),
        name: name.to_owned(),
        category: "Services",
        brand: None,
        kind: "Service",
        weight: Decimal::ZERO,
        weight_units: "kg",
        barcode: barcode(90_000 + number),
        prices,
        tiers,
        cost: Decimal::ZERO,
        short: format!("{name}, charged per order."),
        long: String::new(),
        tags: "service".to_owned(),
        status: "Active",
        sellable: true,
        tax_rule: Some("20% (VAT on Income)"),
        modified: instant_text(now - TimeDelta::days(200)),
        attachments: Vec::new(),
    }
}

fn description(chance: &mut Chance, category: &Category, material: &str, noun: &str, variant: &str) -> String {
    let low = noun.to_lowercase();
    let care = chance.pick(&[
        "Wipe clean with a damp cloth.",
        "Keep away from direct heat.",
        "Spare parts kept for ten years.",
        "Check fixings after the first month of use.",
    ]);
    let origin = chance.pick(&[
        "Made in Yorkshire",
        "Made in Portugal",
        "Assembled in Leeds",
        "Made in Poland",
        "Finished by hand in our own workshop",
    ]);
    let article = if low.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" };
    match chance.below(3) {
        0 => format!(
            "<p>{origin}. {article} {low} in <b>{}</b>, {variant}, at home in {}.</p><ul><li>{care}</li><li>Sold singly or by \
             the pallet.</li></ul>",
            material.to_lowercase(),
            category.use_for
        ),
        1 => format!("{origin}. {material} {low}, {variant}.\n{care}"),
        _ => format!("{material} {low} built for {}. {care} {origin}.", category.use_for),
    }
}

/// The drawing of the product, and for some a second one.
fn pictures(chance: &mut Chance, product: &str, noun: &str) -> Vec<Fields> {
    let stem: String =
        noun.to_lowercase().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let mut attachments = Vec::new();
    for (suffix, default) in [("detail", false), ("front", true)] {
        if default || chance.is(20) {
            let file = format!("{stem}-{suffix}.svg");
            attachments.push(object! {
                "ID" => chance.id(), "ContentType" => "image/svg+xml", "IsDefault" => if default { "true" } else { "false" },
                "DownloadUrl" => format!("/attachments/{product}/{file}"), "FileName" => file,
            });
        }
    }
    attachments
}

/// An EAN-13 with its check digit, under the 50 prefix of the United Kingdom.
pub(crate) fn barcode(number: usize) -> String {
    let digits = format!("50214{number:07}");
    let sum: u32 =
        digits.chars().enumerate().filter_map(|(at, digit)| Some(digit.to_digit(10)? * if at % 2 == 0 { 1 } else { 3 })).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
