//! Answers are pages, and what does not exist is an error or none.

use commons_common::id::{AppropriationId, DeclarationId, PeriodId};
use commons_common::journal::{self, Entry};
use commons_common::trust::{
    Appropriation, Declaration, ExecuteMsg, GiftLedger, PeriodReport, QueryMsg,
};
use commons_trust::error::TrustError;

use crate::support::{World, money};

/// Lists are pages, oldest first.
#[test]
fn lists_are_pages() {
    let mut world = World::new();
    for _ in 0..3 {
        world.earn(100);
        world.close(100_000);
        world.give(GiftLedger::Operating, 5);
        world.appropriate(&[5]);
    }
    let periods: Vec<PeriodReport> = world.ask(QueryMsg::ListPeriods {
        start_after: Some(PeriodId(1)),
        limit: Some(1),
    });
    assert_eq!(periods.len(), 1);
    assert_eq!(periods[0].period, PeriodId(2));
    let declarations: Vec<Declaration> = world.ask(QueryMsg::ListDeclarations {
        start_after: None,
        limit: None,
    });
    assert_eq!(
        declarations.iter().map(|d| d.id.get()).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let appropriations: Vec<Appropriation> = world.ask(QueryMsg::ListAppropriations {
        start_after: Some(AppropriationId(2)),
        limit: None,
    });
    assert_eq!(appropriations.len(), 1);
}

/// What does not exist is said to be missing.
#[test]
fn what_does_not_exist_is_missing() {
    let world = World::new();
    assert_eq!(world.period(1), None);
    let declaration = world.try_ask(QueryMsg::Declaration {
        declaration: DeclarationId(1),
    });
    assert!(matches!(
        declaration,
        Err(TrustError::NotFound("declaration", 1))
    ));
    let appropriation = world.try_ask(QueryMsg::Appropriation {
        appropriation: AppropriationId(1),
    });
    assert!(matches!(
        appropriation,
        Err(TrustError::NotFound("appropriation", 1))
    ));
    assert!(world.placements().is_empty() && !world.has_claimed(1, 1));
}

/// R34: every message is an entry of the journal, a refused one none, and the event carries what the state holds.
#[test]
fn every_message_is_an_entry_of_the_journal() {
    let mut world = World::founding(money());
    let first: Entry = world.ask(QueryMsg::Journal {});
    assert_eq!(first.n, 1);
    let done = world
        .send(
            "donor",
            5,
            &ExecuteMsg::Contribute {
                to: GiftLedger::Principal,
            },
        )
        .unwrap();
    let second: Entry = world.ask(QueryMsg::Journal {});
    assert_eq!(second.n, 2);
    assert_ne!(second.head, first.head);
    let event = done
        .events
        .iter()
        .find(|event| event.ty == "journal")
        .unwrap();
    let attributes: Vec<_> = event.attributes.iter().map(|a| a.value.clone()).collect();
    assert_eq!(attributes, ["2".to_owned(), second.head.to_string()]);
    assert!(world.send("donor", 0, &ExecuteMsg::ClosePeriod {}).is_err());
    assert_eq!(world.ask::<Entry>(QueryMsg::Journal {}), second);
    assert_eq!(journal::load(&world.store).unwrap(), second);
}
