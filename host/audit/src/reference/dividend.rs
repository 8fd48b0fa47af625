//! Declared dividends: claimed, pushed, swept (R10, R14). A person gets one share of a declaration, once.

use commons_common::charter::Unclaimed;
use commons_common::id::{DeclarationId, PersonId};
use commons_common::trust::Declaration;
use cosmwasm_std::Uint128;

use super::number::{add, ratio, sub};
use super::roll::Roll;
use super::trust::Trust;
use super::{Call, Objection, require};

impl Trust {
    pub(super) fn claim(
        &mut self,
        call: &Call,
        id: DeclarationId,
        roll: &Roll,
    ) -> Result<(), Objection> {
        self.require_claimable(call, id)?;
        let person = roll
            .person_of(&call.sender)
            .ok_or_else(|| Objection::new(format!("{} is nobody's account", call.sender)))?;
        let paid = self.pay_share(id, person, roll)?;
        require(paid, || format!("person {person} has nothing to claim"))
    }

    pub(super) fn claim_for(
        &mut self,
        call: &Call,
        id: DeclarationId,
        persons: &[PersonId],
        roll: &Roll,
    ) -> Result<(), Objection> {
        self.require_claimable(call, id)?;
        for person in persons {
            self.pay_share(id, *person, roll)?;
        }
        Ok(())
    }

    fn require_claimable(&mut self, call: &Call, id: DeclarationId) -> Result<(), Objection> {
        let declaration = self.declaration_mut(id)?;
        require(
            call.time < declaration.claim_until.0 && declaration.swept.is_none(),
            || format!("claims of declaration {id} ended"),
        )
    }

    /// Pays a person's share to their account. False: claimed already, no share, or no account; nothing changed.
    fn pay_share(
        &mut self,
        id: DeclarationId,
        person: PersonId,
        roll: &Roll,
    ) -> Result<bool, Objection> {
        let declaration = self.declaration_mut(id)?;
        let (per, height) = (declaration.per.u128(), declaration.height);
        let reachable = roll.person(person).is_some_and(|p| p.account.is_some());
        if !reachable || !roll.shared(person, height) {
            return Ok(false);
        }
        if !self.claims.insert((id, person)) {
            return Ok(false);
        }
        let declaration = self.declaration_mut(id)?;
        declaration.claimed = declaration.claimed.saturating_add(1);
        self.ledger.declared = sub(self.ledger.declared, per, "declared")?;
        self.send(per)?;
        Ok(true)
    }

    pub(super) fn sweep(&mut self, call: &Call, id: DeclarationId) -> Result<(), Objection> {
        let unclaimed = self.rules.money.unclaimed;
        let declaration = self.declaration_mut(id)?;
        require(call.time >= declaration.claim_until.0, || {
            "claims are still open".to_owned()
        })?;
        require(declaration.swept.is_none(), || {
            "it was swept before".to_owned()
        })?;
        let open = declaration.n.saturating_sub(declaration.claimed);
        let rest = ratio(declaration.per.u128(), u128::from(open), 1)?;
        declaration.swept = Some(Uint128::new(rest));
        self.ledger.declared = sub(self.ledger.declared, rest, "declared")?;
        let to = match unclaimed {
            Unclaimed::Income => &mut self.ledger.income,
            Unclaimed::Principal => &mut self.ledger.floor,
        };
        *to = add(*to, rest)?;
        Ok(())
    }

    fn declaration_mut(&mut self, id: DeclarationId) -> Result<&mut Declaration, Objection> {
        id.get()
            .checked_sub(1)
            .and_then(|index| self.declarations.get_mut(usize::try_from(index).ok()?))
            .ok_or_else(|| Objection::new(format!("there is no declaration {id}")))
    }
}
