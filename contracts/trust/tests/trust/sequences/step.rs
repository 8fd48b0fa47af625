//! One step of a sequence: numbers that are read as a message, a reading, or the passing of time, so that most messages
//! have a chance to be accepted and all can be refused.

use commons_common::id::{AppropriationId, DeclarationId, PersonId, PlacementId, ProposalId};
use commons_common::trust::{
    Appropriation, AppropriationKind, Authorisation, ConfigResponse, Declaration, ExecuteMsg,
    GiftLedger, QueryMsg, RevenueSource,
};
use commons_common::units::Seconds;

use crate::support::{PERIOD, World, addr, hash, name, u};

const TRUSTEES: [&str; 5] = ["anna", "bert", "cleo", "dora", "stranger"];
/// Who may hold principal outside.
pub const CUSTODIANS: [&str; 2] = ["bank", "fund"];

/// What a step does; numbers are taken modulo what there is.
#[derive(Debug, Clone)]
pub enum Step {
    Contribute(u8, u128),
    Revenue(bool, u128),
    Stray(u128),
    SweepStray,
    Wait(u64),
    /// Wait for the end of the open period, or a further period; report the index and the custodians' values (permille
    /// of book); close.
    Close {
        patient: bool,
        index: Option<u64>,
        values: [Option<u64>; 2],
    },
    /// Try to close while the roll has expiries to work off.
    CloseTooSoon,
    /// A value (permille of book) of a period back or ahead, whose window opened seconds ago.
    Read {
        custodian: usize,
        permille: u64,
        ahead: i8,
        ago: u64,
        fresh: bool,
    },
    Claim {
        declaration: u64,
        person: u64,
    },
    ClaimFor {
        declaration: u64,
        persons: Vec<u64>,
    },
    Sweep(u64),
    Authorise(usize, u128),
    /// Under an act, a permille of principal.
    Place {
        act: u64,
        permille: u128,
        trustee: usize,
    },
    /// Under an act of its own, executed now: a permille of principal.
    PlaceAnew {
        custodian: usize,
        permille: u128,
        trustee: usize,
    },
    /// A permille of book, of which a permille is paid.
    Return {
        placement: u64,
        book: u128,
        paid: u128,
    },
    Revalue {
        placement: u64,
        value: u64,
    },
    Appropriate {
        maintenance: bool,
        milestones: Vec<u128>,
    },
    /// One step of a payment.
    Payment {
        back: u64,
        part: u8,
        trustee: usize,
    },
    /// All steps of a payment, by trustees in this order.
    WholePayment {
        back: u64,
        first: usize,
    },
    Withdraw {
        back: u64,
        payee: bool,
    },
    /// A person's share ends or begins.
    Share(u64, bool),
    /// An account stops or starts to receive.
    Block(u64, bool),
    Ratify,
}

/// A message with its sender and its coins.
pub struct Sent {
    pub by: String,
    pub amount: u128,
    pub msg: ExecuteMsg,
}

fn with_coins(by: &str, amount: u128, msg: ExecuteMsg) -> Vec<Sent> {
    vec![Sent {
        by: by.to_owned(),
        amount,
        msg,
    }]
}

fn quiet(by: &str, msg: ExecuteMsg) -> Vec<Sent> {
    with_coins(by, 0, msg)
}

impl Step {
    /// What is sent, by whom and with how much, after the world was changed as the step says.
    pub fn messages(&self, world: &mut World) -> Vec<Sent> {
        world.siblings.expiries_due = false;
        match self {
            Self::Contribute(to, amount) => {
                let to = [
                    GiftLedger::Principal,
                    GiftLedger::Income,
                    GiftLedger::Dividend,
                    GiftLedger::Operating,
                ][usize::from(*to)];
                with_coins("donor", *amount, ExecuteMsg::Contribute { to })
            }
            Self::Revenue(exhaustible, amount) => {
                let source = if *exhaustible {
                    RevenueSource::Exhaustible
                } else {
                    RevenueSource::Renewable
                };
                with_coins("lessee", *amount, ExecuteMsg::Revenue { source })
            }
            Self::SweepStray => quiet("anyone", ExecuteMsg::SweepStray {}),
            Self::Ratify => quiet("assembly", ExecuteMsg::Ratify {}),
            Self::Stray(_)
            | Self::Wait(_)
            | Self::Share(..)
            | Self::Block(..)
            | Self::Read { .. } => {
                self.change(world);
                vec![]
            }
            Self::Close {
                patient,
                index,
                values,
            } => {
                let period = world.end_period().get();
                if *patient {
                    world.wait(PERIOD);
                }
                close(world, period, *index, values)
            }
            Self::CloseTooSoon => {
                world.end_period();
                world.wait(PERIOD);
                world.siblings.expiries_due = true;
                quiet("anyone", ExecuteMsg::ClosePeriod {})
            }
            Self::Claim { .. } | Self::ClaimFor { .. } | Self::Sweep(_) => self.dividend(world),
            Self::Authorise(..)
            | Self::Place { .. }
            | Self::PlaceAnew { .. }
            | Self::Return { .. }
            | Self::Revalue { .. } => self.placement(world),
            Self::Appropriate { .. }
            | Self::Payment { .. }
            | Self::WholePayment { .. }
            | Self::Withdraw { .. } => self.payment(world),
        }
    }

    fn change(&self, world: &mut World) {
        match self {
            Self::Stray(amount) => *world.bank.entry(addr("trust")).or_default() += amount,
            Self::Wait(seconds) => world.wait(*seconds),
            Self::Share(person, on) => {
                let height = world.height;
                if let Some(member) = world.siblings.persons.get_mut(person) {
                    member.shares = if *on {
                        height + 1..u64::MAX
                    } else {
                        0..height + 1
                    };
                }
                world.wait(5);
            }
            Self::Read {
                custodian,
                permille,
                ahead,
                ago,
                fresh,
            } => {
                let custodian = CUSTODIANS[*custodian];
                let placements = world.placements();
                let held = placements.iter().find(|p| p.custodian == addr(custodian));
                let book = held.map_or(0, |p| p.book.u128());
                let value = book * u128::from(*permille) / 1_000;
                let open = world.open_period().0.get();
                let period = open.saturating_add_signed((*ahead).into());
                world.value_at(custodian, period, value, world.time - ago);
                let values = &mut world.siblings.values;
                values.get_mut(&name(custodian)).unwrap().fresh = *fresh;
            }
            Self::Block(person, on) => {
                let account = addr(&format!("person {person}"));
                if *on {
                    world.blocked.insert(account);
                } else {
                    world.blocked.remove(&account);
                }
            }
            _ => {}
        }
    }

    fn dividend(&self, world: &mut World) -> Vec<Sent> {
        match self {
            Self::Claim {
                declaration,
                person,
            } => quiet(
                &format!("person {person}"),
                ExecuteMsg::Claim {
                    declaration: newest(world, *declaration),
                },
            ),
            Self::ClaimFor {
                declaration,
                persons,
            } => quiet(
                "anyone",
                ExecuteMsg::ClaimFor {
                    declaration: newest(world, *declaration),
                    persons: persons.iter().copied().map(PersonId).collect(),
                },
            ),
            Self::Sweep(back) => quiet(
                "anyone",
                ExecuteMsg::Sweep {
                    declaration: newest(world, *back),
                },
            ),
            _ => vec![],
        }
    }

    fn placement(&self, world: &mut World) -> Vec<Sent> {
        match self {
            Self::Authorise(custodian, max) => {
                world.siblings.proposals += 1;
                let msg = ExecuteMsg::AuthorisePlacement {
                    proposal: ProposalId(world.siblings.proposals),
                    custodian: addr(CUSTODIANS[*custodian]).to_string(),
                    max: u(*max),
                };
                quiet("assembly", msg)
            }
            Self::PlaceAnew {
                custodian,
                permille,
                trustee,
            } => {
                let mut sent = Self::Authorise(*custodian, u128::MAX).placement(world);
                let place = ExecuteMsg::Place {
                    authorisation: ProposalId(world.siblings.proposals),
                    amount: u(placeable(world) / 1_000 * permille),
                };
                sent.extend(quiet(TRUSTEES[*trustee], place));
                sent
            }
            Self::Place {
                act,
                permille,
                trustee,
            } => {
                let msg = ExecuteMsg::Place {
                    authorisation: authorisation(world, *act),
                    amount: u(placeable(world) / 1_000 * permille),
                };
                quiet(TRUSTEES[*trustee], msg)
            }
            Self::Return {
                placement,
                book,
                paid,
            } => {
                let id = PlacementId(*placement);
                let known = world.placements();
                let Some(held) = known.iter().find(|p| p.id == id) else {
                    return quiet(
                        "bank",
                        ExecuteMsg::Return {
                            placement: id,
                            book: u(0),
                        },
                    );
                };
                let back = held.book.u128() * book / 1_000;
                let custodian = CUSTODIANS.into_iter().find(|c| addr(c) == held.custodian);
                let msg = ExecuteMsg::Return {
                    placement: id,
                    book: u(back),
                };
                with_coins(custodian.unwrap(), back * paid / 1_000, msg)
            }
            Self::Revalue { placement, value } => {
                let id = PlacementId(*placement);
                report(world, id, *value);
                quiet("anyone", ExecuteMsg::Revalue { placement: id })
            }
            _ => vec![],
        }
    }

    fn payment(&self, world: &mut World) -> Vec<Sent> {
        match self {
            Self::Appropriate {
                maintenance,
                milestones,
            } => {
                let kind = if *maintenance {
                    AppropriationKind::Maintenance
                } else {
                    AppropriationKind::Project
                };
                let mut msg = world.request(kind, milestones);
                if let ExecuteMsg::Appropriate { lapses_at, .. } = &mut msg {
                    *lapses_at = lapses_at.after(Seconds(2 * PERIOD));
                }
                quiet("assembly", msg)
            }
            Self::Payment {
                back,
                part,
                trustee,
            } => part_of(appropriation(world, *back), *part, TRUSTEES[*trustee]),
            Self::WholePayment { back, first } => (0..4)
                .flat_map(|part| {
                    let trustee = TRUSTEES[(first + usize::from(part)) % 4];
                    part_of(appropriation(world, *back), part, trustee)
                })
                .collect(),
            Self::Withdraw { back, payee } => quiet(
                if *payee { "paul" } else { "anyone" },
                ExecuteMsg::Withdraw {
                    appropriation: appropriation(world, *back),
                },
            ),
            _ => vec![],
        }
    }
}

fn part_of(appropriation: AppropriationId, part: u8, trustee: &str) -> Vec<Sent> {
    let (by, msg) = match part {
        0 => ("paul", ExecuteMsg::Accept { appropriation }),
        1 => (
            trustee,
            ExecuteMsg::Submit {
                appropriation,
                evidence_hash: hash(),
            },
        ),
        2 => (trustee, ExecuteMsg::Approve { appropriation }),
        _ => (trustee, ExecuteMsg::Pay { appropriation }),
    };
    quiet(by, msg)
}

/// The declaration made `back` before the newest one.
fn newest(world: &World, back: u64) -> DeclarationId {
    let all: Vec<Declaration> = world.ask(QueryMsg::ListDeclarations {
        start_after: None,
        limit: Some(100),
    });
    DeclarationId(u64::try_from(all.len()).unwrap().saturating_sub(back))
}

/// The act to place money that was executed `back` before the newest one.
fn authorisation(world: &World, back: u64) -> ProposalId {
    let executed = (1..=world.siblings.proposals)
        .rev()
        .map(ProposalId)
        .filter(|id| {
            let found: Option<Authorisation> = world.ask(QueryMsg::Authorisation { proposal: *id });
            found.is_some()
        });
    let acts: Vec<_> = executed.collect();
    let back = usize::try_from(back).unwrap();
    acts.get(back)
        .or(acts.last())
        .copied()
        .unwrap_or(ProposalId(1))
}

/// What the charter still allows outside.
fn placeable(world: &World) -> u128 {
    let config: ConfigResponse = world.ask(QueryMsg::Config {});
    let ledgers = world.ledgers();
    let principal = (ledgers.floor - ledgers.loss).u128();
    let bound = principal / 10_000 * u128::from(config.money.max_placed_bps.0);
    bound.saturating_sub(ledgers.placed.u128())
}

/// The appropriation made `back` before the newest one.
fn appropriation(world: &World, back: u64) -> AppropriationId {
    let all: Vec<Appropriation> = world.ask(QueryMsg::ListAppropriations {
        start_after: None,
        limit: Some(100),
    });
    AppropriationId(u64::try_from(all.len()).unwrap().saturating_sub(back))
}

/// A reading of a placement's value: a permille of its book.
fn report(world: &mut World, id: PlacementId, permille: u64) {
    let period = world.open_period().0.get();
    let Some(held) = world.placements().into_iter().find(|p| p.id == id) else {
        return;
    };
    world.wait(1);
    let value = held.book.u128() * u128::from(permille) / 1_000;
    let custodian = CUSTODIANS.into_iter().find(|c| addr(c) == held.custodian);
    world.value_at(custodian.unwrap(), period, value, world.time);
}

fn close(
    world: &mut World,
    period: u64,
    index: Option<u64>,
    values: &[Option<u64>; 2],
) -> Vec<Sent> {
    if let Some(index) = index {
        world.siblings.index.insert(period, index.into());
    }
    for placement in world.placements() {
        let at = usize::try_from(placement.id.get() - 1).unwrap();
        if let Some(permille) = values[at] {
            report(world, placement.id, permille);
        }
    }
    quiet("anyone", ExecuteMsg::ClosePeriod {})
}
