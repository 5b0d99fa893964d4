//! Sales of any origin: taking over what Cin7 lists of them, and keeping what their details come to.

use crate::catalogue::documents::{Change, Document, DocumentAsk, words};
use crate::catalogue::{Corrupt, Subject};
use crate::desk::cache::state::{SALES, Shelves, with_swap};
use crate::json;
use crate::money::Quantity;
use crate::outbox::{Order, State};
use crate::records::link::{canonical_link, is_alike, link_of};
use crate::records::sale::{Figures, Sale, SaleDetails, SaleHead, StandingSale};
use crate::records::{Guid, Timestamp};
use crate::settings::OrderStatus;
use crate::store::{Batch, Table};

/// A sale with something left to ship, invoice or pay.
pub(crate) const OPEN: u8 = 1;

/// A sale whose details have to be read.
pub(crate) const WANTED: u8 = 2;

/// The key of a sale's details.
pub(crate) fn details_key(sale: Guid) -> String {
    format!("sale-details/{sale}")
}

/// The quote whose link a sale's key names, if it names one: an order of this device, or anything that looks like the
/// address of a quote. A key may bear a suffix behind `#`: the quote was ordered again after its first sale was voided.
pub(crate) fn quote_of(external_id: &str, own: &[String]) -> Option<String> {
    let link = link_of(external_id);
    if link.is_empty() {
        return None;
    }
    let is_own = || own.iter().any(|key| key == external_id || key == link);
    let says_quote = |link: &str| {
        let behind = link.find(['?', '#']).map_or("", |at| &link[at..]);
        link.contains("/quote/") || behind.contains("quote")
    };
    let is_address =
        || canonical_link(link).is_ok_and(|canonical| canonical.link == link) && says_quote(&link.to_ascii_lowercase());
    (is_own() || is_address()).then(|| link.to_owned())
}

/// The sale as a document of the catalogue.
fn document(sale: &Sale) -> Document {
    let head = &sale.head;
    let day = head.ordered_on.and_then(|day| format!("{day}T00:00:00Z").parse::<Timestamp>().ok());
    let mut flags = 0;
    if sale.open() {
        flags |= OPEN;
    }
    if sale.wants_details() {
        flags |= WANTED;
    }
    let quote = sale.quote.as_deref().and_then(|link| link.rsplit('/').next()).unwrap_or_default();
    Document {
        id: head.id,
        owner: head.customer,
        when: day.or(head.updated).map_or(0, Timestamp::millis),
        flags,
        words: words(&[&head.number, &head.customer_name, &head.reference, &head.invoice_number, quote, &head.tracking]),
        record: json::to_text(sale),
    }
}

/// A record of a sale as it was written; one that cannot be read counts as absent and is fetched again.
pub(crate) fn read(record: &str) -> Option<Sale> {
    serde_json::from_str(record).ok()
}

impl Shelves {
    /// The references of a customer's open sales, each with its order's number; those of this quote are left out.
    pub(crate) fn open_references(&self, customer: Guid, quote: &str) -> Vec<(String, String)> {
        let ask = DocumentAsk { owner: Some(customer), limit: usize::MAX, ..Default::default() };
        let sales = self.sales.list(ask).records.into_iter().filter_map(read);
        sales
            .filter(|sale| {
                sale.open() && !sale.unlisted() && !sale.head.reference.trim().is_empty() && sale.quote.as_deref() != Some(quote)
            })
            .map(|sale| (sale.head.reference, sale.head.number))
            .collect()
    }

    /// The sales that bear a quote's link, as they were last listed: of the customer, and those that name the quote.
    pub(crate) fn standing(&self, customer: Guid, link: &str) -> Vec<StandingSale> {
        let number = link.rsplit('/').next().unwrap_or_default();
        let mut standing: Vec<StandingSale> = Vec::new();
        for ask in
            [DocumentAsk { owner: Some(customer), ..Default::default() }, DocumentAsk { text: number, ..Default::default() }]
        {
            if ask.owner.is_none() && number.is_empty() {
                continue;
            }
            for record in self.sales.list(DocumentAsk { limit: usize::MAX, ..ask }).records {
                // Most are no sales of this quote: they need not be read to see that.
                let sale = if record.contains(link) { read(record) } else { None };
                if let Some(sale) =
                    sale.filter(|sale| sale.head.bears(link) && standing.iter().all(|known| known.sale_id != sale.head.id))
                {
                    standing.push(sale.head.into());
                }
            }
        }
        standing
    }

    /// What a customer's sales are called that stand in Cin7 under this link.
    pub(crate) fn ordered_under(&self, customer: Guid, link: &str) -> Vec<String> {
        let ask = DocumentAsk { owner: Some(customer), limit: usize::MAX, ..Default::default() };
        let sales = self.sales.list(ask).records.into_iter().filter(|record| record.contains(link)).filter_map(read);
        sales.filter(|sale| sale.head.bears(link) && !sale.voided()).map(|sale| sale.head.number).collect()
    }

    /// What a customer's sales are called that stand in Cin7 under a link which is this one but for its letter case, with that link.
    pub(crate) fn ordered_alike(&self, customer: Guid, link: &str) -> Vec<(String, String)> {
        // What is asked for no quote is alike to none.
        if link.is_empty() {
            return Vec::new();
        }
        let ask = DocumentAsk { owner: Some(customer), limit: usize::MAX, ..Default::default() };
        // Most are no sales of this quote: they need not be read to see that.
        let may = |record: &&str| record.as_bytes().windows(link.len()).any(|part| part.eq_ignore_ascii_case(link.as_bytes()));
        let sales = self.sales.list(ask).records.into_iter().filter(may).filter_map(read);
        sales
            .filter(|sale| is_alike(&sale.head.external_id, link) && !sale.voided())
            .map(|sale| (sale.head.number, link_of(&sale.head.external_id).to_owned()))
            .collect()
    }

    /// The sale with this id, if it is kept.
    pub(crate) fn sale(&self, id: Guid) -> Option<Sale> {
        self.sales.get(id).and_then(read)
    }

    /// Takes over rows of the list.
    pub(crate) fn take_sales(&mut self, heads: Vec<SaleHead>, mut batch: Batch) -> Result<Batch, Corrupt> {
        let mut changes = Vec::new();
        for head in heads {
            let id = head.id;
            let (known, quote) = (self.sale(id), quote_of(&head.external_id, &self.own_orders));
            // An order of this device that was voided before it was ever listed is one that was kept all along.
            let is_own = self.own_orders.contains(&head.external_id);
            if is_own && !head.state().is_voided() {
                self.own_sales.push((head.external_id.clone(), id));
            }
            let known = known.or_else(|| {
                is_own.then(|| Sale {
                    head: SaleHead { updated: None, ..head.clone() },
                    quote: quote.clone(),
                    figures: None,
                    unreadable: false,
                })
            });
            if let Some(sale) = Sale::taken(known, head, quote) {
                changes.push(Change::Put(document(&sale)));
                continue;
            }
            if self.sales.get(id).is_some() {
                batch = batch.delete(Table::Segments, details_key(id));
            }
            changes.push(Change::Remove(id));
        }
        self.change_sales(changes, batch)
    }

    /// Writes down what the details of sales come to, with the details themselves. A sale that has gone meanwhile, or is in a
    /// state of which the details are not, is passed over.
    pub(crate) fn take_details(&mut self, read: &[SaleDetails], mut batch: Batch) -> Result<Batch, Corrupt> {
        let mut changes = Vec::new();
        for details in read {
            let Some(mut sale) = self.sale(details.head.id).filter(|sale| sale.head.updated == details.of) else { continue };
            sale.figures = Some(details.figures());
            sale.unreadable = false;
            batch = batch.put(Table::Segments, details_key(sale.head.id), json::to_bytes(details));
            changes.push(Change::Put(document(&sale)));
        }
        self.change_sales(changes, batch)
    }

    /// Notes that the details of a sale cannot be read in its present state.
    pub(crate) fn mark_unreadable(&mut self, id: Guid, batch: Batch) -> Result<Batch, Corrupt> {
        let Some(mut sale) = self.sale(id) else { return Ok(batch) };
        sale.unreadable = true;
        self.change_sales(vec![Change::Put(document(&sale))], batch)
    }

    /// Puts an order that has just been confirmed among the sales, as it was read back, until Cin7's list has it.
    pub(crate) fn take_confirmed(&mut self, order: &Order, batch: Batch) -> Result<Batch, Corrupt> {
        let (Some(id), State::Confirmed, plan) = (order.sale, &order.state, &order.plan) else { return Ok(batch) };
        if self.sales.get(id).is_some() {
            return Ok(batch);
        }
        let authorised = plan.status == OrderStatus::Authorised;
        let gross = order.read_back.as_ref().and_then(|read| read.actual).map(|actual| actual.gross);
        let goods = plan.lines.iter().filter(|line| !line.charge);
        let figures = Figures {
            of: None,
            total: gross,
            open: None,
            uninvoiced: gross.filter(|_| authorised).unwrap_or_default(),
            paid: false,
            ordered: goods.fold(Quantity::ZERO, |sum, line| sum + line.quantity),
            shipped: Quantity::ZERO,
            shipped_on: None,
        };
        let head = SaleHead {
            number: order.number.clone().unwrap_or_default(),
            status: order.sale_status.clone().unwrap_or_default(),
            order_status: if authorised { "AUTHORISED" } else { "DRAFT" }.to_owned(),
            external_id: plan.key.clone(),
            customer: Some(plan.customer),
            customer_name: plan.customer_name.clone(),
            ordered_on: plan.ordered_on(),
            currency: plan.currency.to_string(),
            reference: plan.reference.clone().unwrap_or_default(),
            ..SaleHead::new(id)
        };
        let sale = Sale { head, quote: Some(plan.quote_id.clone()), figures: Some(figures), unreadable: false };
        self.change_sales(vec![Change::Put(document(&sale))], batch)
    }

    fn change_sales(&mut self, changes: Vec<Change>, batch: Batch) -> Result<Batch, Corrupt> {
        let new = |change: &Change| match change {
            Change::Put(document) => (self.sales.get(document.id) != Some(&document.record)).then_some(document.id),
            Change::Remove(id) => self.sales.get(*id).map(|_| *id),
        };
        let named: Vec<Guid> = changes.iter().filter_map(new).collect();
        self.note(Subject::Sale, named);
        let delta = self.sales.change(changes)?;
        if delta.is_empty() {
            return Ok(batch);
        }
        let swap = self.manifests.sales.merged(SALES, delta.replaced, delta.segments.len(), self.sales.len());
        let batch = with_swap(batch, SALES, &swap, delta.segments);
        self.manifests.sales = swap.manifest;
        Ok(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g07_a_sale_names_its_quote_or_none() {
        let link = "https://crm.prospect365.com/view/Quote/10452";
        let own = vec!["https://crm.example/q/7".to_owned()];
        let cases = [
            (link, Some(link)),
            ("https://crm.prospect365.com/view/Quote/10452#2", Some(link)),
            ("https://crm.example/q/7", Some("https://crm.example/q/7")),
            ("https://crm.example/q/8", None),
            ("https://CRM.prospect365.com/view/Quote/10452", None),
            ("https://shop.example/orders/1001", None),
            ("https://crm.example/app.php?module=Quotes&rec=7", Some("https://crm.example/app.php?module=Quotes&rec=7")),
            ("https://crm.example/#/quote/7#2", Some("https://crm.example/#/quote/7")),
            ("https://shop.example/app.php?order=7", None),
            ("crm-order-5531", None),
            ("", None),
        ];
        for (external_id, quote) in cases {
            assert_eq!(quote_of(external_id, &own).as_deref(), quote, "{external_id}");
        }
    }
}
