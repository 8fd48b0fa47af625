//! Principal outside: authorised, placed, returned, valued (R2, R4). Changes the ledgers by these messages only.

use commons_common::assembly::Act;
use commons_common::id::{PeriodId, PlacementId, ProposalId};
use commons_common::text::Name;
use commons_common::trust::{Authorisation, ExecuteMsg, Placement};
use commons_common::units::{Seconds, UnixTime};
use cosmwasm_std::{Addr, Uint128};

use super::number::{add, ratio, sub};
use super::survey::Survey;
use super::trust::{Siblings, Trust};
use super::{Call, Objection, require};

impl Trust {
    pub(super) fn placement(
        &mut self,
        call: &Call,
        msg: ExecuteMsg,
        coins: u128,
        siblings: Siblings<'_>,
    ) -> Result<(), Objection> {
        match msg {
            ExecuteMsg::AuthorisePlacement {
                proposal,
                custodian,
                max,
            } => self.authorise(call, proposal, (custodian, max), siblings),
            ExecuteMsg::Place {
                authorisation,
                amount,
            } => self.place(call, authorisation, amount.u128(), siblings),
            ExecuteMsg::Return { placement, book } => {
                self.take_back(call, placement, book.u128(), coins)
            }
            ExecuteMsg::Revalue { placement } => {
                let read = self.write_down(placement, siblings.survey)?;
                require(read, || format!("placement {placement} has no reading"))
            }
            _ => Err(Objection::new("not a message about placements")),
        }
    }

    fn authorise(
        &mut self,
        call: &Call,
        proposal: ProposalId,
        (custodian, max): (String, Uint128),
        siblings: Siblings<'_>,
    ) -> Result<(), Objection> {
        self.require_assembly(call)?;
        let act = siblings.assembly.carried_out(proposal, call.time)?;
        let said = Act::Place {
            custodian: custodian.clone(),
            max,
        };
        require(*act == said, || {
            "the vote was on another placement".to_owned()
        })?;
        self.subject_of(&custodian)?;
        let allowed = Authorisation {
            proposal,
            custodian: Addr::unchecked(custodian),
            max,
            used: Uint128::zero(),
            // Five periods from the execution (R38).
            until: UnixTime(call.time).after(Seconds(self.rules.period.0.saturating_mul(5))),
        };
        self.authorisations.insert(proposal, allowed);
        Ok(())
    }

    fn subject_of(&self, custodian: &str) -> Result<Name, Objection> {
        let of_charter = self
            .rules
            .money
            .custodians
            .iter()
            .find(|c| c.account == custodian);
        of_charter
            .map(|custodian| custodian.subject.clone())
            .ok_or_else(|| Objection::new(format!("{custodian} is no custodian of the charter")))
    }

    fn place(
        &mut self,
        call: &Call,
        proposal: ProposalId,
        amount: u128,
        siblings: Siblings<'_>,
    ) -> Result<(), Objection> {
        let allowed = self.authorisations.get(&proposal).cloned();
        let mut allowed = allowed
            .ok_or_else(|| Objection::new(format!("proposal {proposal} allows no placement")))?;
        let custodian = allowed.custodian.to_string();
        require(call.time < allowed.until.0, || {
            format!(
                "what proposal {proposal} allowed ended at {}",
                allowed.until
            )
        })?;
        let in_office = siblings.assembly.in_office(&call.sender, call.time);
        let interested = siblings.assembly.interested(&call.sender, &custodian);
        require(in_office && !interested, || {
            format!("{} may not place with {custodian}", call.sender)
        })?;
        self.require_known_values(&custodian, call.time, siblings.survey)?;
        let used = add(allowed.used.u128(), amount)?;
        let max = allowed.max.u128();
        require(used <= max, || {
            format!("{used} are placed where the vote allowed {max}")
        })?;
        let placed = add(self.ledger.placed, amount)?;
        let bound = ratio(
            self.ledger.principal()?,
            u128::from(self.rules.money.max_placed_bps.0),
            10_000,
        )?;
        require(placed <= bound, || {
            format!("{placed} are placed where {bound} may be")
        })?;
        self.ledger.placed = placed;
        allowed.used = Uint128::new(used);
        self.authorisations.insert(proposal, allowed);
        let placement = self.placement_with(&custodian);
        let id = placement.id;
        placement.placed = Uint128::new(add(placement.placed.u128(), amount)?);
        placement.book = Uint128::new(add(placement.book.u128(), amount)?);
        let moves = self.moves.entry(id).or_default();
        moves.push((call.time, amount, 0));
        self.send(amount)
    }

    /// R34: nothing more is placed while a placement lacks its value of a period that was closed without one, nor with a
    /// custodian whose last value is out of date.
    fn require_known_values(
        &self,
        custodian: &str,
        now: u64,
        survey: &Survey,
    ) -> Result<(), Objection> {
        if let Some(last) = self.periods.last().filter(|last| last.unvalued) {
            let missing = self.unvalued(last.period, survey)?;
            require(missing.is_none(), || {
                format!("a placement still has no value of period {}", last.period)
            })?;
        }
        let subject = self.subject_of(custodian)?;
        let holds = self.placements.values().any(|placement| {
            placement.custodian.as_str() == custodian && !placement.book.is_zero()
        });
        let stale = survey
            .latest(&subject)
            .is_some_and(|read| !survey.fresh(&subject, read.settled_at, now));
        require(!(holds && stale), || {
            format!("the last value of what {custodian} holds is out of date")
        })
    }

    /// The one placement with a custodian, numbered in order of first use.
    fn placement_with(&mut self, custodian: &str) -> &mut Placement {
        let next = u64::try_from(self.placements.len())
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        let known = self
            .placements
            .values()
            .find(|p| p.custodian.as_str() == custodian);
        let id = known.map_or(PlacementId(next), |placement| placement.id);
        self.placements.entry(id).or_insert_with(|| Placement {
            id,
            custodian: Addr::unchecked(custodian),
            placed: Uint128::zero(),
            returned: Uint128::zero(),
            book: Uint128::zero(),
        })
    }

    fn placement_mut(&mut self, id: PlacementId) -> Result<&mut Placement, Objection> {
        self.placements
            .get_mut(&id)
            .ok_or_else(|| Objection::new(format!("there is no placement {id}")))
    }

    fn take_back(
        &mut self,
        call: &Call,
        id: PlacementId,
        book: u128,
        coins: u128,
    ) -> Result<(), Objection> {
        let placement = self.placement_mut(id)?;
        require(placement.custodian.as_str() == call.sender, || {
            format!("{} is not the custodian", call.sender)
        })?;
        placement.book = Uint128::new(sub(placement.book.u128(), book, "the placement's book")?);
        placement.returned = Uint128::new(add(placement.returned.u128(), book)?);
        if book > 0 {
            let moves = self.moves.entry(id).or_default();
            moves.push((call.time, 0, book));
        }
        self.ledger.placed = sub(self.ledger.placed, book, "placed")?;
        if coins >= book {
            let gain = sub(coins, book, "the return")?;
            self.realised = add(self.realised, gain)?;
            self.ledger.gain(gain)
        } else {
            let loss = sub(book, coins, "the book value")?;
            self.losses = add(self.losses, loss)?;
            self.ledger.lose(loss)
        }
    }

    /// Placements that hold anything.
    pub(super) fn held(&self) -> impl Iterator<Item = PlacementId> + '_ {
        let held = self.placements.values();
        held.filter(|placement| !placement.book.is_zero())
            .map(|placement| placement.id)
    }

    /// The first placement that holds anything and was not valued for a period: by a reading of it or of a later one, whose
    /// window did not open before the period began.
    pub(super) fn unvalued(
        &self,
        period: PeriodId,
        survey: &Survey,
    ) -> Result<Option<PlacementId>, Objection> {
        // A period begins when the one before it can be closed.
        let begins = self.closes_from(PeriodId(period.get().saturating_sub(1)))?;
        for id in self.held() {
            let read = survey.latest(&self.subject_of_placement(id)?);
            let valued = read.is_some_and(|read| read.period >= period && read.opened_at >= begins);
            if !valued {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn subject_of_placement(&self, id: PlacementId) -> Result<Name, Objection> {
        let placement = self.placements.get(&id);
        let placement =
            placement.ok_or_else(|| Objection::new(format!("there is no placement {id}")))?;
        self.subject_of(placement.custodian.as_str())
    }

    /// Takes as a loss what a placement is worth less than its book value (R4), by the survey's latest reading and every move
    /// since its window opened, that second included. Answers whether there is a reading.
    pub(super) fn write_down(
        &mut self,
        id: PlacementId,
        survey: &Survey,
    ) -> Result<bool, Objection> {
        let subject = self.subject_of_placement(id)?;
        let Some(read) = survey.latest(&subject) else {
            return Ok(false);
        };
        let (mut came, mut went) = (read.value, 0);
        for (at, placed, returned) in self.moves.get(&id).into_iter().flatten() {
            if *at >= read.opened_at {
                came = add(came, *placed)?;
                went = add(went, *returned)?;
            }
        }
        let worth = came.saturating_sub(went);
        let placement = self.placement_mut(id)?;
        let fall = placement.book.u128().saturating_sub(worth);
        placement.book = Uint128::new(sub(placement.book.u128(), fall, "the placement's book")?);
        self.ledger.placed = sub(self.ledger.placed, fall, "placed")?;
        self.losses = add(self.losses, fall)?;
        self.ledger.lose(fall)?;
        Ok(true)
    }
}
