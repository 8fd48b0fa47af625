//! `Attest`: registrars say who a person is; the k-th who says the same admits them (R43). Gives nobody a vote:
//! that is `Settle`, after the public window.
//!
//! Two steps. First every entry is judged alone, and all proofs of possession are verified in one batch; two registrars
//! say the same if all but the proof agrees, because one key makes many valid signatures of one text. Then entries are taken in order, so that what an earlier one changed holds for a later one.
//!
//! Attestations count within one epoch: those of an earlier epoch, or of registrars no longer in office, do not help
//! to admit. So the admissions of an epoch never exceed the sum of its quotas divided by k (I4).

use commons_common::id::PersonId;
use commons_common::proof::{self, Proof};
use commons_common::roll::{Attestation, Person, RollRefusal, Status};
use commons_common::signed::PossessionText;
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::{
    Addr, Deps, DepsMut, Empty, Env, HexBinary, MessageInfo, Response, StdResult, Storage,
    to_json_vec,
};

use super::{Outcome, ensure_batch};
use crate::error::RollError;
use crate::growth::GrowthBound;
use crate::state::{
    ACCOUNTS, ATTESTED, Attested, CONFIG, Config, EXPIRIES, KEYS, LAST_PERSON, NULLIFIERS, PERSONS,
    REGISTRARS, STARTS, USED,
};
use crate::{event, registrars, voting_key};

/// Takes a registrar's attestations, 1 to 256.
///
/// # Errors
/// The sender is no registrar, or the batch has a wrong size. Entries are refused in the response.
pub fn attest(
    deps: &mut DepsMut<'_>,
    env: &Env,
    info: &MessageInfo,
    persons: Vec<Attestation>,
) -> Result<Response, RollError> {
    ensure_batch(persons.len())?;
    let mut desk = Desk::open(deps.storage, env, &info.sender)?;
    let judged = judge(deps.as_ref(), env, desk.config.classes, persons)?;
    let mut outcome = Outcome::new();
    for (index, judged) in (0_u32..).zip(judged) {
        let taken = match judged {
            Ok(candidate) => desk.take(deps.storage, candidate)?,
            Err(refusal) => Err(refusal),
        };
        match taken {
            Ok(admitted) => outcome.accept(admitted.map(|id| event::admitted(index, id))),
            Err(refusal) => outcome.refuse(index, refusal)?,
        }
    }
    desk.close(deps.storage)?;
    Ok(outcome.into_response()?)
}

/// An attestation whose shape and signature are right.
struct Candidate {
    content: Hash,
    account: Option<Addr>,
    attestation: Attestation,
}

type Judged = Result<Candidate, RollRefusal>;

/// Judges every entry alone, in order. Writes nothing.
fn judge(
    deps: Deps<'_>,
    env: &Env,
    classes: usize,
    persons: Vec<Attestation>,
) -> Result<Vec<Judged>, RollError> {
    let mut judged = Vec::with_capacity(persons.len());
    for attestation in persons {
        let content = content(&attestation)?;
        judged.push(shape(deps, classes, content, attestation));
    }
    let proofs: Vec<Proof<'_>> = judged
        .iter()
        .flatten()
        .map(|candidate| possession(env, candidate))
        .collect();
    let proven = proof::verify(deps.api, &proofs);
    drop(proofs);
    let candidates = judged.iter_mut().filter(|entry| entry.is_ok());
    for (entry, holds) in candidates.zip(proven) {
        if !holds {
            *entry = Err(RollRefusal::BadPossession);
        }
    }
    Ok(judged)
}

/// What registrars must agree on: everything but the proof.
fn content(attestation: &Attestation) -> StdResult<Hash> {
    let without_proof = Attestation {
        possession: HexBinary::default(),
        ..attestation.clone()
    };
    Ok(Hash::of(&to_json_vec(&without_proof)?))
}

fn shape(deps: Deps<'_>, classes: usize, content: Hash, attestation: Attestation) -> Judged {
    if usize::from(attestation.class) >= classes {
        return Err(RollRefusal::NoSuchClass);
    }
    if voting_key::well_formed(&attestation.voting_key).is_none() {
        return Err(RollRefusal::BadKey);
    }
    let account = attestation
        .account
        .as_deref()
        .map(|account| deps.api.addr_validate(account))
        .transpose()
        .map_err(|_| RollRefusal::BadAccount)?;
    Ok(Candidate {
        content,
        account,
        attestation,
    })
}

fn possession<'a>(env: &Env, candidate: &'a Candidate) -> Proof<'a> {
    let attestation = &candidate.attestation;
    let text = PossessionText {
        chain_id: &env.block.chain_id,
        roll: env.contract.address.as_str(),
        nullifier: &attestation.nullifier,
        account: candidate.account.as_ref().map(Addr::as_str),
        class: attestation.class,
        voting_key: &attestation.voting_key,
    };
    Proof {
        text: text.text(),
        signature: &attestation.possession,
        key: &attestation.voting_key,
    }
}

/// What one registrar's batch works with: loaded once, stored once.
struct Desk<'a> {
    config: Config,
    registrar: &'a Addr,
    now: UnixTime,
    epoch: u64,
    quota: u32,
    used: u32,
    growth: GrowthBound,
    last_person: u64,
}

impl<'a> Desk<'a> {
    fn open(storage: &dyn Storage, env: &Env, registrar: &'a Addr) -> Result<Self, RollError> {
        let config = CONFIG.load(storage)?;
        let now = UnixTime::now(env);
        let epoch = registrars::epoch_at(&config, now);
        Ok(Self {
            registrar,
            now,
            epoch,
            quota: registrars::quota(storage, registrar)?,
            used: registrars::used(storage, epoch, registrar)?,
            growth: GrowthBound::load(storage, &config, epoch)?,
            last_person: LAST_PERSON.load(storage)?,
            config,
        })
    }

    fn close(&self, storage: &mut dyn Storage) -> Result<(), RollError> {
        USED.save(storage, (self.epoch, self.registrar), &self.used)?;
        LAST_PERSON.save(storage, &self.last_person)?;
        self.growth.save(storage)?;
        Ok(())
    }

    /// Takes one attestation; answers the new person's id if it was the last one needed.
    fn take(
        &mut self,
        storage: &mut dyn Storage,
        candidate: Candidate,
    ) -> Result<Result<Option<PersonId>, RollRefusal>, RollError> {
        if let Some(refusal) = taken(storage, &candidate)? {
            return Ok(Err(refusal));
        }
        let mut attesters = self.attesters(storage, &candidate.content)?;
        if attesters.contains(self.registrar) {
            return Ok(Err(RollRefusal::AlreadyAttested));
        }
        if self.used >= self.quota {
            return Ok(Err(RollRefusal::QuotaUsed));
        }
        attesters.push(self.registrar.clone());
        let enough = attesters.len() >= self.config.threshold;
        if enough && !self.growth.admit() {
            return Ok(Err(RollRefusal::GrowthBound));
        }
        self.used += 1;
        if enough {
            ATTESTED.remove(storage, &candidate.content.0);
            return Ok(Ok(Some(self.admit(storage, candidate)?)));
        }
        let attested = Attested {
            epoch: self.epoch,
            registrars: attesters,
        };
        ATTESTED.save(storage, &candidate.content.0, &attested)?;
        Ok(Ok(None))
    }

    /// Registrars in office who attested this content in this epoch.
    fn attesters(&self, storage: &dyn Storage, content: &Hash) -> Result<Vec<Addr>, RollError> {
        let registrars = match ATTESTED.may_load(storage, &content.0)? {
            Some(attested) if attested.epoch == self.epoch => attested.registrars,
            _ => Vec::new(),
        };
        Ok(registrars
            .into_iter()
            .filter(|registrar| REGISTRARS.has(storage, registrar))
            .collect())
    }

    fn admit(
        &mut self,
        storage: &mut dyn Storage,
        candidate: Candidate,
    ) -> Result<PersonId, RollError> {
        self.last_person += 1;
        let id = PersonId(self.last_person);
        let person = self.person(id, candidate);
        NULLIFIERS.save(storage, &person.nullifier.0, &id.get())?;
        KEYS.save(storage, &person.voting_key, &id.get())?;
        if let Some(account) = &person.account {
            ACCOUNTS.save(storage, account, &id.get())?;
        }
        STARTS.save(storage, (person.votes_from.0, id.get()), &Empty {})?;
        STARTS.save(storage, (person.shares_from.0, id.get()), &Empty {})?;
        EXPIRIES.save(storage, (person.valid_until.0, id.get()), &Empty {})?;
        PERSONS.save(storage, id.get(), &person)?;
        Ok(id)
    }

    fn person(&self, id: PersonId, candidate: Candidate) -> Person {
        let votes_from = self.now.after(self.config.admission);
        let shares_from = if self.growth.is_ratified() {
            votes_from.max(self.now.after(self.config.share_residence))
        } else {
            votes_from
        };
        Person {
            id,
            account: candidate.account,
            voting_key: candidate.attestation.voting_key,
            key_epoch: 0,
            nullifier: candidate.attestation.nullifier,
            class: candidate.attestation.class,
            admitted: self.now,
            votes_from,
            shares_from,
            valid_until: self.now.after(self.config.validity),
            status: Status::Pending,
        }
    }
}

/// What of the candidate is another person's, or was once (I1, R42).
fn taken(storage: &dyn Storage, candidate: &Candidate) -> Result<Option<RollRefusal>, RollError> {
    if NULLIFIERS.has(storage, &candidate.attestation.nullifier.0) {
        return Ok(Some(RollRefusal::AlreadyKnown));
    }
    if let Some(account) = &candidate.account
        && ACCOUNTS.has(storage, account)
    {
        return Ok(Some(RollRefusal::AccountTaken));
    }
    if KEYS.has(storage, &candidate.attestation.voting_key) {
        return Ok(Some(RollRefusal::KeyTaken));
    }
    Ok(None)
}
