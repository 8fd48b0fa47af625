//! Short forms of what tests do often.

use super::*;

/// Each panics if it is refused.
impl World {
    /// By the assembly.
    pub fn act(&mut self, msg: &ExecuteMsg) -> Done {
        self.send("assembly", 0, msg).unwrap()
    }

    pub fn give(&mut self, to: GiftLedger, amount: u128) {
        self.send("donor", amount, &ExecuteMsg::Contribute { to })
            .unwrap();
    }

    pub fn earn(&mut self, amount: u128) {
        let source = RevenueSource::Renewable;
        self.send("lessee", amount, &ExecuteMsg::Revenue { source })
            .unwrap();
    }

    /// Places coins with a custodian under an act of its own.
    pub fn place(&mut self, custodian: &str, amount: u128) {
        let authorisation = self.authorise(custodian, amount);
        let msg = ExecuteMsg::Place {
            authorisation,
            amount: u(amount),
        };
        self.send("anna", 0, &msg).unwrap();
    }

    pub fn authorise(&mut self, custodian: &str, max: u128) -> ProposalId {
        self.siblings.proposals += 1;
        let proposal = ProposalId(self.siblings.proposals);
        self.act(&ExecuteMsg::AuthorisePlacement {
            proposal,
            custodian: addr(custodian).to_string(),
            max: u(max),
        });
        proposal
    }

    /// A settled value of a period, whose window opened a second after what happened before.
    pub fn value(&mut self, custodian: &str, period: u64, value: u128) {
        self.wait(1);
        self.value_at(custodian, period, value, self.time);
    }

    /// A settled value of a period, whose window opened then.
    pub fn value_at(&mut self, custodian: &str, period: u64, value: u128, opened_at: u64) {
        let value = Value {
            period,
            value,
            opened_at,
            fresh: true,
        };
        self.siblings.values.insert(name(custodian), value);
    }

    /// Closes the open period without values, a further period after its end, and answers what was done.
    pub fn close_unvalued(&mut self, index: u128) -> PeriodReport {
        let period = self.end_period();
        self.siblings.index.insert(period.get(), index);
        let refused = self.send("anyone", 0, &ExecuteMsg::ClosePeriod {});
        assert!(matches!(refused, Err(TrustError::ValueMissing { .. })));
        self.wait(PERIOD);
        self.send("anyone", 0, &ExecuteMsg::ClosePeriod {}).unwrap();
        self.period(period.get()).unwrap()
    }

    /// Waits for the end of the open period, whose index is `index`, and closes it.
    pub fn close(&mut self, index: u128) -> PeriodReport {
        let period = self.end_period();
        self.siblings.index.insert(period.get(), index);
        self.send("anyone", 0, &ExecuteMsg::ClosePeriod {}).unwrap();
        self.period(period.get()).unwrap()
    }

    /// Waits until the open period can be closed.
    pub fn end_period(&mut self) -> PeriodId {
        let (period, closes_from) = self.open_period();
        let rest = closes_from.0.saturating_sub(self.time);
        self.wait(rest);
        period
    }

    pub fn open_period(&self) -> (PeriodId, UnixTime) {
        match self.ask(QueryMsg::Status {}) {
            commons_common::trust::StatusResponse::Living {
                period,
                closes_from,
                ..
            } => (period, closes_from),
            commons_common::trust::StatusResponse::Founding {} => panic!("not ratified"),
        }
    }

    /// Reserves payments for the payee `paul`; lapses a period from now.
    pub fn appropriate(&mut self, milestones: &[u128]) -> AppropriationId {
        let request = self.request(AppropriationKind::Project, milestones);
        self.act(&request);
        let all: Vec<Appropriation> = self.ask(QueryMsg::ListAppropriations {
            start_after: None,
            limit: Some(100),
        });
        all.last().unwrap().id
    }

    pub fn request(&mut self, kind: AppropriationKind, milestones: &[u128]) -> ExecuteMsg {
        self.siblings.proposals += 1;
        ExecuteMsg::Appropriate {
            proposal: ProposalId(self.siblings.proposals),
            kind,
            payee: addr("paul").to_string(),
            milestones: milestones.iter().copied().map(u).collect(),
            purpose_hash: hash(),
            lapses_at: UnixTime(self.time + PERIOD),
        }
    }

    /// Accepts, submits and approves the next milestone, so that it can be paid.
    pub fn approved(&mut self, appropriation: AppropriationId) {
        if !self.appropriation(appropriation).accepted {
            self.send("paul", 0, &ExecuteMsg::Accept { appropriation })
                .unwrap();
        }
        let submit = ExecuteMsg::Submit {
            appropriation,
            evidence_hash: hash(),
        };
        self.send("anna", 0, &submit).unwrap();
        self.send("bert", 0, &ExecuteMsg::Approve { appropriation })
            .unwrap();
    }

    pub fn ledgers(&self) -> Ledgers {
        self.ask::<LedgersResponse>(QueryMsg::Ledgers {}).ledgers
    }

    pub fn period(&self, period: u64) -> Option<PeriodReport> {
        self.ask(QueryMsg::Period {
            period: PeriodId(period),
        })
    }

    pub fn declaration(&self, id: u64) -> Declaration {
        self.ask(QueryMsg::Declaration {
            declaration: DeclarationId(id),
        })
    }

    pub fn appropriation(&self, appropriation: AppropriationId) -> Appropriation {
        self.ask(QueryMsg::Appropriation { appropriation })
    }

    pub fn placements(&self) -> Vec<Placement> {
        self.ask(QueryMsg::Placements {})
    }

    pub fn has_claimed(&self, declaration: u64, person: u64) -> bool {
        self.ask(QueryMsg::Claimed {
            declaration: DeclarationId(declaration),
            person: PersonId(person),
        })
    }

    /// A trust with one declaration of 100 for each of ten persons.
    pub fn declared() -> Self {
        let mut world = Self::new();
        world.earn(1_000);
        world.close(100_000);
        assert_eq!(world.declaration(1).per, u(100));
        world
    }
}
