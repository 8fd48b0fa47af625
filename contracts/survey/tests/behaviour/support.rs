//! Builds surveys and sends reports. Asserts nothing by itself.

use commons_common::charter::{SubjectCharter, SubjectKind};
use commons_common::id::PeriodId;
use commons_common::survey::{Effective, ExecuteMsg, InstantiateMsg, QueryMsg, Reading};
use commons_common::text::Name;
use commons_common::units::{Hash, Seconds};
use commons_survey::SurveyError;
use commons_survey::contract::{execute, instantiate, query};
use cosmwasm_std::testing::{
    MockApi, MockQuerier, MockStorage, message_info, mock_dependencies, mock_env,
};
use cosmwasm_std::{Addr, Env, MessageInfo, OwnedDeps, Response, Timestamp, Uint128, from_json};
use serde::de::DeserializeOwned;

pub const FOUNDED: u64 = 1_700_000_000;
pub const WINDOW: u64 = 100;
pub const VALID_FOR: u64 = 1_000;
pub const INDEX: &str = "prices";
pub const VALUE: &str = "fund";

pub fn addr(name: &str) -> Addr {
    MockApi::default().addr_make(name)
}

pub fn reporter(index: usize) -> Addr {
    addr(&format!("reporter {index}"))
}

pub fn name(text: &str) -> Name {
    Name::try_from(text.to_owned()).unwrap()
}

pub fn subject(subject: &str, kind: SubjectKind) -> SubjectCharter {
    SubjectCharter {
        name: name(subject),
        kind,
        unit: name("units"),
        reporters: (0..4).map(|i| reporter(i).into_string()).collect(),
        reports: 2,
        window: Seconds(WINDOW),
        valid_for: Seconds(VALID_FOR),
    }
}

pub fn instantiate_msg() -> InstantiateMsg {
    InstantiateMsg {
        subjects: vec![
            subject(INDEX, SubjectKind::Index),
            subject(VALUE, SubjectKind::Value),
        ],
    }
}

/// A survey on a chain of its own.
pub struct Survey {
    pub deps: OwnedDeps<MockStorage, MockApi, MockQuerier>,
    pub env: Env,
}

impl Survey {
    pub fn new() -> Self {
        let mut survey = Self::blank();
        survey.begin(instantiate_msg()).unwrap();
        survey
    }

    pub fn blank() -> Self {
        let mut env = mock_env();
        env.block.time = Timestamp::from_seconds(FOUNDED);
        Self {
            deps: mock_dependencies(),
            env,
        }
    }

    pub fn begin(&mut self, msg: InstantiateMsg) -> Result<Response, SurveyError> {
        let info = message_info(&addr("registry"), &[]);
        instantiate(self.deps.as_mut(), self.env.clone(), info, msg)
    }

    /// The next block, at a time counted from the founding.
    pub fn at(&mut self, since_founding: u64) {
        self.env.block.height += 1;
        self.env.block.time = Timestamp::from_seconds(FOUNDED + since_founding);
    }

    pub fn send(&mut self, info: MessageInfo, msg: ExecuteMsg) -> Result<Response, SurveyError> {
        execute(self.deps.as_mut(), self.env.clone(), info, msg)
    }

    pub fn ask<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        from_json(query(self.deps.as_ref(), self.env.clone(), msg).unwrap()).unwrap()
    }

    pub fn ask_err(&self, msg: QueryMsg) -> SurveyError {
        query(self.deps.as_ref(), self.env.clone(), msg).unwrap_err()
    }

    pub fn report(
        &mut self,
        by: usize,
        subject: &str,
        period: u64,
        value: u128,
    ) -> Result<Response, SurveyError> {
        let msg = ExecuteMsg::Report {
            subject: name(subject),
            period: PeriodId(period),
            value: Uint128::new(value),
            evidence_hash: Hash::of(subject.as_bytes()),
        };
        self.send(message_info(&reporter(by), &[]), msg)
    }

    pub fn settle(&mut self, subject: &str, period: u64) -> Result<Response, SurveyError> {
        let msg = ExecuteMsg::Settle {
            subject: name(subject),
            period: PeriodId(period),
        };
        self.send(message_info(&addr("anyone"), &[]), msg)
    }

    pub fn reading(&self, subject: &str, period: u64) -> Option<Reading> {
        self.ask(QueryMsg::Reading {
            subject: name(subject),
            period: PeriodId(period),
        })
    }

    pub fn effective(&self, subject: &str) -> Effective {
        self.ask(QueryMsg::Effective {
            subject: name(subject),
        })
    }

    /// The settled value that counts now, and whether it is fresh.
    pub fn counts(&self, subject: &str) -> Option<(u64, u128, bool)> {
        match self.effective(subject) {
            Effective::None {} => None,
            Effective::Settled {
                period,
                value,
                fresh,
                ..
            } => Some((period.get(), value.u128(), fresh)),
        }
    }
}
