//! Taking a page of Cin7's over into the shelves: records into memory, and a batch that makes the cache agree.

use std::collections::BTreeMap;

use crate::catalogue::manifest::staged_key;
use crate::catalogue::{Corrupt, FeedKey, Stock, StockBuilder, Subject, Taken};
use crate::cin7;
use crate::cin7::{NotUnderstood, Page, reference};
use crate::desk::cache::state::{BOOKS, CUSTOMERS, PRODUCTS, REFERENCES, STOCK, Shelves, with_swap};
use crate::records::company::CompanyFacts;
use crate::records::name::Named;
use crate::records::product::Product;
use crate::records::reference::{PriceTier, References};
use crate::records::{Guid, Timestamp};
use crate::store::{Batch, Table};
use crate::sync::{Group, List, PageOutcome, Progress, SyncPlan};
use crate::transport::Response;

/// Why a page was not taken over.
pub(crate) enum NotTaken {
    /// It is no page.
    NotUnderstood(NotUnderstood),
    /// What the cache holds, or what was just encoded, cannot be read.
    Corrupt(Corrupt),
}

impl From<NotUnderstood> for NotTaken {
    fn from(what: NotUnderstood) -> Self {
        Self::NotUnderstood(what)
    }
}

impl From<Corrupt> for NotTaken {
    fn from(corrupt: Corrupt) -> Self {
        Self::Corrupt(corrupt)
    }
}

/// What a page of `records` brought.
fn outcome<R>(page: &Page<R>, response: &Response) -> PageOutcome {
    PageOutcome {
        rows: u64::try_from(page.rows).unwrap_or(u64::MAX),
        total: page.total,
        date: response.date,
        bad: page.bad.clone(),
        print: Some(page.print),
        kept: None,
    }
}

/// With how many records of its list are kept now.
fn kept(outcome: PageOutcome, records: usize) -> PageOutcome {
    PageOutcome { kept: u64::try_from(records).ok(), ..outcome }
}

/// A page of a reference book in place of, or behind, what was read of it before.
fn shelve<R>(book: &mut Vec<R>, number: u32, page: Page<R>) {
    if number == 1 {
        book.clear();
    }
    book.extend(page.records);
}

impl Shelves {
    /// Takes over a page, given by its list, its number and when it was asked for, and tells the plan. Memory is changed at once; when the batch cannot be written afterwards, the
    /// shelves are to be loaded again.
    pub(crate) fn take(
        &mut self,
        plan: &mut SyncPlan,
        (list, number, asked): (List, u32, Timestamp),
        response: &Response,
        now: Timestamp,
    ) -> Result<(Progress, Batch), NotTaken> {
        let body = &response.body;
        let mut batch = Batch::relaxed();
        let outcome = match list {
            List::Account => {
                let (me, bad) = reference::me(body)?;
                self.books.me = Some(me);
                PageOutcome { rows: 1, date: response.date, bad, ..PageOutcome::default() }
            }
            List::PriceTiers => self.book(reference::price_tiers(body)?, response, number, |books| &mut books.price_tiers),
            List::TaxRules => self.book(reference::tax_rules(body)?, response, number, |books| &mut books.tax_rules),
            List::Locations => self.book(reference::locations(body)?, response, number, |books| &mut books.locations),
            List::PaymentTerms => self.book(reference::payment_terms(body)?, response, number, |books| &mut books.payment_terms),
            List::Contacts => self.book(reference::contacts(body)?, response, number, |books| &mut books.contacts),
            List::DiscountRules => {
                self.book(reference::discount_rules(body)?, response, number, |books| &mut books.discount_rules)
            }
            List::Customers => {
                let page = cin7::customer::page(body)?;
                if page.rows > 0 && plan.needs_books() {
                    return Ok((Progress::default(), batch));
                }
                plan.mend(list, |record| page.holds(record));
                let outcome = outcome(&page, response);
                batch = self.take_companies(page.records, batch)?;
                kept(outcome, self.companies.len() - self.companies.suppliers())
            }
            List::Suppliers => {
                let page = cin7::supplier::page(body)?;
                plan.mend(list, |record| page.holds(record));
                let outcome = outcome(&page, response);
                batch = self.take_companies(page.records, batch)?;
                kept(outcome, self.companies.suppliers())
            }
            List::Products => {
                let cin7::product::Products { page, by_name } = cin7::product::page(body, self.books.product_defaults())?;
                let missing = by_name || page.records.iter().any(|product| self.lacks(product));
                if missing && plan.needs_books() {
                    return Ok((Progress::default(), batch));
                }
                plan.mend(list, |record| page.holds(record));
                let outcome = outcome(&page, response);
                let segments = self.products.upsert(page.records)?;
                if !segments.is_empty() {
                    let ids: Vec<Guid> = self.products.newest(segments.len()).collect();
                    self.note(Subject::Product, ids);
                    let moved = self.products.take_moved();
                    self.note(Subject::Renamed, moved);
                    let swap = self.manifests.products.appended(PRODUCTS, segments.len(), self.products.len());
                    batch = with_swap(batch, PRODUCTS, &swap, segments);
                    self.manifests.products = swap.manifest;
                }
                kept(outcome, self.products.len())
            }
            List::Availability => {
                let page = cin7::availability::page(body)?;
                if number == 1 {
                    batch = self.unstage(batch);
                    self.staged_since = Some(asked);
                }
                let key = staged_key(STOCK, self.manifests.stock.generation, number);
                batch = batch.put(Table::Segments, &key, self.staged.add_page(number, &page.records)?);
                self.staged_keys.push(key);
                outcome(&page, response)
            }
            List::Sales => {
                let page = cin7::sale::list(body)?;
                let outcome = outcome(&page, response);
                let taken: Vec<(Guid, String)> = page.records.iter().map(|head| (head.id, head.number.clone())).collect();
                batch = self.take_sales(page.records, batch)?;
                // What is reported of its details stands until they have been read.
                let settled = |id| self.sale(id).is_none_or(|sale| !sale.wants_details() && !sale.unreadable);
                plan.mend(list, |record| taken.iter().any(|(id, number)| number == record && settled(*id)));
                outcome
            }
            List::Purchases => {
                let page = cin7::purchase::list(body)?;
                let outcome = outcome(&page, response);
                self.take_purchases(page.records, plan);
                batch = self.shelve_purchases(batch);
                outcome
            }
        };
        if !matches!(
            list,
            List::Customers | List::Suppliers | List::Products | List::Availability | List::Sales | List::Purchases
        ) {
            batch = batch.put(Table::Manifests, BOOKS, crate::json::to_bytes(&self.books));
        }
        let progress = plan.page_arrived(list, outcome, now);
        let batch = self.finish(progress, batch, now)?;
        for (group, rows) in self.rows() {
            plan.kept(group, rows);
        }
        Ok((progress, batch))
    }

    /// Whether a product names something that the reference books do not have.
    fn lacks(&self, product: &Product) -> bool {
        let Some(books) = &self.references else { return false };
        product.sale_tax_rule.as_ref().is_some_and(|name| books.tax_rule(name) == Named::Unknown)
            || product.discount_rule.as_ref().is_some_and(|name| books.discount_rule(name) == Named::Unknown)
    }

    /// Companies of either list share their segments; what has begun to differ from Cin7's waits in `drifted`.
    fn take_companies(&mut self, readings: Vec<CompanyFacts>, batch: Batch) -> Result<Batch, Corrupt> {
        // Sales show the CRM's name of their customer.
        let ids: Vec<Guid> = if self.sales.is_empty() { Vec::new() } else { readings.iter().map(|facts| facts.id).collect() };
        let before: Vec<Option<String>> = ids.iter().map(|id| self.own_name(*id)).collect();
        let Taken { segments, drifted } = self.companies.take(readings, &self.own)?;
        self.drifted.extend(drifted);
        let renamed =
            ids.into_iter().zip(before).filter(|(id, before)| self.own_name(*id) != *before).map(|(id, _)| id).collect();
        self.note_sales_of(renamed);
        Ok(self.shelve_companies(segments, batch))
    }

    /// Customers name their tier, and Cin7 does not list them as changed when the tier takes another name. What holds is the
    /// ordinal.
    fn follow_tiers(&mut self, before: Option<References>, batch: Batch) -> Result<Batch, Corrupt> {
        let (Some(before), Some(now)) = (before, &self.references) else { return Ok(batch) };
        let new =
            |former: &PriceTier| now.tier(former.ordinal).filter(|new| new.name != former.name && !former.name.trim().is_empty());
        if !before.price_tiers.iter().any(|former| new(former).is_some()) {
            return Ok(batch);
        }
        let renamed = |name: &str| before.tier_named(name).one().and_then(new).map(|new| new.name.clone());
        let segments = self.companies.rename_tiers(renamed)?;
        Ok(self.shelve_companies(segments, batch))
    }

    fn shelve_companies(&mut self, segments: Vec<Vec<u8>>, batch: Batch) -> Batch {
        if segments.is_empty() {
            return batch;
        }
        let ids: Vec<Guid> = self.companies.newest(segments.len()).collect();
        self.note(Subject::Company, ids);
        let swap = self.manifests.customers.appended(CUSTOMERS, segments.len(), self.companies.len());
        let batch = with_swap(batch, CUSTOMERS, &swap, segments);
        self.manifests.customers = swap.manifest;
        batch
    }

    fn book<R>(
        &mut self,
        page: Page<R>,
        response: &Response,
        number: u32,
        of: impl Fn(&mut reference::Books) -> &mut Vec<R>,
    ) -> PageOutcome {
        let outcome = outcome(&page, response);
        shelve(of(&mut self.books), number, page);
        outcome
    }

    /// What a finished list or group changes besides its last page.
    fn finish(&mut self, progress: Progress, mut batch: Batch, now: Timestamp) -> Result<Batch, Corrupt> {
        if progress.group == Some(Group::Reference)
            && let Some(references) = self.books.references()
        {
            batch = batch.put(Table::Manifests, REFERENCES, crate::json::to_bytes(&references));
            if self.references.as_ref() != Some(&references) {
                self.changed.push(FeedKey::REFERENCES);
            }
            let before = self.references.replace(references);
            batch = self.follow_tiers(before, batch)?;
        }
        if progress.finished == Some(List::Products) {
            self.edited_products = BTreeMap::new();
        }
        if progress.finished == Some(List::Availability) {
            let segments = std::mem::take(&mut self.staged).finish();
            let mut stock = Stock::load(segments.iter().cloned())?;
            // A page may have been read before a product was read by itself.
            self.note(Subject::Stock, stock.changed_since(&self.stock));
            stock.keep_newer(&self.stock, self.staged_since.unwrap_or(now), now);
            self.stock = stock;
            self.stock_as_of = Some(now);
            let swap = self.manifests.stock.replaced(STOCK, segments.len(), self.stock.len());
            batch = self.unstage(with_swap(batch, STOCK, &swap, segments));
            self.manifests.stock = swap.manifest;
        }
        Ok(batch)
    }

    /// Drops the pages that were set aside.
    fn unstage(&mut self, mut batch: Batch) -> Batch {
        self.staged = StockBuilder::default();
        let keys = std::mem::take(&mut self.staged_keys);
        // Deletes come before puts: a page that has just been put aside under an old key must not bring the key back.
        batch.puts.retain(|(_, key, _)| !keys.contains(key));
        for key in keys {
            batch = batch.delete(Table::Segments, key);
        }
        batch
    }

    /// How many rows each group keeps.
    fn rows(&self) -> [(Group, u64); 7] {
        let books = &self.books;
        let reference = books.price_tiers.len()
            + books.tax_rules.len()
            + books.locations.len()
            + books.payment_terms.len()
            + books.contacts.len()
            + books.discount_rules.len();
        let suppliers = self.companies.suppliers();
        let count = |rows| u64::try_from(rows).unwrap_or(u64::MAX);
        [
            (Group::Reference, count(reference)),
            (Group::Customers, count(self.companies.len() - suppliers)),
            (Group::Suppliers, count(suppliers)),
            (Group::Products, count(self.products.len())),
            (Group::Stock, count(self.stock.len())),
            (Group::Sales, count(self.sales.len())),
            (Group::Purchases, count(self.purchases.len())),
        ]
    }
}
