//! Principal outside: authorised, placed, returned, valued (R2, R4). Changes the ledgers by these messages only.

use commons_common::assembly::Act;
use commons_common::id::{PeriodId, PlacementId, ProposalId};
use commons_common::text::Name;
use commons_common::trust::{ExecuteMsg, Placement};
use commons_common::units::UnixTime;
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
                self.revalue(placement, siblings.survey)?;
                Ok(())
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
        self.authorisations
            .insert(proposal, (custodian, max.u128(), 0));
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
        let (custodian, max, used) =
            self.authorisations.get(&proposal).cloned().ok_or_else(|| {
                Objection::new(format!("proposal {proposal} allows no placement"))
            })?;
        let in_office = siblings.assembly.in_office(&call.sender, call.time);
        let interested = siblings.assembly.interested(&call.sender, &custodian);
        require(in_office && !interested, || {
            format!("{} may not place with {custodian}", call.sender)
        })?;
        let used = add(used, amount)?;
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
        self.authorisations
            .insert(proposal, (custodian.clone(), max, used));
        let placement = self.placement_with(&custodian);
        placement.cost = Uint128::new(add(placement.cost.u128(), amount)?);
        placement.book = Uint128::new(add(placement.book.u128(), amount)?);
        placement.moved_at = UnixTime(call.time);
        self.send(amount)
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
            cost: Uint128::zero(),
            book: Uint128::zero(),
            moved_at: UnixTime(0),
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
        placement.cost = Uint128::new(sub(placement.cost.u128(), book, "the placement's cost")?);
        placement.moved_at = UnixTime(call.time);
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

    /// Takes the fall of a settled reading below book as a loss, if the reading was made after the last move. Answers the
    /// year of such a reading.
    pub(super) fn revalue(
        &mut self,
        id: PlacementId,
        survey: &Survey,
    ) -> Result<Option<PeriodId>, Objection> {
        let (custodian, moved_at) = {
            let placement = self.placement_mut(id)?;
            (placement.custodian.to_string(), placement.moved_at.0)
        };
        let subject = self.subject_of(&custodian)?;
        let Some((period, value, reported_at)) = survey.latest(&subject) else {
            return Ok(None);
        };
        if reported_at <= moved_at {
            return Ok(None);
        }
        let placement = self.placement_mut(id)?;
        let fall = placement.book.u128().saturating_sub(value);
        placement.book = Uint128::new(sub(placement.book.u128(), fall, "the placement's book")?);
        self.ledger.placed = sub(self.ledger.placed, fall, "placed")?;
        self.losses = add(self.losses, fall)?;
        self.ledger.lose(fall)?;
        Ok(Some(period))
    }
}
