//! Keeping quotes, and handing out what their lines need to know.

use serde::{Deserialize, Serialize};

use crate::desk::cache::state::Shelves;
use crate::desk::products::search::damaged;
use crate::desk::{Desk, Event, Surroundings};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::json;
use crate::money::{Amount, Currency};
use crate::quote::{CreditUse, LineFacts, LiveQuote, Quote, QuoteBundle, QuoteContext, SaveAnswer, canonical_link};
use crate::records::company::{Company, CompanyKind};
use crate::records::link::shortened;
use crate::records::matrix::MatrixState;
use crate::records::product::Product;
use crate::records::purchase::arriving;
use crate::records::{Day, Guid, Timestamp};
use crate::settings::DescriptionField;
use crate::store::{Batch, Store, Table};
use crate::sync::Group;
use crate::transport::Transport;

/// A row of the list of quotes; see `QuoteSummary` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteSummary {
    /// The quote's name here: its link.
    pub id: String,
    /// The link.
    pub link: String,
    /// The number at the end of the link.
    pub number: String,
    /// The customer.
    pub customer_id: Guid,
    /// The customer's name when the quote was started.
    pub customer_name: String,
    /// Its currency.
    pub currency: Currency,
    /// What it comes to, tax included.
    pub gross: Amount,
    /// How many lines it has.
    pub lines: usize,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Whether it has become an order.
    pub confirmed: bool,
}

/// What an open quote takes over after a sync: its context and its lines' facts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FreshFacts {
    /// The account, the customer and the settings.
    pub context: QuoteContext,
    /// One for every product that is known.
    pub facts: Vec<LineFacts>,
}

/// A quote as it is kept, with what the list of quotes shows of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    pub(crate) quote: Quote,
    pub(crate) gross: Amount,
    pub(crate) changed_at: Timestamp,
    /// How often it has been written; `None` is from a time when nobody counted.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
}

/// A quote was written; see `DeskEvents.quote` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteWritten {
    /// Its link.
    pub key: String,
    /// How often it has been written.
    pub revision: u32,
}

impl Kept {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        json::to_bytes(self)
    }

    pub(crate) fn revision(&self) -> u32 {
        self.revision.unwrap_or(0)
    }

    /// What comes after it, written now. A first one counts on from the second it is written in: a quote that was removed and
    /// is made again has no revision that a tab of the former could hold.
    pub(crate) fn after(before: Option<&Self>, quote: Quote, gross: Amount, now: Timestamp) -> Self {
        let second = || u32::try_from(now.millis() / 1000).unwrap_or(0);
        Self { quote, gross, changed_at: now, revision: Some(before.map_or_else(second, Self::revision) + 1) }
    }

    pub(crate) fn written(&self) -> Event {
        Event::Quote(Box::new(QuoteWritten { key: self.quote.link.clone(), revision: self.revision() }))
    }

    pub(crate) fn summary(self) -> QuoteSummary {
        let Self { quote, gross, changed_at, .. } = self;
        QuoteSummary {
            id: quote.id,
            link: quote.link,
            number: quote.number,
            customer_id: quote.customer,
            customer_name: quote.customer_name,
            currency: quote.currency,
            gross,
            lines: quote.lines.len(),
            changed_at,
            confirmed: quote.confirmed,
        }
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        serde_json::from_slice(bytes)
            .map_err(|fault| Error::new(ErrorCode::Storage, format!("A quote kept here cannot be read: {fault}")))
    }
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Starts the quote with this link for a customer, or opens the one that is kept under it.
    ///
    /// # Errors
    /// `invalid-input` for a link that is none, `unknown-customer`, `not-ready` before the first sync, `storage`.
    pub async fn create_quote(&self, link: &str, customer: &str) -> Result<QuoteBundle> {
        let link = canonical_link(link)?;
        self.read_claims().await?;
        if self.vault.get(Table::Quotes, &link.link).await?.is_some() {
            return self.open_quote(&link.link).await;
        }
        let company = self.quotable(customer)?;
        let quote = {
            let shelves = self.shelves.borrow();
            Quote::new(link.link.clone(), &link, &company, shelves.references()?, self.now())
        };
        let kept = Kept::after(None, quote, Amount::ZERO, self.now());
        let batch = Batch::relaxed().expect(Table::Quotes, &link.link, None).put(Table::Quotes, &link.link, kept.to_bytes());
        match self.vault.commit(batch).await {
            // Another tab started it in the meantime; that one stands.
            Err(error) if error.code == ErrorCode::Conflict => self.open_quote(&link.link).await,
            Err(error) => Err(error),
            Ok(()) => self.kept_bundle(kept),
        }
    }

    /// Opens the quote that is kept under this link.
    ///
    /// # Errors
    /// `unknown-quote`, `unknown-customer`, `not-ready`, `storage`.
    pub async fn open_quote(&self, link: &str) -> Result<QuoteBundle> {
        let link = canonical_link(link)?.link;
        self.read_claims().await?;
        match self.vault.get(Table::Quotes, &link).await? {
            Some(bytes) => self.kept_bundle(Kept::from_bytes(&bytes)?),
            None => Err(self.not_kept(&link).await?),
        }
    }

    /// No quote is kept under this link, though perhaps under the one that earlier versions would have given it.
    async fn not_kept(&self, link: &str) -> Result<Error> {
        let mut error = Error::new(ErrorCode::UnknownQuote, format!("No quote {link} is kept here."));
        if let Some(short) = shortened(link)
            && let Some(bytes) = self.vault.get(Table::Quotes, short).await?
            && let Ok(Kept { quote, .. }) = Kept::from_bytes(&bytes)
        {
            let text = format!(
                "A quote for {} is kept under {short}: earlier versions kept no more of an address, so it may be this one.",
                quote.customer_name
            );
            error.details.push(Detail::new(short, text));
        }
        Ok(error)
    }

    /// The quote with this link where it was written again since `revision`; `None` where it was not, or is not kept here.
    ///
    /// # Errors
    /// As [`Desk::open_quote`].
    pub async fn newer_quote(&self, link: &str, revision: u32) -> Result<Option<QuoteBundle>> {
        let Some(bytes) = self.vault.get(Table::Quotes, link).await? else { return Ok(None) };
        let kept = Kept::from_bytes(&bytes)?;
        if kept.revision() == revision { Ok(None) } else { self.kept_bundle(kept).map(Some) }
    }

    /// Writes a quote down, given as its document; `gross` is what it comes to, for the list of quotes. What its lines are of
    /// becomes an opportunity with the customer. `base` is the revision that the document began from: where another stands,
    /// nothing is written and that one is handed back. Without it, whatever stands is written over.
    ///
    /// # Errors
    /// `invalid-input` for a text that is no quote, `already-confirmed`, `storage`, `storage-full`.
    pub async fn save_quote(&self, document: &str, gross: &str, base: Option<u32>) -> Result<SaveAnswer> {
        let quote = self.with_costs(read_document(document)?).await?;
        let gross = gross.parse().map_err(|error: crate::money::NumberError| Error::invalid("gross", error.to_string()))?;
        let key = quote.link.clone();
        loop {
            let before = self.vault.get(Table::Quotes, &key).await?;
            let stands = before.as_deref().and_then(|bytes| Kept::from_bytes(bytes).ok());
            if let Some(stands) = &stands {
                if stands.quote.confirmed {
                    let text = "This quote has become an order and cannot be changed.";
                    return Err(Error::new(ErrorCode::AlreadyConfirmed, text));
                }
                if base.is_some_and(|base| base != stands.revision()) {
                    // A save that was made twice meets what it wrote itself.
                    if stands.quote == quote {
                        let judged = self.judged(&quote).unwrap_or_default();
                        return Ok(SaveAnswer::Saved { revision: stands.revision(), judged });
                    }
                    return self.kept_bundle(stands.clone()).map(|bundle| SaveAnswer::Moved(Box::new(bundle)));
                }
            }
            let kept = Kept::after(stands.as_ref(), quote.clone(), gross, self.now());
            // On condition that it is still the quote that was looked at: a tab that writes or confirms it right now must win.
            let mut batch = Batch::relaxed().expect(Table::Quotes, &key, before).put(Table::Quotes, &key, kept.to_bytes());
            let rise = self.rise(&kept.quote, MatrixState::Opportunity).await;
            if let Some(rise) = &rise {
                batch = rise.join(batch);
            }
            match self.vault.commit(batch).await {
                Err(error) if error.code == ErrorCode::Conflict => {}
                other => {
                    self.claims.borrow_mut().quote(&kept.quote);
                    other?;
                    self.tell_rise(rise);
                    self.tell(kept.written());
                    // It is written down whatever can be said of its margins.
                    let judged = self.judged(&kept.quote).unwrap_or_default();
                    return Ok(SaveAnswer::Saved { revision: kept.revision(), judged });
                }
            }
        }
    }

    /// Another tab wrote this quote.
    pub(crate) async fn quote_hinted(&self, link: &str) -> Result<()> {
        let Some(bytes) = self.vault.get(Table::Quotes, link).await? else { return Ok(()) };
        let kept = Kept::from_bytes(&bytes)?;
        self.claims.borrow_mut().quote(&kept.quote);
        self.tell_this_tab(kept.written());
        Ok(())
    }

    /// Every quote kept here, the last changed first.
    ///
    /// # Errors
    /// `storage`.
    pub async fn quotes(&self) -> Result<Vec<QuoteSummary>> {
        let mut summaries = Vec::new();
        for (_, bytes) in self.vault.list(Table::Quotes, "").await? {
            // One that cannot be read must not hide the others; `storage` tells of it.
            summaries.extend(Kept::from_bytes(&bytes).map(Kept::summary));
        }
        summaries.sort_by_key(|summary| std::cmp::Reverse(summary.changed_at));
        Ok(summaries)
    }

    /// Forgets a quote.
    ///
    /// # Errors
    /// `already-confirmed` when it has become an order, `storage`.
    pub async fn remove_quote(&self, link: &str) -> Result<()> {
        let link = canonical_link(link)?.link;
        let Some(before) = self.vault.get(Table::Quotes, &link).await? else { return Ok(()) };
        let ordered = match Kept::from_bytes(&before) {
            // Also while it is open for changes.
            Ok(Kept { quote, .. }) => quote.confirmed || self.stored_order(&quote.order_key()).await?.is_some(),
            Err(_) => false,
        };
        if ordered {
            return Err(Error::new(ErrorCode::AlreadyConfirmed, "This quote has become an order and stays."));
        }
        self.claims.borrow_mut().forget_quote(&link);
        self.vault.commit(Batch::relaxed().expect(Table::Quotes, &link, Some(before)).delete(Table::Quotes, &link)).await
    }

    /// What a new line for this customer needs to know of a product, named by SKU or id.
    ///
    /// # Errors
    /// `unknown-product`, `unknown-customer`; `not-ready` before their lists were read; `invalid-input` where the SKU could mean several.
    pub fn line_facts(&self, customer: &str, product: &str, link: &str) -> Result<LineFacts> {
        let company = self.quotable(customer)?;
        let shelves = self.shelves.borrow();
        let found = self.the_product(product, shelves.products.named(product), |row| row.sku())?;
        let mut facts = self.facts_of(found.product(), &company, &shelves, (link, self.today(&shelves)));
        self.hide_costs(std::slice::from_mut(&mut facts));
        Ok(facts)
    }

    /// What the lines of a quote need to know now; products that are no longer known are left out.
    ///
    /// # Errors
    /// `unknown-customer`, `not-ready`, `storage`.
    pub async fn quote_facts(&self, customer: &str, products: &[String], link: &str) -> Result<FreshFacts> {
        self.read_claims().await?;
        let mut fresh = self.fresh_facts(customer, products, link)?;
        self.hide_costs(&mut fresh.facts);
        Ok(fresh)
    }

    fn fresh_facts(&self, customer: &str, products: &[String], link: &str) -> Result<FreshFacts> {
        let company = self.company(customer)?;
        let shelves = self.shelves.borrow();
        let today = self.today(&shelves);
        let facts = products
            .iter()
            .filter_map(|id| shelves.products.get(id.parse().ok()?))
            .map(|product| self.facts_of(product, &company, &shelves, (link, today)))
            .collect();
        Ok(FreshFacts { context: self.context(company, &shelves, link)?, facts })
    }

    /// What is kept of a quote, as the page may have it.
    pub(crate) fn kept_bundle(&self, kept: Kept) -> Result<QuoteBundle> {
        let revision = kept.revision();
        self.without_costs(QuoteBundle { revision, ..self.bundle(kept.quote)? })
    }

    /// A quote with its context and facts, alive.
    pub(crate) fn live(&self, quote: Quote) -> Result<LiveQuote> {
        LiveQuote::open(self.bundle(quote)?)
    }

    pub(crate) fn bundle(&self, quote: Quote) -> Result<QuoteBundle> {
        let products: Vec<String> = quote.lines.iter().map(|line| line.product.to_string()).collect();
        let FreshFacts { context, facts } = self.fresh_facts(&quote.customer.to_string(), &products, &quote.link)?;
        Ok(QuoteBundle { quote, context, facts, judged: None, revision: 0 })
    }

    fn context(&self, company: Company, shelves: &Shelves, link: &str) -> Result<QuoteContext> {
        let references = shelves.references()?.clone();
        let (today, unknown_zone) = (self.today(shelves), self.unknown_zone(shelves));
        let customer = company.cin7.id;
        let exposure = self.exposure(customer);
        let claims = self.claims.borrow();
        let credit = CreditUse {
            sales: exposure.amount,
            waiting: claims.owed_by(customer, link, exposure.as_of),
            as_of: exposure.as_of,
            complete: exposure.complete,
        };
        let mut open_references = claims.references(customer, link);
        for (reference, number) in shelves.open_references(customer, link) {
            if !open_references.iter().any(|(_, known)| *known == number) {
                open_references.push((reference, number));
            }
        }
        let receipt_references = claims.receipts(link);
        let standing = shelves.standing(customer, link);
        let mut ordered_before = Vec::new();
        if let Some(short) = shortened(link) {
            ordered_before = shelves.ordered_under(customer, short);
            let own = claims.ordered_under(customer, short).into_iter().filter(|name| !ordered_before.contains(name));
            ordered_before.extend(own.collect::<Vec<_>>());
        }
        let mut ordered_alike = shelves.ordered_alike(customer, link);
        let own = claims.ordered_alike(customer, link).into_iter().filter(|own| !ordered_alike.contains(own));
        ordered_alike.extend(own.collect::<Vec<_>>());
        let (settings, credit) = (self.settings.clone(), Some(credit));
        Ok(QuoteContext {
            references,
            company,
            settings,
            today,
            unknown_zone,
            credit,
            open_references,
            receipt_references,
            standing,
            ordered_before,
            ordered_alike,
        })
    }

    /// What a line needs to know of a product. Of its descriptions only what may stand on a line leaves the worker.
    fn facts_of(&self, mut product: Product, company: &Company, shelves: &Shelves, (link, today): (&str, Day)) -> LineFacts {
        if self.settings.long_description != DescriptionField::ExtendedDescription {
            product.long_description.clear();
        }
        if self.settings.short_description != DescriptionField::ExtendedDescription {
            product.short_description.clear();
        }
        self.order_pictures(&mut product);
        let customer_price = company.cin7.prices.iter().find(|price| price.product == product.id).map(|price| price.price);
        let mut stock = shelves.stock_of(product.id);
        if self.settings.standard_stock {
            stock.claims = self.claims.borrow().of(product.id, link, today, stock.as_of);
        }
        let arriving = if self.settings.standard_stock { arriving(&shelves.purchases, product.id, today) } else { Vec::new() };
        LineFacts { product, customer_price, stock, arriving }
    }

    /// A company by its id.
    pub(crate) fn company(&self, id: &str) -> Result<Company> {
        let unknown = || Error::new(ErrorCode::UnknownCustomer, format!("There is no customer {id}."));
        let id: Guid = id.parse().map_err(|_| unknown())?;
        let found = self.shelves.borrow().companies.get(id).map_err(|corrupt| damaged(&corrupt))?;
        found.ok_or_else(|| self.unless_unread(&[Group::Customers, Group::Suppliers], unknown()))
    }

    /// What is said of a product that is not kept, named by SKU or id.
    pub(crate) fn no_product(&self, named: &str) -> Error {
        self.unless_unread(&[Group::Products], Error::new(ErrorCode::UnknownProduct, format!("There is no product “{named}”.")))
    }

    /// That something is not there can be said once its lists were read.
    fn unless_unread(&self, lists: &[Group], unknown: Error) -> Error {
        let plan = self.plan.borrow();
        match lists.iter().find(|list| plan.as_of(**list).is_none()) {
            None => unknown,
            Some(list) => Error::new(ErrorCode::NotReady, format!("Cin7's {} have not been read yet.", list.word())),
        }
    }

    /// A customer that may be quoted.
    fn quotable(&self, id: &str) -> Result<Company> {
        let company = self.company(id)?;
        if company.cin7.kind != CompanyKind::Customer {
            return Err(Error::new(ErrorCode::UnknownCustomer, format!("{} is a supplier, not a customer.", company.own.name)));
        }
        Ok(company)
    }
}

/// Reads a quote from its document.
pub(crate) fn read_document(document: &str) -> Result<Quote> {
    serde_json::from_str(document).map_err(|fault| Error::invalid("document", format!("This is not a quote: {fault}")))
}
