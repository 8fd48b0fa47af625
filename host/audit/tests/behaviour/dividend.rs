//! Claims, sweeps and the number of persons they are shared among.

use commons_common::id::{DeclarationId, PersonId};
use commons_common::trust::{ExecuteMsg, GiftLedger};

use crate::history::{History, money};

/// Ten persons, 100 given to the dividend: ten each.
fn declared() -> History {
    let mut history = History::living(money(), 10, 1_000);
    history.give(GiftLedger::Dividend, 100);
    history.index(1, 1_000);
    history.close();
    history
}

fn claim(history: &mut History, who: &str) -> Result<(), String> {
    let declaration = DeclarationId(1);
    let claimed = history.trust(who, &ExecuteMsg::Claim { declaration }, 0);
    claimed.map_err(|difference| difference.to_string())
}

/// R10, I12: one share once; who is refused by index in a push changes nothing.
#[test]
fn a_share_is_paid_once_and_pushes_skip_whom_they_cannot_pay() {
    let mut history = declared();
    claim(&mut history, "person 1").unwrap();
    let persons = [1, 2, 99, 3].map(PersonId).to_vec();
    let push = ExecuteMsg::ClaimFor {
        declaration: DeclarationId(1),
        persons,
    };
    history.trust("anyone", &push, 0).unwrap();
    assert_eq!(history.reader.declarations()[0].claimed, 3);
    assert_eq!(history.ledger().declared, 70);
    let again = claim(&mut history, "person 2").unwrap_err();
    assert!(
        again.contains("the contract trust accepted claim"),
        "{again}"
    );
    assert!(again.contains("person 2 has nothing to claim"), "{again}");
}

/// R14: claims count before `claim_until`, sweeps from it.
#[test]
fn what_is_not_claimed_in_time_is_swept_to_income() {
    let mut history = declared();
    claim(&mut history, "person 7").unwrap();
    history.wait(500);
    let sweep = ExecuteMsg::Sweep {
        declaration: DeclarationId(1),
    };
    history.trust("anyone", &sweep, 0).unwrap();
    assert_eq!(history.ledger().declared, 0);
    assert_eq!(history.ledger().income, 90);
    assert_eq!(history.reader.declarations()[0].swept.unwrap().u128(), 90);
    let late = claim(&mut history, "person 8").unwrap_err();
    assert!(late.contains("claims of declaration 1 ended"), "{late}");
}

/// R8: coins without a message are strays until they are swept to principal.
#[test]
fn strays_go_to_principal() {
    let mut history = declared();
    let to = history.family.trust.clone();
    let coins = cosmwasm_std::coins(33, crate::history::DENOM);
    let step = commons_audit::reference::Step::Transfer { to, coins };
    history.reader.step(&step).unwrap();
    assert_eq!(history.ledger().stray, 33);
    history
        .trust("anyone", &ExecuteMsg::SweepStray {}, 0)
        .unwrap();
    assert_eq!((history.ledger().stray, history.ledger().floor), (0, 1_033));
}

/// R10: fewer persons never means a feast; `per` divides by four fifths of the last number at least.
#[test]
fn fewer_persons_do_not_get_more_than_a_quarter_above() {
    let mut history = declared();
    // Everyone's validity ends; person 1 to 3 are renewed, the others lapse.
    history.wait(1_000_000);
    let renew = commons_common::roll::ExecuteMsg::Renew {
        persons: [1, 2, 3].map(PersonId).to_vec(),
    };
    history.roll("registrar 1", &renew);
    history.roll(
        "anyone",
        &commons_common::roll::ExecuteMsg::ExpireDue { limit: 100 },
    );
    history.give(GiftLedger::Dividend, 80);
    history.index(2, 1_000);
    history.close();
    let declaration = &history.reader.declarations()[1];
    // 80 over max(3, ceil(0.8 * 10)) = 8.
    assert_eq!((declaration.n, declaration.per.u128()), (3, 10));
    assert_eq!(
        (history.ledger().gifts, history.ledger().declared),
        (50, 100 + 30)
    );
}
