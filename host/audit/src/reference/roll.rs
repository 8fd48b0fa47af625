//! The second reading of a roll: who was admitted, who had a vote and a share at the start of a block. Never asks the roll
//! itself. Attestations are in `attest`.

use std::collections::{BTreeMap, BTreeSet};

use commons_common::charter::RollCharter;
use commons_common::id::PersonId;
use commons_common::roll::{ExecuteMsg, InstantiateMsg};
use commons_common::signed::RotationText;
use commons_common::units::Hash;
use cosmwasm_std::HexBinary;

use super::history::History;
use super::signature::{acceptable_key, signed};
use super::{Call, Objection, Signatures, require};

/// A roll, read from its messages.
#[derive(Clone, Debug)]
pub(super) struct Roll {
    pub(super) chain_id: String,
    pub(super) address: String,
    pub(super) assembly: String,
    pub(super) classes: usize,
    pub(super) rules: RollCharter,
    founded_at: u64,
    /// Quotas of those in office.
    pub(super) registrars: BTreeMap<String, u32>,
    /// Attestations by epoch and registrar; a reappointment refills nothing.
    pub(super) used: BTreeMap<(u64, String), u32>,
    pub(super) persons: Vec<Person>,
    pub(super) by_account: BTreeMap<String, PersonId>,
    pub(super) keys: BTreeSet<Vec<u8>>,
    pub(super) nullifiers: BTreeSet<Hash>,
    /// Attestations that do not yet suffice: in which epoch what was said, and by whom.
    pub(super) attested: BTreeMap<(u64, Said), BTreeSet<String>>,
    /// By epoch: how many may be admitted, fixed at its first admission, and how many were.
    pub(super) growth: BTreeMap<u64, (u128, u128)>,
    pub(super) ratified: bool,
    /// When a vote or a share may start, and whose.
    starts: BTreeSet<(u64, PersonId)>,
    expiries: BTreeSet<(u64, PersonId)>,
    /// The block in which an expiry was last worked off.
    expired_in: Option<u64>,
    pub(super) active: History<u64>,
    sharing: History<u64>,
    pub(super) signatures: Signatures,
}

/// What a registrar says of a person: nullifier, account, key, class.
pub(super) type Said = (Hash, Option<String>, Vec<u8>, u8);

/// A person.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) account: Option<String>,
    pub(super) key: HexBinary,
    pub(super) key_epoch: u32,
    /// With the vote for who was admitted before ratification, a residence after admission for all others (R15).
    pub(super) shares_from: u64,
    pub(super) votes_from: u64,
    pub(super) valid_until: u64,
    pub(super) votes: History<bool>,
    pub(super) shares: History<bool>,
}

impl Roll {
    pub(super) fn new(chain_id: &str, call: &Call, msg: InstantiateMsg) -> Self {
        let registrars = msg.rules.registrars.iter();
        Self {
            chain_id: chain_id.to_owned(),
            address: call.contract.clone(),
            founded_at: call.time,
            assembly: msg.assembly,
            classes: msg.classes.len(),
            registrars: registrars.map(|r| (r.account.clone(), r.quota)).collect(),
            rules: msg.rules,
            persons: Vec::new(),
            by_account: BTreeMap::new(),
            keys: BTreeSet::new(),
            nullifiers: BTreeSet::new(),
            used: BTreeMap::new(),
            attested: BTreeMap::new(),
            growth: BTreeMap::new(),
            ratified: false,
            starts: BTreeSet::new(),
            expiries: BTreeSet::new(),
            expired_in: None,
            active: History::new(0),
            sharing: History::new(0),
            signatures: Signatures::default(),
        }
    }

    pub(super) fn execute(&mut self, call: &Call, msg: ExecuteMsg) -> Result<(), Objection> {
        match msg {
            ExecuteMsg::Attest { persons } => {
                self.require_registrar(call)?;
                for entry in &persons {
                    self.attest(call, entry);
                }
                Ok(())
            }
            ExecuteMsg::Settle { limit } => {
                self.settle(call, limit);
                Ok(())
            }
            ExecuteMsg::ExpireDue { limit } => {
                self.expire(call, limit);
                Ok(())
            }
            ExecuteMsg::Renew { persons } => {
                self.require_registrar(call)?;
                for person in persons {
                    self.renew(call, person);
                }
                Ok(())
            }
            ExecuteMsg::Rotate {
                person,
                new_key,
                signature,
                possession,
            } => self.rotate(person, new_key, &signature, &possession),
            ExecuteMsg::Ratify { electorate_height } => self.ratify(call, electorate_height),
            ExecuteMsg::SetRegistrar { account, quota } => {
                self.require_assembly(call)?;
                match quota {
                    None => drop(self.registrars.remove(&account)),
                    Some(quota) => drop(self.registrars.insert(account, quota)),
                }
                Ok(())
            }
        }
    }

    fn require_registrar(&self, call: &Call) -> Result<(), Objection> {
        require(self.registrars.contains_key(&call.sender), || {
            format!("{} is not a registrar", call.sender)
        })
    }

    fn require_assembly(&self, call: &Call) -> Result<(), Objection> {
        require(call.sender == self.assembly, || {
            format!("{} is not the assembly", call.sender)
        })
    }

    /// The epoch that an instant lies in; epoch 0 begins with the roll.
    pub(super) fn epoch(&self, time: u64) -> u64 {
        let age = time.saturating_sub(self.founded_at);
        age.checked_div(self.rules.epoch.0).unwrap_or(0)
    }

    /// Puts a fully attested person on the roll.
    pub(super) fn admit(&mut self, call: &Call, said: Said) {
        let (nullifier, account, key, _) = said;
        let id = PersonId(
            u64::try_from(self.persons.len())
                .unwrap_or(u64::MAX)
                .saturating_add(1),
        );
        let votes_from = call.time.saturating_add(self.rules.admission.0);
        let residence = call.time.saturating_add(self.rules.share_residence.0);
        let shares_from = if self.ratified {
            votes_from.max(residence)
        } else {
            votes_from
        };
        let valid_until = call.time.saturating_add(self.rules.validity.0);
        self.starts.insert((votes_from, id));
        self.starts.insert((shares_from, id));
        self.expiries.insert((valid_until, id));
        if let Some(account) = &account {
            self.by_account.insert(account.clone(), id);
        }
        self.keys.insert(key.clone());
        self.nullifiers.insert(nullifier);
        self.persons.push(Person {
            account,
            key: HexBinary::from(key),
            key_epoch: 0,
            shares_from,
            votes_from,
            valid_until,
            votes: History::new(false),
            shares: History::new(false),
        });
    }

    fn settle(&mut self, call: &Call, limit: u32) {
        for _ in 0..limit {
            let due = self
                .starts
                .first()
                .copied()
                .filter(|(from, _)| *from <= call.time);
            let Some(first) = due else { return };
            self.starts.remove(&first);
            self.note_standing(call, first.1);
        }
    }

    fn expire(&mut self, call: &Call, limit: u32) {
        for _ in 0..limit {
            let due = self
                .expiries
                .first()
                .copied()
                .filter(|(until, _)| *until <= call.time);
            let Some(first) = due else { return };
            self.expiries.remove(&first);
            self.expired_in = Some(call.height);
            self.note_standing(call, first.1);
        }
    }

    /// Renews within the window or after a lapse; who is not due is refused by index, which changes nothing.
    fn renew(&mut self, call: &Call, id: PersonId) {
        let (renewal, validity) = (self.rules.renewal.0, self.rules.validity.0);
        let Some(person) = self.person_mut(id) else {
            return;
        };
        let before = person.valid_until;
        if before.saturating_sub(renewal) > call.time {
            return;
        }
        let until = call.time.saturating_add(validity);
        person.valid_until = until;
        self.expiries.remove(&(before, id));
        self.expiries.insert((until, id));
        self.note_standing(call, id);
    }

    /// Writes down what time has made of a person: a vote within its term, a share once that has begun, too.
    fn note_standing(&mut self, call: &Call, id: PersonId) {
        let Some(person) = self.person_mut(id) else {
            return;
        };
        let votes = (person.votes_from..person.valid_until).contains(&call.time);
        let shares = votes && person.shares_from <= call.time;
        let (voted, shared) = (person.votes.now(), person.shares.now());
        person.votes.set(call.height, votes);
        person.shares.set(call.height, shares);
        let moved = |count: u64, was: bool, is: bool| {
            count
                .saturating_add(u64::from(is))
                .saturating_sub(u64::from(was))
        };
        let active = moved(self.active.now(), voted, votes);
        let sharing = moved(self.sharing.now(), shared, shares);
        self.active.set(call.height, active);
        self.sharing.set(call.height, sharing);
    }

    fn rotate(
        &mut self,
        id: PersonId,
        new_key: HexBinary,
        signature: &HexBinary,
        possession: &HexBinary,
    ) -> Result<(), Objection> {
        require(acceptable_key(&new_key), || {
            "the new key may not vote".to_owned()
        })?;
        let fresh = self.keys.insert(new_key.to_vec());
        require(fresh, || "the new key is or was another's".to_owned())?;
        let person = self
            .person(id)
            .ok_or_else(|| Objection::new(format!("there is no person {id}")))?;
        let key_epoch = person.key_epoch.saturating_add(1);
        let text = RotationText {
            chain_id: &self.chain_id,
            roll: &self.address,
            person: id,
            new_key: &new_key,
            key_epoch,
        }
        .text();
        let good = signed(&person.key, &text, signature) && signed(&new_key, &text, possession);
        self.signatures.rotation = self.signatures.rotation.saturating_add(2);
        require(good, || {
            "a signature of the rotation does not verify".to_owned()
        })?;
        if let Some(person) = self.person_mut(id) {
            person.key = new_key;
            person.key_epoch = key_epoch;
        }
        Ok(())
    }

    /// From here on growth is bounded, and shares need a residence. Whoever is on the roll and had no vote yet when the
    /// poll was made joined since: they are growth already, of the epoch of ratification.
    fn ratify(&mut self, call: &Call, electorate_height: u64) -> Result<(), Objection> {
        self.require_assembly(call)?;
        require(!self.ratified, || "the roll is ratified already".to_owned())?;
        let new = |person: &&Person| !person.votes.was_before(electorate_height, true);
        let joined = self.persons.iter().filter(new).count();
        let joined = u128::try_from(joined).unwrap_or(u128::MAX);
        let (electorate, _) = self.counts(electorate_height);
        let bound = self.share_of(electorate);
        require(joined <= bound, || {
            format!("{joined} joined the roll since the poll was made, and {bound} may in an epoch")
        })?;
        self.growth.insert(self.epoch(call.time), (bound, joined));
        self.ratified = true;
        Ok(())
    }

    pub(super) fn person(&self, id: PersonId) -> Option<&Person> {
        let index = usize::try_from(id.get().checked_sub(1)?).ok()?;
        self.persons.get(index)
    }

    fn person_mut(&mut self, id: PersonId) -> Option<&mut Person> {
        let index = usize::try_from(id.get().checked_sub(1)?).ok()?;
        self.persons.get_mut(index)
    }

    /// The person of an account.
    pub(super) fn person_of(&self, account: &str) -> Option<PersonId> {
        self.by_account.get(account).copied()
    }

    /// Whether a person had a vote at the start of a block.
    pub(super) fn voted(&self, id: PersonId, height: u64) -> bool {
        self.person(id)
            .is_some_and(|person| person.votes.at(height))
    }

    /// Whether a person had a share at the start of a block.
    pub(super) fn shared(&self, id: PersonId, height: u64) -> bool {
        self.person(id)
            .is_some_and(|person| person.shares.at(height))
    }

    /// Persons with a vote, and with a share, at the start of a block.
    pub(super) fn counts(&self, height: u64) -> (u64, u64) {
        (self.active.at(height), self.sharing.at(height))
    }

    /// Whether expiries are due as a message sees it (R44).
    pub(super) fn expiries_due(&self, call: &Call) -> bool {
        self.expiries_due_at(call.time, call.height)
    }

    /// Whether expiries are due: some wait to be worked off, or were in this very block, at whose start their persons still
    /// counted.
    pub(super) fn expiries_due_at(&self, now: u64, height: u64) -> bool {
        let waiting = self.expiries.first();
        waiting.is_some_and(|(until, _)| *until <= now) || self.expired_in == Some(height)
    }
}
