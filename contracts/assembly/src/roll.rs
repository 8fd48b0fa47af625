//! Questions to the roll: who a person is, and who had a vote when. Asks only; stores nothing.

use commons_common::id::PersonId;
use commons_common::roll::{Electorate, Person, QueryMsg, Standing};
use cosmwasm_std::{Addr, QuerierWrapper, StdResult};

use crate::error::ContractError;

/// The roll of this assembly.
#[derive(Clone, Copy)]
pub struct Roll<'a> {
    querier: QuerierWrapper<'a>,
    address: &'a Addr,
}

impl<'a> Roll<'a> {
    /// The roll at `address`.
    #[must_use]
    pub const fn new(querier: QuerierWrapper<'a>, address: &'a Addr) -> Self {
        Self { querier, address }
    }

    /// The person to whom an account belongs.
    ///
    /// # Errors
    /// What the roll answers with.
    pub fn person_of(&self, account: &Addr) -> StdResult<Option<Person>> {
        self.ask(&QueryMsg::PersonOf {
            account: account.to_string(),
        })
    }

    /// Counts at the start of a block.
    ///
    /// # Errors
    /// What the roll answers with.
    pub fn electorate(&self, height: u64) -> StdResult<Electorate> {
        self.ask(&QueryMsg::Electorate { height })
    }

    /// Standing of each person at the start of a block, in the order asked.
    ///
    /// # Errors
    /// What the roll answers with; `RollAnswer` when it answers for another number of persons.
    pub fn standings(
        &self,
        persons: Vec<PersonId>,
        height: u64,
    ) -> Result<Vec<Option<Standing>>, ContractError> {
        let asked = persons.len();
        let standings: Vec<_> = self.ask(&QueryMsg::Standings { persons, height })?;
        if standings.len() != asked {
            return Err(ContractError::RollAnswer {
                asked,
                answered: standings.len(),
            });
        }
        Ok(standings)
    }

    fn ask<T: serde::de::DeserializeOwned>(&self, question: &QueryMsg) -> StdResult<T> {
        self.querier.query_wasm_smart(self.address, question)
    }
}
