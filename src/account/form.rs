//! The form of a new customer: plain data from the screen, checked whole.

use super::UnsetRepresentative;
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::records::company::edit::{LONGEST_NAME, LONGEST_PHONE, contacts, object, text};
use crate::records::company::new::{NewAddress, NewCustomer};
use crate::records::name::Named;
use crate::records::reference::{References, TaxRule, ordinals};
use crate::settings::Settings;
use serde_json::{Map, Value};

/// Longest postcode that Cin7 keeps.
const LONGEST_POSTCODE: usize = 20;
/// Fields of the form.
const FIELDS: [&str; 10] = [
    "name",
    "currency",
    "paymentTerm",
    "taxRule",
    "priceTier",
    "salesRepresentative",
    "warehouse",
    "phone",
    "contacts",
    "address",
];
/// Parts of its address: the CRM's five lines, postcode and country.
const ADDRESS_PARTS: [&str; 7] = ["line1", "line2", "line3", "line4", "line5", "postcode", "country"];

/// A form in which nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The customer to make.
    pub customer: NewCustomer,
    /// The representative that is not sent.
    pub representative: Option<UnsetRepresentative>,
}

/// Folds the CRM's address lines: the fourth is the town and the fifth the county, as the form says; the street is what
/// stands in the first three, and what does not fit in two lines is joined.
fn fold([line1, line2, line3, line4, line5]: [String; 5]) -> NewAddress {
    let street: Vec<String> = [line1, line2, line3].into_iter().filter(|line| !line.is_empty()).collect();
    NewAddress {
        line1: street.first().cloned().unwrap_or_default(),
        line2: street.get(1..).unwrap_or_default().join(", "),
        city: line4,
        state: line5,
        ..NewAddress::default()
    }
}

/// What is wrong so far, and the ways to say it.
struct Check<'a> {
    given: &'a Map<String, Value>,
    details: Vec<Detail>,
}

impl Check<'_> {
    fn wrong(&mut self, field: &str, problem: impl Into<String>) {
        self.details.push(Detail::new(field, problem));
    }

    fn text(&mut self, name: &str, longest: usize) -> String {
        text(self.given, "", name, longest, &mut self.details)
    }

    /// A text that must be there.
    fn required(&mut self, name: &str, longest: usize, missing: &str) -> String {
        let text = self.text(name, longest);
        if text.is_empty() {
            self.wrong(name, missing);
        }
        text
    }

    /// What the name `given` means where it `may` be used, as Cin7 spells it; else it is wrong, and `unknown` where that is why.
    fn meant<T>(
        &mut self,
        field: &str,
        given: &str,
        found: Named<T>,
        name: fn(&T) -> &str,
        may: fn(&T) -> bool,
        unknown: &str,
    ) -> Option<String> {
        let unknown = || format!("“{given}” {unknown}");
        let found = found.or_say(given, name, unknown);
        match found.and_then(|one| if may(&one) { Ok(name(&one).to_owned()) } else { Err(unknown()) }) {
            Ok(name) => Some(name),
            Err(problem) => {
                self.wrong(field, problem);
                None
            }
        }
    }
}

impl Checked {
    /// Checks a form (`AccountForm` in `types.ts`, as JSON text) against the account's books and the settings.
    ///
    /// # Errors
    /// `invalid-input` with a detail for everything that is wrong.
    pub fn from_json(json: &str, books: &References, settings: &Settings) -> Result<Self> {
        let form = serde_json::from_str::<Value>(json).unwrap_or_default();
        let mut details = Vec::new();
        let nothing = Map::new();
        let given = object(&form, "", &FIELDS, &mut details).unwrap_or(&nothing);
        let mut check = Check { given, details };

        let name = check.required("name", LONGEST_NAME, "A customer needs a name.");
        let currency = check.required("currency", 3, "A customer needs a currency.").to_uppercase();
        if !currency.is_empty() && currency.parse::<crate::money::Currency>().is_err() {
            check.wrong("currency", format!("“{currency}” is not a currency code such as GBP."));
        }
        let term = check.payment_term(books).unwrap_or_default();
        let tax_rule = check.tax_rule(books).unwrap_or_default();
        let receivable = settings.receivable_account.clone().unwrap_or_default();
        let revenue = settings.revenue_account.clone().unwrap_or_default();
        for (account, field, called) in
            [(&receivable, "settings.receivableAccount", "receivable"), (&revenue, "settings.revenueAccount", "revenue")]
        {
            if account.trim().is_empty() {
                check.wrong(field, format!("No {called} account is set for new customers. Choose one in the settings."));
            }
        }
        let price_tier = check.price_tier(books);
        let warehouse = check.warehouse(books);
        let (representative, unset) = check.representative(books);
        let phone = check.text("phone", LONGEST_PHONE);
        let contacts = match given.get("contacts") {
            None | Some(Value::Null) => Vec::new(),
            Some(value) => contacts(value, "contacts", &mut check.details),
        };
        if contacts.is_empty() && !phone.is_empty() {
            check.wrong("contacts", "A phone number needs a contact: Cin7 keeps it with the default contact.");
        }
        let address = check.address();
        if !check.details.is_empty() {
            let sentence = "The customer cannot be created like this.";
            return Err(Error::with_details(ErrorCode::InvalidInput, sentence, check.details));
        }

        let customer = NewCustomer {
            name,
            currency,
            payment_term: term,
            receivable: receivable.trim().to_owned(),
            revenue: revenue.trim().to_owned(),
            tax_rule,
            price_tier,
            representative,
            warehouse,
            phone,
            address,
            contacts,
        };
        Ok(Self { customer, representative: unset })
    }
}

impl Check<'_> {
    /// The name of the tier with this ordinal; `None` when none is chosen.
    fn price_tier(&mut self, books: &References) -> Option<String> {
        let ordinal = self.given.get("priceTier").filter(|value| !value.is_null())?;
        let tier = ordinal.as_u64().and_then(|ordinal| books.tier(u8::try_from(ordinal).ok()?));
        match tier.map(|tier| (tier, books.tier_named(&tier.name))) {
            None => self.wrong("priceTier", format!("{ordinal} is not one of the account's price tiers.")),
            Some((tier, Named::Several(tiers))) => self.wrong(
                "priceTier",
                format!(
                    "{} are both called “{}”: Cin7 could not tell which is meant. Rename one there.",
                    ordinals(&tiers),
                    tier.name
                ),
            ),
            Some(_) => {}
        }
        tier.map(|tier| tier.name.clone())
    }

    fn warehouse(&mut self, books: &References) -> Option<String> {
        let given = self.text("warehouse", LONGEST_NAME);
        if given.is_empty() {
            return None;
        }
        let unknown = "is not a warehouse in use in Cin7.";
        self.meant("warehouse", &given, books.location(&given), |one| &one.name, |one| !one.deprecated, unknown)
    }

    fn payment_term(&mut self, books: &References) -> Option<String> {
        let given = self.required("paymentTerm", LONGEST_NAME, "Choose the payment terms.");
        let unknown = "is not an active payment term in Cin7.";
        let found = books.payment_term(&given);
        if given.is_empty() { None } else { self.meant("paymentTerm", &given, found, |one| &one.name, |one| one.active, unknown) }
    }

    fn tax_rule(&mut self, books: &References) -> Option<String> {
        let given = self.required("taxRule", LONGEST_NAME, "Choose the tax rule.");
        let unknown = "is not an active tax rule for sales in Cin7.";
        let found = books.tax_rule(&given);
        let may = |one: &&TaxRule| one.active && one.for_sale;
        if given.is_empty() { None } else { self.meant("taxRule", &given, found, |one| &one.name, may, unknown) }
    }

    /// The representative to send, and the one that is not sent. Anything but a sales contact's exact name would be left out
    /// by Cin7 without a word; a near match is offered, never sent by itself.
    fn representative(&mut self, books: &References) -> (Option<String>, Option<UnsetRepresentative>) {
        let given = match self.given.get("salesRepresentative") {
            None | Some(Value::Null) => return (None, None),
            // Not trimmed: a blank at its end makes it another name.
            Some(Value::String(given)) => given.clone(),
            Some(_) => {
                self.wrong("salesRepresentative", "This is not a text.");
                return (None, None);
            }
        };
        let mut sellers = books.contacts.iter().filter(|contact| contact.kind.eq_ignore_ascii_case("sale"));
        if given.trim().is_empty() {
            return (None, None);
        }
        if sellers.clone().any(|contact| contact.name == given) {
            return (Some(given), None);
        }
        let closest = sellers.find(|contact| is_close(&contact.name, &given)).map(|contact| contact.name.clone());
        (None, Some(UnsetRepresentative { given, closest }))
    }

    fn address(&mut self) -> NewAddress {
        let nothing = Map::new();
        let given = self.given.get("address").filter(|value| !value.is_null());
        let parts = given.and_then(|value| object(value, "address", &ADDRESS_PARTS, &mut self.details)).unwrap_or(&nothing);
        let mut part = |name, longest| text(parts, "address", name, longest, &mut self.details);
        let folded = fold(["line1", "line2", "line3", "line4", "line5"].map(|name| part(name, LONGEST_NAME)));
        let (postcode, country) = (part("postcode", LONGEST_POSTCODE), part("country", LONGEST_NAME));
        if folded.line1.is_empty() {
            self.wrong("address.line1", "The main address needs its first line.");
        }
        if folded.line2.encode_utf16().count() > LONGEST_NAME {
            self.wrong("address.line3", "The second and third line together are longer than the 256 characters that Cin7 keeps.");
        }
        if country.is_empty() {
            self.wrong("address.country", "The main address needs a country: Cin7 refuses one without.");
        }
        NewAddress { postcode, country, ..folded }
    }
}

/// Whether two names differ in letter case, blanks or one letter alone.
fn is_close(one: &str, other: &str) -> bool {
    let bare = |name: &str| -> Vec<char> { name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect() };
    let (one, other) = (bare(one), bare(other));
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let end = one[start..].iter().rev().zip(other[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    one.len() - start - end <= 1 && other.len() - start - end <= 1
}
