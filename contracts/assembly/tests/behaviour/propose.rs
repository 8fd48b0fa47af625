//! Propose.

use commons_assembly::error::ContractError;
use commons_assembly::state::RULES;
use commons_common::assembly::{Act, Choice, DecisionClass, ProposalStatus, QueryMsg};
use commons_common::charter::DecisionRules;
use commons_common::id::PersonId;
use commons_common::journal::Entry;
use commons_common::units::{Bps, Hash, Seconds, UnixTime};
use cosmwasm_std::{Uint128, to_json_vec};

use crate::refused;
use crate::support::{
    Assembly, FOUNDED, SPECIAL_ABOVE, TERM, account, appropriate, decisions, member, place, ratify,
    set_registrar, trustee,
};

fn day(n: u64) -> Seconds {
    Seconds::days(n)
}

/// R38: the class decides on windows and thresholds, and both are copied.
#[test]
fn each_act_gets_the_windows_of_its_class() {
    let mut assembly = Assembly::founded(7);
    let founding = assembly.propose(&member(1), ratify());
    assert_eq!(
        assembly.proposal(founding).class,
        DecisionClass::Ratification
    );
    assert_eq!(
        assembly.proposal(founding).rules,
        DecisionRules::ratification()
    );

    let mut assembly = Assembly::ratified(7);
    let payee = account("payee");
    for (act, class) in [
        (
            appropriate(&payee, &[SPECIAL_ABOVE]),
            DecisionClass::Ordinary,
        ),
        (
            appropriate(&payee, &[SPECIAL_ABOVE, 1]),
            DecisionClass::Special,
        ),
        (place(&account("custodian")), DecisionClass::Special),
        (set_registrar(), DecisionClass::Special),
    ] {
        let id = assembly.propose(&member(1), act);
        let proposal = assembly.proposal(id);
        assert_eq!(proposal.class, class);
        let (rules, lengths) = match class {
            DecisionClass::Ordinary => (DecisionRules::ordinary(), [3, 7, 7]),
            _ => (DecisionRules::special(), [14, 14, 30]),
        };
        assert_eq!(proposal.rules, rules);
        assert_eq!(proposal.opens, assembly.now().after(day(lengths[0])));
        assert_eq!(proposal.closes, proposal.opens.after(day(lengths[1])));
        assert_eq!(
            proposal.executable_from,
            proposal.closes.after(day(lengths[2]))
        );
        assert_eq!(proposal.expires, proposal.executable_from.after(day(30)));
    }
}

/// R38 (CVE-2022-31198): whatever the rules become, a running poll keeps its own.
#[test]
fn a_running_poll_keeps_the_rules_it_began_with() {
    let mut assembly = Assembly::ratified(10);
    let id = assembly.propose(&member(1), appropriate(&account("payee"), &[1]));
    let before = assembly.proposal(id);
    assembly.open(id);
    assembly.vote(1, id, Choice::Yes).unwrap();

    let mut rules = RULES.load(&assembly.deps.storage).unwrap();
    rules.decisions.ordinary = DecisionRules {
        turnout_bps: Bps(10_000),
        vote: day(1),
        delay: day(700),
        ..decisions().ordinary
    };
    RULES.save(&mut assembly.deps.storage, &rules).unwrap();

    assert_eq!(assembly.proposal(id).rules, before.rules);
    assembly.executable(id);
    assert_eq!(assembly.now(), before.executable_from);
    assert_eq!(assembly.status(id), ProposalStatus::Executable);
}

#[test]
fn persons_and_trustees_propose_and_nobody_else() {
    let mut assembly = Assembly::founded(7);
    assembly.try_propose(&member(3), ratify()).unwrap();
    assembly.try_propose(&trustee(2), ratify()).unwrap();
    let outcome = assembly.try_propose(&account("stranger"), ratify());
    refused!(outcome, ContractError::MayNotPropose { .. });

    let pending = assembly.admit(Some);
    assembly.roll.borrow_mut().members[7].active_in = u64::MAX;
    let outcome = assembly.try_propose(&member(pending), ratify());
    refused!(outcome, ContractError::MayNotPropose { .. });

    let lapsed = assembly.admit(Some);
    assembly.roll.borrow_mut().members[8].lapsed_in = Some(assembly.env.block.height);
    let outcome = assembly.try_propose(&member(lapsed), ratify());
    refused!(outcome, ContractError::MayNotPropose { .. });
}

/// R32: the term ends at its last second.
#[test]
fn a_trustee_proposes_until_the_term_is_over() {
    let mut assembly = Assembly::founded(7);
    let until = UnixTime(FOUNDED).after(TERM);
    assembly.at(UnixTime(until.0 - 1));
    assembly.try_propose(&trustee(1), ratify()).unwrap();
    assembly.at(until);
    let outcome = assembly.try_propose(&trustee(1), ratify());
    refused!(outcome, ContractError::MayNotPropose { .. });
}

/// R44: the denominator is honest before a poll is announced.
#[test]
fn no_proposal_while_expiries_are_due() {
    let mut assembly = Assembly::founded(7);
    assembly.roll.borrow_mut().expiries_due = true;
    let outcome = assembly.try_propose(&member(1), ratify());
    refused!(outcome, ContractError::ExpiriesDue {});
    assembly.roll.borrow_mut().expiries_due = false;
    assembly.try_propose(&member(1), ratify()).unwrap();
}

#[test]
fn seven_persons_are_the_least() {
    let mut assembly = Assembly::founded(6);
    let outcome = assembly.try_propose(&member(1), ratify());
    refused!(
        outcome,
        ContractError::TooFewPersons {
            active: 6,
            least: 7
        }
    );
    assembly.admit(Some);
    // Active in this block: counted from the next one on.
    let outcome = assembly.try_propose(&member(1), ratify());
    refused!(
        outcome,
        ContractError::TooFewPersons {
            active: 6,
            least: 7
        }
    );
    assembly.next_block();
    assembly.try_propose(&member(1), ratify()).unwrap();
}

#[test]
fn before_ratification_nothing_else_is_decided() {
    let mut assembly = Assembly::founded(7);
    for act in [
        appropriate(&account("payee"), &[1]),
        place(&account("custodian")),
        set_registrar(),
    ] {
        let outcome = assembly.try_propose(&member(1), act);
        refused!(outcome, ContractError::NotRatified {});
    }
}

#[test]
fn a_ratified_charter_is_not_ratified_again() {
    let mut assembly = Assembly::ratified(7);
    let outcome = assembly.try_propose(&member(1), ratify());
    refused!(outcome, ContractError::AlreadyRatified { by } if by.get() == 1);
}

#[test]
fn another_charter_is_refused() {
    let act = Act::Ratify {
        charter_hash: Hash::of(b"another"),
    };
    let outcome = Assembly::founded(7).try_propose(&member(1), act);
    refused!(outcome, ContractError::AnotherCharter { .. });
}

#[test]
fn an_appropriation_has_1_to_32_milestones_above_zero() {
    let mut assembly = Assembly::ratified(7);
    let payee = account("payee");
    for bad in [vec![], vec![1; 33], vec![1, 0], vec![u128::MAX, 1]] {
        let outcome = assembly.try_propose(&member(1), appropriate(&payee, &bad));
        refused!(outcome, ContractError::Amounts { .. });
    }
    for good in [vec![1], vec![1; 32], vec![u128::MAX]] {
        assembly.propose(&member(1), appropriate(&payee, &good));
    }
    let nothing = Act::Place {
        custodian: account("custodian").into(),
        max: Uint128::zero(),
    };
    let outcome = assembly.try_propose(&member(1), nothing);
    refused!(outcome, ContractError::Amounts { .. });
}

#[test]
fn an_appropriation_outlives_its_window_of_execution() {
    let mut assembly = Assembly::ratified(7);
    let expires = assembly.now().after(day(3 + 7 + 7 + 30));
    let lapsing = |at: UnixTime| match appropriate(&account("payee"), &[1]) {
        Act::Appropriate {
            kind,
            payee,
            milestones,
            purpose_hash,
            ..
        } => Act::Appropriate {
            kind,
            payee,
            milestones,
            purpose_hash,
            lapses_at: at,
        },
        other => other,
    };
    let outcome = assembly.try_propose(&member(1), lapsing(UnixTime(expires.0 - 1)));
    refused!(outcome, ContractError::LapsesTooEarly { .. });
    let id = assembly.propose(&member(1), lapsing(expires));
    assert_eq!(assembly.proposal(id).expires, expires);
}

/// R39: no money is reserved for ever: five years from the proposal at most, to the second.
#[test]
fn an_appropriation_lapses_within_five_years() {
    let mut assembly = Assembly::ratified(7);
    let latest = assembly.now().after(day(5 * 365));
    for (at, allowed) in [
        (UnixTime(latest.0 + 1), false),
        (UnixTime(u64::MAX), false),
        (latest, true),
    ] {
        let mut act = appropriate(&account("payee"), &[1]);
        if let Act::Appropriate { lapses_at, .. } = &mut act {
            *lapses_at = at;
        }
        let outcome = assembly.try_propose(&member(1), act);
        if allowed {
            outcome.unwrap();
        } else {
            refused!(outcome, ContractError::LapsesTooLate { .. });
        }
    }
}

/// CWA-2022-002: one address, one spelling.
#[test]
fn addresses_in_acts_are_those_of_this_chain_in_normal_form() {
    let mut assembly = Assembly::ratified(7);
    let upper = account("payee").as_str().to_uppercase();
    for bad in ["", "somebody", upper.as_str()] {
        for act in [
            appropriate(&cosmwasm_std::Addr::unchecked(bad), &[1]),
            place(&cosmwasm_std::Addr::unchecked(bad)),
            Act::SetRegistrar {
                account: bad.to_owned(),
                quota: None,
            },
        ] {
            refused!(assembly.try_propose(&member(1), act), ContractError::Std(_));
        }
    }
}

/// R46: the electorate is the roll at the start of this block.
#[test]
fn the_electorate_is_fixed_at_creation() {
    let mut assembly = Assembly::founded(8);
    assembly.admit(Some);
    let id = assembly.propose(&member(1), ratify());
    assert_eq!(assembly.proposal(id).electorate, 8);
    assert_eq!(
        assembly.proposal(id).electorate_height,
        assembly.env.block.height
    );
    assembly.next_block();
    assembly.admit(Some);
    assert_eq!(assembly.proposal(id).electorate, 8);
}

/// R49: the poll's hash, computed again from its definition.
#[test]
fn the_poll_hash_binds_act_electorate_window_and_journal() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&member(1), ratify());
    let proposal = assembly.proposal(id);
    let head = assembly.query::<Entry>(QueryMsg::Journal {}).head;
    let act = to_json_vec(&ratify()).unwrap();
    let mut bytes = b"commons/poll/1".to_vec();
    bytes.extend((act.len() as u64).to_be_bytes());
    bytes.extend(act);
    for number in [
        proposal.electorate_height,
        proposal.opens.0,
        proposal.closes.0,
    ] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(head.0);
    assert_eq!(proposal.poll_hash, Hash::of(&bytes));

    let twin = assembly.propose(&member(1), ratify());
    assert_ne!(assembly.proposal(twin).poll_hash, proposal.poll_hash);
}

/// R30: the quorum base shrinks by the recused, by those on the roll only.
#[test]
fn trustees_with_an_interest_are_recused_and_not_counted() {
    let mut assembly = Assembly::ratified(9);
    let payee = account("payee");
    assembly.give_account(4, trustee(1));
    assembly.give_account(2, trustee(2));
    // On the roll with an interest; on the roll without one; not on the roll with one.
    assembly.declare(&trustee(1), &payee).unwrap();
    assembly
        .declare(&trustee(2), &account("somebody else"))
        .unwrap();
    assembly.declare(&trustee(3), &payee).unwrap();

    let id = assembly.propose(&member(1), appropriate(&payee, &[1]));
    assert_eq!(assembly.proposal(id).recused, [PersonId(4)]);
    assert_eq!(assembly.proposal(id).electorate, 8);
    let id = assembly.propose(&member(1), place(&payee));
    assert_eq!(assembly.proposal(id).recused, [PersonId(4)]);
    let id = assembly.propose(&member(1), place(&account("custodian")));
    assert_eq!(assembly.proposal(id).recused, []);
    assert_eq!(assembly.proposal(id).electorate, 9);
}

/// R30: an interest in oneself needs no declaration.
#[test]
fn a_trustee_who_would_be_paid_is_recused() {
    let mut assembly = Assembly::ratified(9);
    assembly.give_account(4, trustee(1));
    let id = assembly.propose(&member(1), appropriate(&trustee(1), &[1]));
    assert_eq!(assembly.proposal(id).recused, [PersonId(4)]);
}

/// R30: a recused trustee who had no vote anyway does not shrink the electorate twice.
#[test]
fn a_recused_trustee_without_a_vote_does_not_shrink_the_electorate() {
    let mut assembly = Assembly::ratified(8);
    let late = assembly.admit(Some);
    assembly.give_account(late, trustee(1));
    let id = assembly.propose(&member(1), appropriate(&trustee(1), &[1]));
    assert_eq!(assembly.proposal(id).recused, []);
    assert_eq!(assembly.proposal(id).electorate, 8);
}
