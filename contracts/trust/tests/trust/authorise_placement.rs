//! An act allows placements.

use commons_common::id::ProposalId;
use commons_common::trust::{Authorisation, ExecuteMsg, QueryMsg};
use commons_trust::error::TrustError;

use crate::support::{PERIOD, World, addr, u};

fn allow(custodian: &str, max: u128) -> ExecuteMsg {
    ExecuteMsg::AuthorisePlacement {
        proposal: ProposalId(7),
        custodian: addr(custodian).to_string(),
        max: u(max),
    }
}

/// R38: an executed act is kept with what it allows.
#[test]
fn an_act_allows_a_placement() {
    let mut world = World::new();
    assert!(world.act(&allow("bank", 500)).says("authorised"));
    let stored: Option<Authorisation> = world.ask(QueryMsg::Authorisation {
        proposal: ProposalId(7),
    });
    let stored = stored.unwrap();
    assert_eq!(
        (stored.custodian, stored.max, stored.used),
        (addr("bank"), u(500), u(0))
    );
    assert_eq!(stored.until.0, world.time + 5 * PERIOD);
    let none: Option<Authorisation> = world.ask(QueryMsg::Authorisation {
        proposal: ProposalId(8),
    });
    assert_eq!(none, None);
}

/// R38: by the assembly, once a proposal, for a custodian of the charter, of more than nothing.
#[test]
fn an_authorisation_is_checked() {
    let mut world = World::new();
    let refused = world.send("anna", 0, &allow("bank", 500));
    assert!(matches!(refused, Err(TrustError::NotAssembly { .. })));
    let refused = world.send("assembly", 0, &allow("stranger", 500));
    assert!(matches!(refused, Err(TrustError::UnknownCustodian(_))));
    let refused = world.send("assembly", 0, &allow("bank", 0));
    assert!(matches!(refused, Err(TrustError::ZeroAmount)));
    world.act(&allow("bank", 500));
    let refused = world.send("assembly", 0, &allow("fund", 500));
    assert!(matches!(refused, Err(TrustError::AlreadyAuthorised(7))));
}
