//! Reserved money: made by a vote, accepted by its payee, paid in milestones by three trustees (R5, R30).

use commons_common::assembly::Act;
use commons_common::id::AppropriationId;
use commons_common::trust::{Appropriation, AppropriationKind, ExecuteMsg, Submission};
use cosmwasm_std::{Addr, Uint128};

use super::assembly::Assembly;
use super::number::{add, sub};
use super::purse::Purses;
use super::trust::{Trust, total};
use super::{Call, Objection, require};

impl Trust {
    pub(super) fn appropriation(
        &mut self,
        call: &Call,
        msg: ExecuteMsg,
        assembly: &Assembly,
    ) -> Result<(), Objection> {
        match msg {
            ExecuteMsg::Accept { appropriation } => self.accept(call, appropriation),
            ExecuteMsg::Submit {
                appropriation,
                evidence_hash,
            } => {
                let due = self.due(call, appropriation, assembly)?;
                require(due.submission.is_none(), || {
                    "it was submitted before".to_owned()
                })?;
                due.submission = Some(Submission {
                    by: Addr::unchecked(&call.sender),
                    evidence_hash,
                    approved_by: None,
                });
                Ok(())
            }
            ExecuteMsg::Approve { appropriation } => self.approve(call, appropriation, assembly),
            ExecuteMsg::Pay { appropriation } => self.pay(call, appropriation, assembly),
            ExecuteMsg::Withdraw { appropriation } => self.withdraw(call, appropriation),
            other => self.appropriate(call, other, assembly),
        }
    }

    fn appropriate(
        &mut self,
        call: &Call,
        msg: ExecuteMsg,
        assembly: &Assembly,
    ) -> Result<(), Objection> {
        let ExecuteMsg::Appropriate {
            proposal,
            kind,
            payee,
            milestones,
            purpose_hash,
            lapses_at,
        } = msg
        else {
            return Err(Objection::new("not a message about appropriations"));
        };
        self.require_assembly(call)?;
        let said = Act::Appropriate {
            kind,
            payee: payee.clone(),
            milestones: milestones.clone(),
            purpose_hash: purpose_hash.clone(),
            lapses_at,
        };
        let act = assembly.carried_out(proposal, call.time)?;
        require(*act == said, || {
            "the vote was on another appropriation".to_owned()
        })?;
        require(
            kind == AppropriationKind::Maintenance || !self.ledger.wounded(),
            || "no project is begun while loss or shortfall stand (R5)".to_owned(),
        )?;
        let amount = total(&milestones)?;
        let wounded = self.ledger.wounded();
        let from = self.ledger.free.draw(amount, kind, wounded)?;
        self.ledger.reserved = add(self.ledger.reserved, amount)?;
        let count = u64::try_from(self.appropriations.len()).unwrap_or(u64::MAX);
        self.appropriations.push(Appropriation {
            id: AppropriationId(count.saturating_add(1)),
            proposal,
            kind,
            payee: Addr::unchecked(payee),
            accepted: false,
            milestones,
            paid: 0,
            reserved: Uint128::new(amount),
            from: from.to_answer(),
            purpose_hash,
            submission: None,
            lapses_at,
            closed: false,
        });
        Ok(())
    }

    fn accept(&mut self, call: &Call, id: AppropriationId) -> Result<(), Objection> {
        let found = self.appropriation_mut(id)?;
        let open = !found.closed && !found.accepted && call.time < found.lapses_at.0;
        require(open && found.payee.as_str() == call.sender, || {
            format!("{} cannot accept appropriation {id}", call.sender)
        })?;
        found.accepted = true;
        Ok(())
    }

    /// An appropriation on whose next milestone the sender may act: open, accepted, not lapsed, a trustee in office
    /// without a declared interest in the payee.
    fn due(
        &mut self,
        call: &Call,
        id: AppropriationId,
        assembly: &Assembly,
    ) -> Result<&mut Appropriation, Objection> {
        let found = self.appropriation_mut(id)?;
        let left = u32::try_from(found.milestones.len()).is_ok_and(|all| found.paid < all);
        let open = !found.closed && found.accepted && left && call.time < found.lapses_at.0;
        require(open, || format!("appropriation {id} has nothing due"))?;
        let trustee = assembly.in_office(&call.sender, call.time);
        let interested = assembly.interested(&call.sender, found.payee.as_str());
        require(trustee && !interested, || {
            format!(
                "{} may not act on a payment to {} (R30)",
                call.sender, found.payee
            )
        })?;
        Ok(found)
    }

    fn approve(
        &mut self,
        call: &Call,
        id: AppropriationId,
        assembly: &Assembly,
    ) -> Result<(), Objection> {
        let due = self.due(call, id, assembly)?;
        let submission = due
            .submission
            .as_mut()
            .filter(|s| s.approved_by.is_none() && s.by.as_str() != call.sender)
            .ok_or_else(|| Objection::new("another trustee must have submitted it (R30)"))?;
        submission.approved_by = Some(Addr::unchecked(&call.sender));
        Ok(())
    }

    fn pay(
        &mut self,
        call: &Call,
        id: AppropriationId,
        assembly: &Assembly,
    ) -> Result<(), Objection> {
        let due = self.due(call, id, assembly)?;
        let three = due.submission.take().is_some_and(|submission| {
            let approved = submission.approved_by.as_ref();
            approved.is_some_and(|by| by.as_str() != call.sender)
                && submission.by.as_str() != call.sender
        });
        require(three, || {
            "two other trustees must have submitted and approved it".to_owned()
        })?;
        let milestone = usize::try_from(due.paid).unwrap_or(usize::MAX);
        let amount = due.milestones.get(milestone).map_or(0, Uint128::u128);
        due.paid = due.paid.saturating_add(1);
        due.reserved = Uint128::new(sub(due.reserved.u128(), amount, "the appropriation")?);
        let mut kept = Purses::of_answer(due.from);
        kept.pay(amount)?;
        due.from = kept.to_answer();
        let ledger = &mut self.ledger;
        ledger.reserved = sub(ledger.reserved, amount, "reserved")?;
        ledger.operating = sub(ledger.operating, amount, "operating")?;
        self.send(amount)
    }

    fn withdraw(&mut self, call: &Call, id: AppropriationId) -> Result<(), Objection> {
        let found = self.appropriation_mut(id)?;
        let may = found.payee.as_str() == call.sender || found.lapses_at.0 <= call.time;
        require(!found.closed && may, || {
            format!("{} cannot withdraw appropriation {id}", call.sender)
        })?;
        found.closed = true;
        found.submission = None;
        let rest = std::mem::take(&mut found.reserved).u128();
        let kept = Purses::of_answer(std::mem::take(&mut found.from));
        self.ledger.reserved = sub(self.ledger.reserved, rest, "reserved")?;
        self.ledger.free.take_back(&kept)
    }

    fn appropriation_mut(&mut self, id: AppropriationId) -> Result<&mut Appropriation, Objection> {
        id.get()
            .checked_sub(1)
            .and_then(|index| self.appropriations.get_mut(usize::try_from(index).ok()?))
            .ok_or_else(|| Objection::new(format!("there is no appropriation {id}")))
    }
}
