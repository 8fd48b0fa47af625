//! The first two steps: code, registry, two trusts from their charters; then the roll and the founding vote.

use anyhow::{Context, Result, ensure};
use commons_client::ClientError;
use commons_client::ballot::{sign_ballot, sign_possession};
use commons_client::rpc::Executed;
use commons_client::tx::Message;
use commons_common::assembly::{Act, Choice, ProposalResponse, SignedBallot};
use commons_common::charter::Charter;
use commons_common::id::{PersonId, ProposalId};
use commons_common::registry::{self, Role, TrustEntry};
use commons_common::roll::{self, Attestation, Electorate};
use commons_common::signed::{BallotText, PossessionText};
use commons_common::trust::StatusResponse;
use commons_common::units::{Hash, Seconds, UnixTime};
use commons_common::{assembly, trust};
use commons_node::NodeError;
use cosmwasm_std::HexBinary;

use super::cast::{Person, officer};
use super::desk::{Desk, call};
use super::money::Money;
use super::progress::Progress;
use crate::contracts;
use crate::failure::Failure;

/// Entries in one batch message: what one signature batch takes.
pub const BATCH: usize = 256;

/// One trust of the demonstration.
pub struct Family {
    /// `a` or `b`.
    pub letter: &'static str,
    /// Id of the chain that it is on: what ballots are bound to.
    pub chain_id: String,
    /// The founding document.
    pub charter: Charter,
    /// The registry's entry.
    pub entry: TrustEntry,
    /// Addresses.
    pub roll: String,
    /// Address.
    pub assembly: String,
    /// Address.
    pub trust: String,
    /// Address.
    pub survey: String,
    /// Proposals put so far.
    pub proposals: u64,
}

/// The registry, and both trusts.
pub struct Founded {
    /// Its address.
    pub registry: String,
    /// (a), then (b).
    pub families: [Family; 2],
}

/// Stores the code, begins the registry, approves the code and founds both trusts.
pub fn found(
    desk: &mut Desk,
    wasm: &[(String, Vec<u8>)],
    charters: [Charter; 2],
) -> Result<Founded> {
    let (steward, deployer) = (officer("steward"), officer("deployer"));
    let mut code_ids = std::collections::BTreeMap::new();
    for (name, bytes) in wasm {
        let stored = desk.send(
            &deployer,
            Message::StoreCode {
                wasm: bytes.clone(),
            },
        );
        let stored = stored.map_err(|error| {
            if error.is::<NodeError>() || error.is::<ClientError>() {
                return error;
            }
            anyhow::Error::new(Failure::input(
                format!("the chain does not take {name}.wasm"),
                format!("{error:#}"),
                "give a folder of contracts with --artifacts; scripts/build-contracts makes them",
            ))
        })?;
        let code_id: u64 = attribute(&stored, "store_code", "code_id")?.parse()?;
        code_ids.insert(name.clone(), code_id);
    }
    let code_of = |name: &str| {
        code_ids
            .get(name)
            .copied()
            .with_context(|| format!("{name}.wasm is not among the contracts"))
    };
    let begin = registry::InstantiateMsg {
        steward: desk.address(&steward),
    };
    let begun = desk.send(
        &deployer,
        Message::Instantiate {
            code_id: code_of("registry")?,
            label: "commons registry".to_owned(),
            msg: serde_json::to_vec(&begin)?,
            funds: Vec::new(),
            admin: None,
        },
    )?;
    let registry = attribute(&begun, "instantiate", "_contract_address")?;
    for role in Role::ALL {
        let approve = registry::ExecuteMsg::Approve {
            role,
            code_id: code_of(role.as_str())?,
            version: env!("CARGO_PKG_VERSION").to_owned().try_into()?,
            source_hash: source_hash()?,
            builder: "scripts/build-contracts, rustc 1.95.0"
                .to_owned()
                .try_into()?,
        };
        desk.send(&steward, call(&registry, &approve, 0)?)?;
    }
    let [a, b] = charters;
    let expected =
        || contracts::expected(wasm.iter().map(|(name, wasm)| (name.as_str(), &wasm[..])));
    let families = [
        found_one(desk, &registry, ("a", a), expected())?,
        found_one(desk, &registry, ("b", b), expected())?,
    ];
    Ok(Founded { registry, families })
}

fn found_one(
    desk: &mut Desk,
    registry: &str,
    (letter, charter): (&'static str, Charter),
    expected: Vec<registry::ExpectedCode>,
) -> Result<Family> {
    let found = registry::ExecuteMsg::Found {
        charter: Box::new(charter.clone()),
        checksums: expected,
    };
    desk.send(&officer("deployer"), call(registry, &found, 0)?)
        .with_context(|| format!("founding trust ({letter}) `{}`", charter.name))?;
    let entry: Option<TrustEntry> = desk.query(
        registry,
        &registry::QueryMsg::ByName {
            name: charter.name.clone(),
        },
    )?;
    let entry = entry.context("the registry does not know the trust it just founded")?;
    let address = |role: Role| -> Result<String> {
        let contract = entry.contracts.iter().find(|c| c.role == role);
        Ok(contract
            .with_context(|| format!("the trust has no {}", role.as_str()))?
            .address
            .to_string())
    };
    Ok(Family {
        letter,
        chain_id: desk.chain_id().to_owned(),
        roll: address(Role::Roll)?,
        assembly: address(Role::Assembly)?,
        trust: address(Role::Trust)?,
        survey: address(Role::Survey)?,
        charter,
        entry,
        proposals: 0,
    })
}

/// Enrols everyone on the roll of one trust: two registrars attest in batches, then the roll settles.
pub fn enrol(
    desk: &mut Desk,
    family: &Family,
    persons: &[Person],
    progress: &Progress,
) -> Result<()> {
    for registrar in ["registrar-1", "registrar-2"] {
        for batch in persons.chunks(BATCH) {
            let attest = roll::ExecuteMsg::Attest {
                persons: batch.iter().map(|p| attestation(desk, family, p)).collect(),
            };
            desk.queue(&officer(registrar), call(&family.roll, &attest, 0)?)?;
            progress.tick();
        }
        desk.block()?;
    }
    desk.wait_until(desk.now().after(family.charter.roll.admission));
    for _ in persons.chunks(BATCH) {
        let settle = roll::ExecuteMsg::Settle { limit: 256 };
        desk.queue(&officer("deployer"), call(&family.roll, &settle, 0)?)?;
    }
    desk.block()?;
    let height = desk.height() + 1;
    let electorate: Electorate =
        desk.query(&family.roll, &roll::QueryMsg::Electorate { height })?;
    ensure!(
        electorate.active == u64::try_from(persons.len())?,
        "{} of {} persons are on the roll of ({})",
        electorate.active,
        persons.len(),
        family.letter
    );
    Ok(())
}

fn attestation(desk: &Desk, family: &Family, person: &Person) -> Attestation {
    let account = desk.address(&person.account);
    let voting_key = HexBinary::from(person.voting.public());
    let text = PossessionText {
        chain_id: &family.chain_id,
        roll: &family.roll,
        nullifier: &person.nullifier,
        account: Some(&account),
        class: 0,
        voting_key: &voting_key,
    };
    let possession = sign_possession(&person.voting, &text);
    Attestation {
        nullifier: person.nullifier.clone(),
        account: Some(account),
        voting_key,
        class: 0,
        possession,
    }
}

/// Puts an act to the vote as trustee 1 and answers its number.
pub fn propose(desk: &mut Desk, family: &mut Family, title: &str, act: Act) -> Result<ProposalId> {
    let propose = assembly::ExecuteMsg::Propose {
        title: title.to_owned().try_into()?,
        act,
    };
    desk.send(&officer("trustee-1"), call(&family.assembly, &propose, 0)?)?;
    family.proposals += 1;
    Ok(ProposalId(family.proposals))
}

/// A proposal as it stands.
pub fn proposal(desk: &Desk, family: &Family, proposal: ProposalId) -> Result<ProposalResponse> {
    desk.query(&family.assembly, &assembly::QueryMsg::Proposal { proposal })
}

/// Signs one ballot: sequence 1, the person's first key.
pub fn ballot(
    family: &Family,
    poll: &ProposalResponse,
    number: u32,
    person: &Person,
    choice: Choice,
) -> SignedBallot {
    let text = BallotText {
        chain_id: &family.chain_id,
        assembly: &family.assembly,
        proposal: poll.proposal.id,
        poll_hash: &poll.proposal.poll_hash,
        person: PersonId(u64::from(number)),
        choice,
        key_epoch: 0,
        sequence: 1,
    };
    SignedBallot {
        person: text.person,
        choice,
        key_epoch: 0,
        sequence: 1,
        signature: sign_ballot(&person.voting, &text),
    }
}

/// Relays the yes ballots of the first `count` persons in batches; every one must be counted.
pub fn relay_yes(
    desk: &mut Desk,
    family: &Family,
    poll: ProposalId,
    persons: &[Person],
    count: usize,
) -> Result<()> {
    let response = proposal(desk, family, poll)?;
    let ballots: Vec<SignedBallot> = (1_u32..)
        .zip(persons.iter().take(count))
        .map(|(number, person)| ballot(family, &response, number, person, Choice::Yes))
        .collect();
    for batch in ballots.chunks(BATCH) {
        let cast = assembly::ExecuteMsg::CastBallots {
            proposal: poll,
            ballots: batch.to_vec(),
        };
        desk.queue(&officer("relayer"), call(&family.assembly, &cast, 0)?)?;
    }
    desk.block()?;
    Ok(())
}

/// Two thirds of the roll ratify both charters; period 1 of both begins at `at`.
pub fn ratify(
    desk: &mut Desk,
    families: &mut [Family; 2],
    persons: &[Person],
    at: UnixTime,
) -> Result<()> {
    let yes = (persons.len() * 6_667).div_ceil(10_000);
    let mut polls = Vec::new();
    // So that the window in which the act can be executed holds the day on which period 1 is to begin.
    desk.wait_until(UnixTime(at.0 - Seconds::days(30).0));
    for family in families.iter_mut() {
        let act = Act::Ratify {
            charter_hash: family.entry.charter_hash.clone(),
        };
        polls.push(propose(desk, family, "Ratify the charter", act)?);
    }
    let opens = families
        .iter()
        .map(|f| f.charter.decisions.ratification.notice);
    desk.wait_until(desk.now().after(opens.max().unwrap_or(Seconds(0))));
    for (family, poll) in families.iter().zip(&polls) {
        relay_yes(desk, family, *poll, persons, yes)?;
    }
    desk.wait_until(at);
    for (family, poll) in families.iter().zip(&polls) {
        let execute = assembly::ExecuteMsg::Execute { proposal: *poll };
        desk.queue(&officer("deployer"), call(&family.assembly, &execute, 0)?)?;
    }
    desk.block()?;
    for family in families.iter() {
        let status: StatusResponse = desk.query(&family.trust, &trust::QueryMsg::Status {})?;
        let StatusResponse::Living { ratified_at, .. } = status else {
            anyhow::bail!("trust ({}) is not ratified", family.letter);
        };
        ensure!(
            ratified_at == at,
            "trust ({}) was ratified at another time than planned",
            family.letter
        );
    }
    Ok(())
}

/// Hash of the contracts' source that this program was built from.
fn source_hash() -> Result<Hash> {
    let mut hash = [0; 32];
    hex::decode_to_slice(env!("COMMONS_SOURCE_HASH"), &mut hash)?;
    Ok(Hash(hash))
}

/// The first value of an attribute of the first event of a kind.
pub fn attribute(result: &Executed, kind: &str, key: &str) -> Result<String> {
    result
        .events
        .iter()
        .filter(|e| e.kind == kind)
        .flat_map(|e| &e.attributes)
        .find(|attribute| attribute.key == key)
        .map(|attribute| attribute.value.clone())
        .with_context(|| format!("no attribute {kind}.{key}"))
}

/// The report in a batch message's response data.
pub fn batch_report<R: serde::de::DeserializeOwned>(
    result: &Executed,
) -> Result<roll::BatchReport<R>> {
    let data = commons_client::response::contract_data(&result.data)?;
    let first = data.first().context("the response holds no data")?;
    Ok(serde_json::from_slice(first)?)
}

/// Shown beside the founding: what the registry says of a trust.
pub fn verify(desk: &Desk, registry: &str, family: &Family) -> Result<registry::Verification> {
    desk.query(
        registry,
        &registry::QueryMsg::Verify {
            addr: family.trust.clone(),
        },
    )
}

/// The ledgers of a trust, in plain numbers.
pub fn money(desk: &Desk, family: &Family) -> Result<Money> {
    let response: trust::LedgersResponse =
        desk.query(&family.trust, &trust::QueryMsg::Ledgers {})?;
    Ok(Money::from(response))
}
