//! DeclareInterest.

use commons_assembly::error::ContractError;
use commons_assembly::execute::declare_interest::{MAX_INTERESTS, MAX_SUBJECTS};
use commons_common::assembly::{ExecuteMsg, QueryMsg, TrusteeResponse};
use commons_common::units::UnixTime;
use cosmwasm_std::Addr;

use crate::refused;
use crate::support::{Assembly, FOUNDED, Outcome, TERM, account, member, trustee};

fn declare(assembly: &mut Assembly, sender: &Addr, names: std::ops::Range<usize>) -> Outcome {
    let subjects = names
        .map(|n| account(&format!("subject {n}")).into())
        .collect();
    assembly.execute(sender, ExecuteMsg::DeclareInterest { subjects })
}

fn asked(assembly: &Assembly, account: &Addr, subject: &Addr) -> (bool, bool) {
    let answer: TrusteeResponse = assembly.query(QueryMsg::Trustee {
        account: account.to_string(),
        subject: subject.to_string(),
    });
    (answer.in_office, answer.interested)
}

/// R30: what is declared is known, of this trustee only, and of the own account without a word.
#[test]
fn declared_interests_are_known() {
    let mut assembly = Assembly::founded(7);
    let subject = account("subject 0");
    declare(&mut assembly, &trustee(1), 0..2).unwrap();
    declare(&mut assembly, &trustee(1), 0..1).unwrap();
    let interests: Vec<Addr> = assembly.query(QueryMsg::Interests {
        trustee: trustee(1).into(),
    });
    assert_eq!(interests.len(), 2);
    assert!(interests.contains(&subject));
    assert_eq!(asked(&assembly, &trustee(1), &subject), (true, true));
    assert_eq!(asked(&assembly, &trustee(2), &subject), (true, false));
    assert_eq!(asked(&assembly, &trustee(2), &trustee(2)), (true, true));
    assert_eq!(asked(&assembly, &member(1), &subject), (false, false));
}

#[test]
fn only_a_trustee_in_office_declares() {
    let mut assembly = Assembly::founded(7);
    let outcome = declare(&mut assembly, &member(1), 0..1);
    refused!(outcome, ContractError::NotATrustee { .. });
    assembly.at(UnixTime(FOUNDED).after(TERM));
    assert_eq!(asked(&assembly, &trustee(1), &member(1)), (false, false));
    let outcome = declare(&mut assembly, &trustee(1), 0..1);
    refused!(outcome, ContractError::NotATrustee { .. });
}

#[test]
fn interests_are_bounded_at_once_and_in_all() {
    let mut assembly = Assembly::founded(7);
    for names in [0..0, 0..MAX_SUBJECTS + 1] {
        let outcome = declare(&mut assembly, &trustee(1), names);
        refused!(outcome, ContractError::Interests { .. });
    }
    for start in (0..MAX_INTERESTS).step_by(MAX_SUBJECTS) {
        declare(&mut assembly, &trustee(1), start..start + MAX_SUBJECTS).unwrap();
    }
    let outcome = declare(&mut assembly, &trustee(1), 1_000..1_001);
    refused!(outcome, ContractError::Interests { .. });
    declare(&mut assembly, &trustee(2), 1_000..1_001).unwrap();
}

#[test]
fn an_address_of_no_chain_is_refused() {
    let subjects = vec!["the parish council".to_owned()];
    let outcome =
        Assembly::founded(7).execute(&trustee(1), ExecuteMsg::DeclareInterest { subjects });
    refused!(outcome, ContractError::Std(_));
}
