//! What an allowance permits: its form, its limits and what is left of it; it reads and writes no state.

use crate::coin::{self, Coin};
use crate::error::{Failure, feegrant, sdk};
use crate::gas;
use crate::instant::{FIRST_SECOND, Instant};
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmos::feegrant::v1beta1::{
    AllowedMsgAllowance, BasicAllowance, PeriodicAllowance,
};
use cosmos_sdk_proto::tendermint::google::protobuf::Duration;
use cosmos_sdk_proto::{Any, Timestamp};
use prost::Message;

/// Type URL of an allowance up to a limit and a day.
pub(crate) const BASIC: &str = "/cosmos.feegrant.v1beta1.BasicAllowance";
/// Type URL of an allowance with a limit for each period.
pub(crate) const PERIODIC: &str = "/cosmos.feegrant.v1beta1.PeriodicAllowance";
/// Type URL of an allowance for some messages only.
pub(crate) const MESSAGES: &str = "/cosmos.feegrant.v1beta1.AllowedMsgAllowance";

/// Allowances that may lie inside each other.
const MAX_DEPTH: u32 = 10;
/// Nanoseconds in a second.
const SECOND: i64 = 1_000_000_000;

/// Leave to have one's fees paid by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// Up to a limit and a day.
    Basic(Basic),
    /// With a limit for each period as well.
    Periodic(Periodic),
    /// Another allowance, for messages of these types.
    Messages(Box<Allowance>, Vec<String>),
}

/// Limits for good. An empty list of coins is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basic {
    pub(crate) spend_limit: Vec<Coin>,
    pub(crate) expiration: Option<Instant>,
}

/// Limits for good and for each period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Periodic {
    pub(crate) basic: Basic,
    /// Length of a period in nanoseconds.
    pub(crate) period: i64,
    pub(crate) spend_limit: Vec<Coin>,
    pub(crate) can_spend: Vec<Coin>,
    /// When the next period begins.
    pub(crate) reset: Instant,
}

/// What use makes of an allowance.
pub(super) enum Use {
    /// It stays, with what is left of it.
    Left,
    /// It is used up.
    UsedUp,
}

fn malformed(what: &str) -> String {
    format!("an allowance has a malformed {what}")
}

fn moment(stamp: &Timestamp) -> Result<Instant, String> {
    Instant::new(stamp.seconds, stamp.nanos).ok_or_else(|| malformed("moment"))
}

fn stamp(moment: Instant) -> Timestamp {
    Timestamp {
        seconds: moment.seconds,
        // INVARIANT: nanoseconds are below 10^9.
        nanos: i32::try_from(moment.nanos).unwrap_or(0),
    }
}

fn coins(list: &[ProtoCoin]) -> Result<Vec<Coin>, String> {
    coin::from_proto(list).ok_or_else(|| malformed("amount"))
}

impl Allowance {
    /// Reads an allowance of a message or of the state.
    pub(crate) fn read(any: &Any) -> Result<Allowance, String> {
        read(&any.type_url, &any.value, 0)
    }

    /// The form that is stored.
    pub(crate) fn write(&self) -> Any {
        let (type_url, value) = match self {
            Allowance::Basic(basic) => (BASIC, basic.write().encode_to_vec()),
            Allowance::Periodic(periodic) => (PERIODIC, periodic.write().encode_to_vec()),
            Allowance::Messages(inner, messages) => {
                let allowance = AllowedMsgAllowance {
                    allowance: Some(inner.write()),
                    allowed_messages: messages.clone(),
                };
                (MESSAGES, allowance.encode_to_vec())
            }
        };
        Any {
            type_url: type_url.to_owned(),
            value,
        }
    }

    /// The checks of a new allowance, in the order of the SDK.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match self {
            Allowance::Basic(basic) => basic.check(),
            Allowance::Periodic(periodic) => periodic.check(),
            Allowance::Messages(_, messages) if messages.is_empty() => {
                Err(feegrant::NO_MESSAGES.because("allowed messages shouldn't be empty"))
            }
            Allowance::Messages(inner, _) => inner.check(),
        }
    }

    /// When it ends.
    pub(super) fn expiration(&self) -> Option<Instant> {
        match self {
            Allowance::Basic(basic) => basic.expiration,
            Allowance::Periodic(periodic) => periodic.basic.expiration,
            Allowance::Messages(inner, _) => inner.expiration(),
        }
    }

    /// Takes a fee off. The gas is that of comparing message types.
    pub(super) fn take(
        &mut self,
        fee: &[Coin],
        messages: &[&str],
        now: Instant,
        charge: &mut dyn FnMut(u64),
    ) -> Result<Use, Failure> {
        match self {
            Allowance::Basic(basic) => basic.take(fee, now, "basic allowance"),
            Allowance::Periodic(periodic) => periodic.take(fee, now),
            Allowance::Messages(inner, allowed) => {
                charge(gas::ALLOWED_MESSAGE.saturating_mul(gas::bytes(allowed.len())));
                for message in messages {
                    charge(gas::ALLOWED_MESSAGE);
                    if !allowed.iter().any(|allowed| allowed == message) {
                        let text = "message does not exist in allowed messages";
                        return Err(feegrant::MESSAGE_NOT_ALLOWED.because(text));
                    }
                }
                inner.take(fee, messages, now, charge)
            }
        }
    }
}

fn read(type_url: &str, value: &[u8], depth: u32) -> Result<Allowance, String> {
    if depth >= MAX_DEPTH {
        return Err("allowances are nested too deep".to_owned());
    }
    let unreadable = |error: prost::DecodeError| error.to_string();
    Ok(match type_url {
        BASIC => {
            let basic = BasicAllowance::decode(value).map_err(unreadable)?;
            Allowance::Basic(Basic::read(&basic)?)
        }
        PERIODIC => {
            let periodic = PeriodicAllowance::decode(value).map_err(unreadable)?;
            Allowance::Periodic(Periodic::read(&periodic)?)
        }
        MESSAGES => {
            let outer = AllowedMsgAllowance::decode(value).map_err(unreadable)?;
            let inner = outer
                .allowance
                .ok_or_else(|| malformed("inner allowance"))?;
            let inner = read(&inner.type_url, &inner.value, depth + 1)?;
            Allowance::Messages(Box::new(inner), outer.allowed_messages)
        }
        url => return Err(format!("no fee allowance: {url}")),
    })
}

impl Basic {
    fn read(basic: &BasicAllowance) -> Result<Basic, String> {
        Ok(Basic {
            spend_limit: coins(&basic.spend_limit)?,
            expiration: basic.expiration.as_ref().map(moment).transpose()?,
        })
    }

    fn write(&self) -> BasicAllowance {
        BasicAllowance {
            spend_limit: coin::to_proto(&self.spend_limit),
            expiration: self.expiration.map(stamp),
        }
    }

    fn check(&self) -> Result<(), Failure> {
        valid(&self.spend_limit, "send")?;
        if self.expiration.is_some_and(|end| end.seconds < 0) {
            return Err(feegrant::INVALID_DURATION.because("expiration time cannot be negative"));
        }
        Ok(())
    }

    fn take(&mut self, fee: &[Coin], now: Instant, what: &str) -> Result<Use, Failure> {
        if self.expiration.is_some_and(|end| end < now) {
            return Err(feegrant::EXPIRED.because(what));
        }
        self.spend(fee, what)
    }

    fn spend(&mut self, fee: &[Coin], what: &str) -> Result<Use, Failure> {
        if self.spend_limit.is_empty() {
            return Ok(Use::Left);
        }
        let Some(left) = coin::subtract(&self.spend_limit, fee) else {
            return Err(feegrant::LIMIT_EXCEEDED.because(what));
        };
        self.spend_limit = left;
        Ok(if self.spend_limit.is_empty() {
            Use::UsedUp
        } else {
            Use::Left
        })
    }
}

impl Periodic {
    fn read(periodic: &PeriodicAllowance) -> Result<Periodic, String> {
        let none = BasicAllowance::default();
        let period = periodic.period.unwrap_or_default();
        let nanos = period.seconds.checked_mul(SECOND);
        let nanos = nanos.and_then(|nanos| nanos.checked_add(i64::from(period.nanos)));
        let first = Instant {
            seconds: FIRST_SECOND,
            nanos: 0,
        };
        Ok(Periodic {
            basic: Basic::read(periodic.basic.as_ref().unwrap_or(&none))?,
            period: nanos.ok_or_else(|| malformed("period"))?,
            spend_limit: coins(&periodic.period_spend_limit)?,
            can_spend: coins(&periodic.period_can_spend)?,
            reset: periodic.period_reset.as_ref().map_or(Ok(first), moment)?,
        })
    }

    fn write(&self) -> PeriodicAllowance {
        let period = Duration {
            seconds: self.period / SECOND,
            // INVARIANT: the rest is smaller than 10^9 on both sides of 0.
            nanos: i32::try_from(self.period % SECOND).unwrap_or(0),
        };
        PeriodicAllowance {
            basic: Some(self.basic.write()),
            period: Some(period),
            period_spend_limit: coin::to_proto(&self.spend_limit),
            period_can_spend: coin::to_proto(&self.can_spend),
            period_reset: Some(stamp(self.reset)),
        }
    }

    fn check(&self) -> Result<(), Failure> {
        self.basic.check()?;
        valid(&self.spend_limit, "spend")?;
        if self.spend_limit.is_empty() {
            return Err(sdk::INVALID_COINS.because("spend limit must be positive"));
        }
        valid(&self.can_spend, "can spend")?;
        let within = |coin: &Coin| {
            let mut limits = self.basic.spend_limit.iter();
            limits.any(|limit| limit.denom == coin.denom)
        };
        if !self.basic.spend_limit.is_empty() && !self.spend_limit.iter().all(within) {
            let text = "period spend limit has different currency than basic spend limit";
            return Err(sdk::INVALID_COINS.because(text));
        }
        if self.period < 0 {
            return Err(feegrant::INVALID_DURATION.because("negative clock step"));
        }
        Ok(())
    }

    fn take(&mut self, fee: &[Coin], now: Instant) -> Result<Use, Failure> {
        if self.basic.expiration.is_some_and(|end| now > end) {
            return Err(feegrant::EXPIRED.because("absolute limit"));
        }
        self.begin_period(now);
        let Some(left) = coin::subtract(&self.can_spend, fee) else {
            return Err(feegrant::LIMIT_EXCEEDED.because("period limit"));
        };
        self.can_spend = left;
        self.basic.spend(fee, "absolute limit")
    }

    fn begin_period(&mut self, now: Instant) {
        if now < self.reset {
            return;
        }
        let total = &self.basic.spend_limit;
        let little = !total.is_empty() && coin::subtract(total, &self.spend_limit).is_none();
        self.can_spend = if little {
            total.clone()
        } else {
            self.spend_limit.clone()
        };
        self.reset = self.reset.after(i128::from(self.period));
        if now > self.reset {
            self.reset = now.after(i128::from(self.period));
        }
    }
}

fn valid(coins: &[Coin], what: &str) -> Result<(), Failure> {
    coin::check_list(coins).map_err(|_| {
        sdk::INVALID_COINS.because(format!("{what} amount is invalid: {}", coin::list(coins)))
    })
}
