//! Purchases that are on their way, and when a product comes with them.
//!
//! Only advanced purchases count, by the CRM's rule: authorised, not yet received in full, neither void nor a draft, neither
//! for services nor shipped by the supplier to a customer. What has come of them counts no longer. The day of a purchase is
//! the only one there is: Cin7 knows none for a line.

use serde::{Deserialize, Serialize};

use super::{Day, Guid, Timestamp};
use crate::money::Quantity;

/// What decides whether a purchase brings anything, in Cin7's words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PurchaseState {
    /// `Advanced Purchase`, `Simple Purchase`, `Service Purchase`.
    pub kind: String,
    /// Such as `ORDERED` or `VOIDED`.
    pub status: String,
    /// Of its order: `AUTHORISED`, `DRAFT`, `VOIDED`, `NOT AVAILABLE`.
    pub order_status: String,
    /// Whether it is for services alone.
    pub services: bool,
    /// Whether the supplier ships it to a customer.
    pub drop_ship: bool,
}

impl PurchaseState {
    /// Whether goods may come with it. How much has come is another matter.
    pub fn brings_goods(&self) -> bool {
        let is = |text: &str, word: &str| text.trim().eq_ignore_ascii_case(word);
        is(&self.kind, "Advanced Purchase")
            && is(&self.order_status, "AUTHORISED")
            && !is(&self.status, "VOIDED")
            && !is(&self.status, "DRAFT")
            && !self.services
            && !self.drop_ship
    }
}

/// A purchase as Cin7 lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseHead {
    /// Cin7's id.
    pub id: Guid,
    /// Such as `PO-00101`.
    pub number: String,
    /// What decides whether it counts.
    pub state: PurchaseState,
    /// How much has come: `NOT RECEIVED`, `PARTIALLY RECEIVED`, `FULLY RECEIVED`, …
    pub receiving: String,
    /// When it is expected; `None` when Cin7 names no day.
    pub required_by: Option<Day>,
    /// When Cin7 last changed it.
    pub updated: Option<Timestamp>,
}

impl PurchaseHead {
    /// Whether something of it is still to come.
    pub fn is_open(&self) -> bool {
        let receiving = self.receiving.trim();
        self.state.brings_goods()
            && (receiving.eq_ignore_ascii_case("NOT RECEIVED") || receiving.eq_ignore_ascii_case("PARTIALLY RECEIVED"))
    }
}

/// So much of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Goods {
    /// The product.
    pub product: Guid,
    /// How much of it.
    pub quantity: Quantity,
}

/// A purchase with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseDetails {
    /// Cin7's id.
    pub id: Guid,
    /// What decides whether it counts.
    pub state: PurchaseState,
    /// The warehouse that it comes to; may be empty.
    pub warehouse: String,
    /// When it is expected.
    pub required_by: Option<Day>,
    /// What was ordered, line by line.
    pub ordered: Vec<Goods>,
    /// What was taken into the warehouse's stock.
    pub put_away: Vec<Goods>,
    /// What has arrived at its door.
    pub received: Vec<Goods>,
}

fn sum(goods: &[Goods], product: Guid) -> Quantity {
    goods.iter().filter(|goods| goods.product == product).fold(Quantity::ZERO, |sum, goods| sum + goods.quantity)
}

impl PurchaseDetails {
    /// What is still to come: ordered less what has come, product by product. Goods are booked in at the door and again on
    /// the shelf, so what has come is the greater of both and not their sum.
    pub fn outstanding(&self) -> Vec<Goods> {
        let mut outstanding: Vec<Goods> = Vec::new();
        if !self.state.brings_goods() {
            return outstanding;
        }
        for line in &self.ordered {
            let product = line.product;
            if outstanding.iter().any(|goods| goods.product == product) {
                continue;
            }
            let come = sum(&self.put_away, product).max(sum(&self.received, product));
            let quantity = sum(&self.ordered, product) - come;
            if quantity > Quantity::ZERO {
                outstanding.push(Goods { product, quantity });
            }
        }
        outstanding
    }
}

/// An open purchase as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Cin7's id.
    pub id: Guid,
    /// Such as `PO-00101`.
    pub number: String,
    /// When Cin7 last changed it, by its list.
    pub updated: Option<Timestamp>,
    /// When it is expected.
    pub required_by: Option<Day>,
    /// Whether its lines have still to be read.
    pub wanted: bool,
    /// The warehouse that it comes to; empty before the lines were read.
    pub warehouse: String,
    /// What is still to come, by the lines last read.
    pub goods: Vec<Goods>,
}

/// Takes what Cin7 lists into the open purchases: those of which nothing is to come any more leave, and one that has changed
/// wants its lines read. Until then it brings what it brought before, on the day that it has now.
pub fn take_heads(open: &mut Vec<Purchase>, heads: Vec<PurchaseHead>) {
    for head in heads {
        let at = open.iter().position(|known| known.id == head.id);
        if !head.is_open() {
            if let Some(at) = at {
                open.remove(at);
            }
            continue;
        }
        let PurchaseHead { id, number, required_by, updated, .. } = head;
        if let Some(at) = at {
            let known = &mut open[at];
            known.wanted |= updated.is_none() || known.updated != updated;
            (known.number, known.required_by, known.updated) = (number, required_by, updated);
        } else {
            let (warehouse, goods) = (String::new(), Vec::new());
            open.push(Purchase { id, number, updated, required_by, wanted: true, warehouse, goods });
        }
    }
}

impl Purchase {
    /// Takes over the lines that were read of it.
    pub fn take_details(&mut self, details: &PurchaseDetails) {
        self.goods = details.outstanding();
        self.warehouse.clone_from(&details.warehouse);
        self.required_by = details.required_by;
        self.wanted = false;
    }
}

/// So much of a product that comes to a warehouse on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Arriving {
    /// The warehouse's name; may be empty.
    pub warehouse: String,
    /// How much.
    pub quantity: Quantity,
    /// The day; `None` when nobody knows.
    pub day: Option<Day>,
    /// Whether the day has passed.
    pub late: bool,
    /// Numbers of the purchases that bring it.
    pub purchases: Vec<String>,
}

/// What comes of a product, the earliest day first and what has none last.
pub fn arriving(open: &[Purchase], product: Guid, today: Day) -> Vec<Arriving> {
    let mut arriving: Vec<Arriving> = Vec::new();
    for purchase in open {
        let quantity = sum(&purchase.goods, product);
        if quantity <= Quantity::ZERO {
            continue;
        }
        let day = purchase.required_by;
        let known = arriving.iter_mut().find(|known| known.day == day && known.warehouse == purchase.warehouse);
        if let Some(known) = known {
            known.quantity = known.quantity + quantity;
            known.purchases.push(purchase.number.clone());
        } else {
            let late = day.is_some_and(|day| day < today);
            let (warehouse, purchases) = (purchase.warehouse.clone(), vec![purchase.number.clone()]);
            arriving.push(Arriving { warehouse, quantity, day, late, purchases });
        }
    }
    arriving.sort_by(|one, other| {
        (one.day.is_none(), one.day, &one.warehouse).cmp(&(other.day.is_none(), other.day, &other.warehouse))
    });
    arriving
}

/// The products of which something else comes than did before, with what comes of them now.
pub fn moved(before: &[Purchase], now: &[Purchase]) -> Vec<Guid> {
    let mut products: Vec<Guid> = before.iter().chain(now).flat_map(|open| &open.goods).map(|goods| goods.product).collect();
    products.sort();
    products.dedup();
    // Which day it is does not matter to the difference.
    let day = Day::FIRST;
    products.retain(|product| arriving(before, *product, day) != arriving(now, *product, day));
    products
}

/// The earliest day from today on; a day that has passed or is not known says nothing.
pub fn next_available(arriving: &[Arriving]) -> Option<Day> {
    arriving.iter().filter(|arriving| !arriving.late).filter_map(|arriving| arriving.day).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAIR: Guid = Guid::from_bytes([1; 16]);
    const LAMP: Guid = Guid::from_bytes([2; 16]);

    fn quantity(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    fn april(day: u32) -> Day {
        Day::new(2026, 4, day).unwrap()
    }

    fn state() -> PurchaseState {
        PurchaseState {
            kind: "Advanced Purchase".into(),
            status: "ORDERED".into(),
            order_status: "AUTHORISED".into(),
            ..PurchaseState::default()
        }
    }

    fn head(number: u8, day: u32) -> PurchaseHead {
        PurchaseHead {
            id: Guid::from_bytes([number; 16]),
            number: format!("PO-{number:05}"),
            state: state(),
            receiving: "NOT RECEIVED".into(),
            required_by: Some(april(day)),
            updated: Some(Timestamp::from_millis(1)),
        }
    }

    fn goods(product: Guid, text: &str) -> Goods {
        Goods { product, quantity: quantity(text) }
    }

    fn details(ordered: &[(Guid, &str)], put_away: &[(Guid, &str)], received: &[(Guid, &str)]) -> PurchaseDetails {
        let of = |list: &[(Guid, &str)]| list.iter().map(|(product, text)| goods(*product, text)).collect();
        PurchaseDetails {
            id: Guid::from_bytes([1; 16]),
            state: state(),
            warehouse: "North Depot".into(),
            required_by: Some(april(17)),
            ordered: of(ordered),
            put_away: of(put_away),
            received: of(received),
        }
    }

    /// An open purchase whose lines have been read.
    fn bringing(number: u8, day: Option<Day>, warehouse: &str, text: &str) -> Purchase {
        Purchase {
            id: Guid::from_bytes([number; 16]),
            number: String::new(),
            updated: None,
            required_by: day,
            wanted: false,
            warehouse: warehouse.into(),
            goods: vec![goods(CHAIR, text)],
        }
    }

    #[test]
    fn p06_only_authorised_advanced_purchases_of_goods_count() {
        type Change = fn(&mut PurchaseHead);
        let table: [(&str, Change, bool); 14] = [
            ("as it is", |_| {}, true),
            ("in part", |head| head.receiving = "PARTIALLY RECEIVED".into(), true),
            ("other case", |head| head.state.kind = "advanced purchase ".into(), true),
            ("being received", |head| head.state.status = "RECEIVING".into(), true),
            ("no day", |head| head.required_by = None, true),
            ("simple", |head| head.state.kind = "Simple Purchase".into(), false),
            ("service", |head| head.state.kind = "Service Purchase".into(), false),
            ("services alone", |head| head.state.services = true, false),
            ("drop shipped", |head| head.state.drop_ship = true, false),
            ("received", |head| head.receiving = "FULLY RECEIVED".into(), false),
            ("void", |head| head.state.status = "VOIDED".into(), false),
            ("void order", |head| head.state.order_status = "VOIDED".into(), false),
            ("draft", |head| head.state.order_status = "DRAFT".into(), false),
            ("nothing to receive", |head| head.receiving = "NOT AVAILABLE".into(), false),
        ];
        for (name, change, counts) in table {
            let mut head = head(1, 17);
            change(&mut head);
            assert_eq!(head.is_open(), counts, "{name}");
            let mut open = Vec::new();
            take_heads(&mut open, vec![head]);
            assert_eq!(open.len(), usize::from(counts), "{name}");
        }
    }

    #[test]
    fn p06_what_has_come_is_taken_off_once_and_product_by_product() {
        type Lines = &'static [(Guid, &'static str)];
        let table: [(&str, Lines, Lines, Lines, Lines); 8] = [
            ("nothing", &[(CHAIR, "20")], &[], &[], &[(CHAIR, "20")]),
            ("booked in twice", &[(CHAIR, "20")], &[(CHAIR, "5")], &[(CHAIR, "5")], &[(CHAIR, "15")]),
            ("at the door", &[(CHAIR, "20")], &[], &[(CHAIR, "5")], &[(CHAIR, "15")]),
            ("in two parts", &[(CHAIR, "20")], &[(CHAIR, "5"), (CHAIR, "7.5")], &[], &[(CHAIR, "7.5")]),
            ("on two lines", &[(CHAIR, "20"), (CHAIR, "10")], &[(CHAIR, "25")], &[], &[(CHAIR, "5")]),
            ("all", &[(CHAIR, "20")], &[(CHAIR, "20")], &[], &[]),
            ("too much", &[(CHAIR, "20")], &[(CHAIR, "21")], &[], &[]),
            ("another product", &[(CHAIR, "20"), (LAMP, "3")], &[(LAMP, "3")], &[], &[(CHAIR, "20")]),
        ];
        for (name, ordered, put_away, received, expected) in table {
            let expected: Vec<Goods> = expected.iter().map(|(product, text)| goods(*product, text)).collect();
            assert_eq!(details(ordered, put_away, received).outstanding(), expected, "{name}");
        }
        let mut void = details(&[(CHAIR, "20")], &[], &[]);
        void.state.order_status = "VOIDED".into();
        assert_eq!(void.outstanding(), [], "voided since it was listed");
    }

    #[test]
    fn p06_the_earliest_day_from_today_on_is_the_products() {
        let (day, next) =
            (|day| Some(april(day)), |open: &[Purchase], today| next_available(&arriving(open, CHAIR, april(today))));
        let of = |days: &[Option<Day>]| -> Vec<Purchase> {
            days.iter().zip(1..).map(|(day, number)| bringing(number, *day, "North Depot", "20")).collect()
        };
        let table = [
            (vec![day(24), day(17)], 1, day(17)),
            (vec![day(24), day(17)], 17, day(17)),
            (vec![day(24), day(17)], 18, day(24)),
            (vec![day(24), day(17)], 25, None),
            (vec![None, day(24)], 1, day(24)),
            (vec![None], 1, None),
            (vec![], 1, None),
        ];
        for (days, today, expected) in table {
            assert_eq!(next(&of(&days), today), expected, "{days:?} on the {today}th");
        }
        assert_eq!(next_available(&arriving(&of(&[day(17)]), LAMP, april(1))), None, "of another product");
    }

    #[test]
    fn p06_what_arrives_says_where_when_and_whether_it_is_late() {
        let open = [
            bringing(1, None, "North Depot", "1"),
            bringing(2, Some(april(24)), "North Depot", "20"),
            bringing(3, Some(april(10)), "Main Warehouse", "4"),
            bringing(4, Some(april(24)), "North Depot", "2.5"),
            bringing(5, Some(april(24)), "Main Warehouse", "3"),
        ];
        let said: Vec<String> = arriving(&open, CHAIR, april(17))
            .iter()
            .map(|one| {
                let day = one.day.map(Day::spoken).unwrap_or_default();
                format!("{} {} {day} {}", one.quantity, one.warehouse, one.late)
            })
            .collect();
        let spoken = |day| april(day).spoken();
        assert_eq!(
            said,
            [
                format!("4 Main Warehouse {} true", spoken(10)),
                format!("3 Main Warehouse {} false", spoken(24)),
                format!("22.5 North Depot {} false", spoken(24)),
                "1 North Depot  false".to_owned(),
            ]
        );
    }

    #[test]
    fn p06_a_changed_purchase_is_read_again_and_a_received_one_leaves() {
        let mut open = Vec::new();
        take_heads(&mut open, vec![head(1, 17), head(2, 24)]);
        assert!(open.iter().all(|purchase| purchase.wanted && purchase.goods.is_empty()));
        for purchase in &mut open {
            purchase.take_details(&details(&[(CHAIR, "20")], &[], &[]));
        }
        take_heads(&mut open, vec![head(1, 17)]);
        assert!(!open[0].wanted, "the same state is not read twice");
        take_heads(&mut open, vec![PurchaseHead { updated: Some(Timestamp::from_millis(2)), ..head(1, 18) }]);
        assert!(open[0].wanted && open[0].required_by == Some(april(18)));
        assert_eq!(open[0].goods, [goods(CHAIR, "20")], "until its lines were read it brings what it brought");
        take_heads(&mut open, vec![PurchaseHead { receiving: "FULLY RECEIVED".into(), ..head(1, 17) }]);
        assert_eq!(open.iter().map(|purchase| purchase.id).collect::<Vec<_>>(), [Guid::from_bytes([2; 16])]);
    }
}
