//! Execute.

use commons_assembly::error::ContractError;
use commons_common::assembly::{Act, Choice, ProposalStatus};
use commons_common::id::ProposalId;
use commons_common::trust::AppropriationKind;
use commons_common::units::{Hash, UnixTime};
use commons_common::{roll, trust};
use cosmwasm_std::{Addr, CosmosMsg, ReplyOn, Response, Uint128, WasmMsg, from_json};
use serde::de::DeserializeOwned;

use crate::refused;
use crate::support::{
    Assembly, LAPSES, account, appropriate, member, place, ratify, set_registrar, trustee,
};

/// A ratified assembly whose seven persons passed the act, at the first second of execution.
fn passed(act: Act) -> (Assembly, ProposalId) {
    let mut assembly = Assembly::ratified(7);
    let id = assembly.propose(&member(1), act);
    assembly.open(id);
    for person in 1..=7 {
        assembly.vote(person, id, Choice::Yes).unwrap();
    }
    assembly.executable(id);
    (assembly, id)
}

/// The messages that a response sends; none asks for a reply, so that a refusal undoes everything.
fn sent<T: DeserializeOwned>(response: &Response, to: &Addr) -> Vec<T> {
    response
        .messages
        .iter()
        .filter_map(|sub| {
            assert_eq!(sub.reply_on, ReplyOn::Never);
            let CosmosMsg::Wasm(WasmMsg::Execute {
                contract_addr,
                msg,
                funds,
            }) = &sub.msg
            else {
                panic!("only contracts are called");
            };
            assert!(funds.is_empty());
            (contract_addr == to.as_str()).then(|| from_json(msg).unwrap())
        })
        .collect()
}

#[test]
fn ratification_reaches_roll_and_trust() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&trustee(1), ratify());
    assembly.open(id);
    for person in 1..=5 {
        assembly.vote(person, id, Choice::Yes).unwrap();
    }
    assembly.executable(id);
    let response = assembly.carry_out(id).unwrap();
    assert_eq!(
        sent::<roll::ExecuteMsg>(&response, &account("roll")),
        [roll::ExecuteMsg::Ratify {
            electorate_height: assembly.proposal(id).electorate_height
        }]
    );
    assert_eq!(
        sent::<trust::ExecuteMsg>(&response, &account("trust")),
        [trust::ExecuteMsg::Ratify {}]
    );
    assert_eq!(response.messages.len(), 2);
}

/// Two thirds of seven are five: four do not found a trust.
#[test]
fn four_of_seven_do_not_ratify() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&trustee(1), ratify());
    assembly.open(id);
    for person in 1..=4 {
        assembly.vote(person, id, Choice::Yes).unwrap();
    }
    assembly.executable(id);
    assert_eq!(assembly.status(id), ProposalStatus::Rejected);
    refused!(assembly.carry_out(id), ContractError::NotExecutable { .. });
    // A rejected founding vote can be tried again.
    assembly.propose(&trustee(1), ratify());
}

/// R39: what is sent is the stored act, word for word.
#[test]
fn each_act_becomes_its_message() {
    let (mut assembly, id) = passed(appropriate(&account("payee"), &[3, 4]));
    let response = assembly.carry_out(id).unwrap();
    assert_eq!(
        sent::<trust::ExecuteMsg>(&response, &account("trust")),
        [trust::ExecuteMsg::Appropriate {
            proposal: id,
            kind: AppropriationKind::Project,
            payee: account("payee").into(),
            milestones: vec![Uint128::new(3), Uint128::new(4)],
            purpose_hash: Hash::of(b"purpose"),
            lapses_at: LAPSES,
        }]
    );
    let (mut assembly, id) = passed(place(&account("custodian")));
    let response = assembly.carry_out(id).unwrap();
    assert_eq!(
        sent::<trust::ExecuteMsg>(&response, &account("trust")),
        [trust::ExecuteMsg::AuthorisePlacement {
            proposal: id,
            custodian: account("custodian").into(),
            max: Uint128::new(5),
        }]
    );
    let (mut assembly, id) = passed(set_registrar());
    let response = assembly.carry_out(id).unwrap();
    assert_eq!(
        sent::<roll::ExecuteMsg>(&response, &account("roll")),
        [roll::ExecuteMsg::SetRegistrar {
            account: account("registrar").into(),
            quota: Some(50),
        }]
    );
    assert_eq!(response.messages.len(), 1);
}

/// R39, I8: every boundary second of a proposal's life.
#[test]
fn an_act_is_executable_after_its_delay_and_before_it_expires() {
    let (mut assembly, id) = passed(set_registrar());
    let proposal = assembly.proposal(id);
    for (time, status) in [
        (proposal.opens.0 - 1, ProposalStatus::Notice),
        (proposal.opens.0, ProposalStatus::Open),
        (proposal.closes.0 - 1, ProposalStatus::Open),
        (proposal.closes.0, ProposalStatus::Waiting),
        (proposal.executable_from.0 - 1, ProposalStatus::Waiting),
        (proposal.expires.0, ProposalStatus::Expired),
    ] {
        assembly.at(UnixTime(time));
        assert_eq!(assembly.status(id), status);
        refused!(
            assembly.carry_out(id),
            ContractError::NotExecutable { status: found, .. } if found == status
        );
    }
    for time in [proposal.executable_from.0, proposal.expires.0 - 1] {
        assembly.at(UnixTime(time));
        assert_eq!(assembly.status(id), ProposalStatus::Executable);
    }
    assembly.carry_out(id).unwrap();
    assert_eq!(assembly.status(id), ProposalStatus::Executed);
    assert_eq!(assembly.proposal(id).executed_at, Some(assembly.now()));
}

/// I7, C4: once.
#[test]
fn an_act_is_executed_once() {
    let (mut assembly, id) = passed(set_registrar());
    assembly.carry_out(id).unwrap();
    refused!(
        assembly.carry_out(id),
        ContractError::NotExecutable {
            status: ProposalStatus::Executed,
            ..
        }
    );
}

#[test]
fn of_two_founding_votes_that_passed_one_is_executed() {
    let mut assembly = Assembly::founded(7);
    let both = [(); 2].map(|()| assembly.propose(&member(1), ratify()));
    assembly.open(both[0]);
    for id in both {
        for person in 1..=7 {
            assembly.vote(person, id, Choice::Yes).unwrap();
        }
    }
    assembly.executable(both[0]);
    assembly.carry_out(both[1]).unwrap();
    refused!(
        assembly.carry_out(both[0]),
        ContractError::AlreadyRatified { by } if by == both[1]
    );
    assert_eq!(assembly.status(both[0]), ProposalStatus::Executable);
}

/// C3: nobody voted, or everybody abstained.
#[test]
fn silence_carries_nothing() {
    let mut assembly = Assembly::ratified(7);
    let silent = assembly.propose(&member(1), set_registrar());
    let abstained = assembly.propose(&member(1), set_registrar());
    assembly.open(silent);
    for person in 1..=7 {
        assembly.vote(person, abstained, Choice::Abstain).unwrap();
    }
    assembly.executable(silent);
    for id in [silent, abstained] {
        assert_eq!(assembly.status(id), ProposalStatus::Rejected);
        refused!(assembly.carry_out(id), ContractError::NotExecutable { .. });
    }
}
