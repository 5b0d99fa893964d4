//! Making sales fit to be shown.

use crate::catalogue::{Corrupt, DocumentAsk};
use crate::desk::cache::find::damaged;
use crate::desk::cache::sales::{OPEN, quote_of, read};
use crate::desk::cache::state::Shelves;
use crate::desk::context::{Context, Environment};
use crate::desk::sales::details::{kept_details, open_details};
use crate::desk::sales::view::{
    ContentView, ParcelView, SaleAsk, SaleDocumentView, SaleLineView, SaleList, SalePaymentView, SaleSummary, SaleView,
    ShipmentView,
};
use crate::error::{Error, ErrorCode, Result};
use crate::money::{Amount, Quantity};
use crate::records::sale::figures::{Shipped, joined_tracking, paid, shipping, split_tracking};
use crate::records::sale::{Fulfilment, Packed, Parcel, Payment, Sale, SaleDetails, SaleHead, SaleLine};
use crate::records::{Guid, Timestamp};
use crate::store::{Store, Table};

/// Most sales that one call lists.
const MOST_LISTED: usize = 500;

/// What the CRM calls an order that a quote was confirmed into.
const CONFIRMED: &str = "Confirmed Order";

impl Shelves {
    /// A sale as a row of the list.
    pub(crate) fn summary(&self, sale: Sale) -> SaleSummary {
        let figures = sale.figures.as_ref().filter(|_| !sale.voided());
        let head = &sale.head;
        let company = head.customer.and_then(|id| self.companies.get(id).ok().flatten());
        let listed = head.invoiced.filter(|_| figures.is_none() && !head.invoice_number.is_empty());
        let listed = listed.map(|invoiced| invoiced - head.paid.unwrap_or_default());
        let open = figures.map_or(listed, |figures| figures.open);
        let (shipping_state, shipping) =
            if sale.voided() { (Shipped::Nothing, "Voided".to_owned()) } else { shipping(head, figures) };
        SaleSummary {
            id: head.id,
            customer_id: head.customer,
            customer_known: company.is_some(),
            customer_name: company.map_or_else(|| head.customer_name.clone(), |company| company.own.name),
            ordered_on: head.ordered_on,
            total: sale.figures.as_ref().and_then(|figures| figures.total),
            open: open.filter(|_| !sale.voided()),
            shipping_state,
            shipping,
            shipped_on: figures.and_then(|figures| figures.shipped_on),
            paid: paid(head, figures),
            invoicing: head.invoice_status.clone().unwrap_or_default(),
            origin: if sale.quote.is_some() { "crm" } else { "cin7" },
            crm_status: sale.quote.is_some().then_some(CONFIRMED),
            voided: sale.voided(),
            draft: sale.draft(),
            number: sale.head.number,
            currency: sale.head.currency,
            status: sale.head.status,
            sale_type: sale.head.sale_type,
            reference: sale.head.reference,
            quote_link: sale.quote,
        }
    }
}

/// Sales of any origin, newest first.
///
/// # Errors
/// `storage` when the record of one is damaged.
pub(crate) fn sale_list<E: Environment>(ctx: &Context<E>, ask: &SaleAsk) -> Result<SaleList> {
    let shelves = ctx.shelves.borrow();
    let listed = shelves.sales.list(DocumentAsk {
        owner: ask.customer,
        text: &ask.text,
        flags: if ask.open { OPEN } else { 0 },
        offset: ask.offset,
        limit: ask.limit.min(MOST_LISTED),
    });
    let row = |(at, record)| read(record).ok_or_else(|| damaged(&Corrupt::Record(at)));
    let sales: Result<Vec<Sale>> = listed.records.into_iter().enumerate().map(row).collect();
    Ok(SaleList { sales: sales?.into_iter().map(|sale| shelves.summary(sale)).collect(), total: listed.total })
}

/// One sale, with the details that are kept of it; those of a sale that nothing is kept of are read from Cin7 now.
///
/// # Errors
/// `unknown-order` when neither the desk nor Cin7 knows it; for one that is not kept, `offline`, `rate-limited`,
/// `cin7-refused`, `cin7-failed`.
pub(crate) async fn sale_view<E: Environment>(ctx: &Context<E>, id: &str) -> Result<SaleView> {
    sale_view_of(ctx, id, false).await
}

/// As [`sale_view`], with the details as they stand in Cin7 now unless those that are kept are of the sale's last state.
///
/// # Errors
/// As [`sale_view`].
pub(crate) async fn refreshed_sale_view<E: Environment>(ctx: &Context<E>, id: &str) -> Result<SaleView> {
    sale_view_of(ctx, id, true).await
}

async fn sale_view_of<E: Environment>(ctx: &Context<E>, id: &str, fresh: bool) -> Result<SaleView> {
    let unknown = || Error::new(ErrorCode::UnknownOrder, format!("There is no order {id}."));
    let id: Guid = id.parse().map_err(|_| unknown())?;
    let known = ctx.shelves.borrow().sale(id);
    let kept = kept_details(ctx, id).await?;
    let Some(sale) = known else {
        let nothing = Sale { head: SaleHead::new(id), quote: None, figures: None, unreadable: false };
        let details = open_details(ctx, &nothing).await?;
        let own = ctx.vault.keys(Table::Orders, "").await?;
        let sale = Sale {
            quote: quote_of(&details.head.external_id, &own),
            figures: Some(details.figures()),
            head: details.head.clone(),
            unreadable: false,
        };
        return Ok(ctx.shelves.borrow().view(sale, Some(details), true, None));
    };
    let is_current = |details: &SaleDetails| details.of == sale.head.updated;
    if sale.voided() || kept.as_ref().is_some_and(|kept| is_current(kept) || !fresh) {
        let current = sale.voided() || kept.as_ref().is_some_and(is_current);
        return Ok(ctx.shelves.borrow().view(sale, kept, current, None));
    }
    match open_details(ctx, &sale).await {
        Ok(details) => {
            let sale = ctx.shelves.borrow().sale(id).unwrap_or(sale);
            let current = details.of == sale.head.updated;
            Ok(ctx.shelves.borrow().view(sale, Some(details), current, None))
        }
        // What is kept is better than nothing, as long as the reason stands beside it.
        Err(error) => {
            let words: Vec<&str> = error.details.iter().map(|detail| detail.problem.as_str()).collect();
            let problem = if words.is_empty() { error.message.clone() } else { format!("{} {}", error.message, words.join(" ")) };
            Ok(ctx.shelves.borrow().view(sale, kept, false, Some(problem)))
        }
    }
}

impl Shelves {
    pub(crate) fn view(&self, mut sale: Sale, details: Option<SaleDetails>, current: bool, problem: Option<String>) -> SaleView {
        if let Some(details) = &details {
            sale.figures = Some(details.figures());
        }
        let head = sale.head.clone();
        let summary = self.summary(sale);
        let as_of = details.as_ref().map(|details| details.read_at);
        let details = details.unwrap_or_else(|| nothing(head.clone()));
        let figures = details.figures();
        let numbers = details.tracking();
        let numbers = if as_of.is_none() { split_tracking(&head.tracking) } else { numbers };
        let (tracking_references, tracking_beyond) = joined_tracking(&numbers);
        let owed = details.owed();
        SaleView {
            summary,
            current,
            details_as_of: as_of,
            problem,
            lines: details.rows().zip(details.delivered()).map(|(row, delivered)| line(row, delivered)).collect(),
            net: details.net,
            tax: details.tax,
            ordered: figures.ordered,
            shipped: figures.shipped,
            shipments: details.fulfilments.iter().map(shipment).collect(),
            tracking_references,
            tracking_beyond,
            draft_invoices: details.invoices.len() - owed.len(),
            invoices: owed
                .into_iter()
                .map(|(invoice, open)| SaleDocumentView {
                    number: invoice.number.clone(),
                    date: invoice.date,
                    due: invoice.due,
                    total: invoice.total,
                    open,
                    paid: open <= Amount::ZERO,
                    paid_on: invoice.last_paid_on().filter(|_| open <= Amount::ZERO),
                })
                .collect(),
            credit_notes: details
                .credit_notes
                .iter()
                .filter(|note| note.counts())
                .map(|note| SaleDocumentView {
                    number: note.number.clone(),
                    date: note.date,
                    due: None,
                    total: Amount::ZERO - note.total,
                    open: Amount::ZERO - note.open(),
                    paid: note.open() <= Amount::ZERO,
                    paid_on: note.refunds.iter().filter_map(|refund| refund.on).max(),
                })
                .collect(),
            payments: payments(&details),
            contact: details.contact,
            phone: details.phone,
            email: details.email,
            terms: details.terms,
            price_tier: details.price_tier,
            location: details.location,
            representative: details.representative,
            note: details.note,
            memo: details.memo,
            ship_by: details.ship_by,
            delivery: details.delivery,
        }
    }
}

fn line(row: &SaleLine, delivered: Quantity) -> SaleLineView {
    SaleLineView {
        product_id: row.product,
        sku: row.sku.clone(),
        name: row.name.clone(),
        comment: row.comment.clone(),
        quantity: row.quantity,
        delivered,
        backorder: row.backorder,
        price: row.price,
        discount: row.discount,
        tax: row.tax,
        total: row.total,
    }
}

fn shipment(fulfilment: &Fulfilment) -> ShipmentView {
    let some = fulfilment.parcels.iter().any(|parcel| parcel.shipped);
    let content = |packed: &Packed| ContentView { sku: packed.sku.clone(), name: packed.name.clone(), quantity: packed.quantity };
    let parcel = |parcel: &Parcel| ParcelView {
        name: parcel.name.clone(),
        carrier: parcel.carrier.clone(),
        tracking: parcel.tracking.clone(),
        // Whatever a warehouse types there becomes a link only if it can be nothing else.
        url: Some(parcel.url.clone()).filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        shipped: parcel.shipped,
        on: parcel.on,
    };
    ShipmentView {
        number: fulfilment.number.clone(),
        state: if fulfilment.is_shipped() {
            "shipped"
        } else if some {
            "partly"
        } else {
            "waiting"
        },
        shipped_on: fulfilment.shipped_on(),
        contents: fulfilment.contents.iter().map(content).collect(),
        parcels: fulfilment.parcels.iter().map(parcel).collect(),
    }
}

fn payments(details: &SaleDetails) -> Vec<SalePaymentView> {
    let mut payments = Vec::new();
    let mut add = |kind: &'static str, document: &str, all: &[Payment]| {
        payments.extend(all.iter().map(|payment| SalePaymentView {
            kind,
            document: document.to_owned(),
            reference: payment.reference.clone(),
            amount: payment.amount,
            on: payment.on,
        }));
    };
    add("prepayment", "", &details.prepayments);
    for invoice in details.invoices.iter().filter(|invoice| invoice.counts()) {
        add("payment", &invoice.number, &invoice.payments);
    }
    for note in details.credit_notes.iter().filter(|note| note.counts()) {
        add("refund", &note.number, &note.refunds);
    }
    if let Some(received) = &details.received {
        add("refund", "", &received.refunds);
    }
    payments
}

/// The details of a sale of which none are known.
fn nothing(head: SaleHead) -> SaleDetails {
    SaleDetails {
        head,
        of: None,
        read_at: Timestamp::from_millis(0),
        contact: String::new(),
        phone: String::new(),
        email: String::new(),
        terms: String::new(),
        price_tier: String::new(),
        location: String::new(),
        representative: String::new(),
        note: String::new(),
        memo: String::new(),
        ship_by: None,
        delivery: None,
        lines: Vec::new(),
        charges: Vec::new(),
        net: None,
        tax: None,
        gross: None,
        fulfilments: Vec::new(),
        invoices: Vec::new(),
        credit_notes: Vec::new(),
        prepayments: Vec::new(),
        received: None,
    }
}
