//! What a survey refuses. Owns one enum.

use commons_common::charter::CharterError;
use commons_common::id::PeriodId;
use commons_common::text::Name;
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, StdError};
use thiserror::Error;

/// Why a message or a query was refused.
#[derive(Error, Debug)]
pub enum SurveyError {
    /// Storage, serialisation or address error of cosmwasm-std.
    #[error(transparent)]
    Std(#[from] StdError),
    /// The subjects at instantiation do not hold together.
    #[error("{0}")]
    Charter(#[from] CharterError),
    /// Coins were sent along.
    #[error("a survey accepts no coins")]
    FundsSent,
    /// There is no such subject.
    #[error("there is no subject {0}")]
    NoSuchSubject(Name),
    /// The sender may not report on this subject.
    #[error("{sender} is no reporter of {subject}")]
    NotReporter {
        /// Who tried.
        sender: Addr,
        /// On what.
        subject: Name,
    },
    /// One report a reporter and year.
    #[error("{reporter} reported on {subject} for {period} already")]
    AlreadyReported {
        /// Who tried.
        reporter: Addr,
        /// On what.
        subject: Name,
        /// For which year.
        period: PeriodId,
    },
    /// The reading has settled: nothing is added or settled again.
    #[error("the reading of {subject} for {period} has settled")]
    AlreadySettled {
        /// Of what.
        subject: Name,
        /// For which year.
        period: PeriodId,
    },
    /// An index of 0 has no ratio to any other.
    #[error("an index is above 0")]
    ZeroIndex,
    /// Nobody has reported, or too few.
    #[error("the reading of {subject} for {period} has {reports} reports of the {needed} it takes")]
    Incomplete {
        /// Of what.
        subject: Name,
        /// For which year.
        period: PeriodId,
        /// Reports so far.
        reports: usize,
        /// Reports it takes.
        needed: u32,
    },
    /// The window is open (I16).
    #[error("the reading of {subject} for {period} can settle from {from} on, it is {now}")]
    InWindow {
        /// Of what.
        subject: Name,
        /// For which year.
        period: PeriodId,
        /// First second in which it can settle.
        from: UnixTime,
        /// The block's time.
        now: UnixTime,
    },
}
