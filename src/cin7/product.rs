//! `/product`: products and services with their ten tiers.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{NotUnderstood, broken, not_an_object, refusal, text_of};
use super::fields::{List, Loose, Source, Wrong, record};
use super::notes::{Notes, some};
use super::page::{Identified, Page, page_told_by};
use crate::money::{Mass, Price};
use crate::records::name::named;
use crate::records::product::{self, DropShip, ProductKind, ProductStatus, Weight};
use crate::records::reference::{PriceTier, TIERS};
use crate::records::{Guid, Timestamp};

/// A product as Cin7 sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Product {
    #[serde(rename = "ID")]
    id: Loose<Guid>,
    #[serde(rename = "SKU")]
    sku: Loose<String>,
    name: Loose<String>,
    category: Loose<String>,
    brand: Loose<String>,
    #[serde(rename = "Type")]
    kind: Loose<String>,
    drop_ship_mode: Loose<String>,
    weight: Loose<Decimal>,
    weight_units: Loose<String>,
    barcode: Loose<String>,
    price_tier1: Loose<Decimal>,
    price_tier2: Loose<Decimal>,
    price_tier3: Loose<Decimal>,
    price_tier4: Loose<Decimal>,
    price_tier5: Loose<Decimal>,
    price_tier6: Loose<Decimal>,
    price_tier7: Loose<Decimal>,
    price_tier8: Loose<Decimal>,
    price_tier9: Loose<Decimal>,
    price_tier10: Loose<Decimal>,
    price_tiers: Loose<Source>,
    average_cost: Loose<Decimal>,
    short_description: Loose<String>,
    description: Loose<String>,
    discount_rule: Loose<String>,
    tags: Loose<String>,
    status: Loose<String>,
    sale_tax_rule: Loose<String>,
    last_modified_on: Loose<Timestamp>,
    sellable: Loose<bool>,
    attachments: Loose<List<Attachment>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Attachment {
    content_type: Loose<String>,
    download_url: Loose<String>,
    is_default: Loose<bool>,
}

/// What a product record leaves to the account.
#[derive(Debug, Clone, Copy)]
pub struct Defaults<'a> {
    /// The tiers by name: some accounts answer with the map of names instead of `PriceTier1` to `PriceTier10`.
    pub tiers: &'a [PriceTier],
    /// The account's unit of weight, for products that name none.
    pub weight_unit: &'a str,
}

/// A page of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Products {
    /// The page.
    pub page: Page<product::Product>,
    /// Whether prices were told by the tiers' names, so that they are right only where [`Defaults::tiers`] is of the same day.
    pub by_name: bool,
}

/// Reads a page of products.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of products.
pub fn page(body: &[u8], defaults: Defaults<'_>) -> Result<Products, NotUnderstood> {
    let mut by_name = false;
    // A product's pictures have addresses of their own in each answer; its SKU is no other product's.
    let page = page_told_by(
        Product::print,
        body,
        ("product", "Products"),
        |fields| fields.first_of(&["SKU", "ID", "Name"]),
        |product: Product, notes| product.record(defaults, notes, &mut by_name),
    )?;
    Ok(Products { page, by_name })
}

impl Identified for product::Product {
    fn is_called(&self, record: &str) -> bool {
        self.sku.trim() == record || self.id.to_string().eq_ignore_ascii_case(record)
    }
}

impl Product {
    fn print(&self) -> Option<&str> {
        match &self.sku {
            Loose::Told(sku) if !sku.trim().is_empty() => Some(sku),
            _ => None,
        }
    }

    fn record(self, defaults: Defaults<'_>, notes: &mut Notes, by_name: &mut bool) -> Result<product::Product, Wrong> {
        let id = self.id.needed("ID")?;
        let sku = self.sku.name("SKU")?.ok_or_else(|| Wrong::missing("SKU"))?;
        let status = status(&self.status.text("Status")?);
        let sellable = self.sellable.told("Sellable")?.unwrap_or(true) && status != ProductStatus::Deprecated;
        let pictures = pictures(some(self.attachments, "Attachments", notes, |attachment, _| attachment.image()));
        let drop_ship = self.drop_ship_mode.text("DropShipMode").and_then(|word| drop_ship(&word));
        let numbered = [
            (self.price_tier1, "PriceTier1"),
            (self.price_tier2, "PriceTier2"),
            (self.price_tier3, "PriceTier3"),
            (self.price_tier4, "PriceTier4"),
            (self.price_tier5, "PriceTier5"),
            (self.price_tier6, "PriceTier6"),
            (self.price_tier7, "PriceTier7"),
            (self.price_tier8, "PriceTier8"),
            (self.price_tier9, "PriceTier9"),
            (self.price_tier10, "PriceTier10"),
        ];
        Ok(product::Product {
            id,
            sku,
            name: self.name.text("Name")?,
            category: notes.take(self.category.text("Category")),
            brand: notes.take(self.brand.text("Brand")),
            kind: kind(&self.kind.text("Type")?),
            drop_ship: notes.take(drop_ship.map(Some)).unwrap_or(DropShip::No),
            weight: weight(self.weight, self.weight_units, defaults.weight_unit, notes),
            barcode: notes.take(self.barcode.text("Barcode")),
            tiers: if numbered.iter().any(|(price, _)| price.is_sent()) {
                numbered_tiers(numbered, notes)?
            } else {
                named_tiers(self.price_tiers, defaults.tiers, notes, by_name)?
            },
            average_cost: cost(self.average_cost, notes),
            short_description: notes.take(self.short_description.text("ShortDescription")),
            long_description: notes.take(self.description.text("Description")),
            tags: notes.take(self.tags.text("Tags")),
            discount_rule: notes.take(self.discount_rule.name("DiscountRule")),
            sale_tax_rule: self.sale_tax_rule.name("SaleTaxRule")?,
            modified: notes.take(self.last_modified_on.told("LastModifiedOn")),
            sellable,
            status,
            image_chosen: pictures.chosen,
            images: pictures.addresses,
        })
    }
}

fn status(word: &str) -> ProductStatus {
    match word.trim() {
        retired if retired.eq_ignore_ascii_case("Deprecated") => ProductStatus::Deprecated,
        unfinished if unfinished.eq_ignore_ascii_case("Setup required") => ProductStatus::SetupRequired,
        _ => ProductStatus::Active,
    }
}

fn kind(word: &str) -> ProductKind {
    match word.trim() {
        stock if stock.eq_ignore_ascii_case("Stock") => ProductKind::Stock,
        service if service.eq_ignore_ascii_case("Service") => ProductKind::Service,
        other => ProductKind::Other(other.to_owned()),
    }
}

fn drop_ship(word: &str) -> Result<DropShip, Wrong> {
    match word.trim().to_ascii_lowercase().as_str() {
        "" | "no drop ship" => Ok(DropShip::No),
        "optional drop ship" => Ok(DropShip::Optional),
        "always drop ship" => Ok(DropShip::Always),
        _ => Err(Wrong::new("DropShipMode", format!("“{word}” is not a known mode; taken as no drop shipping"))),
    }
}

fn cost(sent: Loose<Decimal>, notes: &mut Notes) -> Option<Price> {
    let read = price_of(sent, "AverageCost", notes);
    notes.take(read)
}

/// A price of the record; 0 and none are both "not entered".
fn price_of(sent: Loose<Decimal>, name: &str, notes: &mut Notes) -> Result<Option<Price>, Wrong> {
    let Some(sent) = sent.told(name)?.filter(|sent| !sent.is_zero()) else { return Ok(None) };
    let price = Price::rounded(sent).ok_or_else(|| Wrong::new(name, format!("“{sent}” is not a price")))?;
    let price = notes.kept(name, sent, price);
    Ok((!price.is_zero()).then_some(price))
}

fn numbered_tiers(sent: [(Loose<Decimal>, &str); TIERS], notes: &mut Notes) -> Result<[Option<Price>; TIERS], Wrong> {
    let mut ladder = [None; TIERS];
    for (slot, (price, name)) in ladder.iter_mut().zip(sent) {
        *slot = price_of(price, name, notes)?;
    }
    Ok(ladder)
}

fn named_tiers(
    sent: Loose<Source>,
    tiers: &[PriceTier],
    notes: &mut Notes,
    by_name: &mut bool,
) -> Result<[Option<Price>; TIERS], Wrong> {
    const NAME: &str = "PriceTiers";
    let mut ladder = [None; TIERS];
    let Some(map) = sent.told(NAME)? else { return Ok(ladder) };
    for (name, price) in map.entries().0 {
        let Some(price) = price_of(Loose::of(price), NAME, notes)? else { continue };
        *by_name = true;
        let unknown = || format!("there is no price tier called “{name}”");
        let tier = named(&name, tiers.iter(), |tier| &tier.name).or_say(&name, |tier| &tier.name, unknown);
        match tier.map(|tier| usize::from(tier.ordinal)) {
            Ok(ordinal) if (1..=TIERS).contains(&ordinal) => ladder[ordinal - 1] = Some(price),
            Ok(_) => notes.0.push(Wrong::new(NAME, unknown())),
            Err(problem) => notes.0.push(Wrong::new(NAME, problem)),
        }
    }
    Ok(ladder)
}

fn weight(sent: Loose<Decimal>, unit: Loose<String>, default_unit: &str, notes: &mut Notes) -> Option<Weight> {
    let sent = notes.take(sent.told("Weight")).filter(|sent| !sent.is_zero())?;
    let Some(value) = Mass::rounded(sent) else {
        notes.0.push(Wrong::new("Weight", format!("“{sent}” is not a weight")));
        return None;
    };
    let unit = notes.take(unit.name("WeightUnits")).unwrap_or_else(|| default_unit.to_owned());
    let value = notes.kept("Weight", sent, value);
    (!value.is_zero()).then_some(Weight { value, unit })
}

/// A product's pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pictures {
    /// Their addresses, the default one first.
    pub addresses: Vec<String>,
    /// Whether Cin7 said which is the default.
    pub chosen: bool,
}

/// Reads `/product/attachments`, which alone is documented to say which picture is the default.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a list of attachments.
pub fn attachments(body: &[u8]) -> Result<Pictures, NotUnderstood> {
    let text = text_of(body)?;
    if refusal(text.as_bytes()).is_some() || !text.starts_with('[') {
        return Err(not_an_object(text));
    }
    let rows: Vec<&RawValue> = serde_json::from_str(text).map_err(broken)?;
    let images = rows.into_iter().filter_map(|row| record(row.get()).and_then(Attachment::image).ok());
    Ok(pictures(images))
}

/// The pictures among attachments.
fn pictures(images: impl IntoIterator<Item = Option<(String, bool)>>) -> Pictures {
    let mut found = Pictures::default();
    for (address, default) in images.into_iter().flatten() {
        if default && !found.chosen {
            found.chosen = true;
            found.addresses.insert(0, address);
        } else {
            found.addresses.push(address);
        }
    }
    found
}

impl Attachment {
    /// The address of an attachment that is a picture, and whether it is the default one.
    fn image(self) -> Result<Option<(String, bool)>, Wrong> {
        let content_type = self.content_type.text("ContentType")?;
        let is_image = content_type.trim().get(..6).is_some_and(|start| start.eq_ignore_ascii_case("image/"));
        let Some(address) = self.download_url.name("DownloadUrl")?.filter(|_| is_image) else { return Ok(None) };
        let address = address.trim().to_owned();
        if address.contains(char::is_control) {
            return Err(Wrong::new("DownloadUrl", "is not an address"));
        }
        Ok(Some((address, self.is_default.told("IsDefault")?.unwrap_or(false))))
    }
}
