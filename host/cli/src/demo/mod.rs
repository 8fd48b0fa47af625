//! `commons demo`: the whole product in one line, on real figures. Plays by transactions alone; owns no rule.

pub mod accounts;
pub mod alaska;
mod attacks;
pub mod cast;
mod chain;
mod checks;
mod desk;
mod figures;
mod fiscal;
mod founding;
mod local;
mod money;
mod other_order;
mod plot;
mod poll;
mod progress;
mod remote;
mod report;
mod story;
mod table;
mod text;
mod verdict;

pub use text::text;
