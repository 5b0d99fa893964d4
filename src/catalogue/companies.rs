//! Companies in memory: by id, and customers by whatever the user types.

use super::SEGMENT_ROWS;
use super::fold::{fold_into, fold_key};
use super::search::{self, Mark, Query, Rank, Searched};
use super::segment::{Corrupt, Count, Encoding, Kind, Required, Segment, Texts, Writer};
use super::versions::{Place, Versions, ids};
use super::words::WordColumns;
use crate::records::Guid;
use crate::records::company::{Company, CompanyFacts, CompanyKind, OnceCopied};
use std::collections::BTreeMap;

const ID: u16 = 1;
const KEY: u16 = 2;
const OFFERED: u16 = 3;
const RECORD: u16 = 4;
const NAME_WORDS: WordColumns = WordColumns { words: 5, starts: 6, rows: 7 };
const REST_WORDS: WordColumns = WordColumns { words: 8, starts: 9, rows: 10 };

/// Levels of a row.
const IS_DEAD: u8 = 0;
const IS_KEPT: u8 = 1;
const IS_OFFERED: u8 = 2;

/// What a row is, as its segment says.
const KEPT: u8 = 0;
const CUSTOMER: u8 = 1;
const SUPPLIER: u8 = 2;

/// Most deltas before a compaction pays.
const MOST_DELTAS: usize = 16;

/// Every customer and supplier, as segments: a base sorted by name and the deltas since, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Companies {
    segments: Vec<Segment>,
    levels: Vec<Vec<u8>>,
    /// Compound words of each segment: those of names, those of the rest.
    compounds: Vec<[Vec<u32>; 2]>,
    versions: Versions,
}

/// What a page of readings has brought.
#[derive(Debug, Default)]
pub struct Taken {
    /// The delta's segments, to be stored in this order; none when nothing changed.
    pub segments: Vec<Vec<u8>>,
    /// Once-copied fields that differ from Cin7's by now and were not among the kept ones.
    pub drifted: Vec<(Guid, OnceCopied)>,
}

/// A customer that matches.
#[derive(Debug, Clone)]
pub struct CompanyHit {
    /// The customer.
    pub company: Company,
    /// How well it matches.
    pub rank: Rank,
    /// Matched parts of the CRM's name of it.
    pub name_marks: Vec<Mark>,
}

impl Companies {
    /// Opens stored segments, oldest first, as the manifest lists them.
    ///
    /// # Errors
    /// [`Corrupt`] when any of them cannot be read.
    pub fn load(segments: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Corrupt> {
        let mut companies = Self::default();
        for bytes in segments {
            companies.append(bytes)?;
        }
        Ok(companies)
    }

    /// Takes over one more stored segment, newer than all before.
    ///
    /// # Errors
    /// [`Corrupt`]; the companies are then as they were.
    pub fn append(&mut self, bytes: Vec<u8>) -> Result<(), Corrupt> {
        let segment = open(bytes)?;
        let offered = segment.fixed::<1>(OFFERED);
        let level = |[offered]: &[u8; 1]| if *offered == CUSTOMER { IS_OFFERED } else { IS_KEPT };
        self.levels.push(offered.values().iter().map(level).collect());
        self.compounds.push([NAME_WORDS, REST_WORDS].map(|columns| columns.compounds(&segment)));
        self.segments.push(segment);
        let Self { segments, levels, versions, .. } = self;
        versions.note(segments, segments.len() - 1, ID, |place| {
            if let Some(level) = levels.get_mut(place.segment()).and_then(|levels| levels.get_mut(place.row())) {
                *level = IS_DEAD;
            }
        });
        Ok(())
    }

    /// Takes over readings from Cin7, in order, each merged into what is known. Those that say nothing new are left out.
    /// `own` holds what was kept of companies that may no longer be known here: the CRM's own fields outlive the cache.
    ///
    /// # Errors
    /// [`Corrupt`] when a known company cannot be read; nothing is taken over then.
    pub fn take(&mut self, readings: Vec<CompanyFacts>, own: &BTreeMap<Guid, OnceCopied>) -> Result<Taken, Corrupt> {
        let mut changed: BTreeMap<Guid, Company> = BTreeMap::new();
        for facts in readings {
            let stored = self.get(facts.id)?;
            let known = changed.remove(&facts.id).or_else(|| stored.clone());
            let merged = match (known, own.get(&facts.id)) {
                (None, Some(own)) => Company { own: own.clone(), cin7: facts },
                (known, _) => Company::merged(known, facts),
            };
            if stored.as_ref() != Some(&merged) {
                changed.insert(merged.cin7.id, merged);
            }
        }
        let changed: Vec<Company> = changed.into_values().collect();
        let new = changed.iter().filter(|company| own.get(&company.cin7.id).is_none() && company.has_drifted());
        let drifted = new.map(|company| (company.cin7.id, company.own.clone())).collect();
        Ok(Taken { segments: self.write(&changed)?, drifted })
    }

    /// Gives companies that are known here these once-copied fields. Returns the delta's segments.
    ///
    /// # Errors
    /// [`Corrupt`] when a known company cannot be read; nothing is changed then.
    pub fn set_own<'o>(&mut self, own: impl Iterator<Item = (&'o Guid, &'o OnceCopied)>) -> Result<Vec<Vec<u8>>, Corrupt> {
        let mut changed = Vec::new();
        for (id, own) in own {
            if let Some(company) = self.get(*id)?.filter(|company| company.own != *own) {
                changed.push(Company { own: own.clone(), ..company });
            }
        }
        self.write(&changed)
    }

    /// Gives the tiers of companies their new names: `renamed` says what a tier's former name has become, where it has.
    /// Returns the delta's segments.
    ///
    /// # Errors
    /// [`Corrupt`] when a company cannot be read; nothing is changed then.
    pub fn rename_tiers(&mut self, renamed: impl Fn(&str) -> Option<String>) -> Result<Vec<Vec<u8>>, Corrupt> {
        let mut changed = Vec::new();
        for company in self.iter() {
            let mut company = company?;
            let tier = company.cin7.price_tier.as_deref();
            if let Some(new) = tier.and_then(&renamed) {
                company.cin7.price_tier = Some(new);
                changed.push(company);
            }
        }
        self.write(&changed)
    }

    fn write(&mut self, changed: &[Company]) -> Result<Vec<Vec<u8>>, Corrupt> {
        let mut written = Vec::new();
        for chunk in changed.chunks(SEGMENT_ROWS) {
            let bytes = encode(chunk.to_vec());
            self.append(bytes.clone())?;
            written.push(bytes);
        }
        Ok(written)
    }

    /// How many companies there are, suppliers and retired ones included.
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of them are suppliers.
    pub fn suppliers(&self) -> usize {
        self.places().filter(|place| self.role(*place) == SUPPLIER).count()
    }

    fn role(&self, place: Place) -> u8 {
        self.segments.get(place.segment()).map_or(KEPT, |segment| segment.fixed::<1>(OFFERED).get(place.row())[0])
    }

    /// The ids in the last `segments` segments.
    pub fn newest(&self, segments: usize) -> impl Iterator<Item = Guid> {
        ids(&self.segments, ID, segments)
    }

    /// Every id.
    pub fn ids(&self) -> impl Iterator<Item = Guid> {
        let id =
            |place: Place| self.segments.get(place.segment()).map(|segment| Guid::from_bytes(segment.fixed(ID).get(place.row())));
        self.places().filter_map(id)
    }

    /// The company with this id, of either kind.
    ///
    /// # Errors
    /// [`Corrupt::Record`] when its stored record cannot be read.
    pub fn get(&self, id: Guid) -> Result<Option<Company>, Corrupt> {
        self.versions.find(&self.segments, ID, id.to_bytes()).map(|place| self.read(place)).transpose()
    }

    fn read(&self, place: Place) -> Result<Company, Corrupt> {
        let record = self.segments.get(place.segment()).map(|segment| segment.text(RECORD)).unwrap_or_default();
        serde_json::from_slice(record.bytes(place.row())).map_err(|_| Corrupt::Record(place.row()))
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        let segments = self.levels.iter().enumerate();
        segments.flat_map(|(segment, levels)| {
            let alive = levels.iter().enumerate().filter(|(_, level)| **level != IS_DEAD);
            alive.map(move |(row, _)| Place::new(segment, row))
        })
    }

    /// Every company, in no particular order; each may turn out unreadable.
    pub fn iter(&self) -> impl Iterator<Item = Result<Company, Corrupt>> {
        self.places().map(|place| self.read(place))
    }

    /// The customers that match best, best first; ties by name. No suppliers, nothing that Cin7 has retired, nothing for an
    /// empty text. Matches in name, contact names, cities and postcodes.
    ///
    /// # Errors
    /// [`Corrupt::Record`] when a hit's stored record cannot be read.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<CompanyHit>, Corrupt> {
        self.found(&Query::new(text), &self.levels, limit)
    }

    /// As [`Companies::search`], among all companies of a kind (`None`: of both), suppliers and retired ones included. An empty
    /// text lists the first by name.
    ///
    /// # Errors
    /// [`Corrupt::Record`] when a hit's stored record cannot be read.
    pub fn browse(&self, text: &str, kind: Option<CompanyKind>, limit: usize) -> Result<Vec<CompanyHit>, Corrupt> {
        let wanted = |place: &Place| kind.is_none_or(|kind| (kind == CompanyKind::Supplier) == (self.role(*place) == SUPPLIER));
        let query = Query::new(text);
        if query.is_empty() {
            let key = |place: &Place| {
                self.segments.get(place.segment()).map(|segment| segment.text(KEY).bytes(place.row())).unwrap_or_default()
            };
            let mut places: Vec<Place> = self.places().filter(wanted).collect();
            places.sort_by(|one, other| key(one).cmp(key(other)));
            let hit = |place| Ok(CompanyHit { company: self.read(place)?, rank: Rank::WordStart, name_marks: Vec::new() });
            return places.into_iter().take(limit).map(hit).collect();
        }
        let mut levels: Vec<Vec<u8>> = self.levels.iter().map(|levels| vec![IS_DEAD; levels.len()]).collect();
        for place in self.places().filter(wanted) {
            levels[place.segment()][place.row()] = IS_OFFERED;
        }
        self.found(&query, &levels, limit)
    }

    fn found(&self, query: &Query, levels: &[Vec<u8>], limit: usize) -> Result<Vec<CompanyHit>, Corrupt> {
        let rows = self.segments.iter().zip(levels).zip(&self.compounds);
        let segments: Vec<_> = rows.map(|((segment, levels), compounds)| searched(segment, levels, compounds)).collect();
        let found = search::find(&segments, query, limit, IS_OFFERED);
        let hits = found.into_iter().map(|found| {
            let company = self.read(Place::new(found.segment, found.row))?;
            let name_marks = search::marks(&company.own.name, query, found.rank);
            Ok(CompanyHit { company, rank: found.rank, name_marks })
        });
        hits.collect()
    }

    /// Whether the deltas have grown enough for a [`Companies::compaction`] to pay.
    pub fn wants_compaction(&self) -> bool {
        let rows: usize = self.segments.iter().map(Segment::rows).sum();
        let full = self.len().div_ceil(SEGMENT_ROWS);
        (rows > SEGMENT_ROWS && rows - self.len() > rows / 20) || self.segments.len() > full + MOST_DELTAS
    }

    /// The segments of a new base, to be stored instead of all present ones, in this order.
    ///
    /// # Errors
    /// [`Corrupt::Record`] when a stored record cannot be read.
    pub fn compaction(&self) -> impl Iterator<Item = Result<Vec<u8>, Corrupt>> {
        let key = |place: &Place| {
            self.segments.get(place.segment()).map(|segment| segment.text(KEY).bytes(place.row())).unwrap_or_default()
        };
        let mut places: Vec<Place> = self.places().collect();
        places.sort_by(|one, other| key(one).cmp(key(other)));
        let segments = places.len().div_ceil(SEGMENT_ROWS);
        (0..segments).map(move |segment| {
            let rows = places.iter().skip(segment * SEGMENT_ROWS).take(SEGMENT_ROWS);
            rows.map(|place| self.read(*place)).collect::<Result<Vec<_>, _>>().map(encode)
        })
    }

    /// Bytes held: segments and indexes.
    pub fn memory(&self) -> usize {
        let segments: usize = self.segments.iter().map(|segment| segment.bytes().len() + segment.rows()).sum();
        segments + self.len() * 6
    }
}

fn schema() -> Vec<Required> {
    let mut schema = vec![
        (ID, Encoding::Fixed, Count::Rows),
        (KEY, Encoding::Text, Count::Rows),
        (OFFERED, Encoding::Fixed, Count::Rows),
        (RECORD, Encoding::Text, Count::Rows),
    ];
    schema.extend(NAME_WORDS.schema());
    schema.extend(REST_WORDS.schema());
    schema
}

fn open(bytes: Vec<u8>) -> Result<Segment, Corrupt> {
    let segment = Segment::open(bytes, Kind::Companies, &schema())?;
    let sound = |id: u16, right: bool| if right { Ok(()) } else { Err(Corrupt::Column(id)) };
    sound(ID, u16::try_from(segment.rows()).is_ok())?;
    let key = segment.text(KEY);
    sound(KEY, (1..segment.rows()).all(|row| key.bytes(row - 1) <= key.bytes(row)))?;
    sound(NAME_WORDS.words, NAME_WORDS.is_sound(&segment))?;
    sound(REST_WORDS.words, REST_WORDS.is_sound(&segment))?;
    Ok(segment)
}

fn encode(mut companies: Vec<Company>) -> Vec<u8> {
    companies.sort_by_cached_key(|company| (fold_key(&company.own.name), company.cin7.id));
    let rows = || companies.iter();
    let mut writer = Writer::new(Kind::Companies, companies.len());
    writer.fixed(ID, rows().map(|company| company.cin7.id.to_bytes()));
    let keys: Vec<String> = rows().map(|company| fold_key(&company.own.name)).collect();
    writer.text(KEY, keys.iter().map(String::as_str));
    let role = |company: &Company| match company.cin7.kind {
        CompanyKind::Supplier => SUPPLIER,
        CompanyKind::Customer if company.cin7.deprecated => KEPT,
        CompanyKind::Customer => CUSTOMER,
    };
    writer.fixed(OFFERED, rows().map(|company| [role(company)]));
    // Plain data with string keys always has a JSON form; an empty text would be refused when read, not taken for a record.
    let records: Vec<String> = rows().map(crate::json::to_text).collect();
    writer.text(RECORD, records.iter().map(String::as_str));
    NAME_WORDS.write(&mut writer, &keys);
    let rest: Vec<String> = rows().map(other_text).collect();
    REST_WORDS.write(&mut writer, &rest);
    writer.finish()
}

/// What of a company is searched besides its name: Cin7's present name of it, people, cities and postcodes.
fn other_text(company: &Company) -> String {
    let mut text = String::new();
    let own = &company.own.contacts;
    let people = own.iter().chain(&company.cin7.contacts).map(|contact| contact.name.as_str());
    let addresses = company.own.main_address.iter().chain(&company.cin7.addresses);
    let towns = addresses.flat_map(|address| [address.city.as_str(), address.postcode.as_str()]);
    for part in people.chain(towns).chain([company.cin7.name.as_str()]) {
        fold_into(part, &mut text);
        text.push(' ');
    }
    text
}

fn searched<'a>(segment: &'a Segment, level: &'a [u8], [name, rest]: &'a [Vec<u32>; 2]) -> Searched<'a> {
    Searched {
        key: segment.text(KEY),
        code: Texts::default(),
        by_code: segment.fixed(0),
        name: NAME_WORDS.read(segment, name),
        rest: REST_WORDS.read(segment, rest),
        level,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::company::fixtures::bayside;

    fn company(last: u8, name: &str) -> CompanyFacts {
        let mut id = [7; 16];
        id[15] = last;
        CompanyFacts { id: Guid::from_bytes(id), name: name.into(), contacts: Vec::new(), addresses: Vec::new(), ..bayside() }
    }

    fn names(companies: &Companies, text: &str) -> Vec<String> {
        companies.search(text, 20).unwrap().into_iter().map(|hit| hit.company.own.name).collect()
    }

    impl Companies {
        pub(crate) fn upsert(&mut self, readings: Vec<CompanyFacts>) -> Result<Vec<Vec<u8>>, Corrupt> {
            self.take(readings, &BTreeMap::new()).map(|taken| taken.segments)
        }
    }

    fn world() -> Companies {
        let mut companies = Companies::default();
        let supplier = CompanyFacts { kind: CompanyKind::Supplier, ..company(12, "Nordic Timber") };
        let retired = CompanyFacts { deprecated: true, ..company(13, "Nordic Antiques") };
        let all =
            vec![bayside(), company(11, "Nordic Timber"), supplier, retired, company(14, "Café Zoë"), company(15, "Corner Shop")];
        companies.upsert(all).unwrap();
        companies
    }

    #[test]
    fn customers_are_found_by_name_people_city_and_postcode() {
        let companies = world();
        for text in ["bayside", "club bay", "ayside", "Bob", "partridge club", "london", "E1 1AA", "baysid club", "bayzide"] {
            assert_eq!(names(&companies, text), ["Bayside Club"], "{text}");
        }
        assert_eq!(names(&companies, "cafe zoe"), ["Café Zoë"]);
        assert!(names(&companies, "").is_empty());
        let hit = &companies.search("club", 1).unwrap()[0];
        assert_eq!((hit.rank, &hit.name_marks), (Rank::WordStart, &vec![(8, 12)]));
    }

    #[test]
    fn suppliers_and_retired_customers_are_kept_and_not_offered() {
        let companies = world();
        let hits = companies.search("nordic", 20).unwrap();
        assert_eq!(hits.len(), 1);
        assert_eq!(hits[0].company.cin7.kind, CompanyKind::Customer);
        for last in [11, 12, 13] {
            let id = company(last, "").id;
            assert_eq!(companies.get(id).unwrap().unwrap().cin7.id, id);
        }
        assert_eq!(companies.len(), 6, "the same name twice is two companies");
    }

    #[test]
    fn a_second_reading_is_merged_into_the_record() {
        let mut companies = world();
        let renamed = CompanyFacts { name: "Bayside Club Ltd".into(), price_tier: Some("Retail".into()), ..bayside() };
        assert_eq!(companies.upsert(vec![renamed.clone()]).unwrap().len(), 1);
        let record = companies.get(bayside().id).unwrap().unwrap();
        assert_eq!(record.own.name, "Bayside Club");
        assert_eq!(record.cin7.price_tier.as_deref(), Some("Retail"));
        assert_eq!(names(&companies, "bayside"), ["Bayside Club"], "one hit, not one per version");
        assert!(companies.upsert(vec![renamed]).unwrap().is_empty(), "nothing new, nothing to store");
        assert_eq!(companies.len(), 6);
    }

    #[test]
    fn c10_tiers_that_change_names_are_followed_by_their_companies() {
        let mut companies = Companies::default();
        let on = |last, tier: &str| CompanyFacts { price_tier: Some(tier.into()), ..company(last, "C") };
        companies.upsert(vec![on(1, "Wholesale"), on(2, "Retail"), on(3, "Gone")]).unwrap();
        // Two tiers change their names with each other: each company stays on its ordinal.
        let renamed = |former: &str| match former {
            "Retail" => Some("Wholesale".to_owned()),
            "Wholesale" => Some("Retail".to_owned()),
            _ => None,
        };
        assert_eq!(companies.rename_tiers(renamed).unwrap().len(), 1);
        let tier = |last| companies.get(company(last, "").id).unwrap().unwrap().cin7.price_tier.unwrap();
        assert_eq!((tier(1), tier(2), tier(3)), ("Retail".into(), "Wholesale".into(), "Gone".into()));
    }

    #[test]
    fn suppliers_and_retired_customers_can_be_browsed() {
        let companies = world();
        let found = |text: &str, kind| -> Vec<String> {
            companies.browse(text, kind, 20).unwrap().into_iter().map(|hit| hit.company.own.name).collect()
        };
        assert_eq!(found("nordic", None).len(), 3);
        assert_eq!(found("nordic", Some(CompanyKind::Supplier)), ["Nordic Timber"]);
        assert_eq!(found("nordic", Some(CompanyKind::Customer)), ["Nordic Antiques", "Nordic Timber"]);
        assert_eq!(found("", Some(CompanyKind::Supplier)), ["Nordic Timber"]);
        assert_eq!(found("", None)[..2], ["Bayside Club", "Café Zoë"]);
        assert_eq!(companies.suppliers(), 1);
    }

    #[test]
    fn two_readings_in_one_page_are_merged_in_order() {
        let mut companies = Companies::default();
        let second = CompanyFacts { name: "Second".into(), on_hold: true, ..company(1, "First") };
        companies.upsert(vec![company(1, "First"), second]).unwrap();
        let record = companies.get(company(1, "").id).unwrap().unwrap();
        assert_eq!((record.own.name.as_str(), record.cin7.on_hold), ("First", true));
    }

    #[test]
    fn what_is_stored_is_what_is_loaded_also_after_a_compaction() {
        let mut companies = Companies::default();
        let mut stored = companies.upsert(vec![bayside(), company(1, "One")]).unwrap();
        stored.extend(companies.upsert(vec![company(2, "Two"), CompanyFacts { on_hold: true, ..company(1, "One") }]).unwrap());
        assert_eq!(stored.len(), 2);
        let sorted = |companies: &Companies| {
            let mut all: Vec<Company> = companies.iter().map(Result::unwrap).collect();
            all.sort_by_key(|company| company.cin7.id);
            all
        };
        let loaded = Companies::load(stored).unwrap();
        assert_eq!(sorted(&loaded), sorted(&companies));
        let base: Vec<Vec<u8>> = loaded.compaction().map(Result::unwrap).collect();
        assert_eq!(base.len(), 1);
        let compacted = Companies::load(base).unwrap();
        assert_eq!(sorted(&compacted), sorted(&companies));
        assert_eq!(names(&compacted, "o"), names(&companies, "o"));
    }
}
