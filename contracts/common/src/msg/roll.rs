//! Messages and answers of `roll`: who the persons of one trust are.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, HexBinary};

use crate::charter::RollCharter;
use crate::id::PersonId;
use crate::text::Name;
use crate::units::{Hash, UnixTime};

/// Born bound to its siblings, by the registry.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// The assembly that decides on registrars: the roll's owner.
    pub assembly: String,
    /// Classes of persons, by index.
    pub classes: Vec<Name>,
    /// Registrars, quotas and windows.
    pub rules: RollCharter,
}

/// What can be done to a roll.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// A registrar attests persons, 1 to 256 (R43). Entries are refused one by one; see [`BatchReport`].
    Attest {
        /// The persons.
        persons: Vec<Attestation>,
    },
    /// Anyone: makes persons whose window has passed Active, and starts shares that are due.
    Settle {
        /// Queue entries to work off at most.
        limit: u32,
    },
    /// Anyone: lapses persons whose validity has ended (R44).
    ExpireDue {
        /// Queue entries to work off at most.
        limit: u32,
    },
    /// A registrar renews persons, 1 to 256, within the renewal window or after a lapse (R44).
    Renew {
        /// The persons.
        persons: Vec<PersonId>,
    },
    /// Anyone relays: a person replaces their voting key (R45). Both signatures are over
    /// [`RotationText`](crate::signed::RotationText).
    Rotate {
        /// Whose key.
        person: PersonId,
        /// The new ed25519 key, 32 bytes.
        new_key: HexBinary,
        /// By the current key.
        signature: HexBinary,
        /// By the new key.
        possession: HexBinary,
    },
    /// The assembly only: the trust is ratified, by the roll at the start of this block. Refused if more have joined
    /// the roll since than one epoch may add to it (R43).
    Ratify {
        /// The ratifying poll's electorate height.
        electorate_height: u64,
    },
    /// The assembly only: appoints a registrar, changes its quota, or (quota none) ends its office.
    SetRegistrar {
        /// The registrar's account.
        account: String,
        /// Attestations in one epoch at most; none: no longer a registrar.
        quota: Option<u32>,
    },
}

/// What a registrar says of one person.
#[cw_serde]
pub struct Attestation {
    /// Unique for ever (R42), 32 bytes from the registrars' scheme.
    pub nullifier: Hash,
    /// The account for direct votes and pushed dividends, if any.
    pub account: Option<String>,
    /// The ed25519 voting key, 32 bytes.
    pub voting_key: HexBinary,
    /// Index of the class.
    pub class: u8,
    /// The person's signature over [`PossessionText`](crate::signed::PossessionText) with the voting key.
    pub possession: HexBinary,
}

/// `data` of a batch message's response, as JSON: what was accepted, what was refused and why.
#[cw_serde]
pub struct BatchReport<R> {
    /// Entries that took effect.
    pub accepted: u32,
    /// Entries that changed nothing.
    pub refused: Vec<Refused<R>>,
}

/// One refused entry of a batch.
#[cw_serde]
pub struct Refused<R> {
    /// Index in the batch, from 0.
    pub index: u32,
    /// Why.
    pub reason: R,
}

/// Why one entry of `Attest` or `Renew` was refused.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum RollRefusal {
    /// The nullifier is on the roll already, or was once (R42).
    AlreadyKnown,
    /// The account belongs to another person (I1).
    AccountTaken,
    /// The voting key belongs, or belonged, to another person (I1).
    KeyTaken,
    /// The voting key is small-order, non-canonical or not 32 bytes (R49).
    BadKey,
    /// The proof of possession does not verify.
    BadPossession,
    /// The account is not an address of this chain.
    BadAccount,
    /// There is no such class.
    NoSuchClass,
    /// This registrar attested the same already.
    AlreadyAttested,
    /// The registrar's quota for this epoch is used up (I4).
    QuotaUsed,
    /// The roll has grown as far as it may in this epoch (I4).
    GrowthBound,
    /// There is no such person.
    NoSuchPerson,
    /// Neither within the renewal window nor lapsed.
    NotDue,
}

/// Questions a roll answers.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// cw4: weight 1 or none (R48) of an account.
    #[returns(MemberResponse)]
    Member {
        /// The account.
        addr: String,
        /// State at the start of that block; none: now.
        at_height: Option<u64>,
    },
    /// cw4: number of Active persons.
    #[returns(TotalWeightResponse)]
    TotalWeight {
        /// State at the start of that block; none: now.
        at_height: Option<u64>,
    },
    /// cw4: accounts of Active persons, by account.
    #[returns(MemberListResponse)]
    ListMembers {
        /// Continue after this account.
        start_after: Option<String>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// cw4: there is no admin.
    #[returns(AdminResponse)]
    Admin {},
    /// cw4: there are no hooks: a roll tells nobody.
    #[returns(HooksResponse)]
    Hooks {},
    /// One person.
    #[returns(Person)]
    Person {
        /// Which.
        person: PersonId,
    },
    /// The person to whom an account belongs.
    #[returns(Option<Person>)]
    PersonOf {
        /// The account.
        account: String,
    },
    /// Counts at the start of a block.
    #[returns(Electorate)]
    Electorate {
        /// The block.
        height: u64,
    },
    /// Standing of up to 256 persons at the start of a block; none for a person that does not exist.
    #[returns(Vec<Option<Standing>>)]
    Standings {
        /// The persons.
        persons: Vec<PersonId>,
        /// The block.
        height: u64,
    },
    /// Registrars and what they used of their quota in the current epoch.
    #[returns(Vec<Registrar>)]
    Registrars {},
    /// The journal's state (R34).
    #[returns(crate::journal::Entry)]
    Journal {},
}

/// cw4's answer.
#[cw_serde]
pub struct MemberResponse {
    /// 1, or none for who is not Active.
    pub weight: Option<u64>,
}

/// cw4's answer.
#[cw_serde]
pub struct TotalWeightResponse {
    /// Active persons.
    pub weight: u64,
}

/// cw4's answer.
#[cw_serde]
pub struct MemberListResponse {
    /// A page.
    pub members: Vec<Member>,
}

/// cw4's member.
#[cw_serde]
pub struct Member {
    /// The account.
    pub addr: String,
    /// Always 1 (R48).
    pub weight: u64,
}

/// cw4's answer.
#[cw_serde]
pub struct AdminResponse {
    /// Always none (R37).
    pub admin: Option<String>,
}

/// cw4's answer.
#[cw_serde]
pub struct HooksResponse {
    /// Always none.
    pub hooks: Vec<String>,
}

/// A person on the roll.
#[cw_serde]
pub struct Person {
    /// Sequential, from 1.
    pub id: PersonId,
    /// For direct votes and pushed dividends.
    pub account: Option<Addr>,
    /// ed25519, 32 bytes.
    pub voting_key: HexBinary,
    /// How often the key was rotated.
    pub key_epoch: u32,
    /// Unique for ever.
    pub nullifier: Hash,
    /// Index of the class.
    pub class: u8,
    /// When the last attestation needed came in.
    pub admitted: UnixTime,
    /// When votes start, once settled.
    pub votes_from: UnixTime,
    /// When the share starts, once settled.
    pub shares_from: UnixTime,
    /// When the person lapses unless renewed.
    pub valid_until: UnixTime,
    /// Where the person stands.
    pub status: Status,
}

/// Where a person stands.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Status {
    /// Admitted, window open or not settled yet.
    Pending,
    /// Votes, and shares from `shares_from`.
    Active,
    /// Not renewed in time: no vote, no new share.
    Lapsed,
}

/// Counts at the start of a block.
#[cw_serde]
pub struct Electorate {
    /// The block.
    pub height: u64,
    /// Persons with a vote.
    pub active: u64,
    /// Persons with a share.
    pub sharing: u64,
    /// Whether the counts of the block being made hold persons whose validity is over (R44): expiries wait to be
    /// processed, or were processed in this very block.
    pub expiries_due: bool,
}

/// One person's standing at the start of a block; key and account are those of now.
#[cw_serde]
pub struct Standing {
    /// Who.
    pub person: PersonId,
    /// The account now.
    pub account: Option<Addr>,
    /// The voting key now.
    pub voting_key: HexBinary,
    /// The key's epoch now.
    pub key_epoch: u32,
    /// Whether the person had a vote.
    pub votes: bool,
    /// Whether the person had a share.
    pub shares: bool,
}

/// One registrar.
#[cw_serde]
pub struct Registrar {
    /// The account.
    pub account: Addr,
    /// Attestations in one epoch at most.
    pub quota: u32,
    /// Attestations in the current epoch.
    pub used: u32,
}
