use commons_common::roll::{ExecuteMsg, QueryMsg, Registrar};
use commons_roll::RollError;
use cosmwasm_std::{Addr, Response};

use crate::support::{Roll, addr, attestations, registrar, rules};

fn set(roll: &mut Roll, account: &Addr, quota: Option<u32>) -> Result<Response, RollError> {
    let msg = ExecuteMsg::SetRegistrar {
        account: account.to_string(),
        quota,
    };
    roll.send(&addr("assembly"), msg)
}

#[test]
fn only_the_assembly_appoints() {
    let mut roll = Roll::new();
    for sender in [registrar(0), addr("anyone")] {
        let msg = ExecuteMsg::SetRegistrar {
            account: addr("new").into_string(),
            quota: Some(1),
        };
        let refused = roll.send(&sender, msg).unwrap_err();
        assert!(matches!(refused, RollError::NotAssembly { .. }));
    }
}

#[test]
fn appointed_registrar_attests_and_dismissed_one_does_not() {
    let mut roll = Roll::new();
    set(&mut roll, &addr("new"), Some(1)).unwrap();
    let persons = attestations(&roll.env, 0..1);
    let msg = ExecuteMsg::Attest { persons };
    roll.send(&addr("new"), msg.clone()).unwrap();
    set(&mut roll, &addr("new"), None).unwrap();
    let refused = roll.send(&addr("new"), msg).unwrap_err();
    assert!(matches!(refused, RollError::NotRegistrar { .. }));
    let again = set(&mut roll, &addr("new"), None).unwrap_err();
    assert!(matches!(again, RollError::NotRegistrar { .. }));
}

/// C6: the last registrars cannot be dismissed: three stay, and as many as it takes to admit.
#[test]
fn the_roll_is_never_locked() {
    let mut roll = Roll::new();
    set(&mut roll, &registrar(0), None).unwrap();
    set(&mut roll, &registrar(1), None).unwrap();
    let refused = set(&mut roll, &registrar(2), None).unwrap_err();
    assert!(matches!(
        refused,
        RollError::TooFewRegistrars { left: 2, least: 3 }
    ));

    let mut rules = rules();
    rules.threshold = 5;
    let mut roll = Roll::with(rules);
    let refused = set(&mut roll, &registrar(0), None).unwrap_err();
    assert!(matches!(
        refused,
        RollError::TooFewRegistrars { left: 4, least: 5 }
    ));
}

#[test]
fn quota_of_zero_is_refused() {
    let mut roll = Roll::new();
    let refused = set(&mut roll, &registrar(0), Some(0)).unwrap_err();
    assert!(matches!(refused, RollError::NoQuota));
}

/// I4: dismissal and reappointment refill no quota.
#[test]
fn reappointment_refills_nothing() {
    let mut roll = Roll::new();
    roll.attest(0, attestations(&roll.env, 0..4));
    set(&mut roll, &registrar(0), None).unwrap();
    set(&mut roll, &registrar(0), Some(5)).unwrap();
    assert_eq!(roll.attest(0, attestations(&roll.env, 4..8)).accepted, 1);
}

#[test]
fn there_are_32_registrars_at_most() {
    let mut roll = Roll::new();
    for i in 5..32 {
        set(&mut roll, &registrar(i), Some(1)).unwrap();
    }
    let refused = set(&mut roll, &registrar(32), Some(1)).unwrap_err();
    assert!(matches!(refused, RollError::TooManyRegistrars { max: 32 }));
    set(&mut roll, &registrar(31), Some(2)).unwrap();
    let registrars: Vec<Registrar> = roll.ask(QueryMsg::Registrars {});
    assert_eq!(registrars.len(), 32);
}
