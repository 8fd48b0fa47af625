//! One whole life of a trust, chapter by chapter: every message of every contract at least once, and in each chapter
//! something that is refused. Runs on any chain; asserts what the rules say must come of it.

mod decisions;
mod founding;
mod money;
mod roll;

use decisions::{appropriation, ratification};
use founding::{founding, revocation};
use money::{dividend, first_close, gifts, loss, placement, second_close, third_close};
use roll::{enrolment, registrars, renewal};

use crate::chain::Chain;
use crate::family::{Family, begin};

/// Persons who have an account at genesis.
const ACCOUNTS: u64 = 12;
/// The person whose account is that of `trustee-1`.
const TRUSTEE: u64 = 10;
/// The person without an account.
const WITHOUT_ACCOUNT: u64 = 11;

/// Plays the whole story on a new chain.
pub fn play<C: Chain>() -> Family<C> {
    let mut family = founding(begin::<C>(ACCOUNTS));
    enrolment(&mut family);
    gifts(&mut family);
    ratification(&mut family);
    placement(&mut family);
    first_close(&mut family);
    dividend(&mut family);
    appropriation(&mut family);
    loss(&mut family);
    second_close(&mut family);
    third_close(&mut family);
    renewal(&mut family);
    registrars(&mut family);
    revocation(&mut family);
    family
}
