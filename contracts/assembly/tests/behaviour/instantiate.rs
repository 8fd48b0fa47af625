//! Founding.

use commons_assembly::contract;
use commons_assembly::error::ContractError;
use commons_common::assembly::{ExecuteMsg, QueryMsg, RulesResponse, Seat};
use commons_common::id::ProposalId;
use commons_common::journal::{self, Entry};
use commons_common::units::UnixTime;
use cosmwasm_std::coins;
use cosmwasm_std::testing::message_info;

use crate::refused;
use crate::support::{Assembly, FOUNDED, TERM, account, founding, ratify, trustee};

#[test]
fn founding_trustees_are_in_office_for_the_term() {
    let assembly = Assembly::founded(7);
    let mut seats: Vec<Seat> = assembly.query(QueryMsg::Seats {});
    seats.sort_by_key(|seat| seat.account.clone());
    let mut expected = vec![trustee(1), trustee(2), trustee(3)];
    expected.sort();
    assert_eq!(
        seats.iter().map(|s| s.account.clone()).collect::<Vec<_>>(),
        expected
    );
    for seat in seats {
        assert_eq!(seat.since, UnixTime(FOUNDED));
        assert_eq!(seat.until, UnixTime(FOUNDED).after(TERM));
    }
}

#[test]
fn rules_are_those_of_the_founding() {
    let rules: RulesResponse = Assembly::founded(7).query(QueryMsg::Rules {});
    assert_eq!(rules.roll, account("roll"));
    assert_eq!(rules.trust, account("trust"));
    assert_eq!(rules.charter_hash, founding().charter_hash);
    assert_eq!(rules.decisions, founding().decisions);
}

/// C6: an assembly that could never pay is not founded (R30).
#[test]
fn two_trustees_or_one_named_twice_are_refused() {
    for names in [vec![1, 2], vec![1, 2, 2], (0..33).collect()] {
        let mut msg = founding();
        msg.trustees = names.into_iter().map(|n| trustee(n).into()).collect();
        refused!(
            Assembly::empty(7).instantiate(msg),
            ContractError::Trustees { .. }
        );
    }
}

#[test]
fn an_address_of_another_chain_is_refused() {
    let mut msg = founding();
    msg.roll = "juno1h34lmpywh4upnjdg90cjf4j70aee6z8qqfspugamjp42e4q28kqsksmtyp".to_owned();
    refused!(Assembly::empty(7).instantiate(msg), ContractError::Std(_));
}

#[test]
fn coins_are_refused_by_every_door() {
    let mut assembly = Assembly::empty(7);
    let info = message_info(&account("registry"), &coins(1, "ucommon"));
    let (env, msg) = (assembly.env.clone(), founding());
    let outcome = contract::instantiate(assembly.deps.as_mut(), env, info.clone(), msg);
    refused!(outcome, ContractError::Funds {});

    let mut assembly = Assembly::founded(7);
    let env = assembly.env.clone();
    let msg = ExecuteMsg::Execute {
        proposal: ProposalId(1),
    };
    let outcome = contract::execute(assembly.deps.as_mut(), env, info, msg);
    refused!(outcome, ContractError::Funds {});
}

#[test]
fn contract_info_names_this_crate() {
    let assembly = Assembly::founded(7);
    let info = cw2::get_contract_version(&assembly.deps.storage).unwrap();
    assert_eq!(info.contract, "crate:commons-assembly");
    assert_eq!(info.version, env!("CARGO_PKG_VERSION"));
}

/// R34: the founding is entry 1, every message that takes effect adds one, a refused one none.
#[test]
fn every_message_is_journalled() {
    let mut assembly = Assembly::founded(7);
    let founded: Entry = assembly.query(QueryMsg::Journal {});
    assert_eq!(founded.n, 1);
    assert_ne!(
        founded.head,
        journal::genesis(&assembly.env.block.chain_id, &account("assembly"))
    );

    let response = assembly.try_propose(&trustee(1), ratify()).unwrap();
    let proposed: Entry = assembly.query(QueryMsg::Journal {});
    assert_eq!(proposed.n, 2);
    let event = response.events.iter().find(|e| e.ty == "journal").unwrap();
    assert_eq!(event.attributes[0], ("n", "2"));
    assert_eq!(event.attributes[1], ("head", proposed.head.to_string()));

    assembly
        .try_propose(&account("stranger"), ratify())
        .unwrap_err();
    assert_eq!(assembly.query::<Entry>(QueryMsg::Journal {}), proposed);
}
