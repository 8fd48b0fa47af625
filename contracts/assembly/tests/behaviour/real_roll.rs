//! An assembly beside the real roll, block by block: what one of them says of the other must be true.

use std::cell::RefCell;
use std::rc::Rc;

use commons_assembly::error::ContractError;
use commons_common::assembly::Act;
use commons_common::charter::{RegistrarCharter, RollCharter};
use commons_common::roll::{Attestation, ExecuteMsg, InstantiateMsg};
use commons_common::signed::PossessionText;
use commons_common::text::Name;
use commons_common::units::{Bps, Hash, Seconds, UnixTime};
use commons_roll::contract;
use cosmwasm_std::testing::{MockQuerier, MockStorage, message_info};
use cosmwasm_std::{
    Addr, ContractResult, Empty, Env, HexBinary, OwnedDeps, SystemResult, WasmQuery, from_json,
};
use ed25519_dalek::Signer;

use crate::refused;
use crate::strict_api::StrictApi;
use crate::support::{Assembly, FOUNDED, account, key, member, ratify, trustee};

const VALIDITY: u64 = 1_000;
const ADMISSION: u64 = 10;

type Deps = OwnedDeps<MockStorage, StrictApi, MockQuerier, Empty>;

/// Both contracts on one chain.
struct Both {
    assembly: Assembly,
    roll: Rc<RefCell<Deps>>,
    /// The block that the roll answers in.
    block: Rc<RefCell<Env>>,
}

impl Both {
    /// `persons` Active persons, admitted at the founding.
    fn with(persons: u64) -> Self {
        let mut assembly = Assembly::founded(0);
        let mut env = assembly.env.clone();
        env.contract.address = account("roll");
        let deps = Rc::new(RefCell::new(OwnedDeps {
            storage: MockStorage::default(),
            api: StrictApi::default(),
            querier: MockQuerier::default(),
            custom_query_type: std::marker::PhantomData,
        }));
        let block = Rc::new(RefCell::new(env));
        let (answering, now) = (Rc::clone(&deps), Rc::clone(&block));
        assembly.deps.querier.update_wasm(move |query| {
            let WasmQuery::Smart { msg, .. } = query else {
                panic!("only smart queries are asked");
            };
            let (deps, env) = (answering.borrow(), now.borrow().clone());
            let answer = contract::query(deps.as_ref(), env, from_json(msg).unwrap());
            SystemResult::Ok(ContractResult::Ok(answer.unwrap()))
        });
        let mut both = Self {
            assembly,
            roll: deps,
            block,
        };
        let info = message_info(&account("registry"), &[]);
        let env = both.block.borrow().clone();
        contract::instantiate(both.roll.borrow_mut().as_mut(), env, info, founding()).unwrap();
        let attested: Vec<_> = (1..=persons)
            .map(|person| both.attestation(person))
            .collect();
        for registrar in ["registrar 1", "registrar 2"] {
            let persons = attested.clone();
            both.tell_roll(&account(registrar), ExecuteMsg::Attest { persons });
        }
        both.at(ADMISSION + 5);
        both.tell_roll(&account("anyone"), ExecuteMsg::Settle { limit: 100 });
        both
    }

    fn attestation(&self, person: u64) -> Attestation {
        let (key, block) = (key(person, 0), self.block.borrow());
        let voting_key = HexBinary::from(key.verifying_key().to_bytes());
        let nullifier = Hash::of(&person.to_be_bytes());
        let text = PossessionText {
            chain_id: &block.block.chain_id,
            roll: block.contract.address.as_str(),
            nullifier: &nullifier,
            account: Some(member(person).as_str()),
            class: 0,
            voting_key: &voting_key,
        }
        .text();
        Attestation {
            nullifier,
            account: Some(member(person).into_string()),
            class: 0,
            possession: HexBinary::from(key.sign(text.as_bytes()).to_bytes()),
            voting_key,
        }
    }

    /// The next block, at a time counted from the founding.
    fn at(&mut self, since_founding: u64) {
        self.assembly.at(UnixTime(FOUNDED + since_founding));
        self.block.borrow_mut().block = self.assembly.env.block.clone();
    }

    fn tell_roll(&self, sender: &Addr, msg: ExecuteMsg) {
        let (info, env) = (message_info(sender, &[]), self.block.borrow().clone());
        contract::execute(self.roll.borrow_mut().as_mut(), env, info, msg).unwrap();
    }

    fn expire_due(&self) {
        self.tell_roll(&account("anyone"), ExecuteMsg::ExpireDue { limit: 100 });
    }
}

fn founding() -> InstantiateMsg {
    InstantiateMsg {
        assembly: account("assembly").into_string(),
        classes: vec![Name::try_from("residents".to_owned()).unwrap()],
        rules: RollCharter {
            registrars: (1..=3)
                .map(|n| RegistrarCharter {
                    account: account(&format!("registrar {n}")).into_string(),
                    quota: 100,
                })
                .collect(),
            threshold: 2,
            epoch: Seconds(1_000_000),
            growth_bps: Bps(500),
            admission: Seconds(ADMISSION),
            share_residence: Seconds(ADMISSION),
            validity: Seconds(VALIDITY),
            renewal: Seconds(VALIDITY / 2),
        },
    }
}

/// Eight persons, of whom the last is not renewed and so expires; in the block of its expiry.
fn with_a_due_expiry() -> Both {
    let mut both = Both::with(8);
    both.at(VALIDITY - 100);
    let persons = (1..=7).map(commons_common::id::PersonId).collect();
    both.tell_roll(&account("registrar 1"), ExecuteMsg::Renew { persons });
    both.at(VALIDITY + 5);
    both
}

fn propose(both: &mut Both) -> Result<u64, ContractError> {
    let act: Act = ratify();
    both.assembly.try_propose(&trustee(1), act)?;
    let id = commons_common::id::ProposalId(1);
    Ok(both.assembly.proposal(id).electorate)
}

/// R44, R46: the electorate is the roll at the start of the block, so working off an expiry in the same block does not
/// make it honest.
#[test]
fn a_block_that_works_off_an_expiry_opens_no_proposal_after_it() {
    let mut both = with_a_due_expiry();
    both.expire_due();
    refused!(propose(&mut both), ContractError::ExpiriesDue {});
    both.at(VALIDITY + 10);
    assert_eq!(propose(&mut both).unwrap(), 7);
}

#[test]
fn a_block_that_works_off_an_expiry_opens_no_proposal_before_it() {
    let mut both = with_a_due_expiry();
    refused!(propose(&mut both), ContractError::ExpiriesDue {});
    both.expire_due();
    both.at(VALIDITY + 10);
    assert_eq!(propose(&mut both).unwrap(), 7);
}
