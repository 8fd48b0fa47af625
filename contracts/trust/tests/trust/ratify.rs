//! Until the founding vote is executed a trust takes contributions and nothing else.

use commons_common::id::{
    AppropriationId, DeclarationId, PeriodId, PersonId, PlacementId, ProposalId,
};
use commons_common::trust::{
    AppropriationKind, ExecuteMsg, GiftLedger, QueryMsg, RevenueSource, StatusResponse,
};
use commons_common::units::UnixTime;
use commons_trust::error::TrustError;

use crate::support::{PERIOD, World, addr, hash, money, u};

/// Period 1 begins with ratification.
#[test]
fn ratification_opens_period_1() {
    let mut world = World::founding(money());
    world.wait(300);
    assert!(world.act(&ExecuteMsg::Ratify {}).says("ratified"));
    let status: StatusResponse = world.ask(QueryMsg::Status {});
    assert_eq!(
        status,
        StatusResponse::Living {
            ratified_at: UnixTime(world.time),
            period: PeriodId(1),
            closes_from: UnixTime(world.time + PERIOD),
        }
    );
}

/// Only the assembly ratifies, and once.
#[test]
fn ratification_is_the_assembly_s_and_happens_once() {
    let mut world = World::founding(money());
    let refused = world.send("anna", 0, &ExecuteMsg::Ratify {});
    assert!(matches!(refused, Err(TrustError::NotAssembly { .. })));
    world.act(&ExecuteMsg::Ratify {});
    let refused = world.send("assembly", 0, &ExecuteMsg::Ratify {});
    assert!(matches!(refused, Err(TrustError::AlreadyRatified)));
}

/// Every message but two is refused before ratification, whoever sends it.
#[test]
fn a_founding_takes_contributions_only() {
    let mut world = World::founding(money());
    world.give(GiftLedger::Principal, 10);
    world.give(GiftLedger::Dividend, 10);
    *world.bank.get_mut(&addr("trust")).unwrap() += 7;
    let (declaration, appropriation) = (DeclarationId(1), AppropriationId(1));
    let placement = PlacementId(1);
    let messages = [
        (
            5,
            ExecuteMsg::Revenue {
                source: RevenueSource::Renewable,
            },
        ),
        (0, ExecuteMsg::ClosePeriod {}),
        (0, ExecuteMsg::Claim { declaration }),
        (
            0,
            ExecuteMsg::ClaimFor {
                declaration,
                persons: vec![PersonId(1)],
            },
        ),
        (0, ExecuteMsg::Sweep { declaration }),
        (0, ExecuteMsg::SweepStray {}),
        (
            0,
            ExecuteMsg::Place {
                authorisation: ProposalId(1),
                amount: u(1),
            },
        ),
        (
            5,
            ExecuteMsg::Return {
                placement,
                book: u(5),
            },
        ),
        (0, ExecuteMsg::Revalue { placement }),
        (0, ExecuteMsg::Accept { appropriation }),
        (
            0,
            ExecuteMsg::Submit {
                appropriation,
                evidence_hash: hash(),
            },
        ),
        (0, ExecuteMsg::Approve { appropriation }),
        (0, ExecuteMsg::Pay { appropriation }),
        (0, ExecuteMsg::Withdraw { appropriation }),
        (0, world.request(AppropriationKind::Maintenance, &[1])),
        (
            0,
            ExecuteMsg::AuthorisePlacement {
                proposal: ProposalId(1),
                custodian: addr("bank").to_string(),
                max: u(1),
            },
        ),
    ];
    for (amount, msg) in messages {
        let refused = world.send("assembly", amount, &msg);
        assert!(matches!(refused, Err(TrustError::Founding)), "{msg:?}");
    }
}
