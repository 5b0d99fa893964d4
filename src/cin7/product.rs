//! `/product`: products and services with their ten tiers.

use super::fields::{Fields, Wrong, number};
use super::{Identified, NotUnderstood, Notes, Page, first_of};
use crate::json::Raw;
use crate::money::{Mass, Price};
use crate::records::name::named;
use crate::records::product::{DropShip, Product, ProductKind, ProductStatus, Weight};
use crate::records::reference::{PriceTier, TIERS};

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
    pub page: Page<Product>,
    /// Whether prices were told by the tiers' names, so that they are right only where [`Defaults::tiers`] is of the same day.
    pub by_name: bool,
}

/// Reads a page of products.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of products.
pub fn page(body: &[u8], defaults: Defaults<'_>) -> Result<Products, NotUnderstood> {
    let mut by_name = false;
    let page = super::page(
        body,
        ("product", "Products"),
        |fields| first_of(fields, &["SKU", "ID", "Name"]),
        |fields, notes| product(fields, defaults, notes, &mut by_name),
    )?;
    Ok(Products { page, by_name })
}

impl Identified for Product {
    fn is_called(&self, record: &str) -> bool {
        self.sku.trim() == record || self.id.to_string().eq_ignore_ascii_case(record)
    }
}

fn product(fields: &Fields<'_>, defaults: Defaults<'_>, notes: &mut Notes, by_name: &mut bool) -> Result<Product, Wrong> {
    let id = fields.own_id("ID")?;
    let sku = fields.text("SKU")?;
    if sku.trim().is_empty() {
        return Err(Wrong::new("SKU", "is missing"));
    }
    let status = status(&fields.text("Status")?);
    let sellable = fields.flag("Sellable")?.unwrap_or(true) && status != ProductStatus::Deprecated;
    let pictures = pictures(notes.take(fields.list("Attachments")), notes);
    let drop_ship = fields.text("DropShipMode").and_then(|word| drop_ship(&word));
    Ok(Product {
        id,
        sku: sku.into_owned(),
        name: fields.text("Name")?.into_owned(),
        category: notes.take(fields.text("Category")).into_owned(),
        brand: notes.take(fields.text("Brand")).into_owned(),
        kind: kind(&fields.text("Type")?),
        drop_ship: drop_ship.unwrap_or_else(|wrong| {
            notes.0.push(wrong);
            DropShip::No
        }),
        weight: weight(fields, defaults.weight_unit, notes),
        barcode: notes.take(fields.text("Barcode")).into_owned(),
        tiers: tiers(fields, defaults.tiers, notes, by_name)?,
        average_cost: cost(fields, notes),
        short_description: notes.take(fields.text("ShortDescription")).into_owned(),
        long_description: notes.take(fields.text("Description")).into_owned(),
        tags: notes.take(fields.text("Tags")).into_owned(),
        discount_rule: notes.take(fields.name("DiscountRule")),
        sale_tax_rule: fields.name("SaleTaxRule")?,
        modified: notes.take(fields.instant("LastModifiedOn")),
        sellable,
        status,
        image_chosen: pictures.chosen,
        images: pictures.addresses,
    })
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

fn cost(fields: &Fields<'_>, notes: &mut Notes) -> Option<Price> {
    const NAME: &str = "AverageCost";
    let read = fields.raw(NAME).map_or(Ok(None), |raw| price_of(raw, NAME, notes));
    notes.take(read)
}

/// A price of the record; 0 and none are both "not entered".
fn price_of(raw: Raw<'_>, name: &str, notes: &mut Notes) -> Result<Option<Price>, Wrong> {
    let Some(value) = number(raw).map_err(|problem| Wrong::new(name, problem))? else { return Ok(None) };
    if value.is_zero() {
        return Ok(None);
    }
    let price = Price::rounded(value).ok_or_else(|| Wrong::new(name, format!("“{value}” is not a price")))?;
    let price = notes.kept(name, value, price);
    Ok((!price.is_zero()).then_some(price))
}

fn tiers(
    fields: &Fields<'_>,
    tiers: &[PriceTier],
    notes: &mut Notes,
    by_name: &mut bool,
) -> Result<[Option<Price>; TIERS], Wrong> {
    const NAMES: [&str; TIERS] = [
        "PriceTier1",
        "PriceTier2",
        "PriceTier3",
        "PriceTier4",
        "PriceTier5",
        "PriceTier6",
        "PriceTier7",
        "PriceTier8",
        "PriceTier9",
        "PriceTier10",
    ];
    let mut ladder = [None; TIERS];
    let mut numbered = false;
    for (slot, name) in ladder.iter_mut().zip(NAMES) {
        if let Some(raw) = fields.raw(name) {
            numbered = true;
            *slot = price_of(raw, name, notes)?;
        }
    }
    if numbered {
        return Ok(ladder);
    }
    let Some(map) = fields.object("PriceTiers")? else { return Ok(ladder) };
    for (name, raw) in map.entries() {
        let Some(price) = price_of(*raw, "PriceTiers", notes)? else { continue };
        *by_name = true;
        let unknown = || format!("there is no price tier called “{name}”");
        let tier = named(name, tiers.iter(), |tier| &tier.name).or_say(name, |tier| &tier.name, unknown);
        match tier.map(|tier| usize::from(tier.ordinal)) {
            Ok(ordinal) if (1..=TIERS).contains(&ordinal) => ladder[ordinal - 1] = Some(price),
            Ok(_) => notes.0.push(Wrong::new("PriceTiers", unknown())),
            Err(problem) => notes.0.push(Wrong::new("PriceTiers", problem)),
        }
    }
    Ok(ladder)
}

fn weight(fields: &Fields<'_>, default_unit: &str, notes: &mut Notes) -> Option<Weight> {
    let sent = notes.take(fields.number("Weight")).filter(|sent| !sent.is_zero())?;
    let Some(value) = Mass::rounded(sent) else {
        notes.0.push(Wrong::new("Weight", format!("“{sent}” is not a weight")));
        return None;
    };
    let unit = notes.take(fields.name("WeightUnits")).unwrap_or_else(|| default_unit.to_owned());
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
    let text = super::text_of(body)?;
    if super::refusal(text.as_bytes()).is_some() || !text.starts_with('[') {
        return Err(super::not_an_object(text));
    }
    let broken = |error| NotUnderstood::new(format!("The answer is broken off or not JSON: {error}"));
    let rows = Raw::of(text).and_then(Raw::elements).map_err(broken)?;
    Ok(pictures(rows, &mut Notes::default()))
}

/// The pictures among attachments. Attachments are not only pictures; one that cannot be read is reported and costs none of
/// the others.
fn pictures(attachments: Vec<Raw<'_>>, notes: &mut Notes) -> Pictures {
    let mut found = Pictures::default();
    for (index, raw) in attachments.into_iter().enumerate() {
        match image(raw) {
            Ok(None) => {}
            Ok(Some((address, true))) if !found.chosen => {
                found.chosen = true;
                found.addresses.insert(0, address);
            }
            Ok(Some((address, _))) => found.addresses.push(address),
            Err(wrong) => notes.0.push(wrong.within("Attachments", index)),
        }
    }
    found
}

/// The address of an attachment that is a picture, and whether it is the default one.
fn image(raw: Raw<'_>) -> Result<Option<(String, bool)>, Wrong> {
    let attachment = Fields::of(raw)?;
    let content_type = attachment.text("ContentType")?;
    let is_image = content_type.trim().get(..6).is_some_and(|start| start.eq_ignore_ascii_case("image/"));
    let Some(address) = attachment.name("DownloadUrl")?.filter(|_| is_image) else { return Ok(None) };
    let address = address.trim().to_owned();
    if address.contains(char::is_control) {
        return Err(Wrong::new("DownloadUrl", "is not an address"));
    }
    Ok(Some((address, attachment.flag("IsDefault")?.unwrap_or(false))))
}
