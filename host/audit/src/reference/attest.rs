//! Which attestations count (R42, R43, R49). Decides one entry at a time; a refused entry changes nothing.

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use commons_common::roll::Attestation;
use commons_common::signed::PossessionText;

use super::Call;
use super::roll::{Roll, Said};
use super::signature::{acceptable_key, signed};

impl Roll {
    /// Counts one registrar's word on one person, and admits the person once enough registrars in office said the same
    /// within one epoch (I4).
    pub(super) fn attest(&mut self, call: &Call, entry: &Attestation) {
        let said: Said = (
            entry.nullifier.clone(),
            entry.account.clone(),
            entry.voting_key.to_vec(),
            entry.class,
        );
        let key = (self.epoch(call.time), said);
        let by = self.attested.get(&key);
        let again = by.is_some_and(|by| by.contains(&call.sender));
        let before = by.into_iter().flatten();
        let before = before
            .filter(|who| self.registrars.contains_key(*who))
            .count();
        let enough =
            u32::try_from(before).is_ok_and(|n| n.saturating_add(1) >= self.rules.threshold);
        let refused = again
            || !self.well_formed(entry)
            || self.is_taken(entry)
            || !self.has_quota(call)
            || (enough && !self.may_grow(call))
            || !self.possesses(entry);
        if refused {
            return;
        }
        let used = (key.0, call.sender.clone());
        let used = self.used.entry(used).or_default();
        *used = used.saturating_add(1);
        if enough {
            self.attested.remove(&key);
            self.grow(call);
            self.admit(call, key.1);
        } else {
            self.attested
                .entry(key)
                .or_default()
                .insert(call.sender.clone());
        }
    }

    fn well_formed(&self, entry: &Attestation) -> bool {
        acceptable_key(&entry.voting_key)
            && usize::from(entry.class) < self.classes
            && entry
                .account
                .as_ref()
                .is_none_or(|account| is_address(account, &self.address))
    }

    fn is_taken(&self, entry: &Attestation) -> bool {
        self.nullifiers.contains(&entry.nullifier)
            || self.keys.contains(entry.voting_key.as_slice())
            || entry
                .account
                .as_ref()
                .is_some_and(|account| self.by_account.contains_key(account))
    }

    fn has_quota(&self, call: &Call) -> bool {
        let used = (self.epoch(call.time), call.sender.clone());
        let used = self.used.get(&used).copied().unwrap_or(0);
        self.registrars
            .get(&call.sender)
            .is_some_and(|quota| used < *quota)
    }

    /// Growth of the roll in one epoch: a share of it, rounded down, one at least; no bound before ratification.
    fn may_grow(&self, call: &Call) -> bool {
        let (bound, admitted) = self.growth_in(self.epoch(call.time));
        !self.ratified || admitted < bound
    }

    fn grow(&mut self, call: &Call) {
        if self.ratified {
            let epoch = self.epoch(call.time);
            let (bound, admitted) = self.growth_in(epoch);
            self.growth
                .insert(epoch, (bound, admitted.saturating_add(1)));
        }
    }

    /// How many may be admitted in an epoch, and how many were; the bound is fixed at the first.
    fn growth_in(&self, epoch: u64) -> (u128, u128) {
        let fresh = (self.share_of(self.active.now()), 0);
        self.growth.get(&epoch).copied().unwrap_or(fresh)
    }

    /// What one epoch may add to so many persons.
    pub(super) fn share_of(&self, active: u64) -> u128 {
        let share = u128::from(active).saturating_mul(u128::from(self.rules.growth_bps.0));
        (share / 10_000).max(1)
    }

    fn possesses(&mut self, entry: &Attestation) -> bool {
        self.signatures.possession = self.signatures.possession.saturating_add(1);
        let text = PossessionText {
            chain_id: &self.chain_id,
            roll: &self.address,
            nullifier: &entry.nullifier,
            account: entry.account.as_deref(),
            class: entry.class,
            voting_key: &entry.voting_key,
        }
        .text();
        signed(&entry.voting_key, &text, &entry.possession)
    }
}

/// Whether `text` is an address, in its one spelling, of the chain that `sibling` is on.
fn is_address(text: &str, sibling: &str) -> bool {
    let Ok(own) = CheckedHrpstring::new::<Bech32>(sibling) else {
        return false;
    };
    let Ok(parsed) = CheckedHrpstring::new::<Bech32>(text) else {
        return false;
    };
    let lower = text.bytes().all(|byte| !byte.is_ascii_uppercase());
    let same = |a: Hrp, b: Hrp| a == b;
    lower && same(own.hrp(), parsed.hrp()) && matches!(parsed.byte_iter().len(), 20 | 32)
}
